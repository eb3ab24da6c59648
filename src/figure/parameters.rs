//! Parameters at every cut: the total stays where it was, the non-zero ones fall, the effective ones fall faster.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::frame::{Axes, Frame, Plane, axis_name, axis_tick, grouped, named_lines, on_axis};
use super::{Area, Exact, Placed, Style};
use crate::experiment::Report;

/// Draws the figure over all of `area`; where its plane lies.
///
/// # Errors
/// Those of the backend.
pub fn draw_parameters<B: DrawingBackend>(
    area: &Area<B>,
    report: &Report,
    exact: &Exact,
    style: &Style,
) -> Placed<Plane, B> {
    let nonzero = exact.nonzero_params(report).into_iter().map(|count| count as f64).enumerate();
    let nonzero = exact.line(style.axis, report, nonzero);
    let effective = exact.effective_params.iter().map(|&count| f64::from(count)).enumerate();
    let effective = exact.line(style.axis, report, effective);
    let placed = on_axis(&report.levels, style.axis);
    let levels: Vec<(f64, f64)> = placed.iter().map(|&(x, level)| (x, level.nonzero_params as f64)).collect();
    let (nonzero, effective) = if exact.removed.is_empty() {
        (levels.clone(), placed.iter().map(|&(x, level)| (x, level.effective_params as f64)).collect())
    } else {
        (nonzero, effective)
    };
    let others = named_lines(exact, |other| {
        let effective = other.effective_params.iter().map(|&count| f64::from(count)).enumerate();
        other.line(style.axis, report, effective)
    });
    let total = report.unpruned.total_params;
    let axes = Axes {
        x: exact.range(style.axis, report),
        y: 0.0..1.1 * total as f64,
        x_name: axis_name(style.axis),
        y_name: "parameters",
        x_tick: axis_tick(style.axis),
        y_tick: &|count| grouped(*count as usize),
    };
    let mut frame = Frame::new(area, &axes, style)?;
    frame.reference(total as f64, format!("total {}, pruned or not", grouped(total)), VPos::Bottom)?;
    let palette = &style.palette;
    frame.others(&others)?;
    frame.dashed(&effective, palette.effective)?;
    frame.line(&nonzero, palette.parameters)?;
    frame.dots(&levels, palette.parameters)?;
    // Each name where its line has fallen to a part of its height: there the lines are apart.
    let at = |line: &[(f64, f64)], part: f64| line.iter().copied().find(|&(_, y)| y <= part * total as f64);
    if let Some(point) = at(&nonzero, 0.3) {
        frame.name(point, "non-zero", palette.parameters, Pos::new(HPos::Left, VPos::Bottom))?;
    }
    if let Some(point) = at(&effective, 0.12) {
        // Between the lines if there is room, else below both.
        let room = nonzero.iter().any(|&(x, y)| x >= point.0 && y >= 0.4 * total as f64);
        let (side, height) = if room { (HPos::Left, VPos::Bottom) } else { (HPos::Right, VPos::Top) };
        frame.name(point, "effective", palette.effective, Pos::new(side, height))?;
    }
    frame.name_others(&others)?;
    Ok(frame.plane())
}
