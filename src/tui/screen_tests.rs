//! A terminal shows exactly what was drawn, however it is told.

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr as _;

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

const WORDS: [&str; 10] =
    ["alice", "Zoë", "王小明", "a", "", "é e\u{301}", "日", "│", "x  y   z", "0123456789012345"];

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
        let cursor = self.cursor.map(|(x, y)| Position::new(x % width.max(1), y % height.max(1)));
        let band = Some(Band { area, list: self.list, top: self.top });
        Picture { cursor, band, selected: None }
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

#[test]
fn a_wide_character_under_the_cursor_stays_whole() {
    let mut screen = Screen::new(Size::new(12, 1), Abilities { scrolls: false, utf8: true });
    let mut parser = vt100::Parser::new(1, 12, 0);
    for (text, cursor) in [("王小明 x", Some(Position::new(5, 0))), ("王小明 y", None)] {
        let sent = screen.draw(|buffer| {
            buffer.set_string(0, 0, text, Style::new());
            Picture { cursor, ..Picture::default() }
        });
        parser.process(sent);
        assert_eq!(parser.screen().contents(), text);
    }
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
