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

/// A record narrower than this has its values right behind their names.
const NARROW: usize = 44;

/// The lines of `item`; long values take several lines of `width` cells, at most `most` each.
pub fn lines(
    item: &Item,
    columns: &[Column],
    width: usize,
    most: usize,
    theme: &Theme,
) -> Vec<Styled> {
    let widest = columns.iter().map(|column| text::width(column.heading())).max().unwrap_or(0);
    let labels = if width < NARROW { None } else { Some(widest.min(width * 2 / 5).max(4)) };
    let mut lines = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let value = item.cells.get(index).and_then(Option::as_deref);
        let style = if value.is_none() { theme.null } else { theme.text };
        let name = text::clean(column.heading());
        let label = text::fit(&name, labels.unwrap_or(width)).into_owned();
        let gap = labels.map_or(0, |labels| labels - text::width(&label)) + 1;
        let indent = labels.map_or(2, |labels| labels + 1);
        let begin = text::width(&label) + gap;
        let shown = cell::shown(column, value);
        let mut pieces = cut(&shown, width.saturating_sub(begin), width.saturating_sub(indent));
        if pieces.len() > most {
            pieces.truncate(most.max(1));
            if let Some(last) = pieces.last_mut() {
                let room = width.saturating_sub(begin.max(indent) + 1);
                *last = format!("{}…", text::fit(last, room));
            }
        }
        let mut pieces = pieces.into_iter();
        let first = pieces.next().unwrap_or_default();
        lines.push(vec![(label, theme.field), (" ".repeat(gap), theme.text), (first, style)]);
        lines.extend(pieces.map(|piece| vec![(" ".repeat(indent), theme.text), (piece, style)]));
    }
    lines
}

/// Cuts `text` into a first piece of at most `first` cells and others of at most `width`.
fn cut(text: &str, first: usize, width: usize) -> Vec<String> {
    if text::width(text) <= first {
        return vec![text.to_owned()];
    }
    let head = if first < 8 { String::new() } else { wrap(text, first).swap_remove(0) };
    let rest = wrap(&text[head.len()..], width);
    std::iter::once(head).chain(rest).collect()
}

/// Cuts `text` into pieces of at most `width` cells, between words where that leaves no short line; nothing is lost, and there is always one.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(end) = end(rest, width.max(2)) {
        pieces.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    pieces.push(rest.to_owned());
    pieces
}

/// Where the first piece of `text` ends; nowhere if all of it fits into `width` cells.
fn end(text: &str, width: usize) -> Option<usize> {
    use unicode_width::UnicodeWidthChar as _;
    let mut used = 0;
    // Behind the last blank that leaves no more than half of the line empty.
    let mut word = None;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width {
            return Some(word.unwrap_or(at));
        }
        if c == ' ' && used * 2 > width {
            word = Some(at + 1);
        }
    }
    None
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
