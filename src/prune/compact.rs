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
    compact_by(mlp, &Paths::of(mlp))
}

/// [`compact`] of a network whose paths are known.
pub(super) fn compact_by(mlp: &Mlp, paths: &Paths) -> Mlp {
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
        layers.push(part(layer, &bias, &kept(i + 1, layer.outputs()), &kept(i, layer.inputs())));
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

/// The network without the neurons that lead to no output. It answers as `mlp` does to the last bit, for what they make is
/// multiplied by zero, if it is finite.
pub(super) fn heard(mlp: &Mlp, paths: &Paths) -> Mlp {
    let kept: Vec<Vec<usize>> = paths
        .to_output
        .iter()
        .enumerate()
        .map(|(level, heard)| (0..heard.len()).filter(|&n| level == 0 || heard[n]).collect())
        .collect();
    let layers = mlp.layers.iter().zip(kept.windows(2));
    Mlp { layers: layers.map(|(layer, kept)| part(layer, &layer.bias, &kept[1], &kept[0])).collect() }
}

/// Some of a layer's outputs, of some of its inputs.
fn part(layer: &Layer, bias: &Array1<f32>, outputs: &[usize], inputs: &[usize]) -> Layer {
    Layer {
        weight: Array2::from_shape_fn((outputs.len(), inputs.len()), |(n, k)| layer.weight[(outputs[n], inputs[k])]),
        bias: outputs.iter().map(|&n| bias[n]).collect(),
        activation: layer.activation,
    }
}

/// What a neuron makes of the pre-activation `z`.
fn value(activation: Option<Activation>, z: f32) -> f32 {
    let mut lanes = [z; 4];
    if let Some(activation) = activation {
        activation.at(Scalar::splat(z)).store(&mut lanes);
    }
    lanes[0]
}
