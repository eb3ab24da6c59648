//! By how much the losses of some rows change when their logits do.
//!
//! The loss is the cross-entropy of the logits as real numbers: of a row with label y, ln Σ eᶻ - z_y, two classes having the
//! logits 0 and z. A change is computed as such, never as the difference of two losses, so that it is as precise for a
//! weight that hardly matters as for any other:
//!
//! ```text
//! logit j alone, by t:    ln(1 + p·(eᵗ - 1)) - [j = y]·t
//!                         = ln(1 + (1 - p)·(e⁻ᵗ - 1)) + t - [j = y]·t        where p > ½
//! logit i by δ for all i: ln(1 + Σ pᵢ·(e^(δᵢ - δ_c) - 1)) + δ_c - δ_y        c the likeliest class
//! ```
//!
//! The logarithms are of ½ at least, and of 1/k with k classes. Where an exponent is too large for single precision, the
//! rows at hand are done in double precision.

use crate::kernels::{BLOCK, Lanes, Native, STREAM, STRIDE, exp_m1, exp_m1_near, ln_1p};
use crate::nn::Task;

/// The largest exponent in single precision: four such powers can be multiplied.
const LARGEST: f32 = 20.0;
/// Up to this size of exponents, just below ½ ln 2, a factor 1 + p·(eᵗ - 1), p ≤ ½, is in [0.85, 1.21]: one logarithm does
/// for eight of them.
const NEAR: f32 = 0.34;
const QUADS: usize = STREAM / 4;

/// The losses of up to 128 rows, and what their changes need. Where there is no row all of it is 0.
pub(super) struct Losses {
    task: Task,
    labels: Vec<usize>,
    /// `[n_outputs][STRIDE]`, as all that follows.
    logits: Vec<f32>,
    /// For a logit that changes alone: the smaller of p and 1 - p, the sign of the exponent, the factor of t.
    small: Vec<f32>,
    sign: Vec<f32>,
    factor: Vec<f32>,
    /// For several at once, more than two classes: p but of the likeliest class, 1 for that class, and the factor of δ.
    others: Vec<f32>,
    likeliest: Vec<f32>,
    factors: Vec<f32>,
}

impl Losses {
    /// Those of rows with these logits, `[n_outputs][STRIDE]`, and labels.
    pub fn new(task: Task, logits: &[f32], labels: &[usize]) -> Self {
        let [mut small, mut sign, mut factor] = std::array::from_fn(|_| vec![0.0; logits.len()]);
        let [mut others, mut likeliest, mut factors] = std::array::from_fn(|_| vec![0.0; logits.len()]);
        for (row, &label) in labels.iter().enumerate() {
            let z = all_logits(task, |j| f64::from(logits[j * STRIDE + row]));
            let best = (0..z.len()).fold(0, |best, j| if z[j] > z[best] { j } else { best });
            let powers: Vec<f64> = z.iter().map(|own| libm::exp(own - z[best])).collect();
            let sum: f64 = powers.iter().sum();
            // 1 - p of the likeliest class loses no bit.
            let rest = powers.iter().enumerate().filter(|&(j, _)| j != best).map(|(_, power)| power).sum::<f64>();
            let hidden = z.len() - task.n_outputs();
            for (j, power) in powers.iter().enumerate().skip(hidden) {
                let at = (j - hidden) * STRIDE + row;
                let p = power / sum;
                let (reflected, own, top) = (p > 0.5, f32::from(j == label), f32::from(j == best));
                small[at] = if reflected { rest / sum } else { p } as f32;
                sign[at] = if reflected { -1.0 } else { 1.0 };
                factor[at] = f32::from(reflected) - own;
                others[at] = (1.0 - top) * p as f32;
                likeliest[at] = top;
                factors[at] = top - own;
            }
        }
        let (labels, logits) = (labels.to_vec(), logits.to_vec());
        Losses { task, labels, logits, small, sign, factor, others, likeliest, factors }
    }

