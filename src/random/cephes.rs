//! Sixteen normals at once, as PyTorch's vectorised CPU kernel makes them. Floor 0.
//!
//! Invariant: single precision throughout, fused exactly where the reference's compiler fuses; anything more accurate
//! gives other bits. Deliberately absent: arguments the kernel never meets (negative angles, logarithms of zero).
//!
//! # Source
//! The polynomials are those of the Cephes library by Stephen L. Moshier, in the order of evaluation of Julien
//! Pommier's and Giovanni Garberoglio's `avx_mathfun.h` (zlib licence), which `ATen/native/cpu` includes.
#![expect(clippy::excessive_precision, reason = "constants keep the digits of their source")]

const LN_COEFFICIENTS: [f32; 9] = [
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
];
/// ln 2 in two parts, the first of few bits.
const LN2_HI: f32 = 0.693359375;
const LN2_LO: f32 = -2.12194440e-4;
/// −π/4 in three parts, so that subtracting multiples keeps the low bits.
const MINUS_QUARTER_TURN: [f32; 3] = [-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8];

/// Turns 16 uniforms of [0, 1) into 16 normals, in place: `block[j]` and `block[j + 8]` make one pair.
///
/// r = sqrt(−2 ln(1 − u1)), then mean + std·r·cos(2π·u2) and mean + std·r·sin(2π·u2).
pub fn box_muller(block: &mut [f32; 16], mean: f32, std: f32) {
    let (first, second) = block.split_at_mut(8);
    for (u1, u2) in first.iter_mut().zip(second) {
        let radius = (-2.0 * ln(1.0 - *u1)).sqrt();
        let (sin, cos) = sin_cos(std::f32::consts::TAU * *u2);
        *u1 = (radius * cos).mul_add(std, mean);
        *u2 = (radius * sin).mul_add(std, mean);
    }
}

/// ln(x) for a positive normal x: mantissa in [√½, √2), exponent apart.
fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 126;
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f00_0000);
    let (r, k) = if mantissa < std::f32::consts::FRAC_1_SQRT_2 {
        ((mantissa - 1.0) + mantissa, (exponent - 1) as f32)
    } else {
        (mantissa - 1.0, exponent as f32)
    };

    let r2 = r * r;
    let [leading, rest @ ..] = LN_COEFFICIENTS;
    let series = rest.into_iter().fold(leading, |sum, coefficient| sum.mul_add(r, coefficient));
    let small = (series * r).mul_add(r2, k * LN2_LO);
    let small = (-r2).mul_add(0.5, small);
    k.mul_add(LN2_HI, r + small)
}

/// (sin x, cos x) for x in [0, 2π): the octant chooses the polynomials and the signs.
fn sin_cos(x: f32) -> (f32, f32) {
    let octant = ((x * 1.27323954473516) as i32 + 1) & !1;
    let multiple = octant as f32;
    let x = MINUS_QUARTER_TURN.into_iter().fold(x, |x, part| multiple.mul_add(part, x));

    let z = x * x;
    let cos = 2.443315711809948e-5_f32.mul_add(z, -1.388731625493765e-3).mul_add(z, 4.166664568298827e-2);
    let cos = (cos * z).mul_add(z, -(z * 0.5)) + 1.0;
    let sin = (-1.9515295891e-4_f32).mul_add(z, 8.3321608736e-3).mul_add(z, -1.6666654611e-1);
    let sin = (sin * z).mul_add(x, x);

    let (sin, cos) = if octant & 2 == 0 { (sin, cos) } else { (cos, sin) };
    (if octant & 4 == 0 { sin } else { -sin }, if (octant - 2) & 4 == 0 { -cos } else { cos })
}
