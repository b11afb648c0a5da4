//! What a statement takes away: data, or what keeps people from others' data.

use super::{
    Statement,
    lock::{actions, name},
    statement::begins,
};

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Danger {
    /// Rows or columns: nothing but a backup brings them back.
    Data,
    /// Every row may change: no WHERE says which.
    EveryRow,
    /// A border between people: a policy, row security, a privilege.
    Border,
}

impl Danger {
    /// What is said of it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Data => "loses data",
            Self::EveryRow => "changes every row",
            Self::Border => "opens a border",
        }
    }

    /// What `statement` takes away, if anything.
    pub fn of(statement: &Statement) -> Option<Self> {
        let words = statement.words.as_slice();
        let is = |head: &[&str]| begins(words, head);
        let dropped = ["TABLE", "SCHEMA", "DATABASE", "MATERIALIZED", "SEQUENCE", "OWNED"];
        if dropped.iter().any(|what| is(&["DROP", what])) || is(&["TRUNCATE"]) {
            return Some(Self::Data);
        }
        if (is(&["UPDATE"]) || is(&["DELETE"])) && !statement.says("WHERE") {
            return Some(Self::EveryRow);
        }
        let opens = is(&["DROP", "POLICY"])
            || is(&["REVOKE"])
            || is(&["GRANT"]) && statement.says("PUBLIC")
            || (is(&["CREATE", "POLICY"]) || is(&["ALTER", "POLICY"])) && lets_all_pass(words);
        if opens {
            return Some(Self::Border);
        }
        if !is(&["ALTER", "TABLE"]) {
            return None;
        }
        let parts = name(words, 2).map_or(0, |table| table.len() * 2 - 1);
        let rest = words.get(2 + parts..).unwrap_or_default();
        actions(rest).into_iter().filter_map(Self::of_action).min()
    }

    fn of_action(action: &[String]) -> Option<Self> {
        let says = |word: &str| action.iter().any(|it| it.eq_ignore_ascii_case(word));
        // The name may still stand before the first action.
        let has = |pair: [&str; 2]| {
            action.windows(2).any(|it| {
                it[0].eq_ignore_ascii_case(pair[0]) && it[1].eq_ignore_ascii_case(pair[1])
            })
        };
        let kept = ["CONSTRAINT", "NOT", "DEFAULT", "IDENTITY", "EXPRESSION"];
        let drops = says("DROP") && !kept.iter().any(|what| has(["DROP", what]));
        if drops {
            return Some(Self::Data);
        }
        let borders = says("SECURITY") && (says("DISABLE") || has(["NO", "FORCE"]));
        borders.then_some(Self::Border)
    }
}

/// Whether a condition of a policy is `true` and nothing else.
fn lets_all_pass(words: &[String]) -> bool {
    words.windows(4).any(|it| {
        let head = it[0].eq_ignore_ascii_case("USING") || it[0].eq_ignore_ascii_case("CHECK");
        head && it[1] == "(" && it[2].eq_ignore_ascii_case("true") && it[3] == ")"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    #[test]
    fn what_takes_away_is_told_and_what_adds_is_not() {
        for (text, danger) in [
            ("DROP TABLE a", Some(Danger::Data)),
            ("TRUNCATE a", Some(Danger::Data)),
            ("ALTER TABLE a DROP COLUMN b", Some(Danger::Data)),
            ("ALTER TABLE IF EXISTS ONLY s.a ADD c int, DROP IF EXISTS b", Some(Danger::Data)),
            ("ALTER TABLE a DROP CONSTRAINT b", None),
            ("ALTER TABLE a ALTER b DROP NOT NULL, ALTER c DROP DEFAULT", None),
            ("DELETE FROM a", Some(Danger::EveryRow)),
            ("UPDATE a SET b = 1", Some(Danger::EveryRow)),
            ("UPDATE a SET b = 1 WHERE c", None),
            ("DROP POLICY p ON a", Some(Danger::Border)),
            ("CREATE POLICY p ON a USING (true)", Some(Danger::Border)),
            ("CREATE POLICY p ON a USING (b = 1)", None),
            ("ALTER TABLE a DISABLE ROW LEVEL SECURITY", Some(Danger::Border)),
            ("ALTER TABLE a NO FORCE ROW LEVEL SECURITY", Some(Danger::Border)),
            ("ALTER TABLE a ENABLE ROW LEVEL SECURITY", None),
            ("REVOKE SELECT ON a FROM b", Some(Danger::Border)),
            ("GRANT SELECT ON a TO PUBLIC", Some(Danger::Border)),
            ("GRANT SELECT ON a TO b", None),
            ("CREATE TABLE a (b int)", None),
        ] {
            assert_eq!(Danger::of(&split(text).unwrap()[0]), danger, "{text}");
        }
    }
}
