//! JSON as lines: indented, with names, strings and numbers told apart.

use serde_json::Value;

use super::record::Styled;
use crate::{config::theme::Theme, text};

/// More lines than this nobody reads.
const MOST: usize = 20_000;
/// A list of words or numbers that takes no more cells than this stays on its line.
const SHORT: usize = 60;

/// The lines of `value`.
pub fn lines(value: &Value, theme: &Theme) -> Vec<Styled> {
    let mut lines = Writer { lines: vec![Vec::new()], theme };
    lines.value(value, 0);
    lines.lines.truncate(MOST);
    lines.lines
}

struct Writer<'a> {
    lines: Vec<Styled>,
    theme: &'a Theme,
}

impl Writer<'_> {
    fn put(&mut self, text: impl Into<String>, style: ratatui::style::Style) {
        self.lines.last_mut().expect("there is always a line").push((text.into(), style));
    }

    fn line(&mut self, depth: usize) {
        self.lines.push(vec![("  ".repeat(depth), self.theme.text)]);
    }

    fn value(&mut self, value: &Value, depth: usize) {
        if self.lines.len() > MOST {
            return;
        }
        let theme = self.theme;
        match value {
            Value::Null => self.put("null", theme.null),
            Value::Bool(truth) => self.put(truth.to_string(), theme.number),
            Value::Number(number) => self.put(number.to_string(), theme.number),
            Value::String(string) => self.put(format!("\"{}\"", text::clean(string)), theme.string),
            Value::Array(items) if items.is_empty() => self.put("[]", theme.text),
            Value::Object(fields) if fields.is_empty() => self.put("{}", theme.text),
            Value::Array(items) if is_short(items) => {
                self.put("[", theme.text);
                for (index, item) in items.iter().enumerate() {
                    self.put(if index > 0 { ", " } else { "" }, theme.text);
                    self.value(item, depth);
                }
                self.put("]", theme.text);
            }
            Value::Array(items) => {
                self.put("[", theme.text);
                for (index, item) in items.iter().enumerate() {
                    self.line(depth + 1);
                    self.value(item, depth + 1);
                    self.put(if index + 1 < items.len() { "," } else { "" }, theme.text);
                }
                self.line(depth);
                self.put("]", theme.text);
            }
            Value::Object(fields) => {
                self.put("{", theme.text);
                for (index, (name, field)) in fields.iter().enumerate() {
                    self.line(depth + 1);
                    self.put(format!("\"{}\"", text::clean(name)), theme.field);
                    self.put(": ", theme.text);
                    self.value(field, depth + 1);
                    self.put(if index + 1 < fields.len() { "," } else { "" }, theme.text);
                }
                self.line(depth);
                self.put("}", theme.text);
            }
        }
    }
}

/// Whether a list is read best on one line: a few words or numbers.
fn is_short(items: &[Value]) -> bool {
    let words = items.iter().map(|item| match item {
        Value::Array(_) | Value::Object(_) => None,
        Value::String(string) => Some(text::width(string) + 4),
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(item.to_string().len() + 2),
    });
    words.sum::<Option<usize>>().is_some_and(|width| width <= SHORT)
}

/// `text` as JSON, where it is an object or a list.
pub fn parse(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    serde_json::from_str(text).ok().filter(|_| begins)
}
