//! What a network weighs and costs.

use crate::nn::Mlp;

/// The costs of one network: bytes of its parameters by format, and multiply-adds of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Every parameter in single precision.
    pub dense_bytes: usize,
    /// Weights in compressed sparse rows, biases dense. A column takes one byte where a layer has at most 256 inputs,
    /// two up to 65536, else four; the start of a row, and the end of the last, four.
    pub csr_bytes: usize,
    /// A bit for each weight, padded to whole bytes layer by layer, the weights that are not zero, and the biases.
    pub bitmap_bytes: usize,
    /// Of a network that multiplies zeros too.
    pub multiply_adds: usize,
    /// Of a network that leaves zeros out.
    pub nonzero_multiply_adds: usize,
}

impl Size {
    pub fn of(mlp: &Mlp) -> Self {
        let mut size =
            Size { dense_bytes: 0, csr_bytes: 0, bitmap_bytes: 0, multiply_adds: 0, nonzero_multiply_adds: 0 };
        for layer in &mlp.layers {
            let (weights, biases) = (layer.weight.len(), layer.bias.len());
            let nonzero = layer.weight.iter().filter(|&&w| w != 0.0).count();
            let column = match layer.inputs() {
                0..=0x100 => 1,
                0x101..=0x1_0000 => 2,
                _ => 4,
            };
            size.dense_bytes += 4 * (weights + biases);
            size.csr_bytes += (4 + column) * nonzero + 4 * (layer.outputs() + 1) + 4 * biases;
            size.bitmap_bytes += weights.div_ceil(8) + 4 * nonzero + 4 * biases;
            size.multiply_adds += weights;
            size.nonzero_multiply_adds += nonzero;
        }
        size
    }

    /// Dense multiply-adds / multiply-adds with non-zero weights; `None` when no weight is left.
    pub fn theoretical_speedup(&self) -> Option<f64> {
        (self.nonzero_multiply_adds > 0).then(|| self.multiply_adds as f64 / self.nonzero_multiply_adds as f64)
    }
}
