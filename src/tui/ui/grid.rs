//! A table of which only the visible rows are built; widths are ours, in cells.
//!
//! Widths never depend on which rows are visible, or scrolling would move everything sideways.

use std::borrow::Cow;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{cell, line};
use crate::{
    config::theme::Theme,
    list::{Column, Item, Kind},
    text,
};

/// Cells before the first column: the sign of the cursor and that of a mark.
pub const GUTTER: u16 = 3;
/// Cells between two columns.
const GAP: u16 = 2;
/// A column cut narrower than this is left out instead.
const NARROWEST: u16 = 4;
/// Where not all columns fit, none is made narrower than this for another: a time stays whole.
const READABLE: u16 = 19;
/// The same for columns that say what a row is.
const READABLE_PINNED: u16 = 26;

/// How wide columns may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So that several fit.
    Usual,
    /// As wide as their values.
    Wide,
}

/// A column on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its place among the list's columns.
    pub index: usize,
    /// Where it begins, from the left edge.
    pub x: u16,
    /// How many cells it has.
    pub width: u16,
}

/// Where columns go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// The columns on screen, from the left.
    pub columns: Vec<Placed>,
    /// Whether there are more to the left.
    pub before: bool,
    /// Whether there are more to the right.
    pub after: bool,
}

/// How wide `column` wants to be for `items`, or as wide as it was.
pub fn wanted<'a>(
    column: &Column,
    index: usize,
    items: impl Iterator<Item = &'a Item>,
    width: Width,
    was: u16,
) -> u16 {
    let most = match (width, column.kind) {
        (Width::Wide, _) => 400,
        (Width::Usual, Kind::Json) => 24,
        (Width::Usual, _) if column.pinned => 40,
        // A UUID fits.
        (Width::Usual, _) => 36,
    };
    // Room for the sign of the order.
    let head = text::width(&text::clean(column.heading())) + 1;
    let widest = items
        .map(|item| {
            text::width(&cell::shown(column, item.cells.get(index).and_then(Option::as_deref)))
        })
        .max()
        .unwrap_or(0);
    was.max(widest.max(head).min(most) as u16).max(1)
}

/// The same columns, the wide ones narrower, so that as many as possible fit into `room` cells.
///
/// The widest give first, and only as much as is needed.
pub fn squeezed(shown: &[(usize, u16, bool)], room: u16) -> Vec<(usize, u16, bool)> {
    let at = |most: u16| {
        shown.iter().map(move |(index, width, pinned)| {
            let least = if *pinned { READABLE_PINNED } else { READABLE };
            (*index, (*width).min(most.max(least)), *pinned)
        })
    };
    let fits = |most: &u16| {
        let wanted: usize = at(*most).map(|(_, width, _)| usize::from(width + GAP)).sum();
        wanted + usize::from(GUTTER) <= usize::from(room) + usize::from(GAP)
    };
    let widest = shown.iter().map(|(_, width, _)| *width).max().unwrap_or(0);
    let most = (READABLE..=widest).rev().find(fits).unwrap_or(READABLE);
    at(most).collect()
}

/// Places columns in `room` cells: the pinned ones first, then the others from the `left`th on.
pub fn place(shown: &[(usize, u16, bool)], left: usize, room: u16) -> Layout {
    let mut layout = Layout::default();
    let mut x = GUTTER;
    let pinned = shown.iter().filter(|(.., pinned)| *pinned);
    let others: Vec<_> = shown.iter().filter(|(.., pinned)| !*pinned).collect();
    let left = left.min(others.len().saturating_sub(1));
    layout.before = left > 0;
    for (index, width, _) in pinned.chain(others.into_iter().skip(left)) {
        let rest = room.saturating_sub(x);
        if rest < NARROWEST.min(*width) {
            layout.after = true;
            break;
        }
        layout.after |= rest < *width;
        layout.columns.push(Placed { index: *index, x, width: (*width).min(rest) });
        x = x.saturating_add(*width).saturating_add(GAP);
    }
    layout
}

