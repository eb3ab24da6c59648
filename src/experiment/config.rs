//! What an experiment is: the wire format of a configuration and its defaults, the seed experiment.

use serde::Serialize;

use crate::data::{Blobs, Circles, Classification, Generate, Moons, Spirals};
use crate::nn::{Activation, Adam, Optimizer};
use crate::read::{read_fields, read_name};

/// A configuration as it is written; [`Config::check`] says whether it makes sense.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Config {
    pub data: Data,
    pub split: Split,
    pub model: Model,
    pub train: Train,
    pub prune: Prune,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Data {
    Classification(Classification),
    Moons(Moons),
    Circles(Circles),
    Blobs(Blobs),
    Spirals(Spirals),
}

/// How the rows are parted, by scikit-learn's `train_test_split`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Split {
    /// Fraction of all rows, in (0, 1).
    pub test_size: f64,
    /// Fraction of the training part, in [0, 1); 0 for no validation part.
    pub validation_size: f64,
    pub stratify: bool,
    pub random_state: u32,
}

/// The network between the features and the output layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Widths of the hidden layers; none makes it a logistic regression.
    pub hidden: Vec<usize>,
    pub activation: Activation,
    /// What `torch.manual_seed` gets before the layers are made.
    pub seed: i64,
}

/// How the network learns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Train {
    pub epochs: usize,
    /// Rows a batch, in `DataLoader`'s shuffled order; `None` for all rows at once, unshuffled.
    pub batch_size: Option<usize>,
    pub shuffle_seed: i64,
    pub optimizer: Optimizer,
}

/// What is pruned, and how much of it at which levels. Each level starts from the trained network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prune {
    pub criterion: Criterion,
    pub scope: Scope,
    pub granularity: Granularity,
    /// Seed of the random criterion.
    pub seed: i64,
    pub levels: Levels,
}

/// What a weight's score is; the smallest go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Criterion {
    Magnitude,
    Random,
}

/// Which weights are ranked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Global,
    Layer,
}

/// What is removed as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    Weight,
}

/// `count` evenly spaced levels, both ends included.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Levels {
    pub by: By,
    pub from: f64,
    pub to: f64,
    pub count: usize,
}

/// The scale on which levels are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The fraction of prunable weights removed.
    Amount,
    /// The magnitude below which weights are removed.
    Threshold,
}

read_fields!(Config { data, split, model, train, prune });
read_fields!(Split { test_size, validation_size, stratify, random_state });
read_fields!(Model { hidden, activation, seed });
read_fields!(Train { epochs, batch_size, shuffle_seed, optimizer });
read_fields!(Prune { criterion, scope, granularity, seed, levels });
read_fields!(Levels { by, from, to, count });
read_name!(Criterion: Magnitude, Random);
read_name!(Scope: Global, Layer);
read_name!(Granularity: Weight);
read_name!(By: Amount, Threshold);

impl Default for Data {
    fn default() -> Self {
        Data::Classification(Classification { n_samples: 2500, n_features: 10, ..Classification::default() })
    }
}

impl Default for Split {
    fn default() -> Self {
        Split { test_size: 0.3, validation_size: 0.0, stratify: false, random_state: 42 }
    }
}

impl Default for Model {
    fn default() -> Self {
        Model { hidden: vec![256], activation: Activation::Relu, seed: 42 }
    }
}

impl Default for Train {
    fn default() -> Self {
        let optimizer = Optimizer::Adam(Adam { lr: 0.01, ..Adam::default() });
        Train { epochs: 20, batch_size: None, shuffle_seed: 42, optimizer }
    }
}

impl Default for Prune {
    fn default() -> Self {
        Prune {
            criterion: Criterion::Magnitude,
            scope: Scope::Global,
            granularity: Granularity::Weight,
            seed: 42,
            levels: Levels { by: By::Amount, from: 0.01, to: 0.5, count: 20 },
        }
    }
}

impl Data {
    /// The generator, whichever it is.
    pub fn generator(&self) -> &dyn Generate {
        match self {
            Data::Classification(generator) => generator,
            Data::Moons(generator) => generator,
            Data::Circles(generator) => generator,
            Data::Blobs(generator) => generator,
            Data::Spirals(generator) => generator,
        }
    }
}

impl Levels {
    /// The levels' values.
    ///
    /// # Source
    /// `numpy.linspace(from, to, count)`: i·step + from, the last exactly `to`.
    pub fn values(&self) -> Vec<f64> {
        let last = self.count.saturating_sub(1);
        let step = (self.to - self.from) / last as f64;
        let value = |i| {
            if i == 0 {
                self.from
            } else if i == last {
                self.to
            } else {
                i as f64 * step + self.from
            }
        };
        (0..self.count).map(value).collect()
    }
}
