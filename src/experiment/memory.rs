//! What a run takes of memory, known before it starts.

use super::check::ValidConfig;
use super::config::{Criterion, Iterative, Schedule};
use crate::data::MAX_BYTES;
use crate::error::{Error, Result};
use crate::kernels::{BLOCK, STREAM, STRIDE};
use crate::nn::Optimizer;
use crate::prune::curve;
use crate::read::Write;

/// Bytes of a number in single precision.
const NUMBER: u64 = size_of::<f32>() as u64;
/// Bytes of a `usize` in a browser.
const BROWSER_WORD: u64 = 4;

/// Bytes at most, stage by stage: of the rows and of the network.
struct Bytes {
    /// While rows are drawn: two copies in double precision.
    draw: u64,
    /// The rows in all their parts, as long as the run lives.
    rows: u64,
    /// The network, its mask and its optimiser, which way it moved, and the networks on the way to a level and at those
    /// behind, as long as the run lives.
    network: u64,
    /// Those of the levels behind alone.
    networks: u64,
    /// On top of these while it trains, and as long as anything may have to be trained again,
    train: u64,
    /// while weights are scored,
    score: u64,
    /// while a level is cut,
    level: u64,
    /// and while the curve is followed.
    curve: u64,
}

impl Bytes {
    /// The most of those of the network in all stages.
    fn network(&self, trains_again: bool) -> u64 {
        let after = self.score.max(self.level).max(self.curve);
        self.network + if trains_again { self.train + after } else { self.train.max(after) }
    }
}

impl ValidConfig {
    /// The bytes that a run takes at most where a `usize` has `word` bytes. What a few hundred rows or weights take is
    /// not counted.
    pub fn memory(&self, word: usize) -> u64 {
        let bytes = self.bytes(word as u64);
        bytes.draw.max(bytes.rows + bytes.network(self.config().prune.trains()))
    }

    /// # Errors
    /// A run that a browser is not to be asked for, at whatever takes more: the rows or the network.
    pub(super) fn check_memory(&self) -> Result<()> {
        let total = self.memory(BROWSER_WORD as usize);
        if total <= MAX_BYTES {
            return Ok(());
        }
        let (bytes, config) = (self.bytes(BROWSER_WORD), self.config());
        let network = bytes.network(config.prune.trains());
        let (field, got) = if bytes.draw.max(bytes.rows) > network {
            ("data.n_samples", self.shape().n_samples.to_string())
        } else if bytes.networks > network / 2 {
            ("prune.levels.count", config.prune.values().len().to_string())
        } else if bytes.score > network / 2 {
            ("prune.criterion", config.prune.criterion.written().to_string())
        } else {
            ("model.hidden", format!("{:?}", config.model.hidden))
        };
        let (most, mib) = (MAX_BYTES >> 20, total.div_ceil(1 << 20));
        Err(Error::invalid(
            field,
            format!("must be such that the run fits into {most} MiB, got {got}, which takes {mib} MiB"),
        ))
    }

    fn bytes(&self, word: u64) -> Bytes {
        let (shape, config) = (self.shape(), self.config());
        let [n, features] = [shape.n_samples, shape.n_features].map(|count| count as u64);
        let n_train = self.n_train() as u64;
        let pairs = || shape.layer_sizes.windows(2).map(|pair| (pair[0] as u64, pair[1] as u64));
        let weights: u64 = pairs().map(|(inputs, outputs)| inputs * outputs).sum();
        let widths: u64 = pairs().map(|(_, outputs)| outputs).sum();
        let params = weights + widths;
        let memories = match &config.train.optimizer {
            Optimizer::Adam(adam) | Optimizer::AdamW(adam) => 2 + u64::from(adam.amsgrad),
            Optimizer::Sgd(sgd) => u64::from(sgd.momentum > 0.0),
        };
        // A block has a few rows to spare.
        let in_blocks = |rows: u64| rows.next_multiple_of(BLOCK as u64) * STRIDE as u64 / BLOCK as u64;
        let batch = config.train.batch_size.map_or(n_train, |size| n_train.min(size as u64));
        let held_out = n - n_train;
        let test = (n as f64 * config.split.test_size).ceil() as u64;
        let largest_part = test.max(held_out.saturating_sub(test));
        let panels = NUMBER * params;
        let blocks = |per_row: u64| NUMBER * STRIDE as u64 * per_row;
        let points = weights + 1;
        let streams = largest_part.min(curve::block_rows(weights, widths) as u64).next_multiple_of(STREAM as u64);
        let prune = &config.prune;
        let state = (1 + memories) * NUMBER * params + params;
        // The state after the best epoch is held while there is none on the way to a level; what moved until then, and an
        // evaluation beside the training, come on top.
        let best = config.train.early_stopping.map_or(0, |_| (8 + NUMBER) * params + panels + blocks(widths));
        let early = matches!(prune.schedule, Schedule::Iterative(Iterative { rewind: Some(_), .. }));
        let states = 2 + u64::from(early) + u64::from(prune.recovery > 0);
        let networks = if prune.is_one_order() { 0 } else { prune.values().len() as u64 * (NUMBER * params + params) };
        let hessians = pairs().map(|(inputs, _)| 8 * (inputs + 1) * (inputs + 1));
        let surgery = hessians.clone().sum::<u64>() + 3 * hessians.max().unwrap_or(0);
        let oracle = 8 * weights + 2 * panels + 3 * blocks(widths) + blocks(features);
        let score = match prune.criterion {
            Criterion::Magnitude | Criterion::Random | Criterion::Movement => 0,
            Criterion::Wanda => panels + blocks(widths),
            Criterion::Taylor | Criterion::Obd => 3 * panels + 3 * blocks(widths),
            Criterion::Obs => surgery + panels + blocks(widths),
            Criterion::Oracle | Criterion::AbsoluteOracle => oracle,
        };
        Bytes {
            draw: n * (2 * 8 * features + 4 * word),
            rows: n * (NUMBER * features + 2 * word)
                + n_train * (NUMBER * features + 2 * word)
                + in_blocks(n) * NUMBER * features
                + held_out * (NUMBER * features + 2 * word),
            // Movement, before and after it is a number for each weight; the scores.
            network: states * state + networks + (8 + 2 * NUMBER) * params + 2 * NUMBER * weights,
            networks,
            train: NUMBER * (params + in_blocks(batch) * features)
                + 2 * blocks(widths)
                + (n_train + batch) * word
                + 2 * panels
                + best,
            score: score.max(if prune.oracle { oracle } else { 0 }),
            level: params * (4 * word + 2 * 8).max(2 * NUMBER + 3 * NUMBER) + 2 * blocks(widths),
            curve: weights * (2 * word + 24 + NUMBER).max(6 * word + 20)
                + points * (word + 2 * (8 + NUMBER))
                + 2 * NUMBER * params
                + panels
                + NUMBER * streams * (features + 4 * widths),
        }
    }
}
