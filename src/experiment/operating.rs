//! What is left at the compression ratios at which the field compares.

use super::curve::Curve;
use super::report::{Level, OperatingPoint, Scores};
use crate::nn::{Mlp, Score};
use crate::prune::curve::Points;

/// The compression ratios that are looked for.
const TARGETS: [f64; 5] = [2.0, 4.0, 8.0, 16.0, 32.0];

/// For each target the least pruning on the exact curve of `mlp` that reaches it; what is not in its order cannot leave.
pub(super) fn on_curve(mlp: &Mlp, curve: &Curve, rows: [usize; 2]) -> Vec<OperatingPoint> {
    let total = mlp.total_params();
    // Non-zero parameters at each stop.
    let mut left = mlp.nonzero_params();
    let mut removed = 0;
    let mut stops = Vec::with_capacity(curve.removals.stops.len());
    for &k in &curve.removals.stops {
        left -= curve.magnitudes[removed..k].iter().filter(|&&magnitude| magnitude != 0.0).count();
        removed = k;
        stops.push(left);
    }
    let n = curve.removals.order.len().max(1) as f64;
    let point = |target: f64| {
        let Some(i) = stops.iter().position(|&left| reaches(total, left, target)) else {
            let least =
                format!("the {left} parameters that cannot be pruned leave at most {}", ratio_text(total, left));
            return OperatingPoint::missing(target, least);
        };
        let score = |points: &Points, rows: usize| Score {
            rows,
            correct: points.correct[i] as usize,
            loss_sum: points.loss[i] * rows as f64,
        };
        let validation = curve.validation.as_ref().map(|points| score(points, rows[1]));
        OperatingPoint {
            target,
            compression_ratio: ratio(total, stops[i]),
            amount: Some(curve.removals.stops[i] as f64 / n),
            scores: Some(Scores::new(score(&curve.test, rows[0]), validation)),
            control: None,
            missing: None,
        }
    };
    TARGETS.map(point).into()
}

/// For each target the level that reaches it with the most parameters left.
pub(super) fn among_levels(levels: &[Level]) -> Vec<OperatingPoint> {
    let smallest = levels.iter().min_by_key(|level| level.nonzero_params).map_or(String::new(), |level| {
        let (total, left) = (level.total_params, level.nonzero_params);
        format!("the smallest level keeps {left} of {total} parameters, {}", ratio_text(total, left))
    });
    let point = |target: f64| {
        let reaching = levels.iter().filter(|level| reaches(level.total_params, level.nonzero_params, target));
        match reaching.max_by_key(|level| level.nonzero_params) {
            Some(level) => OperatingPoint {
                target,
                compression_ratio: level.compression_ratio,
                amount: Some(level.amount),
                scores: Some(level.scores),
                control: level.control,
                missing: None,
            },
            None => OperatingPoint::missing(target, smallest.clone()),
        }
    };
    TARGETS.map(point).into()
}

fn reaches(total: usize, left: usize, target: f64) -> bool {
    total as f64 >= target * left as f64
}

fn ratio(total: usize, left: usize) -> Option<f64> {
    (left > 0).then(|| total as f64 / left as f64)
}

/// The compression ratio in two digits, or in as many as it takes to be seen below the target that it misses.
fn ratio_text(total: usize, left: usize) -> String {
    let ratio = total as f64 / left as f64;
    let missed = TARGETS.into_iter().find(|&target| !reaches(total, left, target));
    let (mut digits, mut unit) = (2, 0.01);
    // As long as it is rounded up to the target.
    while missed.is_some_and(|target| target - ratio <= unit / 2.0) {
        (digits, unit) = (digits + 1, unit / 10.0);
    }
    format!("{ratio:.digits$}×")
}

impl OperatingPoint {
    fn missing(target: f64, why: String) -> Self {
        let (compression_ratio, amount, scores, control) = (None, None, None, None);
        OperatingPoint { target, compression_ratio, amount, scores, control, missing: Some(why) }
    }
}
