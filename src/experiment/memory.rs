//! What a run takes of memory, known before it starts.

use super::check::ValidConfig;
use crate::data::MAX_BYTES;
use crate::error::{Error, Result};
use crate::kernels::{BLOCK, STREAM, STRIDE};
use crate::nn::Optimizer;
use crate::prune::curve;

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
    /// The network, its mask and its optimiser, as long as the run lives.
    network: u64,
    /// On top of these while it trains,
    train: u64,
    /// while a level is cut,
    level: u64,
    /// and while the curve is followed.
    curve: u64,
}

impl ValidConfig {
    /// The bytes that a run takes at most where a `usize` has `word` bytes. What a few hundred rows or weights take is
    /// not counted.
    pub fn memory(&self, word: usize) -> u64 {
        let bytes = self.bytes(word as u64);
        bytes.draw.max(bytes.rows + bytes.network + bytes.train.max(bytes.level).max(bytes.curve))
    }

    /// # Errors
    /// A run that a browser is not to be asked for, at whatever takes more: the rows or the network.
    pub(super) fn check_memory(&self) -> Result<()> {
        let total = self.memory(BROWSER_WORD as usize);
        if total <= MAX_BYTES {
            return Ok(());
        }
        let Bytes { draw, rows, network, train, level, curve } = self.bytes(BROWSER_WORD);
        let config = self.config();
        let (field, got) = if draw.max(rows) > network + train.max(level).max(curve) {
            ("data.n_samples", self.shape().n_samples.to_string())
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
        let points = weights + 1;
        let streams = largest_part.min(curve::block_rows(weights, widths) as u64).next_multiple_of(STREAM as u64);
        Bytes {
            draw: n * (2 * 8 * features + 4 * word),
            rows: n * (NUMBER * features + 2 * word)
                + n_train * (NUMBER * features + word)
                + in_blocks(held_out) * NUMBER * features
                + held_out * (NUMBER * features + 2 * word),
            network: (1 + memories) * NUMBER * params + weights,
            train: NUMBER * (params + 2 * STRIDE as u64 * widths + in_blocks(batch) * features)
                + (n_train + batch) * word
                + 2 * panels,
            level: NUMBER * (2 * weights + params) + weights + 3 * word * weights + panels,
            curve: weights * (2 * word + 24 + NUMBER)
                + points * (word + 2 * (8 + NUMBER))
                + 2 * NUMBER * params
                + panels
                + NUMBER * streams * (features + 4 * widths),
        }
    }
}
