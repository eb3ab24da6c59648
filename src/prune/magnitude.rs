//! Pruning by a cut on magnitude.

use super::rank::ascending;
use crate::nn::{Mask, Mlp};

/// The mask that prunes |w| < f32(threshold) and nothing else, whatever layer the weight is in.
pub fn below_threshold(mlp: &Mlp, threshold: f64) -> Mask {
    let mut mask = Mask::full(mlp);
    let cut = threshold as f32;
    mask.kept_mut().iter_mut().zip(mlp.weights()).for_each(|(kept, w)| *kept = w.abs() >= cut);
    mask
}

/// The weights by magnitude, smallest first; among equals the lower index first.
pub fn by_magnitude(mlp: &Mlp) -> Vec<usize> {
    let magnitudes: Vec<f32> = mlp.weights().map(f32::abs).collect();
    ascending(&magnitudes)
}

/// How many of `magnitudes`, which are ascending, are below f32(threshold): the k that a threshold selects.
pub fn count_below(magnitudes: &[f32], threshold: f64) -> usize {
    let cut = threshold as f32;
    magnitudes.partition_point(|&magnitude| magnitude < cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Mlp};
    use crate::random::Generator;

    #[test]
    fn a_threshold_selects_the_first_k_by_magnitude() {
        let mut mlp = Mlp::init(&[5, 7, 3], Activation::Relu, &mut Generator::new(5));
        // Equal magnitudes, of either sign, and zeros.
        mlp.weights_mut().for_each(|w| *w = (*w * 8.0).round() / 8.0);
        let weights: Vec<f32> = mlp.weights().collect();
        let order = by_magnitude(&mlp);
        let key = |&index: &usize| (weights[index].abs().to_bits(), index);
        assert!(order.is_sorted_by(|a, b| key(a) < key(b)));
        let magnitudes: Vec<f32> = order.iter().map(|&index| weights[index].abs()).collect();
        for threshold in [0.0, 1e-9, 0.1, 0.125, f64::from(0.125f32.next_up()), 0.25, 0.3, 1.0, 1e30] {
            let mut kept = vec![true; weights.len()];
            order[..count_below(&magnitudes, threshold)].iter().for_each(|&index| kept[index] = false);
            assert_eq!(kept, below_threshold(&mlp, threshold).kept(), "{threshold}");
        }
        // 0.1 in double precision is below 0.1 in single precision, which is where the cut is.
        assert_eq!(count_below(&[0.1], 0.1), 0);
    }
}
