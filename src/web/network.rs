//! A finished run's network, pruned anywhere on the page's own instance.

use wasm_bindgen::prelude::*;

use super::{JsError, Result, integers};
use crate::nn::{Activation, Mlp, Task};
use crate::prune::{self, Pruned, Size, effective_params};

/// A trained network that the first so many weights of an order have left.
#[wasm_bindgen]
pub struct Network(Pruned);

#[wasm_bindgen]
impl Network {
    /// The network of widths `sizes`, before its first weight leaves. `params`: weight (row-major) and bias of the first
    /// layer, of the second, …; `order`: the weights as they leave, layer by layer.
    #[wasm_bindgen(constructor)]
    pub fn new(sizes: &[u32], activation: &str, params: &[f32], order: &[u32]) -> Result<Network> {
        let activation = match activation {
            "relu" => Activation::Relu,
            "tanh" => Activation::Tanh,
            other => return Err(JsError::new(&format!("activation must be relu or tanh, got {other}")).into()),
        };
        let [sizes, order] = [sizes, order].map(|values| values.iter().map(|&v| v as usize).collect::<Vec<_>>());
        let task = Task::classification(sizes.last().map_or(2, |&outputs| outputs.max(2)));
        Ok(Network(Pruned::new(Mlp::of(&sizes, activation, params), task, &order)))
    }

    /// Takes out the first `k` weights and brings back the others.
    pub fn cut(&mut self, k: usize) {
        self.0.cut(k);
    }

    /// Row by row the probability of class 1 (two classes) or of each class (more).
    pub fn outputs(&mut self, features: &[f32]) -> Vec<f32> {
        self.0.predict(features).0
    }

    /// The class that each row is taken for.
    pub fn classes(&mut self, features: &[f32]) -> Vec<u32> {
        integers(&self.0.predict(features).1)
    }

    /// Weight and bias of each layer, zeros included.
    #[wasm_bindgen(getter)]
    pub fn params(&self) -> Vec<f32> {
        self.0.mlp().params().flatten().copied().collect()
    }

    /// The same of the network without its dead neurons.
    #[wasm_bindgen(getter, js_name = compactedParams)]
    pub fn compacted_params(&self) -> Vec<f32> {
        self.0.compacted().params().flatten().copied().collect()
    }

    #[wasm_bindgen(getter, js_name = nonzeroParams)]
    pub fn nonzero_params(&self) -> usize {
        self.0.mlp().nonzero_params()
    }

    #[wasm_bindgen(getter, js_name = effectiveParams)]
    pub fn effective_params(&self) -> usize {
        effective_params(self.0.mlp())
    }

    /// Bytes dense, as CSR and as bitmap, multiply-adds a row dense and without zeros; then of the network without its
    /// dead neurons its parameters, bytes and multiply-adds.
    #[wasm_bindgen(getter)]
    pub fn size(&self) -> Vec<u32> {
        let (size, compacted) = (Size::of(self.0.mlp()), self.0.compacted());
        let Size { dense_bytes, csr_bytes, bitmap_bytes, multiply_adds, nonzero_multiply_adds } = size;
        let small = Size::of(&compacted);
        let compacted = [compacted.total_params(), small.dense_bytes, small.multiply_adds];
        integers(
            &[&[dense_bytes, csr_bytes, bitmap_bytes, multiply_adds, nonzero_multiply_adds], &compacted[..]].concat(),
        )
    }

    /// The network as it is cut now, in each form, to take the same rows.
    pub fn forms(&self, features: &[f32]) -> Forms {
        Forms(prune::Forms::new(self.0.mlp(), features))
    }
}

/// A pruned network in the forms that it can be kept in. Each function takes all rows once, to be timed.
#[wasm_bindgen]
pub struct Forms(prune::Forms);

#[wasm_bindgen]
impl Forms {
    pub fn dense(&mut self) -> f32 {
        self.0.dense()
    }

    pub fn sparse(&mut self) -> f32 {
        self.0.sparse()
    }

    pub fn compacted(&mut self) -> f32 {
        self.0.compacted()
    }
}
