//! Rows as comma-separated values (RFC 4180); what could harm a terminal is made visible.

use std::io::{self, Write};

use super::value;
use crate::{
    list::{Column, Kind},
    pg::Row,
    text,
};

/// The names of the columns.
pub(super) fn head(out: &mut impl Write, columns: &[Column]) -> io::Result<()> {
    record(out, columns.iter().map(|column| text::clean(&column.name).into_owned()))
}

/// One row; NULL is empty.
pub(super) fn row(out: &mut impl Write, columns: &[Column], row: &Row) -> io::Result<()> {
    record(
        out,
        columns.iter().zip(row).map(|(column, cell)| match cell {
            None => String::new(),
            Some(cell) if column.kind == Kind::Time => value::time(cell).into_owned(),
            Some(cell) => text::clean(cell).into_owned(),
        }),
    )
}

fn record(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells)?;
    writer.flush()
}
