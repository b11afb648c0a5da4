//! The words of an expression as `pg_get_expr` prints it.
//!
//! Tokens and the white space between them make up the whole text; no text makes the reader fail.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// A bare word: a key word or a name.
    Word,
    /// A name between double quotes.
    Quoted,
    /// A literal between quotes, with its prefix.
    Literal,
    /// A number or a parameter.
    Number,
    /// An operator.
    Operator,
    /// `::`.
    Cast,
    /// `(` or `[`.
    Open,
    /// `)` or `]`.
    Close,
    /// `,`, `.`, `;` and what else there is.
    Mark,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) sort: Sort,
    pub(crate) text: &'a str,
    pub(crate) range: Range<usize>,
}

impl Token<'_> {
    /// Whether it is this key word.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.sort == Sort::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this mark or parenthesis.
    pub(crate) fn is(&self, mark: &str) -> bool {
        matches!(self.sort, Sort::Open | Sort::Close | Sort::Mark) && self.text == mark
    }

    /// By how much what follows is deeper in parentheses.
    pub(crate) fn depth(&self) -> i64 {
        i64::from(self.sort == Sort::Open) - i64::from(self.sort == Sort::Close)
    }

    /// The name that it stands for, if it can be one.
    pub(crate) fn name(&self) -> Option<String> {
        match self.sort {
            Sort::Word => Some(self.text.to_owned()),
            Sort::Quoted => {
                let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
                Some(inner.replace("\"\"", "\""))
            }
            Sort::Literal
            | Sort::Number
            | Sort::Operator
            | Sort::Cast
            | Sort::Open
            | Sort::Close
            | Sort::Mark => None,
        }
    }
}

/// The tokens of `text`.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (sort, length) = token(&text[at..], c);
        let range = at..at + length;
        found.push(Token { sort, text: &text[range.clone()], range });
        at += length;
    }
    found
}

/// The first token of `rest`, which begins with `c`: its sort and how long it is, at least one character.
fn token(rest: &str, c: char) -> (Sort, usize) {
    match c {
        '\'' => (Sort::Literal, literal(rest, 0, false)),
        '"' => (Sort::Quoted, enclosed(rest, 0, '"', false)),
        '(' | '[' => (Sort::Open, 1),
        ')' | ']' => (Sort::Close, 1),
        ':' if rest.starts_with("::") => (Sort::Cast, 2),
        '0'..='9' | '$' => (Sort::Number, number(rest)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Sort::Number, number(rest)),
        _ if is_word(c) => word(rest),
        _ if is_operator(c) => (Sort::Operator, span(rest, is_operator)),
        _ => (Sort::Mark, c.len_utf8()),
    }
}

/// A word, or the literal that it is the prefix of.
fn word(rest: &str) -> (Sort, usize) {
    let length = span(rest, |c| is_word(c) || c.is_ascii_digit() || c == '$');
    let (prefix, after) = rest.split_at(length);
    let escaped = prefix.eq_ignore_ascii_case("e");
    if after.starts_with('\'') && (escaped || matches!(prefix, "B" | "b" | "X" | "x" | "N" | "n")) {
        return (Sort::Literal, literal(rest, length, escaped));
    }
    if prefix.eq_ignore_ascii_case("u") && after.starts_with("&'") {
        return (Sort::Literal, literal(rest, length + 1, false));
    }
    (Sort::Word, length)
}

fn literal(rest: &str, quote: usize, escaped: bool) -> usize {
    enclosed(rest, quote, '\'', escaped)
}

/// How long what is enclosed by `mark` is, which stands at `start` and is doubled where it is meant; all of the rest if it is never closed.
fn enclosed(rest: &str, start: usize, mark: char, escaped: bool) -> usize {
    let mut chars = rest[start + 1..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if escaped && c == '\\' {
            chars.next();
        } else if c == mark {
            match chars.peek() {
                Some((_, next)) if *next == mark => {
                    chars.next();
                }
                _ => return start + 1 + at + 1,
            }
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let digits = span(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '$' | '_'));
    let after = &rest[digits..];
    let exponent =
        after.strip_prefix(['e', 'E']).map(|tail| tail.strip_prefix(['+', '-']).unwrap_or(tail));
    match exponent {
        Some(tail) if tail.starts_with(|c: char| c.is_ascii_digit()) => {
            rest.len() - tail.len() + span(tail, |c| c.is_ascii_digit())
        }
        _ => digits,
    }
}

fn span(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !is(c)).unwrap_or(text.len())
}

/// Whether a name may begin with it (PostgreSQL documentation, 4.1.1): a letter of whatever script, or an underscore.
fn is_word(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

const fn is_operator(c: char) -> bool {
    matches!(
        c,
        '+' | '-'
            | '*'
            | '/'
            | '<'
            | '>'
            | '='
            | '~'
            | '!'
            | '@'
            | '#'
            | '%'
            | '^'
            | '&'
            | '|'
            | '`'
            | '?'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorts(text: &str) -> Vec<(&str, Sort)> {
        tokens(text).into_iter().map(|token| (token.text, token.sort)).collect()
    }

    #[test]
    fn quotes_hide_what_is_in_them() {
        use Sort::{Cast, Literal, Mark, Open, Operator, Quoted, Word};
        assert_eq!(
            sorts(r#"("a AND ""b""".c = E'it\'s ''x''' || 'OR'::text)"#),
            [
                ("(", Open),
                (r#""a AND ""b""""#, Quoted),
                (".", Mark),
                ("c", Word),
                ("=", Operator),
                (r"E'it\'s ''x'''", Literal),
                ("||", Operator),
                ("'OR'", Literal),
                ("::", Cast),
                ("text", Word),
                (")", Sort::Close),
            ]
        );
        assert_eq!(
            sorts("B'101' 1.5e-3 .5 a.b"),
            [
                ("B'101'", Literal),
                ("1.5e-3", Sort::Number),
                (".5", Sort::Number),
                ("a", Word),
                (".", Mark),
                ("b", Word),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in any::<String>()) {
            let mut at = 0;
            for token in tokens(&text) {
                prop_assert!(text[at..token.range.start].chars().all(char::is_whitespace));
                prop_assert!(!token.range.is_empty());
                prop_assert_eq!(&text[token.range.clone()], token.text);
                at = token.range.end;
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
