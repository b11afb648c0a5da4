//! A statement of somebody's own hand: one that a person typed, or that a session sent and the server keeps.
//!
//! Besides what the catalogs print, this is the only SQL text of a foreign hand that becomes part of a statement. It is one statement by its tokens here, and
//! by the protocol on the server; it is planned, and run only as a [`Typed`].

use std::collections::BTreeSet;

use sqlparser::{
    dialect::PostgreSqlDialect,
    tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace},
};

use super::{Problem, Refusal, Typed};

/// Longer texts are kept by nobody and typed by nobody.
const LONGEST: usize = 1 << 20;

/// How a statement begins of which there is a plan.
const PLANNED: [&str; 8] =
    ["select", "with", "values", "table", "insert", "update", "delete", "merge"];

/// What can stand before a constant as its type; where the server put `$1` in the place of the constant, that does not parse any more.
const BEFORE_A_CONSTANT: [&str; 19] = [
    "bit",
    "bool",
    "box",
    "bytea",
    "cidr",
    "date",
    "inet",
    "interval",
    "json",
    "jsonb",
    "money",
    "numeric",
    "point",
    "regclass",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
];

/// One statement of somebody's own hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim {
    text: String,
    tokens: Vec<Token>,
    parameters: usize,
}

impl Verbatim {
    /// Reads `text` as one statement of which there is a plan.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST {
            return Err(Problem::usage(format!("the statement is longer than {LONGEST} bytes")));
        }
        let tokens = Tokenizer::new(&PostgreSqlDialect {}, text)
            .tokenize_with_location()
            .map_err(|error| unreadable(&error.message))?;
        let text = repaired(text, &tokens);
        let mut tokens: Vec<Token> =
            tokens.into_iter().map(|it| it.token).filter(is_said).collect();
        if let Some(end) = tokens.iter().position(|token| *token == Token::SemiColon) {
            if tokens[end..].iter().any(|token| *token != Token::SemiColon) {
                return Err(Problem::usage("there is more than one statement")
                    .hint("one is taken at a time"));
            }
            tokens.truncate(end);
        }
        let mut said = tokens.iter().filter(|token| **token != Token::LParen);
        let first = said.next().map(Token::to_string).unwrap_or_default().to_ascii_lowercase();
        match first.as_str() {
            "" if text.trim().is_empty() => {
                return Err(Problem::usage("there is no statement"));
            }
            "" => return Err(Problem::usage("there is a comment, and no statement")),
            "explain" => {
                return Err(Problem::usage("the statement explains already")
                    .hint("leave out EXPLAIN and its options; running it is asked for apart"));
            }
            word if !PLANNED.contains(&word) => {
                return Err(Problem::usage(format!(
                    "there is no plan of such a statement: {word}"
                ))
                .hint("SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE and WITH have one"));
            }
            _ => {}
        }
        let parameters = tokens.iter().filter_map(parameter).max().unwrap_or(0);
        Ok(Self { text, tokens, parameters })
    }

    /// The text as the server gets it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many values are left open: `$1`, `$2` and so on.
    pub const fn parameters(&self) -> usize {
        self.parameters
    }

    /// The names that could be those of functions which it calls: whatever stands before a bracket, or behind a point, where a column that is not there is a
    /// function of the row (PostgreSQL documentation, 8.16.5).
    pub fn called(&self) -> BTreeSet<String> {
        let before = self.tokens.windows(2).filter(|pair| pair[1] == Token::LParen);
        let behind = self.tokens.windows(2).filter(|pair| pair[0] == Token::Period);
        let names = before.map(|pair| &pair[0]).chain(behind.map(|pair| &pair[1]));
        names.filter_map(name).collect()
    }

    /// All names in it, which may be those of types.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.tokens.iter().filter_map(name).collect()
    }

    /// The names of what values are cast to: behind `::` or AS, with what qualifies them, or before a literal.
    pub(super) fn cast_to(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, token) in self.tokens.iter().enumerate() {
            if self.tokens.get(at + 1).is_some_and(is_literal) {
                found.extend(name(token));
            }
            let casts =
                matches!(token, Token::DoubleColon) || name(token).is_some_and(|name| name == "as");
            if casts {
                let parts = self.tokens[at + 1..].iter();
                let path = parts.take_while(|it| **it == Token::Period || name(it).is_some());
                found.extend(path.filter_map(name));
            }
        }
        found
    }

    /// Whether the server reads the same names in it: none is written in Unicode escapes, and nothing stands in it that one reader skips and another does not.
    pub(super) fn is_plain(&self) -> bool {
        let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || c == '\u{feff}';
        !self.text.contains(odd) && !self.text.to_ascii_lowercase().contains("u&\"")
    }

    /// The same as what is run, which has to be harmless whatever it is: what a person types is read by one reader, and no other.
    pub(super) fn to_run(&self) -> Result<Typed, Problem> {
        Typed::read(&self.text).map_err(|refusal| not_run(&refusal))
    }
}

