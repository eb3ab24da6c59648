//! Rows in the lanes.

use std::ops::Range;

/// Rows that lie side by side: two times four lanes.
pub const GROUP: usize = 8;

/// A matrix of rows and features, eight rows at a time: `[⌈rows / 8⌉][features][8]`. Rows that a last group has not are
/// zeros.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    data: Vec<f32>,
    features: usize,
}

impl Block {
    /// Makes room for so many groups of eight rows; what they hold is left over from before.
    pub fn resize(&mut self, groups: usize, features: usize) {
        self.features = features;
        self.data.resize(groups * features * GROUP, 0.0);
    }

    /// Forgets all rows and expects rows of so many features.
    pub fn clear(&mut self, features: usize) {
        self.features = features;
        self.data.clear();
    }

    /// Appends rows, in groups of their own.
    pub fn extend<'r>(&mut self, mut rows: impl ExactSizeIterator<Item = &'r [f32]>) {
        while rows.len() > 0 {
            let start = self.data.len();
            self.data.resize(start + self.features * GROUP, 0.0);
            for (r, row) in rows.by_ref().take(GROUP).enumerate() {
                assert_eq!(row.len(), self.features, "features of a row");
                self.data[start + r..].iter_mut().step_by(GROUP).zip(row).for_each(|(lane, value)| *lane = *value);
            }
        }
    }

    pub fn features(&self) -> usize {
        self.features
    }

    pub fn groups(&self) -> usize {
        self.data.len() / (self.features * GROUP)
    }

    /// The memory of some groups: `[groups][features][8]`.
    pub fn of(&self, groups: Range<usize>) -> &[f32] {
        &self.data[groups.start * self.features * GROUP..groups.end * self.features * GROUP]
    }

    /// All of the memory: `[groups][features][8]`.
    pub fn all(&self) -> &[f32] {
        &self.data
    }

    /// All of the memory, to change it.
    pub fn all_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }
}
