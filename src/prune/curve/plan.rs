//! What each step of a curve has to compute, and what that costs: known from the order alone.

use super::Removals;
use crate::nn::Mlp;

/// A weight that left the network and was on a way to an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gone {
    pub layer: usize,
    pub neuron: usize,
    pub input: usize,
    /// What it was.
    pub weight: f32,
}

/// How the state of the rows follows the network. Layers from `first` on change; of them `updated` (0, 1 or 2) by what
/// changed in them alone, those after from all of their inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub first: usize,
    pub updated: usize,
    /// Multiply-adds a row.
    pub cost: u64,
}

/// A network from which weights leave, and which of its neurons still lead to an output.
pub(super) struct Plan {
    pub mlp: Mlp,
    /// For each hidden neuron the weights, not zero, that lead from it to live ones: it is live while there are any.
    ways: Vec<Vec<u32>>,
    /// For each layer its weights, not zero, of live neurons.
    weights: Vec<u64>,
    /// The weights that leave in a step, ascending.
    leaving: Vec<u64>,
    /// What left in the last step, by layer and neuron.
    gone: Vec<Gone>,
    /// The neurons of the step's first layer that changed, ascending.
    pub touched: Vec<usize>,
}

impl Plan {
    pub fn new(mlp: Mlp) -> Self {
        let last = mlp.layers.len() - 1;
        let mut ways: Vec<Vec<u32>> = mlp.layers[..last].iter().map(|layer| vec![0; layer.outputs()]).collect();
        let mut weights = vec![0; mlp.layers.len()];
        for l in (0..=last).rev() {
            let layer = &mlp.layers[l];
            let (below, own) = ways.split_at_mut(l);
            for (neuron, row) in layer.weights().chunks_exact(layer.inputs()).enumerate() {
                if own.first().is_some_and(|own| own[neuron] == 0) {
                    continue;
                }
                weights[l] += row.iter().filter(|&&w| w != 0.0).count() as u64;
                if let Some(below) = below.last_mut() {
                    below.iter_mut().zip(row).for_each(|(ways, &w)| *ways += u32::from(w != 0.0));
                }
            }
        }
        Plan { mlp, ways, weights, leaving: Vec::new(), gone: Vec::new(), touched: Vec::new() }
    }

    pub fn is_live(&self, layer: usize, neuron: usize) -> bool {
        self.ways.get(layer).is_none_or(|ways| ways[neuron] > 0)
    }

    /// The weights of `layer` that left in the last step.
    pub fn gone(&self, layer: usize) -> &[Gone] {
        let start = self.gone.partition_point(|gone| gone.layer < layer);
        let end = self.gone.partition_point(|gone| gone.layer <= layer);
        &self.gone[start..end]
    }

    /// Takes weights out; `each` gets the layer, neuron and input of every one. `None` when that changes no output.
    pub fn remove(&mut self, removed: &[usize], mut each: impl FnMut(usize, usize, usize)) -> Option<Step> {
        self.gone.clear();
        self.leaving.clear();
        self.leaving.extend(removed.iter().map(|&index| index as u64));
        // That of layers, neurons and inputs.
        self.leaving.sort_unstable();
        for i in 0..removed.len() {
            let (layer, neuron, input) = self.place(self.leaving[i] as usize);
            each(layer, neuron, input);
            let weight = std::mem::take(&mut self.mlp.layers[layer].weight[[neuron, input]]);
            if weight != 0.0 && self.is_live(layer, neuron) {
                self.gone.push(Gone { layer, neuron, input, weight });
                self.lose_way(layer, input);
            }
        }
        let mut gone = std::mem::take(&mut self.gone);
        gone.retain(|gone| self.is_live(gone.layer, gone.neuron));
        self.gone = gone;
        self.step()
    }

    /// All layers from all of their inputs.
    pub fn refresh(&self) -> Step {
        Step { first: 0, updated: 0, cost: self.weights.iter().sum() }
    }

    #[inline]
    fn place(&self, mut index: usize) -> (usize, usize, usize) {
        for (l, layer) in self.mlp.layers.iter().enumerate() {
            if index < layer.weight.len() {
                return (l, index / layer.inputs(), index % layer.inputs());
            }
            index -= layer.weight.len();
        }
        panic!("an order of the network's weights");
    }

