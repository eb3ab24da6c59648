//! The lanes of WebAssembly's fixed-width SIMD.

use core::arch::wasm32::*;

use super::lanes::{Lanes, SPLIT_OFFSET};

#[derive(Clone, Copy)]
pub struct Simd128(v128);

impl Lanes for Simd128 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Simd128(f32x4_splat(value))
    }

    #[inline(always)]
    fn load(values: &[f32; 4]) -> Self {
        Simd128(bytemuck::cast(*values))
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; 4]) {
        *values = bytemuck::cast(self.0);
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Simd128(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Simd128(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Simd128(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Simd128(f32x4_div(self.0, other.0))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Simd128(f32x4_sqrt(self.0))
    }

    #[inline(always)]
    fn or_at_least(self, other: Self) -> Self {
        Simd128(f32x4_pmax(self.0, other.0))
    }

    #[inline(always)]
    fn select_less(self, other: Self, if_less: Self, otherwise: Self) -> Self {
        Simd128(v128_bitselect(if_less.0, otherwise.0, f32x4_lt(self.0, other.0)))
    }

    #[inline(always)]
    fn keep_less(self, other: Self, if_less: Self) -> Self {
        Simd128(v128_and(if_less.0, f32x4_lt(self.0, other.0)))
    }

    #[inline(always)]
    fn exp2_integer(self) -> Self {
        // Next to 1.5·2²³ the lowest bits of a float are the integer itself; the shift leaves no others.
        let bits = f32x4_add(self.0, f32x4_splat(12_582_912.0));
        Simd128(i32x4_shl(i32x4_add(bits, i32x4_splat(127)), 23))
    }

    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        let shifted = i32x4_add(self.0, i32x4_splat(SPLIT_OFFSET));
        let exponent = i32x4_sub(i32x4_shr(shifted, 23), i32x4_splat(127));
        let mantissa = i32x4_sub(self.0, i32x4_shl(exponent, 23));
        (Simd128(mantissa), Simd128(f32x4_convert_i32x4(exponent)))
    }

    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Simd128(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
            Simd128(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
            Simd128(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            Simd128(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }
}
