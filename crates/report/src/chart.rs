//! Line charts as SVG, all of one size and hand.
//!
//! plotters places marks on whole pixels, so a chart is drawn on a canvas of 1200 x 820 and shown at less than half of it.
//! Dashes and fonts come from the page's style sheet, by the inks' colours. A chart holds no text from the data: names
//! stand in the page's legend, where the template escapes them.

use crate::ReportError;
use crate::words::count;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Width and height of the canvas.
pub const SIZE: (u32, u32) = (1200, 820);
/// Left, top, right and bottom edge of the plotting area on the canvas: where the page's script draws on top.
pub const AREA: [u32; 4] = [158, 24, SIZE.0 - 56, SIZE.1 - 106];

/// What a line stands for; the style sheet gives each its dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The chosen model.
    Chosen,
    /// Another model, by its place among the others.
    Other(usize),
    /// The rows fitted, in a learning curve.
    Train,
    /// The rows watched, in a learning curve.
    Watched,
    /// What chance or perfection would give.
    Reference,
    /// The train, valid and test leads of a bar, the darker the later.
    Part(usize),
}

/// The colours of [`Ink::Other`], which repeat after the last.
pub const OTHERS: [RGBColor; 5] = [
    RGBColor(0x8a, 0x5a, 0x2b),
    RGBColor(0x5b, 0x7f, 0x5e),
    RGBColor(0x7d, 0x65, 0x94),
    RGBColor(0x6c, 0x75, 0x7f),
    RGBColor(0xa8, 0x4f, 0x5f),
];
const PARTS: [RGBColor; 3] =
    [RGBColor(0xc9, 0xd6, 0xe4), RGBColor(0x7b, 0xa3, 0xcd), RGBColor(0x17, 0x4a, 0x85)];
const CHOSEN: RGBColor = RGBColor(0x1f, 0x5f, 0xa8);
const TRAIN: RGBColor = RGBColor(0x3d, 0x48, 0x55);
const WATCHED: RGBColor = RGBColor(0x1d, 0x6b, 0x57);
const REFERENCE: RGBColor = RGBColor(0xa3, 0xad, 0xb8);
const GRID: RGBColor = RGBColor(0xe6, 0xea, 0xee);
const AXIS: RGBColor = RGBColor(0x8b, 0x96, 0xa2);
const TEXT: RGBColor = RGBColor(0x4a, 0x55, 0x61);

impl Ink {
    /// The colour of the ink.
    pub fn color(self) -> RGBColor {
        match self {
            Ink::Chosen => CHOSEN,
            Ink::Other(i) => OTHERS[i % OTHERS.len()],
            Ink::Train => TRAIN,
            Ink::Watched => WATCHED,
            Ink::Reference => REFERENCE,
            Ink::Part(i) => PARTS[i % PARTS.len()],
        }
    }

    /// The colour as CSS writes it and as plotters does, so that a selector matches.
    pub fn hex(self) -> String {
        let RGBColor(r, g, b) = self.color();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    fn width(self) -> u32 {
        match self {
            Ink::Chosen | Ink::Watched => 7,
            Ink::Other(_) | Ink::Train => 4,
            Ink::Reference | Ink::Part(_) => 3,
        }
    }
}

/// A line through points in the chart's units.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it stands for.
    pub ink: Ink,
    /// The points in drawing order.
    pub points: Vec<(f64, f64)>,
}

/// A mark with an upright bar for its interval.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Position.
    pub x: f64,
    /// Height.
    pub y: f64,
    /// Lower end of the bar.
    pub low: f64,
    /// Upper end of the bar.
    pub high: f64,
}

/// A filled rectangle from the axis or from the bar below it.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// From and to along.
    pub x: (f64, f64),
    /// From and to up.
    pub y: (f64, f64),
    /// What it stands for.
    pub ink: Ink,
}

/// A word of ours in a chart, beside what it names.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The word.
    pub text: &'static str,
    /// Its left end, half way up.
    pub at: (f64, f64),
    /// What it names.
    pub ink: Ink,
}

/// How an axis writes its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Units {
    /// 0.25 as `25 %`.
    Percent,
    /// The square root of a share, which gives small shares room: 0.5 as `25 %`.
    Root,
    /// Whole numbers.
    Count,
    /// As many decimals as the axis needs.
    Number,
    /// The name of the period that begins there.
    Names(Vec<String>),
}

impl Units {
    fn write(&self, value: f64, span: f64) -> String {
        match self {
            Units::Names(names) => {
                let at = (value.fract() == 0.0 && value >= 0.0).then_some(value as usize);
                at.and_then(|i| names.get(i)).cloned().unwrap_or_default()
            }
            Units::Root => {
                let percent = (value * value * 1e6).round() / 1e4;
                format!("{percent} %")
            }
            Units::Percent if span < 0.02 => format!("{:.2} %", value * 100.0),
            Units::Percent if span < 0.1 => format!("{:.1} %", value * 100.0),
            Units::Percent => format!("{:.0} %", value * 100.0),
            Units::Count => count(value.round().max(0.0) as u64),
            Units::Number => {
                let places = match span {
                    s if s < 0.05 => 3,
                    s if s < 2.0 => 2,
                    s if s < 6.0 => 1,
                    _ => 0,
                };
                format!("{value:.places$}")
            }
        }
    }
}

