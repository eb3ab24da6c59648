//! The natural logarithm, bit-equal to glibc's. Floor 0.
//!
//! NumPy's Gaussian calls the C library's `log`, so its last bit is the C library's. Since version 2.28 that is the
//! algorithm of the ARM optimized routines, and on a processor with a fused multiply-add the variant that fuses.
//! [`f64::mul_add`] rounds once on every target, so the same bits come out where there is no such instruction.

use super::ln_table::{FAR, LN2_HI, LN2_LO, NEAR, TABLE};

/// The bits of the lower end of [0x1.6p-1, 0x1.6p0), into which an argument is scaled by a power of two.
const REDUCED_START: u64 = 0x3fe6_0000_0000_0000;
/// Between these a series about 1 is used: there the exponent's share and the table's would cancel.
const NEAR_ONE: std::ops::Range<f64> = 0.9375..1.064_697_265_625;
const MANTISSA_BITS: u32 = 52;

/// ln(x): −∞ at 0, NaN below.
///
/// # Source
/// ARM optimized-routines, `math/log.c`; the error is below 0.52 ulp.
pub fn ln(x: f64) -> f64 {
    if NEAR_ONE.contains(&x) {
        near_one(x)
    } else if x == 0.0 {
        f64::NEG_INFINITY
    } else if x < 0.0 || x.is_nan() {
        f64::NAN
    } else if x == f64::INFINITY {
        x
    } else if x < f64::MIN_POSITIVE {
        // 2^52 makes a subnormal number normal; its exponent is taken back afterwards.
        reduced((x * (1_u64 << MANTISSA_BITS) as f64).to_bits().wrapping_sub(u64::from(MANTISSA_BITS) << MANTISSA_BITS))
    } else {
        reduced(x.to_bits())
    }
}

/// ln(x) = k·ln 2 + ln c + ln(1 + r), with x = 2^k·z, c from the table near z, r = z/c − 1.
fn reduced(bits: u64) -> f64 {
    let offset = bits.wrapping_sub(REDUCED_START);
    let (inverse, ln_c) = TABLE[(offset >> (MANTISSA_BITS - 7)) as usize % TABLE.len()];
    let exponent = offset as i64 >> MANTISSA_BITS;
    let z = f64::from_bits(bits.wrapping_sub((exponent as u64) << MANTISSA_BITS));
    let k = exponent as f64;

    let r = z.mul_add(f64::from_bits(inverse), -1.0);
    let base = k * f64::from_bits(LN2_HI) + f64::from_bits(ln_c);
    let high = base + r;
    let low = k.mul_add(f64::from_bits(LN2_LO), (base - high) + r);

    let [c2, c3, c4, c5, c6] = FAR.map(f64::from_bits);
    let r2 = r * r;
    let tail = r2.mul_add(r.mul_add(c6, c5), r.mul_add(c4, c3));
    (r * r2).mul_add(tail, r2.mul_add(c2, low)) + high
}

/// ln(1 + r) by its series, the square's share in two parts so that the sum keeps its last bit.
fn near_one(x: f64) -> f64 {
    if x == 1.0 {
        return 0.0;
    }
    let r = x - 1.0;
    let [c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12] = NEAR.map(f64::from_bits);
    let (r2, r3) = (r * r, r * (r * r));
    let from_9 = r3.mul_add(c12, r2.mul_add(c11, r.mul_add(c10, c9)));
    let from_6 = r3.mul_add(from_9, r2.mul_add(c8, r.mul_add(c7, c6)));
    let from_3 = r3.mul_add(from_6, r2.mul_add(c5, r.mul_add(c4, c3)));

    // Adding and taking away 2^27·r leaves the upper half of r's bits, whose square is exact.
    let widened = r * 134_217_728.0;
    let upper = (r + widened) - widened;
    let lower = r - upper;
    let square = upper * upper * c2;
    let high = r + square;
    let low = (c2 * lower).mul_add(upper + r, (r - high) + square);
    r3.mul_add(from_3, low) + high
}