/// The head of a table.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// All columns of the list.
    pub columns: &'a [Column],
    /// Where they go.
    pub layout: &'a Layout,
    /// The chosen column.
    pub chosen: Option<usize>,
    /// The column it is ordered by, and whether the largest comes first.
    pub sorted: Option<(usize, bool)>,
}

/// Draws the heads of the columns.
pub fn head(head: Head<'_>, theme: &Theme, area: Rect, buf: &mut Buffer) {
    for placed in &head.layout.columns {
        let column = &head.columns[placed.index];
        let style = if head.chosen == Some(placed.index) { theme.column } else { theme.heading };
        let sign = match head.sorted {
            Some((index, true)) if index == placed.index => "▼",
            Some((index, false)) if index == placed.index => "▲",
            _ => "",
        };
        let name = text::clean(column.heading()).to_uppercase();
        let shown = text::fit(&format!("{name}{sign}"), placed.width.into()).into_owned();
        put(&shown, style, cell::is_right(column.kind), placed, area, buf);
    }
    if area.width > GUTTER && head.layout.before {
        line::spans(
            &[("‹", theme.heading)],
            Rect { x: area.x + GUTTER - 1, width: 1, ..area },
            buf,
        );
    }
    if area.width > 0 && head.layout.after {
        line::spans(&[("›", theme.heading)], Rect { x: area.right() - 1, width: 1, ..area }, buf);
    }
}

/// How a row stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// It is under the cursor.
    pub selected: bool,
    /// It is marked.
    pub marked: bool,
    /// It is no longer fresh.
    pub stale: bool,
}

/// As much of `shown` as there is room for: of a number all or nothing, since the beginning of a number is another number.
pub fn fitted(shown: &str, is_number: bool, room: u16) -> Cow<'_, str> {
    if is_number && text::width(shown) > room.into() {
        return Cow::Borrowed("…");
    }
    text::fit(shown, room.into())
}

/// Draws one row.
pub fn row(
    item: &Item,
    columns: &[Column],
    layout: &Layout,
    stand: Stand,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let base = base(stand, theme);
    let signs =
        [if stand.selected { ">" } else { " " }, if stand.marked { "*" } else { " " }].concat();
    line::spans(&[(&signs, base)], area, buf);
    for placed in &layout.columns {
        let column = &columns[placed.index];
        let value = item.cells.get(placed.index).and_then(Option::as_deref);
        let shown = cell::shown(column, value);
        let style =
            if value.is_none() && !stand.stale && !stand.marked { theme.null } else { base };
        let right = cell::is_right(column.kind);
        put(&fitted(&shown, right, placed.width), style, right, placed, area, buf);
    }
    if stand.selected {
        // No further than the last column: every cell of it costs a byte when the cursor moves.
        let end = layout.columns.last().map_or(GUTTER, |placed| placed.x + placed.width);
        buf.set_style(Rect { width: end.min(area.width), ..area }, theme.selected);
    }
}

/// Draws a row as a card: a line for each column.
pub fn card(
    item: &Item,
    columns: &[Column],
    order: &[usize],
    stand: Stand,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let base = base(stand, theme);
    let labels =
        order.iter().map(|index| text::width(columns[*index].heading())).max().unwrap_or(0).min(16);
    for (line_number, (y, index)) in (area.y..area.bottom()).zip(order).enumerate() {
        let column = &columns[*index];
        let signs = match (line_number, stand.selected, stand.marked) {
            (0, true, true) => ">*",
            (0, true, false) => "> ",
            (0, false, true) => " *",
            _ => "  ",
        };
        let name = text::clean(column.heading()).into_owned();
        let label = text::fit(&name, labels).into_owned();
        let value = cell::shown(column, item.cells.get(*index).and_then(Option::as_deref));
        let area = Rect { y, height: 1, ..area };
        let gap = " ".repeat(labels.saturating_sub(text::width(&label)) + 2);
        line::spans(
            &[
                (signs, base),
                (" ", base),
                (&label, theme.dim),
                (":", theme.dim),
                (&gap[1..], base),
                (&value, base),
            ],
            area,
            buf,
        );
        if stand.selected && line_number == 0 {
            buf.set_style(area, theme.selected);
        }
    }
}

