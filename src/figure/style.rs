//! What a figure looks like, apart from what it shows.

use plotters::style::RGBColor;
use serde_json::Value;

use crate::error::Result;
use crate::read::{Read, json_names, read_fields, refused};

/// The horizontal axis of a figure of levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The cut on |w|. Levels without one are left out.
    Threshold,
    /// The fraction of prunable weights removed.
    Amount,
    /// Total to non-zero parameters, on a logarithmic scale. Levels at which nothing is left are left out.
    Compression,
}

/// Colours, scale and axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    pub axis: Axis,
    /// Whether the figure names its vertical axis; where a heading does, it need not.
    pub titled: bool,
    /// Backend pixels a CSS pixel.
    pub ratio: f64,
    pub palette: Palette,
}

/// A colour written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub RGBColor);

/// A colour for each meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub surface: Colour,
    pub muted: Colour,
    pub grid: Colour,
    pub accuracy: Colour,
    pub parameters: Colour,
    pub effective: Colour,
    pub loss: Colour,
    /// Of what is judged by the validation part.
    pub validation: Colour,
    pub reference: Colour,
    /// Of other criteria's lines.
    pub others: Vec<Colour>,
}

json_names!(Axis { Threshold: "threshold", Amount: "amount", Compression: "compression" });
read_fields!(Style { axis, titled, ratio, palette });
read_fields!(Palette { surface, muted, grid, accuracy, parameters, effective, loss, validation, reference, others });

impl Style {
    /// The page's light theme at one pixel a CSS pixel.
    pub fn light(axis: Axis) -> Self {
        let colour = |r, g, b| Colour(RGBColor(r, g, b));
        let palette = Palette {
            surface: colour(0xff, 0xff, 0xff),
            muted: colour(0x5c, 0x66, 0x6b),
            grid: colour(0xe4, 0xe1, 0xd8),
            accuracy: colour(0x0f, 0x6b, 0x4f),
            parameters: colour(0x0a, 0x66, 0xa8),
            effective: colour(0x7d, 0x4e, 0xa3),
            loss: colour(0x0f, 0x6b, 0x4f),
            validation: colour(0x0a, 0x66, 0xa8),
            reference: colour(0x5c, 0x66, 0x6b),
            others: vec![
                colour(0xc4, 0x57, 0x0c),
                colour(0x00, 0x7a, 0x8c),
                colour(0x8a, 0x6a, 0x00),
                colour(0x6a, 0x4f, 0xc4),
                colour(0x7a, 0x4a, 0x2b),
            ],
        };
        Style { axis, titled: true, ratio: 1.0, palette }
    }

    /// A length of CSS pixels in backend pixels, at least one.
    pub(super) fn pixels(&self, css: f64) -> u32 {
        (css * self.ratio).round().max(1.0) as u32
    }
}

impl Palette {
    /// The colour of another criterion's line.
    pub(super) fn other(&self, look: usize) -> Colour {
        *self.others.get(look % self.others.len().max(1)).unwrap_or(&self.reference)
    }
}

impl Read for Colour {
    fn read(json: &Value) -> Result<Self> {
        let digits = json.as_str().and_then(|text| text.strip_prefix('#')).filter(|digits| digits.len() == 6);
        let Some(Ok(value)) = digits.map(|digits| u32::from_str_radix(digits, 16)) else {
            return refused("a colour, #rrggbb", json);
        };
        let [_, r, g, b] = value.to_be_bytes();
        Ok(Colour(RGBColor(r, g, b)))
    }
}
