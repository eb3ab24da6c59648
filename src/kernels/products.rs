//! The three products of a dense layer, over rows in the lanes.
//!
//! ```text
//! forward            z[n] = b[n] + Σₖ w[n][k]·x[k]        multiply(x, W as panels over n)
//! backward           δ[k] = Σₙ w[n][k]·δ[n]               multiply_beside(δ, W as panels over k, activations)
//! weight gradient    g[n][k] = Σᵣ δ[n][r]·x[k][r]         add_gradient(δ, x)
//! ```
//!
//! The forward kernel keeps a tile of 2 outputs × 16 rows in registers, the gradient's one of 2 × 4 weights with four
//! partial sums each; the loop over the depth stays rolled. Both do sixteen arithmetic operations for six loads; larger
//! tiles and unrolled loops make WebAssembly engines spill. Sixteen rows are a cache line.
//!
//! Order of summation: in a forward tile ascending k after the bias; in the gradient row r goes to the partial sum
//! r mod 4, ascending r, and a chunk's four partial sums are added in pairs, before they join those of earlier chunks.

use std::ops::Range;

use super::block::LINE;
use super::{BLOCK, GROUP, Lanes, STRIDE};

const LANES: usize = 4;
/// Outputs of a forward tile.
const TILE: usize = 2;
/// Features of a span: with `ROWS` rows they fill half of the nearest cache, and stay in it while all outputs pass.
const SPAN: usize = 64;
/// Features whose rows stay in the nearest cache while all δ pass.
const FEATURES: usize = 32;

/// Weights as the forward kernel reads them: for each span of 64 inputs `[⌊outputs / 2⌋][span][2]`, then an odd last
/// output's `[span]`.
#[derive(Clone, Debug, Default)]
pub struct Panels {
    data: Vec<f32>,
    /// What the sums start from.
    bias: Vec<f32>,
    depth: usize,
}

impl Panels {
    /// Takes the weights (outputs, depth), row-major, and the biases (outputs).
    pub fn pack(&mut self, weight: &[f32], bias: &[f32], depth: usize) {
        self.bias.clear();
        self.bias.extend_from_slice(bias);
        self.fill(weight, depth, (depth, 1), SPAN);
    }

    /// Takes the transposed of the weights (depth, outputs), row-major, and no biases.
    pub fn pack_transposed(&mut self, weight: &[f32], outputs: usize, depth: usize) {
        self.bias.clear();
        self.bias.resize(outputs, 0.0);
        // Few lines of the weights at a time, and whole lines of the panels.
        self.fill(weight, depth, (1, outputs), LINE);
    }

    /// Sets one weight to zero.
    #[inline]
    pub fn prune(&mut self, output: usize, k: usize) {
        let start = k / SPAN * SPAN;
        let span = start..self.depth.min(start + SPAN);
        let tile = output / TILE * TILE;
        let (first, width) = if tile + TILE <= self.bias.len() { (tile, TILE) } else { (output, 1) };
        let at = self.place(&span, first, width).start + (k - start) * width + output - first;
        self.data[at] = 0.0;
    }

    /// Takes the weights, which lie so many numbers from one output, and from one input, to the next; so many inputs of all
    /// outputs at a time.
    #[inline(always)]
    fn fill(&mut self, weight: &[f32], depth: usize, strides: (usize, usize), block: usize) {
        let outputs = self.bias.len();
        assert_eq!(weight.len(), outputs * depth, "{outputs} × {depth} weights");
        self.depth = depth;
        self.data.resize(weight.len(), 0.0);
        for span in spans(depth) {
            for start in span.clone().step_by(block) {
                let inputs = start..span.end.min(start + block);
                for n in (0..outputs / TILE * TILE).step_by(TILE) {
                    self.fill_panel::<TILE>(weight, &span, &inputs, n, strides);
                }
                for n in outputs / TILE * TILE..outputs {
                    self.fill_panel::<1>(weight, &span, &inputs, n, strides);
                }
            }
        }
    }

