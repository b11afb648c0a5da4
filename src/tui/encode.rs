//! The difference between two pictures as the fewest bytes that a terminal understands.
//!
//! Only what terminals have in common is used. What is not certain, the cursor's column after a wide character, is not relied upon.

use std::io::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Position,
    style::{Color, Modifier},
};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::config::colour;

/// Unchanged cells up to this number are sent again where that is shorter than moving the cursor.
const BRIDGE: u16 = 3;
/// Blank cells from this number on are erased instead of sent.
const ERASE: u16 = 10;

/// How characters look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl From<&Cell> for Pen {
    fn from(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }
}

/// A writer that knows where the terminal's cursor is and how its next character will look.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    /// What is to be sent.
    pub(super) out: Vec<u8>,
    pen: Pen,
    at: Cursor,
}

/// What is known of where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Cursor {
    #[default]
    Lost,
    /// On this line; terminals do not agree on the column.
    On(u16),
    At(Position),
}

impl Encoder {
    /// Forgets what it knows of the terminal, which somebody else may have used.
    pub(super) fn forget(&mut self) {
        self.at = Cursor::Lost;
        self.pen = Pen::default();
        self.out.extend_from_slice(b"\x1b[m");
    }

    /// Erases the whole screen.
    pub(super) fn clear(&mut self) {
        self.draw_with(Pen::default());
        self.out.extend_from_slice(b"\x1b[2J");
    }

    /// Moves the lines from `top` to before `bottom` up by `by`, or down where it is negative; blank lines follow.
    ///
    /// Inserting and deleting lines inside of a scroll region does that in every terminal; the Linux console knows no other way.
    pub(super) fn scroll(&mut self, top: u16, bottom: u16, by: i32) {
        self.draw_with(Pen::default());
        let letter = if by > 0 { 'M' } else { 'L' };
        let lines = by.unsigned_abs();
        let count = if lines == 1 { String::new() } else { lines.to_string() };
        self.write(format_args!(
            "\x1b[{};{bottom}r\x1b[{};1H\x1b[{count}{letter}\x1b[r",
            top + 1,
            top + 1
        ));
        self.at = Cursor::Lost;
    }

    /// Sends what of `now` differs from `then`. Both are well-formed: what a wide character covers is an empty cell.
    pub(super) fn diff(&mut self, then: &Buffer, now: &Buffer) {
        for y in 0..now.area.height {
            self.row(y, row(then, y), row(now, y));
        }
    }

    /// Puts the cursor where text is typed.
    pub(super) fn place(&mut self, position: Position) {
        self.go(position);
    }

    fn row(&mut self, y: u16, then: &[Cell], now: &[Cell]) {
        let end = now.len() as u16;
        // From here on everything is blank; sent once by erasing the rest of the line.
        let blank_from = end - now.iter().rev().take_while(|cell| is_blank(cell)).count() as u16;
        let mut x = 0;
        // Up to here cells have to be sent even where they are equal: half of a wide character was there.
        let mut forced = 0;
        while x < end {
            let (cell, old) = (&now[usize::from(x)], &then[usize::from(x)]);
            let width = cells(cell);
            if x >= forced && cell == old {
                x += width;
                continue;
            }
            if x >= blank_from && differs(&then[usize::from(x)..]) > ERASE.into() {
                self.move_to(x, y, now);
                self.draw_with(Pen::default());
                self.out.extend_from_slice(b"\x1b[K");
                return;
            }
            let run = blanks(&then[usize::from(x)..], &now[usize::from(x)..]);
            if run >= ERASE && x >= forced {
                self.move_to(x, y, now);
                self.draw_with(Pen::default());
                self.write(format_args!("\x1b[{run}X"));
                x += run;
                let last = &then[usize::from(x - 1)];
                forced = x - 1 + cells(last);
                continue;
            }
            self.move_to(x, y, now);
            self.put(cell, end - x);
            // Whatever wide character this covers a half of, its other half is gone too.
            let covered = (x..end.min(x + width)).map(|x| x + cells(&then[usize::from(x)]));
            forced = covered.max().unwrap_or(forced).max(forced);
            x += width;
        }
    }

