//! Optimal Brain Surgeon, layer by layer: what a layer's pre-activations lose with a weight when the others make up for it.
//!
//! For one output row w of a layer with inputs x, the mean over the rows of data of ½·(δwᵀ·x)² is ½·δwᵀ·H·δw with
//! H = mean x·xᵀ. Of all δw that take w_q to zero, δw = -w_q/[H⁻¹]_qq · H⁻¹·e_q costs the least: w_q² / (2·[H⁻¹]_qq).
//!
//! The bias counts as the weight of a constant input 1: it is never pruned, but makes up for pruned weights as others do.
//! H is damped, H + λ·I with λ = 10⁻⁴ of the mean of its diagonal, so that it can be inverted: weights of inputs that
//! depend on one another, or are always zero, have no single best update. The damped cost is that of the pre-activations
//! and λ/2·‖δw‖². Inputs are those of the network as it is, not as lower layers are pruned.
//!
//! # Source
//! Hassibi and Stork, *Second order derivatives for network pruning: Optimal Brain Surgeon* (1993); Dong, Chen and Pan,
//! *Learning to Prune Deep Neural Networks via Layer-wise Optimal Brain Surgeon* (2017); for several weights of a row,
//! Frantar and Alistarh, *Optimal Brain Compression* (2022), algorithm 1.

use super::Calibration;
use super::cholesky::Cholesky;
use crate::kernels::{GROUP, Native, STRIDE, add_gradient, add_row_sums};
use crate::nn::{Layer, Mask, Mlp};

/// λ as a share of the mean of the diagonal of H. Products are summed in single precision over 128 rows at a time, so a
/// damping below 10⁻⁵ or so would be lost in rounding.
const DAMPING: f64 = 1e-4;
/// Outputs of a product that are computed together: H is symmetric, so each band ends at its diagonal.
const BAND: usize = 64;

/// What each weight's removal adds to the loss of its row, H that of its layer's inputs, when the weights of the row go one
/// after the other: always the one of least w² / (2·\[H⁻¹\]), the first among equals, and the rest makes up for it before
/// the next is chosen. So of two inputs that say the same, one is free and the other is not.
///
/// A row's scores rise in its own order: a removal that costs no more than one before it, as may be, gets the next larger
/// number than that one's. Weights that are zero cost nothing and go first, with score 0. Half a squared error of the
/// layer's own pre-activations: compare it within a layer.
///
/// About rows·n²/2 + n³ multiply-adds for each layer of n inputs, and at most n³/3, about n³/4, for each of its outputs.
pub fn surgeon(data: &Calibration) -> Vec<f32> {
    let mut scores = Vec::with_capacity(data.mlp.n_weights());
    for (layer, hessian) in data.mlp.layers.iter().zip(Hessian::of(data)) {
        let all: Vec<usize> = (0..hessian.n).collect();
        let inverse = hessian.factor(&all).inverse();
        for (row, &bias) in layer.weights().chunks_exact(layer.inputs()).zip(&layer.bias) {
            let weights = row.iter().chain([&bias]).map(|&w| f64::from(w)).collect();
            scores.extend(removal_costs(inverse.clone(), weights, hessian.smallest_inverse()));
        }
    }
    scores
}

