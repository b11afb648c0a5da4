//! The characters of a picture, as the terminal can show them: wide ones whole, and a plain one for each that it does not know.

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr as _;

/// Makes sure that a wide character covers nothing but an empty cell, and ends before the edge.
pub(super) fn well_form(buffer: &mut Buffer) {
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
pub(super) fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        let wide = cell.symbol().width() > 1;
        let plain = match cell.symbol() {
            "─" | "━" | "–" | "—" | "∅" | "░" | "▃" => "-",
            "│" | "┃" => "|",
            "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" | "▒" | "▅" => {
                "+"
            }
            "…" => "~",
            "▲" => "^",
            "▼" | "✓" => "v",
            "‹" => "<",
            "•" | "·" | "▆" => "*",
            "⏎" => "/",
            "›" | "→" => ">",
            "✗" | "▚" => "x",
            "█" => "#",
            "▓" | "▇" => "%",
            "▁" => "_",
            "▂" => ".",
            "▄" | "≈" => "=",
            " " => " ",
            _ => "?",
        };
        cell.set_symbol(plain);
        debug_assert!(!wide || plain == "?", "what is wide has no picture of its own");
    }
}
