//! Frames around panes and popups.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    widgets::{Block, Clear, Widget as _},
};

use crate::config::theme::Theme;

/// Draws a popup's empty frame over whatever is there; returns what is inside.
pub fn popup(title: &str, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    Clear.render(area, buf);
    buf.set_style(area, theme.text);
    pane(title, theme.popup, theme.title, area, buf)
}

/// Draws a frame; returns what is inside.
pub fn pane(title: &str, border: Style, style: Style, area: Rect, buf: &mut Buffer) -> Rect {
    let block = Block::bordered().border_style(border);
    let inner = block.inner(area);
    block.render(area, buf);
    if area.width > 4 && area.height > 0 {
        let room = usize::from(area.width - 4);
        let shown = format!(" {} ", crate::text::fit(title, room.saturating_sub(2)));
        buf.set_stringn(area.x + 2, area.y, shown, room, style);
    }
    inner
}

/// Writes into the lower edge of a frame, at its right end.
pub fn foot(text: &str, style: Style, area: Rect, buf: &mut Buffer) {
    if area.width <= 6 || area.height < 2 || text.is_empty() {
        return;
    }
    let room = usize::from(area.width - 4);
    let shown = format!(" {} ", crate::text::fit(text, room.saturating_sub(2)));
    let width = crate::text::width(&shown) as u16;
    buf.set_stringn(
        area.right() - 2 - width.min(area.width - 4),
        area.bottom() - 1,
        shown,
        room,
        style,
    );
}
