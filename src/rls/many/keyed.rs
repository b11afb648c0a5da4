//! `EXISTS (SELECT … FROM other o WHERE o.key = row.column AND …)`: one row of another table, looked for by a column of it.
//!
//! Only what has the same meaning as a look at that one row is read so: nothing is grouped or cut, one comparison leads from the column of the row to that of
//! the other table, and whatever else is asked is asked of these two rows.

use super::semi::{OTHERS, conjuncts, text, top, unwrapped};
use crate::rls::expression::token::{Sort, Token, tokens};

/// Such a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keyed {
    /// The other table: its schema and its name.
    pub(crate) table: (String, String),
    /// What it is called in the query.
    pub(crate) alias: String,
    /// The column by which its row is found.
    pub(crate) key: String,
    /// The column of the row that says which.
    pub(crate) column: String,
    /// What else has to be true.
    pub(crate) rest: Option<String>,
    /// The columns of the other table that are asked about there.
    pub(crate) columns: Vec<String>,
}

impl Keyed {
    /// Reads `query`, which stands between the parentheses of EXISTS; `relation` is what the row is called.
    pub(crate) fn of(query: &str, relation: &str) -> Option<Self> {
        let all = tokens(query);
        let place = |word: &str| top(&all).find(|at| all[*at].is_word(word));
        let (from, condition) = (place("FROM")?, place("WHERE")?);
        let plain = all.first()?.is_word("SELECT")
            && all.get(1..from)?.iter().all(|it| it.sort == Sort::Number)
            && !top(&all).any(|at| OTHERS.iter().any(|word| all[at].is_word(word)));
        if !plain {
            return None;
        }
        let (table, alias) = source(all.get(from + 1..condition)?)?;
        if alias == relation {
            return None;
        }
        let (mut found, mut rest) = (None, Vec::new());
        for part in conjuncts(&all[condition + 1..])? {
            match comparison(part, &alias, relation) {
                Some(columns) if found.is_none() => found = Some(columns),
                _ => rest.push(part),
            }
        }
        let (key, column) = found?;
        let mut columns = Vec::new();
        for part in &rest {
            columns.extend(columns_of(part, &alias)?);
        }
        let rest: Vec<&str> = rest.into_iter().map(|part| text(query, part)).collect();
        let rest = (!rest.is_empty()).then(|| format!("({})", rest.join(" AND ")));
        Some(Self { table, alias, key, column, rest, columns })
    }
}

/// The one table that stands behind FROM, and what it is called.
fn source(all: &[Token<'_>]) -> Option<((String, String), String)> {
    let (schema, name, alias) = match all {
        [schema, dot, name] if dot.is(".") => (schema, name, name),
        [schema, dot, name, alias] if dot.is(".") => (schema, name, alias),
        _ => return None,
    };
    Some(((schema.name()?, name.name()?), alias.name()?))
}

/// The columns that a comparison for equality compares: of the other table, and of the row.
fn comparison(part: &[Token<'_>], alias: &str, relation: &str) -> Option<(String, String)> {
    let [left_table, dot, left, equals, right_table, another_dot, right] = unwrapped(part)? else {
        return None;
    };
    let plain =
        dot.is(".") && another_dot.is(".") && equals.sort == Sort::Operator && equals.text == "=";
    let names = (left_table.name()?, right_table.name()?);
    let (left, right) = (left.name()?, right.name()?);
    match (names.0 == alias, names.1 == alias) {
        (true, false) if plain && names.1 == relation => Some((left, right)),
        (false, true) if plain && names.0 == relation => Some((right, left)),
        _ => None,
    }
}

/// The columns of the other table that a condition names; absent where it names its rows as a whole, or something of them that is no column.
fn columns_of(part: &[Token<'_>], alias: &str) -> Option<Vec<String>> {
    let mut columns = Vec::new();
    for (at, token) in part.iter().enumerate() {
        let qualified = at > 0 && part[at - 1].is(".");
        if qualified || token.name().as_deref() != Some(alias) {
            continue;
        }
        let column = part.get(at + 1).filter(|dot| dot.is(".")).and_then(|_| part.get(at + 2));
        columns.push(column.and_then(Token::name)?);
    }
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(query: &str) -> Option<Keyed> {
        Keyed::of(query, "items")
    }

    #[test]
    fn a_row_that_is_found_by_a_column_is_looked_for() {
        let plain = keyed("SELECT\n   FROM w.boxes b\n  WHERE (b.id = items.box)").unwrap();
        assert_eq!(plain.table, ("w".to_owned(), "boxes".to_owned()));
        assert_eq!((&*plain.alias, &*plain.key, &*plain.column), ("b", "id", "box"));
        assert_eq!((plain.rest, plain.columns), (None, vec![]));
        let more = keyed("SELECT 1 FROM w.boxes WHERE ((items.box = boxes.id) AND ((NOT items.shut) OR (boxes.\"Own er\" = ( SELECT w.uid() AS uid))))").unwrap();
        assert_eq!((&*more.alias, &*more.key), ("boxes", "id"));
        let rest = "(((NOT items.shut) OR (boxes.\"Own er\" = ( SELECT w.uid() AS uid))))";
        assert_eq!(more.rest.as_deref(), Some(rest));
        assert_eq!(more.columns, ["Own er"]);
    }

    #[test]
    fn what_would_mean_something_else_stays() {
        for query in [
            "SELECT count(*) AS count FROM w.boxes b WHERE (b.id = items.box)",
            "SELECT FROM w.boxes b WHERE (b.id = items.box) LIMIT 0",
            "SELECT FROM w.boxes b WHERE (b.id < items.box)",
            "SELECT FROM w.boxes b WHERE ((b.id = items.box) OR b.open)",
            "SELECT FROM w.boxes b WHERE ((b.id)::text = (items.box)::text)",
            "SELECT FROM (w.boxes b JOIN w.rooms r ON ((r.id = b.room))) WHERE (b.id = items.box)",
            "SELECT FROM ONLY w.boxes b WHERE (b.id = items.box)",
            "SELECT FROM w.boxes b TABLESAMPLE system (1) WHERE (b.id = items.box)",
            "SELECT FROM w.boxes b WHERE ((b.id = items.box) AND w.whole(b.*))",
            "SELECT FROM w.boxes b, w.rooms r WHERE (b.id = items.box)",
            "SELECT FROM w.open(items.box) b WHERE (b.id = items.box)",
            "SELECT FROM w.boxes b WHERE (NOT (b.id = items.box))",
            "SELECT FROM w.boxes b",
        ] {
            assert_eq!(keyed(query), None, "{query}");
        }
    }
}
