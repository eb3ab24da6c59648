//! The order of a shuffling `DataLoader`. Floor 0.

use serde::{Deserialize, Serialize};

use super::Generator;

/// The orders in which `DataLoader(shuffle=True, generator=Generator().manual_seed(seed))` visits its samples.
///
/// Each epoch draws a seed for workers, which nobody uses, the order, and at the end a second permutation, of which
/// the sampler takes no element. Both are drawn here too: without them every epoch but the first would differ.
///
/// # Source
/// `torch/utils/data/dataloader.py` (`_BaseDataLoaderIter`), `sampler.py` (`RandomSampler`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShuffledEpochs {
    n_samples: usize,
    generator: Generator,
}

impl ShuffledEpochs {
    /// The orders of `n_samples` samples under `seed`, before the first epoch.
    pub fn new(n_samples: usize, seed: i64) -> Self {
        ShuffledEpochs { n_samples, generator: Generator::new(seed) }
    }

    /// Makes `order` that of the next epoch, a permutation of 0, 1, …, n_samples − 1; batches are its consecutive parts.
    pub fn next_epoch(&mut self, order: &mut Vec<usize>) {
        self.generator.random_int64();
        self.generator.randperm(self.n_samples, order);
        self.generator.discard(self.n_samples.saturating_sub(1) as u64);
    }
}
