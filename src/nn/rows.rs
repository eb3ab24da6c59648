//! Rows of a data set as the kernels read them.

use std::ops::Range;

use crate::data::Dataset;
use crate::kernels::{BLOCK, Block};

/// Features with the rows in the lanes, and the labels beside them.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    x: Block,
    labels: Vec<usize>,
}

impl Rows {
    /// All rows of `data` in their own order.
    pub fn all(data: &Dataset) -> Self {
        let mut rows = Rows::default();
        rows.take(data, 0..data.n_rows());
        rows
    }

    /// Becomes the rows of `data` at `order`.
    pub fn take(&mut self, data: &Dataset, order: impl ExactSizeIterator<Item = usize> + Clone) {
        self.x.take(data.features.ncols(), order.clone().map(|row| data.row(row)));
        self.labels.clear();
        self.labels.extend(order.map(|row| data.labels()[row]));
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The features and labels of the rows in `range`, which is within one block of 128.
    ///
    /// # Shapes
    /// `[features][STRIDE]`, from the first row of the range on.
    pub fn chunk(&self, range: Range<usize>) -> (&[f32], &[usize]) {
        assert!(range.end <= range.start / BLOCK * BLOCK + BLOCK, "rows {range:?} are within one block");
        (self.x.from(range.start), &self.labels[range])
    }
}
