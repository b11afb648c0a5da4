//! One line of text in several styles, and a line that is being typed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use crate::tui::{field::Field, stage::Picture};

/// Writes pieces of text one after the other into the first line of `area`; returns how many cells were used.
pub fn spans(pieces: &[(&str, Style)], area: Rect, buf: &mut Buffer) -> u16 {
    let area = area.intersection(buf.area);
    let mut x = area.x;
    if area.height == 0 {
        return 0;
    }
    for (text, style) in pieces {
        let room = area.right().saturating_sub(x);
        if room == 0 {
            break;
        }
        let shown = crate::text::fit(text, room.into());
        x = buf.set_stringn(x, area.y, shown, room.into(), *style).0;
    }
    x - area.x
}

/// Writes text at the right end of the first line of `area`.
pub fn right(text: &str, style: Style, area: Rect, buf: &mut Buffer) {
    let width = (crate::text::width(text) as u16).min(area.width);
    spans(&[(text, style)], Rect { x: area.right() - width, width, ..area }, buf);
}

/// Draws a text field behind `sign`, with the cursor in it.
pub fn field(field: &Field, sign: &str, style: Style, area: Rect, buf: &mut Buffer) -> Picture {
    let area = area.intersection(buf.area);
    if area.width == 0 || area.height == 0 {
        return Picture::default();
    }
    let used = spans(&[(sign, style)], area, buf);
    let room = area.width - used;
    let (text, at) = field.visible(room.into());
    buf.set_stringn(area.x + used, area.y, text, room.into(), style);
    let x = (area.x + used).saturating_add(at as u16).min(area.right() - 1);
    Picture { cursor: Some(Position::new(x, area.y)), ..Picture::default() }
}
