//! Whether a statement only reads, by a parse of the whole: a query in which no part changes, locks or keeps anything.

use std::ops::ControlFlow;

use sqlparser::{
    ast::{Query, SetExpr, Statement, Visit, Visitor},
    dialect::PostgreSqlDialect,
    parser::Parser,
    tokenizer::Token,
};

use super::refused;
use crate::pg::Problem;

/// Brackets within each other: the parser tries several readings for each level.
const DEEPEST: usize = 30;

/// Fails unless `tokens` are one query that only reads.
pub(super) fn only_reads(tokens: &[Token]) -> Result<(), Problem> {
    if depth(tokens) > DEEPEST {
        return Err(refused(&format!("it has more than {DEEPEST} brackets within each other")));
    }
    let mut parser = Parser::new(&PostgreSqlDialect {}).with_tokens(tokens.to_vec());
    let parsed = parser.parse_statements().map_err(|error| {
        let error = error.to_string();
        let reason = error.split_once(": ").map_or(error.as_str(), |(_, reason)| reason);
        refused(&format!("it could not be read: {}", reason.to_lowercase()))
    })?;
    let [Statement::Query(query)] = parsed.as_slice() else {
        return Err(refused("it does not only read"));
    };
    match query.visit(&mut Reader) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(why) => Err(refused(why)),
    }
}

fn depth(tokens: &[Token]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in tokens {
        if matches!(token, Token::LParen | Token::LBracket) {
            depth += 1;
        } else if matches!(token, Token::RParen | Token::RBracket) {
            depth = depth.saturating_sub(1);
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Stops at the first part that does more than read.
struct Reader;

impl Visitor for Reader {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if !query.locks.is_empty() {
            return ControlFlow::Break("it locks the rows that it reads");
        }
        body(&query.body)
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Self::Break> {
        if matches!(statement, Statement::Query(_)) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break("a part of it does not only read")
        }
    }
}

fn body(body: &SetExpr) -> ControlFlow<&'static str> {
    match body {
        SetExpr::Select(select) if select.into.is_some() => {
            ControlFlow::Break("it makes a table of what it reads")
        }
        SetExpr::SetOperation { left, right, .. } => {
            self::body(left)?;
            self::body(right)
        }
        // What stands in brackets is visited by itself.
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => {
            ControlFlow::Continue(())
        }
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            ControlFlow::Break("a part of it changes rows")
        }
    }
}