/// The scores of a row: `weights`, its bias last, `inverse` that of H, no eigenvalue of which is below `smallest`.
fn removal_costs(mut inverse: Vec<f64>, mut weights: Vec<f64>, smallest: f64) -> Vec<f32> {
    let n = weights.len();
    let bias = n - 1;
    let mut left: Vec<usize> = (0..n).collect();
    let mut column = vec![0.0; n];
    let mut scores = vec![0.0; bias];
    let mut least = 0.0_f32;
    while left.len() > 1 {
        let cost = |q: usize| weights[q] * weights[q] / (2.0 * inverse[q * n + q].max(smallest));
        let costs = left.iter().enumerate().filter(|&(_, &q)| q != bias).map(|(at, &q)| (at, cost(q)));
        let Some((at, cost)) = costs.min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        let q = left.remove(at);
        if weights[q] != 0.0 {
            least = (cost as f32).max(least.next_up());
            scores[q] = least;
        }
        // One step of Gaussian elimination, on the lower triangle.
        for &i in &left {
            column[i] = inverse[i.max(q) * n + i.min(q)];
        }
        column[q] = 0.0;
        let pivot = inverse[q * n + q].max(smallest);
        let share = weights[q] / pivot;
        for &i in &left {
            weights[i] -= share * column[i];
            let factor = column[i] / pivot;
            inverse[i * n..=i * n + i].iter_mut().zip(&column).for_each(|(own, other)| *own -= factor * other);
        }
    }
    scores
}

/// The network without the weights that `mask` prunes, the others and the biases changed so that of all that could be kept
/// of each row they keep its pre-activations best: what removing the weights one by one, with the update of each, ends at
/// in any order.
///
/// With Q pruned and K kept, δw_K = H_KK⁻¹·H_KQ·w_Q = -\[H⁻¹\]_KQ·\[H⁻¹\]_QQ⁻¹·w_Q; the smaller system is solved.
/// Rows that lose nothing keep their bits; in the others a weight that is zero but kept may become another.
pub fn compensate(data: &Calibration, mask: &Mask) -> Mlp {
    let mut mlp = data.mlp.clone();
    let kept = mask.layers().into_iter().map(|range| &mask.kept()[range]);
    for ((layer, kept), hessian) in mlp.layers.iter_mut().zip(kept).zip(Hessian::of(data)) {
        hessian.compensate(layer, kept);
    }
    mlp
}

/// H + λ·I of a layer's inputs, the constant 1 of the bias last.
struct Hessian {
    /// (n, n), row-major.
    damped: Vec<f64>,
    n: usize,
    damping: f64,
}

impl Hessian {
    /// That of each layer.
    fn of(data: &Calibration) -> Vec<Hessian> {
        let sizes = data.mlp.layers.iter().map(|layer| layer.inputs() + 1);
        let mut hessians: Vec<_> = sizes.map(|n| Hessian { damped: vec![0.0; n * n], n, damping: 0.0 }).collect();
        let mut products = Products::default();
        data.each_input(|layer, inputs, rows| products.add(&mut hessians[layer], inputs, rows));
        for hessian in &mut hessians {
            hessian.finish(data.rows.len());
        }
        hessians
    }

    /// Divides the sums over `rows` rows, fills the upper triangle and damps.
    fn finish(&mut self, rows: usize) {
        let (n, matrix) = (self.n, &mut self.damped);
        for i in 0..n {
            for j in 0..=i {
                let mean = matrix[i * n + j] / rows as f64;
                (matrix[i * n + j], matrix[j * n + i]) = (mean, mean);
            }
        }
        let trace: f64 = matrix.iter().step_by(n + 1).sum();
        self.damping = DAMPING * trace / n as f64;
        matrix.iter_mut().step_by(n + 1).for_each(|diagonal| *diagonal += self.damping);
    }

    /// The factor of what it has of some inputs.
    fn factor(&self, inputs: &[usize]) -> Cholesky {
        Cholesky::new(part(&self.damped, self.n, inputs, inputs), inputs.len(), self.damping)
    }

    /// What no eigenvalue of H⁻¹ is below: no eigenvalue of H is larger than its trace.
    fn smallest_inverse(&self) -> f64 {
        1.0 / self.damped.iter().step_by(self.n + 1).sum::<f64>()
    }