const fn base(stand: Stand, theme: &Theme) -> Style {
    match stand {
        Stand { stale: true, .. } => theme.stale,
        Stand { marked: true, .. } => theme.marked,
        Stand { .. } => theme.text,
    }
}

/// Writes into a column.
fn put(shown: &str, style: Style, right: bool, placed: &Placed, area: Rect, buf: &mut Buffer) {
    let used = text::width(shown) as u16;
    let indent = if right { placed.width.saturating_sub(used) } else { 0 };
    let x = area.x + placed.x + indent;
    if x < area.right() {
        line::spans(
            &[(shown, style)],
            Rect { x, width: (area.right() - x).min(placed.width), ..area },
            buf,
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::list::Position;

    #[test]
    fn a_number_is_whole_or_not_there() {
        let columns = [Column::new("rows", Kind::Number), Column::new("name", Kind::Text)];
        let item = Item {
            position: Position { value: None, key: vec!["1".into()] },
            cells: vec![Some("60000".into()), Some("sessions".into())],
        };
        let drawn = |widths: [u16; 2]| {
            let shown = [(0, widths[0], false), (1, widths[1], false)];
            let area = Rect::new(0, 0, 20, 1);
            let mut buf = Buffer::empty(area);
            let layout = place(&shown, 0, area.width);
            let stand = Stand { selected: false, marked: false, stale: false };
            row(&item, &columns, &layout, stand, &Theme::default(), area, &mut buf);
            buf.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(drawn([5, 8]).trim(), "60000  sessions");
        assert_eq!(drawn([4, 5]).trim(), "…  sess…");
    }

    proptest! {
        #[test]
        fn columns_give_way_only_where_they_do_not_fit_and_stay_readable(
            columns in prop::collection::vec((1u16..60, any::<bool>()), 0..12), room in 0u16..220,
        ) {
            let shown: Vec<_> = columns.iter().enumerate().map(|(index, (width, pinned))| (index, *width, *pinned)).collect();
            let squeezed = squeezed(&shown, room);
            if !place(&shown, 0, room).after {
                prop_assert_eq!(&squeezed, &shown);
            }
            for ((_, now, _), (_, was, _)) in squeezed.iter().zip(&shown) {
                prop_assert!(*now == *was || (*now < *was && *now >= READABLE));
            }
            prop_assert!(place(&squeezed, 0, room).columns.len() >= place(&shown, 0, room).columns.len());
        }

        #[test]
        fn columns_never_overlap_and_stay_inside(
            columns in prop::collection::vec((1u16..60, any::<bool>()), 0..12), left in 0usize..14, room in 0u16..220,
        ) {
            let shown: Vec<_> = columns.iter().enumerate().map(|(index, (width, pinned))| (index, *width, *pinned)).collect();
            let layout = place(&shown, left, room);
            for pair in layout.columns.windows(2) {
                prop_assert!(pair[0].x + pair[0].width < pair[1].x);
            }
            for placed in &layout.columns {
                prop_assert!(placed.x + placed.width <= room.max(GUTTER));
            }
            // Key columns come first, whatever is scrolled away.
            let pinned: Vec<_> = shown.iter().filter(|(.., pinned)| *pinned).map(|(index, ..)| *index).collect();
            let first: Vec<_> = layout.columns.iter().map(|placed| placed.index).take(pinned.len()).collect();
            prop_assert!(pinned.starts_with(&first));
        }
    }
}
