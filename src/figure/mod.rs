//! The figures, each drawn by one function on any plotters backend. Floor 5.
//!
//! Invariants: sizes are in CSS pixels times [`Style::ratio`], so a figure is as crisp as the screen; every line is
//! labelled where it runs, and what colour says is said in words too. Absent on purpose: the choice of colours (the
//! page's custom properties), interaction.

mod accuracy;
#[cfg(target_arch = "wasm32")]
mod canvas;
mod exact;
mod frame;
mod loss;
mod parameters;
mod scale;
mod style;

pub use accuracy::draw_accuracy;
#[cfg(target_arch = "wasm32")]
pub use canvas::Canvas;
pub use exact::{Exact, Other};
pub use frame::Plane;
pub use loss::draw_loss;
pub use parameters::draw_parameters;
pub use style::{Axis, Colour, Palette, Style};

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, DrawingBackend};

/// What a figure is drawn on: a whole backend or a part of it.
pub type Area<B> = DrawingArea<B, Shift>;

/// What was drawn, or the backend's own error.
pub type Placed<T, B> = std::result::Result<T, DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// Drawn, or the backend's own error.
pub type Drawn<B> = Placed<(), B>;
