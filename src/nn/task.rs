//! What the network is asked: how its outputs become a loss, a gradient and a count of right answers.

use serde::{Deserialize, Serialize};

use crate::kernels::{GROUP, Lanes, Native, STRIDE, binary_cross_entropy, exp, ln, sigmoid};

/// The head, loss and metric of a classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Two classes: one logit, p = sigmoid in single precision, binary cross-entropy on that p, class 1 if p > 0.5.
    Binary,
    /// More classes: a logit each, cross-entropy of the log-softmax, the lowest index among the largest logits.
    Multiclass { n_classes: usize },
}

/// A sum over rows: divide by `rows` for the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub rows: usize,
    pub correct: usize,
    /// Sum of the rows' losses (nats). Each is single precision, as PyTorch computes it; the sum is double.
    pub loss_sum: f64,
}

impl Score {
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.rows as f64
    }

    pub fn loss(&self) -> f64 {
        self.loss_sum / self.rows as f64
    }

    /// Adds the rows of another sum.
    pub fn add(&mut self, other: Score) {
        self.rows += other.rows;
        self.correct += other.correct;
        self.loss_sum += other.loss_sum;
    }
}

impl Task {
    /// The task for labels in 0..n_classes, with n_classes ≥ 2.
    pub fn classification(n_classes: usize) -> Self {
        if n_classes == 2 { Task::Binary } else { Task::Multiclass { n_classes } }
    }

    /// The width of the output layer.
    pub fn n_outputs(self) -> usize {
        match self {
            Task::Binary => 1,
            Task::Multiclass { n_classes } => n_classes,
        }
    }

    /// How the logits do, each of which is replaced by the derivative of the mean loss over `batch_rows` rows.
    ///
    /// # Shapes
    /// `logits`: `[n_outputs][STRIDE]`, rows in the lanes; `labels` in 0..n_classes, one for each row; the derivatives
    /// of the up to seven rows that a last group has not are 0.
    ///
    /// # Source
    /// PyTorch: `BCELoss` with its clamps at -100 and 1e-12, then `sigmoid`'s backward; `CrossEntropyLoss`.
    pub fn differentiate(self, logits: &mut [f32], labels: &[usize], batch_rows: usize) -> Score {
        let score = self.evaluate(logits, labels);
        let scale = Native::splat(1.0 / batch_rows as f32);
        let one = Native::splat(1.0);
        for (class, rows) in logits.chunks_mut(STRIDE).enumerate() {
            for (lanes, labels) in quads(rows).zip(labels.chunks(4)) {
                let (p, target) = (Native::load(lanes), if self == Task::Binary { 1 } else { class });
                let y = one_hot(labels, target);
                match self {
                    Task::Binary => {
                        let spread = one.sub(p).mul(p).or_at_least(Native::splat(1e-12));
                        scale.mul(p.sub(y)).div(spread).mul(one.sub(p)).mul(p).store(lanes);
                    }
                    Task::Multiclass { .. } => exp(p).sub(y).mul(scale).store(lanes),
                }
            }
            rows[labels.len()..labels.len().next_multiple_of(GROUP)].fill(0.0);
        }
        score
    }

    /// The classes that the logits of `rows` rows speak for. They become probabilities: of class 1 (two classes) or of
    /// each class (more).
    ///
    /// # Shapes
    /// As for [`Task::differentiate`].
    pub fn predict(self, logits: &mut [f32], rows: usize) -> Vec<usize> {
        let mut classes = Vec::with_capacity(rows.next_multiple_of(4));
        for row in (0..rows).step_by(4) {
            match self {
                Task::Binary => {
                    let lanes = quad(logits, row);
                    sigmoid(Native::load(lanes)).store(lanes);
                    classes.extend(lanes.iter().map(|&p| usize::from(p > 0.5)));
                }
                Task::Multiclass { n_classes } => {
                    classes.extend(log_softmax(logits, row, n_classes).map(|class| class as usize));
                    for class in 0..n_classes {
                        let lanes = quad(logits, class * STRIDE + row);
                        exp(Native::load(lanes)).store(lanes);
                    }
                }
            }
        }
        classes.truncate(rows);
        classes
    }

