//! What the network is asked: how its outputs become a loss, a gradient and a count of right answers.

use serde::{Deserialize, Serialize};

use crate::kernels::{GROUP, Lanes, Native, binary_cross_entropy, exp, ln, sigmoid};

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
    /// `logits`: `[groups][n_outputs][8]`, rows in the lanes; `labels` in 0..n_classes, one for each row there is; the
    /// derivatives of the rows that a last group has not are 0.
    ///
    /// # Source
    /// PyTorch: `BCELoss` with its clamps at -100 and 1e-12, then `sigmoid`'s backward; `CrossEntropyLoss`.
    pub fn differentiate(self, logits: &mut [f32], labels: &[usize], batch_rows: usize) -> Score {
        let score = self.evaluate(logits, labels);
        let scale = Native::splat(1.0 / batch_rows as f32);
        let one = Native::splat(1.0);
        for (group, labels) in logits.chunks_exact_mut(self.n_outputs() * GROUP).zip(labels.chunks(GROUP)) {
            match self {
                Task::Binary => {
                    for (lanes, y) in quads(group).zip(quads(&mut one_hot(labels, 1))) {
                        let (p, y) = (Native::load(lanes), Native::load(y));
                        let spread = one.sub(p).mul(p).or_at_least(Native::splat(1e-12));
                        scale.mul(p.sub(y)).div(spread).mul(one.sub(p)).mul(p).store(lanes);
                    }
                }
                Task::Multiclass { .. } => {
                    for (class, rows) in group.chunks_exact_mut(GROUP).enumerate() {
                        for (lanes, y) in quads(rows).zip(quads(&mut one_hot(labels, class))) {
                            exp(Native::load(lanes)).sub(Native::load(y)).mul(scale).store(lanes);
                        }
                    }
                }
            }
            let missing = group.chunks_exact_mut(GROUP).flat_map(|rows| &mut rows[labels.len()..]);
            missing.for_each(|lane| *lane = 0.0);
        }
        score
    }

    /// How the logits do. They become probabilities (two classes) or log-probabilities (more).
    ///
    /// # Shapes
    /// As for [`Task::differentiate`].
    pub fn evaluate(self, logits: &mut [f32], labels: &[usize]) -> Score {
        let mut score = Score { rows: labels.len(), ..Score::default() };
        let mut losses = [0.0; GROUP];
        for (group, labels) in logits.chunks_exact_mut(self.n_outputs() * GROUP).zip(labels.chunks(GROUP)) {
            match self {
                Task::Binary => {
                    let y = &mut one_hot(labels, 1);
                    for ((lanes, y), loss) in quads(group).zip(quads(y)).zip(quads(&mut losses)) {
                        let p = sigmoid(Native::load(lanes));
                        p.store(lanes);
                        binary_cross_entropy(p, Native::load(y)).store(loss);
                    }
                    let right = labels.iter().zip(&*group).filter(|&(&label, &p)| (p > 0.5) == (label == 1));
                    score.correct += right.count();
                }
                Task::Multiclass { .. } => {
                    let mut best = [0.0; GROUP];
                    for half in [0, 4] {
                        log_softmax(group, half, &mut best[half..]);
                    }
                    for (row, &label) in labels.iter().enumerate() {
                        score.correct += usize::from(best[row] as usize == label);
                        losses[row] = -group[label * GROUP + row];
                    }
                }
            }
            score.loss_sum = losses[..labels.len()].iter().fold(score.loss_sum, |sum, &loss| sum + f64::from(loss));
        }
        score
    }
}

/// Replaces the logits of four rows, those from lane `half` on, by zᵢ - max z - ln Σ e^(zⱼ - max z), and puts the
/// lowest class among the largest logits into `best`.
fn log_softmax(group: &mut [f32], half: usize, best: &mut [f32]) {
    let classes = |group: &mut [f32], f: &mut dyn FnMut(f32, &mut [f32; 4])| {
        for (class, rows) in group.as_chunks_mut::<GROUP>().0.iter_mut().enumerate() {
            if let Some(lanes) = rows[half..].first_chunk_mut::<4>() {
                f(class as f32, lanes);
            }
        }
    };
    let (mut max, mut at) = (Native::splat(f32::NEG_INFINITY), Native::splat(0.0));
    classes(group, &mut |class, z| {
        let z = Native::load(z);
        at = Native::select_less(max, z, Native::splat(class), at);
        max = Native::select_less(max, z, z, max);
    });
    let mut sum = Native::splat(0.0);
    classes(group, &mut |_, z| {
        let below = Native::load(z).sub(max);
        below.store(z);
        sum = sum.add(exp(below));
    });
    let log_sum = ln(sum);
    classes(group, &mut |_, z| Native::load(z).sub(log_sum).store(z));
    if let Some(best) = best.first_chunk_mut::<4>() {
        at.store(best);
    }
}

fn quads(numbers: &mut [f32]) -> impl Iterator<Item = &mut [f32; 4]> {
    numbers.as_chunks_mut::<4>().0.iter_mut()
}

/// 1 for the rows of the class, 0 for the others.
fn one_hot(labels: &[usize], class: usize) -> [f32; GROUP] {
    std::array::from_fn(|row| f32::from(labels.get(row) == Some(&class)))
}
