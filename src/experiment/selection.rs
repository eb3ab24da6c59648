//! Which parameters leave: the lowest scores, in their scopes, by whole units.

use std::ops::Range;

use super::config::{By, Criterion, Granularity, Prune, Scope};
use crate::nn::{Mask, Mlp};
use crate::prune::{ascending, ascending_keys, lowest, n_of_m, remove_neuron};
use crate::random::Generator;

/// How much a pruning takes of a scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Share {
    /// So much of all that it had, what has already left included.
    OfAll(f64),
    /// So much of what is left, as PyTorch's methods do when they are called again.
    OfRest(f64),
    /// What is of smaller magnitude, whatever scope it is in.
    Below(f64),
}

impl Share {
    /// That of a level at `value` on the scale of `prune`.
    pub fn at(prune: &Prune, value: f64) -> Self {
        if prune.by() == By::Threshold { Share::Below(value) } else { Share::OfAll(value) }
    }
}

/// The prunable units of a network, as `prune` ranks them. A unit is a weight by its place in [`Mlp::weights`], a bias by
/// the place that follows if all biases come after all weights, or, where neurons go whole, a hidden neuron by its place in
/// [`Mlp::biases`].
pub(super) struct Units<'a> {
    prune: &'a Prune,
    mlp: &'a Mlp,
    weights: Vec<Range<usize>>,
    biases: Vec<Range<usize>>,
}

impl<'a> Units<'a> {
    pub fn new(prune: &'a Prune, mlp: &'a Mlp) -> Self {
        let ranges = |len: fn(&crate::nn::Layer) -> usize| {
            let place = |start: &mut usize, layer| {
                let own = *start..*start + len(layer);
                *start = own.end;
                Some(own)
            };
            mlp.layers.iter().scan(0, place).collect()
        };
        Units { prune, mlp, weights: ranges(|layer| layer.weight.len()), biases: ranges(|layer| layer.bias.len()) }
    }

    /// The layers that may lose something.
    fn layers(&self) -> impl Iterator<Item = usize> {
        let last = self.mlp.layers.len() - 1;
        let neurons = self.prune.granularity == Granularity::Neuron;
        (0..=last).filter(move |layer| !(self.prune.protect.contains(layer) || neurons && *layer == last))
    }

    /// The places of the units that are ranked together.
    fn scopes(&self) -> Vec<Vec<usize>> {
        let mut scopes = Vec::new();
        for layer in self.layers() {
            let (weights, biases) = (self.weights[layer].clone(), self.biases[layer].clone());
            if self.prune.granularity == Granularity::Neuron {
                scopes.push(biases.collect());
                continue;
            }
            // All biases come after all weights.
            let bias = |neuron| self.mlp.n_weights() + neuron;
            let inputs = self.mlp.layers[layer].inputs();
            let neurons = if self.prune.biases { biases.start..biases.end } else { 0..0 };
            if self.prune.scope == Scope::Row {
                for (n, start) in weights.step_by(inputs).enumerate() {
                    scopes.push((start..start + inputs).chain(neurons.clone().skip(n).take(1).map(bias)).collect());
                }
            } else {
                scopes.push(weights.chain(neurons.map(bias)).collect());
            }
        }
        // A threshold is one for all.
        if self.prune.scope == Scope::Global || self.prune.by() == By::Threshold {
            let all = scopes.into_iter().flatten();
            let (weights, biases): (Vec<_>, Vec<_>) = all.partition(|&unit| unit < self.mlp.n_weights());
            scopes = vec![[weights, biases].concat()];
        }
        scopes
    }

    /// The prunable parameters: how many there are, and how many of them are zero in `pruned`.
    pub fn prunable(&self, pruned: &Mlp) -> (usize, usize) {
        let neurons = self.prune.granularity == Granularity::Neuron;
        let (mut all, mut zeros) = (0, 0);
        for (l, layer) in pruned.layers.iter().enumerate() {
            let mut losing = self.layers().filter(|&losing| losing == l || (neurons && losing + 1 == l));
            if losing.next().is_some() {
                let biases = layer.bias.iter().take(if self.prune.biases { layer.bias.len() } else { 0 });
                all += layer.weight.len() + biases.len();
                zeros += layer.weight.iter().chain(biases).filter(|&&p| p == 0.0).count();
            }
        }
        (all, zeros)
    }

