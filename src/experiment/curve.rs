//! The exact curve of a run: how its network does after each single weight that leaves it.

use serde::Serialize;

use super::config::{By, Criterion, Prune, Scope};
use crate::error::Result;
use crate::nn::{Mask, Mlp, Rows, Task};
use crate::prune::curve::{Planning, Points, Removals, Sweep, multiply_adds};
use crate::prune::{Amount, ascending, by_magnitude, count_below};
use crate::random::Generator;
use crate::read::read_fields;

/// The most multiply-adds of a curve over all parts: to follow the network, and once more for rows in doubt.
pub(super) const BUDGET: u64 = 10_000_000_000;

/// How the trained network does after each of the first `removals.stops` weights of `removals.order` has left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub removals: Removals,
    /// The magnitudes of the weights in the order in which they leave.
    pub magnitudes: Vec<f32>,
    pub test: Points,
    /// `None` where there is no validation part.
    pub validation: Option<Points>,
    /// Those of following the network over all parts; rows that were asked densely come on top.
    pub multiply_adds: u64,
}

/// What of a curve stands in the report.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurveSummary {
    /// Evenly spaced numbers of removed weights, none and all among them, at which the network was evaluated: one more
    /// than there are weights, unless following the network or asking rows in doubt took more than 10¹⁰ multiply-adds.
    pub points: usize,
    /// Those of following the network over all parts, counted beforehand.
    pub multiply_adds: u64,
}

read_fields!(CurveSummary { points, multiply_adds });

impl Curve {
    /// The curve on `test` alone, at once.
    pub(super) fn of(prune: &Prune, mlp: &Mlp, task: Task, test: &Rows, with_loss: bool) -> Self {
        let mut tracing = Tracing::new(prune, mlp, task, with_loss);
        loop {
            if let Some(curve) = tracing.advance(mlp, &[test]) {
                return curve;
            }
        }
    }

    pub fn summary(&self) -> CurveSummary {
        CurveSummary { points: self.removals.stops.len(), multiply_adds: self.multiply_adds }
    }

    /// The cut on |w| that removes the first `k` weights of the order and no other; `None` where there is none.
    pub fn threshold(&self, k: usize) -> Option<f32> {
        let kept = *self.magnitudes.get(k)?;
        let separates = k == 0 || self.magnitudes[k - 1] < kept;
        (self.magnitudes.is_sorted() && separates).then_some(kept)
    }

    /// All points as comma-separated values, a header first. What there is not stays empty.
    pub fn csv(&self, test_rows: usize, validation_rows: usize) -> String {
        let parts = [("test", Some(&self.test), test_rows), ("validation", self.validation.as_ref(), validation_rows)];
        let parts = || parts.iter().filter_map(|&(name, points, rows)| Some((name, points?, rows)));
        let mut csv = "removed,threshold".to_string();
        for (name, ..) in parts() {
            csv += &format!(",{name}_correct,{name}_accuracy,{name}_loss");
        }
        csv.push('\n');
        for (i, &k) in self.removals.stops.iter().enumerate() {
            csv += &format!("{k},{}", self.threshold(k).map_or(String::new(), |t| f64::from(t).to_string()));
            for (_, points, rows) in parts() {
                let correct = points.correct[i];
                csv += &format!(",{correct},{},{}", f64::from(correct) / rows as f64, points.loss[i]);
            }
            csv.push('\n');
        }
        csv
    }
}

/// The order in which growing levels of `prune` remove weights: the lowest scores first.
///
/// Layer by layer, a weight's turn is the amount at which its layer's count rounds up to it: (rank + ½) / size, where
/// halves round to even. (A layer whose count rounds to 0 draws nothing, and the layers after it get other draws than at
/// higher levels: the order is that of the levels at which every layer draws.)
pub(super) fn order(prune: &Prune, mlp: &Mlp) -> Vec<usize> {
    let by_layer = prune.scope == Scope::Layer && prune.levels.by == By::Amount;
    if prune.criterion == Criterion::Magnitude && !by_layer {
        return by_magnitude(mlp);
    }
    let mask = Mask::full(mlp);
    let scopes = if by_layer { mask.layers() } else { std::iter::once(0..mlp.n_weights()).collect() };
    let weights: Vec<f32> = mlp.weights().collect();
    let mut generator = Generator::new(prune.seed);
    // How many of each layer have left, and the order in which they leave.
    let mut layers: Vec<(usize, Vec<usize>)> = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let scores: Vec<f32> = match prune.criterion {
            Criterion::Magnitude => weights[scope.clone()].iter().map(|w| w.abs()).collect(),
            Criterion::Random => generator.rand(scope.len()).iter().map(|draw| -draw).collect(),
        };
        layers.push((0, ascending(&scores).into_iter().map(|i| scope.start + i).collect()));
    }
    let turn = |&(rank, ref ranked): &(usize, Vec<usize>)| {
        let amount = (2 * rank + 1) as f64 / (2 * ranked.len()) as f64;
        Some((amount, (rank + 1) % 2, *ranked.get(rank)?))
    };
    let mut order = Vec::with_capacity(weights.len());
    while let Some(next) = earliest(layers.iter().map(turn)) {
        let (rank, ranked) = &mut layers[next];
        order.push(ranked[*rank]);
        *rank += 1;
    }
    order
}

