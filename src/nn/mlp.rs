//! The network itself: a list of dense layers.

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::backprop::relu;
use crate::kernels::{Lanes, tanh};
use crate::random::Generator;
use crate::read::json_names;

/// The nonlinearity after a hidden layer's affine map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    Relu,
    Tanh,
}

json_names!(Activation { Relu: "relu", Tanh: "tanh" });

impl Activation {
    /// Its value at each lane.
    #[inline(always)]
    pub fn at<V: Lanes>(self, z: V) -> V {
        match self {
            Activation::Relu => relu(z),
            Activation::Tanh => tanh(z),
        }
    }
}

/// One dense layer: `activation(x · weightᵀ + bias)`.
///
/// # Shapes
/// `weight`: (out, in) in row-major order, `bias`: (out).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    pub weight: Array2<f32>,
    pub bias: Array1<f32>,
    /// None for the output layer, whose logits go to the [`Task`](super::Task).
    pub activation: Option<Activation>,
}

impl Layer {
    pub fn outputs(&self) -> usize {
        self.weight.nrows()
    }

    pub fn inputs(&self) -> usize {
        self.weight.ncols()
    }

    /// The weights, (out, in) row-major.
    pub fn weights(&self) -> &[f32] {
        self.weight.as_slice().expect("row-major parameters")
    }

    pub fn biases(&self) -> &[f32] {
        self.bias.as_slice().expect("row-major parameters")
    }
}

/// A multilayer perceptron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mlp {
    pub layers: Vec<Layer>,
}

impl Mlp {
    /// A network of widths `sizes` (input, hidden …, output) with PyTorch's default initialisation of `Linear`:
    /// layer by layer, weight then bias, both uniform in ±1/√fan_in.
    ///
    /// # Source
    /// `torch/nn/modules/linear.py` and `torch/nn/init.py` (`kaiming_uniform_` with a = √5). The weight's bound is
    /// computed as there, √3 · (√(2 / (1 + a²)) / √fan_in) in f64: its last bit matters.
    pub fn init(sizes: &[usize], activation: Activation, generator: &mut Generator) -> Self {
        let last = sizes.len() - 2;
        let layers = sizes.windows(2).enumerate().map(|(i, pair)| {
            let (fan_in, fan_out) = (pair[0], pair[1]);
            let gain = (2.0 / (1.0 + 5f64.sqrt() * 5f64.sqrt())).sqrt();
            let root = (fan_in as f64).sqrt();
            let (weight_bound, bias_bound) = (3f64.sqrt() * (gain / root), 1.0 / root);
            let mut weight = Array2::zeros((fan_out, fan_in));
            let mut bias = Array1::zeros(fan_out);
            generator.uniform(contiguous(&mut weight), -weight_bound, weight_bound);
            generator.uniform(contiguous(&mut bias), -bias_bound, bias_bound);
            Layer { weight, bias, activation: (i < last).then_some(activation) }
        });
        Mlp { layers: layers.collect() }
    }

    /// The network of widths `sizes` whose tensors, in the order of [`Mlp::params`], are `params` one after the other.
    pub fn of(sizes: &[usize], activation: Activation, params: &[f32]) -> Self {
        let layer = |pair: &[usize]| Layer {
            weight: Array2::zeros((pair[1], pair[0])),
            bias: Array1::zeros(pair[1]),
            activation: Some(activation),
        };
        let mut mlp = Mlp { layers: sizes.windows(2).map(layer).collect() };
        mlp.layers.last_mut().expect("at least one layer").activation = None;
        assert_eq!(mlp.total_params(), params.len(), "parameters of {sizes:?}");
        let mut rest = params;
        for tensor in mlp.params_mut() {
            let (own, others) = rest.split_at(tensor.len());
            tensor.copy_from_slice(own);
            rest = others;
        }
        mlp
    }

    /// Every weight and bias, pruned or not.
    pub fn total_params(&self) -> usize {
        self.layers.iter().map(|layer| layer.weight.len() + layer.bias.len()).sum()
    }

    /// The weights and biases that are not zero.
    pub fn nonzero_params(&self) -> usize {
        self.params().flatten().filter(|&&p| p != 0.0).count()
    }

    /// The number of weights of all layers, biases left out.
    pub fn n_weights(&self) -> usize {
        self.layers.iter().map(|layer| layer.weight.len()).sum()
    }

    /// All weights of all layers, concatenated row-major: the order of a [`Mask`](super::Mask).
    pub fn weights(&self) -> impl Iterator<Item = f32> {
        self.layers.iter().flat_map(|layer| layer.weight.iter().copied())
    }

    /// All weights, to change them, in the order of [`Mlp::weights`].
    pub fn weights_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.layers.iter_mut().flat_map(|layer| layer.weight.iter_mut())
    }

    /// The biases of all layers, concatenated.
    pub fn biases(&self) -> impl Iterator<Item = f32> {
        self.layers.iter().flat_map(|layer| layer.bias.iter().copied())
    }

    /// All biases, to change them, in the order of [`Mlp::biases`].
    pub fn biases_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.layers.iter_mut().flat_map(|layer| layer.bias.iter_mut())
    }

    /// Every tensor in order: weight and bias of the first layer, of the second, …
    pub fn params(&self) -> impl Iterator<Item = &[f32]> {
        self.layers.iter().flat_map(|layer| [layer.weights(), layer.biases()])
    }

    /// Every tensor in the order of [`Mlp::params`], to change it.
    pub fn params_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.layers.iter_mut().flat_map(|layer| [contiguous(&mut layer.weight), contiguous(&mut layer.bias)])
    }

    /// Whether every parameter is a finite number.
    pub fn is_finite(&self) -> bool {
        self.params().flatten().all(|p| p.is_finite())
    }
}

fn contiguous<D: ndarray::Dimension>(array: &mut ndarray::Array<f32, D>) -> &mut [f32] {
    array.as_slice_mut().expect("row-major parameters")
}
