//! Training and evaluation in small steps, so that whoever drives them can always stop in between.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Mask, Mlp, Optimizer, OptimizerState, Part, Rows, Score, Task, Workspace, backward, forward};
use crate::data::Dataset;
use crate::kernels::{BLOCK, GROUP};
use crate::random::ShuffledEpochs;

/// A chunk takes at most about this many multiply-adds forward.
const CHUNK_MULTIPLY_ADDS: usize = 40_000_000;

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
    /// How the network did on its rows before its update.
    pub score: Score,
    /// Whether the epoch ended with it.
    pub last: bool,
}

/// Drives one training; between two calls of [`Trainer::advance`] anything may happen.
pub struct Trainer {
    task: Task,
    optimizer: Optimizer,
    batch_size: Option<usize>,
    workspace: Workspace,
    /// One number for each parameter.
    gradient: Vec<f32>,
    /// The epoch's order of rows, where it is shuffled.
    order: Vec<usize>,
    /// The rows of the batch at hand.
    rows: Rows,
    /// How many rows of the epoch are done; all of them between epochs.
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
            order: Vec::new(),
            rows: Rows::default(),
            done: 0,
            score: Score::default(),
        }
    }

    /// Learns from the next chunk of rows. `Some` when that finished a batch and the parameters moved. Only the first
    /// batch allocates memory.
    pub fn advance(&mut self, state: &mut State, train: &Dataset) -> Option<Batch> {
        let n_rows = train.n_rows();
        if self.done == n_rows {
            self.done = 0;
        }
        let batch_size = self.batch_size.unwrap_or(n_rows).min(n_rows);
        let start = self.done / batch_size * batch_size;
        let batch = start..n_rows.min(start + batch_size);
        if self.done == batch.start {
            self.begin_batch(state, train, batch.clone());
        }
        let chunk = self.done - start..batch.len().min(self.done - start + chunk_rows(&state.mlp));
        let part = Part { rows: batch.len(), first: chunk.start == 0 };
        self.done = start + chunk.end;
        let rows = self.rows.chunk(chunk);
        self.score.add(backward(&state.mlp, self.task, rows, part, &mut self.gradient, &mut self.workspace));
        (self.done == batch.end).then(|| self.end_batch(state, n_rows))
    }

    fn begin_batch(&mut self, state: &mut State, train: &Dataset, batch: Range<usize>) {
        self.workspace.packed.pack_both(&state.mlp);
        self.gradient.resize(state.mlp.total_params(), 0.0);
        if self.batch_size.is_some() {
            if batch.start == 0 {
                state.shuffle.next_epoch(&mut self.order);
            }
            self.rows.take(train, self.order[batch].iter().copied());
        } else if self.rows.is_empty() {
            self.rows.take(train, batch);
        }
    }

    fn end_batch(&mut self, state: &mut State, n_rows: usize) -> Batch {
        self.optimizer.step(&mut state.mlp, &self.gradient, &mut state.optimizer);
        state.mask.hold(&mut state.mlp);
        let batch = Batch { score: std::mem::take(&mut self.score), last: self.done == n_rows };
        state.epoch += usize::from(batch.last);
        batch
    }

    /// The gradient of the last batch, at the parameters before its update; in the order of [`Mlp::params`].
    pub fn gradient(&self) -> &[f32] {
        &self.gradient
    }

    /// How many rows of the current epoch are done.
    pub fn rows_done(&self) -> usize {
        self.done
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
        let (x, labels) = rows.chunk(self.score.rows..end);
        self.score.add(task.evaluate(forward(mlp, x, labels.len(), workspace), labels));
        (end == rows.len()).then_some(self.score)
    }

    /// Multiply-adds of one [`Evaluation::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        chunk_rows(mlp) * mlp.n_weights()
    }
}

/// Rows of a step: a power of two, so that no chunk is of two blocks.
pub(crate) fn chunk_rows(mlp: &Mlp) -> usize {
    1 << (CHUNK_MULTIPLY_ADDS / mlp.n_weights()).clamp(GROUP, BLOCK).ilog2()
}
