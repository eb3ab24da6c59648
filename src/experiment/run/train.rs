//! The training of a run, from its first epoch to the network that is pruned.

use super::{Event, HELD_OUT_LOSS, Run, STEP_MULTIPLY_ADDS, Stage, rewind};
use crate::error::{Error, Result};
use crate::experiment::training::MOVEMENT_EPOCHS;
use crate::nn::{Evaluation, Trainer};

impl Run {
    pub(super) fn begin_training(&mut self) {
        let train = &self.config.config().train;
        // With early stopping no epoch is known to be the last: all are recorded.
        let last = if train.early_stopping.is_some() { 0 } else { train.epochs };
        self.training.record_from(last.saturating_sub(MOVEMENT_EPOCHS));
        self.keep_early();
    }

    /// Goes back to the best epoch, if early stopping kept one, with what movement is until then.
    pub(super) fn end_training(&mut self) -> Result<()> {
        self.work.skip_epochs(self.config.config().train.epochs.saturating_sub(self.state.epoch));
        if let Some(best) = self.training.take_best() {
            self.state = best;
        }
        self.require_finite(&self.state)?;
        self.movement = self.training.movement(&self.state);
        if !self.prune().trains() {
            self.training.end(&self.config);
        }
        Ok(())
    }

    pub(super) fn is_trained(&self) -> bool {
        let train = &self.config.config().train;
        let waited = self.training.epochs_since_best(&self.state);
        self.state.epoch >= train.epochs || train.early_stopping.is_some_and(|stopping| waited >= stopping.patience)
    }

    /// Keeps the state that a rewinding goes back to, if it is this one.
    fn keep_early(&mut self) {
        if rewind(self.prune()) == Some(self.state.epoch) {
            self.early = Some(self.state.clone());
        }
    }

    /// Trains until an epoch ends or the step is long enough.
    pub(super) fn train(&mut self) -> Result<Event> {
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += Trainer::step_cost(&self.state.mlp) as u64;
            if let Some(epoch) = self.training.advance(&mut self.state, &self.parts.train)? {
                self.epochs.push(epoch);
                self.keep_early();
                self.work.finish(self.work.epoch);
                if self.config.config().train.early_stopping.is_none() {
                    return Ok(Event::Epoch(epoch));
                }
                self.stage = Stage::Validate(Evaluation::default());
                return Ok(Event::Progress);
            }
        }
        self.work.within(self.work.epoch, self.training.rows_done() as f64 / self.parts.train.n_rows() as f64);
        Ok(Event::Progress)
    }

    /// Evaluates the validation part after an epoch until it is done or the step is long enough.
    pub(super) fn validate(&mut self) -> Result<Event> {
        let (Stage::Validate(evaluation), Some(rows), Some(epoch)) =
            (&mut self.stage, &self.parts.validation, self.epochs.last_mut())
        else {
            unreachable!("called after an epoch where there is a validation part")
        };
        let mlp = &self.state.mlp;
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += Evaluation::step_cost(mlp) as u64;
            let Some(score) = evaluation.advance(mlp, self.task, rows, &mut self.workspace) else { continue };
            let loss = score.loss();
            if !loss.is_finite() {
                return Err(Error::Diverged { what: HELD_OUT_LOSS, epoch: self.state.epoch });
            }
            (epoch.validation_loss, epoch.validation_accuracy) = (Some(loss), Some(score.accuracy()));
            self.training.keep_best(&self.state, loss);
            self.work.finish(self.work.validation);
            self.stage = Stage::Train;
            return Ok(Event::Epoch(*epoch));
        }
        Ok(Event::Progress)
    }
}
