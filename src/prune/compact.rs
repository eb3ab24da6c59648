//! A pruned network without the neurons that no longer matter.

use ndarray::{Array1, Array2};

use super::live::Paths;
use crate::kernels::{Lanes, Scalar};
use crate::nn::{Activation, Layer, Mlp};

/// The network that gives the outputs of `mlp` without its dead neurons: hidden neurons without a path of non-zero
/// weights to an output are dropped, those without one from an input are constant and go into the biases that they
/// feed. Inputs and outputs stay. Where no path is left at all, it is one layer of zero weights whose biases are the
/// outputs.
///
/// A bias is summed in double precision, constants in ascending order, and rounded once.
pub fn compact(mlp: &Mlp) -> Mlp {
    let paths = Paths::of(mlp);
    let last = mlp.layers.len();
    let kept = |level: usize, width: usize| -> Vec<usize> {
        (0..width).filter(|&n| level == 0 || level == last || paths.live(level, n)).collect()
    };
    // What the constant neurons of the level below are; 0 for the others.
    let mut constants = vec![0.0; mlp.layers[0].inputs()];
    let mut layers = Vec::with_capacity(last);
    for (i, layer) in mlp.layers.iter().enumerate() {
        let folded = |n: usize| {
            let fed = layer.weight.row(n).into_iter().zip(&constants).map(|(&w, &c)| f64::from(w) * f64::from(c));
            (f64::from(layer.bias[n]) + fed.sum::<f64>()) as f32
        };
        let bias: Array1<f32> = (0..layer.outputs()).map(folded).collect();
        let (rows, columns) = (kept(i + 1, layer.outputs()), kept(i, layer.inputs()));
        layers.push(Layer {
            weight: Array2::from_shape_fn((rows.len(), columns.len()), |(n, k)| layer.weight[(rows[n], columns[k])]),
            bias: rows.iter().map(|&n| bias[n]).collect(),
            activation: layer.activation,
        });
        let constant = |n: usize| if paths.from_input[i + 1][n] { 0.0 } else { value(layer.activation, bias[n]) };
        constants = (0..layer.outputs()).map(constant).collect();
    }
    if layers.iter().all(|layer| layer.outputs() > 0) {
        return Mlp { layers };
    }
    let Some(Layer { bias, .. }) = layers.pop() else { unreachable!("a network has layers") };
    let weight = Array2::zeros((bias.len(), mlp.layers[0].inputs()));
    Mlp { layers: vec![Layer { weight, bias, activation: None }] }
}

/// What a neuron makes of the pre-activation `z`.
fn value(activation: Option<Activation>, z: f32) -> f32 {
    let mut lanes = [z; 4];
    if let Some(activation) = activation {
        activation.at(Scalar::splat(z)).store(&mut lanes);
    }
    lanes[0]
}
