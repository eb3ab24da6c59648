//! What a weight is worth: one score for each, in the order of [`Mlp::weights`]; the smallest go first.
//!
//! | Criterion | Function | Score of weight w | Compared within |
//! |---|---|---|---|
//! | magnitude | [`magnitude`] | \|w\| | the network |
//! | random | [`random`] | -u, u uniform in [0, 1) | the network |
//! | Taylor; SNIP at initialisation | [`taylor`] | \|g·w\| | the network |
//! | Optimal Brain Damage | [`fisher`] | ½·F·w² | the network |
//! | Optimal Brain Surgeon | [`surgeon`], then [`compensate`] | w² / (2·\[H⁻¹\]), one removal after the other | a layer |
//! | Wanda | [`wanda`] | \|w\|·‖x‖₂ | an output row |
//! | movement | [`Movement`] | -Σ g·w over steps | the network |
//! | oracle | [`Oracle`] | the exact change of the mean loss | the network |
//! | \|oracle\| | [`Oracle`], then [`absolute`] | its size | the network |
//!
//! What they need is [`Calibration`]: the network, its task, and the rows to judge by; movement looks on while the network
//! is trained. [`spearman`] says how far two of them agree.
//!
//! Invariants: a score is a finite number for a finite network; the same rows give the same bits everywhere; rows only
//! calibrate, they are never those of the test part unless the caller passes them. Absent on purpose: the choice of how
//! many weights go, scopes, and masks.

mod cholesky;
mod gradient;
mod movement;
mod oracle;
mod spearman;
mod surgeon;
mod wanda;

pub use gradient::{fisher, taylor};
pub use movement::Movement;
pub use oracle::Oracle;
pub use spearman::{oracle_correlations, spearman};
pub use surgeon::{compensate, surgeon};
pub use wanda::wanda;

use crate::kernels::BLOCK;
use crate::nn::{Mlp, Rows, Task, Workspace, forward};
use crate::random::Generator;

/// What criteria judge by: a network and its calibration data, the rows that say what its weights do.
#[derive(Clone, Copy)]
pub struct Calibration<'a> {
    pub mlp: &'a Mlp,
    pub task: Task,
    /// At least one.
    pub rows: &'a Rows,
}

impl Calibration<'_> {
    /// The rows block by block, at most 128: features `[in][STRIDE]` and labels.
    fn blocks(&self) -> impl Iterator<Item = (&[f32], &[usize])> {
        let n = self.rows.len();
        (0..n).step_by(BLOCK).map(move |start| self.rows.chunk(start..n.min(start + BLOCK)))
    }

    /// Gives `each`, block by block, every layer's place and inputs, `[inputs][STRIDE]`, of so many rows.
    fn each_input(&self, mut each: impl FnMut(usize, &[f32], usize)) {
        let mut workspace = Workspace::default();
        workspace.packed.pack(self.mlp);
        for (x, labels) in self.blocks() {
            forward(self.mlp, x, labels.len(), &mut workspace);
            for layer in 0..self.mlp.layers.len() {
                let inputs = if layer == 0 { x } else { workspace.activations(layer - 1) };
                each(layer, inputs, labels.len());
            }
        }
    }
}

/// The sizes of scores: of the oracle's, by how much the loss changes either way.
pub fn absolute(scores: &[f32]) -> Vec<f32> {
    scores.iter().map(|score| score.abs()).collect()
}

/// |w|.
pub fn magnitude(mlp: &Mlp) -> Vec<f32> {
    mlp.weights().map(f32::abs).collect()
}

/// -u, u a uniform draw in [0, 1) for each weight: the largest draws go first, as in `torch.nn.utils.prune`.
pub fn random(mlp: &Mlp, generator: &mut Generator) -> Vec<f32> {
    generator.rand(mlp.n_weights()).into_iter().map(|draw| -draw).collect()
}
