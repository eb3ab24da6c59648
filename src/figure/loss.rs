//! The loss while it is being learned down, and with early stopping that on the validation part.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::frame::{Axes, Frame, decimal};
use super::{Area, Drawn, Style};

/// Draws the losses of the epochs so far, of `epochs` in all, over all of `area`; `validation` holds as many of the
/// validation part, or none. Their lowest is marked: that is the epoch early stopping goes back to.
///
/// # Errors
/// Those of the backend.
pub fn draw_loss<B: DrawingBackend>(
    area: &Area<B>,
    training: &[f64],
    validation: &[f64],
    epochs: usize,
    style: &Style,
) -> Drawn<B> {
    let points = |losses: &[f64]| -> Vec<(f64, f64)> {
        losses.iter().enumerate().map(|(i, &loss)| ((i + 1) as f64, loss)).collect()
    };
    let (training, validation) = (points(training), points(validation));
    let highest = training.iter().chain(&validation).map(|&(_, loss)| loss).fold(0.0, f64::max);
    let axes = Axes {
        x: 1.0..epochs.max(2) as f64,
        y: 0.0..if highest > 0.0 { 1.1 * highest } else { 1.0 },
        x_name: "epoch",
        y_name: if validation.is_empty() { "training loss" } else { "training and validation loss" },
        x_tick: &|epoch| if epoch.fract() == 0.0 { decimal(epoch) } else { String::new() },
        y_tick: &decimal,
    };
    let mut frame = Frame::new(area, &axes, style)?;
    let side = if training.len() > epochs / 2 { HPos::Right } else { HPos::Left };
    // The names of two lines stand apart: that of the higher one above it.
    let (higher, lower) = (Pos::new(side, VPos::Bottom), Pos::new(side, VPos::Top));
    let (loss, validated) = (training.last(), validation.last());
    let is_lower = |loss: &(f64, f64)| validated.is_some_and(|validated| loss.1 <= validated.1);
    let colour = style.palette.validation;
    frame.dashed(&validation, colour)?;
    // The first of several.
    if let Some(&lowest) = validation.iter().min_by(|a, b| a.1.total_cmp(&b.1)) {
        frame.dots(&[lowest], colour)?;
    }
    if let Some(&last) = validated {
        frame.name(last, "validation", colour, if loss.is_some_and(is_lower) { higher } else { lower })?;
    }
    let colour = style.palette.loss;
    frame.line(&training, colour)?;
    if let Some(&last) = loss {
        frame.dots(&[last], colour)?;
        frame.name(last, &format!("{:.4}", last.1), colour, if is_lower(&last) { lower } else { higher })?;
    }
    Ok(())
}
