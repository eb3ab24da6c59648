//! What some rows are, and how the removal of one weight goes through the layers behind it.

use super::loss::Losses;
use crate::kernels::{BLOCK, Lanes, Native, Panels, STRIDE, activate, multiply, tanh};
use crate::nn::{Activation, Mlp, Task};

/// A network's weights as the kernels read them.
pub(super) struct Network {
    /// With biases, to compute what the rows are; of all layers.
    forward: Vec<Panels>,
    /// Without, to follow changes; of the layers from the third on.
    follow: Vec<Panels>,
}

/// What up to 128 rows are.
pub(super) struct Block {
    pub rows: usize,
    /// The inputs of each layer, `[inputs][STRIDE]`.
    inputs: Vec<Vec<f32>>,
    /// The pre-activations of each layer, the last one's being the logits.
    z: Vec<Vec<f32>>,
    losses: Losses,
    buffers: [Vec<f32>; 2],
}

impl Network {
    pub fn new(mlp: &Mlp) -> Self {
        let panels = |bias: fn(&[f32]) -> Vec<f32>| {
            mlp.layers.iter().map(move |layer| {
                let mut panels = Panels::default();
                panels.pack(layer.weights(), &bias(layer.biases()), layer.inputs());
                panels
            })
        };
        let forward = panels(|bias| bias.to_vec()).collect();
        Network { forward, follow: panels(|bias| vec![0.0; bias.len()]).skip(2).collect() }
    }
}

impl Block {
    pub fn new(mlp: &Mlp, network: &Network, task: Task, x: &[f32], labels: &[usize]) -> Self {
        let (mut inputs, mut z) = (vec![x.to_vec()], Vec::new());
        for (layer, panels) in mlp.layers.iter().zip(&network.forward) {
            let mut own = vec![0.0; layer.outputs() * STRIDE];
            product(&inputs[inputs.len() - 1], panels, &mut own, labels.len());
            if let Some(activation) = layer.activation {
                let mut activations = vec![0.0; own.len()];
                activate::<Native>(&own, &mut activations, |z| activation.at(z));
                inputs.push(activations);
            }
            z.push(own);
        }
        let losses = Losses::new(task, &z[z.len() - 1], labels);
        Block { rows: labels.len(), inputs, z, losses, buffers: Default::default() }
    }

    /// By how much the sum of the rows' losses changes without one weight, from `input` to `neuron` of layer `l`.
    pub fn change(&mut self, mlp: &Mlp, network: &Network, [l, neuron, input]: [usize; 3]) -> f64 {
        let layer = &mlp.layers[l];
        let weight = layer.weight[[neuron, input]];
        if weight == 0.0 {
            return 0.0;
        }
        let x = &self.inputs[l][input * STRIDE..][..BLOCK];
        let Some(activation) = layer.activation else { return self.losses.change_of_one(neuron, -weight, x) };
        let mut own = [0.0; BLOCK];
        let known = [&self.z[l], &self.inputs[l + 1]].map(|all| &all[neuron * STRIDE..]);
        through(activation, known, -weight, x, &mut own);

        let next = &mlp.layers[l + 1];
        if next.outputs() == 1 && l + 2 == mlp.layers.len() {
            return self.losses.change_of_one(0, next.weight[[0, neuron]], &own);
        }
        let [change, other] = &mut self.buffers;
        change.resize(next.outputs() * STRIDE, 0.0);
        for (n, lanes) in change.chunks_exact_mut(STRIDE).enumerate() {
            let weight = next.weight[[n, neuron]];
            match next.activation {
                None => scale(weight, &own, lanes),
                Some(activation) => {
                    let known = [&self.z[l + 1], &self.inputs[l + 2]].map(|all| &all[n * STRIDE..]);
                    through(activation, known, weight, &own, lanes);
                }
            }
        }
        for (i, panels) in network.follow[l..].iter().enumerate() {
            let at = l + 2 + i;
            let layer = &mlp.layers[at];
            other.resize(layer.outputs() * STRIDE, 0.0);
            product(change, panels, other, self.rows);
            std::mem::swap(change, other);
            if let Some(activation) = layer.activation {
                let known = self.z[at].chunks_exact(STRIDE).zip(self.inputs[at + 1].chunks_exact(STRIDE));
                for (lanes, (z, a)) in change.chunks_exact_mut(STRIDE).zip(known) {
                    let delta: [f32; STRIDE] = std::array::from_fn(|row| lanes[row]);
                    through(activation, [z, a], 1.0, &delta, lanes);
                }
            }
        }
        self.losses.change_of_all(change)
    }
}

/// One for all callers: the page is smaller.
#[inline(never)]
fn product(x: &[f32], panels: &Panels, out: &mut [f32], rows: usize) {
    multiply::<Native>(x, panels, out, rows, |z| z);
}

/// `out = weight·x`.
fn scale(weight: f32, x: &[f32], out: &mut [f32]) {
    let weight = Native::splat(weight);
    for (x, out) in x.as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<4>().0) {
        weight.mul(Native::load(x)).store(out);
    }
}

/// `out` becomes by how much the activations a = a(z) change when the pre-activations z do by `weight`·x.
fn through(activation: Activation, known: [&[f32]; 2], weight: f32, x: &[f32], out: &mut [f32]) {
    match activation {
        // Where z > 0, a change down to -z stays what it is, to the bit.
        Activation::Relu => through_by(known, weight, x, out, |z, _, delta| {
            let zero = Native::splat(0.0);
            let lowered = delta.or_at_least(zero.sub(z));
            Native::select_less(zero, z, lowered, z.add(delta).or_at_least(zero))
        }),
        Activation::Tanh => through_by(known, weight, x, out, |z, a, delta| tanh(z.add(delta)).sub(a)),
    }
}

#[inline(always)]
fn through_by(
    [z, a]: [&[f32]; 2],
    weight: f32,
    x: &[f32],
    out: &mut [f32],
    change: impl Fn(Native, Native, Native) -> Native,
) {
    let weight = Native::splat(weight);
    let known = z.as_chunks::<4>().0.iter().zip(a.as_chunks::<4>().0);
    for ((x, out), (z, a)) in x.as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<4>().0).zip(known) {
        change(Native::load(z), Native::load(a), weight.mul(Native::load(x))).store(out);
    }
}
