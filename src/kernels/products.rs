//! The three products of a dense layer, over blocks of rows in the lanes.
//!
//! ```text
//! forward            z[n] = b[n] + Σₖ w[n][k]·x[k]        multiply(x, W as panels over n)
//! backward           δ[k] = Σₙ w[n][k]·δ[n]               multiply(δ, W as panels over k)
//! weight gradient    g[n][k] = Σᵣ δ[n][r]·x[k][r]         add_gradient(δ, x)
//! ```
//!
//! The forward kernel keeps a tile of 4 outputs × 8 rows in registers, the gradient's one of 4 × 2 weights with four
//! partial sums each; the loop over the depth stays rolled. Both do sixteen arithmetic operations for six loads; larger
//! tiles and unrolled loops make WebAssembly engines spill.
//!
//! Order of summation: in a forward tile ascending k after the bias (a single output: four interleaved sums, folded at
//! the end); in the gradient row r goes to the partial sum r mod 4, ascending r.

use super::{GROUP, Lanes};

const LANES: usize = 4;
/// Outputs of a forward tile.
const TILE: usize = 4;
/// Features whose activations stay in the nearest cache while all outputs pass.
const FEATURE_BLOCK: usize = 32;

/// Weights as the forward kernel reads them: `[⌊n / 4⌋][depth][4]`, then the `n mod 4` last outputs one by one.
#[derive(Clone, Debug, Default)]
pub struct Panels {
    data: Vec<f32>,
    outputs: usize,
    depth: usize,
}

impl Panels {
    /// Takes the weights (outputs, depth), row-major.
    pub fn pack(&mut self, weight: &[f32], outputs: usize, depth: usize) {
        self.resize(weight, outputs, depth);
        let tiled = outputs / TILE * TILE * depth;
        if depth == 0 {
            return;
        }
        for (panel, rows) in self.data[..tiled].chunks_exact_mut(TILE * depth).zip(weight.chunks_exact(TILE * depth)) {
            for (i, row) in rows.chunks_exact(depth).enumerate() {
                panel[i..].iter_mut().step_by(TILE).zip(row).for_each(|(to, from)| *to = *from);
            }
        }
        self.data[tiled..].copy_from_slice(&weight[tiled..]);
    }

    /// Takes the transposed of the weights (depth, outputs), row-major.
    pub fn pack_transposed(&mut self, weight: &[f32], outputs: usize, depth: usize) {
        self.resize(weight, outputs, depth);
        let tiled = outputs / TILE * TILE;
        if outputs == 0 {
            return;
        }
        for (k, row) in weight.chunks_exact(outputs).enumerate() {
            let quads = row.as_chunks::<TILE>().0;
            for (panel, quad) in self.data[..tiled * depth].chunks_exact_mut(TILE * depth).zip(quads) {
                panel[k * TILE..(k + 1) * TILE].copy_from_slice(quad);
            }
            self.data[tiled * depth..]
                .iter_mut()
                .skip(k)
                .step_by(depth)
                .zip(&row[tiled..])
                .for_each(|(to, from)| *to = *from);
        }
    }

    fn resize(&mut self, weight: &[f32], outputs: usize, depth: usize) {
        assert_eq!(weight.len(), outputs * depth, "{outputs} × {depth} weights");
        (self.outputs, self.depth) = (outputs, depth);
        self.data.resize(weight.len(), 0.0);
    }
}

/// `out[n] = finish(bias[n] + Σₖ w[n][k]·x[k])` for each group of eight rows; without `bias` the sum starts at 0.
///
/// `finish` gets four lanes of the sum and what `out` held in their place.
///
/// # Shapes
/// `x`: `[groups][depth][8]`, `out`: `[groups][outputs][8]`, `bias`: `[outputs]` or empty.
pub fn multiply<V: Lanes>(x: &[f32], w: &Panels, bias: &[f32], out: &mut [f32], finish: impl Fn(V, V) -> V) {
    let (outputs, depth) = (w.outputs, w.depth);
    let groups = out.len() / (outputs * GROUP).max(1);
    assert_eq!((x.len(), out.len()), (groups * depth * GROUP, groups * outputs * GROUP), "{groups} groups");
    assert!(bias.is_empty() || bias.len() == outputs, "a bias for each output");
    let start = |n: usize| bias.get(n).copied().unwrap_or(0.0);
    for group in 0..groups {
        let x = &x[group * depth * GROUP..(group + 1) * depth * GROUP];
        let at = group * outputs * GROUP;
        let tiled = outputs / TILE * TILE;
        for n in (0..tiled).step_by(TILE) {
            let panel = &w.data[n * depth..(n + TILE) * depth];
            let sums = tile::<V>(x, panel, std::array::from_fn(|i| start(n + i)));
            for (i, halves) in sums.into_iter().enumerate() {
                store(halves, out, at + (n + i) * GROUP, &finish);
            }
        }
        for n in tiled..outputs {
            let halves = single::<V>(x, &w.data[n * depth..(n + 1) * depth], start(n));
            store(halves, out, at + n * GROUP, &finish);
        }
    }
}

