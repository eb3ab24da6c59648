//! Which parameters are kept.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Mlp;

/// One flag for every weight and every bias of a network: kept or pruned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// Layers concatenated row-major, in the order of [`Mlp::weights`].
    kept: Vec<bool>,
    /// Layers concatenated.
    kept_biases: Vec<bool>,
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
        let (weights, biases) = (mlp.n_weights(), mlp.total_params() - mlp.n_weights());
        Mask { kept: vec![true; weights], kept_biases: vec![true; biases], ends: ends.collect() }
    }

    /// The weights' flags, layers concatenated row-major.
    pub fn kept(&self) -> &[bool] {
        &self.kept
    }

    /// The weights' flags, to change them.
    pub fn kept_mut(&mut self) -> &mut [bool] {
        &mut self.kept
    }

    /// The biases' flags, layers concatenated.
    pub fn kept_biases(&self) -> &[bool] {
        &self.kept_biases
    }

    /// The biases' flags, to change them.
    pub fn kept_biases_mut(&mut self) -> &mut [bool] {
        &mut self.kept_biases
    }

    /// Where each layer's weights lie among their flags.
    pub fn layers(&self) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end).collect()
    }

    /// How many weights are pruned.
    pub fn n_pruned(&self) -> usize {
        self.kept.iter().filter(|&&kept| !kept).count()
    }

    /// Sets the pruned parameters of `mlp` to zero.
    pub fn hold(&self, mlp: &mut Mlp) {
        if prunes(&self.kept) {
            hold(mlp.weights_mut(), &self.kept);
        }
        if prunes(&self.kept_biases) {
            hold(mlp.biases_mut(), &self.kept_biases);
        }
    }

    /// The pruned copy of `mlp`.
    pub fn applied(&self, mlp: &Mlp) -> Mlp {
        let mut pruned = mlp.clone();
        self.hold(&mut pruned);
        pruned
    }
}

/// Whether a flag is off; found 16 at a time where none is, which is most of a training.
fn prunes(kept: &[bool]) -> bool {
    memchr::memchr(u8::from(false), bytemuck::cast_slice(kept)).is_some()
}

fn hold<'a>(params: impl Iterator<Item = &'a mut f32>, kept: &[bool]) {
    params.zip(kept).for_each(|(p, &kept)| *p = if kept { *p } else { 0.0 });
}
