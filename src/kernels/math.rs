//! Exponential, logarithm and what is made of them, four at a time.
//!
//! The stated errors, in units of the last place, are held against double precision by the tests below, over some
//! hundred thousand arguments each. NaN goes through every function, so that a training that diverged shows it.

use super::Lanes;

/// eˣ, to 1 ulp where the result is normal; infinite above 88.73, 0 below -103.98.
///
/// x = n·ln 2 + r with n the nearest integer; e^r by a polynomial on |r| ≤ ½ ln 2; 2ⁿ by the exponent's bits, in two
/// halves so that it reaches infinity and the subnormals.
///
/// # Source
/// Range reduction and coefficients: Cephes, `expf`.
#[inline(always)]
pub fn exp<V: Lanes>(x: V) -> V {
    let x = x.or_at_least(V::splat(-104.0));
    let most = V::splat(89.0);
    let x = V::select_less(most, x, most, x);
    let (power, n) = reduced_exp(x);
    let half = round(n.mul(V::splat(0.5)));
    power.mul(half.exp2_integer()).mul(n.sub(half).exp2_integer())
}

/// eˣ - 1, to 3 ulp; -1 below -30, what it is at 88 above that.
#[inline(always)]
pub fn exp_m1<V: Lanes>(x: V) -> V {
    let x = x.or_at_least(V::splat(-30.0));
    let most = V::splat(88.0);
    let x = V::select_less(most, x, most, x);
    let (power, n) = reduced_exp_m1(x);
    let scale = n.exp2_integer();
    power.mul(scale).add(scale.sub(V::splat(1.0)))
}

/// eˣ - 1, to 1 ulp, for |x| ≤ ½ ln 2.
#[inline(always)]
pub fn exp_m1_near<V: Lanes>(x: V) -> V {
    let series = horner(x, [1.987_569_3e-4, 1.3982e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5]);
    series.mul(x.mul(x)).add(x)
}

/// (e^r, n) with x = n·ln 2 + r.
#[inline(always)]
fn reduced_exp<V: Lanes>(x: V) -> (V, V) {
    let (power, n) = reduced_exp_m1(x);
    (power.add(V::splat(1.0)), n)
}

/// (e^r - 1, n) with x = n·ln 2 + r.
#[inline(always)]
fn reduced_exp_m1<V: Lanes>(x: V) -> (V, V) {
    let n = round(x.mul(V::splat(std::f32::consts::LOG2_E)));
    let r = x.sub(n.mul(V::splat(0.693_359_4))).sub(n.mul(V::splat(-2.121_944_4e-4)));
    (exp_m1_near(r), n)
}

/// ln x for x ≥ 0, to 1 ulp; -∞ for 0.
///
/// x = m·2ᵉ with m in [√½, √2), f = m - 1, s = f / (2 + f): ln m = f - f²/2 + s·(f²/2 + R(s²)).
///
/// # Source
/// FreeBSD's `e_logf.c` (the form and its four coefficients).
#[inline(always)]
pub fn ln<V: Lanes>(x: V) -> V {
    // Subnormals are scaled up first; 0 ends as -∞ below.
    let smallest_normal = V::splat(f32::MIN_POSITIVE);
    let scaled = V::select_less(x, smallest_normal, x.mul(V::splat(8_388_608.0)), x);
    let offset = V::select_less(x, smallest_normal, V::splat(-23.0), V::splat(0.0));
    let result = ln_normal(scaled, offset);
    let result = V::select_less(x, V::splat(f32::from_bits(1)), V::splat(f32::NEG_INFINITY), result);
    result.add(x.sub(x))
}

/// ln(1 + x), to 3 ulp, for finite x > -1.
#[inline(always)]
pub fn ln_1p<V: Lanes>(x: V) -> V {
    let one = V::splat(1.0);
    let sum = one.add(x);
    // What the sum lost to rounding, as a share of it.
    let lost = x.sub(sum.sub(one)).div(sum);
    ln_normal(sum, V::splat(0.0)).add(lost)
}

