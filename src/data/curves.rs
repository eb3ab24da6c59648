//! `sklearn.datasets.make_moons` and `make_circles`: two curves, one class each. Floor 1.
//!
//! Invariant: the curves are evenly spaced points, then rows are shuffled, then noise is added. Sine and cosine are
//! those of `libm`: a coordinate may differ from scikit-learn's in the last bit of its f64, not in f32.

use std::f64::consts::{PI, TAU};

use ndarray::Array2;

use super::{Generate, OneOrEach, Samples, limits};
use crate::error::{Result, require};
use crate::random::RandomState;
use crate::read::json_fields;

/// The parameters of `make_moons`: two half circles that interleave.
#[derive(Clone, Debug, PartialEq)]
pub struct Moons {
    /// All samples (the upper moon gets half, rounded down), or a pair with the size of each moon.
    pub n_samples: OneOrEach<usize>,
    pub shuffle: bool,
    /// The standard deviation of what is added to each coordinate; `None` draws nothing.
    pub noise: Option<f64>,
    pub random_state: u32,
}

/// The parameters of `make_circles`: a circle of radius 1 around one of radius `factor`.
#[derive(Clone, Debug, PartialEq)]
pub struct Circles {
    /// All samples (the outer circle gets half, rounded down), or a pair with the size of each circle.
    pub n_samples: OneOrEach<usize>,
    pub shuffle: bool,
    /// The standard deviation of what is added to each coordinate; `None` draws nothing.
    pub noise: Option<f64>,
    pub random_state: u32,
    pub factor: f64,
}

json_fields!(Moons { n_samples, shuffle, noise, random_state } over its defaults);
json_fields!(Circles { n_samples, shuffle, noise, random_state, factor } over its defaults);

impl Default for Moons {
    fn default() -> Self {
        Moons { n_samples: OneOrEach::One(100), shuffle: true, noise: None, random_state: 42 }
    }
}

impl Default for Circles {
    fn default() -> Self {
        Circles { n_samples: OneOrEach::One(100), shuffle: true, noise: None, random_state: 42, factor: 0.8 }
    }
}

impl Generate for Moons {
    fn total_samples(&self) -> usize {
        limits::total(&self.n_samples)
    }

    fn check(&self) -> Result<()> {
        check_curves(&self.n_samples, self.noise)
    }

    /// The samples of checked parameters: (cos t, sin t) is class 0, (1 − cos t, ½ − sin t) class 1, t in [0, π].
    fn generate(&self) -> Samples {
        let (upper, lower) = halves(&self.n_samples);
        let upper = linspace(PI, upper, true).map(|t| [libm::cos(t), libm::sin(t)]);
        let lower = linspace(PI, lower, true).map(|t| [1.0 - libm::cos(t), 1.0 - libm::sin(t) - 0.5]);
        finish(upper.collect(), lower.collect(), self.shuffle, self.noise, self.random_state)
    }
}

impl Generate for Circles {
    fn total_samples(&self) -> usize {
        limits::total(&self.n_samples)
    }

    fn check(&self) -> Result<()> {
        check_curves(&self.n_samples, self.noise)?;
        require((0.0..1.0).contains(&self.factor), "factor", "in [0, 1)", self.factor)
    }

    /// The samples of checked parameters: (cos t, sin t) is class 0, factor times that class 1, t in [0, 2π).
    fn generate(&self) -> Samples {
        let (outer, inner) = halves(&self.n_samples);
        let outer = linspace(TAU, outer, false).map(|t| [libm::cos(t), libm::sin(t)]);
        let inner = linspace(TAU, inner, false).map(|t| [libm::cos(t) * self.factor, libm::sin(t) * self.factor]);
        finish(outer.collect(), inner.collect(), self.shuffle, self.noise, self.random_state)
    }
}

/// Refuses sizes and noise that two curves cannot have.
pub(super) fn check_curves(n_samples: &OneOrEach<usize>, noise: Option<f64>) -> Result<()> {
    if let OneOrEach::Each(sizes) = n_samples {
        require(sizes.len() == 2, "n_samples", "one number or a pair", format_args!("a list of {}", sizes.len()))?;
    }
    limits::parts("n_samples", n_samples)?;
    limits::fits("n_samples", "features", limits::total(n_samples), 2)?;
    noise.map_or(Ok(()), |noise| limits::non_negative("noise", noise))
}

/// The sizes of the two classes; of an odd number the second gets one more.
pub(super) fn halves(n_samples: &OneOrEach<usize>) -> (usize, usize) {
    match n_samples {
        OneOrEach::One(total) => (total / 2, total - total / 2),
        OneOrEach::Each(sizes) => (sizes[0], sizes[1]),
    }
}

/// `np.linspace(0, end, n, endpoint)`: `n` points, evenly spaced, the last one exactly `end` if it is included.
fn linspace(end: f64, n: usize, endpoint: bool) -> impl Iterator<Item = f64> {
    let divisions = if endpoint { n.saturating_sub(1) } else { n };
    let step = end / divisions.max(1) as f64;
    (0..n).map(move |i| if i > 0 && i == divisions { end } else { i as f64 * step })
}

/// The points of both classes, rows shuffled, then noise added row by row.
pub(super) fn finish(
    mut points: Vec<[f64; 2]>,
    second: Vec<[f64; 2]>,
    shuffle: bool,
    noise: Option<f64>,
    random_state: u32,
) -> Samples {
    let mut stream = RandomState::new(random_state);
    let mut y = vec![0; points.len()];
    points.extend(second);
    y.resize(points.len(), 1);

    let mut samples = Samples { x: Array2::from(points), y };
    if shuffle {
        samples = samples.reordered(&stream.permutation(samples.y.len()));
    }
    if let Some(noise) = noise {
        samples.x.iter_mut().for_each(|value| *value += stream.normal(0.0, noise));
    }
    samples
}