    /// Sends a character; `room` cells are left on its line.
    fn put(&mut self, cell: &Cell, room: u16) {
        self.draw_with(Pen::from(cell));
        let symbol = cell.symbol();
        self.out.extend_from_slice(symbol.as_bytes());
        self.at = match self.at {
            Cursor::At(at) if is_certain(symbol) => Cursor::At(Position { x: at.x + 1, ..at }),
            // No terminal goes further than two cells for a code point, so it is still on this line.
            Cursor::At(at) if symbol.chars().count() * 2 < usize::from(room) => Cursor::On(at.y),
            Cursor::At(_) | Cursor::On(_) | Cursor::Lost => Cursor::Lost,
        };
    }

    /// Moves to a cell of `now`, by the shortest way.
    fn move_to(&mut self, x: u16, y: u16, now: &[Cell]) {
        if let Cursor::At(at) = self.at
            && at.y == y
            && at.x < x
            && x - at.x <= BRIDGE
            // Where text is typed the cursor may stand in the middle of a wide character, of which nothing can be sent again.
            && at.x.checked_sub(1).is_none_or(|before| cells(&now[usize::from(before)]) == 1)
        {
            let between = &now[usize::from(at.x)..usize::from(x)];
            if between.iter().all(|cell| Pen::from(cell) == self.pen && is_certain(cell.symbol())) {
                for cell in between {
                    self.out.extend_from_slice(cell.symbol().as_bytes());
                }
                self.at = Cursor::At(Position { x, y });
                return;
            }
        }
        self.go(Position { x, y });
    }

    fn go(&mut self, to: Position) {
        match self.at {
            Cursor::At(at) if at == to => {}
            Cursor::At(at) if at.y == to.y && at.x + 1 == to.x => {
                self.out.extend_from_slice(b"\x1b[C");
            }
            Cursor::At(at) if at.y == to.y && at.x < to.x => {
                self.write(format_args!("\x1b[{}C", to.x - at.x));
            }
            Cursor::At(at) if at.y + 1 == to.y && to.x == 0 => self.out.extend_from_slice(b"\r\n"),
            Cursor::On(y) if y == to.y => self.write(format_args!("\x1b[{}G", to.x + 1)),
            Cursor::At(_) | Cursor::On(_) | Cursor::Lost => match to.x {
                0 => self.write(format_args!("\x1b[{}H", to.y + 1)),
                x => self.write(format_args!("\x1b[{};{}H", to.y + 1, x + 1)),
            },
        }
        self.at = Cursor::At(to);
    }

    /// Makes the next character look like `pen`.
    fn draw_with(&mut self, pen: Pen) {
        if pen == self.pen {
            return;
        }
        let mut codes = String::new();
        let mut push = |code: &str| {
            if !codes.is_empty() {
                codes.push(';');
            }
            codes.push_str(code);
        };
        let mut from = self.pen;
        if !(from.modifier - pen.modifier).is_empty() || pen == Pen::default() {
            if pen != Pen::default() {
                push("0");
            }
            from = Pen::default();
        }
        for (modifier, code) in MODIFIERS {
            if (pen.modifier - from.modifier).contains(modifier) {
                push(code);
            }
        }
        if pen.fg != from.fg {
            push(&colour::code(pen.fg, 30));
        }
        if pen.bg != from.bg {
            push(&colour::code(pen.bg, 40));
        }
        self.write(format_args!("\x1b[{codes}m"));
        self.pen = pen;
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("writing into memory does not fail");
    }
}

const MODIFIERS: [(Modifier, &str); 7] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The cells of the row `y`.
pub(super) fn row(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    &buffer.content[start..start + width]
}

/// How many cells a character takes.
fn cells(cell: &Cell) -> u16 {
    let symbol = cell.symbol();
    if symbol.len() == 1 { 1 } else { symbol.width().max(1) as u16 }
}

/// Whether a cell looks as if it had been erased.
fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Pen::from(cell) == Pen::default()
}

/// How many cells at the start of a row become blank and were not.
fn blanks(then: &[Cell], now: &[Cell]) -> u16 {
    let run = then.iter().zip(now).take_while(|(then, now)| is_blank(now) && then != now);
    run.count() as u16
}

/// How many cells are not blank.
fn differs(cells: &[Cell]) -> usize {
    cells.iter().filter(|cell| !is_blank(cell)).count()
}

/// Whether all terminals agree on how far `symbol` moves the cursor.
fn is_certain(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c.width() == Some(1),
        _ => false,
    }
}
