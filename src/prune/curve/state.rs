//! What each neuron makes of some rows, kept up to date while weights leave.

use std::ops::Range;

use super::plan::{Gone, Plan, Step};
use crate::kernels::{
    BLOCK, Lanes, Native, STREAM, STRIDE, Term, activate, add_terms, add_terms_compensated, combine, set_to_terms, tanh,
};
use crate::nn::{Activation, Layer, Mlp, Rows, relu};

/// The pre-activations of every layer, feature by feature: `[features][rows]`.
pub(super) struct State {
    /// Rows, filled up with rows of zeros.
    rows: usize,
    x: Vec<f32>,
    z: Vec<Vec<f32>>,
    /// What `z` lost to rounding since it was computed anew; not of a first layer that is hidden: there a sum changes no
    /// more often than it has weights.
    carry: Vec<Vec<f32>>,
    /// How the activations of the step's first layer changed, neuron by neuron, and after them what else the second
    /// layer reads.
    changes: Vec<f32>,
    /// Activations that are read once.
    activations: Vec<f32>,
    terms: Vec<Term>,
}

impl State {
    /// The rows in `range`, before anything is computed.
    pub fn new(mlp: &Mlp, all: &Rows, range: Range<usize>) -> Self {
        let inputs = mlp.layers[0].inputs();
        let rows = range.len().next_multiple_of(STREAM);
        let mut streams = vec![0.0; inputs * rows];
        let mut start = range.start;
        while start < range.end {
            let end = range.end.min(start / BLOCK * BLOCK + BLOCK);
            let (x, labels) = all.chunk(start..end);
            for (stream, x) in streams.chunks_exact_mut(rows).zip(x.chunks(STRIDE)) {
                stream[start - range.start..][..labels.len()].copy_from_slice(&x[..labels.len()]);
            }
            start = end;
        }
        let zeros = |layer: &Layer| vec![0.0; layer.outputs() * rows];
        let z = mlp.layers.iter().map(zeros).collect();
        let mut carry: Vec<_> = mlp.layers.iter().map(zeros).collect();
        if mlp.layers.len() > 1 {
            carry[0].clear();
        }
        State { rows, x: streams, z, carry, changes: Vec::new(), activations: Vec::new(), terms: Vec::new() }
    }

    /// Rows, filled up with rows of zeros.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Feature by feature: `[in][rows]`.
    pub fn x(&self) -> &[f32] {
        &self.x
    }

    /// `[n_outputs][rows]`.
    pub fn logits(&self) -> &[f32] {
        self.z.last().expect("at least one layer")
    }

    /// Follows the network of `plan` by its last step.
    pub fn follow(&mut self, plan: &Plan, step: Step) {
        if step.updated > 0 {
            self.update_first(plan, step.first);
        }
        if step.updated > 1 {
            self.update_second(plan, step.first + 1);
        }
        (step.first + step.updated..self.z.len()).for_each(|layer| self.compute(plan, layer));
    }

    /// Takes what left `layer` out of the neurons that it left.
    fn update_first(&mut self, plan: &Plan, layer: usize) {
        let rows = self.rows;
        let activation = plan.mlp.layers[layer].activation;
        let changes = if activation.is_some() { plan.touched.len() * rows } else { 0 };
        self.changes.resize(changes, 0.0);
        for (slot, gone) in plan.gone(layer).chunk_by(|a, b| a.neuron == b.neuron).enumerate() {
            let neuron = gone[0].neuron;
            self.terms.clear();
            let at = neuron * rows..(neuron + 1) * rows;
            let (below, own) = self.z.split_at_mut(layer);
            let z = &mut own[0][at.clone()];
            let change = if changes == 0 { &mut [] } else { &mut self.changes[slot * rows..(slot + 1) * rows] };
            if layer == 0 {
                self.terms.extend(gone.iter().map(|gone| Term { weight: -gone.weight, feature: gone.input }));
                match activation {
                    None => add([z, &mut self.carry[0][at]], &self.terms, &self.x),
                    Some(Activation::Relu) => add_terms::<Native>(z, change, &self.terms, &self.x, relu),
                    Some(Activation::Tanh) => add_terms::<Native>(z, change, &self.terms, &self.x, tanh),
                }
                continue;
            }
            self.activations.resize(self.activations.len().max(gone.len() * rows), 0.0);
            take_out(&mut self.terms, gone, 0, &mut self.activations, &below[layer - 1], &plan.mlp, rows);
            if !change.is_empty() {
                apply(activation, z, change);
            }
            add([z, &mut self.carry[layer][at]], &self.terms, &self.activations);
            match activation {
                None => {}
                Some(Activation::Relu) => combine::<Native>(change, z, |before, after| relu(after).sub(before)),
                Some(Activation::Tanh) => combine::<Native>(change, z, |before, after| tanh(after).sub(before)),
            }
        }
    }

