//! What makes sense: every refusal names the field, the value and what is allowed.

use super::config::{By, Config, EarlyStopping, Levels, Split};
use super::digest::Digest;
use crate::data::{Size, SplitParams, split_sizes};
use crate::error::{Error, Result, require};
use crate::nn::Task;
use crate::read::{Write, write_fields};

/// The most epochs of a training.
pub const MAX_EPOCHS: usize = 10_000;
/// The most rows of a batch that can be asked for: more than any data set has.
const MAX_BATCH: usize = 1_000_000_000;
/// The most hidden layers.
pub const MAX_HIDDEN_LAYERS: usize = 16;
/// The most weights and biases of a network.
pub const MAX_PARAMS: usize = 2_000_000;
/// The most levels of a sweep.
pub const MAX_LEVELS: usize = 1000;
/// The largest integer that JavaScript holds exactly, with all below it.
const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;
/// The largest threshold: beyond it nothing of single precision is left.
const MAX_THRESHOLD: f64 = 1e30;

/// Where a run's rows come from, as far as a config must agree with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The config's own `data` section.
    Generator,
}

/// A configuration that makes sense. What only the drawn rows can show (a class without a row in some part) is
/// refused by [`Run::new`](super::Run::new).
#[derive(Clone, Debug, PartialEq)]
pub struct ValidConfig {
    config: Config,
    n_train: usize,
}

impl Config {
    /// # Errors
    /// The first field that makes no sense, with its value and what is allowed.
    pub fn check(self, source: &Source) -> Result<ValidConfig> {
        let Source::Generator = source;
        self.data.generator().check().map_err(|e| e.within("data"))?;
        let n_train = self.split.check(self.data.generator().total_samples()).map_err(|e| e.within("split"))?;
        self.check_model().map_err(|e| e.within("model"))?;
        self.check_train().map_err(|e| e.within("train"))?;
        self.check_prune(n_train).map_err(|e| e.within("prune"))?;
        let config = ValidConfig { config: self, n_train };
        config.check_memory()?;
        Ok(config)
    }

    fn check_model(&self) -> Result<()> {
        let hidden = &self.model.hidden;
        let most = format_args!("at most {MAX_HIDDEN_LAYERS} layers").to_string();
        require(hidden.len() <= MAX_HIDDEN_LAYERS, "hidden", most, hidden.len())?;
        require(!hidden.contains(&0), "hidden", "a list of widths of at least 1", format_args!("{hidden:?}"))?;
        let sizes = self.layer_sizes();
        let params = sizes
            .windows(2)
            .fold(0usize, |sum, pair| sum.saturating_add(pair[0].saturating_add(1).saturating_mul(pair[1])));
        let allowed = format!("such that the network has at most {MAX_PARAMS} parameters");
        require(params <= MAX_PARAMS, "hidden", allowed, format_args!("{hidden:?} with {params}"))?;
        check_seed("seed", self.model.seed)
    }

    fn check_train(&self) -> Result<()> {
        let train = &self.train;
        let allowed = format!("a whole number from 0 to {MAX_EPOCHS}");
        require(train.epochs <= MAX_EPOCHS, "epochs", allowed, train.epochs)?;
        let batch_size = train.batch_size.unwrap_or(1);
        let allowed = format!("null (all rows) or a whole number from 1 to {MAX_BATCH}");
        require((1..=MAX_BATCH).contains(&batch_size), "batch_size", allowed, batch_size)?;
        check_seed("shuffle_seed", train.shuffle_seed)?;
        train.optimizer.check().map_err(|e| e.within("optimizer"))?;
        self.check_early_stopping()
    }

