//! The random streams of NumPy and PyTorch, word for word.
//!
//! Floor 0. Both references draw from MT19937 and differ in what they make of its words: [`RandomState`] is
//! `numpy.random.RandomState`, [`Generator`] is `torch.Generator` on a CPU, [`ShuffledEpochs`] is the order in which a
//! `DataLoader` visits its samples.
//!
//! Invariant: the same seed and the same calls give the same bits as the reference, on every machine. Whatever a
//! reference computes with its platform's mathematics is computed here by [`ln()`], [`libm`] or `cephes`.
//!
//! Deliberately absent: seeding from entropy (a run that cannot be repeated proves nothing), NumPy's newer
//! `default_rng`, and the distributions that nothing here draws from.

mod cephes;
mod epochs;
mod ln;
mod ln_table;
mod numpy;
mod torch;

pub use epochs::ShuffledEpochs;
pub use ln::ln;
pub use numpy::RandomState;
pub use torch::Generator;
