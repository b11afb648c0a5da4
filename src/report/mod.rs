//! Lists as tables, JSON, NDJSON, CSV and Markdown.
//!
//! Data goes to the writer that is handed in and nowhere else. Text from a database is made harmless on the way: made visible where people read,
//! escaped where programs do.

mod csv;
mod json;
mod listed;
mod markdown;
mod table;
mod value;

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;

use self::csv::Reader;
pub use self::{
    csv::no_formula,
    listed::{Listed, Shown},
};
use crate::{
    list::Column,
    pg::{Problem, Row},
};

/// Anything else as JSON on one line, the same way.
pub fn json(value: &impl Serialize) -> Result<String, Problem> {
    let text = serde_json::to_string(value)
        .map_err(|error| Problem::bug(format!("an answer has no JSON: {error}")))?;
    Ok(json::harmless(&text))
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Aligned columns, for people.
    #[default]
    Table,
    /// An array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated values (RFC 4180), for programs.
    Csv,
    /// The same for a spreadsheet: a text that it would take for a formula begins with an apostrophe.
    Sheet,
    /// A Markdown table.
    Markdown,
}

impl Format {
    /// Whether rows are written as they come, whatever their number.
    pub const fn streams(self) -> bool {
        !matches!(self, Self::Table)
    }

    /// What the ending of a file's name says that it holds.
    pub fn of_file(name: &str) -> Result<Self, Problem> {
        let ending = Path::new(name).extension().map(|it| it.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("csv") if name.to_lowercase().ends_with(".sheet.csv") => Ok(Self::Sheet),
            Some("csv") => Ok(Self::Csv),
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            Some("json") => Ok(Self::Json),
            Some("md") => Ok(Self::Markdown),
            _ => Err(Problem::usage(format!("the name does not say what the file holds: {name}"))
                .hint("let it end with `.ndjson`, `.csv`, `.sheet.csv`, `.json` or `.md`")),
        }
    }
}

/// A list being written: columns first, then rows in pages, then its end.
#[derive(Debug)]
pub struct Report<W: Write> {
    format: Format,
    out: W,
    columns: Vec<Column>,
    rows: usize,
    table: Vec<Row>,
}

impl<W: Write> Report<W> {
    /// Begins a list of `columns`.
    pub fn begin(format: Format, columns: Vec<Column>, mut out: W) -> io::Result<Self> {
        match format {
            Format::Table | Format::Ndjson => {}
            Format::Json => out.write_all(b"[")?,
            Format::Csv => csv::head(&mut out, &columns, Reader::Program)?,
            Format::Sheet => csv::head(&mut out, &columns, Reader::Spreadsheet)?,
            Format::Markdown => markdown::head(&mut out, &columns)?,
        }
        Ok(Self { format, out, columns, rows: 0, table: Vec::new() })
    }

