//! `EXISTS (SELECT … WHERE inner = row.column AND …)` read as "the column is one of the values of `inner`", which do not look at the row.
//!
//! Only where both mean the same: no value is computed, nothing is grouped or cut, one comparison for equality leads to the row, and the row occurs nowhere else.

use crate::rls::expression::token::{Sort, Token, tokens};

/// More values than these are not held for an identity: then it is asked by itself.
pub(crate) const MOST: usize = 1000;

/// An EXISTS over values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Semi {
    /// The query of the values, at most one more than are held.
    pub(crate) query: String,
    /// The value of the row.
    pub(crate) outer: String,
}

/// What of a query would make it another one.
pub(super) const OTHERS: [&str; 12] = [
    "GROUP",
    "HAVING",
    "WINDOW",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "FOR",
    "DISTINCT",
];

impl Semi {
    /// Reads `query`, which stands between the parentheses of EXISTS; `relation` is what the row is called.
    pub(crate) fn of(query: &str, relation: &str) -> Option<Self> {
        let all = tokens(query);
        let place = |word: &str| top(&all).find(|at| all[*at].is_word(word));
        let (from, condition) = (place("FROM")?, place("WHERE")?);
        let plain = all.first()?.is_word("SELECT")
            && all[1..from].iter().all(|it| it.sort == Sort::Number)
            && !top(&all).any(|at| OTHERS.iter().any(|word| all[at].is_word(word)));
        if !plain || from > condition || looks(&all[from..condition], relation) {
            return None;
        }
        let conjuncts = conjuncts(&all[condition + 1..])?;
        let (mut compared, mut rest) = (None, Vec::new());
        for part in conjuncts {
            if !looks(part, relation) {
                rest.push(text(query, part));
            } else if compared.is_none() {
                compared = Some(equality(part, relation)?);
            } else {
                return None;
            }
        }
        let (inner, outer) = compared?;
        let source = text(query, &all[from..condition]);
        let rest = if rest.is_empty() { "true".to_owned() } else { rest.join(" AND ") };
        let limit = MOST + 1;
        Some(Self {
            query: format!(
                "SELECT {} AS value {source} WHERE {rest} LIMIT {limit}",
                text(query, inner)
            ),
            outer: text(query, outer).to_owned(),
        })
    }
}

/// The tokens that stand in no parentheses.
pub(super) fn top<'a>(all: &'a [Token<'_>]) -> impl Iterator<Item = usize> + 'a {
    let mut depth = 0;
    all.iter().enumerate().filter_map(move |(at, token)| {
        depth += token.depth();
        (depth == 0 && token.depth() == 0).then_some(at)
    })
}

/// The parts of a condition of which all have to be true, each with its parentheses.
pub(super) fn conjuncts<'a, 'b>(all: &'a [Token<'b>]) -> Option<Vec<&'a [Token<'b>]>> {
    let inside = unwrapped(all)?;
    if top(inside).any(|at| inside[at].is_word("OR") || inside[at].is_word("NOT")) {
        return Some(vec![all]);
    }
    let ands: Vec<usize> = top(inside).filter(|at| inside[*at].is_word("AND")).collect();
    if ands.is_empty() {
        return Some(vec![all]);
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for end in ands.into_iter().chain([inside.len()]) {
        parts.push(inside.get(from..end).filter(|part| unwrapped(part).is_some())?);
        from = end + 1;
    }
    Some(parts)
}

/// What stands in the parentheses that enclose all of it.
pub(super) fn unwrapped<'a, 'b>(all: &'a [Token<'b>]) -> Option<&'a [Token<'b>]> {
    let [first, inside @ .., last] = all else { return None };
    let mut depth = 0;
    let closed_before = inside.iter().any(|token| {
        depth += token.depth();
        depth < 0
    });
    (first.is("(") && last.is(")") && !closed_before).then_some(inside)
}

