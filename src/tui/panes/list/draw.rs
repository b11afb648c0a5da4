//! How a list looks.

use ratatui::{buffer::Buffer, layout::Rect};

use super::ListPane;
use crate::{
    pg::Problem,
    text,
    tui::{
        layout::Form,
        stage::{Band, Picture, Stage},
        ui::{
            cell, frame,
            grid::{self, Head, Stand},
            line, record, wait,
            words::words,
        },
    },
};

impl ListPane {
    pub(super) fn draw(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let inner = if stage.form == Form::Bare {
            area
        } else {
            let production = stage.facts.is_some_and(|facts| facts.production);
            let border = if production { theme.production } else { theme.border };
            frame::pane(&self.heading(stage), border, theme.title, area, buf)
        };
        self.draw_foot(stage, area, inner, buf);
        if self.window.is_empty() {
            self.draw_empty(stage, inner, buf);
            return Picture::default();
        }
        self.draw_problem(stage, inner, buf);
        let rows = self.rows(area.height.into(), stage.form);
        match stage.form {
            Form::Cards => self.draw_cards(stage, rows, inner, buf),
            Form::Tables | Form::Bare => self.draw_rows(stage, rows, inner, buf),
        }
    }

    fn draw_rows(&self, stage: &Stage<'_>, rows: usize, inner: Rect, buf: &mut Buffer) -> Picture {
        let layout = self.layout(inner.width);
        let sorted = self.sort.as_ref().and_then(|sort| {
            let index = self.columns.iter().position(|column| column.name == sort.column)?;
            Some((index, sort.descending))
        });
        let head =
            Head { columns: &self.columns, layout: &layout, chosen: self.view.column, sorted };
        grid::head(head, stage.theme, Rect { height: inner.height.min(1), ..inner }, buf);
        let list = Rect {
            y: inner.y + 1,
            height: (rows as u16).min(inner.height.saturating_sub(1)),
            ..inner
        };
        let mut selected = None;
        for (y, (number, item)) in (list.y..list.bottom()).zip(self.window.visible(rows)) {
            if number == self.window.row() {
                selected = Some(y);
            }
            let line = Rect { y, height: 1, ..list };
            grid::row(
                item,
                &self.columns,
                &layout,
                self.stand(number, item, stage),
                stage.theme,
                line,
                buf,
            );
        }
        let band = Band {
            area: list,
            list: self.era.wrapping_mul(0x1_0000).wrapping_add(self.id),
            top: self.window.top(),
        };
        Picture { cursor: None, band: Some(band), selected }
    }

    fn draw_cards(&self, stage: &Stage<'_>, rows: usize, inner: Rect, buf: &mut Buffer) -> Picture {
        let lines = self.card_lines() as u16;
        let mut order = self.shown();
        order.sort_by_key(|index| !self.columns[*index].pinned);
        order.truncate(usize::from(lines) - 1);
        let mut selected = None;
        for (index, (number, item)) in self.window.visible(rows).enumerate() {
            let y = inner.y + index as u16 * lines;
            if number == self.window.row() {
                selected = Some(y);
            }
            let height = (lines - 1).min(inner.bottom().saturating_sub(y));
            let card = Rect { y, height, ..inner };
            grid::card(
                item,
                &self.columns,
                &order,
                self.stand(number, item, stage),
                stage.theme,
                card,
                buf,
            );
        }
        Picture { selected, ..Picture::default() }
    }

    fn stand(&self, number: i64, item: &crate::list::Item, stage: &Stage<'_>) -> Stand {
        Stand {
            selected: number == self.window.row(),
            marked: self.marks.contains_key(&item.position.key),
            stale: stage.stale.is_some(),
        }
    }

    /// `users(Acme) </ali>`.
    fn heading(&self, stage: &Stage<'_>) -> String {
        let title = self.listing.title(&self.place, stage);
        let of = self.place.label.as_deref().or(self.place.address.object.as_deref());
        let scope =
            stage.scope.filter(|_| self.listing.is_scoped()).map(|scope| scope.name.as_str());
        let of = of.or(scope).map(|of| format!("({of})")).unwrap_or_default();
        let filter = self.place.address.filter.as_str();
        let given = if self.listing.hides_given() { self.given.as_str() } else { "" };
        let filter = filter.strip_prefix(given).unwrap_or(filter).trim_start();
        let filter = if filter.is_empty() { String::new() } else { format!(" </{filter}>") };
        let seen = if self.listing.is_of_catalog() { String::new() } else { stage.seen() };
        text::clean(&format!("{title}{of}{seen}{filter}")).into_owned()
    }

