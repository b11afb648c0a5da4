//! The rows at hand: a few pages around the cursor.

use std::collections::VecDeque;

use super::{
    Server,
    table::{From, Row, Table},
};

/// How many rows are kept at most.
const KEPT: usize = 600;
/// How wide a column may be.
const WIDEST: usize = 32;

pub(super) struct List {
    table: Table,
    pub(super) filter: String,
    pub(super) rows: VecDeque<Row>,
    pub(super) widths: Vec<u16>,
    /// The rows under the cursor and at the top of the screen, among those at hand.
    pub(super) row: usize,
    pub(super) top: usize,
    at_start: bool,
    at_end: bool,
}

impl List {
    pub(super) fn of(table: Table, server: &mut Server) -> anyhow::Result<Self> {
        let mut list = Self {
            table,
            filter: String::new(),
            rows: VecDeque::new(),
            widths: Vec::new(),
            row: 0,
            top: 0,
            at_start: true,
            at_end: false,
        };
        list.begin(From::Start, server)?;
        Ok(list)
    }

    pub(super) fn heads(&self) -> Row {
        self.table.columns.iter().map(|column| Some(column.name.to_uppercase())).collect()
    }

    pub(super) fn filter(&mut self, text: String, server: &mut Server) -> anyhow::Result<()> {
        self.filter = text;
        self.begin(From::Start, server)
    }

    /// Goes to the first or the last row of all.
    pub(super) fn jump(
        &mut self,
        end: bool,
        page: isize,
        server: &mut Server,
    ) -> anyhow::Result<()> {
        self.begin(if end { From::End } else { From::Start }, server)?;
        self.row = if end { self.rows.len().saturating_sub(1) } else { 0 };
        self.show(page);
        Ok(())
    }

    /// Moves the cursor; what is not at hand is fetched now.
    pub(super) fn step(
        &mut self,
        delta: isize,
        page: isize,
        server: &mut Server,
    ) -> anyhow::Result<()> {
        let wanted = self.row.cast_signed() + delta;
        if wanted >= self.rows.len().cast_signed() && !self.at_end {
            self.after(server)?;
        } else if wanted < 0 && !self.at_start {
            self.before(server)?;
        }
        let last = self.rows.len().saturating_sub(1);
        self.row = self.row.saturating_add_signed(delta).min(last);
        self.show(page);
        Ok(())
    }

    fn show(&mut self, page: isize) {
        let page = page.max(1).unsigned_abs();
        self.top = self.top.clamp((self.row + 1).saturating_sub(page), self.row);
    }

    fn begin(&mut self, from: From<'_>, server: &mut Server) -> anyhow::Result<()> {
        self.rows = self.table.page(server, &self.filter, from)?.into();
        let whole = self.rows.len() < 200;
        self.at_start = whole || from != From::End;
        self.at_end = whole || from == From::End;
        (self.row, self.top) = (0, 0);
        let columns = self.table.columns.iter().enumerate();
        let wide = |(index, column): (usize, &super::table::Column)| {
            let rows = self.rows.iter().filter_map(|row| row[index].as_deref());
            let widest = rows.map(|value| value.chars().count()).max().unwrap_or(0);
            let most = match (index < self.table.key, column.json) {
                (true, _) => 40,
                (_, true) => 24,
                (_, false) => WIDEST,
            };
            widest.max(column.name.len() + 1).min(most) as u16
        };
        self.widths = columns.map(wide).collect();
        Ok(())
    }

    fn after(&mut self, server: &mut Server) -> anyhow::Result<()> {
        let Some(last) = self.rows.back() else { return Ok(()) };
        let page = self.table.page(server, &self.filter, From::After(last))?;
        self.at_end = page.len() < 200;
        self.rows.extend(page);
        let spare = self.rows.len().saturating_sub(KEPT).min(self.top);
        self.rows.drain(..spare);
        self.at_start &= spare == 0;
        (self.row, self.top) = (self.row - spare, self.top - spare);
        Ok(())
    }

    fn before(&mut self, server: &mut Server) -> anyhow::Result<()> {
        let Some(first) = self.rows.front() else { return Ok(()) };
        let page = self.table.page(server, &self.filter, From::Before(first))?;
        self.at_start = page.len() < 200;
        (self.row, self.top) = (self.row + page.len(), self.top + page.len());
        for row in page.into_iter().rev() {
            self.rows.push_front(row);
        }
        self.at_end &= self.rows.len() <= KEPT;
        self.rows.truncate(KEPT);
        Ok(())
    }
}
