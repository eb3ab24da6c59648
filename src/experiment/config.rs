//! What an experiment is: the wire format of a configuration and its defaults, the seed experiment.

use crate::data::{Blobs, Circles, Classification, Generate, Moons, Spirals};
use crate::nn::{Activation, Adam, Optimizer};
use crate::prune::Rounding;
use crate::read::{json_fields, json_names};

/// A configuration as it is written; [`Config::check`] says whether it makes sense.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub data: Data,
    pub split: Split,
    pub model: Model,
    pub train: Train,
    pub prune: Prune,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Classification(Classification),
    Moons(Moons),
    Circles(Circles),
    Blobs(Blobs),
    Spirals(Spirals),
}

/// How the rows are parted, by scikit-learn's `train_test_split`.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Fraction of all rows, in (0, 1).
    pub test_size: f64,
    /// Fraction of the training part, in [0, 1); 0 for no validation part.
    pub validation_size: f64,
    pub stratify: bool,
    pub random_state: u32,
}

/// The network between the features and the output layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Widths of the hidden layers; none makes it a logistic regression.
    pub hidden: Vec<usize>,
    pub activation: Activation,
    /// What `torch.manual_seed` gets before the layers are made.
    pub seed: i64,
}

/// How the network learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Train {
    pub epochs: usize,
    /// Rows a batch, in `DataLoader`'s shuffled order; `None` for all rows at once, unshuffled.
    pub batch_size: Option<usize>,
    pub shuffle_seed: i64,
    pub optimizer: Optimizer,
    /// `None` trains for all epochs and goes on from the last.
    pub early_stopping: Option<EarlyStopping>,
}

/// The training ends when the loss on the validation part has not been below its lowest for `patience` epochs, or with
/// the last epoch, and goes on from the epoch where it was lowest, the first of several. Trainings that follow a pruning
/// have their number of epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyStopping {
    pub patience: usize,
}

/// What is pruned, and how much of it at which levels. Each level starts from the trained network, unless the schedule
/// says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Prune {
    pub criterion: Criterion,
    pub scope: Scope,
    pub granularity: Granularity,
    /// Seed of the random criterion.
    pub seed: i64,
    /// Layers that lose nothing, the first of them 0.
    pub protect: Vec<usize>,
    /// Whether biases are ranked among the weights.
    pub biases: bool,
    pub rounding: Rounding,
    pub schedule: Schedule,
    /// The epochs of training with the mask held that follow a pruning; 0 for none.
    pub recovery: usize,
    /// Whether the report says how the scores correlate with those of the oracle.
    pub oracle: bool,
    pub levels: Levels,
}

/// What a weight's score is; the smallest go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// |w|.
    Magnitude,
    Random,
    /// |gradient · w|; of an untrained network this is SNIP.
    Taylor,
    /// Optimal Brain Damage, by the diagonal of the Fisher information.
    Obd,
    /// Optimal Brain Surgeon, layer by layer; what is kept makes up for what goes.
    Obs,
    /// |w| · ‖x‖₂.
    Wanda,
    /// Which way the last epochs moved the weight.
    Movement,
    /// The exact change of the loss, weight by weight.
    Oracle,
    /// The size of that change: what lowers the loss is as dear as what raises it by as much.
    AbsoluteOracle,
}

/// Which weights are ranked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Global,
    Layer,
    /// The weights that lead to one neuron.
    Row,
}

/// What is removed as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    Weight,
    /// A hidden neuron with its bias and all weights that lead to it and from it; its score is the L2 norm of the scores
    /// of those that lead to it.
    Neuron,
    /// Of each four neighbours in a row two stay; there is one level, and no scope.
    TwoOfFour,
    /// Of each eight neighbours in a row four stay.
    FourOfEight,
}

/// When it is pruned.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Each level from the trained network, at once.
    OneShot,
    /// Again and again, with training in between. The rounds are the levels.
    Iterative(Iterative),
    /// While a network trains anew for each level.
    Gradual(Gradual),
    /// Before it is trained, anew for each level.
    Initialisation,
}

/// After round k the fraction (1 - fraction)ᵏ is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Iterative {
    /// The fraction of what is left that a round removes, in (0, 1).
    pub fraction: f64,
    pub rounds: usize,
    /// The epoch to whose parameters, optimiser and random stream the network goes back before it trains on after a round,
    /// 0 for the initial ones; `None`: it stays where it is, and recovers.
    pub rewind: Option<usize>,
}

/// By the cubic schedule, from nothing after epoch `from` to the level's amount after epoch `to`, once an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gradual {
    pub from: usize,
    pub to: usize,
}

