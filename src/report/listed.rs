//! A list of a room, written: by the command line and by whoever exports from a pane.
//!
//! Secret columns are left out, since their nulls would look like values.

use std::io::{self, Write};

use super::{Format, Report};
use crate::{
    list::{Column, Item},
    pg::Row,
};

/// Which columns are written: all but the secret ones. People are also spared ids and what else a grid hides.
#[derive(Debug)]
pub struct Shown(Vec<usize>);

impl Shown {
    /// Those of `columns` that a list in `format` has.
    pub fn of(columns: &[Column], format: Format) -> Self {
        let for_people = matches!(format, Format::Table | Format::Markdown);
        let is_shown = |(at, column): (usize, &Column)| {
            (!(column.secret || for_people && column.hidden)).then_some(at)
        };
        Self(columns.iter().enumerate().filter_map(is_shown).collect())
    }

    /// All but the secret ones.
    pub fn secretless(columns: &[Column]) -> Self {
        Self::of(columns, Format::Json)
    }

    /// These of the columns.
    pub fn columns(&self, columns: &[Column]) -> Vec<Column> {
        self.0.iter().filter_map(|at| columns.get(*at).cloned()).collect()
    }

    /// These of the cells.
    pub fn cells(&self, mut cells: Row) -> Row {
        self.0.iter().map(|at| cells.get_mut(*at).and_then(Option::take)).collect()
    }
}

/// A list being written, page by page.
#[derive(Debug)]
pub struct Listed<W: Write> {
    shown: Shown,
    report: Report<W>,
}

impl<W: Write> Listed<W> {
    /// Begins a list with those of `columns` that `format` has.
    pub fn begin(format: Format, columns: &[Column], out: W) -> io::Result<Self> {
        let shown = Shown::of(columns, format);
        let report = Report::begin(format, shown.columns(columns), out)?;
        Ok(Self { shown, report })
    }

    /// Writes rows.
    pub fn items(&mut self, items: impl IntoIterator<Item = Item>) -> io::Result<()> {
        items.into_iter().try_for_each(|item| self.report.row(&self.shown.cells(item.cells)))
    }

    /// Hands on what was written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.report.flush()
    }

    /// Ends the list and returns how many rows it had.
    pub fn end(self) -> io::Result<usize> {
        self.report.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Kind;

    #[test]
    fn secrets_are_left_out_of_everything_and_ids_of_what_people_read() {
        let mut columns =
            vec![Column::new("id", Kind::Text).hidden(), Column::new("name", Kind::Text)];
        columns.push(Column::new("token", Kind::Text));
        columns[2].secret = true;
        let row = || ["7", "Zoë", "hush"].map(|cell| Some(cell.to_owned())).to_vec();
        for (format, wanted) in [(Format::Csv, "id,name\n7,Zoë\n"), (Format::Markdown, "| name |")]
        {
            let mut out = Vec::new();
            let mut listed = Listed::begin(format, &columns, &mut out).unwrap();
            let position = crate::list::Position { value: None, key: Vec::new() };
            listed.items([Item { position, cells: row() }]).unwrap();
            assert_eq!(listed.end().unwrap(), 1);
            let out = String::from_utf8(out).unwrap();
            assert!(out.starts_with(wanted) && !out.contains("hush"), "{out}");
        }
    }
}
