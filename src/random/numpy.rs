//! NumPy's legacy stream, the one `random_state=` means in scikit-learn. Floor 0.
//!
//! Invariant: every method draws exactly the words NumPy draws, rejected ones included, so that whatever follows in
//! the stream stays in step. Draws are not inlined: a loop gains nothing by a copy of its own, and the page is smaller.

use std::collections::HashSet;

use rand::{Rng, SeedableRng};
use rand_mt::Mt;

use super::ln;

/// `numpy.random.RandomState`: MT19937 and the second value of the last Gaussian pair.
///
/// # Source
/// `numpy/random/mtrand.pyx`, `src/distributions/distributions.c`, `src/legacy/legacy-distributions.c`.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomState {
    core: Mt,
    spare_normal: Option<f64>,
}

impl RandomState {
    /// The stream of `RandomState(seed)`.
    pub fn new(seed: u32) -> Self {
        RandomState { core: Mt::from_seed(seed.to_le_bytes()), spare_normal: None }
    }

    /// The stream of `RandomState([…])`, which differs from that of the same number given alone. `key` is not empty.
    pub fn from_key(key: &[u32]) -> Self {
        assert!(!key.is_empty(), "a key has at least one word");
        RandomState { core: Mt::new_with_key(key.iter().copied()), spare_normal: None }
    }

    /// The next word of MT19937.
    pub fn next_u32(&mut self) -> u32 {
        Rng::next_u32(&mut self.core)
    }

    /// A number in [0, 1) with 53 random bits: (a·2^26 + b) / 2^53, a of 27 bits, b of 26.
    #[inline(never)]
    pub fn random_sample(&mut self) -> f64 {
        let a = f64::from(self.next_u32() >> 5);
        let b = f64::from(self.next_u32() >> 6);
        (a * 67_108_864.0 + b) / 9_007_199_254_740_992.0
    }

    /// A number in [low, high).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random_sample()
    }

    /// A number of the standard normal distribution, by the polar method: pairs, the second kept for the next call.
    #[inline(never)]
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let x1 = 2.0 * self.random_sample() - 1.0;
            let x2 = 2.0 * self.random_sample() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 > 0.0 && r2 < 1.0 {
                let factor = (-2.0 * ln(r2) / r2).sqrt();
                self.spare_normal = Some(factor * x1);
                return factor * x2;
            }
        }
    }

    /// A number of the normal distribution with mean `loc` and standard deviation `scale`.
    pub fn normal(&mut self, loc: f64, scale: f64) -> f64 {
        loc + scale * self.standard_normal()
    }

    /// An integer in [0, max], both included: words under the smallest mask that covers `max`, until one fits.
    ///
    /// Draws nothing for 0, and two words a try from 2^32 on.
    #[inline(never)]
    pub fn interval(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        let mask = u64::MAX >> max.leading_zeros();
        loop {
            let word = match u32::try_from(max) {
                Ok(_) => u64::from(self.next_u32()),
                Err(_) => Rng::next_u64(&mut self.core),
            };
            if word & mask <= max {
                return word & mask;
            }
        }
    }

    /// An integer in [0, n), n at least 1.
    pub fn randint(&mut self, n: u64) -> u64 {
        assert!(n > 0, "randint needs a range that is not empty");
        self.interval(n - 1)
    }

    /// Reorders `items`, from the last to the second, each swapped with one up to itself.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.interval(i as u64) as usize;
            items.swap(i, j);
        }
    }

    /// 0, 1, …, n − 1 in random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// `count` different ones of 0, 1, …, n − 1: `choice(n, count, replace=False)`, which draws a whole permutation.
    pub fn choice(&mut self, n: usize, count: usize) -> Vec<usize> {
        assert!(count <= n, "choice of {count} out of {n}");
        let mut order = self.permutation(n);
        order.truncate(count);
        order
    }

    /// `count` different integers of [0, population), count at most population.
    ///
    /// One of three methods, by the share drawn: a permutation (within 1 % to 99 %), trial until unseen (fewer), or a
    /// reservoir (more). A whole population is drawn by the last, which then draws nothing and keeps counting order.
    ///
    /// # Source
    /// `sklearn/utils/_random.pyx`, `sample_without_replacement` with `method="auto"`.
    pub fn sample_without_replacement(&mut self, population: u64, count: usize) -> Vec<u64> {
        assert!(count as u64 <= population, "{count} different ones out of {population}");
        let ratio = if population == 0 { 1.0 } else { count as f64 / population as f64 };
        if ratio > 0.01 && ratio < 0.99 {
            self.choice(population as usize, count).into_iter().map(|i| i as u64).collect()
        } else if ratio < 0.2 {
            self.sample_until_unseen(population, count)
        } else {
            self.sample_reservoir(population, count)
        }
    }

    fn sample_until_unseen(&mut self, population: u64, count: usize) -> Vec<u64> {
        let mut seen = HashSet::with_capacity(count);
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            let candidate = self.randint(population);
            if seen.insert(candidate) {
                drawn.push(candidate);
            }
        }
        drawn
    }

    fn sample_reservoir(&mut self, population: u64, count: usize) -> Vec<u64> {
        let mut kept: Vec<u64> = (0..count as u64).collect();
        for i in count as u64..population {
            let place = self.randint(i + 1);
            if place < count as u64 {
                kept[place as usize] = i;
            }
        }
        kept
    }
}
