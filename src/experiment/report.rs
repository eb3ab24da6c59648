//! What an experiment found: the wire format of a report.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::curve::CurveSummary;
use crate::read::{Read, json_fields};

/// The numbers of a finished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The whole config, defaults included.
    pub config: Value,
    /// Of the crate that made it.
    pub version: String,
    /// Fingerprint of the numbers: equal digests mean equal bits.
    pub digest: String,
    /// Fingerprint of the config's fields that differ from the defaults.
    pub config_digest: String,
    pub data: DataSummary,
    pub epochs: Vec<Epoch>,
    /// The epoch of the trained network where early stopping chose it; `None` where it is the last.
    pub best_epoch: Option<usize>,
    pub unpruned: Unpruned,
    pub levels: Vec<Level>,
    /// `None` where no one order of removals describes the levels.
    pub curve: Option<CurveSummary>,
    /// Spearman's correlation of the criterion's scores with the oracle's, over all weights; `None` unless asked for.
    pub oracle_correlation: Option<f64>,
    /// The same with the absolute changes of the loss.
    pub absolute_oracle_correlation: Option<f64>,
    /// What is left at certain compression ratios.
    pub operating_points: Vec<OperatingPoint>,
}

/// The rows and their parts.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSummary {
    pub n_train: usize,
    pub n_validation: usize,
    pub n_test: usize,
    /// Rows of each class in all parts together.
    pub class_counts: Vec<usize>,
}

/// How the network did in an epoch while it learned, and after it on the validation part, which is `None` without early
/// stopping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Mean over the epoch's batches of the loss before their update (nats).
    pub train_loss: f64,
    /// Fraction of right answers in [0, 1], each batch's before its update.
    pub train_accuracy: f64,
    /// Mean loss (nats).
    pub validation_loss: Option<f64>,
    /// Fraction of right answers, in [0, 1].
    pub validation_accuracy: Option<f64>,
}

/// How a network does on the parts that it did not learn from; `None` for a part that there is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Fraction of right answers, in [0, 1].
    pub test_accuracy: f64,
    pub test_correct: usize,
    /// Mean loss (nats).
    pub test_loss: f64,
    pub validation_accuracy: Option<f64>,
    pub validation_correct: Option<usize>,
    pub validation_loss: Option<f64>,
    /// validation_accuracy - test_accuracy: by how much what was chosen by validation promises too much.
    pub validation_gap: Option<f64>,
}

/// The trained network before anything is cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpruned {
    pub total_params: usize,
    pub nonzero_params: usize,
    pub effective_params: usize,
    pub scores: Scores,
}

/// The trained network pruned to one level.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The fraction of prunable weights, or neurons, removed: as asked for, or as the threshold or the neighbours make it.
    pub amount: f64,
    /// The cut on |w|: as given, or the smallest magnitude kept; `None` where no single cut describes the level
    /// (nothing is kept, equal magnitudes on both sides, ranked layer by layer, removed at random).
    pub threshold: Option<f64>,
    /// The fraction of prunable weights that are zero.
    pub sparsity: f64,
    pub total_params: usize,
    pub nonzero_params: usize,
    /// Those of them by which an input can change an output, and the outputs' biases.
    pub effective_params: usize,
    /// total_params / nonzero_params; `None` when nothing is left.
    pub compression_ratio: Option<f64>,
    /// Dense multiply-adds / multiply-adds with non-zero weights; `None` when no weight is left.
    pub theoretical_speedup: Option<f64>,
    /// Of each layer the fraction of weights that are not zero.
    pub layer_densities: Vec<f64>,
    /// In words, where and that the output no longer depends on the input.
    pub collapse: Option<String>,
    pub compaction: Compaction,
    /// For how many epochs these weights were trained; what a rewinding undid does not count.
    pub epochs: usize,
    pub scores: Scores,
    /// How the unpruned network does when it is trained for as many epochs; `None` where it was anyway.
    pub control: Option<Scores>,
}

/// What is saved by removing what is on no path from an input to an output, before and after, and how exact that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compaction {
    pub params: [usize; 2],
    /// Of one row; zeros are multiplied too.
    pub multiply_adds: [usize; 2],
    /// In single precision.
    pub bytes: [usize; 2],
    /// The largest |logit| over all rows.
    pub largest_output: f64,
    /// The largest difference of a logit over all rows.
    pub largest_difference: f64,
}

/// The least pruning at hand that reaches a compression ratio.
#[derive(Clone, Debug, PartialEq)]
pub struct OperatingPoint {
    /// The ratio to reach: 2, 4, 8, 16 or 32.
    pub target: f64,
    /// What is reached, on the scales of a [`Level`].
    pub compression_ratio: Option<f64>,
    pub amount: Option<f64>,
    pub scores: Option<Scores>,
    /// The unpruned network after the same training.
    pub control: Option<Scores>,
    /// Why there is none.
    pub missing: Option<String>,
}

json_fields!(Report {
    config,
    version,
    digest,
    config_digest,
    data,
    epochs,
    best_epoch,
    unpruned,
    levels,
    curve,
    oracle_correlation,
    absolute_oracle_correlation,
    operating_points
});
json_fields!(DataSummary { n_train, n_validation, n_test, class_counts });
json_fields!(Epoch { epoch, train_loss, train_accuracy, validation_loss, validation_accuracy });
json_fields!(Scores {
    test_accuracy,
    test_correct,
    test_loss,
    validation_accuracy,
    validation_correct,
    validation_loss,
    validation_gap
});
json_fields!(Unpruned { total_params, nonzero_params, effective_params, ..scores });
json_fields!(Level {
    amount,
    threshold,
    sparsity,
    total_params,
    nonzero_params,
    effective_params,
    compression_ratio,
    theoretical_speedup,
    layer_densities,
    collapse,
    compaction,
    epochs,
    ..scores,
    control
});
json_fields!(Compaction { params, multiply_adds, bytes, largest_output, largest_difference });
json_fields!(OperatingPoint { target, compression_ratio, amount, scores, control, missing });

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Report::read(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
