//! Data to train on: generators, splits, and the form in which a network takes them.
//!
//! Floor 1. [`Classification`], [`Moons`], [`Circles`] and [`Blobs`] are scikit-learn's `make_*` functions, their fields
//! its parameters; [`Spirals`] is ours. Each is checked once (`check`), then draws [`Samples`] (`generate`), which never
//! fails for what was checked. [`train_test_split`] says which rows go where.
//!
//! Invariant: the same parameters give the same labels, the same order and, as f32, the same features as
//! scikit-learn; as f64 too, but where that depends on the kernels of a BLAS or on the last bit of a platform's sine.
//!
//! Deliberately absent: `random_state=None` (it cannot be repeated; the default here is 42), `return_X_y`,
//! `return_distributions`, `return_centers`, and regression.

mod blobs;
mod classification;
mod curves;
mod limits;
mod rows;
mod spirals;
mod split;

use ndarray::Array2;
use serde_json::Value;

use crate::error::Result;
use crate::read::{Read, Write, refused};

pub use blobs::{Blobs, Centers};
pub use classification::Classification;
pub use curves::{Circles, Moons};
pub use limits::{MAX_BYTES, MAX_CLUSTERS, MAX_MAGNITUDE, MAX_MULTIPLY_ADDS};
pub use spirals::Spirals;
pub use split::{Size, SplitParams, split_sizes, train_test_split};

/// A generator: parameters of its own that say which samples it draws.
pub trait Generate {
    /// `Ok` when [`generate`](Self::generate) can draw from these parameters.
    ///
    /// # Errors
    /// The first parameter that has to be changed.
    fn check(&self) -> Result<()>;

    /// The samples of checked parameters; the same ones each time.
    fn generate(&self) -> Samples;

    fn total_samples(&self) -> usize;

    fn n_features(&self) -> usize {
        2
    }

    fn n_classes(&self) -> usize {
        2
    }
}

/// Features and labels as a generator drew them.
///
/// # Shapes
/// `x`: (n_samples, n_features), row-major; `y`: n_samples, each in 0..n_classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    pub x: Array2<f64>,
    pub y: Vec<usize>,
}

/// What is to be predicted, one for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// `labels`: each in 0..n_classes.
    Class {
        labels: Vec<usize>,
        n_classes: usize,
    },
    Value(Vec<f32>),
}

/// Features in the precision a network computes in, and their target.
///
/// # Shapes
/// `features`: (n_samples, n_features), row-major; `target`: n_samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub features: Array2<f32>,
    pub target: Target,
}

impl Dataset {
    /// The samples with their features rounded to f32; `n_classes` counts classes without a sample too.
    pub fn classes(samples: Samples, n_classes: usize) -> Self {
        assert!(samples.y.iter().all(|&label| label < n_classes), "labels are below n_classes = {n_classes}");
        assert_eq!(samples.x.nrows(), samples.y.len(), "one label a row");
        Dataset { features: samples.x.mapv(|v| v as f32), target: Target::Class { labels: samples.y, n_classes } }
    }
}

/// How many of `labels` are 0, 1, …, n_classes − 1.
pub fn class_counts(labels: &[usize], n_classes: usize) -> Vec<usize> {
    let mut counts = vec![0; n_classes];
    for &label in labels {
        counts[label] += 1;
    }
    counts
}

/// A parameter that is either one value for all or a list with a value for each (cluster, half, feature).
#[derive(Clone, Debug, PartialEq)]
pub enum OneOrEach<T> {
    One(T),
    Each(Vec<T>),
}

impl<T: Read> Read for OneOrEach<T> {
    fn read(json: &Value) -> Result<Self> {
        let one = T::read(json).map(OneOrEach::One);
        let each = one.or_else(|_| Read::read(json).map(OneOrEach::Each));
        each.or_else(|_| refused("a number or a list of numbers; counts are whole and not negative", json))
    }
}

impl<T: Write> Write for OneOrEach<T> {
    fn written(&self) -> Value {
        match self {
            OneOrEach::One(value) => value.written(),
            OneOrEach::Each(values) => values.written(),
        }
    }
}

impl<T: Copy> OneOrEach<T> {
    /// The value for number `i`.
    fn at(&self, i: usize) -> T {
        match self {
            OneOrEach::One(value) => *value,
            OneOrEach::Each(values) => values[i],
        }
    }

    fn values(&self) -> &[T] {
        match self {
            OneOrEach::One(value) => std::slice::from_ref(value),
            OneOrEach::Each(values) => values,
        }
    }
}

impl Samples {
    /// The same samples in the order of `rows`.
    fn reordered(&self, rows: &[usize]) -> Samples {
        let x = Array2::from_shape_fn((rows.len(), self.x.ncols()), |(i, j)| self.x[[rows[i], j]]);
        Samples { x, y: rows.iter().map(|&row| self.y[row]).collect() }
    }
}
