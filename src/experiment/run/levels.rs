//! What follows the training: the way to each level, its control, and how both do.

use super::{Event, HELD_OUT_LOSS, Run, STEP_MULTIPLY_ADDS, Stage};
use crate::error::{Error, Result};
use crate::experiment::config::Schedule;
use crate::experiment::curve::Tracing;
use crate::experiment::report::{Scores, Unpruned};
use crate::experiment::sweep::Cut;
use crate::experiment::trial::Trial;
use crate::experiment::way::{Setting, Way};
use crate::nn::{Evaluation, State};
use crate::prune::effective_params;

/// The unpruned network, trained for longer.
pub(super) struct Control {
    way: Way,
    /// How it does; `None` until that is known.
    scores: Option<Scores>,
}

impl Run {
    /// Evaluates until the network at hand is done on all parts or the step is long enough.
    pub(super) fn evaluate(&mut self) -> Result<Event> {
        let Stage::Evaluate(trial) = &mut self.stage else { unreachable!("called while evaluating") };
        let mlp = &self.state.mlp;
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += 2 * Evaluation::step_cost(mlp) as u64;
            let Some(verdict) = trial.advance(mlp, &self.parts, &mut self.workspace) else { continue };
            let scores = verdict.scores;
            require_finite_loss(&scores, self.state.epoch)?;
            let Some(cut) = &trial.cut else {
                let (total_params, nonzero_params) = (mlp.total_params(), mlp.nonzero_params());
                let unpruned =
                    Unpruned { total_params, nonzero_params, effective_params: effective_params(mlp), scores };
                self.unpruned = Some(unpruned.clone());
                self.work.finish(self.work.evaluation);
                self.next_level();
                return Ok(Event::Unpruned { unpruned });
            };
            let control = self.control.as_ref().and_then(|control| control.scores);
            let (index, level) = (self.levels.len(), cut.level(scores, control, verdict.difference));
            self.levels.push(level.clone());
            self.work.finish(self.work.level);
            self.next_level();
            return Ok(Event::Level { index, level: Box::new(level) });
        }
        Ok(Event::Progress)
    }

    /// Sets out for the next level, or for what comes after the last.
    fn next_level(&mut self) {
        let prune = &self.config.config().prune;
        let Some(&value) = prune.values().get(self.levels.len()) else {
            self.stage = if prune.is_one_order() {
                Stage::Trace(Box::new(Tracing::new(self.order(), self.task, true)))
            } else {
                self.after_curve()
            };
            return;
        };
        let mut way = self.way.take().unwrap_or_else(|| Way::new(self.state.clone()));
        match prune.schedule {
            // It goes on from where it is.
            Schedule::Iterative(_) => {}
            Schedule::OneShot => way.state = self.state.clone(),
            Schedule::Gradual(_) | Schedule::Initialisation => way.state = State::initial(&self.config),
        }
        way.set_out(prune, self.state.epoch, value, &mut self.training);
        self.way = Some(way);
        self.stage = Stage::Prune;
    }

    /// Prunes and trains until the level's network is there or the step is long enough.
    pub(super) fn approach(&mut self) -> Result<Event> {
        let Some(way) = &mut self.way else { unreachable!("called on the way to a level") };
        let prune = &self.config.config().prune;
        let setting = Setting { prune, task: self.task, parts: &self.parts, early: self.early.as_ref() };
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            let Some(cost) = way.advance(&setting, &mut self.training)? else {
                return self.arrive();
            };
            self.work.spend(self.work.way, cost);
            spent += cost;
        }
        Ok(Event::Progress)
    }

    /// What follows when the level's network is there: the control, if it was trained for longer, or its evaluation.
    fn arrive(&mut self) -> Result<Event> {
        let Some(way) = &self.way else { unreachable!("called on the way to a level") };
        self.require_finite(&way.state)?;
        if self.scores.is_empty() {
            self.scores.clone_from(&way.scores);
        }
        if !self.prune().is_one_order() {
            self.networks.push((way.state.mlp.clone(), way.state.mask.clone()));
        }
        let epoch = way.state.epoch;
        self.work.finish(self.work.way);
        if epoch <= self.state.epoch || self.control.as_ref().is_some_and(|control| control.way.state.epoch == epoch) {
            return Ok(self.judge());
        }
        let state = self.control.take().map_or_else(|| self.state.clone(), |control| control.way.state);
        self.control = Some(Control { way: Way::control(state, epoch), scores: None });
        self.stage = Stage::Control;
        Ok(Event::Progress)
    }

    /// Begins the evaluation of the level's network.
    fn judge(&mut self) -> Event {
        let Some(way) = &self.way else { unreachable!("called at a level") };
        let prune = self.prune();
        let cut = Cut::of(prune, way, prune.values()[self.levels.len()]);
        self.stage = Stage::Evaluate(Box::new(Trial::of(cut, self.task)));
        Event::Progress
    }

    pub(super) fn train_control(&mut self) -> Result<Event> {
        let Some(Control { way, .. }) = &mut self.control else { unreachable!("called with a control") };
        let prune = &self.config.config().prune;
        let setting = Setting { prune, task: self.task, parts: &self.parts, early: None };
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            let Some(cost) = way.advance(&setting, &mut self.training)? else {
                self.stage = Stage::EvaluateControl(Box::new(Trial::unpruned(self.task)));
                break;
            };
            self.work.spend(self.work.control, cost);
            spent += cost;
        }
        Ok(Event::Progress)
    }

    pub(super) fn evaluate_control(&mut self) -> Result<Event> {
        let (Stage::EvaluateControl(trial), Some(control)) = (&mut self.stage, &mut self.control) else {
            unreachable!("called while a control is evaluated")
        };
        let mlp = &control.way.state.mlp;
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += Evaluation::step_cost(mlp) as u64;
            if let Some(verdict) = trial.advance(mlp, &self.parts, &mut self.workspace) {
                require_finite_loss(&verdict.scores, control.way.state.epoch)?;
                control.scores = Some(verdict.scores);
                self.work.finish(self.work.control);
                return Ok(self.judge());
            }
        }
        Ok(Event::Progress)
    }
}

fn require_finite_loss(scores: &Scores, epoch: usize) -> Result<()> {
    let finite = scores.test_loss.is_finite() && scores.validation_loss.is_none_or(f64::is_finite);
    if finite { Ok(()) } else { Err(Error::Diverged { what: HELD_OUT_LOSS, epoch }) }
}
