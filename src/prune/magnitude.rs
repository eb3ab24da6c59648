//! Pruning by a cut on magnitude.

use crate::nn::{Mask, Mlp};

/// The mask that prunes |w| < f32(threshold) and nothing else, whatever layer the weight is in.
pub fn below_threshold(mlp: &Mlp, threshold: f64) -> Mask {
    let mut mask = Mask::full(mlp);
    let cut = threshold as f32;
    mask.kept_mut().iter_mut().zip(mlp.weights()).for_each(|(kept, w)| *kept = w.abs() >= cut);
    mask
}
