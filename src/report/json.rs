//! Rows as JSON objects with the canonical names.
//!
//! What could harm a terminal is escaped (`\u202e`), so the data stays exact and the output can be looked at.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::value;
use crate::{
    list::{Column, Kind},
    pg::Row,
    text,
};

/// One row as an object on one line.
pub(super) fn object(out: &mut impl Write, columns: &[Column], row: &Row) -> io::Result<()> {
    let mut line = String::from("{");
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        string(&mut line, &column.name);
        line.push(':');
        cell(&mut line, column.kind, row.get(index).and_then(Option::as_deref));
    }
    line.push('}');
    out.write_all(line.as_bytes())
}

fn cell(line: &mut String, kind: Kind, cell: Option<&str>) {
    let Some(cell) = cell else { return line.push_str("null") };
    match kind {
        Kind::Number | Kind::Bytes | Kind::Duration if value::is_json_number(cell) => {
            line.push_str(cell);
        }
        Kind::Boolean if matches!(cell, "true" | "false") => line.push_str(cell),
        Kind::Boolean if matches!(cell, "t" | "f") => {
            line.push_str(if cell == "t" { "true" } else { "false" });
        }
        Kind::Json if serde_json::from_str::<serde::de::IgnoredAny>(cell).is_ok() => {
            escaped(line, cell);
        }
        Kind::Time => string(line, &value::time(cell)),
        Kind::Text
        | Kind::Decimal
        | Kind::Number
        | Kind::Bytes
        | Kind::Duration
        | Kind::Boolean
        | Kind::Json => string(line, cell),
    }
}

/// `text` as a JSON string.
fn string(line: &mut String, text: &str) {
    line.push('"');
    for c in text.chars() {
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\t' => line.push_str("\\t"),
            _ => push(line, c),
        }
    }
    line.push('"');
}

/// JSON on one line, with what could harm a terminal escaped.
pub(super) fn harmless(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    escaped(&mut line, json);
    line
}

/// JSON as the server printed it; what is outside of strings is white space or ASCII.
fn escaped(line: &mut String, json: &str) {
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            _ => push(line, c),
        }
    }
}

fn push(line: &mut String, c: char) {
    if text::is_harmless(c) {
        return line.push(c);
    }
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        // Writing to a string cannot fail.
        let _ = write!(line, "\\u{unit:04x}");
    }
}
