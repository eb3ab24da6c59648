//! Which weights go, and what is left of the network. Floor 3.
//!
//! Invariants: scores are those of the weights of all layers in the order of [`Mlp::weights`]; the smallest go first; a
//! weight once off is not considered again, so repeated pruning compounds as PyTorch's does; among equal scores the
//! lower index goes first. Absent on purpose: training, and any choice of how much to prune.

mod compact;
pub mod criteria;
pub mod curve;
mod difference;
mod forms;
mod live;
mod magnitude;
mod pruned;
mod rank;
mod rounding;
mod schedule;
mod size;
mod structure;
mod torch;

pub use crate::nn::Mask;
pub use compact::compact;
pub use difference::Difference;
pub use forms::Forms;
pub use live::{effective_params, effective_params_along, fed_layers};
pub use magnitude::{below_threshold, by_magnitude, count_below};
pub use pruned::Pruned;
pub(crate) use rank::ascending_keys;
pub use rank::{ascending, lowest};
pub use rounding::Rounding;
pub use schedule::CubicSchedule;
pub use size::Size;
pub use structure::{n_of_m, remove_neuron};
pub use torch::{Amount, l1_unstructured, ln_structured, random_unstructured};

#[cfg(doc)]
use crate::nn::Mlp;
