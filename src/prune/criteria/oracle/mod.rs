//! The true change of the mean loss when one weight alone goes to zero, for every weight.
//!
//! A weight that goes changes one pre-activation of its layer, by -w·x. That change is followed to the logits as a change,
//! not as a second network: through an activation it is a(z + δ) - a(z), into the next layer it is one column of weights,
//! and only from there on is it a dense product. [`Losses`] makes of it what the losses change by.

mod follow;
mod loss;

use self::follow::{Block, Network};
use super::Calibration;
use crate::kernels::BLOCK;
use crate::nn::Mlp;
#[cfg(doc)]
use crate::nn::Task;
#[cfg(doc)]
use loss::Losses;

/// A call of [`Oracle::advance`] ends when about this many multiply-adds are done.
const STEP_MULTIPLY_ADDS: u64 = 20_000_000;
/// About what the change of a row's loss costs, in multiply-adds.
const LOSS_COST: u64 = 16;

/// The exact change of the mean loss when a weight alone is set to zero, for each weight: leave-one-out. Below 0 where the
/// rows are better off without it; between two calls of [`Oracle::advance`] anything may happen.
///
/// It agrees with two passes in double precision to 3·10⁻⁵ of the mean of the rows' |changes| (typically 3·10⁻⁸; ten times
/// as much where logits reach hundreds), and another 10⁻⁹ or, behind tanh, 10⁻⁷. It agrees with the difference of two
/// losses of [`Task::evaluate`] to 10⁻⁶ where logits stay below 10; of two classes, a row that is wrong by a logit far above
/// that has a loss there that goes in steps and ends at 100, and here one that does neither.
#[derive(Default)]
pub struct Oracle {
    /// Sums over the rows that are done.
    sums: Vec<f64>,
    /// Rows of the blocks that are done.
    done: usize,
    network: Option<Network>,
    block: Option<Block>,
    /// The weight whose turn it is, for the rows of the block.
    next: usize,
}

impl Oracle {
    /// The multiply-adds of all of it, about.
    pub fn multiply_adds(mlp: &Mlp, rows: usize) -> u64 {
        let each = mlp.layers.iter().enumerate().map(|(l, layer)| layer.weight.len() as u64 * weight_cost(mlp, l));
        each.sum::<u64>().saturating_mul(rows as u64)
    }

    /// The fraction done, in [0, 1].
    pub fn fraction(&self, data: &Calibration) -> f64 {
        let current = self.block.as_ref().map_or(0, |block| block.rows * self.next) as f64;
        (self.done as f64 + current / data.mlp.n_weights() as f64) / data.rows.len() as f64
    }

    /// Goes on for a few milliseconds. `Some` when all rows are done. The arguments are those of the first call.
    pub fn advance(&mut self, data: &Calibration) -> Option<Vec<f32>> {
        let Calibration { mlp, task, rows } = *data;
        self.sums.resize(mlp.n_weights(), 0.0);
        let network = self.network.get_or_insert_with(|| Network::new(mlp));
        let mut spent = 0;
        while self.done < rows.len() {
            let block = self.block.get_or_insert_with(|| {
                let (x, labels) = rows.chunk(self.done..rows.len().min(self.done + BLOCK));
                Block::new(mlp, network, task, x, labels)
            });
            while self.next < mlp.n_weights() {
                if spent >= STEP_MULTIPLY_ADDS {
                    return None;
                }
                let place = place(mlp, self.next);
                self.sums[self.next] += block.change(mlp, network, place);
                spent += block.rows as u64 * weight_cost(mlp, place[0]);
                self.next += 1;
            }
            self.done += block.rows;
            (self.block, self.next) = (None, 0);
        }
        let n = rows.len() as f64;
        Some(std::mem::take(self).sums.into_iter().map(|sum| (sum / n) as f32).collect())
    }

    /// All of it at once.
    pub fn scores(data: &Calibration) -> Vec<f32> {
        let mut oracle = Oracle::default();
        loop {
            if let Some(scores) = oracle.advance(data) {
                return scores;
            }
        }
    }
}

/// The multiply-adds a row of following the change of one weight of a layer, about.
fn weight_cost(mlp: &Mlp, layer: usize) -> u64 {
    let behind = &mlp.layers[(layer + 2).min(mlp.layers.len())..];
    let next = mlp.layers.get(layer + 1).map_or(0, |next| next.outputs());
    let logits = mlp.layers.last().map_or(0, |last| last.outputs());
    let losses = LOSS_COST * if layer + 1 == mlp.layers.len() { 1 } else { logits as u64 };
    (1 + next + behind.iter().map(|layer| layer.weight.len()).sum::<usize>()) as u64 + losses
}

/// The layer, neuron and input of a weight.
fn place(mlp: &Mlp, mut index: usize) -> [usize; 3] {
    let mut layer = 0;
    while index >= mlp.layers[layer].weight.len() {
        index -= mlp.layers[layer].weight.len();
        layer += 1;
    }
    let inputs = mlp.layers[layer].inputs();
    [layer, index / inputs, index % inputs]
}
