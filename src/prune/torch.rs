//! The methods of `torch.nn.utils.prune`, with its rounding and its compounding.
//!
//! Each takes the weights of one tensor, or of several concatenated (which makes it `global_unstructured`), and
//! turns off more of the mask. PyTorch picks among equal scores by an accident of its C++ library's partial sort;
//! here the lower index is pruned first.
//!
//! # Source
//! `torch/nn/utils/prune.py`

use super::rank::lowest;
use crate::error::{Error, Result, require};
use crate::random::Generator;

/// How much to prune of what is still there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// In [0, 1]; rounded to a count half to even, as Python's `round`.
    Fraction(f64),
    Count(usize),
}

impl Amount {
    /// The number to prune of `size`.
    ///
    /// # Errors
    /// A fraction outside [0, 1], a count above `size`.
    pub fn of(self, size: usize) -> Result<usize> {
        match self {
            Amount::Fraction(amount) => {
                require((0.0..=1.0).contains(&amount), "amount", "in [0, 1]", amount)?;
                Ok((amount * size as f64).round_ties_even() as usize)
            }
            Amount::Count(count) if count > size => {
                let problem = format!("must be at most the {size} that are left, got {count}");
                Err(Error::invalid("amount", problem))
            }
            Amount::Count(count) => Ok(count),
        }
    }
}

/// Prunes the smallest |w| among the kept weights.
///
/// # Shapes
/// `weights`, `kept`: (n). Over a whole network's weights this is `global_unstructured` with `L1Unstructured`.
pub fn l1_unstructured(weights: &[f32], kept: &mut [bool], amount: Amount) -> Result<()> {
    assert_eq!(weights.len(), kept.len(), "one flag a weight");
    let live = indices(kept);
    let count = amount.of(live.len())?;
    let scores: Vec<f32> = live.iter().map(|&i| weights[i].abs()).collect();
    lowest(&scores, count).into_iter().for_each(|i| kept[live[i]] = false);
    Ok(())
}

/// Prunes kept weights at random: one uniform draw each, row-major, the largest draws go. An amount of 0 draws nothing.
pub fn random_unstructured(kept: &mut [bool], amount: Amount, generator: &mut Generator) -> Result<()> {
    let live = indices(kept);
    let count = amount.of(live.len())?;
    if count > 0 {
        let scores: Vec<f32> = generator.rand(live.len()).iter().map(|draw| -draw).collect();
        lowest(&scores, count).into_iter().for_each(|i| kept[live[i]] = false);
    }
    Ok(())
}

/// Prunes the channels along axis `dim` (0: rows, a neuron's incoming weights; 1: columns) whose `n`-norm is smallest.
/// Channels already fully pruned are not considered.
///
/// # Shapes
/// `weights`, `kept`: (out, in) = `shape`, row-major; `n`: 1, 2, ±∞ or any other norm above 0.
pub fn ln_structured(
    weights: &[f32],
    kept: &mut [bool],
    shape: (usize, usize),
    amount: Amount,
    n: f64,
    dim: usize,
) -> Result<()> {
    let (rows, cols) = shape;
    assert!(weights.len() == rows * cols && kept.len() == rows * cols, "{rows} × {cols} weights and flags");
    assert!(dim < 2, "a weight has the axes 0 and 1");
    let channel = |c: usize| -> Box<dyn Iterator<Item = usize>> {
        if dim == 0 { Box::new(c * cols..(c + 1) * cols) } else { Box::new((c..rows * cols).step_by(cols)) }
    };
    let n_channels = if dim == 0 { rows } else { cols };
    let live: Vec<usize> = (0..n_channels).filter(|&c| channel(c).any(|i| kept[i])).collect();
    let count = amount.of(live.len())?;
    let norm_of = |&c: &usize| norm(channel(c).map(|i| if kept[i] { f64::from(weights[i]).abs() } else { 0.0 }), n);
    let scores: Vec<f32> = live.iter().map(norm_of).collect();
    for i in lowest(&scores, count) {
        channel(live[i]).for_each(|i| kept[i] = false);
    }
    Ok(())
}

/// The n-norm of magnitudes, rounded once to single precision.
fn norm(magnitudes: impl Iterator<Item = f64>, n: f64) -> f32 {
    let norm = if n == f64::INFINITY {
        magnitudes.fold(0.0, f64::max)
    } else if n == f64::NEG_INFINITY {
        magnitudes.fold(f64::INFINITY, f64::min)
    } else if n == 1.0 {
        magnitudes.sum()
    } else if n == 2.0 {
        magnitudes.map(|a| a * a).sum::<f64>().sqrt()
    } else {
        libm::pow(magnitudes.map(|a| libm::pow(a, n)).sum(), 1.0 / n)
    };
    norm as f32
}

fn indices(kept: &[bool]) -> Vec<usize> {
    (0..kept.len()).filter(|&i| kept[i]).collect()
}
