//! The inner loops: the matrix product and the mathematics of activations and losses. Floor 0.
//!
//! Invariant: every function gives the same bits on every machine. Sums run in a fixed order, nothing is
//! fused, and no mathematics of the platform is called. Absent on purpose: threads, relaxed SIMD, `unsafe`.

mod math;
mod matmul;

pub use math::{log_clamped, log_softmax, log1p_clamped, sigmoid, tanh};
pub use matmul::{Matmul, Matrix};