/// `count` evenly spaced levels, both ends included.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    pub by: By,
    pub from: f64,
    pub to: f64,
    pub count: usize,
}

/// The scale on which levels are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The fraction of prunable weights removed.
    Amount,
    /// The magnitude below which weights are removed.
    Threshold,
}

json_fields!(Config { data, split, model, train, prune });
json_fields!(Split { test_size, validation_size, stratify, random_state });
json_fields!(Model { hidden, activation, seed });
json_fields!(Train { epochs, batch_size, shuffle_seed, optimizer, early_stopping });
json_fields!(EarlyStopping { patience });
json_fields!(Prune {
    criterion,
    scope,
    granularity,
    seed,
    protect,
    biases,
    rounding,
    schedule,
    recovery,
    oracle,
    levels
});
json_fields!(Iterative { fraction, rounds, rewind });
json_fields!(Gradual { from, to });
json_fields!(Levels { by, from, to, count });
json_names!(Criterion {
    Magnitude: "magnitude",
    Random: "random",
    Taylor: "taylor",
    Obd: "obd",
    Obs: "obs",
    Wanda: "wanda",
    Movement: "movement",
    Oracle: "oracle",
    AbsoluteOracle: "absolute_oracle"
});
json_names!(Scope { Global: "global", Layer: "layer", Row: "row" });
json_names!(Granularity { Weight: "weight", Neuron: "neuron", TwoOfFour: "2:4", FourOfEight: "4:8" });
json_names!(By { Amount: "amount", Threshold: "threshold" });

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
        Train { epochs: 20, batch_size: None, shuffle_seed: 42, optimizer, early_stopping: None }
    }
}

impl Default for EarlyStopping {
    fn default() -> Self {
        EarlyStopping { patience: 5 }
    }
}

impl Default for Prune {
    fn default() -> Self {
        Prune {
            criterion: Criterion::Magnitude,
            scope: Scope::Global,
            granularity: Granularity::Weight,
            seed: 42,
            protect: Vec::new(),
            biases: false,
            rounding: Rounding::HalfEven,
            schedule: Schedule::OneShot,
            recovery: 0,
            oracle: false,
            levels: Levels { by: By::Amount, from: 0.01, to: 0.5, count: 20 },
        }
    }
}

impl Default for Iterative {
    /// The lottery ticket's.
    fn default() -> Self {
        Iterative { fraction: 0.2, rounds: 10, rewind: Some(0) }
    }
}

impl Default for Gradual {
    fn default() -> Self {
        Gradual { from: 0, to: 10 }
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

impl Granularity {
    /// Whether it takes some of each group of neighbours.
    pub fn is_of_neighbours(self) -> bool {
        matches!(self, Granularity::TwoOfFour | Granularity::FourOfEight)
    }
}

impl Prune {
    /// The levels' values on their scale. Rounds and neighbours bring their own, as amounts.
    pub fn values(&self) -> Vec<f64> {
        match (&self.schedule, self.granularity) {
            (&Schedule::Iterative(Iterative { fraction, rounds, .. }), _) => {
                let density = (0..rounds).scan(1.0, |density, _| {
                    *density *= 1.0 - fraction;
                    Some(1.0 - *density)
                });
                density.collect()
            }
            (_, granularity) if granularity.is_of_neighbours() => vec![0.5],
            _ => self.levels.values(),
        }
    }

    /// The scale of [`Prune::values`].
    pub fn by(&self) -> By {
        if matches!(self.schedule, Schedule::Iterative(_)) || self.granularity.is_of_neighbours() {
            By::Amount
        } else {
            self.levels.by
        }
    }

    /// Whether a cut on |w| may tell what a level keeps from what it loses.
    pub(super) fn has_thresholds(&self) -> bool {
        self.criterion == Criterion::Magnitude
            && self.scope == Scope::Global
            && self.granularity == Granularity::Weight
            && !self.biases
    }

    /// Whether networks are trained on the way to a level.
    pub(super) fn trains(&self) -> bool {
        self.schedule != Schedule::OneShot || self.recovery > 0
    }

    /// Whether those are trained anew, from the untrained network or from an early epoch.
    pub(super) fn trains_anew(&self) -> bool {
        match self.schedule {
            Schedule::OneShot => false,
            Schedule::Iterative(Iterative { rewind, .. }) => rewind.is_some(),
            Schedule::Gradual(_) | Schedule::Initialisation => true,
        }
    }

    /// Whether each level is the trained network without the first weights of one order.
    pub fn is_one_order(&self) -> bool {
        self.schedule == Schedule::OneShot
            && self.recovery == 0
            && self.granularity == Granularity::Weight
            && self.criterion != Criterion::Obs
            && !self.biases
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
