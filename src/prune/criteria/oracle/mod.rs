//! The true change of the mean loss when one weight alone goes to zero, for every weight.
//!
//! A weight that goes changes one pre-activation of its layer, by -w·x. That change is followed to the logits as a change,
//! not as a second network: through an activation it is a(z + δ) - a(z), into the next layer it is one column of weights,
//! and only from there on is it a dense product. [`Losses`] makes of it what the losses change by.

mod loss;

use self::loss::Losses;
use super::Calibration;
use crate::kernels::{BLOCK, Lanes, Native, Panels, STRIDE, activate, multiply, tanh};
use crate::nn::{Activation, Mlp, Task};

/// A call of [`Oracle::advance`] ends when about this many multiply-adds are done.
const STEP_MULTIPLY_ADDS: u64 = 20_000_000;
/// About what the change of a row's loss costs, in multiply-adds.
const LOSS_COST: u64 = 16;

/// The exact change of the mean loss when a weight alone is set to zero, for each weight: leave-one-out. Below 0 where the
/// rows are better off without it; between two calls of [`Oracle::advance`] anything may happen.
///
/// It agrees with two passes in double precision to 3·10⁻⁵ of the mean of the rows' |changes| (typically 3·10⁻⁸; ten times
/// as much where logits reach hundreds), and another 10⁻⁹ or, behind tanh, 10⁻⁷. It agrees with the difference of two
/// losses of [`Task::evaluate`] to 10⁻⁶ where logits stay below 10; of two classes, a row that is wrong by a logit far above
/// that has a loss there that goes in steps and ends at 100, and here one that does neither.
#[derive(Default)]
pub struct Oracle {
    /// Sums over the rows that are done.
    sums: Vec<f64>,
    /// Rows of the blocks that are done.
    done: usize,
    network: Option<Network>,
    block: Option<Block>,
}

/// A network's weights as the kernels read them.
struct Network {
    /// With biases, to compute what the rows are; of all layers.
    forward: Vec<Panels>,
    /// Without, to follow changes; of the layers from the third on.
    follow: Vec<Panels>,
}

/// What up to 128 rows are, and the weight whose turn it is.
struct Block {
    rows: usize,
    /// The inputs of each layer, `[inputs][STRIDE]`.
    inputs: Vec<Vec<f32>>,
    /// The pre-activations of each layer, the last one's being the logits.
    z: Vec<Vec<f32>>,
    losses: Losses,
    /// Layer, neuron and input.
    next: [usize; 3],
    buffers: [Vec<f32>; 2],
}

impl Oracle {
    /// The multiply-adds of all of it, about.
    pub fn multiply_adds(mlp: &Mlp, rows: usize) -> u64 {
        let each = mlp.layers.iter().enumerate().map(|(l, layer)| layer.weight.len() as u64 * weight_cost(mlp, l));
        each.sum::<u64>().saturating_mul(rows as u64)
    }

    /// The fraction done, in [0, 1].
    pub fn fraction(&self, data: &Calibration) -> f64 {
        let current = self.block.as_ref().map_or(0.0, |block| {
            let before = data.mlp.layers[..block.next[0]].iter().map(|layer| layer.weight.len()).sum::<usize>();
            let layer = data.mlp.layers.get(block.next[0]).map_or(0, |layer| block.next[1] * layer.inputs());
            (block.rows * (before + layer)) as f64 / data.mlp.n_weights() as f64
        });
        (self.done as f64 + current) / data.rows.len() as f64
    }

    /// Goes on for a few milliseconds. `Some` when all rows are done. The arguments are those of the first call.
    pub fn advance(&mut self, data: &Calibration) -> Option<Vec<f32>> {
        let Calibration { mlp, task, rows } = *data;
        self.sums.resize(mlp.n_weights(), 0.0);
        let network = self.network.get_or_insert_with(|| Network::new(mlp));
        let mut spent = 0;
        while self.done < rows.len() {
            let block = self.block.get_or_insert_with(|| {
                let (x, labels) = rows.chunk(self.done..rows.len().min(self.done + BLOCK));
                Block::new(mlp, network, task, x, labels)
            });
            while let Some(place) = block.place(mlp) {
                if spent >= STEP_MULTIPLY_ADDS {
                    return None;
                }
                self.sums[place] += block.change(mlp, network);
                spent += block.rows as u64 * weight_cost(mlp, block.next[0]);
                block.next[2] += 1;
            }
            self.done += block.rows;
            self.block = None;
        }
        let n = rows.len() as f64;
        Some(std::mem::take(self).sums.into_iter().map(|sum| (sum / n) as f32).collect())
    }

    /// All of it at once.
    pub fn scores(data: &Calibration) -> Vec<f32> {
        let mut oracle = Oracle::default();
        loop {
            if let Some(scores) = oracle.advance(data) {
                return scores;
            }
        }
    }
}

