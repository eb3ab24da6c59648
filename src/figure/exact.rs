//! The exact curve as the figures draw it: a point for each number of removed weights, on any axis.

use std::ops::Range;

use super::Axis;
use super::frame::on_axis;
use crate::experiment::{Report, Run};

/// What a finished run knows about its network while the weights leave, one after the other; empty where its levels are
/// networks of their own, which the figures then join by lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Ascending numbers of removed weights at which the network was evaluated, none and all among them.
    pub removed: Vec<u32>,
    /// Right answers on the test part, one for each of `removed`.
    pub test_correct: Vec<u32>,
    /// |w| of the weights in the order in which they leave.
    pub magnitudes: Vec<f32>,
    /// Effective parameters after 0, 1, … removed weights: one more than there are weights.
    pub effective_params: Vec<u32>,
    /// Test rows of the class that has most of them.
    pub largest_class: u32,
    /// Other criteria on the same network, to be laid over it.
    pub others: Vec<Other>,
}

/// The exact curve of another criterion, and how its lines look.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub name: String,
    /// Among the palette's colours of others, and among as many dashes; they repeat.
    pub look: usize,
    pub exact: Exact,
}

impl Exact {
    /// That of a run that is done.
    pub fn of(run: &Run) -> Option<Self> {
        let curve = run.curve();
        let [.., test] = run.rows();
        let counts = run.dataset().select(test).class_counts();
        Some(Exact {
            removed: curve.map_or(Vec::new(), |curve| curve.removals.stops.iter().map(|&k| k as u32).collect()),
            test_correct: curve.map_or(Vec::new(), |curve| curve.test.correct.clone()),
            magnitudes: curve.map_or(Vec::new(), |curve| curve.magnitudes.clone()),
            effective_params: run.effective_params().unwrap_or_default(),
            largest_class: counts.into_iter().max()? as u32,
            others: Vec::new(),
        })
    }

    /// The test accuracies at numbers of removed weights, in per cent.
    pub(super) fn accuracies(&self, report: &Report) -> impl Iterator<Item = (usize, f64)> {
        let rows = report.data.n_test as f64;
        let percent = move |&correct: &u32| 100.0 * f64::from(correct) / rows;
        self.removed.iter().map(|&k| k as usize).zip(self.test_correct.iter().map(percent))
    }

    /// The parameters of `report`'s network that are not zero after 0, 1, … removed weights.
    pub(super) fn nonzero_params(&self, report: &Report) -> Vec<usize> {
        let mut left = report.unpruned.nonzero_params;
        let after = self.magnitudes.iter().map(|&magnitude| {
            left -= usize::from(magnitude != 0.0);
            left
        });
        std::iter::once(report.unpruned.nonzero_params).chain(after).collect()
    }

    /// A line through the values at numbers of removed weights. On the threshold axis a value holds for every cut that
    /// removes so many, and one that no cut removes is left out: all, where the weights leave in another order.
    pub(super) fn line(
        &self,
        axis: Axis,
        report: &Report,
        values: impl Iterator<Item = (usize, f64)>,
    ) -> Vec<(f64, f64)> {
        let n = self.magnitudes.len();
        let ratio = |nonzero: &usize| report.unpruned.total_params as f64 / *nonzero as f64;
        let (nonzero, end) = (self.nonzero_params(report), self.range(axis, report).end);
        let sorted = self.magnitudes.is_sorted();
        let places = |k: usize| -> [Option<f64>; 2] {
            match axis {
                Axis::Threshold => {
                    let below = k.checked_sub(1).map_or(0.0, |last| f64::from(self.magnitudes[last]));
                    let above = self.magnitudes.get(k).map_or(end, |&kept| f64::from(kept));
                    if sorted && (below < above || k == 0) { [Some(below), Some(above)] } else { [None, None] }
                }
                Axis::Amount => [Some(k as f64 / n.max(1) as f64), None],
                Axis::Compression => [(nonzero[k] > 0).then(|| libm::log2(ratio(&nonzero[k]))), None],
            }
        };
        values.flat_map(|(k, y)| places(k).into_iter().flatten().map(move |x| (x, y))).collect()
    }

    /// From nothing removed to everything, and as far as the levels go.
    pub(super) fn range(&self, axis: Axis, report: &Report) -> Range<f64> {
        let levels = on_axis(&report.levels, axis).into_iter().map(|(x, _)| x);
        let least = self.nonzero_params(report).into_iter().rfind(|&nonzero| nonzero > 0);
        let all = match axis {
            Axis::Threshold => self.magnitudes.iter().copied().fold(0.0, f32::max).into(),
            Axis::Amount => 1.0,
            Axis::Compression => {
                least.map_or(0.0, |least| libm::log2(report.unpruned.total_params as f64 / least as f64))
            }
        };
        let end = levels.fold(all, f64::max);
        0.0..if end > 0.0 { end } else { 1.0 }
    }
}