#[inline(always)]
fn store<V: Lanes>(halves: [V; 2], out: &mut [f32], at: usize, finish: &impl Fn(V, V) -> V) {
    let places = out[at..at + GROUP].as_chunks_mut::<LANES>().0;
    places.iter_mut().zip(halves).for_each(|(place, sum)| finish(sum, V::load(place)).store(place));
}

/// Four outputs of eight rows.
#[inline(always)]
fn tile<V: Lanes>(x: &[f32], panel: &[f32], start: [f32; TILE]) -> [[V; 2]; TILE] {
    let mut sums = start.map(|value| [V::splat(value); 2]);
    for (x, w) in x.as_chunks::<GROUP>().0.iter().zip(panel.as_chunks::<TILE>().0) {
        let x = halves::<V>(x);
        for (sums, &w) in sums.iter_mut().zip(w) {
            let w = V::splat(w);
            sums[0] = sums[0].add(w.mul(x[0]));
            sums[1] = sums[1].add(w.mul(x[1]));
        }
    }
    sums
}

/// One output of eight rows, as four sums that do not wait for one another.
#[inline(always)]
fn single<V: Lanes>(x: &[f32], row: &[f32], start: f32) -> [V; 2] {
    let mut sums = [[V::splat(0.0); 2]; 4];
    let (quads, rest) = row.as_chunks::<4>();
    let (x_quads, x_rest) = x.split_at(quads.len() * 4 * GROUP);
    for (x, w) in x_quads.as_chunks::<{ 4 * GROUP }>().0.iter().zip(quads) {
        for ((sums, x), &w) in sums.iter_mut().zip(x.as_chunks::<GROUP>().0).zip(w) {
            let (x, w) = (halves::<V>(x), V::splat(w));
            sums[0] = sums[0].add(w.mul(x[0]));
            sums[1] = sums[1].add(w.mul(x[1]));
        }
    }
    for (x, &w) in x_rest.as_chunks::<GROUP>().0.iter().zip(rest) {
        let (x, w) = (halves::<V>(x), V::splat(w));
        sums[0][0] = sums[0][0].add(w.mul(x[0]));
        sums[0][1] = sums[0][1].add(w.mul(x[1]));
    }
    let [a, b, c, d] = sums;
    [0, 1].map(|half| V::splat(start).add(a[half].add(b[half]).add(c[half].add(d[half]))))
}

#[inline(always)]
fn halves<V: Lanes>(x: &[f32; GROUP]) -> [V; 2] {
    let [a, b, c, d, e, f, g, h] = *x;
    [V::load(&[a, b, c, d]), V::load(&[e, f, g, h])]
}

/// Adds to `gradient` the products of `delta` and `x`, summed over rows in four lanes; `fresh` forgets what was there.
///
/// # Shapes
/// `delta`: `[groups][outputs][8]`, `x`: `[groups][depth][8]`, `gradient`: `[outputs][depth][4]`, whose four lanes are
/// yet to be added up.
pub fn add_gradient<V: Lanes>(
    delta: &[f32],
    x: &[f32],
    gradient: &mut [f32],
    (outputs, depth): (usize, usize),
    fresh: bool,
) {
    let groups = delta.len() / (outputs * GROUP).max(1);
    assert_eq!((delta.len(), x.len()), (groups * outputs * GROUP, groups * depth * GROUP), "{groups} groups");
    assert_eq!(gradient.len(), outputs * depth * LANES, "{outputs} × {depth} weights");
    let tiled = outputs / TILE * TILE;
    for block in (0..depth).step_by(FEATURE_BLOCK) {
        let end = depth.min(block + FEATURE_BLOCK);
        for n in (0..tiled).step_by(TILE) {
            let pairs = block + (end - block) / 2 * 2;
            for k in (block..pairs).step_by(2) {
                accumulate::<V, 4, 2>(delta, x, gradient, (outputs, depth), (n, k), fresh);
            }
            for k in pairs..end {
                accumulate::<V, 4, 1>(delta, x, gradient, (outputs, depth), (n, k), fresh);
            }
        }
        for n in tiled..outputs {
            let eights = block + (end - block) / 8 * 8;
            for k in (block..eights).step_by(8) {
                accumulate::<V, 1, 8>(delta, x, gradient, (outputs, depth), (n, k), fresh);
            }
            for k in eights..end {
                accumulate::<V, 1, 1>(delta, x, gradient, (outputs, depth), (n, k), fresh);
            }
        }
    }
}

