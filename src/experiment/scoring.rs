//! The scores of a network's weights, by whatever criterion.

use super::config::{Criterion, Prune};
use crate::nn::Mlp;
use crate::prune::criteria::{self, Calibration, Oracle, absolute, fisher, magnitude, surgeon, taylor, wanda};
use crate::random::Generator;

/// Scores under way: those of the oracle take their time.
#[derive(Default)]
pub(super) struct Scoring(Oracle);

impl Scoring {
    /// Goes on for a few milliseconds. `Some` when the scores are there, one for each weight; `movement` is which way the
    /// weights moved.
    pub fn advance(
        &mut self,
        prune: &Prune,
        data: &Calibration,
        movement: impl FnOnce() -> Vec<f32>,
    ) -> Option<Vec<f32>> {
        Some(match prune.criterion {
            Criterion::Magnitude => magnitude(data.mlp),
            Criterion::Random => criteria::random(data.mlp, &mut Generator::new(prune.seed)),
            Criterion::Taylor => taylor(data),
            Criterion::Obd => fisher(data),
            Criterion::Obs => surgeon(data),
            Criterion::Wanda => wanda(data),
            Criterion::Movement => movement(),
            Criterion::Oracle => return self.0.advance(data),
            Criterion::AbsoluteOracle => absolute(&self.0.advance(data)?),
        })
    }
}

/// About the multiply-adds of scoring the weights of a network by so many rows.
pub(super) fn scoring_cost(criterion: Criterion, mlp: &Mlp, rows: usize) -> u64 {
    let (weights, rows) = (mlp.n_weights() as u64, rows as u64);
    match criterion {
        Criterion::Magnitude | Criterion::Random | Criterion::Movement => weights,
        Criterion::Wanda => weights * rows,
        Criterion::Taylor | Criterion::Obd => 3 * weights * rows,
        Criterion::Obs => weights * rows + surgeon_cost(&sizes(mlp), rows),
        Criterion::Oracle | Criterion::AbsoluteOracle => Oracle::multiply_adds(mlp, rows as usize),
    }
}

/// Of the Hessians of layers of such widths, their inverses and, row by row, one removal after the other.
pub(super) fn surgeon_cost(sizes: &[usize], rows: u64) -> u64 {
    hessian_cost(sizes, |n, outputs| rows / 2 + n + outputs.saturating_mul(n) / 4)
}

/// Of the Hessians of layers of such widths, their inverses and, at most, what the rows of each layer ask of them when what
/// is kept makes up for what goes.
pub(super) fn compensation_cost(sizes: &[usize], rows: u64) -> u64 {
    hessian_cost(sizes, |n, outputs| rows / 2 + n + outputs.saturating_mul(n) / 24)
}

/// Of layers of such widths, so much `each` for every entry of their Hessians, by their inputs and outputs.
fn hessian_cost(sizes: &[usize], each: impl Fn(u64, u64) -> u64) -> u64 {
    let layers = sizes.windows(2).map(|pair| {
        let [n, outputs] = [pair[0] as u64, pair[1] as u64];
        n.saturating_mul(n).saturating_mul(each(n, outputs))
    });
    layers.fold(0, u64::saturating_add)
}

fn sizes(mlp: &Mlp) -> Vec<usize> {
    let outputs = mlp.layers.iter().map(|layer| layer.outputs());
    std::iter::once(mlp.layers[0].inputs()).chain(outputs).collect()
}
