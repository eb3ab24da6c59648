//! The seed experiment's network, 10-256-1, trained and swept by other people's engines, for `benches/peers.mjs`.
//!
//! Every peer gets the same rows, trains full batches by Adam from random weights, and answers with the loss before
//! the first and before the last step, so that its caller sees that it learned.

mod burn;
mod ndarray;

pub use burn::Burn;
pub use ndarray::Ndarray;

const HIDDEN: usize = 256;
const LR: f64 = 0.01;

/// The losses that `step` returns, the first and the last of `epochs`.
fn ends(epochs: usize, step: impl FnMut(usize) -> f32) -> Vec<f32> {
    let losses: Vec<f32> = (0..epochs).map(step).collect();
    losses.first().into_iter().chain(losses.last()).copied().collect()
}