    /// The sum of the rows' changes when logit `j` alone changes by t = `weight`·x.
    ///
    /// # Shapes
    /// `x`: `[BLOCK]`.
    pub fn change_of_one(&self, j: usize, weight: f32, x: &[f32]) -> f64 {
        let own = j * STRIDE..(j + 1) * STRIDE;
        let streams = [&self.small, &self.sign, &self.factor].map(|stream| &stream[own.clone()]);
        let [small, sign, factor] = streams.map(|stream| stream.as_chunks::<4>().0.as_chunks::<QUADS>().0);
        let passes = &x.as_chunks::<4>().0.as_chunks::<QUADS>().0[..self.labels.len().div_ceil(STREAM)];
        let (zero, scale) = (Native::splat(0.0), Native::splat(weight));
        let mut rest = zero;
        // The smaller probability and the exponent of four rows.
        let mut quad = |pass: usize, q: usize| {
            let t = scale.mul(Native::load(&passes[pass][q]));
            rest = rest.add(Native::load(&factor[pass][q]).mul(t));
            (Native::load(&small[pass][q]), Native::load(&sign[pass][q]).mul(t))
        };
        // (1 + product)·(1 + y) - 1
        let times = |product: Native, y: Native| product.add(y).add(product.mul(y));
        let mut logs = zero;
        if weight.abs() * greatest_size(passes.as_flattened()) <= NEAR {
            let mut products = [zero; QUADS];
            for pass in 0..passes.len() {
                products = std::array::from_fn(|q| {
                    let (small, exponent) = quad(pass, q);
                    times(products[q], small.mul(exp_m1_near(exponent)))
                });
            }
            logs = products.into_iter().fold(logs, |logs, product| logs.add(ln_1p(product)));
        } else {
            let mut largest = zero;
            for pass in 0..passes.len() {
                let mut product = zero;
                for q in 0..QUADS {
                    let (small, exponent) = quad(pass, q);
                    largest = largest.or_at_least(exponent);
                    product = times(product, small.mul(exp_m1(exponent)));
                }
                logs = logs.add(ln_1p(product));
            }
            if greatest(largest) > LARGEST {
                return self.wide_change(|i, row| if i == j { weight * x[row] } else { 0.0 });
            }
        }
        sum(logs) + sum(rest)
    }

    /// The sum of the rows' changes when every logit changes.
    ///
    /// # Shapes
    /// `change`: `[n_outputs][STRIDE]`.
    pub fn change_of_all(&self, change: &[f32]) -> f64 {
        if self.task == Task::Binary {
            return self.change_of_one(0, 1.0, &change[..BLOCK]);
        }
        let zero = Native::splat(0.0);
        let load = |stream: &[f32], at: usize| Native::load(&stream[at..].as_chunks().0[0]);
        let (mut total, mut largest) = (zero, zero);
        let places = |row: usize| (row..self.logits.len()).step_by(STRIDE);
        for row in (0..self.labels.len()).step_by(4) {
            let (mut reference, mut y) = (zero, zero);
            for at in places(row) {
                let change = load(change, at);
                reference = reference.add(load(&self.likeliest, at).mul(change));
                total = total.add(load(&self.factors, at).mul(change));
            }
            for at in places(row) {
                let exponent = load(change, at).sub(reference);
                largest = largest.or_at_least(exponent);
                y = y.add(load(&self.others, at).mul(exp_m1(exponent)));
            }
            total = total.add(ln_1p(y));
        }
        if greatest(largest) > LARGEST {
            return self.wide_change(|i, row| change[i * STRIDE + row]);
        }
        sum(total)
    }

    /// The same in double precision, when logit i of a row changes by `change(i, row)`.
    fn wide_change(&self, change: impl Fn(usize, usize) -> f32) -> f64 {
        let row_change = |(row, &label): (usize, &usize)| {
            let logit = |i: usize| f64::from(self.logits[i * STRIDE + row]);
            let before = all_logits(self.task, logit);
            let after = all_logits(self.task, |i| logit(i) + f64::from(change(i, row)));
            cross_entropy(&after, label) - cross_entropy(&before, label)
        };
        self.labels.iter().enumerate().map(row_change).sum()
    }
}

/// A logit for each class: two classes have one of their own, beside 0.
fn all_logits(task: Task, logit: impl Fn(usize) -> f64) -> Vec<f64> {
    match task {
        Task::Binary => vec![0.0, logit(0)],
        Task::Multiclass { n_classes } => (0..n_classes).map(logit).collect(),
    }
}

fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    libm::log(logits.iter().map(|z| libm::exp(z - most)).sum()) + most - logits[label]
}

/// The largest |x|.
fn greatest_size(x: &[[f32; 4]]) -> f32 {
    let zero = Native::splat(0.0);
    let (most, least) = x.iter().fold((zero, zero), |(most, least), x| {
        let x = Native::load(x);
        (most.or_at_least(x), least.or_at_least(zero.sub(x)))
    });
    greatest(most.or_at_least(least))
}

fn lanes(four: Native) -> [f32; 4] {
    let mut lanes = [0.0; 4];
    four.store(&mut lanes);
    lanes
}

fn sum(four: Native) -> f64 {
    let [a, b, c, d] = lanes(four).map(f64::from);
    (a + b) + (c + d)
}

fn greatest(four: Native) -> f32 {
    lanes(four).into_iter().fold(0.0, f32::max)
}
