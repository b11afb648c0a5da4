//! How the matrix looks.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    MatrixPane,
    cell::{all_four, figure, letters, sentence},
    data::Data,
    shape::{Line, ROLES, USER, roles},
    who,
};
use crate::{
    list::{Column, Kind},
    text,
    tui::{
        cx::Cx,
        layout::Form,
        stage::{Picture, Stage},
        ui::{
            cell::count,
            frame,
            grid::{self, Head, Layout},
            line, wait,
            words::words,
        },
    },
};

/// What stands before the columns of tables.
const BEFORE: usize = 2;
/// The name of a table makes its column no wider.
const HEAD: usize = 14;
/// No column of a table is wider.
const WIDEST: usize = 24;
/// The same for users and their roles.
const WIDEST_USER: usize = 34;
const WIDEST_ROLES: usize = 24;

impl MatrixPane {
    pub(super) fn draw(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let inner = if stage.form == Form::Bare {
            area
        } else {
            let production = stage.facts.is_some_and(|facts| facts.production);
            let border = if production { theme.production } else { theme.border };
            let inner = frame::pane(&self.heading(stage), border, theme.title, area, buf);
            let (foot, style) = self.foot(stage);
            frame::foot(&text::clean(&foot), style, area, buf);
            inner
        };
        if let Some(data) = self.data().filter(|_| !self.shape.lines.is_empty()) {
            return self.draw_lines(data, stage, inner, buf);
        }
        self.draw_empty(stage, inner, buf);
        Picture::default()
    }

    /// `matrix: select(Acme) </can:delete>`.
    fn heading(&self, stage: &Stage<'_>) -> String {
        let what = if self.letters { "all commands" } else { self.command().name() };
        let of = stage.scope.map(|scope| format!("({})", scope.name)).unwrap_or_default();
        let filter = &self.place.address.filter;
        let filter = if filter.is_empty() { String::new() } else { format!(" </{filter}>") };
        text::clean(&format!("matrix: {what}{of}{filter}")).into_owned()
    }

    /// How much there is, how far counting is, and how old the figures are.
    fn foot(&self, stage: &Stage<'_>) -> (String, Style) {
        let theme = stage.theme;
        let Some(data) = self.data() else {
            let waited = self.wait.since().and_then(|since| wait::said(since, stage.now));
            return (waited.unwrap_or_default(), theme.warn);
        };
        let users: usize = self.shape.lines.iter().map(|line| line.class.len()).sum();
        let number = |number: usize| count(number.cast_signed() as i64);
        let tables = self.shape.columns.len();
        let several = |some: usize| if some == 1 { "" } else { "s" };
        let (u, t) = (several(users), several(tables));
        let mut parts = vec![format!("{} user{u} × {tables} table{t}", number(users))];
        let age = data.counted.map(|counted| {
            let age = (stage.now.wall - counted).to_std().unwrap_or_default();
            if age.as_secs() < 60 {
                "just now".to_owned()
            } else {
                format!("{} ago", wait::age(age))
            }
        });
        let progress = self.coming.as_ref().map(Data::progress);
        let style = match (self.wait.since(), &stage.stale) {
            (Some(since), _) => {
                parts.extend(age.map(|age| format!("counted {age}")));
                let waited = wait::age(stage.now.steady.saturating_sub(since));
                let counting =
                    progress.map_or_else(String::new, |progress| format!(" {progress},"));
                parts.push(format!("counting{counting} {waited} · esc stops"));
                theme.warn
            }
            (None, Some(since)) => {
                parts.push(format!("data from {} UTC", since.format("%H:%M:%S")));
                theme.warn
            }
            (None, None) => match (age, progress) {
                (Some(age), _) => {
                    parts.push(format!("counted {age} · ^r anew"));
                    theme.dim
                }
                (None, progress) => {
                    let progress = progress.unwrap_or_default();
                    parts.push(format!("STOPPED after {progress} · ^r anew"));
                    theme.warn
                }
            },
        };
        (parts.join(" · "), style)
    }

    /// All columns: those before the tables, and the tables. A schema that all of them share is left out.
    fn columns(&self, data: &Data) -> Vec<Column> {
        let mut schemas = self.shape.columns.iter().map(|table| &data.tables[*table].name.schema);
        let first = schemas.next();
        let one = schemas.all(|schema| Some(schema) == first);
        let tables = self.shape.columns.iter().map(|table| {
            let name = &data.tables[*table].name;
            let column = Column::new(name.to_string(), Kind::Number);
            if one { column.called(&name.name) } else { column }
        });
        let before = [Column::new(USER, Kind::Text).pinned(), Column::new(ROLES, Kind::Text)];
        before.into_iter().chain(tables).collect()
    }

