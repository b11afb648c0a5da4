//! Rows as text: whatever a column's type, its value comes as the server prints it.
//!
//! An unknown type can therefore never break a table. Bytes that are not UTF-8 are replaced.

use sqlx::{
    Column as _, Row as _, ValueRef as _,
    postgres::{PgColumn, PgRow},
};

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

/// A column of an answer, as the server describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// The object id of its type.
    pub type_oid: u32,
    /// The object id of the relation and the number of the column that it is as it stands, if it is one.
    pub origin: Option<(u32, i16)>,
}

/// The columns of a row.
pub(super) fn heads(row: &PgRow) -> Vec<Head> {
    let head = |column: &PgColumn| {
        let relation = column.relation_id().filter(|it| it.0 != 0);
        let number = column.relation_attribute_no().filter(|it| *it != 0);
        Head {
            name: column.name().to_owned(),
            type_oid: column.type_info().oid().map_or(0, |it| it.0),
            origin: relation.zip(number).map(|(relation, number)| (relation.0, number)),
        }
    };
    row.columns().iter().map(head).collect()
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
