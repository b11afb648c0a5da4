//! What the terminal shows, kept beside what it should show: a frame is the difference, in one piece.
//!
//! When nothing changed, nothing is sent. When a list scrolled by a few lines, the terminal is told to scroll, if that is shorter.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    encode::{self, Encoder},
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
            || by.abs() >= height
        {
            return;
        }
        let (top, bottom) = (new.area.y, new.area.bottom());
        let by = by as i32;
        if self.changes(top, bottom, by) + SCROLLING >= self.changes(top, bottom, 0) {
            return;
        }
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

    /// How many cells would have to be sent if the terminal had scrolled by `by`.
    fn changes(&self, top: u16, bottom: u16, by: i32) -> usize {
        let differ = |y: u16| {
            let now = encode::row(&self.now, y);
            let from =
                u16::try_from(i32::from(y) + by).ok().filter(|from| (top..bottom).contains(from));
            match from {
                Some(from) => {
                    let then = encode::row(&self.then, from);
                    now.iter().zip(then).filter(|(now, then)| now != then).count()
                }
                None => now.iter().filter(|cell| **cell != Cell::EMPTY).count(),
            }
        };
        (top..bottom).map(differ).sum()
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

/// Makes sure that a wide character covers nothing but an empty cell, and ends before the edge.
fn well_form(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width);
    if width == 0 {
        return;
    }
    for row in buffer.content.chunks_mut(width) {
        let mut x = 0;
        while x < row.len() {
            let symbol = row[x].symbol();
            let cells = if symbol.len() == 1 { 1 } else { symbol.width().max(1) };
            if cells > 1 {
                let covered = row.get(x + 1..x + cells);
                if covered.is_some_and(|covered| covered.iter().all(|cell| cell.symbol() == " ")) {
                    row[x + 1..x + cells].iter_mut().for_each(Cell::reset);
                } else {
                    row[x].set_symbol(" ");
                    x += 1;
                    continue;
                }
            }
            x += cells;
        }
    }
}

