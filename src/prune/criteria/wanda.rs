//! Weights and activations.

use super::Calibration;
use crate::kernels::STRIDE;

/// |w|·‖x‖₂, x what the weight's input is over the rows. It is made to be compared within an output row: all weights of one
/// row see the same output.
///
/// # Source
/// Sun et al., *A Simple and Effective Pruning Approach for Large Language Models* (2024), equation 1.
pub fn wanda(data: &Calibration) -> Vec<f32> {
    let layers = &data.mlp.layers;
    let mut squares: Vec<Vec<f64>> = layers.iter().map(|layer| vec![0.0; layer.inputs()]).collect();
    data.each_input(|layer, inputs, rows| {
        for (sum, x) in squares[layer].iter_mut().zip(inputs.chunks(STRIDE)) {
            *sum = x[..rows].iter().fold(*sum, |sum, &x| sum + f64::from(x) * f64::from(x));
        }
    });
    let mut scores = Vec::with_capacity(data.mlp.n_weights());
    for (layer, squares) in layers.iter().zip(squares) {
        let norms: Vec<f64> = squares.into_iter().map(f64::sqrt).collect();
        let weights = layer.weights().iter().zip(norms.iter().cycle());
        scores.extend(weights.map(|(&w, norm)| (f64::from(w.abs()) * norm) as f32));
    }
    scores
}