    /// What stands in a line, column by column.
    fn cells(&self, data: &Data, line: &Line) -> Vec<(String, Option<super::cell::Look>)> {
        let member = &data.people[line.person];
        let sign = match (line.is_member(), line.class.len() > 1, line.open) {
            (true, ..) => "    ",
            (false, true, true) => "- ",
            (false, true, false) => "+ ",
            (false, false, _) => "  ",
        };
        let others = line.class.len().saturating_sub(1);
        let others = if others > 0 {
            format!(" +{}", count(others.cast_signed() as i64))
        } else {
            String::new()
        };
        let room = WIDEST_USER - sign.len() - others.len();
        let label = text::clean(&member.label);
        let user = format!("{sign}{}{others}", text::fit(&label, room));
        let one = [line.person];
        let all = if line.is_member() { &one[..] } else { &line.class };
        let place = member.organization.as_ref().map(|(_, name)| format!("@{name}"));
        let role = format!("{}{}", roles(data, all), place.unwrap_or_default());
        let mut cells = vec![(user, None), (text::clean(&role).into_owned(), None)];
        cells.extend(self.shape.columns.iter().map(|table| {
            let (said, look) = if self.letters {
                letters(data, line.person, *table)
            } else {
                figure(data, line.person, *table, self.command())
            };
            (said, Some(look))
        }));
        cells
    }

    /// How wide the columns are, from what can be seen of them.
    fn widths(&self, data: &Data, columns: &[Column], rows: usize) -> Vec<u16> {
        // A long name gives way to what stands below it: it is whole in the line about the cell.
        let head = |column: &Column| text::width(&text::clean(column.heading())) + 1;
        let mut widths: Vec<usize> = columns.iter().map(|column| head(column).min(HEAD)).collect();
        for at in self.cursor.window(self.shape.lines.len(), rows) {
            for (width, (said, _)) in widths.iter_mut().zip(self.cells(data, &self.shape.lines[at]))
            {
                *width = (*width).max(text::width(&said));
            }
        }
        let most = |at: usize| match at {
            0 => WIDEST_USER,
            1 => WIDEST_ROLES,
            _ => WIDEST,
        };
        widths.into_iter().enumerate().map(|(at, width)| width.min(most(at)) as u16).collect()
    }

    fn layout(&self, widths: &[u16], room: u16) -> Layout {
        let shown: Vec<_> =
            widths.iter().enumerate().map(|(at, width)| (at, *width, at == 0)).collect();
        // Behind the last column there is room for the sign of the cursor.
        let room = room.saturating_sub(1);
        grid::place(&grid::squeezed(&shown, room), self.left, room)
    }

    /// Scrolls until the chosen column is on screen as a whole.
    pub(super) fn reveal(&mut self, cx: &Cx<'_>) {
        let Some(data) = self.whole.as_ref().or(self.coming.as_ref()) else { return };
        if self.shape.columns.is_empty() {
            self.left = 0;
            return;
        }
        let frame = if cx.form == Form::Bare { 0 } else { 2 };
        let room = (cx.columns as u16).saturating_sub(frame + 1);
        let widths = self.widths(data, &self.columns(data), Self::rows(cx.lines, cx.form));
        let wanted = BEFORE + self.column();
        let most = widths.len().saturating_sub(BEFORE);
        let mut left = self.left.min(most);
        // The first column is not pinned: it is the number 0 among those that scroll.
        left = left.min(wanted - 1);
        let is_whole = |left: usize| {
            let shown: Vec<_> =
                widths.iter().enumerate().map(|(at, width)| (at, *width, at == 0)).collect();
            let squeezed = grid::squeezed(&shown, room);
            let needed = squeezed.get(wanted).map_or(1, |(_, width, _)| *width);
            let layout = grid::place(&squeezed, left, room);
            layout.columns.iter().any(|placed| placed.index == wanted && placed.width >= needed)
        };
        while left < wanted - 1 && !is_whole(left) {
            left += 1;
        }
        self.left = left;
    }

