//! The product of a pruned layer: what is zero is neither stored nor multiplied.
//!
//! A stored weight meets 16 rows at once, in four sums that do not wait for one another. What these rows have of each
//! feature is first copied, a cache line each, to as many lines as the next power of two from the depth on, so that a mask
//! keeps every load within them; a comparison would cost a third more.
//!
//! Order of summation: ascending column after the bias.

use super::{Lanes, STRIDE};

const LANES: usize = 4;
/// Rows that a weight meets at once.
const TILE: usize = 16;

/// The weights (outputs, depth) that are not zero, in compressed sparse rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    /// Row by row, by ascending column.
    entries: Vec<Entry>,
    /// How many entries each row has.
    row_lengths: Vec<usize>,
    depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    column: u32,
    value: f32,
}

impl Csr {
    /// Takes those of the weights (outputs, depth), row-major, that are not zero.
    pub fn new(weight: &[f32], outputs: usize, depth: usize) -> Self {
        assert_eq!(weight.len(), outputs * depth, "{outputs} × {depth} weights");
        let mut csr = Csr { entries: Vec::new(), row_lengths: Vec::with_capacity(outputs), depth };
        for n in 0..outputs {
            let row = weight[n * depth..(n + 1) * depth].iter().zip(0..).filter(|&(&value, _)| value != 0.0);
            let before = csr.entries.len();
            csr.entries.extend(row.map(|(&value, column)| Entry { column, value }));
            csr.row_lengths.push(csr.entries.len() - before);
        }
        csr
    }

    pub fn outputs(&self) -> usize {
        self.row_lengths.len()
    }

    pub fn depth(&self) -> usize {
        self.depth
    }
}

/// What a tile of rows has of a feature.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f32; TILE]);

/// `out[n] = finish(bias[n] + Σₖ w[n][k]·x[k])` for each row, k over the weights that are not zero. So a zero weight makes
/// nothing of an infinite x, where the dense product makes NaN.
///
/// # Shapes
/// `x`: `[depth][STRIDE]`, `out`: `[outputs][STRIDE]`, `rows` of them, at most 128; `bias`: `[outputs]`. Up to 15 lanes after
/// the last row are overwritten.
pub fn multiply_sparse<V: Lanes>(
    x: &[f32],
    w: &Csr,
    bias: &[f32],
    out: &mut [f32],
    rows: usize,
    finish: impl Fn(V) -> V,
) {
    assert_eq!(bias.len(), w.outputs(), "a bias for each output");
    let mut lines = vec![Line([0.0; TILE]); w.depth.next_power_of_two()];
    for row in (0..rows).step_by(TILE) {
        for (k, line) in lines[..w.depth].iter_mut().enumerate() {
            line.0.copy_from_slice(&x[k * STRIDE + row..][..TILE]);
        }
        let mut entries = w.entries.as_slice();
        for (n, (&length, &bias)) in w.row_lengths.iter().zip(bias).enumerate() {
            let (own, rest) = entries.split_at(length);
            entries = rest;
            let mut sums = [V::splat(bias); TILE / LANES];
            for &Entry { column, value } in own {
                let value = V::splat(value);
                let x = &lines[column as usize & (lines.len() - 1)].0;
                for (sum, x) in sums.iter_mut().zip(x.as_chunks().0) {
                    *sum = sum.add(value.mul(V::load(x)));
                }
            }
            let places = out[n * STRIDE + row..][..TILE].as_chunks_mut().0;
            places.iter_mut().zip(sums).for_each(|(place, sum)| finish(sum).store(place));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::{Block, Native};

    fn number(i: usize, seed: usize) -> f32 {
        ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0
    }

    proptest! {
        #[test]
        fn the_sparse_product_is_that_of_its_definition(
            m in 1usize..129, n in 1usize..23, k in 1usize..41, kept in 0usize..=8, dead in 0usize..4, seed in 0usize..1000,
        ) {
            // Some rows and some columns of the weights are empty.
            let weight = |i: usize| {
                let (row, column) = (i / k, i % k);
                let lost = row % 5 < dead || column % 7 < dead || (i * 31 + seed) % 8 >= kept;
                if lost { 0.0 } else { number(i, seed) }
            };
            let w: Vec<f32> = (0..n * k).map(weight).collect();
            let bias: Vec<f32> = (0..n).map(|i| number(i, seed + 1)).collect();
            let x: Vec<f32> = (0..m * k).map(|i| number(i, seed + 2)).collect();
            let mut block = Block::default();
            block.take(k, x.chunks_exact(k));
            let csr = Csr::new(&w, n, k);
            let mut out = vec![f32::NAN; n * STRIDE];
            multiply_sparse::<Native>(block.all(), &csr, &bias, &mut out, m, |z| z.mul(Native::splat(2.0)));
            for row in 0..m {
                for output in 0..n {
                    let sum = (0..k).fold(bias[output], |sum, i| sum + w[output * k + i] * x[row * k + i]);
                    prop_assert_eq!(out[output * STRIDE + row], 2.0 * sum);
                }
            }
        }
    }

    #[test]
    fn nothing_in_nothing_out() {
        multiply_sparse::<Native>(&[0.0; 5 * STRIDE], &Csr::new(&[], 0, 5), &[], &mut [], 3, |sum| sum);
        let mut out = [f32::NAN; 3 * STRIDE];
        multiply_sparse::<Native>(&[], &Csr::new(&[], 3, 0), &[2.0; 3], &mut out, 128, |sum| sum);
        assert!(out.chunks(STRIDE).all(|rows| rows[..128].iter().all(|&v| v == 2.0)));
    }
}
