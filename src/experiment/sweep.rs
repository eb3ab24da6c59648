//! The levels of a sweep: what each cuts from its network.

use super::config::{By, Prune};
use super::report::{Compaction, Level, Scores};
use super::selection::{Share, Units};
use super::way::Way;
use crate::nn::{Layer, Mask, Mlp, State};
use crate::prune::{Size, compact, effective_params, fed_layers};

/// A level before it is evaluated.
pub(super) struct Cut {
    /// As [`Level`] reports them.
    amount: f64,
    threshold: Option<f64>,
    sparsity: f64,
    epochs: usize,
    /// The pruned network.
    pub mlp: Mlp,
    /// What is left of it.
    pub compacted: Mlp,
}

impl Cut {
    /// The level at `value` on the scale of `prune`, at which `way` has arrived.
    pub fn of(prune: &Prune, way: &Way, value: f64) -> Self {
        let State { epoch, mlp, mask, .. } = &way.state;
        let (prunable, zeros) = Units::new(prune, mlp).prunable(mlp);
        let share = |count: usize| if prunable == 0 { 0.0 } else { count as f64 / prunable as f64 };
        let asked_for = prune.by() == By::Amount && !prune.granularity.is_of_neighbours();
        let pruned = mask.n_pruned() + mask.kept_biases().iter().filter(|&&kept| !kept).count();
        Cut {
            amount: if asked_for { value } else { share(pruned) },
            threshold: way.threshold,
            sparsity: share(zeros),
            epochs: *epoch,
            mlp: mlp.clone(),
            compacted: compact(mlp),
        }
    }

    /// The level, whose network does so, and whose compacted network answers otherwise by at most `difference` where the
    /// largest output is `largest_output`; `control` is how the unpruned network does that was trained for as long, where
    /// that is longer than it was before.
    pub fn level(&self, scores: Scores, control: Option<Scores>, [largest_output, difference]: [f64; 2]) -> Level {
        let (total_params, nonzero_params) = (self.mlp.total_params(), self.mlp.nonzero_params());
        let (size, compacted) = (Size::of(&self.mlp), Size::of(&self.compacted));
        Level {
            amount: self.amount,
            threshold: self.threshold,
            sparsity: self.sparsity,
            total_params,
            nonzero_params,
            effective_params: effective_params(&self.mlp),
            compression_ratio: (nonzero_params > 0).then(|| total_params as f64 / nonzero_params as f64),
            theoretical_speedup: size.theoretical_speedup(),
            layer_densities: self.mlp.layers.iter().map(density).collect(),
            collapse: self.collapse(),
            compaction: Compaction {
                params: [total_params, self.compacted.total_params()],
                multiply_adds: [size.multiply_adds, compacted.multiply_adds],
                bytes: [size.dense_bytes, compacted.dense_bytes],
                largest_output,
                largest_difference: difference,
            },
            epochs: self.epochs,
            scores,
            control,
        }
    }

    /// Where the way from the inputs to the outputs ends, if no output depends on an input any more.
    fn collapse(&self) -> Option<String> {
        let layer = fed_layers(&self.mlp);
        if layer == self.mlp.layers.len() {
            return None;
        }
        let what = if self.mlp.layers[layer].weight.iter().all(|&w| w == 0.0) {
            "no weight left"
        } else {
            "no weight left on a path from an input"
        };
        let (amount, layer) = ((1e4 * self.amount).round() / 1e4, layer + 1);
        Some(format!("at amount {amount} layer {layer} has {what}: the output no longer depends on the input"))
    }
}

fn density(layer: &Layer) -> f64 {
    layer.weight.iter().filter(|&&w| w != 0.0).count() as f64 / layer.weight.len() as f64
}

/// What the level at `value` on the scale of `prune` keeps of the trained network, whose weights have such scores (none,
/// where they go at random).
pub fn level_mask(prune: &Prune, mlp: &Mlp, scores: &[f32], value: f64) -> Mask {
    let mut mask = Mask::full(mlp);
    Units::new(prune, mlp).cut(scores, &mut mask, Share::at(prune, value));
    mask
}

/// The smallest magnitude kept of what may be pruned, where `|w| <` it tells the pruned weights from the kept ones.
pub(super) fn smallest_kept(prune: &Prune, mlp: &Mlp, mask: &Mask) -> Option<f64> {
    let layers = || mlp.layers.iter().zip(mask.layers()).enumerate().filter(|(i, _)| !prune.protect.contains(i));
    let all = || layers().flat_map(|(_, (layer, own))| layer.weights().iter().zip(&mask.kept()[own]));
    let magnitudes = |wanted: bool| all().filter(move |&(_, &kept)| kept == wanted).map(|(w, _)| w.abs());
    let smallest = magnitudes(true).reduce(f32::min)?;
    magnitudes(false).all(|pruned| pruned < smallest).then_some(f64::from(smallest))
}
