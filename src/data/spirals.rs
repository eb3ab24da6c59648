//! Two spiral arms wound into each other: a hard boundary in two dimensions. Floor 1.
//!
//! Ours, not scikit-learn's; its conventions (halves, order of draws, stream) are those of `make_moons`.

use std::f64::consts::TAU;

use super::curves::{check_curves, finish, halves};
use super::{Generate, OneOrEach, Samples, limits};
use crate::error::{Result, require};
use crate::read::json_fields;

/// Two arms, each the other turned by half a turn.
///
/// Sample i of n on an arm has s = (i + 1) / n, radius s and angle 2π · turns · s: class 0 at
/// (s cos θ, s sin θ), class 1 at (−s cos θ, −s sin θ). So every arm ends at radius 1 and none touches the centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Spirals {
    /// All samples (the first arm gets half, rounded down), or a pair with the size of each arm.
    pub n_samples: OneOrEach<usize>,
    pub shuffle: bool,
    /// The standard deviation of what is added to each coordinate; `None` draws nothing.
    pub noise: Option<f64>,
    /// Turns from the centre to the rim, in (0, 100].
    pub turns: f64,
    pub random_state: u32,
}

json_fields!(Spirals { n_samples, shuffle, noise, turns, random_state } over its defaults);

impl Default for Spirals {
    fn default() -> Self {
        Spirals { n_samples: OneOrEach::One(100), shuffle: true, noise: None, turns: 1.5, random_state: 42 }
    }
}

impl Generate for Spirals {
    fn total_samples(&self) -> usize {
        limits::total(&self.n_samples)
    }

    fn check(&self) -> Result<()> {
        check_curves(&self.n_samples, self.noise)?;
        require(self.turns > 0.0 && self.turns <= 100.0, "turns", "in (0, 100]", self.turns)
    }

    /// The samples of checked parameters.
    fn generate(&self) -> Samples {
        let (first, second) = halves(&self.n_samples);
        let arm = |n: usize, sign: f64| {
            let turns = self.turns;
            let point = |i| {
                let s = (i + 1) as f64 / n as f64;
                let angle = TAU * turns * s;
                [sign * s * libm::cos(angle), sign * s * libm::sin(angle)]
            };
            (0..n).map(point).collect()
        };
        finish(arm(first, 1.0), arm(second, -1.0), self.shuffle, self.noise, self.random_state)
    }
}