    /// How the logits do. They become probabilities (two classes) or log-probabilities (more).
    ///
    /// # Shapes
    /// As for [`Task::differentiate`].
    pub fn evaluate(self, logits: &mut [f32], labels: &[usize]) -> Score {
        let mut score = Score { rows: labels.len(), ..Score::default() };
        for (row, labels) in (0..).step_by(4).zip(labels.chunks(4)) {
            let mut losses = [0.0; 4];
            match self {
                Task::Binary => {
                    let lanes = quad(logits, row);
                    let p = sigmoid(Native::load(lanes));
                    p.store(lanes);
                    binary_cross_entropy(p, one_hot(labels, 1)).store(&mut losses);
                    score.correct +=
                        labels.iter().zip(lanes).filter(|&(&label, &mut p)| (p > 0.5) == (label == 1)).count();
                }
                Task::Multiclass { n_classes } => {
                    let best = log_softmax(logits, row, n_classes);
                    for (i, &label) in labels.iter().enumerate() {
                        score.correct += usize::from(best[i] as usize == label);
                        losses[i] = -logits[label * STRIDE + row + i];
                    }
                }
            }
            score.loss_sum = losses[..labels.len()].iter().fold(score.loss_sum, |sum, &loss| sum + f64::from(loss));
        }
        score
    }
}

/// Replaces the logits of four rows from `row` on by zᵢ - max z - ln Σ e^(zⱼ - max z), to 2 ulp of the larger of zᵢ - max z
/// and the logarithm, and a unit roundoff a class; returns the lowest class among the largest logits of each.
fn log_softmax(logits: &mut [f32], row: usize, n_classes: usize) -> [f32; 4] {
    let (mut max, mut at) = (Native::splat(f32::NEG_INFINITY), Native::splat(0.0));
    let places = (0..n_classes).map(|class| class * STRIDE + row);
    for (class, place) in places.clone().enumerate() {
        let z = Native::load(quad(logits, place));
        at = Native::select_less(max, z, Native::splat(class as f32), at);
        max = Native::select_less(max, z, z, max);
    }
    let mut sum = Native::splat(0.0);
    for place in places.clone() {
        let z = quad(logits, place);
        let below = Native::load(z).sub(max);
        below.store(z);
        sum = sum.add(exp(below));
    }
    let log_sum = ln(sum);
    for place in places {
        let z = quad(logits, place);
        Native::load(z).sub(log_sum).store(z);
    }
    let mut best = [0.0; 4];
    at.store(&mut best);
    best
}

#[inline]
fn quad(numbers: &mut [f32], at: usize) -> &mut [f32; 4] {
    &mut numbers[at..].as_chunks_mut().0[0]
}

#[inline]
fn quads(numbers: &mut [f32]) -> impl Iterator<Item = &mut [f32; 4]> {
    numbers.as_chunks_mut().0.iter_mut()
}

/// 1 for the rows of the class, 0 for the others; at most four rows.
#[inline]
fn one_hot(labels: &[usize], class: usize) -> Native {
    Native::load(&std::array::from_fn(|row| f32::from(labels.get(row) == Some(&class))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_log_softmax_errs_as_little_as_it_says(z in prop::collection::vec(-30f32..30.0, 2..40)) {
            let mut logits = vec![0.0; z.len() * STRIDE];
            z.iter().enumerate().for_each(|(class, &z)| logits[class * STRIDE] = z);
            log_softmax(&mut logits, 0, z.len());
            let wide: Vec<f64> = z.iter().map(|&z| f64::from(z)).collect();
            let max = wide.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let log_sum = libm::log(wide.iter().map(|z| libm::exp(z - max)).sum());
            for (class, z) in wide.iter().enumerate() {
                let error = (f64::from(logits[class * STRIDE]) - (z - max - log_sum)).abs();
                let size = libm::pow(2.0, libm::floor(libm::log2((max - z).max(log_sum).max(1e-30))) - 23.0);
                let roundoff = wide.len() as f64 * f64::from(f32::EPSILON) / 2.0;
                prop_assert!(error <= 2.0 * size + roundoff, "{} ulp and {roundoff}", error / size);
            }
        }
    }
}
