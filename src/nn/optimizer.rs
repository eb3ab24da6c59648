//! Adam, AdamW and stochastic gradient descent, with PyTorch's parameters by PyTorch's names.

use serde::{Deserialize, Serialize};

use super::Mlp;
use crate::error::{Result, require};

/// An update rule and its settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Optimizer {
    /// Weight decay is added to the gradient (L2).
    Adam(Adam),
    /// Weight decay shrinks the weights directly.
    AdamW(Adam),
    Sgd(Sgd),
}

/// The settings of `torch.optim.Adam` and `AdamW`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    pub lr: f64,
    pub betas: [f64; 2],
    pub eps: f64,
    pub weight_decay: f64,
    pub amsgrad: bool,
}

/// The settings of `torch.optim.SGD`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sgd {
    pub lr: f64,
    pub momentum: f64,
    pub dampening: f64,
    pub weight_decay: f64,
    pub nesterov: bool,
}

impl Default for Optimizer {
    fn default() -> Self {
        Optimizer::Adam(Adam::default())
    }
}

impl Default for Adam {
    /// The defaults of `torch.optim.Adam`.
    fn default() -> Self {
        Adam { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.0, amsgrad: false }
    }
}

impl Adam {
    /// The defaults of `torch.optim.AdamW`.
    pub fn decoupled() -> Self {
        Adam { weight_decay: 1e-2, ..Adam::default() }
    }
}

impl Default for Sgd {
    /// The defaults of `torch.optim.SGD`.
    fn default() -> Self {
        Sgd { lr: 1e-3, momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false }
    }
}

/// What an optimiser remembers between steps: a value per parameter, in the order of [`Mlp::params`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OptimizerState {
    /// Steps taken.
    pub step: u64,
    /// Adam's mean of gradients; SGD's momentum buffer.
    pub first: Vec<f32>,
    /// Adam's mean of squared gradients.
    pub second: Vec<f32>,
    /// The largest `second` so far (amsgrad only).
    pub second_max: Vec<f32>,
}

impl Optimizer {
    /// # Errors
    /// The first setting that is out of range.
    pub fn check(&self) -> Result<()> {
        let within = |field, value: f64, max| {
            require((0.0..=max).contains(&value), field, format_args!("a number in [0, {max:e}]"), value)
        };
        match self {
            Optimizer::Adam(adam) | Optimizer::AdamW(adam) => {
                within("lr", adam.lr, 1e6)?;
                for beta in adam.betas {
                    require((0.0..1.0).contains(&beta), "betas", "two numbers in [0, 1)", format_args!("{beta}"))?;
                }
                within("eps", adam.eps, 1e6)?;
                within("weight_decay", adam.weight_decay, 1e6)
            }
            Optimizer::Sgd(sgd) => {
                within("lr", sgd.lr, 1e6)?;
                within("momentum", sgd.momentum, 1e6)?;
                within("dampening", sgd.dampening, 1e6)?;
                within("weight_decay", sgd.weight_decay, 1e6)?;
                let allowed = !sgd.nesterov || (sgd.momentum > 0.0 && sgd.dampening == 0.0);
                require(allowed, "nesterov", "false unless momentum is above 0 and dampening is 0", sgd.nesterov)
            }
        }
    }

    /// Moves the parameters one step against `gradient` (flat, in the order of [`Mlp::params`]).
    ///
    /// # Source
    /// `torch/optim/adam.py`, `adamw.py` and `sgd.py`, the single-tensor form: settings stay in double precision
    /// until they meet a tensor.
    pub fn step(&self, mlp: &mut Mlp, gradient: &[f32], state: &mut OptimizerState) {
        state.step += 1;
        match self {
            Optimizer::Adam(adam) => adam.step(false, mlp, gradient, state),
            Optimizer::AdamW(adam) => adam.step(true, mlp, gradient, state),
            Optimizer::Sgd(sgd) => sgd.step(mlp, gradient, state),
        }
    }
}

impl Adam {
    fn step(&self, decoupled: bool, mlp: &mut Mlp, gradient: &[f32], state: &mut OptimizerState) {
        state.first.resize(gradient.len(), 0.0);
        state.second.resize(gradient.len(), 0.0);
        state.second_max.resize(if self.amsgrad { gradient.len() } else { 0 }, 0.0);

        let [beta1, beta2] = self.betas;
        let t = state.step as f64;
        // In single precision 1 - 0.999 would be off by 1.3e-5.
        let bias1 = 1.0 - libm::pow(beta1, t);
        let bias2 = 1.0 - libm::pow(beta2, t);
        let step_size = -(self.lr / bias1) as f32;
        let bias2_root = bias2.sqrt() as f32;
        let eps = self.eps as f32;
        let mean_weight = (1.0 - beta1) as f32;
        let mean_keep = 1.0 - mean_weight;
        let (square_weight, square_keep) = ((1.0 - beta2) as f32, beta2 as f32);
        let decay = self.weight_decay as f32;
        let shrink = (1.0 - self.lr * self.weight_decay) as f32;

        let mut at = 0;
        for params in mlp.params_mut() {
            let range = at..at + params.len();
            at = range.end;
            let moments = state.first[range.clone()].iter_mut().zip(&mut state.second[range.clone()]);
            let largest = if self.amsgrad { &mut state.second_max[range.clone()] } else { &mut [][..] };
            for (i, ((p, &g), (m, v))) in params.iter_mut().zip(&gradient[range]).zip(moments).enumerate() {
                let g = if decoupled { g } else { g + decay * *p };
                if decoupled {
                    *p *= shrink;
                }
                // torch.lerp starts from the nearer end.
                *m = if mean_weight < 0.5 { *m + mean_weight * (g - *m) } else { g - (g - *m) * mean_keep };
                *v = *v * square_keep + square_weight * g * g;
                let mut square = *v;
                if let Some(max) = largest.get_mut(i) {
                    *max = if square > *max { square } else { *max };
                    square = *max;
                }
                let denominator = square.sqrt() / bias2_root + eps;
                *p += step_size * *m / denominator;
            }
        }
    }
}

impl Sgd {
    fn step(&self, mlp: &mut Mlp, gradient: &[f32], state: &mut OptimizerState) {
        let first_step = state.first.is_empty();
        if self.momentum != 0.0 {
            state.first.resize(gradient.len(), 0.0);
        }
        let (lr, momentum, decay) = (self.lr as f32, self.momentum as f32, self.weight_decay as f32);
        let damping = (1.0 - self.dampening) as f32;

        let mut at = 0;
        for params in mlp.params_mut() {
            for p in params {
                let mut g = gradient[at] + decay * *p;
                if let Some(buffer) = state.first.get_mut(at) {
                    *buffer = if first_step { g } else { *buffer * momentum + damping * g };
                    g = if self.nesterov { g + momentum * *buffer } else { *buffer };
                }
                *p -= lr * g;
                at += 1;
            }
        }
    }
}