/// Both sides of a comparison, of which one is a value of the row alone and the other is free of it: the free one first.
fn equality<'a, 'b>(
    part: &'a [Token<'b>],
    relation: &str,
) -> Option<(&'a [Token<'b>], &'a [Token<'b>])> {
    let inside = unwrapped(part)?;
    let mut operators = top(inside).filter(|at| inside[*at].sort == Sort::Operator);
    let at = operators.next().filter(|at| inside[*at].text == "=")?;
    let words = top(inside).any(|at| {
        ["AND", "OR", "NOT", "IS", "ANY", "ALL", "IN", "BETWEEN"]
            .iter()
            .any(|word| inside[at].is_word(word))
    });
    if operators.next().is_some() || words {
        return None;
    }
    let (left, right) = (&inside[..at], &inside[at + 1..]);
    let of_row = |side: &[Token<'_>]| is_of_row(side, relation);
    match (of_row(left), of_row(right)) {
        (true, false) if !looks(right, relation) => Some((right, left)),
        (false, true) if !looks(left, relation) => Some((left, right)),
        _ => None,
    }
}

/// Whether it is a column of the row, maybe cast.
fn is_of_row(side: &[Token<'_>], relation: &str) -> bool {
    let names: Vec<_> = side.iter().filter(|it| !it.is("(") && !it.is(")")).collect();
    let [table, dot, column, casts @ ..] = names.as_slice() else { return false };
    let cast = casts.is_empty()
        || matches!(casts, [cast, kind] if cast.sort == Sort::Cast && kind.sort == Sort::Word);
    table.name().as_deref() == Some(relation) && dot.is(".") && column.name().is_some() && cast
}

/// Whether the row's name occurs.
fn looks(part: &[Token<'_>], relation: &str) -> bool {
    part.iter().any(|token| token.name().as_deref() == Some(relation))
}

pub(super) fn text<'a>(query: &'a str, part: &[Token<'_>]) -> &'a str {
    match part {
        [] => "",
        [first, ..] => &query[first.range.start..part[part.len() - 1].range.end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn semi(query: &str) -> Option<(String, String)> {
        Semi::of(query, "items").map(|semi| (semi.query, semi.outer))
    }

    #[test]
    fn what_is_compared_with_the_row_becomes_a_list() {
        let told = semi("SELECT\n   FROM w.boxes b\n  WHERE (b.id = items.box)").unwrap();
        assert_eq!(told.0, "SELECT b.id AS value FROM w.boxes b WHERE true LIMIT 1001");
        assert_eq!(told.1, "items.box");
        let told = semi("SELECT 1 FROM (w.boxes b JOIN w.rooms r ON ((r.id = b.room))) WHERE ((r.who = w.uid()) AND ((items.box)::text = (b.id)::text) AND (b.open OR b.own))").unwrap();
        assert_eq!(
            told.0,
            "SELECT (b.id)::text AS value FROM (w.boxes b JOIN w.rooms r ON ((r.id = b.room))) WHERE (r.who = w.uid()) AND (b.open OR b.own) LIMIT 1001"
        );
        assert_eq!(told.1, "(items.box)::text");
    }

    #[test]
    fn what_would_mean_something_else_stays() {
        for query in [
            "SELECT count(*) AS count FROM w.boxes b WHERE (b.id = items.box)",
            "SELECT 1 FROM w.boxes b WHERE (b.id = items.box) LIMIT 0",
            "SELECT 1 FROM w.boxes b WHERE (b.id < items.box)",
            "SELECT 1 FROM w.boxes b WHERE ((b.id = items.box) OR b.open)",
            "SELECT 1 FROM w.boxes b WHERE ((b.id = items.box) AND (b.of = items.of))",
            "SELECT 1 FROM w.boxes b WHERE (b.id = (items.box + b.n))",
            "SELECT 1 FROM w.boxes b WHERE (NOT (b.id = items.box))",
            "SELECT 1 FROM w.open(items.box) b WHERE (b.id = items.box)",
            "SELECT 1 FROM w.boxes b",
            "SELECT 1 FROM w.boxes b WHERE (b.id = items.box) UNION SELECT 2",
        ] {
            assert_eq!(semi(query), None, "{query}");
        }
    }
}
