//! Forward and backward through the layers, a chunk of rows at a time.

use super::{Mlp, Score, Task};
use crate::kernels::{Matmul, Matrix};

/// The buffers of forward and backward passes; they grow once and are used again.
#[derive(Default)]
pub struct Workspace {
    matmul: Matmul,
    /// What each layer made of the rows: (rows, out) per layer.
    activations: Vec<Vec<f32>>,
    /// dL/dz of the layer at hand, and of the one below it.
    delta: Vec<f32>,
    below: Vec<f32>,
}

/// The logits of the rows `x`.
///
/// # Shapes
/// `x`: (rows, in) row-major; the result: (rows, n_outputs), valid until the workspace is used again.
pub fn forward<'w>(mlp: &Mlp, x: &[f32], workspace: &'w mut Workspace) -> &'w mut [f32] {
    let Workspace { matmul, activations, .. } = workspace;
    activations.resize_with(mlp.layers.len(), Vec::new);
    let mut done: &mut [Vec<f32>] = &mut [];
    let mut rest = activations.as_mut_slice();
    for layer in &mlp.layers {
        let (out, fan_in) = layer.weight.dim();
        let input = done.last().map_or(x, Vec::as_slice);
        let rows = input.len() / fan_in;
        let z = &mut rest[0];
        z.clear();
        let bias = layer.bias.as_slice().expect("row-major parameters");
        (0..rows).for_each(|_| z.extend_from_slice(bias));
        matmul.add_product(Matrix::row_major(input, rows, fan_in), weight_matrix(&layer.weight, out, fan_in), z);
        if let Some(activation) = layer.activation {
            activation.apply(z);
        }
        (done, rest) = rest.split_at_mut(1);
    }
    done.last_mut().expect("at least one layer")
}

/// Adds to `gradient` that of the mean loss over a batch of `batch_rows` rows, of which `x` and `labels` are some,
/// and to `score` how the network did on them.
///
/// # Shapes
/// `x`: (labels.len(), in) row-major; `gradient`: flat, in the order of [`Mlp::params`].
pub fn backward(
    mlp: &Mlp,
    task: Task,
    (x, labels): (&[f32], &[usize]),
    batch_rows: usize,
    gradient: &mut [f32],
    workspace: &mut Workspace,
) -> Score {
    let mut score = Score::default();
    let logits = forward(mlp, x, workspace);
    task.differentiate(logits, labels, batch_rows, &mut score);
    let rows = labels.len();
    let Workspace { matmul, activations, delta, below } = workspace;
    delta.clear();
    delta.extend_from_slice(activations.last().expect("at least one layer"));

    let mut rest = gradient;
    for (i, layer) in mlp.layers.iter().enumerate().rev() {
        let (out, fan_in) = layer.weight.dim();
        let input = if i == 0 { x } else { &activations[i - 1] };
        let at = rest.len() - out * fan_in - out;
        let (before, own) = rest.split_at_mut(at);
        let (weight_gradient, bias_gradient) = own.split_at_mut(out * fan_in);
        rest = before;

        // dL/dW = δᵀ·x, dL/db = Σ δ
        let delta_matrix = Matrix::row_major(delta, rows, out);
        let input_matrix = Matrix::row_major(input, rows, fan_in);
        matmul.add_product(delta_matrix.transposed(), input_matrix.transposed(), weight_gradient);
        for row in delta.chunks_exact(out) {
            bias_gradient.iter_mut().zip(row).for_each(|(sum, d)| *sum += d);
        }
        if i > 0 {
            // δ of the layer below = (δ·W) ⊙ activation'
            below.clear();
            below.resize(rows * fan_in, 0.0);
            matmul.add_product(delta_matrix, weight_matrix(&layer.weight, out, fan_in).transposed(), below);
            if let Some(activation) = mlp.layers[i - 1].activation {
                activation.chain(below, input);
            }
            std::mem::swap(delta, below);
        }
    }
    score
}

fn weight_matrix(weight: &ndarray::Array2<f32>, out: usize, fan_in: usize) -> Matrix<'_> {
    Matrix::row_major(weight.as_slice().expect("row-major parameters"), out, fan_in)
}
