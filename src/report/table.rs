//! Rows as aligned columns, for people.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::value;
use crate::{
    list::{Column, Kind},
    pg::Row,
    text,
};

/// The whole list.
pub(super) fn write(out: &mut impl Write, columns: &[Column], rows: &[Row]) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let head = |column: &Column| aligned(column, text::clean(&column.name).to_uppercase());
    table.set_header(columns.iter().map(head));
    for row in rows {
        table.add_row(
            columns
                .iter()
                .zip(row)
                .map(|(column, value)| aligned(column, shown(column, value.as_deref()))),
        );
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Whether values of `kind` line up at their last digit.
pub(super) const fn is_right_aligned(kind: Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration)
}

fn aligned(column: &Column, text: String) -> Cell {
    let side =
        if is_right_aligned(column.kind) { CellAlignment::Right } else { CellAlignment::Left };
    Cell::new(text).set_alignment(side)
}

fn shown(column: &Column, value: Option<&str>) -> String {
    match value {
        None => String::new(),
        Some(value) if column.kind == Kind::Time => value::time(value).into_owned(),
        Some(value) if column.kind == Kind::Json => text::clean(&value::spoken(value)).into_owned(),
        Some(value) => text::clean(value).into_owned(),
    }
}
