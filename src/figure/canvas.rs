//! The page's canvas as a plotters backend.
//!
//! Text is measured by the canvas itself: an element put into the page for it would be inline-styled, which a strict content
//! security policy refuses. Absent on purpose: what is translucent, text that is turned, and shapes that no figure has.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::error::Error;

/// A backend that draws on all of one canvas, in its backing pixels.
pub struct Canvas {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Canvas {
    /// The backend of `canvas`, or `None` if the browser gives no 2d context for it.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Canvas { canvas, context })
    }

    /// Paints what is drawn from now on, or strokes it.
    fn take_up(&self, style: &impl BackendStyle, fill: bool) {
        let (r, g, b) = style.color().rgb;
        let colour = format!("rgb({r},{g},{b})");
        if fill {
            self.context.set_fill_style_str(&colour);
        } else {
            self.context.set_stroke_style_str(&colour);
            self.context.set_line_width(style.stroke_width().into());
        }
    }

    fn take_up_font(&self, style: &impl BackendTextStyle) {
        // Sizes are whole pixels.
        let size = style.size() as u32;
        self.context.set_font(&format!("{} {size}px {}", style.style().as_str(), style.family().as_str()));
    }
}

type Drawn = Result<(), DrawingErrorKind<Error>>;

fn refused(_: JsValue) -> DrawingErrorKind<Error> {
    DrawingErrorKind::DrawingError(Error::invalid("", "the canvas refuses to be drawn on"))
}

impl DrawingBackend for Canvas {
    type ErrorType = Error;

    /// The width that the browser will give the text, and the font's size as its height.
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Error>> {
        self.take_up_font(style);
        let width = self.context.measure_text(text).map_or(0.0, |metrics| metrics.width());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }

    fn get_size(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    /// Through the middles of pixels where it is level or upright.
    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        let shift = |same: bool| if same { -0.5 } else { 0.0 };
        let (dx, dy) = (shift(from.0 == to.0), shift(from.1 == to.1));
        self.take_up(style, false);
        self.context.begin_path();
        self.context.move_to(f64::from(from.0) + dx, f64::from(from.1) + dy);
        self.context.line_to(f64::from(to.0) + dx, f64::from(to.1) + dy);
        self.context.stroke();
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        let [x, y, width, height] = [from.0, from.1, to.0 - from.0, to.1 - from.1].map(f64::from);
        self.take_up(style, fill);
        if fill {
            self.context.fill_rect(x, y, width, height);
        } else {
            self.context.stroke_rect(x, y, width, height);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.take_up(style, false);
        self.context.begin_path();
        // The first `line_to` of a path moves.
        path.into_iter().for_each(|(x, y)| self.context.line_to(x.into(), y.into()));
        self.context.stroke();
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        self.take_up(style, fill);
        self.context.begin_path();
        self.context.arc(x.into(), y.into(), radius.into(), 0.0, std::f64::consts::TAU).map_err(refused)?;
        if fill {
            self.context.fill()
        } else {
            self.context.stroke()
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        self.take_up(&style.color(), true);
        self.take_up_font(style);
        let anchor = style.anchor();
        self.context.set_text_baseline(match anchor.v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        self.context.set_text_align(match anchor.h_pos {
            HPos::Left => "start",
            HPos::Center => "center",
            HPos::Right => "end",
        });
        self.context.fill_text(text, x.into(), y.into()).map_err(refused)
    }
}