    /// Takes the weights that are not `kept` out of each row of `layer`, and lets the others make up for them.
    fn compensate(&self, layer: &mut Layer, kept: &[bool]) {
        let bias = layer.inputs();
        let all: Vec<usize> = (0..self.n).collect();
        let mut inverse = None;
        let rows = kept.chunks_exact(bias).enumerate().filter(|(_, kept)| kept.contains(&false));
        for (row, kept) in rows {
            let mut weights: Vec<f64> = layer.weight.row(row).iter().map(|&w| f64::from(w)).collect();
            weights.push(f64::from(layer.bias[row]));
            let (stay, leave): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&i| i == bias || kept[i]);
            let pruned: Vec<f64> = leave.iter().map(|&q| weights[q]).collect();
            let change = if leave.len() < stay.len() {
                self.change_by_inverse(
                    inverse.get_or_insert_with(|| self.factor(&all).inverse()),
                    &stay,
                    &leave,
                    pruned,
                )
            } else {
                let mut change = product(&part(&self.damped, self.n, &stay, &leave), &pruned);
                self.factor(&stay).solve(&mut change);
                change
            };
            stay.iter().zip(change).for_each(|(&i, change)| weights[i] += change);
            leave.iter().for_each(|&q| weights[q] = 0.0);
            layer.weight.row_mut(row).iter_mut().zip(&weights).for_each(|(w, &wide)| *w = wide as f32);
            layer.bias[row] = weights[bias] as f32;
        }
    }

    /// -\[H⁻¹\]_KQ·\[H⁻¹\]_QQ⁻¹·w_Q, K the inputs that stay and Q those that leave with the weights `pruned`.
    fn change_by_inverse(&self, inverse: &[f64], stay: &[usize], leave: &[usize], mut pruned: Vec<f64>) -> Vec<f64> {
        Cholesky::new(part(inverse, self.n, leave, leave), leave.len(), self.smallest_inverse()).solve(&mut pruned);
        pruned.iter_mut().for_each(|y| *y = -*y);
        product(&part(inverse, self.n, stay, leave), &pruned)
    }
}

/// The entries of `matrix` (n, n) in these rows and columns, row-major.
fn part(matrix: &[f64], n: usize, rows: &[usize], columns: &[usize]) -> Vec<f64> {
    rows.iter().flat_map(|&i| columns.iter().map(move |&j| matrix[i * n + j])).collect()
}

/// `matrix`, row-major, times `vector`.
fn product(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| row.iter().zip(vector).map(|(m, v)| m * v).sum()).collect()
}

/// Sums of products of inputs, and the buffers they take.
#[derive(Default)]
struct Products {
    left: Vec<f32>,
    sums: Vec<f32>,
}

impl Products {
    /// Adds x·xᵀ of `rows` rows to the lower triangle.
    fn add(&mut self, hessian: &mut Hessian, inputs: &[f32], rows: usize) {
        let (n, count) = (hessian.n, hessian.n - 1);
        self.left.clear();
        self.left.extend_from_slice(inputs);
        // In the lanes after the last row stands what neurons make of no row.
        let empty = rows..rows.next_multiple_of(GROUP);
        self.left.chunks_mut(STRIDE).for_each(|lanes| lanes[empty.clone()].fill(0.0));
        for start in (0..count).step_by(BAND) {
            let end = count.min(start + BAND);
            self.sums.resize((end - start) * end, 0.0);
            let left = &self.left[start * STRIDE..];
            add_gradient::<Native>(left, inputs, &mut self.sums, (end - start, end), rows, true);
            for (i, sums) in (start..).zip(self.sums.chunks_exact(end)) {
                let own = hessian.damped[i * n..=i * n + i].iter_mut().zip(sums);
                own.for_each(|(sum, &product)| *sum += f64::from(product));
            }
        }
        self.sums.resize(count, 0.0);
        add_row_sums::<Native>(&self.left, &mut self.sums, rows, true);
        let constant = &mut hessian.damped[count * n..];
        constant.iter_mut().zip(&self.sums).for_each(|(sum, &x)| *sum += f64::from(x));
        constant[count] += rows as f64;
    }
}
