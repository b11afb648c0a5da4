//! Rows as comma-separated values (RFC 4180); what could harm a terminal is made visible.
//!
//! Programs get every text as it is. What is meant for a spreadsheet says so: there a text that would be taken for a formula gets a sign that it is none.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::value;
use crate::{
    list::{Column, Kind},
    pg::Row,
    text,
};

/// Who reads the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Program,
    Spreadsheet,
}

/// The names of the columns.
pub(super) fn head(out: &mut impl Write, columns: &[Column], reader: Reader) -> io::Result<()> {
    record(out, columns.iter().map(|column| reader.text(&column.name)))
}

/// One row; NULL is empty.
pub(super) fn row(
    out: &mut impl Write,
    columns: &[Column],
    row: &Row,
    reader: Reader,
) -> io::Result<()> {
    record(
        out,
        columns.iter().zip(row).map(|(column, cell)| match cell {
            None => String::new(),
            Some(cell) if column.kind == Kind::Time => value::time(cell).into_owned(),
            Some(cell) => reader.text(cell),
        }),
    )
}

impl Reader {
    fn text(self, text: &str) -> String {
        let clean = text::clean(text);
        match self {
            Self::Program => clean.into_owned(),
            Self::Spreadsheet => no_formula(text, clean).into_owned(),
        }
    }
}

/// `shown`, which stands for `text`, with an apostrophe before it where a spreadsheet would take it for a formula: where it begins with `=`, `+`, `-` or `@`,
/// in whatever width and after whatever blanks, and is no number, or begins with a tab or a line end (OWASP, CSV injection).
pub fn no_formula<'a>(text: &str, shown: Cow<'a, str>) -> Cow<'a, str> {
    let blank = text.starts_with(['\t', '\r', '\n']);
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    if blank || text.trim_start().starts_with(signs) && !is_number(text) {
        return Cow::Owned(format!("'{shown}"));
    }
    shown
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.parse::<f64>().is_ok()
}

fn record(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells)?;
    writer.flush()
}
