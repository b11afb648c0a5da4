//! What a statement may change the sight of: nothing, these tables' rows, or any.
//!
//! A guess is to the wide side: what is not known changes anything.

use super::{
    Statement,
    lock::{actions, name},
    statement::begins,
};
use crate::pg::RelationName;

/// What a statement may change the sight of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// Nothing that is seen.
    Nothing,
    /// What is seen of these, and of what leans on them.
    Tables(Vec<RelationName>),
    /// Anything.
    Any,
}

/// What `statement` may change the sight of.
pub(super) fn touched(statement: &Statement) -> Touched {
    let words = statement.words.as_slice();
    let is = |head: &[&str]| begins(words, head);
    let code = ["FUNCTION", "PROCEDURE", "ROUTINE", "VIEW", "SCHEMA", "ROLE", "USER", "GROUP"];
    let replaced = is(&["CREATE", "OR", "REPLACE"]);
    if is(&["DO"])
        || replaced
        || ["ALTER", "DROP"].iter().any(|verb| code.iter().any(|it| is(&[verb, it])))
    {
        return Touched::Any;
    }
    let one = |parts: Option<Vec<String>>| {
        Touched::Tables(parts.as_deref().and_then(relation).into_iter().collect())
    };
    let on = words.iter().position(|word| word.eq_ignore_ascii_case("ON"));
    if ["CREATE", "ALTER", "DROP"].iter().any(|verb| is(&[verb, "POLICY"])) {
        return one(on.and_then(|at| name(words, at + 1)));
    }
    if is(&["ALTER", "TABLE"]) && (statement.says("SECURITY") || statement.says("OWNER")) {
        return one(name(words, 2));
    }
    if is(&["GRANT"]) || is(&["REVOKE"]) {
        return granted(words, on);
    }
    let changes_rows =
        ["UPDATE", "DELETE", "INSERT", "TRUNCATE", "MERGE"].iter().any(|it| is(&[it]));
    if changes_rows {
        // Policies may look anywhere at what changed.
        return Touched::Any;
    }
    Touched::Nothing
}

/// The tables of GRANT and REVOKE; a role that is granted may change anything.
fn granted(words: &[String], on: Option<usize>) -> Touched {
    let Some(on) = on else { return Touched::Any };
    let at = |at: usize, word: &str| words.get(at).is_some_and(|it| it.eq_ignore_ascii_case(word));
    if at(on + 1, "ALL") || at(on + 1, "SCHEMA") {
        return Touched::Any;
    }
    let other =
        ["FUNCTION", "PROCEDURE", "ROUTINE", "SEQUENCE", "DATABASE", "LANGUAGE", "TYPE", "DOMAIN"];
    if other.iter().any(|word| at(on + 1, word)) {
        return if at(on + 1, "FUNCTION") { Touched::Any } else { Touched::Nothing };
    }
    let from = on + 1 + usize::from(at(on + 1, "TABLE"));
    let end = words[from..]
        .iter()
        .position(|it| ["TO", "FROM"].iter().any(|to| it.eq_ignore_ascii_case(to)));
    let list = &words[from..end.map_or(words.len(), |end| from + end)];
    let names = actions(list).into_iter().filter_map(|part| relation(&name(part, 0)?));
    Touched::Tables(names.collect())
}

/// The table of that name; one without a schema is where most tables are.
fn relation(parts: &[String]) -> Option<RelationName> {
    match parts {
        [name] => Some(RelationName::new("public", name)),
        [schema, name] => Some(RelationName::new(schema, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    fn of(text: &str) -> Touched {
        touched(&split(text).unwrap()[0])
    }

    #[test]
    fn it_is_known_which_tables_may_be_seen_otherwise() {
        let tables = |names: &[(&str, &str)]| {
            Touched::Tables(names.iter().map(|(s, n)| RelationName::new(*s, *n)).collect())
        };
        assert_eq!(of("DROP POLICY IF EXISTS p ON a"), tables(&[("public", "a")]));
        assert_eq!(of("ALTER TABLE s.\"B\" ENABLE ROW LEVEL SECURITY"), tables(&[("s", "B")]));
        assert_eq!(
            of("REVOKE SELECT (a, b), INSERT ON TABLE a, s.b FROM c"),
            tables(&[("public", "a"), ("s", "b")])
        );
        assert_eq!(of("GRANT r TO s"), Touched::Any);
        assert_eq!(of("GRANT SELECT ON ALL TABLES IN SCHEMA s TO r"), Touched::Any);
        assert_eq!(of("DO $$ BEGIN END $$"), Touched::Any);
        assert_eq!(
            of("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            Touched::Any
        );
        assert_eq!(of("CREATE INDEX ON a (b)"), Touched::Nothing);
        assert_eq!(of("CREATE TABLE a (b int)"), Touched::Nothing);
    }
}
