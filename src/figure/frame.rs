//! What the figures share: axes, lines, and labels beside them.

use std::ops::Range;

use plotters::coord::cartesian::Cartesian2d;
use plotters::element::{Circle, DashedPathElement, EmptyElement, PathElement, Text};
use plotters::prelude::{DrawingArea, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, IntoFont, ShapeStyle, TextStyle};

use super::exact::{Exact, Other};
use super::scale::Scale;
use super::{Area, Axis, Colour, Drawn, Placed, Style};
use crate::experiment::Level;

const FAMILY: FontFamily<'static> = FontFamily::Name("system-ui, sans-serif");

/// Dashes and gaps in CSS pixels; how many there are has no divisor in common with the number of colours.
const DASHES: [[f64; 2]; 3] = [[7.0, 4.0], [2.0, 3.0], [13.0, 3.0]];

/// At most at so many places of a line it is asked whether its name may stand there.
const PLACES: usize = 40;

/// A plane with its axes drawn, ready for lines and labels.
pub(super) struct Frame<'s, B: DrawingBackend> {
    area: DrawingArea<B, Cartesian2d<Scale, Scale>>,
    style: &'s Style,
    /// What labels and pieces of lines take in backend pixels: left, top, right, bottom.
    labels: Vec<[f64; 4]>,
    lines: Vec<[f64; 4]>,
}

/// Where a figure's plane lies: its corners in backend pixels and the values there.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    pub columns: Range<i32>,
    pub rows: Range<i32>,
    pub x: Range<f64>,
    pub y: Range<f64>,
}

/// The ranges of both axes, their names, and how a tick of the vertical one is written.
pub(super) struct Axes<'t> {
    pub x: Range<f64>,
    pub y: Range<f64>,
    pub x_name: &'t str,
    pub y_name: &'t str,
    pub x_tick: &'t dyn Fn(&f64) -> String,
    pub y_tick: &'t dyn Fn(&f64) -> String,
}

impl<'s, B: DrawingBackend> Frame<'s, B> {
    pub fn new(area: &Area<B>, axes: &Axes, style: &'s Style) -> Placed<Self, B> {
        let palette = &style.palette;
        let pixels = |css: f64| style.pixels(css) as i32;
        area.fill(&palette.surface.0)?;
        let text = text_style(style, 12.0, palette.muted, FontStyle::Normal);
        if style.titled {
            area.draw_text(axes.y_name, &text, (pixels(8.0), pixels(4.0)))?;
        }
        let inner =
            area.margin(pixels(if style.titled { 26.0 } else { 12.0 }), pixels(42.0), pixels(52.0), pixels(22.0));
        let (columns, rows) = inner.get_pixel_range();
        let (last_column, last_row) = (columns.end - 1, rows.end - 1);
        let corners = (columns.start..last_column, last_row..rows.start);
        let plane = inner.apply_coord_spec(Cartesian2d::<Scale, Scale>::new(axes.x.clone(), axes.y.clone(), corners));

        let screen = area.use_screen_coord();
        let write = |words: &str, at, h, v| screen.draw_text(words, &text.pos(Pos::new(h, v)), at);
        let (axis, tick) = (stroke(palette.muted, style, 1.0), pixels(4.0));
        let line = |from: (i32, i32), to: (i32, i32)| screen.draw(&PathElement::new([from, to], axis));
        let middle = (columns.start + columns.end) / 2;
        write(axes.x_name, (middle, screen.get_pixel_range().1.end), HPos::Center, VPos::Bottom)?;
        // One tick for about 45 pixels of height.
        let most = (area.dim_in_pixel().1 / style.pixels(45.0)).clamp(3, 6) as usize;
        plane.draw_mesh(|backend, line| line.draw(backend, &stroke(palette.grid, style, 1.0)), most, 0)?;
        let left = columns.start - 1;
        line((left, rows.start), (left, last_row))?;
        for value in Scale::from(axes.y.clone()).ticks(most) {
            let (_, y) = plane.map_coordinate(&(axes.x.start, value));
            write(&(axes.y_tick)(&value), (columns.start - 2 * tick, y), HPos::Right, VPos::Center)?;
            line((left - tick, y), (left, y))?;
        }
        line((columns.start, rows.end), (last_column, rows.end))?;
        for value in Scale::from(axes.x.clone()).ticks(6) {
            let (x, _) = plane.map_coordinate(&(value, axes.y.start));
            write(&(axes.x_tick)(&value), (x, rows.end + 2 * tick), HPos::Center, VPos::Top)?;
            line((x, rows.end), (x, rows.end + tick))?;
        }
        Ok(Frame { area: plane, style, labels: Vec::new(), lines: Vec::new() })
    }

    pub fn plane(&self) -> Plane {
        let (columns, rows) = self.area.get_pixel_range();
        Plane { columns, rows, x: self.area.get_x_range(), y: self.area.get_y_range() }
    }

