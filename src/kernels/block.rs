//! Rows in the lanes.

/// Rows that a kernel takes at a time: two times four lanes.
pub const GROUP: usize = 8;

/// Numbers of a cache line.
pub(super) const LINE: usize = 16;

/// Rows of a block.
pub const BLOCK: usize = 128;

/// Numbers from one feature of a block to the next. A cache line is to spare: features a power of two apart would share
/// few of a cache's sets.
pub const STRIDE: usize = BLOCK + LINE;

/// A matrix with its rows in the lanes, 128 of them a block: `[⌈rows / 128⌉][features][STRIDE]`. Rows that a block has
/// not are zeros.
#[derive(Clone, Debug, Default)]
pub struct Block {
    data: Vec<f32>,
    /// Where the first cache line starts, so that each feature starts one and no load of four lanes crosses two.
    start: usize,
    features: usize,
}

impl Block {
    /// Makes room for one block; what it holds is left over from before.
    pub fn resize(&mut self, features: usize) {
        if self.features != features {
            self.clear(features, 1);
        }
    }

    /// Becomes zeros.
    fn clear(&mut self, features: usize, blocks: usize) {
        self.features = features;
        self.data.clear();
        self.data.resize(blocks * features * STRIDE + LINE, 0.0);
        self.start = self.data.as_ptr().align_offset(LINE * size_of::<f32>());
        self.data.truncate(self.start + blocks * features * STRIDE);
    }

    /// Becomes these rows.
    pub fn take<'r>(&mut self, features: usize, rows: impl ExactSizeIterator<Item = &'r [f32]>) {
        self.clear(features, rows.len().div_ceil(BLOCK));
        let data = self.all_mut();
        for (r, row) in rows.enumerate() {
            assert_eq!(row.len(), features, "features of a row");
            let start = r / BLOCK * features * STRIDE + r % BLOCK;
            data[start..].iter_mut().step_by(STRIDE).zip(row).for_each(|(lane, value)| *lane = *value);
        }
    }

    /// The memory of the block that `row` is in, from that row on: `[features][STRIDE]` without what lies before.
    pub fn from(&self, row: usize) -> &[f32] {
        let size = self.features * STRIDE;
        &self.all()[row / BLOCK * size + row % BLOCK..(row / BLOCK + 1) * size]
    }

    /// All of the memory.
    pub fn all(&self) -> &[f32] {
        &self.data[self.start..]
    }

    /// All of the memory, to change it.
    pub fn all_mut(&mut self) -> &mut [f32] {
        &mut self.data[self.start..]
    }
}
