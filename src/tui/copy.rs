//! Rows in the formats in which people paste them.

use std::fmt::Write as _;

use crate::{
    list::{Column, Item},
    pg::quote_ident,
    report::{Format, Report, no_formula},
};

/// A format to paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    /// Comma-separated values.
    Csv,
    /// Values between tabs, as spreadsheets take them.
    Tsv,
    /// An array of objects.
    Json,
    /// INSERT statements.
    Insert,
    /// A Markdown table.
    Markdown,
}

impl CopyFormat {
    /// What people call it.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(format, ..)| *format == self).map_or("", |(_, name, _)| name)
    }

    /// All formats, as the menu shows them.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Csv, "CSV", "comma-separated values with a head"),
        (Self::Tsv, "TSV", "values between tabs, as spreadsheets take them: no text is a formula"),
        (Self::Json, "JSON", "an array of objects"),
        (Self::Insert, "INSERT", "SQL statements that make the rows again"),
        (Self::Markdown, "Markdown", "a table for a ticket"),
    ];
}

/// `items` as text. Secrets were never fetched and are left out.
pub fn rows(format: CopyFormat, name: &str, columns: &[Column], items: &[&Item]) -> String {
    let kept: Vec<usize> = (0..columns.len()).filter(|index| !columns[*index].secret).collect();
    let cells = |item: &Item| -> Vec<Option<String>> {
        kept.iter().map(|index| item.cells.get(*index).cloned().flatten()).collect()
    };
    let columns: Vec<Column> = kept.iter().map(|index| columns[*index].clone()).collect();
    let report = |format| {
        let mut out = Vec::new();
        let written = Report::begin(format, columns.clone(), &mut out).and_then(|mut report| {
            for item in items {
                report.row(&cells(item))?;
            }
            report.end()
        });
        // Writing into memory does not fail, and what people see is text.
        written.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&out).into_owned())
    };
    match format {
        CopyFormat::Csv => report(Format::Csv),
        CopyFormat::Json => report(Format::Json),
        CopyFormat::Markdown => report(Format::Markdown),
        CopyFormat::Tsv => tsv(&columns, items.iter().map(|item| cells(item))),
        CopyFormat::Insert => inserts(name, &columns, items.iter().map(|item| cells(item))),
    }
}

fn tsv(columns: &[Column], rows: impl Iterator<Item = Vec<Option<String>>>) -> String {
    let flat = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let plain = |text: &str| no_formula(text, flat(text).into()).into_owned();
    let mut out = columns.iter().map(|column| plain(&column.name)).collect::<Vec<_>>().join("\t");
    for row in rows {
        out.push('\n');
        let cells: Vec<_> =
            row.iter().map(|cell| cell.as_deref().map(plain).unwrap_or_default()).collect();
        out.push_str(&cells.join("\t"));
    }
    out
}

fn inserts(
    name: &str,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Option<String>>>,
) -> String {
    let table = name.split('.').map(quote_ident).collect::<Vec<_>>().join(".");
    let names =
        columns.iter().map(|column| quote_ident(&column.name)).collect::<Vec<_>>().join(", ");
    let mut out = String::new();
    for row in rows {
        let values: Vec<_> = row.iter().map(|cell| literal(cell.as_deref())).collect();
        // Writing into a string does not fail.
        let _ = writeln!(out, "INSERT INTO {table} ({names}) VALUES ({});", values.join(", "));
    }
    out
}

/// A value as an SQL literal that reads the same whatever `standard_conforming_strings` is.
fn literal(value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) if text.contains('\\') => {
            format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
        }
        Some(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::{Kind, Position};

    #[test]
    fn every_format_says_the_same() {
        let mut secret = Column::new("hash", Kind::Text);
        secret.secret = true;
        let columns = [Column::new("id", Kind::Number), Column::new("name", Kind::Text), secret];
        let item = Item {
            position: Position { value: None, key: vec!["7".into()] },
            cells: vec![Some("7".into()), Some("O'Brien\t\\x".into()), None],
        };
        let text = |format| rows(format, "public.Users", &columns, &[&item]);
        assert_eq!(text(CopyFormat::Tsv), "id\tname\n7\tO'Brien \\x");
        assert_eq!(
            text(CopyFormat::Insert),
            "INSERT INTO \"public\".\"Users\" (\"id\", \"name\") VALUES ('7', E'O''Brien\t\\\\x');\n"
        );
        let formula =
            Item { cells: vec![Some("-7".into()), Some("=1+2".into()), None], ..item.clone() };
        assert_eq!(
            rows(CopyFormat::Tsv, "public.Users", &columns, &[&formula]),
            "id\tname\n-7\t'=1+2",
            "a spreadsheet takes it for the text that it is"
        );
        assert!(text(CopyFormat::Json).contains("\"id\":7"));
        assert!(text(CopyFormat::Csv).starts_with("id,name\n7,"));
        assert!(!text(CopyFormat::Markdown).contains("hash"));
    }
}
