//! A pruned network that stores and multiplies only what is not zero.

use super::{Activation, Mlp, Rows, Score, Task, Workspace};
use crate::kernels::{BLOCK, Block, Csr, Native, multiply_sparse};

/// A network whose weights are compressed sparse rows.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseMlp {
    layers: Vec<SparseLayer>,
}

#[derive(Clone, Debug, PartialEq)]
struct SparseLayer {
    weight: Csr,
    bias: Vec<f32>,
    activation: Option<Activation>,
}

impl SparseMlp {
    /// The network of the weights of `mlp` that are not zero.
    pub fn new(mlp: &Mlp) -> Self {
        let layers = mlp.layers.iter().map(|layer| SparseLayer {
            weight: Csr::new(layer.weights(), layer.outputs(), layer.inputs()),
            bias: layer.biases().to_vec(),
            activation: layer.activation,
        });
        SparseMlp { layers: layers.collect() }
    }

    /// The logits of `rows` rows `x`, at most 128: those of the dense network but for rounding.
    ///
    /// # Shapes
    /// `x`: `[in][STRIDE]`, rows in the lanes; the result: `[n_outputs][STRIDE]`, valid until the workspace is used again.
    pub fn forward<'w>(&self, x: &[f32], rows: usize, workspace: &'w mut Workspace) -> &'w mut [f32] {
        let activations = &mut workspace.activations;
        activations.resize_with(self.layers.len(), Block::default);
        let mut input = x;
        for (SparseLayer { weight, bias, activation }, output) in self.layers.iter().zip(activations.iter_mut()) {
            output.resize(weight.outputs());
            let output = output.all_mut();
            match activation {
                None => multiply_sparse::<Native>(input, weight, bias, output, rows, |z| z),
                Some(activation) => multiply_sparse::<Native>(input, weight, bias, output, rows, |z| activation.at(z)),
            }
            input = output;
        }
        activations.last_mut().expect("at least one layer").all_mut()
    }

    /// How the network does on all rows.
    pub fn evaluate(&self, task: Task, rows: &Rows, workspace: &mut Workspace) -> Score {
        let mut score = Score::default();
        for start in (0..rows.len()).step_by(BLOCK) {
            let (x, labels) = rows.chunk(start..rows.len().min(start + BLOCK));
            score.add(task.evaluate(self.forward(x, labels.len(), workspace), labels));
        }
        score
    }
}