    /// Takes the weights from some inputs of a span to N outputs from n on.
    #[inline(always)]
    fn fill_panel<const N: usize>(
        &mut self,
        weight: &[f32],
        span: &Range<usize>,
        inputs: &Range<usize>,
        n: usize,
        (across, along): (usize, usize),
    ) {
        let start = self.place(span, n, N).start + N * (inputs.start - span.start);
        let mut from = weight[n * across + inputs.start * along..].as_ptr();
        for places in self.data[start..start + N * inputs.len()].as_chunks_mut::<N>().0 {
            // SAFETY: `fill` checked that the weights are those of all inputs and outputs, of which these are some.
            *places = std::array::from_fn(|i| unsafe { *from.add(i * across) });
            from = from.wrapping_add(along);
        }
    }

    /// Where the weights from a span to `width` outputs from n on lie.
    fn place(&self, span: &Range<usize>, n: usize, width: usize) -> Range<usize> {
        let start = span.start * self.bias.len() + n * span.len();
        start..start + width * span.len()
    }
}

/// The spans of inputs that pass one after the other; one without any where there is no input.
fn spans(depth: usize) -> impl Iterator<Item = Range<usize>> {
    (0..depth.max(1)).step_by(SPAN).map(move |start| start..depth.min(start + SPAN))
}

/// `out[n] = finish(bias[n] + Σₖ w[n][k]·x[k])` for each row.
///
/// # Shapes
/// `x`: `[depth][STRIDE]`, `out`: `[outputs][STRIDE]`, `rows` of them, at most 128. Up to seven lanes after the last row
/// are overwritten.
pub fn multiply<V: Lanes>(x: &[f32], w: &Panels, out: &mut [f32], rows: usize, finish: impl Fn(V) -> V) {
    Product { x, w, beside: &[], rows }.run::<V, false>(out, |sum, _| finish(sum));
}

/// The same with `out[n] = finish(bias[n] + Σₖ w[n][k]·x[k], beside[n])`.
///
/// # Shapes
/// `beside`: as `out`.
pub fn multiply_beside<V: Lanes>(
    x: &[f32],
    w: &Panels,
    beside: &[f32],
    out: &mut [f32],
    rows: usize,
    finish: impl Fn(V, V) -> V,
) {
    check(beside, w.bias.len(), rows);
    Product { x, w, beside, rows }.run::<V, true>(out, finish);
}

/// Panics unless there are so many features of so many rows.
fn check(block: &[f32], features: usize, rows: usize) {
    let lanes = rows.next_multiple_of(GROUP);
    assert!(rows <= BLOCK, "{rows} rows of at most {BLOCK}");
    assert!(features == 0 || block.len() >= (features - 1) * STRIDE + lanes, "{features} features of {rows} rows");
}

/// Rows on their way through a layer.
struct Product<'a> {
    x: &'a [f32],
    w: &'a Panels,
    beside: &'a [f32],
    rows: usize,
}

