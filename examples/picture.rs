//! Draws the picture in the README: the real program in a terminal of its own, its screen as SVG.
//!
//! `make picture` runs it. The demo has to be running.
#![expect(clippy::unwrap_used, reason = "a tool for developers may fail loudly")]

#[path = "../tests/terminal/pty.rs"]
mod terminal;

use std::{env, fmt, fmt::Write as _, fs, path::PathBuf, time::Duration};

use portable_pty::CommandBuilder;
use terminal::Terminal;
use vt100::{Cell, Color, Screen};

/// The size of the terminal: columns and rows.
const SIZE: (u16, u16) = (120, 30);
/// The size of a cell.
const CELL: (f32, f32) = (8.4, 18.0);
/// Where the text stands in its cell.
const BASELINE: f32 = 13.5;
/// How the program is started.
const ARGUMENTS: &[&str] = &["--context", "demo-org-assistant", "--at", "tables"];
/// What is typed, one after the other.
const KEYS: &[&str] = &["jjjjjjjjjjj"];
/// After so long without a byte the screen counts as drawn.
const QUIET: Duration = Duration::from_millis(700);

/// The sixteen colours of the terminal.
const PALETTE: [&str; 16] = [
    "#1c1f26", "#d7616b", "#8fbf6f", "#d9b25f", "#5f9fe0", "#b58ad6", "#56b6c2", "#c3c8d1",
    "#6b7280", "#f07a84", "#a8d98a", "#f0cb7a", "#82b8f2", "#cfa8ec", "#7fd3dd", "#f2f4f8",
];
const BACKGROUND: &str = PALETTE[0];
const TEXT: &str = PALETTE[7];

fn main() {
    let to = env::args().nth(1).map_or_else(|| PathBuf::from("docs/screen.svg"), PathBuf::from);
    fs::write(&to, svg(photographed().screen()).unwrap()).unwrap();
}

/// The program in its terminal after [`KEYS`].
fn photographed() -> Terminal {
    // Examples lie one folder below the program.
    let program = env::current_exe().unwrap().parent().unwrap().with_file_name("purview");
    let mut command = CommandBuilder::new(program);
    command.args(ARGUMENTS);
    command.cwd(env::current_dir().unwrap());
    let mut terminal = Terminal::start(command, SIZE).unwrap();
    terminal.settle(QUIET);
    for keys in KEYS {
        terminal.press(keys).unwrap();
        terminal.settle(QUIET);
    }
    let screen = terminal.screen();
    assert!(screen.alternate_screen(), "no console: {}", screen.contents());
    terminal
}

/// How a cell looks: ink, ground, bold, underlined.
type Look = (&'static str, &'static str, bool, bool);

fn look(cell: &Cell) -> Look {
    let ink = colour(cell.fgcolor(), TEXT);
    let ground = colour(cell.bgcolor(), BACKGROUND);
    let (ink, ground) = if cell.inverse() { (ground, ink) } else { (ink, ground) };
    (ink, ground, cell.bold(), cell.underline())
}

/// Themes name only the terminal's own colours.
fn colour(colour: Color, default: &'static str) -> &'static str {
    match colour {
        Color::Idx(index) => PALETTE.get(usize::from(index)).copied().unwrap_or(default),
        Color::Default | Color::Rgb(..) => default,
    }
}

/// The screen as a picture: per row, one rectangle and one text for each run of cells that look the same.
fn svg(screen: &Screen) -> Result<String, fmt::Error> {
    let (cols, rows) = SIZE;
    let (width, height) = (f32::from(cols) * CELL.0, f32::from(rows) * CELL.1);
    let mut svg = String::new();
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-12 -12 {:.1} {:.1}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">",
        width + 24.0,
        height + 24.0
    )?;
    writeln!(
        svg,
        "<rect x=\"-12\" y=\"-12\" width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>"
    )?;
    for row in 0..rows {
        let mut runs: Vec<(u16, u16, Look, String)> = Vec::new();
        for col in 0..cols {
            let cell = screen.cell(row, col).unwrap();
            let text = if cell.has_contents() { cell.contents() } else { " " };
            match runs.last_mut() {
                Some((_, cells, _, _)) if cell.is_wide_continuation() => *cells += 1,
                Some((_, cells, run, texts)) if *run == look(cell) => {
                    *cells += 1;
                    texts.push_str(text);
                }
                _ => runs.push((col, 1, look(cell), text.to_owned())),
            }
        }
        for (col, cells, look, text) in runs {
            write_run(&mut svg, (row, col), cells, look, &text)?;
        }
    }
    writeln!(svg, "</svg>")?;
    Ok(svg)
}

fn write_run(
    svg: &mut String,
    (row, col): (u16, u16),
    cells: u16,
    look: Look,
    text: &str,
) -> fmt::Result {
    let (ink, ground, bold, underlined) = look;
    let (x, y) = (f32::from(col) * CELL.0, f32::from(row) * CELL.1);
    let width = f32::from(cells) * CELL.0;
    if ground != BACKGROUND {
        writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{ground}\"/>",
            CELL.1
        )?;
    }
    if text.trim().is_empty() {
        return Ok(());
    }
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    let line = if underlined { " text-decoration=\"underline\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" fill=\"{ink}\" xml:space=\"preserve\"{weight}{line}>{text}</text>",
        y + BASELINE
    )
}
