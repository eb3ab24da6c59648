//! What an experiment found: the wire format of a report.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::curve::CurveSummary;
use crate::read::{Read, read_fields};

/// The numbers of a finished run.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    pub epochs: Vec<EpochLoss>,
    pub unpruned: Unpruned,
    pub levels: Vec<Level>,
    pub curve: CurveSummary,
}

/// The rows and their parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataSummary {
    pub n_train: usize,
    pub n_validation: usize,
    pub n_test: usize,
    /// Rows of each class in all parts together.
    pub class_counts: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EpochLoss {
    /// From 1.
    pub epoch: usize,
    /// Mean over the epoch's batches of the loss before their update (nats).
    pub train_loss: f64,
}

/// How a network does on the parts that it did not learn from; `None` for a part that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Fraction of right answers, in [0, 1].
    pub test_accuracy: f64,
    pub test_correct: usize,
    /// Mean loss (nats).
    pub test_loss: f64,
    pub validation_accuracy: Option<f64>,
    pub validation_correct: Option<usize>,
    pub validation_loss: Option<f64>,
}

/// The trained network before anything is cut.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unpruned {
    pub total_params: usize,
    pub nonzero_params: usize,
    pub effective_params: usize,
    #[serde(flatten)]
    pub scores: Scores,
}

/// The trained network pruned to one level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Level {
    /// The fraction of prunable weights removed: as asked for, or as the threshold makes it.
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
    #[serde(flatten)]
    pub scores: Scores,
}

read_fields!(Report { config, version, digest, config_digest, data, epochs, unpruned, levels, curve });
read_fields!(DataSummary { n_train, n_validation, n_test, class_counts });
read_fields!(EpochLoss { epoch, train_loss });
read_fields!(Scores {
    test_accuracy,
    test_correct,
    test_loss,
    validation_accuracy,
    validation_correct,
    validation_loss
});
read_fields!(Unpruned { total_params, nonzero_params, effective_params, ..scores });
read_fields!(Level {
    amount,
    threshold,
    sparsity,
    total_params,
    nonzero_params,
    effective_params,
    compression_ratio,
    ..scores
});

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Report::read(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