    /// A solid line through the points, which go from left to right.
    pub fn line(&mut self, points: &[(f64, f64)], colour: Colour) -> Drawn<B> {
        let points = self.thinned(points);
        self.area.draw(&PathElement::new(points, stroke(colour, self.style, 2.0)))
    }

    /// The same, dashed.
    pub fn dashed(&mut self, points: &[(f64, f64)], colour: Colour) -> Drawn<B> {
        let points = self.thinned(points);
        self.dash(points, [5.0, 3.0], stroke(colour, self.style, 1.5))
    }

    /// Thin dashed lines, no two of the same colour and the same dashes.
    pub fn others(&mut self, others: &[(&Other, Vec<(f64, f64)>)]) -> Drawn<B> {
        for (other, line) in others {
            let stroke = stroke(self.style.palette.other(other.look), self.style, 1.5);
            let points = self.thinned(line);
            self.dash(points, DASHES[other.look % DASHES.len()], stroke)?;
        }
        Ok(())
    }

    /// A line of dashes and gaps of so many CSS pixels.
    fn dash(&self, points: Vec<(f64, f64)>, lengths: [f64; 2], stroke: ShapeStyle) -> Drawn<B> {
        let [dash, gap] = lengths.map(|css| self.style.pixels(css));
        self.area.draw(&DashedPathElement::new(points, dash, gap, stroke))
    }

    /// The names of those lines, each beside its own where there is room for it: in the second half if anywhere there,
    /// and where the name hides least of the lines drawn so far.
    pub fn name_others(&mut self, others: &[(&Other, Vec<(f64, f64)>)]) -> Drawn<B> {
        for (other, line) in others {
            let anchor = Pos::new(HPos::Left, VPos::Bottom);
            let (columns, rows) = self.area.get_pixel_range();
            let fits = |&(x, y): &(f64, f64)| {
                let own = self.space((x, y), &other.name, anchor);
                let inside = own[2] <= f64::from(columns.end) && own[1] >= f64::from(rows.start);
                inside && self.labels.iter().all(|label| apart(&own, label))
            };
            let hidden = |&point: &(f64, f64)| {
                let own = self.space(point, &other.name, anchor);
                self.lines.iter().filter(|piece| !apart(&own, piece)).count()
            };
            // From the middle on lines are further apart.
            let (before, after) = line.split_at(line.len() / 2);
            let best = |part: &[(f64, f64)]| {
                part.iter().step_by(line.len().div_ceil(PLACES)).copied().filter(fits).min_by_key(hidden)
            };
            if let Some(point) = best(after).or_else(|| best(before)) {
                self.name(point, &other.name, self.style.palette.other(other.look), anchor)?;
            }
        }
        Ok(())
    }

    /// About what a label takes: left, top, right, bottom.
    fn space(&self, at: (f64, f64), text: &str, anchor: Pos) -> [f64; 4] {
        let (x, y) = self.area.map_coordinate(&at);
        let [wide, high] = [8.0 * text.chars().count() as f64, 20.0].map(|css| f64::from(self.style.pixels(css)));
        let left = f64::from(x) - if matches!(anchor.h_pos, HPos::Right) { wide } else { 0.0 };
        let top = f64::from(y) - if matches!(anchor.v_pos, VPos::Bottom) { high } else { 0.0 };
        [left, top, left + wide, top + high]
    }

    /// Points that make the same line on this screen, which is remembered.
    fn thinned(&mut self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let Plane { columns, x, .. } = self.plane();
        let points = thinned(points, &x, columns.len());
        let on_screen = points.iter().map(|point| self.area.map_coordinate(point));
        let on_screen: Vec<[f64; 2]> = on_screen.map(|(x, y)| [x, y].map(f64::from)).collect();
        let piece = |ends: &[[f64; 2]]| {
            let [[ax, ay], [bx, by]] = [ends[0], ends[1]];
            [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]
        };
        self.lines.extend(on_screen.windows(2).map(piece));
        points
    }

    /// A dot at each point.
    pub fn dots(&mut self, points: &[(f64, f64)], colour: Colour) -> Drawn<B> {
        let radius = self.style.pixels(3.0);
        points.iter().try_for_each(|&point| self.area.draw(&Circle::new(point, radius, colour.0.filled())))
    }

    /// A dashed horizontal line across the figure, named at its right end, above (`Bottom` of the name) or below it.
    pub fn reference(&mut self, y: f64, name: String, side: VPos) -> Drawn<B> {
        let Range { start, end } = self.area.get_x_range();
        let colour = self.style.palette.reference;
        self.dash(vec![(start, y), (end, y)], [2.0, 4.0], stroke(colour, self.style, 1.0))?;
        self.label((end, y), name, (colour, FontStyle::Normal), Pos::new(HPos::Right, side))
    }