impl Product<'_> {
    #[inline(always)]
    fn run<V: Lanes, const BESIDE: bool>(&self, out: &mut [f32], finish: impl Fn(V, V) -> V) {
        let outputs = self.w.bias.len();
        check(self.x, self.w.depth, self.rows);
        check(out, outputs, self.rows);
        let tiled = outputs / TILE * TILE;
        let whole = self.rows / (2 * GROUP) * (2 * GROUP);
        for span in spans(self.w.depth) {
            for row in (0..whole).step_by(2 * GROUP) {
                self.column::<V, TILE, 4, BESIDE>(out, 0..tiled, &span, row, &finish);
                self.column::<V, 1, 4, BESIDE>(out, tiled..outputs, &span, row, &finish);
            }
            for row in (whole..self.rows).step_by(GROUP) {
                self.column::<V, TILE, 2, BESIDE>(out, 0..tiled, &span, row, &finish);
                self.column::<V, 1, 2, BESIDE>(out, tiled..outputs, &span, row, &finish);
            }
        }
    }

    /// Adds a span of inputs to the outputs, N at a time, of H × 4 rows from `row` on. With pointers that only ever go on,
    /// because WebAssembly engines compute the address of each indexed number anew and keep few numbers at hand.
    #[inline(always)]
    fn column<V: Lanes, const N: usize, const H: usize, const BESIDE: bool>(
        &self,
        out: &mut [f32],
        outputs: Range<usize>,
        span: &Range<usize>,
        row: usize,
        finish: impl Fn(V, V) -> V,
    ) {
        let Product { x, w, beside, .. } = self;
        let panels = w.data[w.place(span, outputs.start, outputs.len())].as_ptr();
        let bias = w.bias[outputs.clone()].as_ptr_range();
        let (first, last) = (span.start == 0, span.end == w.depth);
        let at = outputs.start * STRIDE + row;
        // SAFETY: `run` and `multiply_beside` checked that x, out and beside hold whole groups of rows of all features
        // and outputs; the rows are some of them, the outputs exist in whole steps of N, and the panels hold N weights
        // for each of the span's inputs and each step.
        unsafe {
            let x = x.as_ptr().wrapping_add(span.start * STRIDE + row);
            let (mut weights, mut start) = (panels, bias.start);
            let mut out = out.as_mut_ptr().wrapping_add(at);
            let mut beside = beside.as_ptr().wrapping_add(at);
            while start < bias.end {
                let mut sums: [[V; H]; N] = std::array::from_fn(|i| {
                    std::array::from_fn(|j| match first {
                        true if BESIDE => V::splat(0.0),
                        true => V::splat(*start.add(i)),
                        false => V::load(&*out.add(i * STRIDE + j * LANES).cast()),
                    })
                });
                let (end, mut x) = (weights.add(N * span.len()), x);
                while weights < end {
                    let lanes: [V; H] = std::array::from_fn(|j| V::load(&*x.add(j * LANES).cast()));
                    for (i, sums) in sums.iter_mut().enumerate() {
                        let weight = V::splat(*weights.add(i));
                        sums.iter_mut().zip(lanes).for_each(|(sum, x)| *sum = sum.add(weight.mul(x)));
                    }
                    (weights, x) = (weights.add(N), x.wrapping_add(STRIDE));
                }
                for (i, sums) in sums.into_iter().enumerate() {
                    for (j, sum) in sums.into_iter().enumerate() {
                        let offset = i * STRIDE + j * LANES;
                        let sum = match (last, BESIDE) {
                            (false, _) => sum,
                            (true, false) => finish(sum, sum),
                            (true, true) => finish(sum, V::load(&*beside.add(offset).cast())),
                        };
                        sum.store(&mut *out.add(offset).cast());
                    }
                }
                start = start.add(N);
                out = out.wrapping_add(N * STRIDE);
                beside = beside.wrapping_add(N * STRIDE);
            }
        }
    }
}

/// Adds to `gradient` the products of `delta` and `x`, summed over rows; `fresh` forgets what was there.
///
/// # Shapes
/// `delta`: `[outputs][STRIDE]`, `x`: `[depth][STRIDE]`, `rows` of them, at most 128, `delta` 0 in the up to seven
/// lanes after the last; `gradient`: (outputs, depth), row-major.
pub fn add_gradient<V: Lanes>(
    delta: &[f32],
    x: &[f32],
    gradient: &mut [f32],
    (outputs, depth): (usize, usize),
    rows: usize,
    fresh: bool,
) {
    check(delta, outputs, rows);
    check(x, depth, rows);
    assert_eq!(gradient.len(), outputs * depth, "{outputs} × {depth} weights");
    let mut sum = Outer { delta, x, gradient, depth, rows, fresh };
    for block in (0..depth).step_by(FEATURES) {
        let end = depth.min(block + FEATURES);
        let (quads, pairs) = (block + (end - block) / 4 * 4, block + (end - block) / 2 * 2);
        for n in (0..outputs / 2 * 2).step_by(2) {
            sum.add::<V, 2, 4>(n, block..quads);
        }
        for n in (0..outputs / 4 * 4).step_by(4) {
            sum.add::<V, 4, 2>(n, quads..pairs);
            sum.add::<V, 4, 1>(n, pairs..end);
        }
        for n in outputs / 2 * 2..outputs {
            sum.add::<V, 1, 4>(n, block..quads);
        }
        for n in outputs / 4 * 4..outputs {
            sum.add::<V, 1, 1>(n, quads..end);
        }
    }
}

/// The sum over rows of outer products of δ and x.
struct Outer<'a> {
    delta: &'a [f32],
    x: &'a [f32],
    gradient: &'a mut [f32],
    depth: usize,
    rows: usize,
    fresh: bool,
}

