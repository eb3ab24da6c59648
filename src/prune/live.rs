//! Which neurons still matter: those on a path of non-zero weights from an input to an output.

use crate::nn::Mlp;

/// For each neuron, the inputs first, then layer by layer.
pub(super) struct Paths {
    /// Whether a path leads to it from an input. A neuron without one is constant.
    pub from_input: Vec<Vec<bool>>,
    /// Whether a path leads from it to an output.
    pub to_output: Vec<Vec<bool>>,
}

impl Paths {
    pub fn of(mlp: &Mlp) -> Self {
        let mut from_input = vec![vec![true; mlp.layers[0].inputs()]];
        for layer in &mlp.layers {
            let below = &from_input[from_input.len() - 1];
            let reached = |row: ndarray::ArrayView1<f32>| row.iter().zip(below).any(|(&w, &live)| w != 0.0 && live);
            let own = layer.weight.rows().into_iter().map(reached).collect();
            from_input.push(own);
        }
        let mut to_output: Vec<Vec<bool>> = from_input.iter().map(|level| vec![false; level.len()]).collect();
        to_output[mlp.layers.len()].fill(true);
        for (i, layer) in mlp.layers.iter().enumerate().rev() {
            let (below, above) = to_output.split_at_mut(i + 1);
            for (row, _) in layer.weight.rows().into_iter().zip(&above[0]).filter(|(_, live)| **live) {
                below[i].iter_mut().zip(row).for_each(|(live, &w)| *live |= w != 0.0);
            }
        }
        Paths { from_input, to_output }
    }

    /// Whether neuron `n` of `level` lies on a path from an input to an output.
    pub fn live(&self, level: usize, n: usize) -> bool {
        self.from_input[level][n] && self.to_output[level][n]
    }
}

/// How many layers, from the first on, have a neuron that depends on an input: all of them, or the output does not.
pub fn fed_layers(mlp: &Mlp) -> usize {
    Paths::of(mlp).from_input[1..].iter().take_while(|level| level.contains(&true)).count()
}

/// The parameters that are not zero and take part in what an input does to an output: the weights on a path of non-zero
/// weights from an input to an output, the biases of the neurons on it, and the biases of the outputs.
pub fn effective_params(mlp: &Mlp) -> usize {
    let paths = Paths::of(mlp);
    let last = mlp.layers.len() - 1;
    let mut count = 0;
    for (i, layer) in mlp.layers.iter().enumerate() {
        let weights = layer.weight.indexed_iter().filter(|&(_, &w)| w != 0.0);
        count += weights.filter(|&((n, k), _)| paths.live(i, k) && paths.live(i + 1, n)).count();
        let biases = layer.bias.iter().enumerate().filter(|&(_, &b)| b != 0.0);
        count += biases.filter(|&(n, _)| i == last || paths.live(i + 1, n)).count();
    }
    count
}

/// [`effective_params`] before and after each weight of `order` has left the network: one more number than weights.
///
/// A neuron is cut off once in each direction, so all of it takes as long as looking at each weight a few times.
pub fn effective_params_along(mlp: &Mlp, order: &[usize]) -> Vec<u32> {
    let mut falling = Falling::new(mlp);
    let mut counts = Vec::with_capacity(order.len() + 1);
    counts.push(falling.effective as u32);
    for &index in order {
        let layer = falling.starts.partition_point(|&start| start <= index) - 1;
        let (n, k) = {
            let (offset, inputs) = (index - falling.starts[layer], mlp.layers[layer].inputs());
            (offset / inputs, offset % inputs)
        };
        falling.remove(layer, n, k);
        counts.push(falling.effective as u32);
    }
    counts
}

/// A network that loses its weights one by one.
struct Falling {
    mlp: Mlp,
    /// The index of each layer's first weight among those of all layers.
    starts: Vec<usize>,
    paths: Paths,
    /// For each neuron, the weights that lead to it from where an input leads.
    incoming: Vec<Vec<usize>>,
    /// For each neuron, the weights that lead from it to where an output is led to.
    outgoing: Vec<Vec<usize>>,
    effective: usize,
}