/// The tile of N × K weights at (n, k) of the gradient.
#[inline(always)]
fn accumulate<V: Lanes, const N: usize, const K: usize>(
    delta: &[f32],
    x: &[f32],
    gradient: &mut [f32],
    (outputs, depth): (usize, usize),
    (n, k): (usize, usize),
    fresh: bool,
) {
    debug_assert!(n + N <= outputs && k + K <= depth);
    let groups = delta.len() / (outputs * GROUP);
    let mut sums = [[V::splat(0.0); K]; N];
    if !fresh {
        for (i, sums) in sums.iter_mut().enumerate() {
            for (j, sum) in sums.iter_mut().enumerate() {
                // SAFETY: `add_gradient` checked that gradient holds outputs × depth × 4 numbers; n + i < outputs and
                // k + j < depth.
                *sum = V::load(unsafe { quad(gradient, ((n + i) * depth + k + j) * LANES) });
            }
        }
    }
    for half in [0, LANES] {
        let (mut delta_at, mut x_at) = (n * GROUP + half, k * GROUP + half);
        for _ in 0..groups {
            // SAFETY: `add_gradient` checked that delta and x hold this many groups; the tile lies within a group, as
            // n + N ≤ outputs and k + K ≤ depth.
            let d: [V; N] = std::array::from_fn(|i| V::load(unsafe { quad(delta, delta_at + i * GROUP) }));
            // SAFETY: the same.
            let x: [V; K] = std::array::from_fn(|j| V::load(unsafe { quad(x, x_at + j * GROUP) }));
            for (sums, d) in sums.iter_mut().zip(d) {
                for (sum, x) in sums.iter_mut().zip(x) {
                    *sum = sum.add(d.mul(x));
                }
            }
            delta_at += outputs * GROUP;
            x_at += depth * GROUP;
        }
    }
    for (i, sums) in sums.into_iter().enumerate() {
        let at = ((n + i) * depth + k) * LANES;
        let lanes = gradient[at..at + K * LANES].as_chunks_mut::<LANES>().0;
        lanes.iter_mut().zip(sums).for_each(|(lanes, sum)| sum.store(lanes));
    }
}

/// Four numbers of a slice.
///
/// # Safety
/// `at + 4 <= numbers.len()`.
#[inline(always)]
unsafe fn quad(numbers: &[f32], at: usize) -> &[f32; LANES] {
    debug_assert!(at + LANES <= numbers.len());
    // SAFETY: the caller's.
    unsafe { &*numbers.as_ptr().add(at).cast() }
}

