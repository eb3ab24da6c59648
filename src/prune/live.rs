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