/// An axis.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What it measures.
    pub label: &'static str,
    /// From and to.
    pub range: Range<f64>,
    /// How its numbers are written.
    pub units: Units,
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Along.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// Drawn first.
    pub bars: Vec<Bar>,
    /// Drawn in order: the last lies on top.
    pub lines: Vec<Line>,
    /// Drawn above the lines, in the chosen model's ink.
    pub marks: Vec<Mark>,
    /// Drawn last.
    pub labels: Vec<Label>,
}

/// Draws a chart; the result is an `<svg>` element that fills its container's width.
///
/// # Errors
/// [`ReportError::Chart`] where plotters refuses.
pub fn draw(chart: &Chart) -> Result<String, ReportError> {
    let mut svg = String::new();
    paint(chart, &mut svg).map_err(|problem| ReportError::Chart {
        chart: chart.y.label,
        problem: problem.to_string(),
    })?;
    let head = svg.find('>').map_or(0, |end| end + 1);
    let (width, height) = SIZE;
    Ok(format!(
        "<svg viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\" focusable=\"false\">{}",
        &svg[head..]
    ))
}

fn paint(chart: &Chart, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let (x, y) = (widened(&chart.x.range), widened(&chart.y.range));
    let (x_span, y_span) = (x.end - x.start, y.end - y.start);
    let mut area = ChartBuilder::on(&root)
        .margin_top(AREA[1])
        .margin_right(SIZE.0 - AREA[2])
        .x_label_area_size(SIZE.1 - AREA[3])
        .y_label_area_size(AREA[0])
        .build_cartesian_2d(x, y)?;
    let font = |size: u32| ("sans-serif", size).into_font().color(&TEXT);
    area.configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(2))
        .axis_style(AXIS.stroke_width(3))
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|v| chart.x.units.write(*v, x_span))
        .y_label_formatter(&|v| chart.y.units.write(*v, y_span))
        .label_style(font(36))
        .axis_desc_style(font(38).pos(Pos::new(HPos::Center, VPos::Center)))
        .x_desc(chart.x.label)
        .y_desc(chart.y.label)
        .draw()?;
    for Bar { x, y, ink } in &chart.bars {
        let corners = [(x.0, y.0), (x.1, y.1)];
        area.draw_series([Rectangle::new(corners, ink.color().filled())])?;
    }
    for line in &chart.lines {
        let style = line.ink.color().stroke_width(line.ink.width());
        area.draw_series([PathElement::new(line.points.clone(), style)])?;
    }
    // Many marks are small ones, or they would hide each other.
    let radius = (300 / chart.marks.len().max(1)).clamp(5, 11) as i32;
    for Mark { x, y, low, high } in &chart.marks {
        let bar = vec![(*x, *low), (*x, *high)];
        area.draw_series([PathElement::new(bar, CHOSEN.mix(0.5).stroke_width(6))])?;
        area.draw_series([Circle::new((*x, *y), radius, CHOSEN.filled())])?;
    }
    for Label { text, at, ink } in &chart.labels {
        // The grey of the reference lines is too pale for words.
        let color = if *ink == Ink::Reference { TEXT } else { ink.color() };
        let style = ("sans-serif", 36).into_font().color(&color);
        area.draw_series([Text::new(*text, *at, style.pos(Pos::new(HPos::Left, VPos::Center)))])?;
    }
    root.present()?;
    Ok(())
}

/// A range that is not empty, whatever came in.
fn widened(range: &Range<f64>) -> Range<f64> {
    let start = if range.start.is_finite() { range.start } else { 0.0 };
    let end = if range.end.is_finite() && range.end > start { range.end } else { start + 1.0 };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_something_whatever_the_range() {
        for end in [1.0, 0.0, f64::NAN] {
            let axis = |label| Axis { label, range: 0.0..end, units: Units::Percent };
            let line = Line { ink: Ink::Chosen, points: vec![(0.0, 0.0), (1.0, 1.0)] };
            let chart = Chart {
                x: axis("x"),
                y: axis("y"),
                bars: vec![Bar { x: (0.0, 0.5), y: (0.0, 0.5), ink: Ink::Part(0) }],
                lines: vec![line],
                marks: vec![],
                labels: vec![],
            };
            let svg = draw(&chart).unwrap();
            assert!(svg.starts_with("<svg viewBox") && svg.trim_end().ends_with("</svg>"));
            assert!(!svg.contains("http"));
        }
    }
}
