//! Which lock a statement takes on the table that it is about, and whether it reads or writes all of it while it has it.
//!
//! A table of its own, after PostgreSQL's documentation (13.3, ALTER TABLE) and held against real servers by `tests/pg_migrate`. What it does not know it
//! does not guess.

use super::{Statement, alone::unquoted, statement::begins};

/// A lock of a table, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are PostgreSQL's")]
pub enum Mode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// As `pg_locks` writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "AccessShareLock",
            Self::RowShare => "RowShareLock",
            Self::RowExclusive => "RowExclusiveLock",
            Self::ShareUpdateExclusive => "ShareUpdateExclusiveLock",
            Self::Share => "ShareLock",
            Self::ShareRowExclusive => "ShareRowExclusiveLock",
            Self::Exclusive => "ExclusiveLock",
            Self::AccessExclusive => "AccessExclusiveLock",
        }
    }

    /// Who has to wait while it is held.
    pub const fn stops(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive => "nobody who reads or writes",
            Self::ShareUpdateExclusive => "vacuum and other changes of the schema",
            Self::Share | Self::ShareRowExclusive => "everybody who writes",
            Self::Exclusive => "everybody who writes or locks rows",
            Self::AccessExclusive => "everybody, readers too",
        }
    }
}

/// What is done to the whole table while the lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Work {
    /// Nothing: the catalog is changed.
    Catalog,
    /// Every row is read.
    Scan,
    /// Every row is written anew.
    Rewrite,
}

impl Work {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Catalog => "catalog only",
            Self::Scan => "scans",
            Self::Rewrite => "rewrites",
        }
    }
}

/// The lock of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The table, as it is written: parts of a name, folded as the server does.
    pub table: Vec<String>,
    /// How strong it is.
    pub mode: Mode,
    /// What is done meanwhile.
    pub work: Work,
}

/// The locks that `statement` takes on tables that are there already, the target first.
pub fn locks(statement: &Statement) -> Vec<Lock> {
    let words = statement.words.as_slice();
    let of = |at: usize| name(words, at);
    let one = |table: Option<Vec<String>>, mode, work| {
        table.map(|table| Lock { table, mode, work }).into_iter().collect::<Vec<_>>()
    };
    let concurrently = statement.says("CONCURRENTLY");
    if begins(words, &["ALTER", "TABLE"]) {
        return alter_table(words);
    }
    if let Some(at) = policy_table(words) {
        return one(of(at), Mode::AccessExclusive, Work::Catalog);
    }
    if begins(words, &["CREATE", "INDEX"]) || begins(words, &["CREATE", "UNIQUE", "INDEX"]) {
        let mode = if concurrently { Mode::ShareUpdateExclusive } else { Mode::Share };
        return one(after(words, "ON").and_then(of), mode, Work::Scan);
    }
    if begins(words, &["CREATE"]) && head_says(words, "TRIGGER") {
        return one(after(words, "ON").and_then(of), Mode::ShareRowExclusive, Work::Catalog);
    }
    if begins(words, &["DROP", "TRIGGER"]) || begins(words, &["DROP", "RULE"]) {
        return one(after(words, "ON").and_then(of), Mode::AccessExclusive, Work::Catalog);
    }
    if begins(words, &["CREATE"]) && head_says(words, "RULE") {
        return one(after(words, "TO").and_then(of), Mode::AccessExclusive, Work::Catalog);
    }
    if begins(words, &["CREATE", "TABLE"]) {
        return create_table(words);
    }
    if begins(words, &["COMMENT", "ON", "TABLE"]) {
        return one(of(3), Mode::ShareUpdateExclusive, Work::Catalog);
    }
    if begins(words, &["COMMENT", "ON", "COLUMN"]) {
        let table = of(3).map(|mut parts| {
            parts.pop();
            parts
        });
        return one(table.filter(|it| !it.is_empty()), Mode::ShareUpdateExclusive, Work::Catalog);
    }
    simple(words, concurrently).unwrap_or_default()
}

