//! Four numbers at once.
//!
//! Kernels are written once, over [`Lanes`]; a backend says how a machine does each step. Every backend gives the same
//! bits: each operation is the correctly rounded one of IEEE 754, in the order in which the kernel writes it.

/// Four lanes of single precision.
pub trait Lanes: Copy {
    fn splat(value: f32) -> Self;
    fn load(values: &[f32; 4]) -> Self;
    fn store(self, values: &mut [f32; 4]);

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn sqrt(self) -> Self;

    /// `other` where `self < other`, else `self`: NaN stays NaN.
    fn or_at_least(self, other: Self) -> Self;
    /// `if_less` where `self < other`, else `otherwise`.
    fn select_less(self, other: Self, if_less: Self, otherwise: Self) -> Self;
    /// `if_less` where `self < other`, else 0: one step less than a choice of two.
    fn keep_less(self, other: Self, if_less: Self) -> Self;

    /// 2ⁿ for the integer n = `self`, in [-126, 127].
    fn exp2_integer(self) -> Self;
    /// (m, e) with `self` = m·2ᵉ and m in [√½, √2), for positive normal numbers.
    fn split_exponent(self) -> (Self, Self);

    /// The lanes of four as the columns of what were rows.
    fn transpose(rows: [Self; 4]) -> [Self; 4];
}

/// The backend of this machine.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub type Native = super::simd128::Simd128;
/// The backend of this machine.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub type Native = Scalar;

/// The backend that any machine can run, and that the others are held against.
#[derive(Clone, Copy)]
pub struct Scalar([f32; 4]);

/// What is added to the bits of m·2ᵉ, m in [√½, √2), so that the bits above the mantissa are those of e.
pub(super) const SPLIT_OFFSET: i32 = 0x3f80_0000 - 0x3f35_04f3;

impl Scalar {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let (Scalar([a, b, c, d]), Scalar([e, g, h, i])) = (self, other);
        Scalar([f(a, e), f(b, g), f(c, h), f(d, i)])
    }
}

impl Lanes for Scalar {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Scalar([value; 4])
    }

    #[inline(always)]
    fn load(values: &[f32; 4]) -> Self {
        Scalar(*values)
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; 4]) {
        *values = self.0;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Scalar(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    fn or_at_least(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { b } else { a })
    }

    #[inline(always)]
    fn select_less(self, other: Self, if_less: Self, otherwise: Self) -> Self {
        let less = [0, 1, 2, 3].map(|i| self.0[i] < other.0[i]);
        Scalar([0, 1, 2, 3].map(|i| if less[i] { if_less.0[i] } else { otherwise.0[i] }))
    }

    #[inline(always)]
    fn keep_less(self, other: Self, if_less: Self) -> Self {
        self.select_less(other, if_less, Self::splat(0.0))
    }

    #[inline(always)]
    fn exp2_integer(self) -> Self {
        Scalar(self.0.map(|n| f32::from_bits(((n as i32 + 127) << 23) as u32)))
    }

    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        let shifted = self.0.map(|v| (v.to_bits() as i32).wrapping_add(SPLIT_OFFSET));
        let exponent = shifted.map(|bits| (bits >> 23) - 127);
        let mantissa =
            [0, 1, 2, 3].map(|i| f32::from_bits((self.0[i].to_bits() as i32).wrapping_sub(exponent[i] << 23) as u32));
        (Scalar(mantissa), Scalar(exponent.map(|e| e as f32)))
    }

    #[inline(always)]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        [0, 1, 2, 3].map(|i| Scalar(rows.map(|row| row.0[i])))
    }
}