/// Replaces what a terminal without UTF-8 cannot show.
fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        let wide = cell.symbol().width() > 1;
        let plain = match cell.symbol() {
            "─" | "━" | "–" | "—" | "∅" => "-",
            "│" | "┃" => "|",
            "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => "+",
            "…" => "~",
            "▲" => "^",
            "▼" => "v",
            "‹" => "<",
            "•" | "·" => "*",
            "⏎" => "/",
            "›" | "→" => ">",
            " " => " ",
            _ => "?",
        };
        cell.set_symbol(plain);
        debug_assert!(!wide || plain == "?", "what is wide has no picture of its own");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    /// A list that is drawn, with something beside and above it.
    #[derive(Debug, Clone)]
    struct Scene {
        size: Size,
        list: u64,
        top: i64,
        selected: i64,
        /// Columns at the right that have their own content, which is blank when 0.
        aside: u16,
        noise: Vec<(u16, u16, usize)>,
        cursor: Option<(u16, u16)>,
    }

    const WORDS: [&str; 10] = [
        "alice",
        "Zoë",
        "王小明",
        "a",
        "",
        "é e\u{301}",
        "日",
        "│",
        "x  y   z",
        "0123456789012345",
    ];

    fn style(number: usize) -> Style {
        let styles = [
            Style::new(),
            Style::new().add_modifier(Modifier::REVERSED),
            Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
            Style::new().fg(Color::LightBlue).bg(Color::DarkGray),
            Style::new().add_modifier(Modifier::ITALIC | Modifier::UNDERLINED),
            Style::new().bg(Color::Yellow),
        ];
        styles[number % styles.len()]
    }

    impl Scene {
        fn draw(&self, buffer: &mut Buffer) -> Picture {
            let Size { width, height } = self.size;
            let area = Rect::new(0, 1.min(height), width, height.saturating_sub(2));
            buffer.set_string(0, 0, "head", style(2));
            for y in area.y..area.bottom() {
                let row = self.top + i64::from(y - area.y);
                let mut x = 0;
                for column in 0..12u64 {
                    let number = (row.unsigned_abs() * 31 + column * 7) as usize;
                    let look = if row == self.selected {
                        style(1)
                    } else {
                        style(if number.is_multiple_of(4) { number } else { 0 })
                    };
                    x = buffer
                        .set_stringn(x, y, WORDS[number % WORDS.len()], (width - x).into(), look)
                        .0
                        + 2;
                    if x >= width {
                        break;
                    }
                }
                for x in width.saturating_sub(self.aside)..width {
                    buffer[(x, y)].reset();
                    buffer[(x, y)].set_symbol("#");
                }
            }
            for (x, y, number) in &self.noise {
                if *x < width && *y < height {
                    buffer.set_stringn(
                        *x,
                        *y,
                        WORDS[number % WORDS.len()],
                        (width - x).into(),
                        style(*number),
                    );
                }
            }
            let cursor =
                self.cursor.map(|(x, y)| Position::new(x % width.max(1), y % height.max(1)));
            Picture { cursor, band: Some(Band { area, list: self.list, top: self.top }) }
        }
    }

    fn any_scenes() -> impl Strategy<Value = Vec<Scene>> {
        let size = (2u16..60, 3u16..20);
        let step = (
            -6i64..6,
            0u64..2,
            -2i64..20,
            prop_oneof![3 => Just(0u16), 1 => 1u16..20],
            prop::collection::vec((0u16..60, 0u16..20, 0usize..60), 0..3),
            proptest::option::of((0u16..60, 0u16..20)),
            prop::bool::weighted(0.1),
        );
        (size, (2u16..60, 3u16..20), prop::collection::vec(step, 1..12)).prop_map(
            |(first, second, steps)| {
                let mut top = 0;
                let mut size = first;
                let scenes =
                    steps.into_iter().map(|(by, list, selected, aside, noise, cursor, resized)| {
                        top += by;
                        if resized {
                            size = if size == first { second } else { first };
                        }
                        Scene {
                            size: Size::new(size.0, size.1),
                            list: list / 2,
                            top,
                            selected: top + selected,
                            aside,
                            noise,
                            cursor,
                        }
                    });
                scenes.collect()
            },
        )
    }

    fn seen(color: Color) -> vt100::Color {
        let order = [
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
            Color::Gray,
            Color::DarkGray,
            Color::LightRed,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightBlue,
            Color::LightMagenta,
            Color::LightCyan,
            Color::White,
        ];
        order
            .iter()
            .position(|known| *known == color)
            .map_or(vt100::Color::Default, |index| vt100::Color::Idx(index as u8))
    }

    /// Whether a terminal shows exactly what it should.
    fn compare(terminal: &vt100::Screen, buffer: &Buffer) -> Result<(), TestCaseError> {
        for y in 0..buffer.area.height {
            let mut x = 0;
            while x < buffer.area.width {
                let cell = &buffer[(x, y)];
                let shown = terminal.cell(y, x).unwrap();
                let symbol = if shown.contents().is_empty() { " " } else { shown.contents() };
                prop_assert_eq!(symbol, cell.symbol(), "at {},{}", x, y);
                let look = (
                    shown.fgcolor(),
                    shown.bgcolor(),
                    shown.bold(),
                    shown.italic(),
                    shown.underline(),
                    shown.inverse(),
                );
                let has = |modifier| cell.modifier.contains(modifier);
                let wanted = (
                    seen(cell.fg),
                    seen(cell.bg),
                    has(Modifier::BOLD),
                    has(Modifier::ITALIC),
                    has(Modifier::UNDERLINED),
                    has(Modifier::REVERSED),
                );
                prop_assert_eq!(look, wanted, "at {},{}", x, y);
                x += cell.symbol().width().max(1) as u16;
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn a_terminal_shows_exactly_the_picture_however_it_is_told(scenes in any_scenes(), scrolls: bool, utf8: bool) {
            let first = scenes[0].size;
            let mut screen = Screen::new(first, Abilities { scrolls, utf8 });
            let mut terminal = vt100::Parser::new(first.height, first.width, 0);
            let mut size = first;
            for scene in scenes {
                if scene.size != size {
                    size = scene.size;
                    screen.resize(size);
                    terminal.screen_mut().set_size(size.height, size.width);
                }
                let bytes = screen.draw(|buffer| scene.draw(buffer)).to_vec();
                prop_assert!(utf8 || bytes.is_ascii());
                terminal.process(&bytes);
                compare(terminal.screen(), &screen.then)?;
                let cursor = scene.draw(&mut Buffer::empty(Rect::from(size))).cursor;
                prop_assert_eq!(terminal.screen().hide_cursor(), cursor.is_none());
                if let Some(position) = cursor {
                    prop_assert_eq!(terminal.screen().cursor_position(), (position.y, position.x));
                }
                // The same picture again costs nothing.
                prop_assert_eq!(screen.draw(|buffer| scene.draw(buffer)), b"");
            }
        }
    }

    #[test]
    fn half_a_wide_character_is_never_sent() {
        let mut screen = Screen::new(Size::new(4, 1), Abilities { scrolls: true, utf8: true });
        let bytes = screen.draw(|buffer| {
            buffer.set_string(0, 0, "日本", Style::new());
            buffer[(1, 0)].set_symbol("|");
            buffer[(3, 0)].set_symbol("|");
            Picture::default()
        });
        assert!(
            String::from_utf8(bytes.to_vec()).unwrap().ends_with("| |"),
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}
