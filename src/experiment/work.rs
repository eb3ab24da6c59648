//! How much of a run is done, in multiply-adds.

use super::check::ValidConfig;
use super::parts::Parts;
use crate::nn::{Rows, State};

/// The multiply-adds of a run: expected, done, and those of the epoch under way.
pub(super) struct Work {
    total: f64,
    done: f64,
    current: f64,
    epoch: f64,
    evaluation: f64,
}

impl Work {
    pub fn expected(config: &ValidConfig, state: &State, parts: &Parts) -> Self {
        let weights = state.mlp.n_weights() as f64;
        let held_out = parts.test.len() + parts.validation.as_ref().map_or(0, Rows::len);
        let (epoch, evaluation) = (3.0 * weights * parts.train.n_rows() as f64, weights * held_out as f64);
        let epochs = config.config().train.epochs.saturating_sub(state.epoch) as f64;
        let evaluations = (1 + config.config().prune.levels.count) as f64;
        Work { total: epochs * epoch + evaluations * evaluation, done: 0.0, current: 0.0, epoch, evaluation }
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
}