    /// Writes one row, its cells in the order of the columns.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        match self.format {
            Format::Table => self.table.push(row.clone()),
            Format::Json => {
                self.out.write_all(if self.rows == 0 { b"\n  " } else { b",\n  " })?;
                json::object(&mut self.out, &self.columns, row)?;
            }
            Format::Ndjson => {
                json::object(&mut self.out, &self.columns, row)?;
                self.out.write_all(b"\n")?;
            }
            Format::Csv => csv::row(&mut self.out, &self.columns, row, Reader::Program)?,
            Format::Sheet => csv::row(&mut self.out, &self.columns, row, Reader::Spreadsheet)?,
            Format::Markdown => markdown::row(&mut self.out, &self.columns, row)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// Hands on what was written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the list and returns how many rows it had.
    pub fn end(mut self) -> io::Result<usize> {
        match self.format {
            Format::Table => table::write(&mut self.out, &self.columns, &self.table)?,
            Format::Json => self.out.write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?,
            Format::Ndjson | Format::Csv | Format::Sheet | Format::Markdown => {}
        }
        self.out.flush()?;
        Ok(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{list::Kind, text};

    fn columns() -> Vec<Column> {
        vec![
            Column::new("name", Kind::Text),
            Column::new("rows", Kind::Number),
            Column::new("money", Kind::Decimal),
            Column::new("at", Kind::Time),
            Column::new("roles", Kind::Json),
        ]
    }

    fn cells(cells: [Option<&str>; 5]) -> Row {
        cells.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    fn written(format: Format, rows: &[Row]) -> String {
        let mut out = Vec::new();
        let mut report = Report::begin(format, columns(), &mut out).unwrap();
        for row in rows {
            report.row(row).unwrap();
        }
        report.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    fn sample() -> Vec<Row> {
        vec![
            cells([
                Some("Zoë \"|\" O'Brien\u{202e}"),
                Some("12"),
                Some("0.004000"),
                Some("2026-01-02 03:04:05.5+00"),
                Some(r#"[{"role": "admin"}]"#),
            ]),
            cells([Some("\x1b[31mred,\nline"), None, None, Some("2026-01-02"), None]),
        ]
    }

    #[test]
    fn json_has_canonical_names_exact_money_and_rfc_3339_times() {
        insta::assert_snapshot!(written(Format::Json, &sample()), @r#"
        [
          {"name":"Zoë \"|\" O'Brien\u202e","rows":12,"money":"0.004000","at":"2026-01-02T03:04:05.5Z","roles":[{"role": "admin"}]},
          {"name":"\u001b[31mred,\nline","rows":null,"money":null,"at":"2026-01-02","roles":null}
        ]
        "#);
        assert_eq!(written(Format::Json, &[]), "[]\n");
    }

    #[test]
    fn the_name_of_a_column_harms_no_terminal_either() {
        for format in [
            Format::Table,
            Format::Json,
            Format::Ndjson,
            Format::Csv,
            Format::Sheet,
            Format::Markdown,
        ] {
            let mut out = Vec::new();
            let columns = vec![Column::new("a\x1b]0;owned\x07\u{202e}", Kind::Text)];
            let mut report = Report::begin(format, columns, &mut out).unwrap();
            report.row(&vec![Some("1".to_owned())]).unwrap();
            report.end().unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(out.chars().all(|c| c == '\n' || text::is_harmless(c)), "{format:?}: {out:?}");
        }
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        insta::assert_snapshot!(written(Format::Csv, &sample()), @r#"
        name,rows,money,at,roles
        "Zoë ""|"" O'Brien‹U+202E›",12,0.004000,2026-01-02T03:04:05.5Z,"[{""role"": ""admin""}]"
        "␛[31mred,⏎line",,,2026-01-02,
        "#);
    }

    #[test]
    fn a_text_is_no_formula_to_a_spreadsheet_and_the_same_to_a_program() {
        let texts = [
            ("=1+2", "'=1+2"),
            ("+1 702-555-0169", "'+1 702-555-0169"),
            ("-2+3", "'-2+3"),
            ("@SUM(1)", "'@SUM(1)"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("\t=1", "'→=1"),
            ("\r=1", "'=1"),
            ("1=1", "1=1"),
            ("'=1", "'=1"),
            ("", ""),
        ];
        for (text, shown) in texts {
            let row = cells([Some(text), Some("-7"), Some("-0.5"), None, None]);
            let line = |format| {
                written(format, std::slice::from_ref(&row)).lines().nth(1).unwrap().to_owned()
            };
            assert_eq!(line(Format::Sheet), format!("{shown},-7,-0.5,,"), "{text:?}");
            assert_eq!(line(Format::Csv), format!("{},-7,-0.5,,", text::clean(text)));
        }
        assert_eq!(Format::of_file("a.sheet.csv").unwrap(), Format::Sheet);
        assert_eq!(Format::of_file("sheet.csv").unwrap(), Format::Csv);
    }

    #[test]
    fn markdown_keeps_its_columns() {
        insta::assert_snapshot!(written(Format::Markdown, &sample()), @r#"
        | name | rows | money | at | roles |
        | --- | ---: | ---: | --- | --- |
        | Zoë "\|" O'Brien‹U+202E› | 12 | 0.004000 | 2026-01-02T03:04:05.5Z | [{"role": "admin"}] |
        | ␛[31mred,⏎line |  |  | 2026-01-02 |  |
        "#);
    }

    #[test]
    fn a_table_aligns_numbers_to_the_right() {
        insta::assert_snapshot!(written(Format::Table, &sample()), @r#"
        NAME                     ROWS     MONEY  AT                      ROLES
        Zoë "|" O'Brien‹U+202E›    12  0.004000  2026-01-02T03:04:05.5Z  [{"role": "admin"}]
        ␛[31mred,⏎line                           2026-01-02
        "#);
    }

    proptest! {
        #[test]
        fn every_json_line_reads_back_whatever_the_text(text in any::<String>()) {
            let line = written(Format::Ndjson, &[cells([Some(&text), Some("NaN"), None, None, Some("not json")])]);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(line.trim_end().chars().all(|c| !c.is_control()));
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(value["name"].as_str().unwrap(), text);
        }
    }
}
