//! How other criteria would do on the network of a finished run: their exact curves, without training again.

use super::config::{By, Criterion, Granularity, Prune, Schedule};
use super::curve::{Curve, Tracing};
use super::run::Run;
use super::scoring::Scoring;
use super::selection::Units;
use crate::prune::criteria::{Calibration, absolute, oracle_correlations};
use crate::prune::effective_params_along;

/// A criterion's curve on a run's network, one shot, weight by weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub criterion: Criterion,
    /// By the run's scope, without losses, and without an update of the weights that are kept.
    pub curve: Curve,
    /// Effective parameters after 0, 1, … removed weights.
    pub effective_params: Vec<u32>,
    /// Spearman's correlation of the scores with the oracle's; `None` where the scores are all equal.
    pub oracle_correlation: Option<f64>,
    /// The same with the absolute changes of the loss.
    pub absolute_oracle_correlation: Option<f64>,
}

/// A comparison under way, and what the oracle said.
#[derive(Default)]
pub(super) struct Comparing {
    prune: Option<Prune>,
    scoring: Scoring,
    /// Of the criterion, once they are there.
    scores: Vec<f32>,
    oracle: Vec<f32>,
    tracing: Option<Tracing>,
}

impl Run {
    /// Begins to compare `criterion` on the trained network; whatever was being compared is dropped.
    pub fn compare(&mut self, criterion: Criterion) {
        let mut prune = Prune {
            criterion,
            granularity: Granularity::Weight,
            biases: false,
            schedule: Schedule::OneShot,
            recovery: 0,
            ..self.config.config().prune.clone()
        };
        prune.levels.by = By::Amount;
        let oracle = std::mem::take(&mut self.comparing.oracle);
        self.comparing = Comparing { prune: Some(prune), oracle, ..Comparing::default() };
    }

    /// Goes on for a few milliseconds. `Some` when the comparison that was begun is done; the oracle is asked only once.
    pub fn comparison(&mut self) -> Option<Comparison> {
        let Comparing { prune, scoring, scores, oracle, tracing } = &mut self.comparing;
        let own = prune.as_ref()?;
        let mlp = &self.state.mlp;
        let data = Calibration { mlp, task: self.task, rows: &self.parts.calibration };
        let mut scored =
            |criterion| scoring.advance(&Prune { criterion, ..own.clone() }, &data, || self.movement.clone());
        if oracle.is_empty() {
            *oracle = scored(Criterion::Oracle)?;
            return None;
        }
        if scores.is_empty() {
            *scores = match own.criterion {
                Criterion::Oracle => oracle.clone(),
                Criterion::AbsoluteOracle => absolute(oracle),
                criterion => scored(criterion)?,
            };
            return None;
        }
        let tracing = tracing.get_or_insert_with(|| Tracing::new(Units::new(own, mlp).order(scores), self.task, false));
        let curve = tracing.advance(mlp, &self.parts.held_out())?;
        let [oracle_correlation, absolute_oracle_correlation] = oracle_correlations(scores, oracle);
        let criterion = own.criterion;
        *prune = None;
        let effective_params = effective_params_along(mlp, &curve.removals.order);
        Some(Comparison { criterion, curve, effective_params, oracle_correlation, absolute_oracle_correlation })
    }
}
