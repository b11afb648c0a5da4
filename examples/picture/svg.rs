//! A screen as a picture.
//!
//! Per row, one rectangle and one text for each run of cells that look the same; what they look like is said once, as classes.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// The size of a cell.
const CELL: (f32, f32) = (8.4, 18.0);
/// Where the text stands in its cell.
const BASELINE: f32 = 13.5;
/// Around the screen.
const EDGE: f32 = 12.0;

/// The sixteen colours of the terminal.
const PALETTE: [&str; 16] = [
    "#1c1f26", "#d7616b", "#8fbf6f", "#d9b25f", "#5f9fe0", "#b58ad6", "#56b6c2", "#c3c8d1",
    "#6b7280", "#f07a84", "#a8d98a", "#f0cb7a", "#82b8f2", "#cfa8ec", "#7fd3dd", "#f2f4f8",
];
/// The numbers of the colours that a screen has where it names none.
const GROUND: usize = 0;
const INK: usize = 7;

/// How a cell looks; themes name only the terminal's own colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: usize,
    ground: usize,
    bold: bool,
    underlined: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (ink, ground) = (number(cell.fgcolor(), INK), number(cell.bgcolor(), GROUND));
        let (ink, ground) = if cell.inverse() { (ground, ink) } else { (ink, ground) };
        Self { ink, ground, bold: cell.bold(), underlined: cell.underline() }
    }

    fn class(self) -> String {
        let bold = if self.bold { " b" } else { "" };
        let underlined = if self.underlined { " u" } else { "" };
        let ink = if self.ink == INK { String::new() } else { format!("c{}", self.ink) };
        format!("{ink}{bold}{underlined}").trim_start().to_owned()
    }
}

fn number(colour: Color, default: usize) -> usize {
    match colour {
        Color::Idx(index) if usize::from(index) < PALETTE.len() => index.into(),
        Color::Idx(_) | Color::Default | Color::Rgb(..) => default,
    }
}

/// Cells beside each other that look the same.
#[derive(Debug)]
struct Run {
    col: u16,
    cells: u16,
    look: Look,
    text: String,
}

/// The runs of a row.
fn runs(screen: &Screen, row: u16, cols: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for col in 0..cols {
        let Some(cell) = screen.cell(row, col) else { continue };
        let (look, text) =
            (Look::of(cell), if cell.has_contents() { cell.contents() } else { " " });
        match runs.last_mut() {
            Some(run) if cell.is_wide_continuation() => run.cells += 1,
            Some(run) if run.look == look => {
                run.cells += 1;
                run.text.push_str(text);
            }
            _ => runs.push(Run { col, cells: 1, look, text: text.to_owned() }),
        }
    }
    runs
}

/// The screen as a picture.
pub(crate) fn svg(screen: &Screen) -> String {
    let (rows, cols) = screen.size();
    let (width, height) = (f32::from(cols) * CELL.0, f32::from(rows) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{EDGE} -{EDGE} {} {}\" xml:space=\"preserve\">\n<style>text{{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:{};white-space:pre}}.b{{font-weight:bold}}.u{{text-decoration:underline}}",
        short(width + 2.0 * EDGE),
        short(height + 2.0 * EDGE),
        PALETTE[INK],
    );
    for (index, colour) in PALETTE.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(svg, ".c{index}{{fill:{colour}}}");
    }
    let _ = writeln!(
        svg,
        "</style>\n<rect x=\"-{EDGE}\" y=\"-{EDGE}\" width=\"100%\" height=\"100%\" rx=\"8\" class=\"c{GROUND}\"/>"
    );
    for row in 0..rows {
        for run in runs(screen, row, cols) {
            draw(&mut svg, row, &run);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// A run: its ground where it has one of its own, and its text without the blanks around it.
fn draw(svg: &mut String, row: u16, run: &Run) {
    let (x, y) = (f32::from(run.col) * CELL.0, f32::from(row) * CELL.1);
    let width = f32::from(run.cells) * CELL.0;
    if run.look.ground != GROUND {
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"c{}\"/>",
            short(x),
            short(y),
            short(width),
            CELL.1,
            run.look.ground
        );
    }
    let text = run.text.trim();
    if text.is_empty() {
        return;
    }
    let blank = |text: &str| text.chars().filter(|c| *c == ' ').map(|_| CELL.0).sum::<f32>();
    let before = blank(&run.text[..run.text.len() - run.text.trim_start().len()]);
    let after = blank(&run.text[run.text.trim_end().len()..]);
    let class = run.look.class();
    let class = if class.is_empty() { class } else { format!(" class=\"{class}\"") };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\"{class}>{text}</text>",
        short(x + before),
        short(y + BASELINE),
        short(width - before - after)
    );
}

/// A length with one place at most.
fn short(length: f32) -> String {
    format!("{length:.1}").trim_end_matches(".0").to_owned()
}
