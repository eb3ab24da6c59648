//! Training and evaluation in small steps, so that whoever drives them can always stop in between.

use serde::{Deserialize, Serialize};

use super::{Mask, Mlp, Optimizer, OptimizerState, Score, Task, Workspace, backward, forward};
use crate::data::Dataset;
use crate::random::ShuffledEpochs;

/// Rows that go forward and backward together while their activations stay in the nearest cache.
const CHUNK_ROWS: usize = 64;
/// A chunk takes at most about this many multiply-adds forward.
const CHUNK_MULTIPLY_ADDS: usize = 4_000_000;

/// Everything a training goes on from. Between epochs, start again from a clone of it and the same bits follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Epochs done.
    pub epoch: usize,
    pub mlp: Mlp,
    /// Which weights are kept; the others are zero and stay so.
    pub mask: Mask,
    pub optimizer: OptimizerState,
    /// The stream that shuffles mini-batches.
    pub shuffle: ShuffledEpochs,
}

impl State {
    /// The state before the first epoch, nothing pruned.
    pub fn new(mlp: Mlp, shuffle: ShuffledEpochs) -> Self {
        let mask = Mask::full(&mlp);
        State { epoch: 0, mlp, mask, optimizer: OptimizerState::default(), shuffle }
    }
}

/// A batch that has just been learned from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch {
    /// Mean loss over its rows before its update.
    pub loss: f64,
    /// Whether the epoch ended with it.
    pub last: bool,
}

/// Drives one training; between two calls of [`Trainer::advance`] anything may happen.
pub struct Trainer {
    task: Task,
    optimizer: Optimizer,
    batch_size: Option<usize>,
    workspace: Workspace,
    gradient: Vec<f32>,
    /// The epoch's rows in the order in which they are visited; empty between epochs.
    order: Vec<usize>,
    /// How many of them are done, and how many of those belong to finished batches.
    done: usize,
    batch_start: usize,
    score: Score,
    x: Vec<f32>,
    labels: Vec<usize>,
}

impl Trainer {
    /// `batch_size`: rows a batch, at least 1; `None` takes all rows in their own order, unshuffled.
    pub fn new(task: Task, optimizer: Optimizer, batch_size: Option<usize>) -> Self {
        Trainer {
            task,
            optimizer,
            batch_size,
            workspace: Workspace::default(),
            gradient: Vec::new(),
            order: Vec::new(),
            done: 0,
            batch_start: 0,
            score: Score::default(),
            x: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Learns from the next chunk of rows. `Some` when that finished a batch and the parameters moved.
    pub fn advance(&mut self, state: &mut State, train: &Dataset) -> Option<Batch> {
        if self.order.is_empty() {
            self.begin_epoch(state, train.n_rows());
        }
        let rows = self.order.len();
        let batch_end = self.batch_size.map_or(rows, |size| rows.min(self.batch_start.saturating_add(size)));
        let batch_rows = batch_end - self.batch_start;
        let end = batch_end.min(self.done + chunk_rows(&state.mlp));

        train.copy_rows(&self.order[self.done..end], &mut self.x, &mut self.labels);
        let rows = (self.x.as_slice(), self.labels.as_slice());
        let score = backward(&state.mlp, self.task, rows, batch_rows, &mut self.gradient, &mut self.workspace);
        self.score.add(score);
        self.done = end;
        (end == batch_end).then(|| self.end_batch(state))
    }

    fn begin_epoch(&mut self, state: &mut State, rows: usize) {
        self.order = match self.batch_size {
            Some(_) => state.shuffle.next_epoch(),
            None => (0..rows).collect(),
        };
        self.done = 0;
        self.batch_start = 0;
        self.gradient.clear();
        self.gradient.resize(state.mlp.total_params(), 0.0);
    }

    fn end_batch(&mut self, state: &mut State) -> Batch {
        self.optimizer.step(&mut state.mlp, &self.gradient, &mut state.optimizer);
        state.mask.hold(&mut state.mlp);
        self.gradient.fill(0.0);
        self.batch_start = self.done;
        let batch = Batch { loss: std::mem::take(&mut self.score).loss(), last: self.done == self.order.len() };
        if batch.last {
            self.order.clear();
            state.epoch += 1;
        }
        batch
    }

    /// The fraction of the current epoch's rows that is done, in [0, 1).
    pub fn epoch_fraction(&self) -> f64 {
        self.done as f64 / self.order.len().max(1) as f64
    }

    /// Multiply-adds of one [`Trainer::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        3 * chunk_rows(mlp) * mlp.n_weights()
    }
}

/// How a network does on a data set, counted chunk by chunk.
#[derive(Default)]
pub struct Evaluation {
    score: Score,
}

impl Evaluation {
    /// Counts the next chunk of rows. `Some` when it was the last.
    pub fn advance(&mut self, mlp: &Mlp, task: Task, data: &Dataset, workspace: &mut Workspace) -> Option<Score> {
        let end = data.n_rows().min(self.score.rows + chunk_rows(mlp));
        let (x, labels) = data.rows(self.score.rows..end);
        task.evaluate(forward(mlp, x, workspace), labels, &mut self.score);
        (end == data.n_rows()).then_some(self.score)
    }

    /// Multiply-adds of one [`Evaluation::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        chunk_rows(mlp) * mlp.n_weights()
    }
}

fn chunk_rows(mlp: &Mlp) -> usize {
    (CHUNK_MULTIPLY_ADDS / mlp.n_weights()).clamp(4, CHUNK_ROWS)
}