    fn draw_lines(&self, data: &Data, stage: &Stage<'_>, inner: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let frame = if stage.form == Form::Bare { 0 } else { 2 };
        let rows = Self::rows(usize::from(inner.height) + frame, stage.form);
        let columns = self.columns(data);
        let layout = self.layout(&self.widths(data, &columns, rows), inner.width);
        let chosen = BEFORE + self.column();
        let sorted = self.place.address.sort.as_ref().and_then(|sort| {
            let at = columns.iter().position(|column| column.name == sort.column)?;
            Some((at, sort.descending))
        });
        let head = Head { columns: &columns, layout: &layout, chosen: Some(chosen), sorted };
        grid::head(head, theme, Rect { height: inner.height.min(1), ..inner }, buf);
        let window = self.cursor.window(self.shape.lines.len(), rows);
        let mut selected = None;
        for (y, at) in (inner.y + 1..inner.bottom()).zip(window) {
            let area = Rect { y, height: 1, ..inner };
            let shown = &self.shape.lines[at];
            let here = at == self.cursor.row;
            selected = selected.or(here.then_some(y));
            let marked = self.is_marked(data, shown);
            let is_old = stage.stale.is_some();
            let base = if is_old {
                theme.stale
            } else if marked {
                theme.marked
            } else {
                theme.text
            };
            let signs = [if here { ">" } else { " " }, if marked { "*" } else { " " }].concat();
            line::spans(&[(&signs, base)], area, buf);
            let cells = self.cells(data, shown);
            let mut cell = Rect::default();
            for placed in &layout.columns {
                let Some((said, look)) = cells.get(placed.index) else { continue };
                let style = look.filter(|_| !is_old).map_or(base, |look| look.style(theme));
                let said = grid::fitted(said, look.is_some(), placed.width);
                let indent = if look.is_some() {
                    placed.width.saturating_sub(text::width(&said) as u16)
                } else {
                    0
                };
                let x = area.x + placed.x + indent;
                if x >= area.right() {
                    continue;
                }
                let width = (area.right() - x).min(placed.width);
                let used = line::spans(&[(&said, style)], Rect { x, width, ..area }, buf);
                if here && placed.index == chosen {
                    cell = Rect { x, width: used, ..area };
                }
            }
            if here {
                draw_cursor(&layout, cell, stage, area, buf);
            }
        }
        let y = inner.bottom().saturating_sub(1);
        if y > inner.y {
            self.draw_said(stage, Rect { y, height: 1, ..inner }, buf);
        }
        Picture { selected, ..Picture::default() }
    }

    fn is_marked(&self, data: &Data, line: &Line) -> bool {
        let marked = |at: &usize| self.marks.contains(&who(&data.people[*at]));
        !self.marks.is_empty() && (marked(&line.person) || line.class.iter().any(marked))
    }

    /// What is to be said of the cell under the cursor, or what went wrong.
    fn draw_said(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        let theme = stage.theme;
        if let Some(problem) = &self.problem {
            let said = text::clean(&problem.to_string()).into_owned();
            line::spans(&[(" ", theme.danger), (&said, theme.danger)], area, buf);
            return;
        }
        let (Some(line), Some((at, table))) = (self.line(), self.spot()) else { return };
        let class = match (line.class.len(), line.same) {
            (0 | 1, _) => String::new(),
            (some, true) => format!(" · {some} users, the same rows"),
            (some, false) => format!(" · {some} users, as many rows"),
        };
        let Some(data) = self.data() else { return };
        let said = if self.letters {
            all_four(data, at, table)
        } else {
            sentence(data, at, table, self.command())
        };
        let columns = self.columns(data);
        let name = columns.get(BEFORE + self.column()).map_or("", Column::heading);
        let said = format!("{name}: {said}{class}");
        let said = text::clean(&said).into_owned();
        line::spans(&[(" ", theme.dim), (&said, theme.dim)], area, buf);
    }

    /// Why there is nothing, and which key changes that.
    fn draw_empty(&self, stage: &Stage<'_>, inner: Rect, buf: &mut Buffer) {
        let theme = stage.theme;
        let mut lines: Vec<(String, Style)> = Vec::new();
        if let Some(problem) = &self.problem {
            lines.push((problem.summary.clone(), theme.danger));
            lines.extend(problem.hint.clone().map(|hint| (hint, theme.text)));
        } else if self.wait.since().is_some() || self.data().is_none() {
            let said = self.wait.since().and_then(|since| wait::said(since, stage.now));
            lines.extend(said.map(|said| (said, theme.dim)));
        } else if !self.place.address.filter.is_empty() {
            lines.push((format!("no cell matches /{}", self.place.address.filter), theme.text));
            lines.push(("esc clears the filter, / changes it".to_owned(), theme.dim));
        } else {
            lines.push(("there are no users".to_owned(), theme.text));
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
}

/// The line under the cursor, and in it the cell.
fn draw_cursor(layout: &Layout, cell: Rect, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let theme = stage.theme;
    let end = layout.columns.last().map_or(grid::GUTTER, |placed| placed.x + placed.width);
    buf.set_style(Rect { width: end.min(area.width), ..area }, theme.selected);
    if cell.is_empty() {
        return;
    }
    // Signs say it where no colour does.
    for (x, sign) in [(cell.x.saturating_sub(1), "["), (cell.right(), "]")] {
        line::spans(&[(sign, theme.column)], Rect { x, width: 1, ..area }.intersection(area), buf);
    }
}
