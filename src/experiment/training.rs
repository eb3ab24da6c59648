//! A network that learns, epoch by epoch.

use super::check::ValidConfig;
use super::report::Epoch;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::nn::{State, Trainer};
use crate::prune::criteria::Movement;

/// The last epochs of a training, of which movement is the sum.
pub(super) const MOVEMENT_EPOCHS: usize = 5;

/// A training between whose steps anything may happen, and after whose epochs the state may be another one.
pub(super) struct Training {
    trainer: Trainer,
    /// Of the epoch's batches so far.
    losses: Vec<f64>,
    /// Its right answers so far.
    correct: usize,
    /// The epoch after which movement is recorded.
    record_from: usize,
    movement: Option<Movement>,
    best: Option<Best>,
}

/// What an early stopping goes back to.
struct Best {
    validation_loss: f64,
    state: State,
    movement: Option<Movement>,
}

impl Training {
    pub fn new(config: &ValidConfig) -> Self {
        let train = &config.config().train;
        let trainer = Trainer::new(config.task(), train.optimizer.clone(), train.batch_size);
        Training { trainer, losses: Vec::new(), correct: 0, record_from: usize::MAX, movement: None, best: None }
    }

    /// Forgets what moved, and records from after `epoch` on.
    pub fn record_from(&mut self, epoch: usize) {
        (self.record_from, self.movement) = (epoch, None);
    }

    /// Which way the weights of `state` moved while it was recorded; 0 for all if nothing was.
    pub fn movement(&self, state: &State) -> Vec<f32> {
        self.movement.as_ref().map_or(vec![0.0; state.mlp.n_weights()], |movement| movement.scores(&state.mlp))
    }

    /// Keeps `state`, after an epoch, if its loss on the validation part is below that of all before.
    pub fn keep_best(&mut self, state: &State, validation_loss: f64) {
        if self.best.as_ref().is_none_or(|best| validation_loss < best.validation_loss) {
            // One state is kept at a time, not two.
            self.best = None;
            self.best = Some(Best { validation_loss, state: state.clone(), movement: self.movement.clone() });
        }
    }

    /// For how many epochs `state` has been trained since the best one; 0 if none was kept.
    pub fn epochs_since_best(&self, state: &State) -> usize {
        self.best.as_ref().map_or(0, |best| state.epoch - best.state.epoch)
    }

    /// The best state, if one was kept; what moved after it is forgotten.
    pub fn take_best(&mut self) -> Option<State> {
        let Best { state, movement, .. } = self.best.take()?;
        self.movement = movement;
        Some(state)
    }

    /// Gives back the memory that training takes.
    pub fn end(&mut self, config: &ValidConfig) {
        *self = Training { movement: self.movement.take(), ..Training::new(config) };
    }

    /// Learns from the next chunk of rows. `Some` when that ended an epoch.
    ///
    /// # Errors
    /// A loss that is no finite number.
    pub fn advance(&mut self, state: &mut State, train: &Dataset) -> Result<Option<Epoch>> {
        let epoch = state.epoch + 1;
        if self.movement.is_none() && state.epoch >= self.record_from {
            self.movement = Some(Movement::new(&state.mlp));
        }
        let Some(batch) = self.trainer.advance(state, train) else { return Ok(None) };
        let loss = batch.score.loss();
        if !loss.is_finite() {
            return Err(Error::Diverged { what: "the loss", epoch });
        }
        if let Some(movement) = &mut self.movement {
            movement.record(&state.mlp, self.trainer.gradient());
        }
        self.losses.push(loss);
        self.correct += batch.score.correct;
        if !batch.last {
            return Ok(None);
        }
        let train_loss = self.losses.iter().sum::<f64>() / self.losses.len() as f64;
        self.losses.clear();
        let train_accuracy = std::mem::take(&mut self.correct) as f64 / train.n_rows() as f64;
        Ok(Some(Epoch { epoch, train_loss, train_accuracy, validation_loss: None, validation_accuracy: None }))
    }

    /// How many rows of the current epoch are done.
    pub fn rows_done(&self) -> usize {
        self.trainer.rows_done()
    }
}
