//! An SQL expression out of a mapping: one value over one row of a relation and its joins.
//!
//! The only way to one is the parse, and its text is written anew from the parse by [`writer`](super::writer): nothing that a person typed
//! reaches the server as it was typed.

use std::fmt;

use sqlparser::{
    dialect::PostgreSqlDialect,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use super::{words, writer::Writer};
use crate::pg::RelationName;

/// Longer than any column needs, short enough that no parse of it runs long.
const LONGEST: usize = 2_000;

/// A checked expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    text: String,
    columns: Vec<ColumnUse>,
    types: Vec<RelationName>,
    bare: Option<ColumnUse>,
    line: usize,
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

    fn parse_with(text: &str, aliases: &[&str], own: bool, line: usize) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("the expression is longer than {LONGEST} bytes"));
        }
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
        let written = Writer::write(&parsed, aliases)?;
        Ok(Self {
            text: written.text,
            columns: written.columns,
            types: written.types,
            bare: written.bare,
            line,
        })
    }

    /// The expression as the server gets it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The columns that it reads, each once.
    pub fn columns(&self) -> &[ColumnUse] {
        &self.columns
    }

    /// The schema's own types that it casts to, each once.
    pub fn types(&self) -> &[RelationName] {
        &self.types
    }

    /// The column whose value it is as it stands, at most in parentheses or cast to another type.
    pub const fn bare(&self) -> Option<&ColumnUse> {
        self.bare.as_ref()
    }

    /// The column of the relation itself that it is, if it is nothing more: then the server can use an index on it, and a change can be written to it.
    pub fn plain_column(&self) -> Option<&str> {
        let column = self.plain()?;
        (column.alias == super::source::ROW).then_some(column.column.as_str())
    }

    /// The column that it is and nothing else, of the row or of what is joined to it.
    pub fn plain(&self) -> Option<&ColumnUse> {
        let bare = self.bare.as_ref()?;
        (self.text == super::writer::column(&bare.alias, &bare.column)).then_some(bare)
    }

    /// The line of the file on which it stands.
    pub const fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
