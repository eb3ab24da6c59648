//! Rows of a data set as the kernels read them.

use std::ops::Range;

use crate::data::Dataset;
use crate::kernels::{Block, GROUP};

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
        rows.take_all(data);
        rows
    }

    /// Becomes all rows of `data` in their own order.
    pub fn take_all(&mut self, data: &Dataset) {
        let order: Vec<usize> = (0..data.n_rows()).collect();
        self.take(data, &order, order.len());
    }

    /// Becomes the rows of `data` at `order`, each `batch_size` of them in groups of their own.
    pub fn take(&mut self, data: &Dataset, order: &[usize], batch_size: usize) {
        self.x.clear(data.features.ncols());
        order.chunks(batch_size).for_each(|batch| self.x.extend(batch.iter().map(|&row| data.row(row))));
        self.labels.clear();
        self.labels.extend(order.iter().map(|&row| data.labels()[row]));
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The features and labels of the rows in `range`, the first of which is the first of the group `group`.
    ///
    /// # Shapes
    /// `[groups][features][8]`, as many groups as the labels need.
    pub fn chunk(&self, group: usize, range: Range<usize>) -> (&[f32], &[usize]) {
        (self.x.of(group..group + range.len().div_ceil(GROUP)), &self.labels[range])
    }
}
