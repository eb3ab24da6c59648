//! A network on its way to a level: scored, cut, trained with the mask held, and perhaps again.

use std::collections::VecDeque;

use super::config::{Criterion, Prune, Schedule};
use super::parts::Parts;
use super::run::STEP_MULTIPLY_ADDS;
use super::scoring::{Scoring, scoring_cost};
use super::selection::{Share, Units};
use super::sweep::smallest_kept;
use super::training::{MOVEMENT_EPOCHS, Training};
use crate::error::Result;
use crate::nn::{Mlp, State, Task, Trainer};
use crate::prune::CubicSchedule;
use crate::prune::criteria::{Calibration, compensate};

/// What happens to a network, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    /// Scores its weights.
    Score,
    Cut(Share),
    /// Goes back to where it was at an early epoch; what is cut stays cut.
    Rewind,
    /// Trains until so many epochs are done.
    Train(usize),
}

/// What a way needs to know of its run.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub prune: &'a Prune,
    pub task: Task,
    pub parts: &'a Parts,
    /// Where a rewinding goes back to.
    pub early: Option<&'a State>,
}

/// A network and what is still to happen to it.
pub(super) struct Way {
    pub state: State,
    /// Of the weights of `state` when it was last scored; none where they go at random.
    pub scores: Vec<f32>,
    /// The cut on |w| that describes the last pruning, if one does.
    pub threshold: Option<f64>,
    actions: VecDeque<Action>,
    scoring: Scoring,
}

impl Way {
    pub fn new(state: State) -> Self {
        Way { state, scores: Vec::new(), threshold: None, actions: VecDeque::new(), scoring: Scoring::default() }
    }

    /// That of the unpruned network until it has been trained for so many epochs.
    pub fn control(state: State, epochs: usize) -> Self {
        Way { actions: [Action::Train(epochs)].into(), ..Way::new(state) }
    }

    /// Sets out for the level at `value` of a network that is trained for so many epochs unpruned. One that is scored only
    /// once has its scores from then on.
    pub fn set_out(&mut self, prune: &Prune, epochs: usize, value: f64, training: &mut Training) {
        let share = Share::at(prune, value);
        let end = Action::Train(epochs + prune.recovery);
        let scoring = self.scores.is_empty().then_some(Action::Score);
        self.threshold = None;
        self.actions = match &prune.schedule {
            Schedule::OneShot | Schedule::Initialisation => {
                scoring.into_iter().chain([Action::Cut(share), end]).collect()
            }
            Schedule::Iterative(iterative) => {
                let cut = [Action::Score, Action::Cut(Share::OfRest(iterative.fraction))].into_iter();
                match iterative.rewind {
                    Some(_) => cut.chain([Action::Rewind, end]).collect(),
                    None => cut.chain([Action::Train(self.state.epoch + prune.recovery)]).collect(),
                }
            }
            Schedule::Gradual(gradual) => {
                training.record_from(0);
                let (from, to) = (gradual.from as f64, gradual.to as f64);
                let schedule = CubicSchedule { initial: 0.0, target: value, t0: from, n: to - from, dt: 1.0 };
                let cut = |epoch| {
                    let share = Share::OfAll(schedule.sparsity(epoch as f64));
                    [Action::Train(epoch), Action::Score, Action::Cut(share)]
                };
                (gradual.from + 1..=gradual.to).flat_map(cut).chain([end]).collect()
            }
        };
    }

    /// Goes on by so many multiply-adds, about, a few milliseconds' at most but for a criterion's. `None` when it has arrived.
    ///
    /// # Errors
    /// A training that diverges.
    pub fn advance(&mut self, setting: &Setting, training: &mut Training) -> Result<Option<u64>> {
        let Some(&action) = self.actions.front() else { return Ok(None) };
        let prune = setting.prune;
        let mut cost = 0;
        let done = match action {
            Action::Train(until) if self.state.epoch >= until => true,
            Action::Train(_) => {
                training.advance(&mut self.state, &setting.parts.train)?;
                cost = Trainer::step_cost(&self.state.mlp) as u64;
                false
            }
            Action::Score => {
                let data = setting.calibration(&self.state.mlp);
                let scores = self.scoring.advance(prune, &data, || training.movement(&self.state));
                cost = scoring_cost(prune.criterion, &self.state.mlp, setting.parts.calibration.len())
                    .min(STEP_MULTIPLY_ADDS);
                let done = scores.is_some();
                self.scores = scores.unwrap_or_default();
                done
            }
            Action::Cut(share) => {
                self.cut(setting, share);
                cost = self.state.mlp.n_weights() as u64;
                if let (Schedule::Iterative(_), Some(&Action::Train(until))) = (&prune.schedule, self.actions.back()) {
                    training.record_from(until.saturating_sub(MOVEMENT_EPOCHS));
                }
                true
            }
            Action::Rewind => {
                if let Some(early) = setting.early {
                    self.state = State { mask: self.state.mask.clone(), ..early.clone() };
                    self.state.mask.hold(&mut self.state.mlp);
                }
                true
            }
        };
        if done {
            self.actions.pop_front();
        }
        Ok(Some(cost))
    }

    /// Prunes what `share` takes; by the surgeon's criterion the weights that are kept make up for it.
    fn cut(&mut self, setting: &Setting, share: Share) {
        let (prune, State { mlp, mask, .. }) = (setting.prune, &mut self.state);
        Units::new(prune, mlp).cut(&self.scores, mask, share);
        self.threshold = match share {
            Share::Below(threshold) => Some(threshold),
            _ if prune.has_thresholds() => smallest_kept(prune, mlp, mask),
            _ => None,
        };
        if prune.criterion == Criterion::Obs {
            *mlp = compensate(&setting.calibration(mlp), mask);
        }
        mask.hold(mlp);
    }
}

impl<'a> Setting<'a> {
    pub fn calibration<'s>(&'s self, mlp: &'s Mlp) -> Calibration<'s> {
        Calibration { mlp, task: self.task, rows: &self.parts.calibration }
    }
}