impl Falling {
    fn new(mlp: &Mlp) -> Self {
        let paths = Paths::of(mlp);
        let mut incoming: Vec<Vec<usize>> = paths.from_input.iter().map(|level| vec![0; level.len()]).collect();
        let mut outgoing = incoming.clone();
        let mut starts = Vec::new();
        let mut start = 0;
        for (i, layer) in mlp.layers.iter().enumerate() {
            for ((n, k), _) in layer.weight.indexed_iter().filter(|&(_, &w)| w != 0.0) {
                incoming[i + 1][n] += usize::from(paths.from_input[i][k]);
                outgoing[i][k] += usize::from(paths.to_output[i + 1][n]);
            }
            starts.push(start);
            start += layer.weight.len();
        }
        Falling { mlp: mlp.clone(), starts, paths, incoming, outgoing, effective: effective_params(mlp) }
    }

    /// Takes away the weight from neuron `k` below layer `i` to neuron `n` of it.
    fn remove(&mut self, i: usize, n: usize, k: usize) {
        if std::mem::take(&mut self.mlp.layers[i].weight[[n, k]]) == 0.0 {
            return;
        }
        let (reached, reaches) = (self.paths.from_input[i][k], self.paths.to_output[i + 1][n]);
        self.effective -= usize::from(reached && reaches);
        if reached {
            self.lose_incoming(i + 1, n);
        }
        if reaches {
            self.lose_outgoing(i, k);
        }
    }

    /// Takes one weight from those that lead to neuron `n` of `level` from an input.
    fn lose_incoming(&mut self, level: usize, n: usize) {
        self.incoming[level][n] -= 1;
        if self.incoming[level][n] > 0 {
            return;
        }
        self.lose_bias(level, n);
        self.paths.from_input[level][n] = false;
        let above = self.mlp.layers.get(level).map_or(0, |layer| layer.outputs());
        for next in 0..above {
            if self.mlp.layers[level].weight[[next, n]] != 0.0 {
                self.effective -= usize::from(self.paths.to_output[level + 1][next]);
                self.lose_incoming(level + 1, next);
            }
        }
    }

    /// Takes one weight from those that lead from neuron `k` of `level` to an output.
    fn lose_outgoing(&mut self, level: usize, k: usize) {
        self.outgoing[level][k] -= 1;
        if self.outgoing[level][k] > 0 {
            return;
        }
        self.lose_bias(level, k);
        self.paths.to_output[level][k] = false;
        let Some(below) = level.checked_sub(1) else { return };
        for previous in 0..self.mlp.layers[below].inputs() {
            if self.mlp.layers[below].weight[[k, previous]] != 0.0 {
                self.effective -= usize::from(self.paths.from_input[below][previous]);
                self.lose_outgoing(below, previous);
            }
        }
    }

    /// Takes the bias of a neuron that leaves the paths from input to output now; an output's stays.
    fn lose_bias(&mut self, level: usize, n: usize) {
        let hidden = level > 0 && level < self.mlp.layers.len();
        if hidden && self.paths.live(level, n) {
            self.effective -= usize::from(self.mlp.layers[level - 1].bias[n] != 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::nn::Activation;
    use crate::random::Generator;

    proptest! {
        #[test]
        fn following_the_removals_counts_what_each_pruned_network_has(
            sizes in prop::collection::vec(1usize..6, 2..6), seed in 0i64..1000, zeros in 0usize..4,
        ) {
            let mut mlp = Mlp::init(&sizes, Activation::Relu, &mut Generator::new(seed));
            mlp.params_mut().for_each(|tensor| tensor.iter_mut().step_by(5).take(zeros).for_each(|p| *p = 0.0));
            let draws = Generator::new(seed + 1).rand(mlp.n_weights());
            let mut order: Vec<usize> = (0..mlp.n_weights()).collect();
            order.sort_by(|&a, &b| draws[a].total_cmp(&draws[b]));
            let counts = effective_params_along(&mlp, &order);
            prop_assert_eq!(counts.len(), order.len() + 1);
            prop_assert_eq!(counts[0] as usize, effective_params(&mlp));
            for (&index, &count) in order.iter().zip(&counts[1..]) {
                mlp.weights_mut().nth(index).into_iter().for_each(|w| *w = 0.0);
                prop_assert_eq!(count as usize, effective_params(&mlp));
            }
        }
    }
}
