//! Test accuracy against threshold, the unpruned network as a reference line.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::VPos;

use super::frame::{Axes, Frame, axis_name, axis_range, decimal, on_axis};
use super::{Area, Drawn, Style};
use crate::experiment::Report;

/// Draws the figure over all of `area`.
///
/// # Errors
/// Those of the backend.
pub fn draw_accuracy<B: DrawingBackend>(area: &Area<B>, report: &Report, style: &Style) -> Drawn<B> {
    let levels = on_axis(&report.levels, style.axis);
    let points: Vec<(f64, f64)> = levels.iter().map(|&(x, level)| (x, 100.0 * level.scores.test_accuracy)).collect();
    let unpruned = 100.0 * report.unpruned.scores.test_accuracy;
    let lowest = points.iter().map(|&(_, y)| y).fold(unpruned, f64::min);
    // Down to the ten below, so that a small loss shows and a large one is not cut off; up to 100 %, and a little more
    // where the name of the unpruned network would not fit.
    let bottom = ((lowest - 2.0) / 10.0).floor().max(0.0) * 10.0;
    let top = if 100.0 - unpruned < (100.0 - bottom) / 10.0 { 100.0 + (100.0 - bottom) / 8.0 } else { 100.0 };
    let axes = Axes {
        x: axis_range(&levels),
        y: bottom..top,
        x_name: axis_name(style.axis),
        y_name: "test accuracy",
        x_tick: &decimal,
        y_tick: &|percent| if *percent > 100.0 { String::new() } else { format!("{} %", decimal(percent)) },
    };
    let mut frame = Frame::new(area, &axes, style)?;
    frame.reference(unpruned, format!("unpruned {unpruned:.2} %"))?;
    let colour = style.palette.accuracy;
    frame.line(&points, colour)?;
    frame.dots(&points, colour)?;
    if let Some(&last) = points.last() {
        frame.name(last, format!("{:.2} %", last.1), colour, VPos::Top)?;
    }
    Ok(())
}
