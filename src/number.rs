//! Numbers in words and figures. Floor 0.
//!
//! Invariant: there is one printer of numbers, that of JSON. Those of `format!` are as large as all that draws the figures.

use serde_json::Number;

/// The shortest text that reads back as `value`; a whole number has no point.
pub(crate) fn shortest(value: f64) -> String {
    let Some(number) = Number::from_f64(value) else {
        let name = if value.is_nan() { "NaN" } else { "an infinity" };
        return name.to_string();
    };
    let text = number.to_string();
    text.strip_suffix(".0").unwrap_or(&text).to_string()
}

/// `value` with so many decimals. It is not negative, and without its point below 2⁵³.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let unit = 10_u64.pow(decimals as u32);
    let parts = (value * unit as f64).round() as u64;
    format!("{}.{:0decimals$}", parts / unit, parts % unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    #[test]
    fn the_shortest_text_reads_back_and_has_the_digits_of_format() {
        for value in [0.0, 0.1, -2.5, 1e-7, 3e-4, 123_456.0, 1e6, 1e15, 1e16, 1e300, 4.9e-324, 2.0 / 3.0] {
            let text = shortest(value);
            assert_eq!(text.parse(), Ok(value));
            let digits = |text: String| text.split('e').next().unwrap_or_default().replace(['.', '-'], "");
            let digits = |text| digits(text).trim_matches('0').to_string();
            assert_eq!(digits(text), digits(format!("{value:e}")));
        }
        assert_eq!([3.0, f64::NAN].map(shortest), ["3", "NaN"]);
    }

    #[test]
    fn fixed_decimals_are_those_of_format() {
        for (draw, decimals) in Generator::new(3).rand(2000).into_iter().zip([1, 2, 3, 4].into_iter().cycle()) {
            let value = 100.0 * f64::from(draw);
            assert_eq!(fixed(value, decimals), format!("{value:.decimals$}"));
        }
        assert_eq!([fixed(0.0, 2), fixed(99.999, 2), fixed(7.05, 4)], ["0.00", "100.00", "7.0500"]);
    }
}
