//! Burn on its ndarray backend: its own layers, loss, gradients and optimiser.

use burn::backend::{Autodiff, NdArray};
use burn::module::{AutodiffModule, Module};
use burn::nn::loss::{BinaryCrossEntropyLoss, BinaryCrossEntropyLossConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsParams, Optimizer};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::backend::Backend;
use burn::tensor::{ElementConversion, Int, Tensor, TensorData};
use wasm_bindgen::prelude::*;

use crate::{HIDDEN, LR, ends};

type Inner = NdArray<f32>;
type Training = Autodiff<Inner>;

#[derive(Module, Debug)]
struct Mlp<B: Backend> {
    hidden: Linear<B>,
    output: Linear<B>,
}

impl<B: Backend> Mlp<B> {
    fn logits(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        self.output.forward(relu(self.hidden.forward(x)))
    }
}

#[wasm_bindgen(js_name = Burn)]
pub struct Burn {
    x: Tensor<Training, 2>,
    y: Tensor<Training, 1, Int>,
    test: Tensor<Inner, 2>,
    mlp: Option<Mlp<Training>>,
    optimizer: OptimizerAdaptor<Adam, Mlp<Training>, Training>,
    loss: BinaryCrossEntropyLoss<Training>,
}

#[wasm_bindgen]
impl Burn {
    /// An untrained network and its rows: `x` and `test` (rows × features), `y` 0 or 1.
    #[wasm_bindgen(constructor)]
    pub fn new(x: Vec<f32>, y: Vec<f32>, test: Vec<f32>) -> Self {
        let device = Default::default();
        Training::seed(&device, 42);
        let features = x.len() / y.len();
        let rows = |data: Vec<f32>| TensorData::new(data.clone(), [data.len() / features, features]);
        let labels: Vec<i64> = y.iter().map(|&y| y as i64).collect();
        Burn {
            x: Tensor::from_data(rows(x), &device),
            y: Tensor::from_data(labels.as_slice(), &device),
            test: Tensor::from_data(rows(test), &device),
            mlp: Some(Mlp {
                hidden: LinearConfig::new(features, HIDDEN).init(&device),
                output: LinearConfig::new(HIDDEN, 1).init(&device),
            }),
            optimizer: AdamConfig::new().with_epsilon(1e-8).init(),
            loss: BinaryCrossEntropyLossConfig::new().init(&device),
        }
    }

    pub fn train(&mut self, epochs: usize) -> Vec<f32> {
        ends(epochs, |_| self.step())
    }

    /// How many test rows are in class 1 after cutting all weights below each of `thresholds`.
    pub fn sweep(&self, thresholds: &[f32]) -> Vec<usize> {
        let mlp = self.mlp.as_ref().expect("a network").valid();
        let positive = |&threshold: &f32| {
            let mut cut = mlp.clone();
            for layer in [&mut cut.hidden, &mut cut.output] {
                layer.weight = layer.weight.clone().map(|w| w.clone().mask_fill(w.abs().lower_elem(threshold), 0.0));
            }
            let positive = cut.logits(self.test.clone()).greater_elem(0.0);
            positive.int().sum().into_scalar().elem::<i64>() as usize
        };
        thresholds.iter().map(positive).collect()
    }

    fn step(&mut self) -> f32 {
        let mlp = self.mlp.take().expect("a network");
        let p = sigmoid(mlp.logits(self.x.clone())).squeeze_dim(1);
        let loss = self.loss.forward(p, self.y.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
        self.mlp = Some(self.optimizer.step(LR, mlp, gradients));
        loss.into_scalar()
    }
}
