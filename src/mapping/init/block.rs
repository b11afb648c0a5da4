//! One block of a drafted file: what it says, and the evidence for it as comments.
//!
//! An expression gets into a block only if the reader of mappings takes it, so that a draft can always be read.

use std::fmt::Write as _;

use crate::{
    mapping::{Expression, source::ROW, writer},
    pg::RelationName,
};

/// The columns of a line.
const WIDEST: usize = 120;

/// A block of the file.
#[derive(Debug, Clone)]
pub(super) struct Block {
    head: String,
    notes: Vec<String>,
    lines: Vec<String>,
    aliases: Vec<String>,
    is_missing: bool,
}

impl Block {
    /// The block `head`, such as `[user]`.
    pub(super) fn new(head: &str) -> Self {
        Self {
            head: head.to_owned(),
            notes: Vec::new(),
            lines: Vec::new(),
            aliases: vec![ROW.to_owned()],
            is_missing: false,
        }
    }

    /// A block that was not found: all of it is a comment, to be filled in by hand.
    pub(super) fn missing(head: &str, why: &str, lines: &[&str]) -> Self {
        let mut block = Self::new(head);
        block.is_missing = true;
        block.note(why);
        block.lines = lines.iter().map(|line| (*line).to_owned()).collect();
        block
    }

    /// Adds a line of evidence.
    pub(super) fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a text.
    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.line(key, &quoted(value))
    }

    /// Adds a relation.
    pub(super) fn relation(&mut self, key: &str, relation: &RelationName) -> &mut Self {
        self.line(key, &quoted(&written(relation)))
    }

    /// Adds a list of texts.
    pub(super) fn list(&mut self, key: &str, items: &[String]) -> &mut Self {
        let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
        self.items(key, &items)
    }

    /// Adds a list of TOML as it stands, on several lines where one would be too long.
    pub(super) fn items(&mut self, key: &str, items: &[String]) -> &mut Self {
        let line = format!("{} = [{}]", bare_key(key), items.join(", "));
        if line.chars().count() <= WIDEST {
            self.lines.push(line);
            return self;
        }
        self.lines.push(format!("{} = [", bare_key(key)));
        self.lines.extend(items.iter().map(|item| format!("    {item},")));
        self.lines.push("]".to_owned());
        self
    }

    /// Adds TOML as it stands.
    pub(super) fn line(&mut self, key: &str, value: &str) -> &mut Self {
        self.lines.push(format!("{} = {value}", bare_key(key)));
        self
    }

    /// Adds an expression, unless the reader would not take it.
    pub(super) fn expression(&mut self, key: &str, text: &str) -> &mut Self {
        let aliases: Vec<_> = self.aliases.iter().map(String::as_str).collect();
        if Expression::parse(text, &aliases, 0).is_ok() {
            self.text(key, text);
        }
        self
    }

    /// Adds an expression if there is one.
    pub(super) fn maybe(&mut self, key: &str, text: Option<String>) -> &mut Self {
        if let Some(text) = text {
            self.expression(key, &text);
        }
        self
    }

    /// Adds a join of the row of `relation` whose `key` is the row's `column`.
    pub(super) fn join(
        &mut self,
        relation: &RelationName,
        alias: &str,
        key: &str,
        column: &str,
    ) -> &mut Self {
        let on = format!("{} = {}", of(alias, key), row(column));
        let value = format!(
            "[{{ relation = {}, alias = {}, on = {} }}]",
            quoted(&written(relation)),
            quoted(alias),
            quoted(&on)
        );
        self.aliases.push(alias.to_owned());
        self.line("joins", &value)
    }

    /// The block as text.
    pub(super) fn render(&self) -> String {
        let mut text = String::new();
        for line in self.notes.iter().flat_map(|note| lines(note)) {
            writeln!(text, "# {line}").expect("a string takes everything");
        }
        let comment = if self.is_missing { "# " } else { "" };
        let head = Some(&self.head).filter(|head| !head.is_empty());
        for line in head.into_iter().chain(&self.lines) {
            writeln!(text, "{comment}{line}").expect("a string takes everything");
        }
        text
    }
}

/// The lines of a comment, broken between words.
fn lines(note: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in note.split(' ') {
        let line = lines.last_mut().expect("there is one from the start");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDEST - 2 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// The row's own column, as a person would write it.
pub(super) fn row(column: &str) -> String {
    of(ROW, column)
}

/// A column of `alias`, as a person would write it.
pub(super) fn of(alias: &str, column: &str) -> String {
    let full = writer::column(ROW, column);
    format!("{alias}{}", &full[ROW.len()..])
}

/// A relation as a person would write it.
pub(super) fn written(relation: &RelationName) -> String {
    let is_plain = |part: &str| !part.contains(['.', '"']);
    if is_plain(&relation.schema) && is_plain(&relation.name) {
        relation.to_string()
    } else {
        relation.quoted()
    }
}

/// A TOML text.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn bare_key(key: &str) -> String {
    let is_bare =
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { key.to_owned() } else { quoted(key) }
}
