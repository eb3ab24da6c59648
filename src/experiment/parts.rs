//! The training, validation and test parts of a data set.

use super::config::Split;
use crate::data::{Dataset, Size, SplitParams, class_counts, train_test_split};
use crate::error::{Error, Result};
use crate::nn::Rows;

/// Rows of the data set, in the order in which each part holds them.
pub(super) struct Indices {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

/// The parts, copied out.
pub(super) struct Parts {
    pub rows: Indices,
    pub train: Dataset,
    /// The training rows as evaluations read them.
    pub calibration: Rows,
    /// `None` where the config wants none.
    pub validation: Option<Rows>,
    pub test: Rows,
}

impl Parts {
    /// Test rows are split off first, then validation rows from the rest, by the same rule and seed.
    ///
    /// # Errors
    /// What `train_test_split` refuses, and a class without a row in some part.
    pub fn new(split: &Split, dataset: &Dataset) -> Result<Self> {
        let rows = split_rows(split, dataset.labels()).map_err(|e| e.within("split"))?;
        let counts = dataset.class_counts();
        let empty_class = |rows: &[usize]| {
            let labels: Vec<usize> = rows.iter().map(|&row| dataset.labels()[row]).collect();
            class_counts(&labels, counts.len()).iter().position(|&count| count == 0)
        };
        if let Some(class) = counts.iter().position(|&count| count == 0) {
            return Err(Error::invalid("data", format!("must have a row of each class, got none of class {class}")));
        }
        let parts = [
            ("training", "split.test_size", &rows.train),
            ("test", "split.test_size", &rows.test),
            ("validation", "split.validation_size", &rows.validation),
        ];
        for (name, field, part) in parts {
            if let Some(class) = empty_class(part).filter(|_| !part.is_empty()) {
                let hint = if split.stratify { "more rows" } else { "more rows or split.stratify" };
                let rows = part.len();
                let problem =
                    format!("leaves class {class} without a row in the {name} part of {rows}; {hint} would mend it");
                return Err(Error::invalid(field, problem));
            }
        }
        let train = dataset.select(&rows.train);
        Ok(Parts {
            calibration: Rows::all(&train),
            train,
            validation: (!rows.validation.is_empty()).then(|| Rows::all(&dataset.select(&rows.validation))),
            test: Rows::all(&dataset.select(&rows.test)),
            rows,
        })
    }

    /// The test part and, if there is one, the validation part.
    pub fn held_out(&self) -> Vec<&Rows> {
        std::iter::once(&self.test).chain(&self.validation).collect()
    }
}

fn split_rows(split: &Split, labels: &[usize]) -> Result<Indices> {
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
    Ok(Indices { train, validation, test })
}
