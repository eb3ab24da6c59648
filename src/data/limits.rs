//! What every generator refuses. Floor 1.

use super::OneOrEach;
use crate::error::{Error, Result, require};

/// The most that the features of a dataset may take, as drawn (8 bytes each), and then all of a run.
pub const MAX_BYTES: u64 = 256 << 20;
/// The most clusters of a classification.
pub const MAX_CLUSTERS: u64 = 1 << 16;
/// The most multiply-adds that drawing a classification may take: some seconds in a browser.
pub const MAX_MULTIPLY_ADDS: u64 = 200_000_000;
/// The largest magnitude of a parameter. Products of two of them, summed over features, are still finite in f32.
pub const MAX_MAGNITUDE: f64 = 1e15;

/// Refuses a matrix of more than [`MAX_BYTES`]; `what` names it in the message.
pub fn fits(field: &str, what: &str, rows: usize, columns: usize) -> Result<()> {
    let bytes = (rows as u64).saturating_mul(columns as u64).saturating_mul(8);
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let mib = bytes.div_ceil(1 << 20);
    Err(Error::invalid(
        field,
        format!("must keep the {what} within {} MiB, got {rows} × {columns}, which takes {mib} MiB", MAX_BYTES >> 20),
    ))
}

pub fn finite(field: &str, value: f64) -> Result<()> {
    require(value.abs() <= MAX_MAGNITUDE, field, format_args!("finite and at most {MAX_MAGNITUDE:e} in size"), value)
}

pub fn positive(field: &str, value: f64) -> Result<()> {
    require(value > 0.0 && value <= MAX_MAGNITUDE, field, format_args!("in (0, {MAX_MAGNITUDE:e}]"), value)
}

pub fn non_negative(field: &str, value: f64) -> Result<()> {
    require((0.0..=MAX_MAGNITUDE).contains(&value), field, format_args!("in [0, {MAX_MAGNITUDE:e}]"), value)
}

pub fn at_least(least: usize, field: &str, value: usize) -> Result<()> {
    require(value >= least, field, format_args!("at least {least}"), value)
}

/// Refuses a list that has not one entry for each of `count` `things`.
pub fn one_for_each<T>(field: &str, values: &OneOrEach<T>, count: usize, things: &str) -> Result<()> {
    match values {
        OneOrEach::One(_) => Ok(()),
        OneOrEach::Each(list) => require(
            list.len() == count,
            field,
            format_args!("one number or {count}, one for each {things}"),
            list.len(),
        ),
    }
}

/// Refuses parts with no sample, and fewer than two samples in all.
pub fn parts(field: &str, n_samples: &OneOrEach<usize>) -> Result<()> {
    match n_samples {
        OneOrEach::One(total) => at_least(2, field, *total),
        OneOrEach::Each(sizes) => match sizes.iter().position(|&size| size == 0) {
            Some(i) => Err(Error::invalid(field, format!("must be at least 1 in each part, got 0 in part {}", i + 1))),
            None => Ok(()),
        },
    }
}

/// The samples in all parts together.
pub fn total(n_samples: &OneOrEach<usize>) -> usize {
    n_samples.values().iter().fold(0, |sum, &part| sum.saturating_add(part))
}
