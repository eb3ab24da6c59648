//! Adam, AdamW and stochastic gradient descent, with PyTorch's parameters by PyTorch's names.

use serde::{Deserialize, Serialize};

use super::Mlp;
use crate::error::{Result, require};
use crate::kernels::{Lanes, Native};
use crate::read::json_fields;

/// An update rule and its settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Optimizer {
    /// Weight decay is added to the gradient (L2).
    Adam(Adam),
    /// Weight decay shrinks the weights directly.
    AdamW(Adam),
    Sgd(Sgd),
}

/// The settings of `torch.optim.Adam` and `AdamW`.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam {
    pub lr: f64,
    pub betas: [f64; 2],
    pub eps: f64,
    pub weight_decay: f64,
    pub amsgrad: bool,
}

/// The settings of `torch.optim.SGD`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sgd {
    pub lr: f64,
    pub momentum: f64,
    pub dampening: f64,
    pub weight_decay: f64,
    pub nesterov: bool,
}

json_fields!(Adam { lr, betas, eps, weight_decay, amsgrad });
json_fields!(Sgd { lr, momentum, dampening, weight_decay, nesterov });

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

    /// Moves the parameters one step against `gradient`, one number for each in the order of [`Mlp::params`].
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
        let n = mlp.total_params();
        state.first.resize(n, 0.0);
        state.second.resize(n, 0.0);
        state.second_max.resize(if self.amsgrad { n } else { 0 }, 0.0);

        let [beta1, beta2] = self.betas;
        let t = state.step as f64;
        // In single precision 1 - 0.999 would be off by 1.3e-5.
        let bias1 = 1.0 - libm::pow(beta1, t);
        let bias2 = 1.0 - libm::pow(beta2, t);
        let splat = |value: f64| Native::splat(value as f32);
        let (step_size, bias2_root, eps) = (splat(-(self.lr / bias1)), splat(bias2.sqrt()), splat(self.eps));
        let (mean_weight, mean_keep) = (splat(1.0 - beta1), Native::splat(1.0 - (1.0 - beta1) as f32));
        let (square_weight, square_keep) = (splat(1.0 - beta2), splat(beta2));
        let (decay, shrink) = (splat(self.weight_decay), splat(1.0 - self.lr * self.weight_decay));
        // torch.lerp starts from the nearer end.
        let from_mean = ((1.0 - beta1) as f32) < 0.5;

        // The moments and the step; the square to divide by is left to the caller.
        let moments = |p: Native, g: Native, m: Native, v: Native| {
            let (p, g) = if decoupled { (p.mul(shrink), g) } else { (p, g.add(decay.mul(p))) };
            let way = g.sub(m);
            let m = if from_mean { m.add(mean_weight.mul(way)) } else { g.sub(way.mul(mean_keep)) };
            (p, m, v.mul(square_keep).add(square_weight.mul(g).mul(g)))
        };
        let moved =
            |p: Native, m: Native, square: Native| p.add(step_size.mul(m).div(square.sqrt().div(bias2_root).add(eps)));
        let OptimizerState { first, second, second_max, .. } = state;
        if self.amsgrad {
            update(mlp, gradient, [first, second, second_max], |p, g, [m, v, max]| {
                let (p, m, v) = moments(p, g, m, v);
                let max = max.or_at_least(v);
                (moved(p, m, max), [m, v, max])
            });
        } else {
            update(mlp, gradient, [first, second], |p, g, [m, v]| {
                let (p, m, v) = moments(p, g, m, v);
                (moved(p, m, v), [m, v])
            });
        }
    }
}

impl Sgd {
    fn step(&self, mlp: &mut Mlp, gradient: &[f32], state: &mut OptimizerState) {
        let splat = |value: f64| Native::splat(value as f32);
        let (lr, momentum, decay) = (splat(self.lr), splat(self.momentum), splat(self.weight_decay));
        let damping = splat(1.0 - self.dampening);
        let decayed = |p: Native, g: Native| g.add(decay.mul(p));
        if self.momentum == 0.0 {
            update(mlp, gradient, [], |p, g, []| (p.sub(lr.mul(decayed(p, g))), []));
            return;
        }
        let first_step = state.first.is_empty();
        state.first.resize(mlp.total_params(), 0.0);
        update(mlp, gradient, [&mut state.first], |p, g, [buffer]| {
            let g = decayed(p, g);
            let buffer = if first_step { g } else { buffer.mul(momentum).add(damping.mul(g)) };
            let g = if self.nesterov { g.add(momentum.mul(buffer)) } else { buffer };
            (p.sub(lr.mul(g)), [buffer])
        });
    }
}

/// Applies `rule` to every parameter, its gradient, and what each of `slots` remembers of it: it returns the parameter
/// and the memories anew.
///
/// # Shapes
/// `gradient` and each slot: one number a parameter, in the order of [`Mlp::params`].
fn update<const S: usize>(
    mlp: &mut Mlp,
    gradient: &[f32],
    mut slots: [&mut Vec<f32>; S],
    rule: impl Fn(Native, Native, [Native; S]) -> (Native, [Native; S]),
) {
    let mut start = 0;
    for params in mlp.params_mut() {
        for quad in (0..params.len()).step_by(4) {
            let (n, at) = (4.min(params.len() - quad), start + quad);
            let memories = std::array::from_fn(|slot| load(slots[slot], at, n));
            let (p, memories) = rule(load(params, quad, n), load(gradient, at, n), memories);
            store(p, params, quad, n);
            memories.into_iter().zip(&mut slots).for_each(|(memory, slot)| store(memory, slot, at, n));
        }
        start += params.len();
    }
}

/// `n` numbers, at most four, and zeros.
#[inline(always)]
fn load(numbers: &[f32], at: usize, n: usize) -> Native {
    match numbers[at..].first_chunk::<4>() {
        Some(quad) if n == 4 => Native::load(quad),
        _ => {
            let mut quad = [0.0; 4];
            quad[..n].copy_from_slice(&numbers[at..at + n]);
            Native::load(&quad)
        }
    }
}

#[inline(always)]
fn store(lanes: Native, numbers: &mut [f32], at: usize, n: usize) {
    match numbers[at..].first_chunk_mut::<4>() {
        Some(quad) if n == 4 => lanes.store(quad),
        _ => {
            let mut quad = [0.0; 4];
            lanes.store(&mut quad);
            numbers[at..at + n].copy_from_slice(&quad[..n]);
        }
    }
}
