//! The training, validation and test parts of a data set.

use super::config::Split;
use crate::data::{Dataset, Size, SplitParams, train_test_split};
use crate::error::{Error, Result};

/// Rows of the data set, in the order in which each part holds them.
pub(super) struct Rows {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

/// The parts, copied out.
pub(super) struct Parts {
    pub rows: Rows,
    pub train: Dataset,
    /// `None` where the config wants none.
    pub validation: Option<Dataset>,
    pub test: Dataset,
}

impl Parts {
    /// Test rows are split off first, then validation rows from the rest, by the same rule and seed.
    ///
    /// # Errors
    /// What `train_test_split` refuses, and a class without a row in some part.
    pub fn new(split: &Split, dataset: &Dataset) -> Result<Self> {
        let rows = split_rows(split, dataset.labels()).map_err(|e| e.within("split"))?;
        let parts = Parts {
            train: dataset.select(&rows.train),
            validation: (!rows.validation.is_empty()).then(|| dataset.select(&rows.validation)),
            test: dataset.select(&rows.test),
            rows,
        };
        if let Some(class) = empty_class(dataset) {
            return Err(Error::invalid("data", format!("must have a row of each class, got none of class {class}")));
        }
        let validation = parts.validation.as_ref().map(|part| ("validation", "split.validation_size", part));
        let others = [("training", "split.test_size", &parts.train), ("test", "split.test_size", &parts.test)];
        for (name, field, part) in others.into_iter().chain(validation) {
            if let Some(class) = empty_class(part) {
                let hint = if split.stratify { "more rows" } else { "more rows or split.stratify" };
                let rows = part.n_rows();
                let problem =
                    format!("leaves class {class} without a row in the {name} part of {rows}; {hint} would mend it");
                return Err(Error::invalid(field, problem));
            }
        }
        Ok(parts)
    }
}

/// The first class without a row.
fn empty_class(dataset: &Dataset) -> Option<usize> {
    dataset.class_counts().iter().position(|&count| count == 0)
}

fn split_rows(split: &Split, labels: &[usize]) -> Result<Rows> {
    let part = |labels: &[usize], size: f64, name: &str| {
        let stratify = split.stratify.then_some(labels);
        let params = SplitParams {
            test_size: Some(Size::Fraction(size)),
            stratify,
            random_state: split.random_state,
            ..SplitParams::default()
        };
        train_test_split(labels.len(), &params).map_err(|e| match e {
            // Both sizes follow from the one that the config has.
            Error::Invalid { field, problem } if field.ends_with("_size") => Error::invalid(name, problem),
            other => other,
        })
    };
    let (mut train, test) = part(labels, split.test_size, "test_size")?;
    let mut validation = Vec::new();
    if split.validation_size > 0.0 {
        let rest: Vec<usize> = train.iter().map(|&row| labels[row]).collect();
        let (kept, held_out) = part(&rest, split.validation_size, "validation_size")?;
        validation = held_out.iter().map(|&i| train[i]).collect();
        train = kept.iter().map(|&i| train[i]).collect();
    }
    Ok(Rows { train, validation, test })
}