/// ln x + offset·ln 2 for positive normal numbers.
#[inline(always)]
fn ln_normal<V: Lanes>(x: V, offset: V) -> V {
    let (m, e) = x.split_exponent();
    let e = e.add(offset);
    let f = m.sub(V::splat(1.0));
    let s = f.div(V::splat(2.0).add(f));
    let z = s.mul(s);
    let w = z.mul(z);
    let even = w.mul(V::splat(0.400_009_72).add(w.mul(V::splat(0.242_790_79))));
    let odd = z.mul(V::splat(0.666_666_6).add(w.mul(V::splat(0.284_987_87))));
    let half_square = V::splat(0.5).mul(f.mul(f));
    let tail = s.mul(half_square.add(even.add(odd))).add(e.mul(V::splat(9.058_001e-6)));
    tail.sub(half_square).add(f).add(e.mul(V::splat(0.693_138_1)))
}

/// ln(1 + eˣ), to 2·10⁻⁷ absolute or 2 ulp, whichever is more; what it is at ±87 beyond that.
#[inline(always)]
pub fn softplus<V: Lanes>(x: V) -> V {
    let (least, most) = (V::splat(-87.0), V::splat(87.0));
    let x = x.or_at_least(least);
    let x = V::select_less(most, x, most, x);
    let (power, n) = reduced_exp(x);
    let result = ln_normal(V::splat(1.0).add(power.mul(n.exp2_integer())), V::splat(0.0));
    result.add(x.sub(x))
}

/// 1 / (1 + e⁻ᶻ), to 2 ulp where the result is normal.
#[inline(always)]
pub fn sigmoid<V: Lanes>(z: V) -> V {
    let one = V::splat(1.0);
    one.div(one.add(exp(V::splat(0.0).sub(z))))
}

/// tanh x, to 2 ulp: an odd polynomial below 0.625, 1 - 2 / (e²ˣ + 1) above.
///
/// # Source
/// Coefficients: Cephes, `tanhf`.
#[inline(always)]
pub fn tanh<V: Lanes>(x: V) -> V {
    let (zero, one, two) = (V::splat(0.0), V::splat(1.0), V::splat(2.0));
    let size = V::select_less(x, zero, zero.sub(x), x);
    let z = x.mul(x);
    let series = horner(z, [-5.704_988_7e-3, 2.063_909e-2, -5.373_971_5e-2, 0.133_314_42, -0.333_332_8]);
    let near = series.mul(z).mul(x).add(x);
    let far = one.sub(two.div(exp(two.mul(size)).add(one)));
    let far = V::select_less(x, zero, zero.sub(far), far);
    V::select_less(size, V::splat(0.625), near, far)
}

/// The binary cross-entropy of probability p and label y (0 or 1), logarithms clamped at -100.
///
/// # Source
/// PyTorch's `BCELoss`: (y - 1)·max(ln(1 - p), -100) - y·max(ln p, -100); ln(1 - p) is that of the exact 1 - p.
#[inline(always)]
pub fn binary_cross_entropy<V: Lanes>(p: V, y: V) -> V {
    let (zero, one) = (V::splat(0.0), V::splat(1.0));
    let right = V::select_less(zero, y, p, one.sub(p));
    // What 1 - p lost to rounding, as a share of it.
    let lost = V::select_less(zero, y, zero, one.sub(right).sub(p));
    let log = ln(right).add(lost.div(right.or_at_least(V::splat(f32::EPSILON / 2.0))));
    zero.sub(log.or_at_least(V::splat(-100.0)))
}

/// The nearest integer, for |x| < 2²²: adding 1.5·2²³ leaves no room for a fraction.
#[inline(always)]
fn round<V: Lanes>(x: V) -> V {
    let magic = V::splat(12_582_912.0);
    x.add(magic).sub(magic)
}

