//! Statements that cannot be in a transaction with others, so that a file with one of them runs statement by statement.

use super::Statement;

/// Why a statement has to run by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alone {
    /// An index is built without blocking writers.
    BuildsIndex(Index),
    /// An index is dropped without blocking anybody.
    DropsIndex(Vec<Index>),
    /// The server refuses it in a transaction for another reason.
    Other(&'static str),
}

/// An index, as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The schema, where it is named.
    pub schema: Option<String>,
    /// The name, where it has one.
    pub name: Option<String>,
}

impl Alone {
    /// Whether it waits for others without anybody having to wait for it, so that it need not be cut short.
    pub(super) const fn is_patient(&self) -> bool {
        matches!(self, Self::BuildsIndex(_) | Self::DropsIndex(_))
    }

    /// Why `statement` has to run by itself, if it has to.
    pub(super) fn of(statement: &Statement) -> Option<Self> {
        let words = &statement.words;
        let begins = |with: &[&str]| statement.begins(with);
        let concurrently = statement.says("CONCURRENTLY");
        if (begins(&["CREATE", "INDEX"]) || begins(&["CREATE", "UNIQUE", "INDEX"])) && concurrently
        {
            return Some(Self::BuildsIndex(built(words)));
        }
        if begins(&["DROP", "INDEX", "CONCURRENTLY"]) {
            return Some(Self::DropsIndex(dropped(words)));
        }
        if begins(&["REINDEX"]) {
            let whole = ["DATABASE", "SYSTEM", "SCHEMA"].iter().any(|word| statement.says(word));
            return (concurrently || whole).then_some(Self::Other("REINDEX of this sort"));
        }
        if begins(&["ALTER", "TABLE"]) && statement.says("DETACH") && concurrently {
            return Some(Self::Other("DETACH PARTITION … CONCURRENTLY"));
        }
        if begins(&["CLUSTER"]) && words.len() <= 2 {
            return Some(Self::Other("CLUSTER of all tables"));
        }
        OTHERS
            .iter()
            .find(|name| begins(&name.split(' ').collect::<Vec<_>>()))
            .map(|name| Self::Other(name))
    }
}

/// What the server refuses inside a transaction, by its first words.
const OTHERS: [&str; 10] = [
    "VACUUM",
    "ALTER SYSTEM",
    "CREATE DATABASE",
    "DROP DATABASE",
    "CREATE TABLESPACE",
    "DROP TABLESPACE",
    "CREATE SUBSCRIPTION",
    "DROP SUBSCRIPTION",
    "COMMIT PREPARED",
    "ROLLBACK PREPARED",
];

/// The index of CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] [schema.]table.
fn built(words: &[String]) -> Index {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let Some(on) = (0..words.len()).find(|at| is(*at, "ON")) else {
        return Index { schema: None, name: None };
    };
    let before = on.checked_sub(1).filter(|at| !is(*at, "CONCURRENTLY"));
    let name = before.and_then(|at| words.get(at)).map(|it| unquoted(it));
    let table = on + 1 + usize::from(is(on + 1, "ONLY"));
    let schema = (words.get(table + 1).map(String::as_str) == Some("."))
        .then(|| words.get(table).map(|it| unquoted(it)))
        .flatten();
    Index { schema, name }
}

/// The indexes of DROP INDEX CONCURRENTLY [IF EXISTS] [schema.]name, ….
fn dropped(words: &[String]) -> Vec<Index> {
    let rest = words
        .iter()
        .skip(3)
        .skip_while(|word| ["IF", "EXISTS"].iter().any(|it| word.eq_ignore_ascii_case(it)));
    let rest: Vec<&String> = rest
        .take_while(|word| !["CASCADE", "RESTRICT"].iter().any(|it| word.eq_ignore_ascii_case(it)))
        .collect();
    rest.split(|word| *word == ",")
        .filter(|name| !name.is_empty())
        .map(|name| match name {
            [schema, dot, index] if *dot == "." => {
                Index { schema: Some(unquoted(schema)), name: Some(unquoted(index)) }
            }
            other => Index { schema: None, name: other.last().map(|it| unquoted(it)) },
        })
        .collect()
}

/// The name that a word stands for, as the server folds it.
pub(super) fn unquoted(word: &str) -> String {
    match word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => word.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    fn of(text: &str) -> Option<Alone> {
        Alone::of(&split(text).unwrap()[0])
    }

    fn index(schema: Option<&str>, name: Option<&str>) -> Index {
        Index { schema: schema.map(str::to_owned), name: name.map(str::to_owned) }
    }

    #[test]
    fn the_index_that_is_built_is_known_by_name_and_by_its_tables_schema() {
        for (text, schema, name) in [
            ("CREATE INDEX CONCURRENTLY a ON t (b)", None, Some("a")),
            (
                "create unique index concurrently if not exists \"A\" on only s.t (b)",
                Some("s"),
                Some("A"),
            ),
            ("CREATE INDEX CONCURRENTLY ON \"S\".t (b)", Some("S"), None),
        ] {
            assert_eq!(of(text), Some(Alone::BuildsIndex(index(schema, name))), "{text}");
        }
        assert_eq!(
            of("DROP INDEX CONCURRENTLY IF EXISTS a, s.\"B\" RESTRICT"),
            Some(Alone::DropsIndex(vec![index(None, Some("a")), index(Some("s"), Some("B"))]))
        );
    }

    #[test]
    fn what_can_be_in_a_transaction_is_left_there() {
        for text in [
            "CREATE INDEX a ON t (concurrently_built)",
            "DROP INDEX a",
            "REINDEX TABLE t",
            "ALTER TABLE t DETACH PARTITION p",
            "CREATE TABLE vacuum_log ()",
            "CLUSTER t USING a",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        for text in [
            "VACUUM t",
            "ALTER SYSTEM SET a = 1",
            "REINDEX TABLE CONCURRENTLY t",
            "REINDEX DATABASE d",
        ] {
            assert!(of(text).is_some(), "{text}");
        }
    }
}
