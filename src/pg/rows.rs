//! Rows as text: whatever a column's type, its value comes as the server prints it.
//!
//! An unknown type can therefore never break a table. Bytes that are not UTF-8 are replaced.

use sqlx::{Column as _, Row as _, ValueRef as _, postgres::PgRow};

/// One row; NULL is `None`.
pub type Row = Vec<Option<String>>;

/// Rows with the names of their columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Names, in order; empty when there was no row to tell them.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Rows {
    /// The value in the first row and column.
    pub fn scalar(&self) -> Option<&str> {
        self.rows.first()?.first()?.as_deref()
    }

    pub(super) fn read(rows: &[PgRow]) -> Result<Self, sqlx::Error> {
        let columns = rows
            .first()
            .map(|row| row.columns().iter().map(|column| column.name().to_owned()).collect());
        let rows = rows.iter().map(row).collect::<Result<_, _>>()?;
        Ok(Self { columns: columns.unwrap_or_default(), rows })
    }
}

/// The values of one row as text.
pub(super) fn row(row: &PgRow) -> Result<Row, sqlx::Error> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(None);
            }
            let bytes = value.as_bytes().map_err(sqlx::Error::Decode)?;
            Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
        })
        .collect()
}
