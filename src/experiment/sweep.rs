//! The levels of a sweep: what each cuts from the trained network.

use super::config::{By, Criterion, Prune, Scope};
use super::report::{Level, Scores};
use crate::error::Result;
use crate::nn::Mlp;
use crate::prune::{Amount, Mask, below_threshold, effective_params, l1_unstructured, random_unstructured};
use crate::random::Generator;

/// A level before it is evaluated.
pub(super) struct Cut {
    /// As [`Level`] reports them.
    amount: f64,
    threshold: Option<f64>,
    sparsity: f64,
    /// The pruned copy of the trained network.
    pub mlp: Mlp,
}

impl Cut {
    /// The level at `value` on the scale `prune.levels.by`.
    pub fn new(prune: &Prune, mlp: &Mlp, value: f64) -> Result<Self> {
        let mask = level_mask(prune, mlp, value)?;
        let single_cut = prune.criterion == Criterion::Magnitude && prune.scope == Scope::Global;
        let (amount, threshold) = match prune.levels.by {
            By::Amount => (value, if single_cut { smallest_kept(mlp, &mask) } else { None }),
            By::Threshold => (mask.n_pruned() as f64 / mlp.n_weights() as f64, Some(value)),
        };
        let mlp = mask.applied(mlp);
        let zeros = mlp.weights().filter(|&w| w == 0.0).count();
        Ok(Cut { amount, threshold, sparsity: zeros as f64 / mlp.n_weights() as f64, mlp })
    }

    /// The level with how its network does.
    pub fn level(&self, scores: Scores) -> Level {
        let (total_params, nonzero_params) = (self.mlp.total_params(), self.mlp.nonzero_params());
        Level {
            amount: self.amount,
            threshold: self.threshold,
            sparsity: self.sparsity,
            total_params,
            nonzero_params,
            effective_params: effective_params(&self.mlp),
            compression_ratio: (nonzero_params > 0).then(|| total_params as f64 / nonzero_params as f64),
            scores,
        }
    }
}

/// What the level at `value` on the scale `prune.levels.by` keeps of the trained network.
///
/// # Errors
/// An amount outside [0, 1].
pub fn level_mask(prune: &Prune, mlp: &Mlp, value: f64) -> Result<Mask> {
    match prune.levels.by {
        By::Amount => by_amount(prune, mlp, value),
        By::Threshold => Ok(below_threshold(mlp, value)),
    }
}

fn by_amount(prune: &Prune, mlp: &Mlp, amount: f64) -> Result<Mask> {
    let weights: Vec<f32> = mlp.weights().collect();
    let mut mask = Mask::full(mlp);
    let scopes = match prune.scope {
        Scope::Global => std::iter::once(0..weights.len()).collect(),
        Scope::Layer => mask.layers(),
    };
    // A fresh stream at each level, so that a higher level cuts what a lower one does and more; but where a layer's
    // count rounds to 0, PyTorch draws nothing for it, and the layers after it get other draws.
    let mut generator = Generator::new(prune.seed);
    for scope in scopes {
        let kept = &mut mask.kept_mut()[scope.clone()];
        match prune.criterion {
            Criterion::Magnitude => l1_unstructured(&weights[scope], kept, Amount::Fraction(amount))?,
            Criterion::Random => random_unstructured(kept, Amount::Fraction(amount), &mut generator)?,
        }
    }
    Ok(mask)
}

/// The smallest magnitude kept, where `|w| <` it tells the pruned weights from the kept ones.
fn smallest_kept(mlp: &Mlp, mask: &Mask) -> Option<f64> {
    let magnitudes =
        |wanted: bool| mlp.weights().zip(mask.kept()).filter(move |&(_, &kept)| kept == wanted).map(|(w, _)| w.abs());
    let smallest = magnitudes(true).reduce(f32::min)?;
    magnitudes(false).all(|pruned| pruned < smallest).then_some(f64::from(smallest))
}
