//! How much is pruned when, if it is pruned while training.

/// The gradual schedule from `initial` to `target` sparsity over `n` prunings, every `dt` steps from step `t0` on.
///
/// # Source
/// Zhu and Gupta, *To prune, or not to prune* (2017), equation 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CubicSchedule {
    pub initial: f64,
    pub target: f64,
    pub t0: f64,
    pub n: f64,
    pub dt: f64,
}

impl CubicSchedule {
    /// The sparsity at step t: s = target + (initial - target) · (1 - (t - t0)/(n·dt))³, constant before and after.
    pub fn sparsity(&self, t: f64) -> f64 {
        let left = (1.0 - (t - self.t0) / (self.n * self.dt)).clamp(0.0, 1.0);
        self.target + (self.initial - self.target) * (left * left * left)
    }
}
