//! A record: a line for each of its values.

use ratatui::style::Style;

use super::cell;
use crate::{
    config::theme::Theme,
    list::{Column, Item},
    text,
};

/// A line in several styles.
pub type Styled = Vec<(String, Style)>;

/// The lines of `item`; long values take several lines of `width` cells, at most `most` each.
pub fn lines(
    item: &Item,
    columns: &[Column],
    width: usize,
    most: usize,
    theme: &Theme,
) -> Vec<Styled> {
    let labels = columns
        .iter()
        .map(|column| text::width(&column.name))
        .max()
        .unwrap_or(0)
        .min(width / 3)
        .max(4);
    let mut lines = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let value = item.cells.get(index).and_then(Option::as_deref);
        let shown = cell::shown(column, value);
        let style = if value.is_none() { theme.null } else { theme.text };
        let name = text::clean(&column.name);
        let label = text::fit(&name, labels);
        let gap = " ".repeat(labels.saturating_sub(text::width(&label)) + 1);
        let room = width.saturating_sub(labels + 1).max(1);
        let mut pieces = wrap(&shown, room);
        if pieces.len() > most {
            pieces.truncate(most.max(1));
            if let Some(last) = pieces.last_mut() {
                *last = format!("{}…", text::fit(last, room.saturating_sub(1)));
            }
        }
        for (number, piece) in pieces.into_iter().enumerate() {
            lines.push(if number == 0 {
                vec![(label.to_string(), theme.field), (gap.clone(), theme.text), (piece, style)]
            } else {
                vec![(" ".repeat(labels + 1), theme.text), (piece, style)]
            });
        }
    }
    lines
}

/// Cuts `text` into pieces of at most `width` cells; there is always one.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthChar as _;
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width.max(2) {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        pieces.last_mut().expect("there is always one").push(c);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn wrapping_loses_nothing_and_fits(text in "[a-z日 ]{0,60}", width in 2usize..20) {
            let pieces = wrap(&text, width);
            prop_assert_eq!(pieces.concat(), text);
            prop_assert!(pieces.iter().all(|piece| text::width(piece) <= width));
        }
    }
}
