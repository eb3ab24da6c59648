//! PyTorch's CPU stream, the one `torch.manual_seed` seeds. Floor 0.
//!
//! Invariant: a generator is wholly described by its seed, the number of words drawn and the spare normal. That is its
//! serialised form; reading it back replays the words.
//!
//! Deliberately absent: the non-contiguous and the double-precision fills, and `randperm` from 2^28 elements on.

use rand::{Rng, SeedableRng};
use rand_mt::Mt;
use serde::{Deserialize, Serialize};

use super::cephes;
use crate::error::{Error, Result, require};

/// As many words as a serialised generator may have drawn: beyond, replaying takes minutes.
const MAX_REPLAYED: u64 = 1 << 34;
/// From this many on, normals are made sixteen at a time, in single precision.
const BLOCK: usize = 16;

/// `torch.Generator(device="cpu")`.
///
/// # Source
/// `ATen/core/MT19937RNGEngine.h`, `DistributionsHelper.h`, `native/cpu/DistributionTemplates.h`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Position", into = "Position")]
pub struct Generator {
    core: Mt,
    position: Position,
}

/// All that a generator is, in a few bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    seed: u32,
    drawn: u64,
    #[serde(default)]
    spare_normal: Option<f64>,
}

impl From<Generator> for Position {
    fn from(generator: Generator) -> Self {
        generator.position
    }
}

impl TryFrom<Position> for Generator {
    type Error = Error;

    fn try_from(position: Position) -> Result<Self> {
        require(position.drawn <= MAX_REPLAYED, "drawn", format_args!("at most {MAX_REPLAYED}"), position.drawn)?;
        let mut generator = Generator::new(i64::from(position.seed));
        generator.discard(position.drawn);
        generator.position.spare_normal = position.spare_normal;
        Ok(generator)
    }
}

impl Generator {
    /// The stream after `manual_seed(seed)`, of which the low 32 bits count.
    pub fn new(seed: i64) -> Self {
        let seed = seed as u32;
        let core = Mt::from_seed(seed.to_le_bytes());
        Generator { core, position: Position { seed, drawn: 0, spare_normal: None } }
    }

    /// The next word of MT19937.
    pub fn random(&mut self) -> u32 {
        self.position.drawn += 1;
        Rng::next_u32(&mut self.core)
    }

    /// The next two words, the first one high.
    pub fn random64(&mut self) -> u64 {
        let high = u64::from(self.random());
        high << 32 | u64::from(self.random())
    }

    /// Passes over `count` words.
    pub fn discard(&mut self, count: u64) {
        for _ in 0..count {
            self.random();
        }
    }

    /// `n` numbers in [0, 1), multiples of 2^-24: `torch.rand(n)`.
    pub fn rand(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.unit_f32()).collect()
    }

    /// Fills `out` with numbers in [low, high): `tensor.uniform_(low, high)`.
    ///
    /// low + u·(high − low), fused as in the AVX2 build; a result that rounds up to `high` becomes `low`.
    pub fn uniform(&mut self, out: &mut [f32], low: f64, high: f64) {
        let (low, high) = (low as f32, high as f32);
        for value in out {
            let drawn = self.unit_f32().mul_add(high - low, low);
            *value = if drawn == high { low } else { drawn };
        }
    }

    /// Fills `out` with numbers of a normal distribution: `tensor.normal_(mean, std)` of a contiguous f32 tensor.
    ///
    /// Fewer than 16 come one by one in double precision, the second of each pair kept for a later call.
    pub fn normal(&mut self, out: &mut [f32], mean: f64, std: f64) {
        if out.len() < BLOCK {
            for value in out {
                *value = self.standard_normal().mul_add(std, mean) as f32;
            }
        } else {
            self.normal_in_blocks(out, mean as f32, std as f32);
        }
    }

    /// Makes `order` 0, 1, …, n − 1 in random order: `torch.randperm(n)`. Draws n − 1 words.
    pub fn randperm(&mut self, n: usize, order: &mut Vec<usize>) {
        assert!(n < u32::MAX as usize / 20, "randperm of {n} takes another path in the reference");
        order.clear();
        order.extend(0..n);
        for i in 0..n.saturating_sub(1) {
            let offset = self.random() as usize % (n - i);
            order.swap(i, i + offset);
        }
    }

    /// An integer in [low, high): one element of `torch.randint(low, high, …)`.
    pub fn randint(&mut self, low: i64, high: i64) -> i64 {
        assert!(low < high, "randint from {low} needs a higher end than {high}");
        let range = high.wrapping_sub(low) as u64;
        let word = if range < 1 << 28 { u64::from(self.random()) } else { self.random64() };
        low.wrapping_add((word % range) as i64)
    }

    /// A non-negative 64-bit integer: one element of `tensor.random_()` of int64.
    pub fn random_int64(&mut self) -> i64 {
        (self.random64() & i64::MAX as u64) as i64
    }

    /// A multiple of 2^-24 in [0, 1).
    fn unit_f32(&mut self) -> f32 {
        (self.random() & 0x00ff_ffff) as f32 / 16_777_216.0
    }

    /// A multiple of 2^-53 in [0, 1).
    fn unit_f64(&mut self) -> f64 {
        (self.random64() & ((1 << 53) - 1)) as f64 / 9_007_199_254_740_992.0
    }

    /// Box and Muller: r = sqrt(−2 ln(1 − u2)), first r·cos(2π·u1), on the next call r·sin(2π·u1).
    fn standard_normal(&mut self) -> f64 {
        if let Some(spare) = self.position.spare_normal.take() {
            return spare;
        }
        let (u1, u2) = (self.unit_f64(), self.unit_f64());
        let radius = (-2.0 * libm::log1p(-u2)).sqrt();
        let angle = std::f64::consts::TAU * u1;
        self.position.spare_normal = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// Uniforms for all first, then blocks of sixteen; a last incomplete block overlaps its predecessor, drawn afresh.
    fn normal_in_blocks(&mut self, out: &mut [f32], mean: f32, std: f32) {
        self.uniform(out, 0.0, 1.0);
        let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
        blocks.iter_mut().for_each(|block| cephes::box_muller(block, mean, std));
        if rest.is_empty() {
            return;
        }
        if let Some(last) = out.last_chunk_mut::<BLOCK>() {
            self.uniform(last, 0.0, 1.0);
            cephes::box_muller(last, mean, std);
        }
    }
}