    fn check_early_stopping(&self) -> Result<()> {
        let Some(EarlyStopping { patience }) = self.train.early_stopping else { return Ok(()) };
        let allowed = format!("a whole number from 1 to {MAX_EPOCHS}");
        require((1..=MAX_EPOCHS).contains(&patience), "early_stopping.patience", allowed, patience)?;
        let why = if self.split.validation_size == 0.0 {
            "where split.validation_size is 0: the loss on the validation part chooses the epoch"
        } else if self.train.epochs == 0 {
            "where train.epochs is 0: there is no epoch to choose"
        } else if self.prune.trains_anew() {
            "where prune.schedule trains anew: the epoch chosen is not that of the pruned networks"
        } else {
            return Ok(());
        };
        let got = self.train.early_stopping.written();
        Err(Error::invalid("early_stopping", format!("must be null (off) {why}, got {got}")))
    }

    /// Widths of the layers: features, hidden ones, outputs.
    pub(super) fn layer_sizes(&self) -> Vec<usize> {
        let outputs = Task::classification(self.data.generator().n_classes()).n_outputs();
        [&[self.data.generator().n_features()], self.model.hidden.as_slice(), &[outputs]].concat()
    }
}

impl Split {
    /// The rows of the training part.
    fn check(&self, n_samples: usize) -> Result<usize> {
        let (test, validation) = (self.test_size, self.validation_size);
        require(test > 0.0 && test < 1.0, "test_size", "in (0, 1)", test)?;
        require((0.0..1.0).contains(&validation), "validation_size", "in [0, 1)", validation)?;
        let (train, _) = sizes(n_samples, test).map_err(|e| rename(e, "test_size"))?;
        if validation == 0.0 {
            return Ok(train);
        }
        let (train, _) = sizes(train, validation).map_err(|e| rename(e, "validation_size"))?;
        Ok(train)
    }
}

/// Training and held-out rows of `n`, each at least one.
fn sizes(n: usize, held_out: f64) -> Result<(usize, usize)> {
    split_sizes(n, &SplitParams { test_size: Some(Size::Fraction(held_out)), ..SplitParams::default() })
}

fn rename(error: Error, name: &str) -> Error {
    match error {
        Error::Invalid { problem, .. } => Error::invalid(name, problem),
        other => other,
    }
}

impl Levels {
    pub(super) fn check(&self) -> Result<()> {
        let (max, allowed) = match self.by {
            By::Amount => (1.0, "in [0, 1]"),
            By::Threshold => (MAX_THRESHOLD, "in [0, 1e30]"),
        };
        require((0.0..=max).contains(&self.from), "from", allowed, self.from)?;
        require((0.0..=max).contains(&self.to), "to", allowed, self.to)?;
        require(self.from <= self.to, "to", format_args!("at least prune.levels.from = {}", self.from), self.to)?;
        let allowed = format!("a whole number from 1 to {MAX_LEVELS}");
        require((1..=MAX_LEVELS).contains(&self.count), "count", allowed, self.count)
    }
}

pub(super) fn check_seed(field: &str, seed: i64) -> Result<()> {
    let allowed = format!("a whole number from -{MAX_SAFE_INTEGER} to {MAX_SAFE_INTEGER}");
    require((-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&seed), field, allowed, seed)
}

/// What a config makes, without making it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub n_samples: usize,
    pub n_features: usize,
    pub n_classes: usize,
    /// Widths of the layers: features, hidden ones, outputs.
    pub layer_sizes: Vec<usize>,
}

write_fields!(Shape { n_samples, n_features, n_classes, layer_sizes });

impl ValidConfig {
    /// The configuration as it was written.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The fingerprint of the fields that differ from the defaults.
    pub fn digest(&self) -> String {
        let mut digest = Digest::default();
        digest.text(&self.config.difference().to_string());
        digest.finish()
    }

    /// The rows of the training part.
    pub fn n_train(&self) -> usize {
        self.n_train
    }

    /// The task that the data set.
    pub fn task(&self) -> Task {
        Task::classification(self.config.data.generator().n_classes())
    }

    /// Rows, features, classes and layers.
    pub fn shape(&self) -> Shape {
        let data = self.config.data.generator();
        Shape {
            n_samples: data.total_samples(),
            n_features: data.n_features(),
            n_classes: data.n_classes(),
            layer_sizes: self.config.layer_sizes(),
        }
    }
}
