//! How a network does after each single weight that leaves it, in a given order.
//!
//! Removing one weight changes one sum of one neuron, so the state of all rows follows it by a few multiply-adds a row
//! instead of a dense pass: 1 + n_outputs behind one hidden layer. In deeper networks the layer after next and those
//! behind it are computed anew, from all of their inputs. The weights that leave between two stops are taken out
//! together, and wherever a layer is cheaper computed anew than followed, it is. A neuron from which no weight leads to
//! an output any more is not followed at all.
//!
//! Invariants: every count equals that of a dense pass of the masked network, because each row whose answer rounding
//! could change is asked densely, by the same kernels in the same order; what is computed depends on the order and the
//! rows alone, never on a clock. Absent on purpose: the choice of the order.

mod judge;
mod plan;
mod state;

use std::ops::Range;

pub use plan::multiply_adds;

use self::judge::Judge;
use self::plan::Cursor;
use self::state::State;
use crate::kernels::{GROUP, STREAM};
use crate::nn::{Mlp, Rows, Task};

/// A call of [`Sweep::advance`] ends when about this many multiply-adds are done.
const STEP_MULTIPLY_ADDS: u64 = 20_000_000;
/// The pre-activations of a block of rows take at most about so many numbers.
const BLOCK_NUMBERS: u64 = 1 << 22;
/// The rows of a block in a large network: finding what left it, which every block does anew, would otherwise take longer
/// than following it.
const LARGE_ROWS: u64 = 128;
/// About what the evaluation of one logit costs, in multiply-adds.
pub const LOGIT_COST: u64 = 8;

/// Which weights leave, one after the other, and at which numbers of them the network is evaluated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Removals {
    /// Weights in the order of [`Mlp::weights`], each at most once.
    pub order: Vec<usize>,
    /// Ascending numbers of removed weights.
    pub stops: Vec<usize>,
}

impl Removals {
    /// Every number of removed weights, from none to all.
    pub fn every(order: Vec<usize>) -> Self {
        Removals { stops: (0..=order.len()).collect(), order }
    }

    /// `points` evenly spaced numbers of removed weights, the first none and the last all; `points` ≥ 2.
    pub fn spaced(order: Vec<usize>, points: usize) -> Self {
        let (n, last) = (order.len() as u64, points as u64 - 1);
        Removals { stops: (0..=last).map(|i| (i * n / last) as usize).collect(), order }
    }
}

/// Looks for as many evenly spaced stops, none and all removed among them, as a budget allows; both ends in any case.
pub struct Planning {
    /// The best so far.
    removals: Removals,
    /// More points than that, and too many; `None` before every stop was tried.
    too_many: Option<usize>,
}

impl Planning {
    pub fn new(order: Vec<usize>) -> Self {
        Planning { removals: Removals { order, stops: Vec::new() }, too_many: None }
    }

    /// Tries one number of points. `Some` when no more of them would stay within `budget` multiply-adds over `rows` rows.
    pub fn advance(&mut self, mlp: &Mlp, rows: usize, budget: u64) -> Option<Removals> {
        let few = self.removals.stops.len();
        let order = std::mem::take(&mut self.removals.order);
        let tried = match self.too_many {
            None => Removals::every(order),
            Some(_) if few == 0 => Removals::spaced(order, 2),
            Some(many) => Removals::spaced(order, few.midpoint(many)),
        };
        let points = tried.stops.len();
        let affordable = multiply_adds(mlp, &tried).saturating_mul(rows as u64) <= budget;
        if affordable || points <= 2 {
            self.removals = tried;
        } else {
            (self.removals.order, self.too_many) = (tried.order, Some(points));
        }
        let best = self.removals.stops.len();
        let settled = self.too_many.is_none_or(|many| best > 0 && best + 1 >= many);
        settled.then(|| std::mem::take(&mut self.removals))
    }
}

/// How a network does at each stop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// Right answers.
    pub correct: Vec<u32>,
    /// Mean loss (nats); empty where it was not asked for.
    pub loss: Vec<f64>,
}

/// Follows a network on its way through removals; between two calls of [`Sweep::advance`] anything may happen.
pub struct Sweep {
    task: Task,
    with_loss: bool,
    /// Sums over the blocks that are done and the one at hand.
    points: Points,
    block: Option<Block>,
    /// Rows of the blocks that are done.
    done: usize,
    spent: u64,
    asked: u64,
}

