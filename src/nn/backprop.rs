//! Forward and backward through the layers, some groups of rows at a time.

use super::{Activation, Mlp, Score, Task};
use crate::kernels::{Block, GROUP, Lanes, Native, Panels, add_gradient, add_row_sums, multiply, tanh};

/// A network's weights as the kernels read them. They follow the network only when told to.
#[derive(Default)]
pub struct Packed {
    forward: Vec<Panels>,
    /// Transposed, for the way back; of all layers but the first.
    backward: Vec<Panels>,
}

impl Packed {
    /// Takes the weights for forward passes.
    pub fn pack(&mut self, mlp: &Mlp) {
        self.forward.resize_with(mlp.layers.len(), Panels::default);
        for (panels, layer) in self.forward.iter_mut().zip(&mlp.layers) {
            panels.pack(layer.weights(), layer.outputs(), layer.inputs());
        }
    }

    /// Takes the weights for forward and backward passes.
    pub fn pack_both(&mut self, mlp: &Mlp) {
        self.pack(mlp);
        self.backward.resize_with(mlp.layers.len() - 1, Panels::default);
        for (panels, layer) in self.backward.iter_mut().zip(&mlp.layers[1..]) {
            panels.pack_transposed(layer.weights(), layer.inputs(), layer.outputs());
        }
    }
}

/// The buffers of forward and backward passes; they grow once and are used again.
#[derive(Default)]
pub struct Workspace {
    pub packed: Packed,
    /// What each layer made of the rows; on the way back each becomes the loss's derivative by its pre-activations.
    activations: Vec<Block>,
}

/// The logits of the rows `x`, by the packed weights.
///
/// # Shapes
/// `x`: `[groups][in][8]`, rows in the lanes; the result: `[groups][n_outputs][8]`, valid until the workspace is used
/// again.
pub fn forward<'w>(mlp: &Mlp, x: &[f32], workspace: &'w mut Workspace) -> &'w mut [f32] {
    let Workspace { packed, activations, .. } = workspace;
    activations.resize_with(mlp.layers.len(), Block::default);
    let groups = x.len() / (mlp.layers[0].inputs() * GROUP);
    let mut input = x;
    for ((layer, panels), output) in mlp.layers.iter().zip(&packed.forward).zip(activations.iter_mut()) {
        output.resize(groups, layer.outputs());
        let (bias, output) = (layer.biases(), output.all_mut());
        match layer.activation {
            None => multiply::<Native>(input, panels, bias, output, |z, _| z),
            Some(Activation::Relu) => multiply::<Native>(input, panels, bias, output, |z, _| relu(z)),
            Some(Activation::Tanh) => multiply::<Native>(input, panels, bias, output, |z, _| tanh(z)),
        }
        input = output;
    }
    activations.last_mut().expect("at least one layer").all_mut()
}

/// What some rows are of their batch.
#[derive(Clone, Copy)]
pub struct Part {
    /// The rows of the whole batch.
    pub rows: usize,
    /// Whether they are its first, before which the gradient is nothing.
    pub first: bool,
}

/// Adds to `gradient` that of the mean loss over the batch of which `x` and `labels` are some rows, and returns how the
/// network did on them.
///
/// # Shapes
/// `x`: `[groups][in][8]`, rows in the lanes; `labels`: one for each row there is, at most 8 a group; `gradient`: four
/// lanes, yet to be added up, for each parameter in the order of [`Mlp::params`].
pub fn backward(
    mlp: &Mlp,
    task: Task,
    (x, labels): (&[f32], &[usize]),
    batch: Part,
    gradient: &mut [f32],
    workspace: &mut Workspace,
) -> Score {
    forward(mlp, x, workspace);
    let Workspace { packed, activations } = workspace;
    let logits = activations.last_mut().expect("at least one layer").all_mut();
    let score = task.differentiate(logits, labels, batch.rows);

    let mut rest = gradient;
    for (i, layer) in mlp.layers.iter().enumerate().rev() {
        let (outputs, inputs) = (layer.outputs(), layer.inputs());
        let (below, own) = activations.split_at_mut(i);
        let delta = own[0].all();
        let (before, bias_gradient) = rest.split_at_mut(rest.len() - 4 * outputs);
        let (before, weight_gradient) = before.split_at_mut(before.len() - 4 * outputs * inputs);
        rest = before;

        // ∂L/∂W = δ·xᵀ, ∂L/∂b = Σ δ
        add_gradient::<Native>(
            delta,
            below.last().map_or(x, Block::all),
            weight_gradient,
            (outputs, inputs),
            batch.first,
        );
        add_row_sums::<Native>(delta, bias_gradient, outputs, batch.first);
        if let Some(below) = below.last_mut() {
            // The δ of the layer below, (Wᵀ·δ) ⊙ activation', takes the place of its activations.
            let (panels, below) = (&packed.backward[i - 1], below.all_mut());
            match mlp.layers[i - 1].activation {
                None => multiply::<Native>(delta, panels, &[], below, |d, _| d),
                Some(Activation::Relu) => multiply::<Native>(delta, panels, &[], below, relu_derivative),
                Some(Activation::Tanh) => multiply::<Native>(delta, panels, &[], below, tanh_derivative),
            }
        }
    }
    score
}

/// NaN stays NaN, so a network that diverged shows it.
#[inline(always)]
fn relu<V: Lanes>(z: V) -> V {
    z.or_at_least(V::splat(0.0))
}

/// `d` times the derivative of ReLU, by its value `a`.
#[inline(always)]
fn relu_derivative<V: Lanes>(d: V, a: V) -> V {
    let zero = V::splat(0.0);
    V::select_less(zero, a, d, zero)
}

/// `d` times the derivative of tanh, by its value `a`: 1 - a².
#[inline(always)]
fn tanh_derivative<V: Lanes>(d: V, a: V) -> V {
    d.mul(V::splat(1.0).sub(a.mul(a)))
}
