//! Rows of a data set, as training and evaluation take them. Floor 1.

use ndarray::Array2;

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
        let mut features = Vec::with_capacity(indices.len() * self.features.ncols());
        indices.iter().for_each(|&i| features.extend_from_slice(self.row(i)));
        let shape = (indices.len(), self.features.ncols());
        Dataset { features: Array2::from_shape_vec(shape, features).expect("whole rows"), target }
    }

    /// The features of one row.
    pub fn row(&self, row: usize) -> &[f32] {
        let width = self.features.ncols();
        &self.features.as_slice().expect("row-major features")[row * width..(row + 1) * width]
    }
}
