//! How a fraction of some weights becomes a count of them: libraries differ by one weight, and parity needs a name.

use crate::read::json_names;

/// A rule of rounding; the count is that of the product in double precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, a half to the even one: Python's `round`, and with it `torch.nn.utils.prune`.
    HalfEven,
    /// To the nearest, a half up.
    HalfUp,
    /// Down: Python's `int`.
    Floor,
    /// Up.
    Ceil,
}

json_names!(Rounding { HalfEven: "half_even", HalfUp: "half_up", Floor: "floor", Ceil: "ceil" });

impl Rounding {
    /// `fraction` of `size`, at most all; `fraction` in [0, 1].
    pub fn count(self, fraction: f64, size: usize) -> usize {
        let exact = fraction * size as f64;
        let count = match self {
            Rounding::HalfEven => exact.round_ties_even(),
            Rounding::HalfUp => exact.round(),
            Rounding::Floor => exact.floor(),
            Rounding::Ceil => exact.ceil(),
        };
        (count as usize).min(size)
    }

    /// A key that stands in the order of the fractions from which on more than `rank` of `size` are counted.
    pub(crate) fn turn(self, rank: usize, size: usize) -> u64 {
        let size = size as f64;
        let fraction = match self {
            Rounding::HalfEven | Rounding::HalfUp => (2 * rank + 1) as f64 / (2.0 * size),
            Rounding::Floor => (rank + 1) as f64 / size,
            Rounding::Ceil => rank as f64 / size,
        };
        // Of equal fractions those come first that round up at themselves.
        let after = self == Rounding::HalfEven && rank.is_multiple_of(2);
        fraction.to_bits() << 1 | u64::from(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_rounds_as_its_name_says() {
        let counts = |rule: Rounding| [0.0, 0.05, 0.14, 0.15, 0.25, 0.26, 1.0].map(|fraction| rule.count(fraction, 10));
        assert_eq!(counts(Rounding::HalfEven), [0, 0, 1, 2, 2, 3, 10]);
        assert_eq!(counts(Rounding::HalfUp), [0, 1, 1, 2, 3, 3, 10]);
        assert_eq!(counts(Rounding::Floor), [0, 0, 1, 1, 2, 2, 10]);
        assert_eq!(counts(Rounding::Ceil), [0, 1, 2, 2, 3, 3, 10]);
    }
}
