//! What a leaf compares: the parts of it whose values say why it is true or false.

use super::{
    closing, is_query,
    token::{Sort, Token, tokens},
    without_wrapping,
};
use crate::pg::Deparsed;

/// How an operand is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// It has one value.
    Value,
    /// It is a query whose rows are values; the first few are looked at.
    Values,
    /// It is a query of which only the number of rows counts.
    Rows,
    /// It is a literal, whose value is its text.
    Literal,
}

/// A part of a leaf that has a value of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// Its text.
    pub text: Deparsed,
    /// How it is looked at.
    pub form: Form,
}

/// The operands of a leaf, from left to right; none where the leaf says it all.
pub(crate) fn operands(leaf: &Deparsed) -> Vec<Operand> {
    let all = tokens(leaf.as_str());
    let tokens = without_wrapping(&all);
    Leaf { text: leaf, tokens }.operands()
}

struct Leaf<'a> {
    text: &'a Deparsed,
    tokens: &'a [Token<'a>],
}

impl Leaf<'_> {
    fn operands(&self) -> Vec<Operand> {
        let tokens = self.tokens;
        let Some(first) = tokens.first() else { return Vec::new() };
        if is_query(first) || first.is_word("CASE") {
            return Vec::new();
        }
        if first.is_word("EXISTS") && closing(tokens, 1) == Some(tokens.len() - 1) {
            return self
                .group(1)
                .and_then(|(from, to)| self.operand(from, to, Form::Rows))
                .into_iter()
                .collect();
        }
        let tops: Vec<usize> = super::at_top(tokens).collect();
        if let Some((at, after)) = self.operator(&tops) {
            let left = self.operand(0, at, Form::Value);
            return left.into_iter().chain(self.right_side(after)).collect();
        }
        if let Some(at) = tops.iter().copied().find(|at| tokens[*at].is_word("IN")) {
            let left = self.operand(0, at, Form::Value);
            return left.into_iter().chain(self.right_side(at + 1)).collect();
        }
        if let Some(at) = tops.iter().copied().find(|at| tokens[*at].is_word("IS")) {
            let left = self.operand(0, at, Form::Value);
            let from = tops.iter().copied().find(|at| tokens[*at].is_word("FROM"));
            let right = from.and_then(|from| self.operand(from + 1, tokens.len(), Form::Value));
            return left.into_iter().chain(right).collect();
        }
        self.arguments(&tops)
    }

    /// The first operator, and where its right side begins.
    fn operator(&self, tops: &[usize]) -> Option<(usize, usize)> {
        for at in tops {
            let token = &self.tokens[*at];
            if token.sort == Sort::Operator {
                return Some((*at, at + 1));
            }
            if token.is_word("OPERATOR") && self.tokens.get(at + 1)?.is("(") {
                return Some((*at, closing(self.tokens, at + 1)? + 1));
            }
        }
        None
    }

    /// What stands right of an operator or of IN: a value, the elements of an array, or the rows of a query.
    fn right_side(&self, start: usize) -> Option<Operand> {
        let many = self.tokens.get(start)?;
        let start = if ["ANY", "ALL", "SOME"].iter().any(|word| many.is_word(word)) {
            start + 1
        } else {
            start
        };
        match self.group(start) {
            Some((from, to))
                if to + 1 == self.tokens.len() && self.tokens.get(from).is_some_and(is_query) =>
            {
                // A query that stands in parentheses and nothing else: after IN and ANY it may have many rows, elsewhere it has one.
                let scalar = start == 0 || self.tokens[start - 1].sort == Sort::Operator;
                if scalar {
                    self.operand(start, to + 1, Form::Value)
                } else {
                    self.operand(from, to, Form::Values)
                }
            }
            Some((from, to))
                if start > 0
                    && to + 1 == self.tokens.len()
                    && self.tokens[start - 1].sort == Sort::Word =>
            {
                self.operand(from, to, Form::Value)
            }
            _ => self.operand(start, self.tokens.len(), Form::Value),
        }
    }

    /// The arguments, if the leaf is a call of a function.
    fn arguments(&self, tops: &[usize]) -> Vec<Operand> {
        let tokens = self.tokens;
        let Some(open) = tops.iter().copied().find(|at| tokens[*at].is("(")) else {
            return Vec::new();
        };
        let named =
            open > 0 && tokens[..open].iter().all(|token| token.name().is_some() || token.is("."));
        if !named || closing(tokens, open) != Some(tokens.len() - 1) {
            return Vec::new();
        }
        let inside = &tokens[open + 1..tokens.len() - 1];
        if inside.first().is_none_or(is_query) {
            return Vec::new();
        }
        let commas = super::at_top(inside).filter(|at| inside[*at].is(",")).map(|at| open + 1 + at);
        let mut start = open + 1;
        let mut found = Vec::new();
        for end in commas.chain([tokens.len() - 1]) {
            // A named argument is its value.
            let value = (start..end).find(|at| tokens[*at].text == "=>").map_or(start, |at| at + 1);
            found.extend(self.operand(value, end, Form::Value));
            start = end + 1;
        }
        found
    }

    /// What is inside of the parentheses that open at `open`.
    fn group(&self, open: usize) -> Option<(usize, usize)> {
        if !self.tokens.get(open)?.is("(") {
            return None;
        }
        let mut from = open + 1;
        let mut to = closing(self.tokens, open)?;
        // The server may put more than one pair around a query.
        while self.tokens.get(from)?.is("(") && closing(self.tokens, from)? + 1 == to {
            from += 1;
            to -= 1;
        }
        (from < to).then_some((from, to))
    }

    fn operand(&self, from: usize, to: usize, form: Form) -> Option<Operand> {
        let part = self.tokens.get(from..to)?;
        let (first, last) = (part.first()?, part.last()?);
        // Key words that only look like an argument, and the variadic mark before one.
        if first.is_word("VARIADIC") {
            return self.operand(from + 1, to, form);
        }
        let text = self.text.part(first.range.start..last.range.end);
        let form = if form == Form::Value && is_literal(without_wrapping(part)) {
            Form::Literal
        } else {
            form
        };
        Some(Operand { text, form })
    }
}

/// Whether it is a literal, at most with a sign and a cast to a type.
fn is_literal(tokens: &[Token<'_>]) -> bool {
    let tokens = match tokens.split_first() {
        Some((sign, rest)) if sign.text == "-" => rest,
        _ => tokens,
    };
    let Some((first, rest)) = tokens.split_first() else { return false };
    let literal = matches!(first.sort, Sort::Literal | Sort::Number)
        || ["true", "false", "NULL"].iter().any(|word| first.is_word(word));
    let cast = rest.first().is_none_or(|token| token.sort == Sort::Cast);
    literal
        && cast
        && rest.iter().skip(1).all(|token| {
            token.name().is_some()
                || matches!(token.sort, Sort::Mark | Sort::Open | Sort::Close | Sort::Number)
        })
}