/// What a stop took, in multiply-adds.
#[derive(Default)]
struct Spent {
    followed: u64,
    asked: u64,
    evaluated: u64,
}

/// Rows that are taken through all removals together.
struct Block {
    rows: Range<usize>,
    cursor: Cursor,
    state: State,
    judge: Judge,
    /// At the stop before.
    correct: usize,
    loss_sum: f64,
}

impl Sweep {
    pub fn new(task: Task, with_loss: bool) -> Self {
        Sweep { task, with_loss, points: Points::default(), block: None, done: 0, spent: 0, asked: 0 }
    }

    /// The multiply-adds so far, those for rows in doubt left out.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// The multiply-adds so far for rows in doubt, which were asked densely.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// The fraction done of the way through `removals` over so many rows, in [0, 1].
    pub fn fraction(&self, removals: &Removals, rows: usize) -> f64 {
        let stops = removals.stops.len().max(1) as f64;
        let current =
            self.block.as_ref().map_or(0.0, |block| block.rows.len() as f64 * block.cursor.stop as f64 / stops);
        (self.done as f64 + current) / rows.max(1) as f64
    }

    /// Goes on for a few milliseconds. `Some` when all rows are through. The arguments are those of the first call.
    pub fn advance(&mut self, mlp: &Mlp, removals: &Removals, rows: &Rows) -> Option<Points> {
        self.points.correct.resize(removals.stops.len(), 0);
        self.points.loss.resize(if self.with_loss { removals.stops.len() } else { 0 }, 0.0);
        let mut step = 0;
        while self.done < rows.len() {
            let block = self.block.get_or_insert_with(|| {
                let neurons: usize = mlp.layers.iter().map(|layer| layer.outputs()).sum();
                let end = rows.len().min(self.done + block_rows(mlp.n_weights() as u64, neurons as u64));
                Block::new(mlp, self.task, rows, self.done..end)
            });
            while block.cursor.stop < removals.stops.len() {
                if step >= STEP_MULTIPLY_ADDS {
                    return None;
                }
                let stop = block.cursor.stop;
                let spent = block.next(removals, self.with_loss);
                self.spent += spent.followed;
                self.asked += spent.asked;
                step += spent.followed + spent.asked + spent.evaluated;
                self.points.correct[stop] += block.correct as u32;
                if let Some(loss) = self.points.loss.get_mut(stop) {
                    *loss += block.loss_sum;
                }
            }
            self.done = block.rows.end;
            self.block = None;
        }
        let mut points = std::mem::take(&mut self.points);
        points.loss.iter_mut().for_each(|loss| *loss /= rows.len() as f64);
        Some(points)
    }
}

impl Block {
    fn new(mlp: &Mlp, task: Task, rows: &Rows, range: Range<usize>) -> Self {
        let state = State::new(mlp, rows, range.clone());
        let judge = Judge::new(mlp, task, &rows.labels()[range.clone()], rows.len(), state.rows());
        Block { rows: range, cursor: Cursor::new(mlp.clone()), state, judge, correct: 0, loss_sum: 0.0 }
    }

    /// Goes to the next stop.
    fn next(&mut self, removals: &Removals, with_loss: bool) -> Spent {
        let packed = &mut self.judge.workspace.packed;
        let (step, refreshed) = self.cursor.next(removals, |layer, neuron, input| packed.prune(layer, neuron, input));
        let Some(step) = step else { return Spent::default() };
        let plan = &self.cursor.plan;
        self.state.follow(plan, step);
        if refreshed {
            self.judge.bound(&plan.mlp, &self.state);
        }
        let (score, asked) = self.judge.score(plan, &self.state, with_loss);
        (self.correct, self.loss_sum) = (score.correct, score.loss_sum);
        let n_outputs = plan.mlp.layers.last().map_or(0, |layer| layer.outputs());
        let rows = self.rows.len() as u64;
        Spent {
            followed: step.cost * rows,
            asked: asked.next_multiple_of(GROUP) as u64 * plan.mlp.n_weights() as u64,
            evaluated: rows * n_outputs as u64 * LOGIT_COST,
        }
    }
}

/// Rows of a block, in a network of so many weights and neurons: whole streams whose dense pass is a step at most.
pub(crate) fn block_rows(weights: u64, neurons: u64) -> usize {
    let rows = (STEP_MULTIPLY_ADDS / weights).max(LARGE_ROWS).min(BLOCK_NUMBERS / neurons) as usize;
    (rows / STREAM * STREAM).max(STREAM)
}
