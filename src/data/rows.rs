//! Rows of a data set, as training and evaluation take them. Floor 1.

use std::ops::Range;

use ndarray::Axis;

use super::{Dataset, Target, class_counts};

impl Dataset {
    pub fn n_rows(&self) -> usize {
        self.features.nrows()
    }

    /// The label of each row. Panics for a target that is not a class.
    pub fn labels(&self) -> &[usize] {
        match &self.target {
            Target::Class { labels, .. } => labels,
            Target::Value(_) => panic!("values have no labels"),
        }
    }

    /// Rows of each class, those without a row included.
    pub fn class_counts(&self) -> Vec<usize> {
        match &self.target {
            Target::Class { labels, n_classes } => class_counts(labels, *n_classes),
            Target::Value(_) => Vec::new(),
        }
    }

    /// The rows at `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Dataset {
        let target = match &self.target {
            Target::Class { labels, n_classes } => {
                Target::Class { labels: indices.iter().map(|&i| labels[i]).collect(), n_classes: *n_classes }
            }
            Target::Value(values) => Target::Value(indices.iter().map(|&i| values[i]).collect()),
        };
        Dataset { features: self.features.select(Axis(0), indices), target }
    }

    /// The features (row-major) and labels of consecutive rows.
    pub fn rows(&self, range: Range<usize>) -> (&[f32], &[usize]) {
        let width = self.features.ncols();
        (&self.features_slice()[range.start * width..range.end * width], &self.labels()[range])
    }

    /// Puts the features (row-major) and labels of the rows at `indices` into `x` and `labels`.
    pub fn copy_rows(&self, indices: &[usize], x: &mut Vec<f32>, labels: &mut Vec<usize>) {
        let (width, features) = (self.features.ncols(), self.features_slice());
        x.clear();
        indices.iter().for_each(|&i| x.extend_from_slice(&features[i * width..(i + 1) * width]));
        labels.clear();
        labels.extend(indices.iter().map(|&i| self.labels()[i]));
    }

    fn features_slice(&self) -> &[f32] {
        self.features.as_slice().expect("row-major features")
    }
}
