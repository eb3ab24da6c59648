//! Parameters against threshold: the non-zero ones fall, the total stays where it was.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::VPos;

use super::frame::{Axes, Frame, axis_name, axis_range, decimal, grouped, on_axis};
use super::{Area, Drawn, Style};
use crate::experiment::Report;

/// Draws the figure over all of `area`.
///
/// # Errors
/// Those of the backend.
pub fn draw_parameters<B: DrawingBackend>(area: &Area<B>, report: &Report, style: &Style) -> Drawn<B> {
    let levels = on_axis(&report.levels, style.axis);
    let points: Vec<(f64, f64)> = levels.iter().map(|&(x, level)| (x, level.nonzero_params as f64)).collect();
    let total = report.unpruned.total_params;
    let axes = Axes {
        x: axis_range(&levels),
        y: 0.0..1.1 * total as f64,
        x_name: axis_name(style.axis),
        y_name: "parameters",
        x_tick: &decimal,
        y_tick: &|count| grouped(*count as usize),
    };
    let mut frame = Frame::new(area, &axes, style)?;
    frame.reference(total as f64, format!("total {}, pruned or not", grouped(total)))?;
    let colour = style.palette.parameters;
    frame.line(&points, colour)?;
    frame.dots(&points, colour)?;
    if let Some(&last) = points.last() {
        frame.name(last, format!("{} non-zero", grouped(last.1 as usize)), colour, VPos::Top)?;
    }
    Ok(())
}