/// Where the lowest turn stands.
fn earliest(turns: impl Iterator<Item = Option<(f64, usize, usize)>>) -> Option<usize> {
    let turns = turns.enumerate().filter_map(|(layer, turn)| Some((turn?, layer)));
    turns.reduce(|least, other| if other.0 < least.0 { other } else { least }).map(|(_, layer)| layer)
}

/// The right answers on `test` at each level of `prune`, one network following the other.
///
/// # Errors
/// An amount outside [0, 1].
pub(super) fn sweep(prune: &Prune, mlp: &Mlp, task: Task, test: &Rows) -> Result<Vec<u32>> {
    let mut removals = Removals { order: order(prune, mlp), stops: Vec::new() };
    let scopes: Vec<usize> = match prune.scope {
        Scope::Global => vec![mlp.n_weights()],
        Scope::Layer => mlp.layers.iter().map(|layer| layer.weight.len()).collect(),
    };
    for value in prune.levels.values() {
        removals.stops.push(match prune.levels.by {
            By::Amount => scopes.iter().map(|&size| Amount::Fraction(value).of(size)).sum::<Result<usize>>()?,
            By::Threshold => count_below(&magnitudes(mlp, &removals.order), value),
        });
    }
    let mut sweep = Sweep::new(task, false);
    loop {
        if let Some(points) = sweep.advance(mlp, &removals, test) {
            return Ok(points.correct);
        }
    }
}

fn magnitudes(mlp: &Mlp, order: &[usize]) -> Vec<f32> {
    let weights: Vec<f32> = mlp.weights().map(f32::abs).collect();
    order.iter().map(|&index| weights[index]).collect()
}

/// A curve under way, one part after the other.
pub(super) struct Tracing {
    task: Task,
    with_loss: bool,
    /// Until it is settled which points there are.
    planning: Option<Planning>,
    removals: Removals,
    sweep: Sweep,
    /// Of the parts that are done.
    points: Vec<Points>,
    /// Multiply-adds for rows in doubt of the parts that are done.
    asked: u64,
}

impl Tracing {
    pub fn new(prune: &Prune, mlp: &Mlp, task: Task, with_loss: bool) -> Self {
        Tracing {
            task,
            with_loss,
            planning: Some(Planning::new(order(prune, mlp))),
            removals: Removals::default(),
            sweep: Sweep::new(task, with_loss),
            points: Vec::new(),
            asked: 0,
        }
    }

    /// Goes on for a few milliseconds. `Some` when all parts are done: the test part and, if there is one, the validation
    /// part.
    pub fn advance(&mut self, mlp: &Mlp, parts: &[&Rows]) -> Option<Curve> {
        if let Some(planning) = &mut self.planning {
            self.removals = planning.advance(mlp, n_rows(parts), BUDGET)?;
            self.planning = None;
            return None;
        }
        let points = self.sweep.advance(mlp, &self.removals, parts[self.points.len()]);
        if self.asked + self.sweep.asked() > BUDGET && self.removals.stops.len() > 2 {
            self.begin_again(parts);
            return None;
        }
        self.points.push(points?);
        self.asked += std::mem::replace(&mut self.sweep, Sweep::new(self.task, self.with_loss)).asked();
        if self.points.len() < parts.len() {
            return None;
        }
        let removals = std::mem::take(&mut self.removals);
        let mut points = std::mem::take(&mut self.points).into_iter();
        Some(Curve {
            multiply_adds: multiply_adds(mlp, &removals) * n_rows(parts) as u64,
            magnitudes: magnitudes(mlp, &removals.order),
            removals,
            test: points.next()?,
            validation: points.next(),
        })
    }

    /// Starts with fewer points: three quarters of as many as the budget covers if rows in doubt go on as they began.
    fn begin_again(&mut self, parts: &[&Rows]) {
        let points = self.removals.stops.len();
        let fewer = (0.75 * points as f64 * self.fraction(parts)) as usize;
        let order = std::mem::take(&mut self.removals.order);
        *self = Tracing {
            planning: None,
            removals: Removals::spaced(order, fewer.clamp(2, points - 1)),
            sweep: Sweep::new(self.task, self.with_loss),
            points: Vec::new(),
            asked: 0,
            ..*self
        };
    }

    /// The fraction done, in [0, 1].
    pub fn fraction(&self, parts: &[&Rows]) -> f64 {
        let (done, rest) = parts.split_at(self.points.len());
        let current =
            rest.first().map_or(0.0, |part| part.len() as f64 * self.sweep.fraction(&self.removals, part.len()));
        (n_rows(done) as f64 + current) / n_rows(parts) as f64
    }
}

fn n_rows(parts: &[&Rows]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}
