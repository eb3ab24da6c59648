//! A linear axis and the round numbers on it.
//!
//! Plotters' own axis asks the platform's logarithm and power where its ticks are, and prints numbers in yet another way.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use plotters::coord::types::RangedCoordf64;

/// From one value to another.
#[derive(Clone)]
pub(super) struct Scale(RangedCoordf64);

impl Scale {
    /// The round numbers on it, at most `most`: the multiples of 1, 2 or 5 times a power of ten that come closest to so many.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let Range { start, end } = self.0.range();
        let mut ticks = Vec::new();
        // A multiple of the step unit / parts is a whole number divided once, so that 3 · 0.1 is 0.3.
        let (mut unit, mut parts) = (1e15, 1.0);
        while parts < 1e15 {
            for step in [5.0, 2.0, 1.0].map(|digit| digit * unit) {
                let (first, last) = ((start * parts / step).ceil(), (end * parts / step).floor());
                if last - first >= most as f64 {
                    return ticks;
                }
                ticks = (first as i64..=last as i64).map(|i| i as f64 * step / parts).collect();
            }
            if unit > 1.0 { unit /= 10.0 } else { parts *= 10.0 }
        }
        ticks
    }
}

impl From<Range<f64>> for Scale {
    fn from(range: Range<f64>) -> Self {
        Scale(range.into())
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.0.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.ticks(hint.max_num_points())
    }

    fn range(&self) -> Range<f64> {
        self.0.range()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_the_most_round_numbers_that_are_allowed() {
        let ticks = |range: Range<f64>, most| Scale::from(range).ticks(most);
        assert_eq!(ticks(0.0..0.6, 6), [0.0, 0.2, 0.4, 0.6]);
        assert_eq!(ticks(0.0..0.6, 7), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        assert_eq!(ticks(40.0..100.0, 6), [40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(1.0..20.0, 6), [5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(0.0..3.1e-7, 4), [0.0, 1e-7, 2e-7, 3e-7]);
        assert_eq!(ticks(-1.5e9..2.5e9, 3), [0.0, 2e9]);
        assert!(ticks(0.0..1.0, 0).is_empty());
    }
}