    /// Brings what changed in the layer below to every live neuron of `layer`, and takes out what left it.
    fn update_second(&mut self, plan: &Plan, layer: usize) {
        let (rows, touched) = (self.rows, plan.touched.len());
        let network = &plan.mlp.layers[layer];
        let mut gone = plan.gone(layer);
        for (neuron, row) in network.weights().chunks_exact(network.inputs()).enumerate() {
            let (own_gone, rest) = gone.split_at(gone.iter().take_while(|gone| gone.neuron == neuron).count());
            gone = rest;
            if !plan.is_live(layer, neuron) {
                continue;
            }
            self.terms.clear();
            let changed = plan.touched.iter().enumerate().map(|(feature, &i)| Term { weight: row[i], feature });
            self.terms.extend(changed.filter(|term| term.weight != 0.0));
            // A weight that left took its input's change with it: -w·new = -w·old - w·change.
            let both =
                own_gone.iter().filter_map(|gone| Some(Term { weight: gone.weight, feature: plan.slot(gone.input)? }));
            self.terms.extend(both);
            self.changes.resize(self.changes.len().max((touched + own_gone.len()) * rows), 0.0);
            let (below, own) = self.z.split_at_mut(layer);
            take_out(&mut self.terms, own_gone, touched, &mut self.changes, &below[layer - 1], &plan.mlp, rows);
            if !self.terms.is_empty() {
                let at = neuron * rows..(neuron + 1) * rows;
                let z = [&mut own[0][at.clone()], &mut self.carry[layer][at]];
                add(z, &self.terms, &self.changes);
            }
        }
    }

    /// Computes `layer` from the layer below; logits, which decide what is in doubt, in twice the precision.
    fn compute(&mut self, plan: &Plan, layer: usize) {
        let (rows, last) = (self.rows, layer + 1 == self.z.len());
        let (below, own) = self.z.split_at_mut(layer);
        let network = &plan.mlp.layers[layer];
        let source = match below.last() {
            None => &self.x,
            Some(below) => {
                self.activations.resize(self.activations.len().max(below.len()), 0.0);
                let streams = below.chunks_exact(rows).zip(self.activations.chunks_exact_mut(rows));
                for (neuron, (z, out)) in streams.enumerate() {
                    if plan.is_live(layer - 1, neuron) {
                        apply(plan.mlp.layers[layer - 1].activation, z, out);
                    }
                }
                &self.activations
            }
        };
        let streams = own[0].chunks_exact_mut(rows).zip(network.weights().chunks_exact(network.inputs()));
        for (neuron, (z, row)) in streams.enumerate() {
            if plan.is_live(layer, neuron) {
                self.terms.clear();
                let terms = row.iter().enumerate().map(|(feature, &weight)| Term { weight, feature });
                self.terms.extend(terms.filter(|term| term.weight != 0.0));
                let bias = network.bias[neuron];
                if last {
                    let carry = &mut self.carry[layer][neuron * rows..(neuron + 1) * rows];
                    z.fill(bias);
                    carry.fill(0.0);
                    add([z, carry], &self.terms, source);
                } else {
                    set_to_terms::<Native>(z, bias, &self.terms, source);
                }
            }
        }
        if !last {
            self.carry[layer].fill(0.0);
        }
    }
}

/// Appends the terms that take out what left one neuron, and the activations that they read, from slot `first` on.
fn take_out(
    terms: &mut Vec<Term>,
    gone: &[Gone],
    first: usize,
    slots: &mut [f32],
    below: &[f32],
    mlp: &Mlp,
    rows: usize,
) {
    for (gone, feature) in gone.iter().zip(first..) {
        let (z, out) =
            (&below[gone.input * rows..(gone.input + 1) * rows], &mut slots[feature * rows..(feature + 1) * rows]);
        apply(mlp.layers[gone.layer - 1].activation, z, out);
        terms.push(Term { weight: -gone.weight, feature });
    }
}

/// One for all callers: the page is smaller.
#[inline(never)]
fn apply(activation: Option<Activation>, z: &[f32], out: &mut [f32]) {
    match activation {
        None => out.copy_from_slice(z),
        Some(Activation::Relu) => activate::<Native>(z, out, relu),
        Some(Activation::Tanh) => activate::<Native>(z, out, tanh),
    }
}

#[inline(never)]
fn add(z: [&mut [f32]; 2], terms: &[Term], source: &[f32]) {
    add_terms_compensated::<Native>(z, terms, source);
}
