//! Forward and backward through the layers, some groups of rows at a time.

use super::{Activation, Mlp, Score, Task};
use crate::kernels::{
    Block, GROUP, Lanes, Native, Panels, STRIDE, add_gradient, add_row_sums, combine, multiply, multiply_beside, tanh,
};

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
            panels.pack(layer.weights(), layer.biases(), layer.inputs());
        }
    }

    /// Sets one weight of forward passes to zero.
    pub fn prune(&mut self, layer: usize, output: usize, input: usize) {
        self.forward[layer].prune(output, input);
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
    /// What each layer made of the rows; of the last the loss's derivative by its logits, after [`backward`].
    pub(super) activations: Vec<Block>,
    /// The loss's derivative by the pre-activations of each layer but the last.
    deltas: Vec<Block>,
}

/// The logits of `rows` rows `x`, at most 128, by the packed weights.
///
/// # Shapes
/// `x`: `[in][STRIDE]`, rows in the lanes; the result: `[n_outputs][STRIDE]`, valid until the workspace is used again.
pub fn forward<'w>(mlp: &Mlp, x: &[f32], rows: usize, workspace: &'w mut Workspace) -> &'w mut [f32] {
    let Workspace { packed, activations, .. } = workspace;
    activations.resize_with(mlp.layers.len(), Block::default);
    let mut input = x;
    for ((layer, panels), output) in mlp.layers.iter().zip(&packed.forward).zip(activations.iter_mut()) {
        output.resize(layer.outputs());
        let output = output.all_mut();
        let floor = if layer.activation == Some(Activation::Relu) { 0.0 } else { f32::NEG_INFINITY };
        product(input, panels, output, rows, floor);
        if layer.activation == Some(Activation::Tanh) {
            for z in output.chunks_mut(STRIDE) {
                let quads = z[..rows.next_multiple_of(GROUP)].as_chunks_mut().0;
                quads.iter_mut().for_each(|quad| tanh(Native::load(quad)).store(quad));
            }
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

/// Adds to `gradient` that of the mean loss over the batch of which `x` and `labels` are some rows, at most 128, and
/// returns how the network did on them.
///
/// # Shapes
/// `x`: `[in][STRIDE]`, rows in the lanes; `labels`: one for each row; `gradient`: the order of [`Mlp::params`].
pub fn backward(
    mlp: &Mlp,
    task: Task,
    (x, labels): (&[f32], &[usize]),
    batch: Part,
    gradient: &mut [f32],
    workspace: &mut Workspace,
) -> Score {
    let rows = labels.len();
    let score = task.differentiate(forward(mlp, x, rows, workspace), labels, batch.rows);
    let Workspace { packed, activations, deltas } = workspace;
    deltas.resize_with(mlp.layers.len() - 1, Block::default);

    let mut rest = gradient;
    for (i, layer) in mlp.layers.iter().enumerate().rev() {
        let (outputs, inputs) = (layer.outputs(), layer.inputs());
        let (before, bias_gradient) = rest.split_at_mut(rest.len() - outputs);
        let (before, weight_gradient) = before.split_at_mut(before.len() - outputs * inputs);
        rest = before;

        let (below, above) = deltas.split_at_mut(i);
        let delta = above.first().unwrap_or(&activations[mlp.layers.len() - 1]).all();
        let input = i.checked_sub(1).map_or(x, |below| activations[below].all());
        // ∂L/∂W = δ·xᵀ, ∂L/∂b = Σ δ
        add_gradient::<Native>(delta, input, weight_gradient, (outputs, inputs), rows, batch.first);
        add_row_sums::<Native>(delta, bias_gradient, rows, batch.first);
        let Some(below) = below.last_mut() else { break };
        // The δ of the layer below: (Wᵀ·δ) ⊙ activation'.
        below.resize(inputs);
        let (panels, below) = (&packed.backward[i - 1], below.all_mut());
        match mlp.layers[i - 1].activation {
            Some(Activation::Relu) => multiply_beside::<Native>(delta, panels, input, below, rows, relu_derivative),
            None => product(delta, panels, below, rows, f32::NEG_INFINITY),
            Some(Activation::Tanh) => {
                product(delta, panels, below, rows, f32::NEG_INFINITY);
                for (below, input) in below.chunks_mut(STRIDE).zip(input.chunks(STRIDE)) {
                    combine::<Native>(&mut below[..rows.next_multiple_of(GROUP)], input, tanh_derivative);
                }
            }
        }
    }
    score
}

/// The product of a layer, nothing below `floor`: of 0 it is ReLU's, of -∞ the product itself. One for all layers, because
/// the page is smaller so; a tanh is a pass of its own.
#[inline(never)]
fn product(x: &[f32], w: &Panels, out: &mut [f32], rows: usize, floor: f32) {
    multiply::<Native>(x, w, out, rows, |z| z.or_at_least(Native::splat(floor)));
}

/// NaN stays NaN, so a network that diverged shows it.
#[inline(always)]
pub(crate) fn relu<V: Lanes>(z: V) -> V {
    z.or_at_least(V::splat(0.0))
}

/// `d` times the derivative of ReLU, by its value `a`.
#[inline(always)]
fn relu_derivative<V: Lanes>(d: V, a: V) -> V {
    V::splat(0.0).keep_less(a, d)
}

/// `d` times the derivative of tanh, by its value `a`: 1 - a².
#[inline(always)]
fn tanh_derivative<V: Lanes>(d: V, a: V) -> V {
    d.mul(V::splat(1.0).sub(a.mul(a)))
}