/// Statements whose table stands right after their first words.
fn simple(words: &[String], concurrently: bool) -> Option<Vec<Lock>> {
    use Mode::{
        AccessExclusive, Exclusive, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive,
    };
    use Work::{Catalog, Rewrite, Scan};
    let refresh = if concurrently { Exclusive } else { AccessExclusive };
    let reindex = if concurrently { ShareUpdateExclusive } else { Share };
    let full = words.iter().take(8).any(|word| word.eq_ignore_ascii_case("FULL"));
    let vacuum = if full { AccessExclusive } else { ShareUpdateExclusive };
    let table: [(&[&str], Mode, Work); 20] = [
        (&["DROP", "TABLE"], AccessExclusive, Catalog),
        (&["DROP", "VIEW"], AccessExclusive, Catalog),
        (&["DROP", "MATERIALIZED", "VIEW"], AccessExclusive, Catalog),
        (&["TRUNCATE", "TABLE"], AccessExclusive, Catalog),
        (&["TRUNCATE"], AccessExclusive, Catalog),
        (&["REFRESH", "MATERIALIZED", "VIEW", "CONCURRENTLY"], refresh, Rewrite),
        (&["REFRESH", "MATERIALIZED", "VIEW"], refresh, Rewrite),
        (&["CLUSTER"], AccessExclusive, Rewrite),
        (&["REINDEX", "TABLE", "CONCURRENTLY"], reindex, Scan),
        (&["REINDEX", "TABLE"], reindex, Scan),
        (&["VACUUM"], vacuum, if full { Rewrite } else { Scan }),
        (&["ANALYZE"], ShareUpdateExclusive, Scan),
        (&["LOCK", "TABLE"], AccessExclusive, Catalog),
        (&["INSERT", "INTO"], RowExclusive, Catalog),
        (&["UPDATE"], RowExclusive, Scan),
        (&["DELETE", "FROM"], RowExclusive, Scan),
        (&["MERGE", "INTO"], RowExclusive, Scan),
        (&["ALTER", "SEQUENCE"], ShareRowExclusive, Catalog),
        (&["ALTER", "VIEW"], AccessExclusive, Catalog),
        (&["ALTER", "MATERIALIZED", "VIEW"], AccessExclusive, Catalog),
    ];
    let (head, mode, work) = table.iter().find(|(head, ..)| begins(words, head))?;
    let mut at = head.len();
    // VACUUM (FULL, ANALYZE) t, VACUUM FULL t, LOCK TABLE ONLY t.
    if words.get(at).map(String::as_str) == Some("(") {
        at += words[at..].iter().position(|word| word == ")")? + 1;
    }
    while words.get(at).is_some_and(|word| {
        ["FULL", "FREEZE", "VERBOSE", "ANALYZE"].iter().any(|it| word.eq_ignore_ascii_case(it))
    }) {
        at += 1;
    }
    let mode = if begins(words, &["LOCK"]) { lock_mode(words).unwrap_or(*mode) } else { *mode };
    let mut locks = Vec::new();
    // Several may stand one after the other.
    while let Some(table) = name(words, at) {
        let parts = table.len();
        locks.push(Lock { table, mode, work: *work });
        let begin = skip(words, at);
        at = begin + parts * 2 - 1;
        if words.get(at).map(String::as_str) != Some(",") || !begins(words, &["DROP"]) {
            break;
        }
        at += 1;
    }
    Some(locks)
}

/// The mode that LOCK TABLE names.
fn lock_mode(words: &[String]) -> Option<Mode> {
    let at = words.iter().position(|word| word.eq_ignore_ascii_case("IN"))?;
    let named: String = words[at + 1..]
        .iter()
        .take_while(|word| !word.eq_ignore_ascii_case("MODE"))
        .map(|it| it.to_lowercase())
        .collect();
    Mode::ALL.into_iter().find(|mode| mode.name().to_lowercase() == format!("{named}lock"))
}

/// Where the table of a policy stands.
fn policy_table(words: &[String]) -> Option<usize> {
    let is = |head: &str| begins(words, &[head, "POLICY"]);
    (is("CREATE") || is("ALTER") || is("DROP")).then(|| after(words, "ON")).flatten()
}

