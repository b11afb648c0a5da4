//! The expression of a policy, taken apart: AND, OR and NOT above leaves.
//!
//! `pg_get_expr` puts every AND, OR and NOT between parentheses of its own, so that no grammar of SQL is needed. The values of the leaves, folded, are
//! the value of the whole; every part is the server's own text, letter for letter.

mod operand;
mod readable;
pub(crate) mod token;
mod truth;

pub(crate) use self::operand::operands;
use self::token::{Sort, Token, tokens};
pub use self::{
    operand::{Form, Operand},
    readable::readable,
    truth::Truth,
};
use crate::pg::Deparsed;

/// An expression or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// All of them.
    And(Deparsed, Vec<Self>),
    /// At least one of them.
    Or(Deparsed, Vec<Self>),
    /// Not this.
    Not(Deparsed, Box<Self>),
    /// What has a value of its own.
    Leaf(Deparsed),
}

impl Expression {
    /// Takes `text` apart.
    pub fn parse(text: &Deparsed) -> Self {
        let all = tokens(text.as_str());
        node(text, &all)
    }

    /// The text of this part.
    pub const fn text(&self) -> &Deparsed {
        match self {
            Self::And(text, _) | Self::Or(text, _) | Self::Not(text, _) | Self::Leaf(text) => text,
        }
    }

    /// What all has to hold for it to be true, in order: parts that have to be true or, where the flag is not set, false.
    ///
    /// The server takes a condition apart in the same way: NOT moves to the parts, and AND within AND is one (`negate_clause` in `prepqual.c`,
    /// `simplify_and_arguments` in `clauses.c`).
    pub(crate) fn conjuncts(&self) -> Vec<(bool, &Deparsed)> {
        self.needed(true)
    }

    fn needed(&self, truth: bool) -> Vec<(bool, &Deparsed)> {
        match (self, truth) {
            (Self::And(_, parts), true) | (Self::Or(_, parts), false) => {
                parts.iter().flat_map(|part| part.needed(truth)).collect()
            }
            (Self::Not(_, part), _) => part.needed(!truth),
            (Self::And(text, _), false) | (Self::Or(text, _), true) | (Self::Leaf(text), _) => {
                vec![(truth, text)]
            }
        }
    }

    /// The leaves, from left to right.
    pub fn leaves(&self) -> Vec<&Deparsed> {
        match self {
            Self::And(_, parts) | Self::Or(_, parts) => {
                parts.iter().flat_map(Self::leaves).collect()
            }
            Self::Not(_, part) => part.leaves(),
            Self::Leaf(text) => vec![text],
        }
    }

    /// The value of the whole, where `values` are those of the leaves, from left to right.
    pub fn fold<T: Truth>(&self, values: &mut impl Iterator<Item = T>) -> T {
        match self {
            Self::And(_, parts) => {
                T::all(parts.iter().map(|part| part.fold(values)).collect::<Vec<_>>())
            }
            Self::Or(_, parts) => {
                T::any(parts.iter().map(|part| part.fold(values)).collect::<Vec<_>>())
            }
            Self::Not(_, part) => part.fold(values).not(),
            Self::Leaf(_) => values.next().unwrap_or_else(T::unknown),
        }
    }
}

/// The expression that consists of `tokens` of `text`.
fn node(text: &Deparsed, tokens: &[Token<'_>]) -> Expression {
    let tokens = without_wrapping(tokens);
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Expression::Leaf(text.part(0..0));
    };
    let part = text.part(first.range.start..last.range.end);
    if is_query(first) {
        return Expression::Leaf(part);
    }
    let split = |word: &str| {
        let places = at_top(tokens).filter(|at| tokens[*at].is_word(word)).collect::<Vec<_>>();
        (!places.is_empty()).then_some(places)
    };
    let parts = |places: Vec<usize>| -> Option<Vec<Expression>> {
        let mut start = 0;
        let mut parts = Vec::with_capacity(places.len() + 1);
        for end in places.into_iter().chain([tokens.len()]) {
            let between = tokens.get(start..end).filter(|between| !between.is_empty())?;
            parts.push(node(text, between));
            start = end + 1;
        }
        Some(parts)
    };
    match (split("AND"), split("OR")) {
        (Some(places), None) => match parts(places) {
            Some(parts) => Expression::And(part, parts),
            None => Expression::Leaf(part),
        },
        (None, Some(places)) => match parts(places) {
            Some(parts) => Expression::Or(part, parts),
            None => Expression::Leaf(part),
        },
        (None, None) if first.is_word("NOT") && tokens.len() > 1 => {
            Expression::Not(part, Box::new(node(text, &tokens[1..])))
        }
        // Both at once is nothing that the server prints; then nothing is taken apart.
        (None, None) | (Some(_), Some(_)) => Expression::Leaf(part),
    }
}

/// `tokens` without parentheses around all of them.
pub(in crate::rls) fn without_wrapping<'a, 'b>(mut tokens: &'a [Token<'b>]) -> &'a [Token<'b>] {
    while tokens.len() > 2 && tokens[0].is("(") && closing(tokens, 0) == Some(tokens.len() - 1) {
        tokens = &tokens[1..tokens.len() - 1];
    }
    tokens
}

/// Where what is opened at `open` is closed.
fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.sort {
            Sort::Open => depth += 1,
            Sort::Close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            Sort::Word
            | Sort::Quoted
            | Sort::Literal
            | Sort::Number
            | Sort::Operator
            | Sort::Cast
            | Sort::Mark => {}
        }
    }
    None
}

/// The places of tokens that stand in no parentheses and in no CASE.
pub(in crate::rls) fn at_top(tokens: &[Token<'_>]) -> impl Iterator<Item = usize> {
    let mut depth = 0i64;
    let mut top = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.sort == Sort::Close || token.is_word("END") {
            depth -= 1;
        } else {
            if depth == 0 {
                top.push(at);
            }
            if token.sort == Sort::Open || token.is_word("CASE") {
                depth += 1;
            }
        }
    }
    top.into_iter()
}

/// Whether a query begins with it.
fn is_query(token: &Token<'_>) -> bool {
    ["SELECT", "WITH", "VALUES"].iter().any(|word| token.is_word(word))
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
