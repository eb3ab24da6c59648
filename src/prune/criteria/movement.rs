//! Which way the weights move while they are learned.

use crate::nn::Mlp;

/// -Σ g·w over the steps of a training that were recorded, g the gradient of a batch's loss at the weights w before its
/// step: above 0 where the gradient drives a weight away from zero, below 0 where it drives it towards zero, whatever its
/// size. Under plain gradient descent with rate η it is Σ w·Δw / η; with another optimiser it is still the gradient's
/// drive that is summed, not the step taken. It is not the growth of |w| between two snapshots.
///
/// # Source
/// Sanh, Wolf and Rush, *Movement Pruning: Adaptive Sparsity by Fine-Tuning* (2020), S = -α·Σ ∂L/∂W·W without
/// the constant α. There a straight-through mask is on meanwhile; here the network trains as it is.
#[derive(Clone)]
pub struct Movement {
    /// Before the next step, in the order of [`Mlp::params`].
    before: Vec<f32>,
    sums: Vec<f64>,
}

impl Movement {
    /// Starts before a step of a training that stands at `mlp`.
    pub fn new(mlp: &Mlp) -> Self {
        Movement { before: mlp.params().flatten().copied().collect(), sums: vec![0.0; mlp.total_params()] }
    }

    /// Adds the step that led to `mlp` by `gradient`, which is in the order of [`Mlp::params`]: that of
    /// [`Trainer::gradient`](crate::nn::Trainer::gradient) whenever a batch is done.
    pub fn record(&mut self, mlp: &Mlp, gradient: &[f32]) {
        assert_eq!(gradient.len(), self.sums.len(), "a derivative for each parameter");
        let params = mlp.params().flatten();
        for (((sum, before), &g), &after) in self.sums.iter_mut().zip(&mut self.before).zip(gradient).zip(params) {
            *sum -= f64::from(g) * f64::from(*before);
            *before = after;
        }
    }

    /// The sum for each weight of `mlp`, in the order of [`Mlp::weights`].
    pub fn scores(&self, mlp: &Mlp) -> Vec<f32> {
        let mut scores = Vec::with_capacity(mlp.n_weights());
        let mut rest = self.sums.as_slice();
        for layer in &mlp.layers {
            let (own, others) = rest.split_at(layer.weight.len());
            scores.extend(own.iter().map(|&sum| sum as f32));
            rest = &others[layer.outputs()..];
        }
        scores
    }
}