impl Outer<'_> {
    /// Adds tiles of N outputs from n on and K of the features.
    #[inline(always)]
    fn add<V: Lanes, const N: usize, const K: usize>(&mut self, n: usize, features: Range<usize>) {
        let places = self.gradient[n * self.depth..(n + N) * self.depth].as_mut_ptr();
        // SAFETY: `add_gradient` checked that delta and x hold whole groups of rows of all outputs and features; n to n + N
        // and the features, in whole steps of K, are some of them, and the places are those of N outputs.
        unsafe {
            let delta = self.delta.as_ptr().add(n * STRIDE);
            let end = delta.add(self.rows.next_multiple_of(LANES));
            let mut x = self.x.as_ptr().wrapping_add(features.start * STRIDE);
            let (mut places, last) = (places.add(features.start), places.add(features.end));
            while places < last {
                let mut sums = [[V::splat(0.0); K]; N];
                let (mut delta, mut row) = (delta, x);
                while delta < end {
                    let d: [V; N] = std::array::from_fn(|i| V::load(&*delta.add(i * STRIDE).cast()));
                    let lanes: [V; K] = std::array::from_fn(|j| V::load(&*row.add(j * STRIDE).cast()));
                    for (sums, d) in sums.iter_mut().zip(d) {
                        sums.iter_mut().zip(lanes).for_each(|(sum, x)| *sum = sum.add(d.mul(x)));
                    }
                    (delta, row) = (delta.add(LANES), row.add(LANES));
                }
                for (i, sums) in sums.into_iter().enumerate() {
                    add_folded(sums, &mut *places.add(i * self.depth).cast::<[f32; K]>(), self.fresh);
                }
                (places, x) = (places.add(K), x.wrapping_add(K * STRIDE));
            }
        }
    }
}

/// Adds the four lanes of each sum in pairs, and that to its place.
#[inline(always)]
fn add_folded<V: Lanes, const K: usize>(sums: [V; K], places: &mut [f32; K], fresh: bool) {
    let [a, b, c, d] = V::transpose(std::array::from_fn(|i| sums[i.min(K - 1)]));
    let folded = a.add(b).add(c.add(d));
    let mut lanes = [0.0; LANES];
    lanes[..K].copy_from_slice(places);
    let total = if fresh { folded } else { V::load(&lanes).add(folded) };
    total.store(&mut lanes);
    places.copy_from_slice(&lanes[..K]);
}

/// Adds to `sums` each feature's sum over rows: the gradient of a bias; `fresh` forgets what was there.
///
/// # Shapes
/// `delta`: as for [`add_gradient`], `sums`: `[outputs]`.
pub fn add_row_sums<V: Lanes>(delta: &[f32], sums: &mut [f32], rows: usize, fresh: bool) {
    check(delta, sums.len(), rows);
    let tiled = sums.len() / LANES * LANES;
    // Four outputs at once, so that no addition waits for the one before it.
    for (n, places) in (0..).step_by(LANES).zip(sums.as_chunks_mut::<LANES>().0) {
        add_folded(row_sums::<V, LANES>(&delta[n * STRIDE..], rows), places, fresh);
    }
    for n in tiled..sums.len() {
        add_folded(row_sums::<V, 1>(&delta[n * STRIDE..], rows), std::array::from_mut(&mut sums[n]), fresh);
    }
}

