//! The loss while it is being learned down.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::frame::{Axes, Frame, decimal};
use super::{Area, Drawn, Style};

/// Draws the losses of the epochs so far, of `epochs` in all, over all of `area`.
///
/// # Errors
/// Those of the backend.
pub fn draw_loss<B: DrawingBackend>(area: &Area<B>, losses: &[f64], epochs: usize, style: &Style) -> Drawn<B> {
    let points: Vec<(f64, f64)> = losses.iter().enumerate().map(|(i, &loss)| ((i + 1) as f64, loss)).collect();
    let highest = losses.iter().copied().fold(0.0, f64::max);
    let axes = Axes {
        x: 1.0..epochs.max(2) as f64,
        y: 0.0..if highest > 0.0 { 1.1 * highest } else { 1.0 },
        x_name: "epoch",
        y_name: "training loss",
        x_tick: &|epoch| if epoch.fract() == 0.0 { decimal(epoch) } else { String::new() },
        y_tick: &decimal,
    };
    let mut frame = Frame::new(area, &axes, style)?;
    let colour = style.palette.loss;
    frame.line(&points, colour)?;
    if let Some(&last) = points.last() {
        frame.dots(&[last], colour)?;
        let side = if losses.len() > epochs / 2 { HPos::Right } else { HPos::Left };
        frame.name(last, &format!("{:.4}", last.1), colour, Pos::new(side, VPos::Bottom))?;
    }
    Ok(())
}
