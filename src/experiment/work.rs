//! How much of a run is done, in multiply-adds.

use super::check::ValidConfig;
use super::curve;
use super::parts::Parts;
use crate::nn::{Mlp, State};
use crate::prune::curve::LOGIT_COST;

/// The multiply-adds of a run: expected, done, and those of the epoch or the curve under way.
pub(super) struct Work {
    total: f64,
    done: f64,
    current: f64,
    epoch: f64,
    evaluation: f64,
    curve: f64,
}

impl Work {
    pub fn expected(config: &ValidConfig, state: &State, parts: &Parts) -> Self {
        let weights = state.mlp.n_weights() as f64;
        let held_out = parts.held_out().iter().map(|rows| rows.len()).sum::<usize>() as f64;
        let (epoch, evaluation) = (3.0 * weights * parts.train.n_rows() as f64, weights * held_out);
        let epochs = config.config().train.epochs.saturating_sub(state.epoch) as f64;
        let evaluations = (1 + config.config().prune.levels.count) as f64;
        let curve = (curve_row(&state.mlp) * held_out).min(curve::BUDGET as f64);
        let total = epochs * epoch + evaluations * evaluation + curve;
        Work { total, done: 0.0, current: 0.0, epoch, evaluation, curve }
    }

    /// The fraction done, in [0, 1].
    pub fn fraction(&self) -> f64 {
        (self.done + self.current) / self.total
    }

    pub fn within_epoch(&mut self, fraction: f64) {
        self.current = fraction * self.epoch;
    }

    pub fn finish_epoch(&mut self) {
        self.done += self.epoch;
        self.current = 0.0;
    }

    pub fn finish_evaluation(&mut self) {
        self.done += self.evaluation;
    }

    pub fn within_curve(&mut self, fraction: f64) {
        // A curve that takes too long begins again with fewer points.
        self.current = self.current.max(fraction * self.curve);
    }
}

/// About the multiply-adds a row of the whole curve, known before the order is: each weight's removal changes one
/// neuron, the layer after it by that, those behind it altogether, and the outputs are evaluated.
fn curve_row(mlp: &Mlp) -> f64 {
    let sizes: Vec<f64> = mlp.layers.iter().map(|layer| layer.weight.len() as f64).collect();
    let outputs = mlp.layers.last().map_or(0, |layer| layer.outputs()) as f64;
    let removal = |l: usize| {
        let next = mlp.layers.get(l + 1).map_or(0, |layer| layer.outputs()) as f64;
        1.0 + next + sizes.iter().skip(l + 2).sum::<f64>() + LOGIT_COST as f64 * outputs
    };
    sizes.iter().enumerate().map(|(l, size)| size * removal(l)).sum()
}
