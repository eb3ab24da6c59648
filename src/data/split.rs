//! `sklearn.model_selection.train_test_split`: which rows train and which test. Floor 1.
//!
//! Invariant: train and test share no row. Deliberately absent: splitting arrays; callers pick rows by index.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, require};
use crate::random::RandomState;

/// A share of the rows, in (0, 1), or a number of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a fraction or a number of rows")]
pub enum Size {
    Count(usize),
    Fraction(f64),
}

/// The parameters of `train_test_split`, under its names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SplitParams<'a> {
    /// A fraction is rounded up. `None`: what `train_size` leaves; 0.25 if that is `None` too.
    pub test_size: Option<Size>,
    /// A fraction is rounded down. `None`: what `test_size` leaves.
    pub train_size: Option<Size>,
    /// Without, the first rows train and the next ones test.
    pub shuffle: bool,
    /// One label a row, any integers: both parts get each label in its share.
    pub stratify: Option<&'a [usize]>,
    pub random_state: u32,
}

impl Default for SplitParams<'_> {
    fn default() -> Self {
        SplitParams { test_size: None, train_size: None, shuffle: true, stratify: None, random_state: 42 }
    }
}

/// The indices of the rows that train, and of those that test, out of `n`.
///
/// # Errors
/// The size or the stratification that has to be changed; all that scikit-learn refuses is refused.
///
/// # Source
/// `sklearn/model_selection/_split.py` (`ShuffleSplit`, `StratifiedShuffleSplit`).
pub fn train_test_split(n: usize, params: &SplitParams) -> Result<(Vec<usize>, Vec<usize>)> {
    let (n_train, n_test) = split_sizes(n, params)?;
    let mut stream = RandomState::new(params.random_state);
    match params.stratify {
        Some(_) if !params.shuffle => Err(Error::invalid("stratify", "must be absent where shuffle is false")),
        Some(labels) => stratified(n, n_train, n_test, labels, &mut stream),
        None if !params.shuffle => Ok(((0..n_train).collect(), (n_train..n_train + n_test).collect())),
        None => {
            let order = stream.permutation(n);
            Ok((order[n_test..n_test + n_train].to_vec(), order[..n_test].to_vec()))
        }
    }
}

/// The rows of both parts (n_train, n_test), both at least 1 and together at most `n`.
pub fn split_sizes(n: usize, params: &SplitParams) -> Result<(usize, usize)> {
    let test_size = match (params.test_size, params.train_size) {
        (None, None) => Some(Size::Fraction(0.25)),
        (test_size, _) => test_size,
    };
    let test = test_size.map(|size| rows("test_size", size, n, f64::ceil)).transpose()?;
    let train = params.train_size.map(|size| rows("train_size", size, n, f64::floor)).transpose()?;
    let (n_train, n_test) = match (train, test) {
        (Some(train), Some(test)) => (train, test),
        (Some(train), None) => (train, n - train),
        (None, test) => (n - test.unwrap_or(0), test.unwrap_or(0)),
    };
    if let (Some(Size::Fraction(train)), Some(Size::Fraction(test))) = (params.train_size, test_size) {
        require(train + test <= 1.0, "train_size", format_args!("at most 1 − test_size = {}", 1.0 - test), train)?;
    }
    let left = n.saturating_sub(n_test);
    require(n_train <= left, "train_size", format_args!("at most the {left} of {n} rows that do not test"), n_train)?;
    let field = if params.train_size.is_some() { "train_size" } else { "test_size" };
    require(n_train > 0, field, "such that rows are left to train", format_args!("{n_test} of {n} rows to test"))?;
    require(
        n_test > 0,
        "test_size",
        "such that rows are left to test",
        format_args!("{n_train} of {n} rows to train"),
    )?;
    Ok((n_train, n_test))
}

