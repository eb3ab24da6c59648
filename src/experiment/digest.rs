//! The fingerprint of a run's numbers.

use sha2::{Digest as _, Sha256};

/// SHA-256 over numbers in little-endian order. Equal digests mean equal bits.
///
/// The order of a run: X (f32), y (i64), the rows of the training, validation and test parts (i64), the final
/// parameters (f32), each epoch's loss (f64), and of each level the non-zero parameters and the right answers on the
/// test part (i64). Whoever changes this list raises [`PREFIX`].
#[derive(Clone, Default)]
pub(super) struct Digest(Sha256);

const PREFIX: &str = "1:";

impl Digest {
    pub fn f32s<'a>(&mut self, values: impl IntoIterator<Item = &'a f32>) {
        self.update(values.into_iter().map(|value| value.to_le_bytes()));
    }

    pub fn f64s(&mut self, values: impl IntoIterator<Item = f64>) {
        self.update(values.into_iter().map(f64::to_le_bytes));
    }

    pub fn integers(&mut self, values: impl IntoIterator<Item = usize>) {
        self.update(values.into_iter().map(|value| (value as i64).to_le_bytes()));
    }

    fn update<const N: usize>(&mut self, numbers: impl Iterator<Item = [u8; N]>) {
        // A few bytes at a time would cost more than the hashing.
        let mut buffer = Vec::with_capacity(1 << 14);
        for bytes in numbers {
            buffer.extend_from_slice(&bytes);
            if buffer.len() + N > buffer.capacity() {
                self.0.update(&buffer);
                buffer.clear();
            }
        }
        self.0.update(&buffer);
    }

    pub fn text(&mut self, text: &str) {
        self.0.update(text.as_bytes());
    }

    /// The prefix and 64 hexadecimal digits.
    pub fn finish(self) -> String {
        let hash = self.0.finalize();
        hash.iter().fold(PREFIX.to_string(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}
