//! The inner loops: products of dense and of pruned layers and the mathematics of activations and losses. Floor 0.
//!
//! One idea carries all of it: **rows live in the lanes**. A [`Block`] holds the rows side by side for each feature, so
//! every step of a network, from the product to the softmax, does the same thing to several rows at once, and no width
//! of a layer wastes a lane.
//!
//! Invariants: every function gives the same bits on every machine and with every backend of [`Lanes`]: sums run in a
//! fixed order, nothing is fused, and no mathematics of the platform is called. `unsafe` stands in `products.rs` alone.
//! Absent on purpose: threads, relaxed SIMD.

mod block;
mod lanes;
mod math;
mod products;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
mod sparse;
mod streams;

pub use block::{BLOCK, Block, GROUP, STRIDE};
pub use lanes::{Lanes, Native, Scalar};
pub use math::{binary_cross_entropy, exp, exp_m1, exp_m1_near, ln, ln_1p, sigmoid, softplus, tanh};
pub use products::{Panels, add_gradient, add_row_sums, multiply, multiply_beside};
pub use sparse::{Csr, multiply_sparse};
pub use streams::{STREAM, Term, activate, add_terms, add_terms_compensated, combine, set_to_terms};