fn rows(field: &str, size: Size, n: usize, round: fn(f64) -> f64) -> Result<usize> {
    match size {
        Size::Count(count) => {
            let allowed = format_args!("in [1, {}], rows out of {n}", n.saturating_sub(1)).to_string();
            require(count > 0 && count < n, field, allowed, count)?;
            Ok(count)
        }
        Size::Fraction(fraction) => {
            require(fraction > 0.0 && fraction < 1.0, field, "in (0, 1)", fraction)?;
            Ok(round(fraction * n as f64) as usize)
        }
    }
}

fn stratified(
    n: usize,
    n_train: usize,
    n_test: usize,
    labels: &[usize],
    stream: &mut RandomState,
) -> Result<(Vec<usize>, Vec<usize>)> {
    require(labels.len() == n, "stratify", format_args!("{n} labels, one for each row"), labels.len())?;
    let classes = rows_by_class(labels);
    let counts: Vec<usize> = classes.iter().map(Vec::len).collect();
    if let Some(single) = classes.iter().find(|rows| rows.len() < 2) {
        let label = labels[single[0]];
        return Err(Error::invalid("stratify", format!("must have at least 2 rows of each label, got 1 of {label}")));
    }
    let least = format!("at least {} rows, one for each label", classes.len());
    require(n_train >= classes.len(), "train_size", &least, n_train)?;
    require(n_test >= classes.len(), "test_size", &least, n_test)?;

    let train_counts = approximate_mode(&counts, n_train, stream);
    let left: Vec<usize> = counts.iter().zip(&train_counts).map(|(&all, &train)| all.saturating_sub(train)).collect();
    let test_counts = approximate_mode(&left, n_test, stream);
    let (mut train, mut test) = (Vec::with_capacity(n_train), Vec::with_capacity(n_test));
    for ((rows, to_train), to_test) in classes.iter().zip(train_counts).zip(test_counts) {
        let mut order = stream.permutation(rows.len()).into_iter().map(|i| rows[i]);
        train.extend(order.by_ref().take(to_train));
        test.extend(order.take(to_test));
    }
    stream.shuffle(&mut train);
    stream.shuffle(&mut test);
    Ok((train, test))
}

/// The rows of each label, ascending, labels ascending.
fn rows_by_class(labels: &[usize]) -> Vec<Vec<usize>> {
    let mut distinct: Vec<u64> = labels.iter().map(|&label| label as u64).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let mut classes = vec![Vec::new(); distinct.len()];
    for (row, &label) in labels.iter().enumerate() {
        classes[distinct.partition_point(|&smaller| smaller < label as u64)].push(row);
    }
    classes
}

/// `n_draws` shared out in proportion to `counts`, as the most likely draw without replacement would.
///
/// Units that rounding down leaves over go to the largest remainders; among equal ones the stream chooses, and draws
/// even where all of them get one.
///
/// # Source
/// `sklearn/utils/extmath.py`, `_approximate_mode`.
fn approximate_mode(counts: &[usize], n_draws: usize, stream: &mut RandomState) -> Vec<usize> {
    let total = counts.iter().sum::<usize>() as f64;
    let shares: Vec<f64> = counts.iter().map(|&count| count as f64 / total * n_draws as f64).collect();
    let mut drawn: Vec<usize> = shares.iter().map(|share| share.floor() as usize).collect();
    let mut missing = n_draws.saturating_sub(drawn.iter().sum());

    let remainders: Vec<f64> = shares.iter().map(|share| share - share.floor()).collect();
    // The bits of numbers that are not negative are in their order.
    let mut distinct: Vec<u64> = remainders.iter().map(|remainder| remainder.to_bits()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    for remainder in distinct.into_iter().rev().map(f64::from_bits) {
        if missing == 0 {
            break;
        }
        let equal: Vec<usize> = (0..counts.len()).filter(|&i| remainders[i] == remainder).collect();
        let granted = missing.min(equal.len());
        for i in stream.choice(equal.len(), granted) {
            drawn[equal[i]] += 1;
        }
        missing -= granted;
    }
    drawn
}