fn create_table(words: &[String]) -> Vec<Lock> {
    let mut locks = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let is = |one: &str, other: &str| {
            pair[0].eq_ignore_ascii_case(one) && pair[1].eq_ignore_ascii_case(other)
        };
        if is("PARTITION", "OF")
            && let Some(table) = name(words, at + 2)
        {
            locks.push(Lock { table, mode: Mode::AccessExclusive, work: Work::Catalog });
        } else if pair[0].eq_ignore_ascii_case("REFERENCES")
            && let Some(table) = name(words, at + 1)
        {
            locks.push(Lock { table, mode: Mode::ShareRowExclusive, work: Work::Catalog });
        }
    }
    locks
}

fn alter_table(words: &[String]) -> Vec<Lock> {
    let Some(table) = name(words, 2) else { return Vec::new() };
    let rest = skip(words, 2) + table.len() * 2 - 1;
    let rest = rest + usize::from(words.get(rest).map(String::as_str) == Some("*"));
    let mut strongest = None::<(Mode, Work)>;
    let mut others = Vec::new();
    for action in actions(words.get(rest..).unwrap_or_default()) {
        let (mode, work) = action_lock(action);
        strongest = Some(strongest.map_or((mode, work), |(m, w)| (m.max(mode), w.max(work))));
        if let Some(at) = action.iter().position(|it| it.eq_ignore_ascii_case("REFERENCES"))
            && let Some(table) = name(action, at + 1)
        {
            others.push(Lock { table, mode: Mode::ShareRowExclusive, work: Work::Catalog });
        }
        if begins(action, &["ATTACH", "PARTITION"])
            && let Some(table) = name(action, 2)
        {
            others.push(Lock { table, mode: Mode::AccessExclusive, work: Work::Scan });
        }
    }
    let (mode, work) = strongest.unwrap_or((Mode::AccessExclusive, Work::Catalog));
    let mut locks = vec![Lock { table, mode, work }];
    locks.append(&mut others);
    locks
}

/// The actions of ALTER TABLE: apart by commas that are in no parentheses.
pub(super) fn actions(words: &[String]) -> Vec<&[String]> {
    let mut depth = 0_usize;
    words
        .split(|word| {
            match word.as_str() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && word == ","
        })
        .collect()
}

/// What one action of ALTER TABLE takes and does.
fn action_lock(action: &[String]) -> (Mode, Work) {
    use Mode::{AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};
    use Work::{Catalog, Rewrite, Scan};
    let is = |head: &[&str]| begins(action, head);
    let says = |word: &str| action.iter().any(|it| it.eq_ignore_ascii_case(word));
    let valid = !(says("NOT") && says("VALID"));
    let scan = if valid { Scan } else { Catalog };
    if is(&["VALIDATE", "CONSTRAINT"]) {
        return (ShareUpdateExclusive, Scan);
    }
    let constraint = is(&["ADD", "CONSTRAINT"])
        || ["CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE"].iter().any(|it| is(&["ADD", it]));
    if constraint && says("FOREIGN") {
        return (ShareRowExclusive, scan);
    }
    if constraint {
        let made = says("USING") && says("INDEX") && !says("EXCLUDE");
        return (AccessExclusive, if made { Catalog } else { scan });
    }
    if is(&["ADD"]) {
        return (AccessExclusive, if fills(action) { Rewrite } else { Catalog });
    }
    if is(&["ALTER"]) && !is(&["ALTER", "CONSTRAINT"]) {
        let column = if is(&["ALTER", "COLUMN"]) { 3 } else { 2 };
        return alter_column(action.get(column..).unwrap_or_default());
    }
    if says("TRIGGER") && (is(&["ENABLE"]) || is(&["DISABLE"])) {
        return (ShareRowExclusive, Catalog);
    }
    if is(&["SET", "LOGGED"]) || is(&["SET", "UNLOGGED"]) || is(&["SET", "TABLESPACE"]) {
        return (AccessExclusive, Rewrite);
    }
    let light = is(&["CLUSTER"])
        || is(&["SET", "WITHOUT", "CLUSTER"])
        || is(&["SET", "("])
        || is(&["RESET", "("])
        || is(&["ATTACH", "PARTITION"])
        || is(&["DETACH"]) && says("CONCURRENTLY");
    (if light { ShareUpdateExclusive } else { AccessExclusive }, Catalog)
}

