//! Pruning of more than one weight at a time: whole neurons, and some of each group of neighbours.

use super::rank::lowest;
use crate::nn::{Mask, Mlp};

/// Prunes the hidden neuron `n` of `layer`: its bias and all weights that lead to it and from it.
pub fn remove_neuron(mask: &mut Mask, mlp: &Mlp, layer: usize, n: usize) {
    let (own, next) = (&mlp.layers[layer], &mlp.layers[layer + 1]);
    let ranges = mask.layers();
    let (row, column) = (ranges[layer].start + n * own.inputs(), ranges[layer + 1].clone());
    mask.kept_mut()[row..row + own.inputs()].fill(false);
    mask.kept_mut()[column].iter_mut().skip(n).step_by(next.inputs()).for_each(|kept| *kept = false);
    let biases: usize = mlp.layers[..layer].iter().map(|layer| layer.outputs()).sum();
    mask.kept_biases_mut()[biases + n] = false;
}

/// Prunes of each `m` neighbours in a row all but `n`, the smallest scores first. The last neighbours of a row, if they are
/// fewer, lose what they have above `n`.
///
/// # Shapes
/// `scores`, `kept`: (out, in), row-major, with `inputs` columns.
pub fn n_of_m(scores: &[f32], kept: &mut [bool], inputs: usize, n: usize, m: usize) {
    assert_eq!(scores.len(), kept.len(), "one flag a weight");
    for (scores, kept) in scores.chunks(inputs).zip(kept.chunks_mut(inputs)) {
        for (scores, kept) in scores.chunks(m).zip(kept.chunks_mut(m)) {
            lowest(scores, scores.len().saturating_sub(n)).into_iter().for_each(|i| kept[i] = false);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::nn::Activation;
    use crate::prune::compact;
    use crate::random::Generator;

    proptest! {
        #[test]
        fn of_m_neighbours_the_n_largest_stay(
            (rows, inputs) in (1usize..5, 1usize..20), eight in any::<bool>(), seed in 0i64..1000,
        ) {
            let (n, m) = if eight { (4, 8) } else { (2, 4) };
            let scores = Generator::new(seed).rand(rows * inputs);
            let mut kept = vec![true; scores.len()];
            n_of_m(&scores, &mut kept, inputs, n, m);
            for row in 0..rows {
                for i in 0..inputs {
                    let group = i / m * m..inputs.min(i / m * m + m);
                    let place = |i: usize| (scores[row * inputs + i].to_bits(), i);
                    let larger = group.filter(|&j| place(j) > place(i)).count();
                    prop_assert_eq!(kept[row * inputs + i], larger < n);
                }
            }
        }
    }

    #[test]
    fn a_network_without_a_neuron_is_that_of_the_others() {
        let mlp = Mlp::init(&[3, 5, 4, 2], Activation::Tanh, &mut Generator::new(3));
        let mut mask = Mask::full(&mlp);
        remove_neuron(&mut mask, &mlp, 1, 2);
        let pruned = mask.applied(&mlp);
        assert_eq!(mask.n_pruned(), 5 + 2);
        assert_eq!(pruned.nonzero_params(), mlp.total_params() - 5 - 2 - 1);
        let smaller = compact(&pruned);
        let widths: Vec<usize> = smaller.layers.iter().map(|layer| layer.outputs()).collect();
        assert_eq!(widths, [5, 3, 2]);
        for (i, kept) in [0, 1, 3].into_iter().enumerate() {
            assert_eq!(smaller.layers[1].weight.row(i), mlp.layers[1].weight.row(kept));
            assert_eq!(smaller.layers[1].bias[i], mlp.layers[1].bias[kept]);
            assert_eq!(smaller.layers[2].weight.column(i), mlp.layers[2].weight.column(kept));
        }
    }
}