/// The lanes of the sums over rows of N features.
#[inline(always)]
fn row_sums<V: Lanes, const N: usize>(delta: &[f32], rows: usize) -> [V; N] {
    check(delta, N, rows);
    let mut sums = [V::splat(0.0); N];
    // SAFETY: delta holds whole groups of rows of N features.
    unsafe {
        let mut delta = delta.as_ptr();
        let end = delta.add(rows.next_multiple_of(LANES));
        while delta < end {
            sums = std::array::from_fn(|i| sums[i].add(V::load(&*delta.add(i * STRIDE).cast())));
            delta = delta.add(LANES);
        }
    }
    sums
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
        block.take(features, flat.chunks_exact(features.max(1)));
        (flat, block)
    }

    fn close(got: f32, want: f64, terms: usize) -> bool {
        (f64::from(got) - want).abs() <= 1e-6 * (terms + 1) as f64
    }

    proptest! {
        #[test]
        fn products_are_those_of_their_definition(m in 1usize..129, n in 1usize..23, k in 1usize..141, seed in 0usize..1000) {
            let (x, blocked) = rows(m, k, seed);
            let (w, bias) = (numbers(n * k, seed + 1), numbers(n, seed + 2));
            let mut panels = Panels::default();
            panels.pack(&w, &bias, k);
            let mut out = vec![f32::NAN; n * STRIDE];
            multiply::<Native>(blocked.all(), &panels, &mut out, m, |sum| sum);

            let transposed: Vec<f32> = (0..k * n).map(|i| w[i % n * k + i / n]).collect();
            let mut same = Panels::default();
            same.pack_transposed(&transposed, n, k);
            prop_assert_eq!(&same.data, &panels.data);

            for row in 0..m {
                for output in 0..n {
                    let terms = (0..k).map(|i| f64::from(w[output * k + i]) * f64::from(x[row * k + i]));
                    let want = f64::from(bias[output]) + terms.sum::<f64>();
                    prop_assert!(close(out[output * STRIDE + row], want, k));
                }
            }

            // The gradient of these outputs as if they were a δ, on top of what is there.
            let (delta, delta_block) = rows(m, n, seed + 3);
            let before = numbers(n * k, seed + 4);
            let mut gradient = before.clone();
            add_gradient::<Native>(delta_block.all(), blocked.all(), &mut gradient, (n, k), m, false);
            let mut fresh = vec![f32::NAN; n * k];
            add_gradient::<Native>(delta_block.all(), blocked.all(), &mut fresh, (n, k), m, true);
            let mut bias_gradient = vec![f32::NAN; n];
            add_row_sums::<Native>(delta_block.all(), &mut bias_gradient, m, true);
            for output in 0..n {
                for i in 0..k {
                    let at = output * k + i;
                    let want: f64 = (0..m).map(|r| f64::from(delta[r * n + output]) * f64::from(x[r * k + i])).sum();
                    prop_assert!(close(fresh[at], want, m));
                    prop_assert!(close(gradient[at], want + f64::from(before[at]), m));
                }
                let want: f64 = (0..m).map(|r| f64::from(delta[r * n + output])).sum();
                prop_assert!(close(bias_gradient[output], want, m));
            }
        }
    }

    /// Part of a block goes through the same as a block of its own.
    #[test]
    fn rows_may_start_within_a_block() {
        let (flat, block) = rows(40, 5, 1);
        let mut alone = Block::default();
        alone.take(5, flat.chunks_exact(5).skip(24));
        let mut panels = Panels::default();
        panels.pack(&numbers(35, 2), &[0.0; 7], 5);
        let mut outs = [vec![0.0; 7 * STRIDE], vec![0.0; 7 * STRIDE]];
        for (out, x) in outs.iter_mut().zip([block.from(24), alone.all()]) {
            multiply::<Native>(x, &panels, out, 16, |sum| sum);
        }
        assert_eq!(outs[0], outs[1]);
    }

    #[test]
    fn nothing_in_nothing_out() {
        let mut panels = Panels::default();
        panels.pack(&[], &[], 5);
        multiply::<Native>(&[0.0; 5 * STRIDE], &panels, &mut [], 8, |sum| sum);
        panels.pack(&[], &[2.0; 3], 0);
        let mut out = [1.0; 3 * STRIDE];
        multiply::<Native>(&[], &panels, &mut out, 128, |sum| sum);
        assert!(out.chunks(STRIDE).all(|rows| rows[..128].iter().all(|&v| v == 2.0)));
        add_gradient::<Native>(&[], &[], &mut [], (0, 0), 0, true);
    }

    #[test]
    fn the_finish_sees_the_sum_and_what_is_beside() {
        let (_, x) = rows(9, 70, 1);
        let mut panels = Panels::default();
        panels.pack(&numbers(6 * 70, 2), &[0.0; 6], 70);
        let (mut plain, mut finished) = (vec![0.0; 6 * STRIDE], vec![0.0; 6 * STRIDE]);
        let beside = numbers(plain.len(), 3);
        multiply::<Native>(x.all(), &panels, &mut plain, 9, |sum| sum);
        multiply_beside::<Native>(x.all(), &panels, &beside, &mut finished, 9, |sum, other| sum.sub(other));
        for at in (0..6).flat_map(|n| (0..9).map(move |row| n * STRIDE + row)) {
            assert_eq!(finished[at], plain[at] - beside[at]);
        }
    }
}
