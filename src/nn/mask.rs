//! Which weights are kept.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Mlp;

/// One flag for every weight of a network: kept or pruned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// Layers concatenated row-major, in the order of [`Mlp::weights`].
    kept: Vec<bool>,
    /// Where each layer's weights end in `kept`.
    ends: Vec<usize>,
}

impl Mask {
    /// Nothing pruned.
    pub fn full(mlp: &Mlp) -> Self {
        let ends = mlp.layers.iter().scan(0, |end, layer| {
            *end += layer.weight.len();
            Some(*end)
        });
        Mask { kept: vec![true; mlp.n_weights()], ends: ends.collect() }
    }

    /// All flags, layers concatenated row-major.
    pub fn kept(&self) -> &[bool] {
        &self.kept
    }

    /// All flags, to change them.
    pub fn kept_mut(&mut self) -> &mut [bool] {
        &mut self.kept
    }

    /// Where each layer's weights lie among the flags.
    pub fn layers(&self) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end).collect()
    }

    /// How many weights are pruned.
    pub fn n_pruned(&self) -> usize {
        self.kept.iter().filter(|&&kept| !kept).count()
    }

    /// Sets the pruned weights of `mlp` to zero.
    pub fn hold(&self, mlp: &mut Mlp) {
        // Found 16 at a time where nothing is pruned, which is most of a training.
        if memchr::memchr(u8::from(false), bytemuck::cast_slice(&self.kept)).is_none() {
            return;
        }
        let mut rest = self.kept.as_slice();
        for layer in &mut mlp.layers {
            let (kept, others) = rest.split_at(layer.weight.len());
            rest = others;
            layer.weight.iter_mut().zip(kept).for_each(|(w, &kept)| *w = if kept { *w } else { 0.0 });
        }
    }

    /// The pruned copy of `mlp`.
    pub fn applied(&self, mlp: &Mlp) -> Mlp {
        let mut pruned = mlp.clone();
        self.hold(&mut pruned);
        pruned
    }
}