/// Adds to `sums` each feature's sum over rows, in four lanes: the gradient of a bias; `fresh` forgets what was there.
///
/// # Shapes
/// `delta`: `[groups][outputs][8]`, `sums`: `[outputs][4]`.
pub fn add_row_sums<V: Lanes>(delta: &[f32], sums: &mut [f32], outputs: usize, fresh: bool) {
    assert_eq!(sums.len(), outputs * LANES);
    if fresh {
        sums.fill(0.0);
    }
    for group in delta.chunks_exact((outputs * GROUP).max(1)) {
        for (delta, sums) in group.as_chunks::<GROUP>().0.iter().zip(sums.as_chunks_mut::<LANES>().0) {
            let [low, high] = halves::<V>(delta);
            V::load(sums).add(low).add(high).store(sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::{Block, Native};

    fn numbers(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    /// Rows of numbers, and the same as a block.
    fn rows(rows: usize, features: usize, seed: usize) -> (Vec<f32>, Block) {
        let flat = numbers(rows * features, seed);
        let mut block = Block::default();
        block.clear(features);
        block.extend(flat.chunks_exact(features.max(1)));
        (flat, block)
    }

    fn close(got: f32, want: f64, terms: usize) -> bool {
        (f64::from(got) - want).abs() <= 1e-6 * (terms + 1) as f64
    }

    proptest! {
        #[test]
        fn products_are_those_of_their_definition(m in 1usize..30, n in 1usize..23, k in 1usize..41, seed in 0usize..1000) {
            let (x, blocked) = rows(m, k, seed);
            let (w, bias) = (numbers(n * k, seed + 1), numbers(n, seed + 2));
            let mut panels = Panels::default();
            panels.pack(&w, n, k);
            let mut out = vec![f32::NAN; blocked.groups() * n * GROUP];
            multiply::<Native>(blocked.all(), &panels, &bias, &mut out, |sum, _| sum);

            let transposed: Vec<f32> = (0..k * n).map(|i| w[i % n * k + i / n]).collect();
            let mut same = Panels::default();
            same.pack_transposed(&transposed, n, k);
            prop_assert_eq!(&same.data, &panels.data);

            let at = |block: &[f32], width: usize, row: usize, feature: usize| {
                block[(row / GROUP * width + feature) * GROUP + row % GROUP]
            };
            for row in 0..m {
                for output in 0..n {
                    let terms = (0..k).map(|i| f64::from(w[output * k + i]) * f64::from(x[row * k + i]));
                    let want = f64::from(bias[output]) + terms.sum::<f64>();
                    prop_assert!(close(at(&out, n, row, output), want, k));
                }
            }

            // The gradient of these outputs as if they were a δ, on top of what is there.
            let (delta, delta_block) = rows(m, n, seed + 3);
            let before = numbers(n * k * LANES, seed + 4);
            let mut gradient = before.clone();
            add_gradient::<Native>(delta_block.all(), blocked.all(), &mut gradient, (n, k), false);
            let mut bias_gradient = vec![f32::NAN; n * LANES];
            add_row_sums::<Native>(delta_block.all(), &mut bias_gradient, n, true);
            let mut fresh = vec![f32::NAN; n * k * LANES];
            add_gradient::<Native>(delta_block.all(), blocked.all(), &mut fresh, (n, k), true);
            for output in 0..n {
                for i in 0..k {
                    let lanes = |of: &[f32]| of[(output * k + i) * LANES..][..LANES].iter().map(|&v| f64::from(v)).sum::<f64>();
                    let want: f64 = (0..m).map(|r| f64::from(delta[r * n + output]) * f64::from(x[r * k + i])).sum();
                    prop_assert!(close((lanes(&gradient) - lanes(&before)) as f32, want, m));
                    prop_assert!(close(lanes(&fresh) as f32, want, m));
                }
                let want: f64 = (0..m).map(|r| f64::from(delta[r * n + output])).sum();
                let got: f32 = bias_gradient[output * LANES..][..LANES].iter().sum();
                prop_assert!(close(got, want, m));
            }
        }
    }

    #[test]
    fn nothing_in_nothing_out() {
        let mut panels = Panels::default();
        panels.pack(&[], 0, 5);
        multiply::<Native>(&[], &panels, &[], &mut [], |sum, _| sum);
        panels.pack(&[], 3, 0);
        let mut out = [1.0; 3 * GROUP];
        multiply::<Native>(&[], &panels, &[2.0; 3], &mut out, |sum, _| sum);
        assert_eq!(out, [2.0; 3 * GROUP]);
        add_gradient::<Native>(&[], &[], &mut [], (0, 0), true);
    }

    #[test]
    fn the_finish_sees_the_sum_and_what_was_there() {
        let (_, x) = rows(9, 3, 1);
        let mut panels = Panels::default();
        panels.pack(&numbers(18, 2), 6, 3);
        let mut plain = vec![0.0; 2 * 6 * GROUP];
        multiply::<Native>(x.all(), &panels, &[], &mut plain, |sum, _| sum);
        let mut finished = numbers(plain.len(), 3);
        let before = finished.clone();
        multiply::<Native>(x.all(), &panels, &[], &mut finished, |sum, old| sum.sub(old));
        for ((got, sum), old) in finished.iter().zip(&plain).zip(&before) {
            assert_eq!(*got, sum - old);
        }
    }
}
