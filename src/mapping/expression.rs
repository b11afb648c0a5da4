//! An SQL expression out of a mapping: one value over one row of a relation and its joins.
//!
//! The only way to one is the parse, and its text is written anew from the parse by [`writer`](super::writer): nothing that a person typed
//! reaches the server as it was typed. What is the name of a column and no more needs no parser to be read, and comes to the same.
//! The expressions of mappings that ship are parsed when they are first used: no start has to wait for what it does not show.

use std::{fmt, sync::OnceLock};

use sqlparser::{
    ast::{Expr, Ident},
    dialect::PostgreSqlDialect,
    keywords::ALL_KEYWORDS,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use super::{
    words,
    writer::{Writer, Written},
};
use crate::pg::RelationName;

/// Longer than any column needs, short enough that no parse of it runs long.
const LONGEST: usize = 2_000;

/// Words of the parser that are the name of a column wherever they follow a full stop, and often are one.
const HARMLESS: &[&str] = &["id", "name", "role", "status", "type"];

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Expression {
    reading: Reading,
    line: usize,
}

/// What the parse of an expression came to, or comes to when somebody asks.
#[derive(Debug, Clone)]
enum Reading {
    Done(Written),
    Later { text: String, aliases: Vec<String>, written: OnceLock<Written> },
}

/// A column that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnUse {
    /// `t` for the relation itself, otherwise the alias of a join.
    pub alias: String,
    /// The column.
    pub column: String,
}

impl Expression {
    /// Parses `text`, which may name columns of `aliases` only; `line` is where it stands in its file.
    ///
    /// Fails with the reason, without the place.
    pub fn parse(text: &str, aliases: &[&str], line: usize) -> Result<Self, String> {
        Self::parse_with(text, aliases, false, line)
    }

    /// The same where a word that is nothing else is a column of the relation itself; one that also names a type, such as `name`, still needs its `t.`.
    pub fn parse_on(text: &str, aliases: &[&str], line: usize) -> Result<Self, String> {
        Self::parse_with(text, aliases, true, line)
    }

    /// The same of a mapping that ships, parsed when it is first used.
    pub(super) fn of_shipped(text: &str, aliases: &[&str], line: usize) -> Self {
        let aliases = aliases.iter().copied().map(str::to_owned).collect();
        let reading = Reading::Later { text: text.to_owned(), aliases, written: OnceLock::new() };
        Self { reading, line }
    }

    fn parse_with(text: &str, aliases: &[&str], own: bool, line: usize) -> Result<Self, String> {
        Ok(Self { reading: Reading::Done(write(text, aliases, own)?), line })
    }

    fn written(&self) -> &Written {
        match &self.reading {
            Reading::Done(written) => written,
            Reading::Later { text, aliases, written } => written.get_or_init(|| {
                let aliases: Vec<_> = aliases.iter().map(String::as_str).collect();
                write(text, &aliases, false).expect("a test reads every mapping that ships")
            }),
        }
    }

    /// The expression as the server gets it.
    pub fn text(&self) -> &str {
        &self.written().text
    }

    /// The columns that it reads, each once.
    pub fn columns(&self) -> &[ColumnUse] {
        &self.written().columns
    }

    /// The schema's own types that it casts to, each once.
    pub fn types(&self) -> &[RelationName] {
        &self.written().types
    }

    /// The column whose value it is as it stands, at most in parentheses or cast to another type.
    pub fn bare(&self) -> Option<&ColumnUse> {
        self.written().bare.as_ref()
    }

    /// The column of the relation itself that it is, if it is nothing more: then the server can use an index on it, and a change can be written to it.
    pub fn plain_column(&self) -> Option<&str> {
        let column = self.plain()?;
        (column.alias == super::source::ROW).then_some(column.column.as_str())
    }

    /// The column that it is and nothing else, of the row or of what is joined to it.
    pub fn plain(&self) -> Option<&ColumnUse> {
        let bare = self.bare()?;
        (self.text() == super::writer::column(&bare.alias, &bare.column)).then_some(bare)
    }

    /// The line of the file on which it stands.
    pub const fn line(&self) -> usize {
        self.line
    }
}

/// Two are the same if they come to the same and stand on the same line.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line && self.written() == other.written()
    }
}

impl Eq for Expression {}

/// What `text` is written as; fails with the reason.
fn write(text: &str, aliases: &[&str], own: bool) -> Result<Written, String> {
    if text.len() > LONGEST {
        return Err(format!("the expression is longer than {LONGEST} bytes"));
    }
    let parsed = match column_of(text) {
        Some(column) => column,
        None => parse(text, own)?,
    };
    Writer::write(&parsed, aliases)
}

/// What the parser makes of the whole of `text`.
fn parse(text: &str, own: bool) -> Result<Expr, String> {
    let not_one = |error: &dyn fmt::Display| {
        let error = error.to_string();
        let error = error.split(": ").skip(1).collect::<Vec<_>>().join(": ");
        format!("not one SQL expression: {}", error.to_lowercase())
    };
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().map_err(|error| not_one(&error))?;
    let tokens = if own { words::own(tokens, super::source::ROW) } else { tokens };
    words::check(&tokens)?;
    let mut parser = Parser::new(&dialect).with_tokens(tokens);
    let parsed = parser.parse_expr().map_err(|error| not_one(&error))?;
    let after = parser.next_token();
    if after.token != Token::EOF {
        return Err(format!("not one SQL expression: something follows it: {after}"));
    }
    Ok(parsed)
}

/// The same where `text` is the name of a column, written without any need for quotes: most of a mapping is, and no parser has to be woken for it.
fn column_of(text: &str) -> Option<Expr> {
    let (alias, column) = text.split_once('.')?;
    let is_plain = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && name.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    let is_word =
        |name: &str| ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_ok();
    let is_name = is_plain(alias) && !is_word(alias) && is_plain(column);
    let is_name = is_name && (HARMLESS.contains(&column) || !is_word(column));
    is_name.then(|| Expr::CompoundIdentifier(vec![Ident::new(alias), Ident::new(column)]))
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