fn alter_column(action: &[String]) -> (Mode, Work) {
    use Mode::{AccessExclusive, ShareUpdateExclusive};
    let is = |head: &[&str]| begins(action, head);
    if is(&["TYPE"]) || is(&["SET", "DATA", "TYPE"]) {
        return (AccessExclusive, Work::Rewrite);
    }
    if is(&["SET", "NOT", "NULL"]) {
        return (AccessExclusive, Work::Scan);
    }
    if is(&["SET", "STATISTICS"]) || is(&["SET", "("]) || is(&["RESET", "("]) {
        return (ShareUpdateExclusive, Work::Catalog);
    }
    (AccessExclusive, Work::Catalog)
}

/// Whether a new column has a value of its own in every row, so that all are written: what the default calls may differ from row to row.
fn fills(action: &[String]) -> bool {
    let at = |word: &str| action.iter().position(|it| it.eq_ignore_ascii_case(word));
    if ["GENERATED", "SERIAL", "BIGSERIAL", "SMALLSERIAL"].iter().any(|it| at(it).is_some()) {
        return true;
    }
    let Some(default) = at("DEFAULT") else { return false };
    let steady = ["now", "current_timestamp", "current_date", "transaction_timestamp"];
    action[default + 1..].windows(2).any(|pair| {
        pair[1] == "("
            && pair[0].chars().all(|c| c.is_alphanumeric() || c == '_' || c == '"')
            && !steady.iter().any(|it| pair[0].eq_ignore_ascii_case(it))
            && !["CHECK", "numeric", "varchar"].iter().any(|it| pair[0].eq_ignore_ascii_case(it))
    })
}

/// What follows the first `word`.
fn after(words: &[String], word: &str) -> Option<usize> {
    words.iter().position(|it| it.eq_ignore_ascii_case(word)).map(|at| at + 1)
}

/// Whether one of the first words, before any name, is `word`.
fn head_says(words: &[String], word: &str) -> bool {
    words.iter().skip(1).take(4).any(|it| it.eq_ignore_ascii_case(word))
        && !words.get(1).is_some_and(|it| {
            ["TABLE", "FUNCTION", "PROCEDURE", "VIEW"].iter().any(|no| it.eq_ignore_ascii_case(no))
        })
}

/// Past IF [NOT] EXISTS, ONLY and CONCURRENTLY.
fn skip(words: &[String], mut at: usize) -> usize {
    while words.get(at).is_some_and(|word| {
        ["IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY"]
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it))
    }) {
        at += 1;
    }
    at
}

/// The name that stands at `at`, part by part.
pub(super) fn name(words: &[String], at: usize) -> Option<Vec<String>> {
    let mut at = skip(words, at);
    let is_name = |word: &&String| {
        word.starts_with('"') || word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
    };
    let mut parts = vec![unquoted(words.get(at).filter(is_name)?)];
    while words.get(at + 1).map(String::as_str) == Some(".") {
        parts.push(unquoted(words.get(at + 2).filter(is_name)?));
        at += 2;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    fn of(text: &str) -> Vec<(String, Mode, Work)> {
        let found = locks(&split(text).unwrap()[0]);
        found.into_iter().map(|it| (it.table.join("."), it.mode, it.work)).collect()
    }

    #[test]
    fn the_strongest_of_several_actions_decides() {
        let found = of(
            "ALTER TABLE ONLY a.\"B\" VALIDATE CONSTRAINT c, ALTER COLUMN d TYPE bigint, ADD e int DEFAULT (1, 2)",
        );
        assert_eq!(found, [("a.B".to_owned(), Mode::AccessExclusive, Work::Rewrite)]);
    }

    #[test]
    fn both_ends_of_a_foreign_key_are_told() {
        let found =
            of("ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s.c (id) NOT VALID");
        assert_eq!(
            found,
            [
                ("a".to_owned(), Mode::ShareRowExclusive, Work::Catalog),
                ("s.c".to_owned(), Mode::ShareRowExclusive, Work::Catalog),
            ]
        );
    }

    #[test]
    fn statements_about_no_table_take_none() {
        for text in [
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DO 'x'",
            "CREATE TABLE t (a int)",
            "CREATE TYPE trigger_kind AS ENUM ('a')",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }
}
