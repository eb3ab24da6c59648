//! The multilayer perceptron and its training. Floor 2.
//!
//! Invariants: training multiplies, then adds (PyTorch fuses; the difference is below every stated tolerance);
//! parameters are visited layer by layer, weight before bias, row-major, wherever they form one flat sequence;
//! a weight whose mask is off stays zero. Absent on purpose: randomness of its own, clocks, pruning decisions.

mod backprop;
mod mask;
mod mlp;
mod optimizer;
mod rows;
mod sparse;
mod task;
mod trainer;

pub(crate) use backprop::relu;
pub use backprop::{Packed, Part, Workspace, add_squared_gradients, backward, forward};
pub use mask::Mask;
pub use mlp::{Activation, Layer, Mlp};
pub use optimizer::{Adam, Optimizer, OptimizerState, Sgd};
pub use rows::Rows;
pub use sparse::SparseMlp;
pub use task::{Score, Task};
pub(crate) use trainer::chunk_rows;
pub use trainer::{Batch, Evaluation, State, Trainer};
