//! How far two criteria agree.

use super::absolute;
use crate::prune::ascending;

/// Spearman's rank correlation of two lists of scores, in [-1, 1]; equal scores share the mean of their ranks. `None`
/// where one list is of equal scores throughout, which are in no order.
///
/// ρ = Σ (r - r̄)(s - s̄) / √(Σ (r - r̄)² · Σ (s - s̄)²), r and s the ranks.
pub fn spearman(a: &[f32], b: &[f32]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "two scores for each weight");
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let (a, b) = (ranks(a), ranks(b));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let size = (product(&a, &a) * product(&b, &b)).sqrt();
    (size > 0.0).then(|| (product(&a, &b) / size).clamp(-1.0, 1.0))
}

/// Spearman's correlation of `scores` with the changes of the loss that the oracle found, and with their absolute values.
///
/// Removals that lower the loss one by one raise it when they come together, so that the signed changes order well what
/// leaves first, and their sizes what leaves with many others.
pub fn oracle_correlations(scores: &[f32], changes: &[f32]) -> [Option<f64>; 2] {
    [spearman(scores, changes), spearman(scores, &absolute(changes))]
}

/// The rank of each score, from 0; equal ones share the mean of theirs.
fn ranks(scores: &[f32]) -> Vec<f64> {
    let order = ascending(scores);
    let mut ranks = vec![0.0; scores.len()];
    let mut start = 0;
    for equal in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let rank = start as f64 + (equal.len() as f64 - 1.0) / 2.0;
        equal.iter().for_each(|&place| ranks[place] = rank);
        start += equal.len();
    }
    ranks
}