    /// `1–22 of ~310 est. · 18 ms`.
    fn draw_foot(&self, stage: &Stage<'_>, area: Rect, inner: Rect, buf: &mut Buffer) {
        if stage.form == Form::Bare {
            return;
        }
        let waiting =
            self.main.since().or_else(|| self.next.since().filter(|_| self.window.lags()));
        let waited = waiting.and_then(|since| wait::said(since, stage.now));
        let (said, style) = match (&stage.stale, waited) {
            (Some(since), _) if self.main.answered.is_some() => (
                format!(
                    "{} · data from {} UTC",
                    self.counts(inner, stage),
                    since.format("%H:%M:%S")
                ),
                stage.theme.warn,
            ),
            (_, Some(waited)) => {
                (format!("{} · {waited}", self.counts(inner, stage)), stage.theme.warn)
            }
            (_, None) => {
                let took = self.main.took.map(|took| format!(" · {}", wait::took(took)));
                (
                    format!("{}{}", self.counts(inner, stage), took.unwrap_or_default()),
                    stage.theme.dim,
                )
            }
        };
        frame::foot(said.trim_start_matches(" · "), style, area, buf);
    }

    fn counts(&self, inner: Rect, stage: &Stage<'_>) -> String {
        if self.window.is_empty() {
            return String::new();
        }
        let lines = usize::from(inner.height) + if stage.form == Form::Bare { 0 } else { 2 };
        let visible =
            self.window.visible(self.rows(lines, stage.form)).count().cast_signed() as i64;
        let total = match (self.window.total(), self.estimate) {
            (Some(total), _) => format!("of {}", cell::count(total)),
            (None, Some(estimate)) if self.place.address.filter.is_empty() => {
                format!("of ~{} est.", cell::count(estimate.try_into().unwrap_or(i64::MAX)))
            }
            (None, _) => "of more".to_owned(),
        };
        match self.window.counted_top() {
            Some(top) => format!("{}–{} {total}", cell::count(top), cell::count(top + visible - 1)),
            None if self.window.ends() => format!("near the end {total}"),
            None => total,
        }
    }

    /// Why there is nothing, and which key changes that.
    fn draw_empty(&self, stage: &Stage<'_>, inner: Rect, buf: &mut Buffer) {
        let theme = stage.theme;
        let mut lines: Vec<(String, ratatui::style::Style)> = Vec::new();
        if let Some(problem) = &self.problem {
            lines.push((problem.summary.clone(), theme.danger));
            lines.extend(problem.hint.clone().map(|hint| (hint, theme.text)));
        } else if self.main.since().is_some() || self.main.answered.is_none() {
            // Nothing is said to be empty before the answer is there.
            let said = self.main.since().and_then(|since| wait::said(since, stage.now));
            lines.extend(said.map(|said| (said, theme.dim)));
        } else if !self.place.address.filter.is_empty() {
            lines.push((format!("nothing matches /{}", self.place.address.filter), theme.text));
            let given = self.place.address.filter == self.given;
            let esc = if given { "goes back" } else { "clears the filter" };
            lines.push((format!("esc {esc}, / changes the filter"), theme.dim));
        } else {
            lines.push((self.listing.empty(stage), theme.text));
            if let Some(scope) = stage.scope.filter(|_| self.listing.is_scoped()) {
                lines
                    .push((format!("only {} is looked at; 0 looks at all", scope.name), theme.dim));
            }
        }
        let room = usize::from(inner.width.saturating_sub(4)).max(1);
        let lines: Vec<_> = lines
            .iter()
            .flat_map(|(said, style)| {
                words(&text::clean(said), room).into_iter().map(|said| (said, *style))
            })
            .collect();
        let top = inner.y + inner.height.saturating_sub(lines.len() as u16) / 3;
        for (y, (said, style)) in (top..inner.bottom()).zip(&lines) {
            line::spans(&[("  ", *style), (said, *style)], Rect { y, height: 1, ..inner }, buf);
        }
    }

    /// What went wrong, below the rows that are still there.
    fn draw_problem(&self, stage: &Stage<'_>, inner: Rect, buf: &mut Buffer) {
        let Some(Problem { summary, hint, .. }) = self.said() else { return };
        let style = if self.problem.is_some() { stage.theme.danger } else { stage.theme.warn };
        let lines = self.problem_lines() as u16;
        if inner.height <= lines {
            return;
        }
        let y = inner.bottom() - lines;
        line::spans(
            &[(" ", style), (&text::clean(summary), style)],
            Rect { y, height: 1, ..inner },
            buf,
        );
        if let Some(hint) = hint {
            line::spans(
                &[(" ", stage.theme.text), (&text::clean(hint), stage.theme.text)],
                Rect { y: y + 1, height: 1, ..inner },
                buf,
            );
        }
    }

    /// The record under the cursor; nothing while the cursor moves, so that scrolling stays cheap.
    pub(super) fn draw_preview(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let theme = stage.theme;
        let border = if self.aside.is_some() { theme.popup } else { theme.border };
        let inner = frame::pane("preview", border, theme.title, area, buf);
        let Some((columns, item)) = self.readable().filter(|_| self.previewed) else { return };
        let width = usize::from(inner.width.saturating_sub(2));
        let lines = record::lines(&item, &columns, width, 6, theme);
        let room = usize::from(inner.height);
        let skip = self.aside.unwrap_or(0).min(lines.len().saturating_sub(room));
        for (y, styled) in (inner.y..inner.bottom()).zip(lines.iter().skip(skip)) {
            let pieces: Vec<_> =
                styled.iter().map(|(text, style)| (text.as_str(), *style)).collect();
            let at = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            line::spans(&pieces, at, buf);
        }
    }
}
