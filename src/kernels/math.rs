//! Scalar functions of single precision on top of `libm`, whose bits do not depend on the platform.

/// 1 / (1 + e⁻ᶻ), in [0, 1].
pub fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-z))
}

/// tanh z, in [-1, 1].
pub fn tanh(z: f32) -> f32 {
    libm::tanhf(z)
}

/// max(ln p, -100), as PyTorch's `BCELoss` clamps it. NaN stays NaN.
pub fn log_clamped(p: f32) -> f32 {
    clamp(libm::logf(p))
}

/// max(ln(1 - p), -100), as PyTorch's `BCELoss` clamps it. NaN stays NaN.
pub fn log1p_clamped(p: f32) -> f32 {
    clamp(libm::log1pf(-p))
}

// Not `f32::max`: that would turn NaN into -100 and hide a training that diverged.
fn clamp(log: f32) -> f32 {
    if log < -100.0 { -100.0 } else { log }
}

/// Replaces each logit zᵢ by ln softmax(z)ᵢ = zᵢ - max z - ln Σ e^(zⱼ - max z).
pub fn log_softmax(logits: &mut [f32]) {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for z in logits.iter_mut() {
        *z -= max;
        sum += libm::expf(*z);
    }
    let log_sum = libm::logf(sum);
    for z in logits {
        *z -= log_sum;
    }
}
