//! Forward and backward through the layers, some groups of rows at a time.

use super::{Activation, Layer, Mlp, Score, Task};
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

impl Workspace {
    /// What `layer` made of the rows of the last [`forward`]: `[outputs][STRIDE]`.
    pub fn activations(&self, layer: usize) -> &[f32] {
        self.activations[layer].all()
    }
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
    let (rows, mut rest) = (labels.len(), gradient);
    walk_back(mlp, task, (x, labels), batch.rows, workspace, |layer, delta, input| {
        let (weight_gradient, bias_gradient) = last_tensors(layer, &mut rest);
        // ∂L/∂W = δ·xᵀ, ∂L/∂b = Σ δ
        add_gradient::<Native>(delta, input, weight_gradient, (layer.outputs(), layer.inputs()), rows, batch.first);
        add_row_sums::<Native>(delta, bias_gradient, rows, batch.first);
    })
}

/// Adds to `squares` the square of each row's own gradient, that of its loss and not of a mean: a sum over the rows `x`
/// and `labels`, at most 128. Before the `first` rows of all the sum is nothing.
///
/// (δ·x)² = δ²·x²: the sum over rows is a product of squares.
///
/// # Shapes
/// As for [`backward`].
pub fn add_squared_gradients(
    mlp: &Mlp,
    task: Task,
    (x, labels): (&[f32], &[usize]),
    first: bool,
    squares: &mut [f32],
    workspace: &mut Workspace,
) {
    let (rows, mut rest) = (labels.len(), squares);
    let squared = |values: &[f32]| values.iter().map(|v| v * v).collect::<Vec<f32>>();
    walk_back(mlp, task, (x, labels), 1, workspace, |layer, delta, input| {
        let (weight_squares, bias_squares) = last_tensors(layer, &mut rest);
        let (delta, input) = (squared(delta), squared(input));
        add_gradient::<Native>(&delta, &input, weight_squares, (layer.outputs(), layer.inputs()), rows, first);
        add_row_sums::<Native>(&delta, bias_squares, rows, first);
    });
}

/// Takes the weights and the biases of a layer off the end of `rest`, which is in the order of [`Mlp::params`].
fn last_tensors<'g>(layer: &Layer, rest: &mut &'g mut [f32]) -> (&'g mut [f32], &'g mut [f32]) {
    let own = std::mem::take(rest);
    let (before, bias) = own.split_at_mut(own.len() - layer.outputs());
    let (before, weight) = before.split_at_mut(before.len() - layer.weight.len());
    *rest = before;
    (weight, bias)
}

/// Goes forward, then back from the last layer to the first, and gives `each` the derivatives δ of the mean loss over
/// `batch_rows` rows by the layer's pre-activations, and its inputs. Returns how the network did.
fn walk_back(
    mlp: &Mlp,
    task: Task,
    (x, labels): (&[f32], &[usize]),
    batch_rows: usize,
    workspace: &mut Workspace,
    mut each: impl FnMut(&Layer, &[f32], &[f32]),
) -> Score {
    let rows = labels.len();
    let score = task.differentiate(forward(mlp, x, rows, workspace), labels, batch_rows);
    let Workspace { packed, activations, deltas } = workspace;
    deltas.resize_with(mlp.layers.len() - 1, Block::default);

    for (i, layer) in mlp.layers.iter().enumerate().rev() {
        let (below, above) = deltas.split_at_mut(i);
        let delta = above.first().unwrap_or(&activations[mlp.layers.len() - 1]).all();
        let input = i.checked_sub(1).map_or(x, |below| activations[below].all());
        each(layer, delta, input);
        let Some(below) = below.last_mut() else { break };
        // The δ of the layer below: (Wᵀ·δ) ⊙ activation'.
        below.resize(layer.inputs());
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
