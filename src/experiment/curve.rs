//! The exact curve of a run: how its network does after each single weight that leaves it.

use super::config::{By, Prune};
use super::selection::Units;
use crate::nn::{Mlp, Rows, Task};
use crate::prune::count_below;
use crate::prune::curve::{Planning, Points, Removals, Sweep, multiply_adds};
use crate::read::json_fields;

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveSummary {
    /// Evenly spaced numbers of removed weights, none and all among them, at which the network was evaluated: one more
    /// than there are weights, unless following the network or asking rows in doubt took more than 10¹⁰ multiply-adds.
    pub points: usize,
    /// Those of following the network over all parts, counted beforehand.
    pub multiply_adds: u64,
}

json_fields!(CurveSummary { points, multiply_adds });

impl Curve {
    /// The curve on `test` alone, at once.
    pub(super) fn of(order: Vec<usize>, mlp: &Mlp, task: Task, test: &Rows, with_loss: bool) -> Self {
        let mut tracing = Tracing::new(order, task, with_loss);
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
                let loss = points.loss.get(i).map_or(String::new(), f64::to_string);
                csv += &format!(",{correct},{},{loss}", f64::from(correct) / rows as f64);
            }
            csv.push('\n');
        }
        csv
    }
}

/// The right answers on `test` at each level of `prune`, one network following the other.
pub(super) fn sweep(prune: &Prune, mlp: &Mlp, task: Task, scores: &[f32], test: &Rows) -> Vec<u32> {
    let units = Units::new(prune, mlp);
    let mut removals = Removals { order: units.order(scores), stops: Vec::new() };
    let magnitudes = magnitudes(mlp, &removals.order);
    for value in prune.values() {
        removals.stops.push(match prune.by() {
            By::Amount => units.count(value),
            By::Threshold => count_below(&magnitudes, value),
        });
    }
    let mut sweep = Sweep::new(task, false);
    loop {
        if let Some(points) = sweep.advance(mlp, &removals, test) {
            return points.correct;
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
    pub fn new(order: Vec<usize>, task: Task, with_loss: bool) -> Self {
        Tracing {
            task,
            with_loss,
            planning: Some(Planning::new(order)),
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
