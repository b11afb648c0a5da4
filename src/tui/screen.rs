//! What the terminal shows, kept beside what it should show: a frame is the difference, in one piece.
//!
//! When nothing changed, nothing is sent. When a list scrolled by a few lines, the terminal is told to scroll, if that is shorter.

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
};

use super::{
    encode::{self, Encoder},
    glyphs::{to_ascii, well_form},
    stage::{Band, Picture},
};

/// What telling the terminal to scroll costs, in bytes.
const SCROLLING: usize = 24;

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Whether it scrolls a part of the screen.
    pub scrolls: bool,
    /// Whether it understands UTF-8.
    pub utf8: bool,
}

/// The screen of a terminal.
#[derive(Debug)]
pub struct Screen {
    abilities: Abilities,
    now: Buffer,
    /// What the terminal shows.
    then: Buffer,
    band: Option<Band>,
    cursor: Option<Position>,
    encoder: Encoder,
    /// Whether what the terminal shows is unknown.
    unknown: bool,
}

impl Screen {
    /// A screen of which nothing is known yet.
    pub fn new(size: Size, abilities: Abilities) -> Self {
        let area = Rect::from(size);
        Self {
            abilities,
            now: Buffer::empty(area),
            then: Buffer::empty(area),
            band: None,
            cursor: None,
            encoder: Encoder::default(),
            unknown: true,
        }
    }

    /// The terminal has another size.
    pub fn resize(&mut self, size: Size) {
        let area = Rect::from(size);
        if self.now.area != area {
            self.now = Buffer::empty(area);
            self.then = Buffer::empty(area);
        }
        self.unknown = true;
    }

    /// Somebody else may have drawn: the next frame is sent whole.
    pub fn forget(&mut self) {
        self.unknown = true;
    }

    /// Draws a frame and returns what has to be sent; nothing if it looks the same.
    pub fn draw(&mut self, view: impl FnOnce(&mut Buffer) -> Picture) -> &[u8] {
        self.now.reset();
        let picture = view(&mut self.now);
        if !self.abilities.utf8 {
            to_ascii(&mut self.now);
        }
        well_form(&mut self.now);
        self.encoder.out.clear();
        if std::mem::take(&mut self.unknown) {
            self.encoder.forget();
            self.encoder.out.extend_from_slice(b"\x1b[?25l");
            self.encoder.clear();
            self.then.reset();
            (self.band, self.cursor) = (None, None);
        }
        self.scroll(picture.band);
        self.encoder.diff(&self.then, &self.now);
        self.show_cursor(picture.cursor);
        self.band = picture.band;
        std::mem::swap(&mut self.now, &mut self.then);
        &self.encoder.out
    }

    /// Scrolls what the terminal shows along with the list, if that leaves less to be sent.
    fn scroll(&mut self, band: Option<Band>) {
        let (Some(old), Some(new)) = (self.band, band) else { return };
        let by = new.top - old.top;
        let height = i64::from(new.area.height);
        if !self.abilities.scrolls
            || old.list != new.list
            || old.area != new.area
            || by == 0
            || by.abs() >= height - 1
        {
            return;
        }
        let by = by as i32;
        let (top, bottom) = (new.area.y, new.area.bottom());
        let cost = |moved: &Range<u16>, of: Range<u16>| -> usize {
            of.map(|y| self.changes(y, moved, by)).sum()
        };
        // The line at the edge, where the cursor is held, may stay: then only what differs in it is sent.
        let far = by.unsigned_abs() as u16 + 1;
        let (held, edge) = if by > 0 {
            (top..bottom - 1, bottom - far..bottom)
        } else {
            (top + 1..bottom, top..top + far)
        };
        let whole = top..bottom;
        let moved = if cost(&held, edge.clone()) < cost(&whole, edge) { held } else { whole };
        if cost(&moved, top..bottom) + SCROLLING >= cost(&(0..0), top..bottom) {
            return;
        }
        let (top, bottom) = (moved.start, moved.end);
        self.encoder.scroll(top, bottom, by);
        let width = usize::from(self.then.area.width);
        let lines = &mut self.then.content[usize::from(top) * width..usize::from(bottom) * width];
        let shift = by.unsigned_abs() as usize * width;
        let kept = lines.len() - shift;
        if by > 0 {
            lines.rotate_left(shift);
            lines[kept..].iter_mut().for_each(Cell::reset);
        } else {
            lines.rotate_right(shift);
            lines[..shift].iter_mut().for_each(Cell::reset);
        }
    }

    /// How many cells of the line `y` would have to be sent if the terminal had moved the lines `moved` up by `by`.
    fn changes(&self, y: u16, moved: &Range<u16>, by: i32) -> usize {
        let now = encode::row(&self.now, y);
        let from = match i32::from(y) + by {
            _ if !moved.contains(&y) => Some(y),
            from => u16::try_from(from).ok().filter(|from| moved.contains(from)),
        };
        let Some(from) = from else {
            return now.iter().filter(|cell| **cell != Cell::EMPTY).count();
        };
        let then = encode::row(&self.then, from);
        now.iter().zip(then).filter(|(now, then)| now != then).count()
    }

    fn show_cursor(&mut self, cursor: Option<Position>) {
        let area = self.now.area;
        let cursor = cursor.filter(|position| area.contains(*position));
        match (self.cursor, cursor) {
            (None, None) => {}
            (Some(_), None) => self.encoder.out.extend_from_slice(b"\x1b[?25l"),
            (old, Some(position)) => {
                // Anything that was sent has moved it.
                if old != Some(position) || !self.encoder.out.is_empty() {
                    self.encoder.place(position);
                }
                if old.is_none() {
                    self.encoder.out.extend_from_slice(b"\x1b[?25h");
                }
            }
        }
        self.cursor = cursor;
    }
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
