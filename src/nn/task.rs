//! What the network is asked: how its outputs become a loss, a gradient and a count of right answers.

use serde::{Deserialize, Serialize};

use crate::kernels::{log_clamped, log_softmax, log1p_clamped, sigmoid};

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

    fn count(&mut self, loss: f32, correct: bool) {
        self.rows += 1;
        self.correct += usize::from(correct);
        self.loss_sum += f64::from(loss);
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

    /// Adds the rows to `score` and replaces each logit by the derivative of the mean loss over `batch_rows` rows.
    ///
    /// # Shapes
    /// `logits`: (labels.len(), n_outputs) row-major; `labels` in 0..n_classes.
    ///
    /// # Source
    /// PyTorch: `BCELoss` with its clamps at -100 and 1e-12, then `sigmoid`'s backward; `CrossEntropyLoss`.
    pub fn differentiate(self, logits: &mut [f32], labels: &[usize], batch_rows: usize, score: &mut Score) {
        self.evaluate(logits, labels, score);
        let scale = 1.0 / batch_rows as f32;
        for (outputs, &label) in logits.chunks_exact_mut(self.n_outputs()).zip(labels) {
            match self {
                Task::Binary => {
                    let p = outputs[0];
                    let y = label as f32;
                    let spread = (1.0 - p) * p;
                    let floor = if spread < 1e-12 { 1e-12 } else { spread };
                    outputs[0] = scale * (p - y) / floor * (1.0 - p) * p;
                }
                Task::Multiclass { .. } => {
                    for (class, log_p) in outputs.iter_mut().enumerate() {
                        *log_p = (libm::expf(*log_p) - f32::from(class == label)) * scale;
                    }
                }
            }
        }
    }

    /// Adds the rows to `score`. Logits become probabilities (two classes) or log-probabilities (more).
    pub fn evaluate(self, logits: &mut [f32], labels: &[usize], score: &mut Score) {
        for (outputs, &label) in logits.chunks_exact_mut(self.n_outputs()).zip(labels) {
            match self {
                Task::Binary => {
                    let p = sigmoid(outputs[0]);
                    outputs[0] = p;
                    let y = label as f32;
                    let loss = (y - 1.0) * log1p_clamped(p) - y * log_clamped(p);
                    score.count(loss, (p > 0.5) == (label == 1));
                }
                Task::Multiclass { .. } => {
                    let best = first_largest(outputs);
                    log_softmax(outputs);
                    score.count(-outputs[label], best == label);
                }
            }
        }
    }
}

fn first_largest(logits: &[f32]) -> usize {
    let mut best = 0;
    for (i, &logit) in logits.iter().enumerate() {
        if logit > logits[best] {
            best = i;
        }
    }
    best
}
