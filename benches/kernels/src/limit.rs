//! The limit: how many multiplications and additions per second one core does in 128-bit registers, nothing loaded
//! and nothing stored.
//!
//! Whatever multiplies and then adds f32 lanes in wasm can at best be as fast as the fastest shape here. So that the
//! compiler saves no work, it knows no value, and no factor stays where it is: a *chain* is `sum ← sum·a + b`; a *tile*
//! is the inner step of a matrix product, `sum[i][j] ← sum[i][j] + a[i]·b[j]`, after which the columns of `b` change
//! places. (A compiler that saw through that would save multiplications only, and additions alone are as many as the
//! processor can do at a time.) All values stay between 10⁻³ and 10³: no denormals, no infinities.

use core::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};

use wasm_bindgen::prelude::wasm_bindgen;

/// The shapes by number: name, floating-point operations of a turn, and the loop.
const SHAPES: [(&str, u32, Loop); 7] = [
    ("8 chains", 8 * 8, chains::<8>),
    ("10 chains", 8 * 10, chains::<10>),
    ("12 chains", 8 * 12, chains::<12>),
    ("13 chains", 8 * 13, chains::<13>),
    ("4×8 tile", 8 * 8, tile::<4, 2>),
    ("5×8 tile", 8 * 10, tile::<5, 2>),
    ("2×16 tile", 8 * 8, tile::<2, 4>),
];

/// Takes the number of turns, and 1 as a number that the compiler does not know; returns the sum of the sums.
type Loop = fn(u32, f32) -> v128;

#[wasm_bindgen(js_name = limitShapes)]
pub fn limit_shapes() -> Vec<String> {
    SHAPES.iter().map(|(name, ..)| name.to_string()).collect()
}

/// The floating-point operations of one turn of `shape`.
#[wasm_bindgen(js_name = limitOperations)]
pub fn limit_operations(shape: usize) -> u32 {
    SHAPES[shape].1
}

/// Runs `turns` turns of `shape` and returns the sum of all its sums, which is finite; `one` is 1.
#[wasm_bindgen(js_name = runLimit)]
pub fn run_limit(shape: usize, turns: u32, one: f32) -> f32 {
    let sums = SHAPES[shape].2(turns, one);
    f32x4_extract_lane::<0>(sums)
        + f32x4_extract_lane::<1>(sums)
        + f32x4_extract_lane::<2>(sums)
        + f32x4_extract_lane::<3>(sums)
}

/// Each chain tends to b / (1 − a) = 1.
#[inline(never)]
fn chains<const N: usize>(turns: u32, one: f32) -> v128 {
    let (a, b) = (f32x4_splat(0.75 * one), f32x4_splat(0.25 * one));
    let mut sums: [v128; N] = core::array::from_fn(|i| f32x4_splat((i + 1) as f32));
    for _ in 0..turns {
        sums = sums.map(|sum| f32x4_add(f32x4_mul(sum, a), b));
    }
    sums.into_iter().fold(f32x4_splat(0.0), |total, sum| f32x4_add(total, sum))
}

/// The columns of `b` add up to nothing, so that the sums come back to 1 whenever all have changed places.
#[inline(never)]
fn tile<const M: usize, const N: usize>(turns: u32, one: f32) -> v128 {
    let middle = (N - 1) as f32 / 2.0;
    let a: [v128; M] = core::array::from_fn(|i| f32x4_splat(one * (i as f32 + 0.5)));
    let mut b: [v128; N] = core::array::from_fn(|j| f32x4_splat(one * (j as f32 - middle)));
    let mut sums = [[f32x4_splat(one); N]; M];
    for _ in 0..turns {
        for (row, &a) in sums.iter_mut().zip(&a) {
            for (sum, &b) in row.iter_mut().zip(&b) {
                *sum = f32x4_add(*sum, f32x4_mul(a, b));
            }
        }
        b = core::array::from_fn(|j| b[(j + 1) % N]);
    }
    sums.into_iter().flatten().fold(f32x4_splat(0.0), |total, sum| f32x4_add(total, sum))
}