    /// Bold text beside a point of a line, in the line's colour.
    pub fn name(&mut self, point: (f64, f64), text: &str, colour: Colour, anchor: Pos) -> Drawn<B> {
        self.label(point, text.to_string(), (colour, FontStyle::Bold), anchor)
    }

    fn label(&mut self, at: (f64, f64), text: String, (colour, font): (Colour, FontStyle), anchor: Pos) -> Drawn<B> {
        self.labels.push(self.space(at, &text, anchor));
        let style = text_style(self.style, 12.0, colour, font).pos(anchor);
        let gap = self.style.pixels(5.0) as i32;
        let x = match anchor.h_pos {
            HPos::Left => gap,
            HPos::Right => -gap,
            HPos::Center => 0,
        };
        let y = match anchor.v_pos {
            VPos::Top => gap,
            VPos::Bottom => -gap,
            VPos::Center => 0,
        };
        self.area.draw(&(EmptyElement::at(at) + Text::new(text, (x, y), style)))
    }
}

fn apart(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1]
}

/// The other criteria's lines, those that the axis has no place for left out.
pub(super) fn named_lines(exact: &Exact, line: impl Fn(&Exact) -> Vec<(f64, f64)>) -> Vec<(&Other, Vec<(f64, f64)>)> {
    let lines = exact.others.iter().map(|other| (other, line(&other.exact)));
    lines.filter(|(_, line)| !line.is_empty()).collect()
}

/// Points through which the line looks the same in so many columns of pixels: of those in one column, the first, the
/// lowest, the highest and the last.
fn thinned(points: &[(f64, f64)], x: &Range<f64>, columns: usize) -> Vec<(f64, f64)> {
    if points.len() <= 4 * columns {
        return points.to_vec();
    }
    let column = |point: &(f64, f64)| ((point.0 - x.start) / (x.end - x.start) * columns as f64) as usize;
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(4 * columns);
    for chunk in points.chunk_by(|a, b| column(a) == column(b)) {
        let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let extremes = [chunk.first(), chunk.iter().min_by(by_value), chunk.iter().max_by(by_value), chunk.last()];
        kept.extend(extremes.into_iter().flatten());
    }
    kept
}

fn text_style(style: &Style, size: f64, colour: Colour, font: FontStyle) -> TextStyle<'static> {
    let font = (FAMILY, f64::from(style.pixels(size)), font).into_font();
    TextStyle { color: colour.0.to_backend_color(), ..TextStyle::from(font) }
}

fn stroke(colour: Colour, style: &Style, width: f64) -> ShapeStyle {
    colour.0.stroke_width(style.pixels(width))
}

/// The levels that the axis can show, with their place on it.
pub(super) fn on_axis(levels: &[Level], axis: Axis) -> Vec<(f64, &Level)> {
    let place = |level: &Level| match axis {
        Axis::Threshold => level.threshold,
        Axis::Amount => Some(level.amount),
        Axis::Compression => level.compression_ratio.map(libm::log2),
    };
    levels.iter().filter_map(|level| place(level).map(|x| (x, level))).collect()
}

/// The name of the axis.
pub(super) fn axis_name(axis: Axis) -> &'static str {
    match axis {
        Axis::Threshold => "threshold on |w|",
        Axis::Amount => "amount: fraction of weights pruned",
        Axis::Compression => "compression ratio, log scale",
    }
}

/// How a tick of the axis is written. Ratios lie on it by their base-2 logarithm.
pub(super) fn axis_tick(axis: Axis) -> &'static dyn Fn(&f64) -> String {
    match axis {
        Axis::Threshold | Axis::Amount => &decimal,
        Axis::Compression => &|doublings| match doublings.fract() {
            0.0 => format!("{}×", 1u64 << *doublings as u32),
            _ => String::new(),
        },
    }
}

/// A tick of an axis: as many digits as tell ticks apart.
pub(super) fn decimal(value: &f64) -> String {
    if *value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:e}");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A count in groups of three digits, apart by a thin space.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join("\u{2009}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_line_has_the_ends_and_the_extremes_of_every_column() {
        let points: Vec<(f64, f64)> = (0..=10_000).map(|i| (f64::from(i), f64::from(i * 7919 % 1009))).collect();
        let kept = thinned(&points, &(0.0..10_000.0), 100);
        assert!(kept.len() <= 404);
        assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[10_000]));
        for column in points.chunk_by(|a, b| (a.0 / 100.0) as usize == (b.0 / 100.0) as usize) {
            let highest = column.iter().map(|point| point.1).fold(0.0, f64::max);
            assert!(kept.iter().any(|point| point.1 == highest && column.contains(point)));
        }
        assert_eq!(thinned(&points[..400], &(0.0..10_000.0), 100), points[..400]);
    }
}
