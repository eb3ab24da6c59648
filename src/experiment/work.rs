//! How much of a run is done, in multiply-adds.

use super::check::ValidConfig;
use super::config::{Criterion, Iterative, Schedule};
use super::curve;
use super::parts::Parts;
use super::scoring::{compensation_cost, scoring_cost};
use crate::nn::{Mlp, State};
use crate::prune::criteria::Oracle;
use crate::prune::curve::LOGIT_COST;

/// The multiply-adds of a run: expected, done, those of the part under way, and the sizes of its parts.
pub(super) struct Work {
    total: f64,
    done: f64,
    current: f64,
    pub epoch: f64,
    /// The evaluation of the validation part after an epoch, with early stopping.
    pub validation: f64,
    /// Of the unpruned network.
    pub evaluation: f64,
    /// The evaluation of a level.
    pub level: f64,
    /// What leads to a level.
    pub way: f64,
    /// The training and the evaluation of a control.
    pub control: f64,
    pub curve: f64,
    pub oracle: f64,
}

impl Work {
    pub fn expected(config: &ValidConfig, state: &State, parts: &Parts) -> Self {
        let (prune, epochs) = (&config.config().prune, config.config().train.epochs);
        let (mlp, n_train) = (&state.mlp, parts.train.n_rows());
        let weights = mlp.n_weights() as f64;
        let held_out = parts.held_out().iter().map(|rows| rows.len()).sum::<usize>() as f64;
        let (epoch, evaluation) = (3.0 * weights * n_train as f64, weights * held_out);
        let validated =
            config.config().train.early_stopping.and(parts.validation.as_ref()).map_or(0, |rows| rows.len());
        let validation = weights * validated as f64;
        let level = 2.0 * weights * (held_out + n_train as f64);
        let levels = prune.values().len() as f64;

        let recovery = prune.recovery as f64;
        // Epochs, scorings and cuts on the way to a level, and the controls: one a level, or one for all.
        let (trained, scorings, cuts, controls) = match &prune.schedule {
            Schedule::OneShot => (recovery, 1.0 / levels, 1.0, 1.0),
            Schedule::Initialisation => (epochs as f64, 1.0 / levels, 1.0, 0.0),
            Schedule::Iterative(Iterative { rewind: Some(early), .. }) => ((epochs - early) as f64, 1.0, 1.0, 0.0),
            Schedule::Iterative(Iterative { rewind: None, .. }) => (recovery, 1.0, 1.0, levels),
            Schedule::Gradual(gradual) => {
                let cuts = (gradual.to - gradual.from) as f64;
                (epochs as f64 + recovery, cuts, cuts, 1.0)
            }
        };
        let controls = if prune.recovery == 0 { 0.0 } else { controls };
        let compensation = if prune.criterion == Criterion::Obs {
            compensation_cost(&config.shape().layer_sizes, n_train as u64) as f64
        } else {
            0.0
        };
        let scoring = scoring_cost(prune.criterion, mlp, n_train) as f64;
        let way = trained * epoch + scorings * scoring + cuts * (weights + compensation);
        let control = recovery * epoch + evaluation;
        let curve = if prune.is_one_order() { (curve_row(mlp) * held_out).min(curve::BUDGET as f64) } else { 0.0 };
        let oracle = if prune.oracle { Oracle::multiply_adds(mlp, n_train) as f64 } else { 0.0 };

        let left = epochs.saturating_sub(state.epoch) as f64;
        let total =
            left * (epoch + validation) + evaluation + levels * (way + level) + controls * control + curve + oracle;
        Work { total, done: 0.0, current: 0.0, epoch, validation, evaluation, level, way, control, curve, oracle }
    }

    /// The fraction done, in [0, 1].
    pub fn fraction(&self) -> f64 {
        ((self.done + self.current) / self.total).min(1.0)
    }

    /// So much of a part is done.
    pub fn within(&mut self, part: f64, fraction: f64) {
        // A curve that takes too long begins again with fewer points.
        self.current = self.current.max(fraction * part);
    }

    /// So much more of a part is done.
    pub fn spend(&mut self, part: f64, multiply_adds: u64) {
        self.current = (self.current + multiply_adds as f64).min(part);
    }

    pub fn finish(&mut self, part: f64) {
        self.done += part;
        self.current = 0.0;
    }

    /// So many epochs are not needed.
    pub fn skip_epochs(&mut self, epochs: usize) {
        self.finish(epochs as f64 * (self.epoch + self.validation));
    }

    pub fn finish_all(&mut self) {
        (self.done, self.current) = (self.total, 0.0);
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
