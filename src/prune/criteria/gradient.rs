//! Criteria that expand the loss at the weights: to first order by its gradient, to second by the diagonal of its Fisher
//! information.

use super::Calibration;
use crate::nn::{Mlp, Part, Workspace, add_squared_gradients, backward};

/// |g·w|, g the gradient of the mean loss: how much the loss changes, to first order, when w alone goes to zero. Of a
/// network at its initialisation this is SNIP, whose scores are these divided by their sum.
///
/// # Source
/// Molchanov et al., *Pruning Convolutional Neural Networks for Resource Efficient Inference* (2017), for a weight instead
/// of a feature map; Lee, Ajanthan and Torr, *SNIP: Single-shot Network Pruning based on Connection Sensitivity* (2019).
pub fn taylor(data: &Calibration) -> Vec<f32> {
    let mut gradient = vec![0.0; data.mlp.total_params()];
    let mut workspace = Workspace::default();
    workspace.packed.pack_both(data.mlp);
    for (i, rows) in data.blocks().enumerate() {
        let part = Part { rows: data.rows.len(), first: i == 0 };
        backward(data.mlp, data.task, rows, part, &mut gradient, &mut workspace);
    }
    scores(data.mlp, &gradient, |w, g| (g * w).abs())
}

/// ½·F·w², F the mean over rows of the square of a row's own gradient: Optimal Brain Damage, by how much the loss grows to
/// second order when w alone goes to zero, at a minimum and with all but the diagonal of the Hessian neglected.
///
/// The diagonal is that of the *empirical* Fisher information, gradients taken at the labels the rows have. It costs one
/// backward pass, is never negative, and for a model that fits its data's distribution equals the expected Hessian. LeCun
/// et al. propagate second derivatives back instead; far from a fit the two differ, as rows that are wrong weigh more here.
///
/// # Source
/// LeCun, Denker and Solla, *Optimal Brain Damage* (1990), s = ½·h·w², with F for h as in Theis et al., *Faster gaze
/// prediction with dense networks and Fisher pruning* (2018).
pub fn fisher(data: &Calibration) -> Vec<f32> {
    let mut squares = vec![0.0; data.mlp.total_params()];
    let mut workspace = Workspace::default();
    workspace.packed.pack_both(data.mlp);
    for (i, rows) in data.blocks().enumerate() {
        add_squared_gradients(data.mlp, data.task, rows, i == 0, &mut squares, &mut workspace);
    }
    let n = data.rows.len() as f32;
    scores(data.mlp, &squares, |w, sum| 0.5 * (sum / n) * (w * w))
}

/// `score` of each weight and what stands for it in `params`, which is in the order of [`Mlp::params`].
fn scores(mlp: &Mlp, params: &[f32], score: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let mut scores = Vec::with_capacity(mlp.n_weights());
    let mut rest = params;
    for layer in &mlp.layers {
        let (own, others) = rest.split_at(layer.weight.len());
        scores.extend(layer.weights().iter().zip(own).map(|(&w, &value)| score(w, value)));
        rest = &others[layer.outputs()..];
    }
    scores
}