    /// Turns off what `share` takes: the units with the lowest of `scores`, one a weight, or at random, or below a
    /// threshold.
    pub fn cut(&self, scores: &[f32], mask: &mut Mask, share: Share) {
        if let Share::Below(threshold) = share {
            return self.cut_below(threshold, mask);
        }
        let n_weights = self.mlp.n_weights();
        match self.prune.granularity {
            Granularity::TwoOfFour => return self.cut_neighbours(scores, mask, 2),
            Granularity::FourOfEight => return self.cut_neighbours(scores, mask, 4),
            Granularity::Weight | Granularity::Neuron => {}
        }
        let scores = self.of_units(scores);
        let neurons = self.prune.granularity == Granularity::Neuron;
        let of = |mask: &Mask, unit: usize| match unit.checked_sub(n_weights) {
            _ if neurons => mask.kept_biases()[unit],
            None => mask.kept()[unit],
            Some(bias) => mask.kept_biases()[bias],
        };
        // A fresh stream each time, so that a higher level cuts what a lower one does and more; but where a layer's count
        // rounds to 0, PyTorch draws nothing for it, and the layers after it get other draws.
        let mut generator = Generator::new(self.prune.seed);
        for scope in self.scopes() {
            let live: Vec<usize> = scope.iter().copied().filter(|&unit| of(mask, unit)).collect();
            let rounding = self.prune.rounding;
            let count = match share {
                Share::OfRest(fraction) => rounding.count(fraction, live.len()),
                Share::OfAll(fraction) | Share::Below(fraction) => {
                    rounding.count(fraction, scope.len()).saturating_sub(scope.len() - live.len())
                }
            };
            let own: Vec<f32> = match self.prune.criterion {
                Criterion::Random if count == 0 && self.prune.scope != Scope::Row => continue,
                Criterion::Random => drawn(&mut generator, live.len()),
                _ => live.iter().map(|&unit| scores[unit]).collect(),
            };
            for unit in lowest(&own, count).into_iter().map(|i| live[i]) {
                match unit.checked_sub(n_weights) {
                    _ if neurons => self.remove_neuron(mask, unit),
                    None => mask.kept_mut()[unit] = false,
                    Some(bias) => mask.kept_biases_mut()[bias] = false,
                }
            }
        }
    }

    fn cut_below(&self, threshold: f64, mask: &mut Mask) {
        let cut = threshold as f32;
        for layer in self.layers() {
            let (own, weights, biases) = (&self.mlp.layers[layer], &self.weights[layer], &self.biases[layer]);
            let keep = |kept: &mut [bool], params: &[f32]| {
                kept.iter_mut().zip(params).for_each(|(kept, p)| *kept &= p.abs() >= cut);
            };
            keep(&mut mask.kept_mut()[weights.clone()], own.weights());
            if self.prune.biases {
                keep(&mut mask.kept_biases_mut()[biases.clone()], own.biases());
            }
        }
    }

    /// How many units the level at `amount` takes.
    pub fn count(&self, amount: f64) -> usize {
        self.scopes().iter().map(|scope| self.prune.rounding.count(amount, scope.len())).sum()
    }

    /// The order in which growing levels take single weights: the lowest scores first.
    ///
    /// Scope by scope, a weight's turn is the amount at which its scope's count rounds up to it. (At random, a layer whose
    /// count rounds to 0 draws nothing, and the layers after it get other draws than at higher levels: the order is that of
    /// the levels at which every layer draws.)
    pub fn order(&self, scores: &[f32]) -> Vec<usize> {
        let mut generator = Generator::new(self.prune.seed);
        // Those that may not leave come last.
        let mut turns = vec![u64::MAX; self.mlp.n_weights()];
        let mut prunable = 0;
        for scope in self.scopes() {
            let own: Vec<f32> = match self.prune.criterion {
                Criterion::Random => drawn(&mut generator, scope.len()),
                _ => scope.iter().map(|&unit| scores[unit]).collect(),
            };
            for (rank, i) in ascending(&own).into_iter().enumerate() {
                turns[scope[i]] = self.prune.rounding.turn(rank, scope.len());
            }
            prunable += scope.len();
        }
        let mut order = ascending_keys(&turns);
        order.truncate(prunable);
        order
    }

    fn cut_neighbours(&self, scores: &[f32], mask: &mut Mask, n: usize) {
        let mut generator = Generator::new(self.prune.seed);
        for layer in self.layers() {
            let own = self.weights[layer].clone();
            let scores = match self.prune.criterion {
                Criterion::Random => &drawn(&mut generator, own.len()),
                _ => &scores[own.clone()],
            };
            n_of_m(scores, &mut mask.kept_mut()[own], self.mlp.layers[layer].inputs(), n, 2 * n);
        }
    }

    /// One score a unit from one a weight.
    fn of_units(&self, scores: &[f32]) -> Vec<f32> {
        if self.prune.criterion == Criterion::Random {
            return Vec::new();
        }
        if self.prune.granularity != Granularity::Neuron {
            // Only magnitude ranks biases.
            return scores.iter().copied().chain(self.mlp.biases().map(f32::abs)).collect();
        }
        let norm =
            |row: &[f32]| row.iter().map(|&score| f64::from(score) * f64::from(score)).sum::<f64>().sqrt() as f32;
        let layers = self.weights.iter().zip(&self.mlp.layers);
        layers.flat_map(|(own, layer)| scores[own.clone()].chunks(layer.inputs()).map(norm)).collect()
    }

    fn remove_neuron(&self, mask: &mut Mask, unit: usize) {
        let layer = self.biases.partition_point(|own| own.end <= unit);
        remove_neuron(mask, self.mlp, layer, unit - self.biases[layer].start);
    }
}

/// Of draws the largest go first, as PyTorch's do.
fn drawn(generator: &mut Generator, n: usize) -> Vec<f32> {
    generator.rand(n).iter().map(|draw| -draw).collect()
}
