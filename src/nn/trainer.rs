//! Training and evaluation in small steps, so that whoever drives them can always stop in between.

use serde::{Deserialize, Serialize};

use super::{Mask, Mlp, Optimizer, OptimizerState, Part, Rows, Score, Task, Workspace, backward, forward};
use crate::data::Dataset;
use crate::kernels::GROUP;
use crate::random::ShuffledEpochs;

/// Groups of eight rows that go forward and backward together while their activations stay in a near cache.
const CHUNK_GROUPS: usize = 8;
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
    /// Four lanes, yet to be added up, for each parameter.
    gradient: Vec<f32>,
    /// The epoch's rows in the order in which they are visited.
    rows: Rows,
    /// How many of them are done; all of them between epochs.
    done: usize,
    /// Of the batch at hand.
    score: Score,
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
            rows: Rows::default(),
            done: 0,
            score: Score::default(),
        }
    }

    /// Learns from the next chunk of rows. `Some` when that finished a batch and the parameters moved.
    pub fn advance(&mut self, state: &mut State, train: &Dataset) -> Option<Batch> {
        let n_rows = train.n_rows();
        if self.done == self.rows.len() {
            self.begin_epoch(state, train);
        }
        let batch_size = self.batch_size.unwrap_or(n_rows).min(n_rows);
        let batch_start = self.done / batch_size * batch_size;
        let batch_end = n_rows.min(batch_start + batch_size);
        let first = self.done == batch_start;
        if first {
            self.workspace.packed.pack_both(&state.mlp);
        }
        let end = batch_end.min(self.done + chunk_rows(&state.mlp));
        // Each batch starts a group of its own.
        let group = batch_start / batch_size * batch_size.div_ceil(GROUP) + (self.done - batch_start) / GROUP;
        let chunk = self.rows.chunk(group, self.done..end);
        let part = Part { rows: batch_end - batch_start, first };
        let score = backward(&state.mlp, self.task, chunk, part, &mut self.gradient, &mut self.workspace);
        self.score.add(score);
        self.done = end;
        (end == batch_end).then(|| self.end_batch(state))
    }

    fn begin_epoch(&mut self, state: &mut State, train: &Dataset) {
        self.done = 0;
        self.gradient.resize(4 * state.mlp.total_params(), 0.0);
        match self.batch_size {
            Some(batch_size) => self.rows.take(train, &state.shuffle.next_epoch(), batch_size),
            None if self.rows.is_empty() => self.rows.take_all(train),
            None => {}
        }
    }

    fn end_batch(&mut self, state: &mut State) -> Batch {
        self.optimizer.step(&mut state.mlp, &self.gradient, &mut state.optimizer);
        state.mask.hold(&mut state.mlp);
        let batch = Batch { loss: std::mem::take(&mut self.score).loss(), last: self.done == self.rows.len() };
        state.epoch += usize::from(batch.last);
        batch
    }

    /// The fraction of the current epoch's rows that is done, in [0, 1].
    pub fn epoch_fraction(&self) -> f64 {
        self.done as f64 / self.rows.len().max(1) as f64
    }

    /// Multiply-adds of one [`Trainer::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        3 * chunk_rows(mlp) * mlp.n_weights()
    }
}

/// How a network does on some rows, counted chunk by chunk.
#[derive(Default)]
pub struct Evaluation {
    score: Score,
}

impl Evaluation {
    /// Counts the next chunk of rows. `Some` when it was the last.
    pub fn advance(&mut self, mlp: &Mlp, task: Task, rows: &Rows, workspace: &mut Workspace) -> Option<Score> {
        if self.score.rows == 0 {
            workspace.packed.pack(mlp);
        }
        let end = rows.len().min(self.score.rows + chunk_rows(mlp));
        let (x, labels) = rows.chunk(self.score.rows / GROUP, self.score.rows..end);
        self.score.add(task.evaluate(forward(mlp, x, workspace), labels));
        (end == rows.len()).then_some(self.score)
    }

    /// Multiply-adds of one [`Evaluation::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        chunk_rows(mlp) * mlp.n_weights()
    }
}

/// Whole groups, so that the next chunk starts one.
fn chunk_rows(mlp: &Mlp) -> usize {
    (CHUNK_MULTIPLY_ADDS / mlp.n_weights() / GROUP).clamp(1, CHUNK_GROUPS) * GROUP
}
