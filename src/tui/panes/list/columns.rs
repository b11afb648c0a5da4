//! Which columns of a list are shown, how wide, and from which one on.

use super::{ListPane, Window};
use crate::{
    list::{Filter, Term},
    tui::{
        cx::Cx,
        layout::Form,
        popup::ColumnChoice,
        ui::grid::{self, Layout, Width},
    },
};

/// A card has no more lines than this.
const CARD: usize = 5;

impl ListPane {
    /// The places of the columns that are shown, in order.
    pub(super) fn shown(&self) -> Vec<usize> {
        if self.view.chosen.is_empty() {
            return (0..self.columns.len()).filter(|index| !self.columns[*index].hidden).collect();
        }
        let chosen = self.view.chosen.iter().filter(|choice| choice.shown);
        chosen
            .filter_map(|choice| self.columns.iter().position(|column| column.name == choice.name))
            .collect()
    }

    /// All columns, in order, and whether each is shown.
    pub(super) fn choices(&self) -> Vec<ColumnChoice> {
        let mut choices: Vec<_> = self
            .view
            .chosen
            .iter()
            .filter(|choice| self.columns.iter().any(|column| column.name == choice.name))
            .cloned()
            .collect();
        for column in self.columns.iter() {
            if !choices.iter().any(|choice| choice.name == column.name) {
                choices.push(ColumnChoice {
                    name: column.name.clone(),
                    heading: column.heading().to_owned(),
                    shown: !column.hidden && self.view.chosen.is_empty(),
                });
            }
        }
        choices
    }

    /// Makes columns wide enough for the rows at hand; they never get narrower by scrolling.
    pub(super) fn widen(&mut self) {
        let width = if self.view.wide { Width::Wide } else { Width::Usual };
        let before = std::mem::take(&mut self.view.widths);
        let widths = self.columns.iter().enumerate().map(|(index, column)| {
            let was = before.get(index).copied().unwrap_or(0);
            grid::wanted(column, index, Window::items(&self.window), width, was)
        });
        self.view.widths = widths.collect();
        if self.view.widths != before {
            self.era += 1;
        }
    }

    /// Makes columns exactly as wide as the rows at hand want them.
    pub(super) fn refit(&mut self) {
        self.view.widths.clear();
        self.widen();
    }

    /// How wide the columns are in `room` cells, in order, and whether each stays in sight.
    fn widths(&self, room: u16) -> Vec<(usize, u16, bool)> {
        let shown = self.shown().into_iter().map(|index| {
            let width = self.view.widths.get(index).copied().unwrap_or(1);
            (index, width, self.columns[index].pinned)
        });
        let shown: Vec<_> = shown.collect();
        if self.view.wide {
            return shown;
        }
        // What is scrolled away needs no room: the others are as wide as they can be without it.
        let (pinned, others): (Vec<_>, Vec<_>) =
            shown.iter().copied().partition(|(.., pinned)| *pinned);
        let staying: Vec<_> =
            pinned.into_iter().chain(others.into_iter().skip(self.view.left)).collect();
        let squeezed = grid::squeezed(&staying, room);
        let width = |one: &(usize, u16, bool)| {
            squeezed.iter().find(|(index, ..)| *index == one.0).copied().unwrap_or(*one)
        };
        shown.iter().map(width).collect()
    }

    /// Where the columns go in `room` cells.
    pub(super) fn layout(&self, room: u16) -> Layout {
        grid::place(&self.widths(room), self.view.left, room)
    }

    /// Scrolls columns by `by`.
    pub(super) fn scroll(&mut self, by: isize) {
        let others = self.shown().iter().filter(|index| !self.columns[**index].pinned).count();
        let most = others.saturating_sub(1);
        self.view.left = self.view.left.saturating_add_signed(by).min(most);
        self.era += 1;
    }

    /// Chooses the column `by` further, and scrolls to it.
    pub(super) fn choose(&mut self, by: isize, cx: &Cx<'_>) {
        let shown = self.shown();
        let at = self.view.column.and_then(|index| shown.iter().position(|shown| *shown == index));
        let to = match at {
            None => 0,
            Some(at) => at.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
        };
        self.view.column = shown.get(to).copied();
        let Some(index) = self.view.column else { return };
        self.reveal(index, cx);
    }

    /// Scrolls to the column that the filter is about: without it nobody sees why these rows are there.
    pub(super) fn reveal_filtered(&mut self, cx: &Cx<'_>) {
        let Ok(filter) = Filter::parse(&self.place.address.filter) else { return };
        let column = filter.terms.iter().find_map(|term| match term {
            Term::Compare { column, .. } => Some(column),
            Term::Word { .. } => None,
        });
        let index = column.and_then(|name| {
            self.shown().into_iter().find(|index| self.columns[*index].name == *name)
        });
        if let Some(index) = index {
            self.reveal(index, cx);
        }
    }

    /// Scrolls until the column is on screen as a whole.
    fn reveal(&mut self, index: usize, cx: &Cx<'_>) {
        let frame = if cx.form == Form::Bare { 0 } else { 2 };
        let room = (cx.columns as u16).saturating_sub(frame);
        let shown = self.shown();
        if self.columns[index].pinned {
            return;
        }
        let others: Vec<_> = shown.iter().filter(|index| !self.columns[**index].pinned).collect();
        let number = others.iter().position(|other| **other == index).unwrap_or(0);
        self.view.left = self.view.left.min(number);
        let whole = |pane: &Self| {
            let wanted = pane.widths(room).into_iter().find(|(at, ..)| *at == index);
            let wanted = wanted.map_or(1, |(_, width, _)| width);
            let layout = pane.layout(room);
            layout.columns.iter().any(|placed| placed.index == index && placed.width >= wanted)
        };
        while self.view.left < number && !whole(self) {
            self.view.left += 1;
        }
        self.era += 1;
    }

    /// How many lines a card takes, the empty one after it included.
    pub(super) fn card_lines(&self) -> usize {
        self.shown().len().clamp(1, CARD) + 1
    }
}