/// It is not run.
pub(super) fn not_run(refusal: &Refusal) -> Problem {
    Problem::usage(format!("the statement is not run: {}", refusal.reason))
        .hint("its plan can be had without running it")
}

fn unreadable(error: &str) -> Problem {
    Problem::usage(format!("this is no statement: {}", error.to_lowercase()))
}

/// Whether a token is more than a blank or a comment.
fn is_said(token: &Token) -> bool {
    !matches!(token, Token::Whitespace(_) | Token::EOF)
}

fn is_blank(token: &Token) -> bool {
    let blank = [Whitespace::Space, Whitespace::Newline, Whitespace::Tab];
    matches!(token, Token::Whitespace(white) if blank.contains(white))
}

/// Whether a token is a text between quotes.
const fn is_literal(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
    )
}

/// The number of an open value.
fn parameter(token: &Token) -> Option<usize> {
    let Token::Placeholder(text) = token else { return None };
    text.strip_prefix('$')?.parse().ok()
}

/// A name as the server looks it up.
fn name(token: &Token) -> Option<String> {
    let Token::Word(word) = token else { return None };
    let is_quoted = word.quote_style.is_some();
    Some(if is_quoted { word.value.clone() } else { word.value.to_lowercase() })
}

/// `text` with `interval $1` as `$1::interval`.
fn repaired(text: &str, tokens: &[TokenWithSpan]) -> String {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    // Lines and columns count from 1, columns in characters.
    let offset = |line: u64, column: u64| {
        let start = starts.get(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let skipped = usize::try_from(column).ok()?.checked_sub(1)?;
        let rest = &text[*start..];
        Some(start + rest.char_indices().nth(skipped).map_or(rest.len(), |(at, _)| at))
    };
    let mut repaired = String::with_capacity(text.len());
    let mut done = 0;
    for (at, before) in tokens.iter().enumerate() {
        let Token::Word(word) = &before.token else { continue };
        let kind = word.value.to_ascii_lowercase();
        if word.quote_style.is_some() || !BEFORE_A_CONSTANT.contains(&kind.as_str()) {
            continue;
        }
        let blanks = tokens[at + 1..].iter().take_while(|it| is_blank(&it.token)).count();
        let open =
            tokens.get(at + 1 + blanks).filter(|it| blanks > 0 && parameter(&it.token).is_some());
        let Some(open) = open else { continue };
        let (from, to) = (before.span.start, open.span.end);
        if let (Some(from), Some(to)) = (offset(from.line, from.column), offset(to.line, to.column))
            && done <= from
            && from < to
        {
            repaired.push_str(&text[done..from]);
            repaired.extend([open.token.to_string().as_str(), "::", &kind]);
            done = to;
        }
    }
    repaired.push_str(&text[done..]);
    repaired
}

#[cfg(test)]
#[path = "verbatim/verbatim_tests.rs"]
mod tests;
