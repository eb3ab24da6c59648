//! Test accuracy at every cut, and the levels on it; the unpruned network and the largest class as reference lines.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::VPos;

use super::frame::{Axes, Frame, Plane, axis_name, axis_tick, decimal, named_lines, on_axis};
use super::{Area, Exact, Placed, Style};
use crate::experiment::Report;

/// Draws the figure over all of `area`; where its plane lies.
///
/// # Errors
/// Those of the backend.
pub fn draw_accuracy<B: DrawingBackend>(
    area: &Area<B>,
    report: &Report,
    exact: &Exact,
    style: &Style,
) -> Placed<Plane, B> {
    let percent = |correct: u32| 100.0 * f64::from(correct) / report.data.n_test as f64;
    let curve = exact.line(style.axis, report, exact.accuracies(report));
    let others = named_lines(exact, |other| other.line(style.axis, report, other.accuracies(report)));
    let levels: Vec<(f64, f64)> = on_axis(&report.levels, style.axis)
        .into_iter()
        .map(|(x, level)| (x, 100.0 * level.scores.test_accuracy))
        .collect();
    let curve = if exact.removed.is_empty() { levels.clone() } else { curve };
    let (unpruned, largest) = (100.0 * report.unpruned.scores.test_accuracy, percent(exact.largest_class));
    let others_points = others.iter().flat_map(|(_, line)| line);
    let lowest =
        curve.iter().chain(&levels).chain(others_points).map(|&(_, y)| y).fold(unpruned.min(largest), f64::min);
    // Down to the ten below, so that a small loss shows and a large one is not cut off; up to 100 %, and a little more
    // where the name of the unpruned network would not fit.
    let bottom = ((lowest - 2.0) / 10.0).floor().max(0.0) * 10.0;
    let top = if 100.0 - unpruned < (100.0 - bottom) / 10.0 { 100.0 + (100.0 - bottom) / 8.0 } else { 100.0 };
    let axes = Axes {
        x: exact.range(style.axis, report),
        y: bottom..top,
        x_name: axis_name(style.axis),
        y_name: "test accuracy",
        x_tick: axis_tick(style.axis),
        y_tick: &|percent| if *percent > 100.0 { String::new() } else { format!("{} %", decimal(percent)) },
    };
    let mut frame = Frame::new(area, &axes, style)?;
    // On a phone the words would lie where the cut says its own accuracy.
    let words = if area.dim_in_pixel().0 < style.pixels(400.0) { "" } else { "unpruned " };
    frame.reference(unpruned, format!("{words}{unpruned:.2} %"), VPos::Bottom)?;
    // The two names would stand on each other.
    let close = (unpruned - largest).abs() < (top - bottom) / 8.0;
    let side = if close && largest <= unpruned { VPos::Top } else { VPos::Bottom };
    frame.reference(largest, format!("largest class {largest:.2} %"), side)?;
    frame.others(&others)?;
    frame.line(&curve, style.palette.accuracy)?;
    frame.dots(&levels, style.palette.accuracy)?;
    frame.name_others(&others)?;
    Ok(frame.plane())
}