/// The polynomial with these coefficients, the highest power first.
#[inline(always)]
fn horner<V: Lanes, const N: usize>(x: V, coefficients: [f32; N]) -> V {
    let mut sum = V::splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = sum.mul(x).add(V::splat(coefficient));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Native;

    fn at(f: impl Fn(Native) -> Native, x: f32) -> f32 {
        let mut result = [0.0; 4];
        f(Native::splat(x)).store(&mut result);
        result[0]
    }

    /// The distance of `got` from `want` in units of the last place of `want`, as a float of at least normal size.
    fn ulps(got: f32, want: f64) -> f64 {
        let size = want.abs().max(f64::from(f32::MIN_POSITIVE));
        let unit = libm::pow(2.0, libm::floor(libm::log2(size)) - 23.0);
        (f64::from(got) - want).abs() / unit
    }

    /// The largest error over every `stride`-th float between two.
    fn worst(from: f32, to: f32, stride: usize, f: impl Fn(Native) -> Native, want: impl Fn(f64) -> f64) -> f64 {
        let (low, high) = (from.to_bits(), to.to_bits());
        assert!(low < high);
        let floats = (low..=high).step_by(stride).map(f32::from_bits);
        floats.map(|x| ulps(at(&f, x), want(f64::from(x)))).fold(0.0, f64::max)
    }

    #[test]
    fn errors_are_those_stated() {
        let found = |from, to, f: fn(Native) -> Native, want: fn(f64) -> f64| worst(from, to, 4099, f, want);
        assert!(found(1e-30, 88.7, exp, libm::exp) <= 1.0);
        assert!(found(-1e-30, -87.3, exp, libm::exp) <= 1.0);
        assert!(found(1e-45, 3e38, ln, libm::log) <= 1.0);
        assert!(worst(0.9, 1.1, 7, ln, libm::log) <= 1.0);
        let logistic = |z: f64| 1.0 / (1.0 + libm::exp(-z));
        assert!(worst(1e-30, 100.0, 4099, sigmoid, logistic) <= 2.0);
        assert!(worst(-1e-30, -87.0, 4099, sigmoid, logistic) <= 2.0);
        for i in -8700..=8700 {
            let x = i as f32 / 100.0;
            let (got, want) = (at(softplus, x), libm::log1p(libm::exp(f64::from(x))));
            assert!((f64::from(got) - want).abs() <= 2e-7 || ulps(got, want) <= 2.0, "{x}: {got} for {want}");
        }
        assert!(found(1e-30, 88.0, exp_m1, libm::expm1) <= 3.0);
        assert!(found(-1e-30, -87.0, exp_m1, libm::expm1) <= 3.0);
        assert!(found(1e-30, 3e38, ln_1p, libm::log1p) <= 3.0);
        assert!(found(-1e-30, -0.999, ln_1p, libm::log1p) <= 3.0);
        assert!(found(1e-30, 0.3465, exp_m1_near, libm::expm1) <= 1.0);
        assert!(found(-1e-30, -0.3465, exp_m1_near, libm::expm1) <= 1.0);
        assert!(found(1e-30, 50.0, tanh, libm::tanh) <= 2.0);
        assert!(found(-1e-30, -50.0, tanh, libm::tanh) <= 2.0);
    }

    #[test]
    fn the_cross_entropy_is_that_of_the_exact_complement() {
        for p in [1e-30, 1e-8, 3e-8, 1e-4, 0.3, 0.5, 0.7, 0.999, 0.999_999_94] {
            let (want0, want1) = (-libm::log1p(-f64::from(p)), -libm::log(f64::from(p)));
            let loss = |y| at(|p| binary_cross_entropy(p, Native::splat(y)), p);
            assert!(ulps(loss(0.0), want0) <= 2.0, "{p}: {} against {want0}", loss(0.0));
            assert!(ulps(loss(1.0), want1) <= 2.0, "{p}: {} against {want1}", loss(1.0));
        }
    }

    #[test]
    fn edges_are_kept() {
        assert_eq!(at(exp, 1000.0), f32::INFINITY);
        assert_eq!(at(exp, -1000.0), 0.0);
        assert_eq!(at(exp, 0.0), 1.0);
        assert_eq!(at(ln, 0.0), f32::NEG_INFINITY);
        assert_eq!(at(ln, 1.0), 0.0);
        assert_eq!((at(sigmoid, 1e4), at(sigmoid, -1e4), at(sigmoid, 0.0)), (1.0, 0.0, 0.5));
        assert_eq!((at(tanh, 1e4), at(tanh, -1e4), at(tanh, 0.0)), (1.0, -1.0, 0.0));
        for (p, y) in [(0.0, 1.0), (1.0, 0.0)] {
            assert_eq!(at(|p| binary_cross_entropy(p, Native::splat(y)), p), 100.0);
        }
        assert_eq!((at(softplus, 1e4), at(softplus, -1e4)), (87.0, 0.0));
        assert_eq!((at(exp_m1, 0.0), at(exp_m1, -1e4), at(ln_1p, 0.0)), (0.0, -1.0, 0.0));
        for f in [exp, exp_m1, ln, ln_1p, sigmoid, softplus, tanh, |p| binary_cross_entropy(p, p)] {
            assert!(at(f, f32::NAN).is_nan());
        }
    }
}
