//! Rows as a Markdown table, for tickets.

use std::io::{self, Write};

use super::{table::is_right_aligned, value};
use crate::{
    list::{Column, Kind},
    pg::Row,
    text,
};

/// The head of the table.
pub(super) fn head(out: &mut impl Write, columns: &[Column]) -> io::Result<()> {
    line(out, columns.iter().map(|column| cell(&column.name)))?;
    line(
        out,
        columns
            .iter()
            .map(|column| if is_right_aligned(column.kind) { "---:".into() } else { "---".into() }),
    )
}

/// One row; NULL is empty.
pub(super) fn row(out: &mut impl Write, columns: &[Column], row: &Row) -> io::Result<()> {
    line(
        out,
        columns.iter().zip(row).map(|(column, value)| match value {
            None => String::new(),
            Some(value) if column.kind == Kind::Time => cell(&value::time(value)),
            Some(value) if column.kind == Kind::Json => cell(&value::spoken(value)),
            Some(value) => cell(value),
        }),
    )
}

fn cell(value: &str) -> String {
    text::clean(value).replace('\\', "\\\\").replace('|', "\\|")
}

fn line(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let cells: Vec<_> = cells.collect();
    writeln!(out, "| {} |", cells.join(" | "))
}