    /// Notes that a weight of a live neuron of `layer` is zero, and who is dead by it.
    fn lose_way(&mut self, layer: usize, input: usize) {
        self.weights[layer] -= 1;
        let Some(below) = layer.checked_sub(1) else { return };
        self.ways[below][input] -= 1;
        if self.ways[below][input] == 0 {
            let inputs = self.mlp.layers[below].inputs();
            for j in 0..inputs {
                if self.mlp.layers[below].weight[[input, j]] != 0.0 {
                    self.lose_way(below, j);
                }
            }
        }
    }

    /// The cheaper of following what changed and computing anew, for the first two layers that change.
    fn step(&mut self) -> Option<Step> {
        let first = self.gone.first()?.layer;
        let anew = |layer: usize| self.weights[layer..].iter().sum::<u64>();
        let own = self.gone(first).len() as u64;
        if self.weights[first] <= own {
            return Some(Step { first, updated: 0, cost: anew(first) });
        }
        self.touched.clear();
        let start = self.gone.partition_point(|gone| gone.layer < first);
        self.touched.extend(self.gone[start..].iter().take_while(|gone| gone.layer == first).map(|gone| gone.neuron));
        self.touched.dedup();
        if first + 1 == self.weights.len() {
            return Some(Step { first, updated: 1, cost: own });
        }
        let changed = self.touched.iter().map(|&neuron| u64::from(self.ways[first][neuron])).sum::<u64>();
        let gone = self.gone(first + 1).iter().map(|gone| 1 + u64::from(self.slot(gone.input).is_some()));
        let next = changed + gone.sum::<u64>();
        let anew = |layer: usize| self.weights[layer..].iter().sum::<u64>();
        Some(if self.weights[first + 1] <= next {
            Step { first, updated: 1, cost: own + anew(first + 1) }
        } else {
            Step { first, updated: 2, cost: own + next + anew(first + 2) }
        })
    }

    /// Where a neuron stands among those touched.
    #[inline]
    pub fn slot(&self, neuron: usize) -> Option<usize> {
        self.touched.binary_search(&neuron).ok()
    }
}

/// Every how many weights the whole state is computed anew: the bounds on rounding, and with them the rows in doubt, are
/// those of the network at that time. Measured: twice over the curve of one hidden layer, more often the deeper.
fn refresh_interval(mlp: &Mlp) -> usize {
    let refreshes = 2 * (mlp.layers.len() - 1).max(1);
    mlp.n_weights().div_ceil(refreshes)
}

/// The multiply-adds a row of following `removals`: those of the first stop's network, and then of each step.
pub fn multiply_adds(mlp: &Mlp, removals: &Removals) -> u64 {
    let mut cursor = Cursor::new(mlp.clone());
    let mut sum = 0;
    while cursor.stop < removals.stops.len() {
        sum += cursor.next(removals, |_, _, _| ()).0.map_or(0, |step| step.cost);
    }
    sum
}

/// A plan on its way through removals, stop by stop.
pub(super) struct Cursor {
    pub plan: Plan,
    /// The next stop.
    pub stop: usize,
    /// Weights removed.
    removed: usize,
    /// The number of them at which the state is due to be computed anew.
    refresh_at: usize,
}

impl Cursor {
    pub fn new(mlp: Mlp) -> Self {
        Cursor { plan: Plan::new(mlp), stop: 0, removed: 0, refresh_at: 0 }
    }

    /// Goes to the next stop: what has to be computed, nothing if its outputs are those of the stop before, and whether
    /// that is everything anew.
    pub fn next(&mut self, removals: &Removals, each: impl FnMut(usize, usize, usize)) -> (Option<Step>, bool) {
        let target = removals.stops[self.stop];
        let step = self.plan.remove(&removals.order[self.removed..target], each);
        self.removed = target;
        self.stop += 1;
        if target < self.refresh_at {
            return (step, false);
        }
        // At the first stop at or after each multiple of the interval.
        let interval = refresh_interval(&self.plan.mlp);
        self.refresh_at = (target / interval + 1) * interval;
        (Some(self.plan.refresh()), true)
    }
}