/// The multiply-adds a row of following the change of one weight of a layer, about.
fn weight_cost(mlp: &Mlp, layer: usize) -> u64 {
    let behind = &mlp.layers[(layer + 2).min(mlp.layers.len())..];
    let next = mlp.layers.get(layer + 1).map_or(0, |next| next.outputs());
    let logits = mlp.layers.last().map_or(0, |last| last.outputs());
    let losses = LOSS_COST * if layer + 1 == mlp.layers.len() { 1 } else { logits as u64 };
    (1 + next + behind.iter().map(|layer| layer.weight.len()).sum::<usize>()) as u64 + losses
}

impl Network {
    fn new(mlp: &Mlp) -> Self {
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
    fn new(mlp: &Mlp, network: &Network, task: Task, x: &[f32], labels: &[usize]) -> Self {
        let (mut inputs, mut z) = (vec![x.to_vec()], Vec::new());
        for (layer, panels) in mlp.layers.iter().zip(&network.forward) {
            let mut own = vec![0.0; layer.outputs() * STRIDE];
            product(&inputs[inputs.len() - 1], panels, &mut own, labels.len());
            if let Some(activation) = layer.activation {
                let mut activations = vec![0.0; own.len()];
                match activation {
                    Activation::Relu => activate::<Native>(&own, &mut activations, |z| activation.at(z)),
                    Activation::Tanh => activate::<Native>(&own, &mut activations, tanh),
                }
                inputs.push(activations);
            }
            z.push(own);
        }
        let losses = Losses::new(task, &z[z.len() - 1], labels);
        Block { rows: labels.len(), inputs, z, losses, next: [0; 3], buffers: Default::default() }
    }

    /// The place of the next weight among all; `None` after the last.
    fn place(&mut self, mlp: &Mlp) -> Option<usize> {
        let [layer, neuron, input] = &mut self.next;
        if *input == mlp.layers[*layer].inputs() {
            (*neuron, *input) = (*neuron + 1, 0);
        }
        if *neuron == mlp.layers[*layer].outputs() {
            (*layer, *neuron) = (*layer + 1, 0);
        }
        let own = mlp.layers.get(*layer)?;
        let before = mlp.layers[..*layer].iter().map(|layer| layer.weight.len()).sum::<usize>();
        Some(before + *neuron * own.inputs() + *input)
    }

    /// By how much the sum of the rows' losses changes without the next weight.
    fn change(&mut self, mlp: &Mlp, network: &Network) -> f64 {
        let [l, neuron, input] = self.next;
        let layer = &mlp.layers[l];
        let weight = layer.weight[[neuron, input]];
        if weight == 0.0 {
            return 0.0;
        }
        let mut own = [0.0; BLOCK];
        scale(-weight, &self.inputs[l][input * STRIDE..], &mut own);
        let Some(activation) = layer.activation else { return self.losses.change_of_one(neuron, &own) };
        through(activation, [&self.z[l], &self.inputs[l + 1]].map(|all| &all[neuron * STRIDE..]), &mut own);

        let next = &mlp.layers[l + 1];
        let [change, other] = &mut self.buffers;
        change.resize(next.outputs() * STRIDE, 0.0);
        for (n, lanes) in change.chunks_exact_mut(STRIDE).enumerate() {
            scale(next.weight[[n, neuron]], &own, &mut lanes[..BLOCK]);
        }
        for (i, (layer, panels)) in mlp.layers[l + 2..].iter().zip(&network.follow[l..]).enumerate() {
            let below = l + 1 + i;
            let Some(activation) = mlp.layers[below].activation else { break };
            let known = self.z[below].chunks_exact(STRIDE).zip(self.inputs[below + 1].chunks_exact(STRIDE));
            let lanes = change.chunks_exact_mut(STRIDE).zip(known);
            lanes.for_each(|(lanes, (z, a))| through(activation, [z, a], &mut lanes[..BLOCK]));
            other.resize(layer.outputs() * STRIDE, 0.0);
            product(change, panels, other, self.rows);
            std::mem::swap(change, other);
        }
        self.losses.change_of_all(change)
    }
}

/// One for all callers: the page is smaller.
#[inline(never)]
fn product(x: &[f32], panels: &Panels, out: &mut [f32], rows: usize) {
    multiply::<Native>(x, panels, out, rows, |z| z);
}

/// `out = factor·x`, of a block's rows.
fn scale(factor: f32, x: &[f32], out: &mut [f32]) {
    let factor = Native::splat(factor);
    for (x, out) in x.as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<4>().0) {
        factor.mul(Native::load(x)).store(out);
    }
}

/// The change of pre-activations z becomes that of the activations a.
fn through(activation: Activation, [z, a]: [&[f32]; 2], change: &mut [f32]) {
    let known = z.as_chunks::<4>().0.iter().zip(a.as_chunks::<4>().0);
    for (change, (z, a)) in change.as_chunks_mut::<4>().0.iter_mut().zip(known) {
        let (z, delta, zero) = (Native::load(z), Native::load(change), Native::splat(0.0));
        let new = match activation {
            // Where z > 0, a change down to -z stays what it is, to the bit.
            Activation::Relu => {
                Native::select_less(zero, z, delta.or_at_least(zero.sub(z)), z.add(delta).or_at_least(zero))
            }
            Activation::Tanh => tanh(z.add(delta)).sub(Native::load(a)),
        };
        new.store(change);
    }
}
