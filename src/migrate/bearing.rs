//! What a statement of a migration has to do with who sees which rows, as far as that can be told before it runs.
//!
//! A guess is to the careful side: what is not known to be harmless stops the forecast, and is named.

use super::{
    Statement,
    lock::name,
    statement::begins,
    touched::{Touched, touched},
};
use crate::pg::RelationName;

/// What a statement has to do with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bearing {
    /// Nothing that is seen changes by it.
    None,
    /// It changes the policies of this table, or turns them on: that can be tried without being there.
    Policies(RelationName),
    /// It holds the owner of this table to its policies too.
    Forces(RelationName),
    /// It makes the function with this name, which nothing calls that is there already.
    Makes(String),
    /// It makes this table, of which nobody sees anything now.
    Table(RelationName),
    /// It changes who may run functions of these names.
    Runs(Vec<String>),
    /// What is seen of these changes by something that cannot be tried: it says what.
    Tables(Vec<RelationName>, &'static str),
    /// Anything may change: it says why.
    Any(&'static str),
}

/// What a `SELECT` of a migration may call without changing anything that is seen.
const HARMLESS: [&str; 6] =
    ["set_config", "pg_get_userbyid", "current_setting", "coalesce", "format", "quote_ident"];
/// Words before a bracket that are no function.
const SYNTAX: [&str; 10] =
    ["IN", "ANY", "ALL", "EXISTS", "AND", "OR", "NOT", "WHERE", "FROM", "SELECT"];

/// What `statement` has to do with who sees what.
pub(super) fn bearing(statement: &Statement) -> Bearing {
    let words = statement.words.as_slice();
    let is = |head: &[&str]| begins(words, head);
    if is(&["DO"]) {
        return Bearing::Any("a block of code may do anything");
    }
    if is(&["SELECT"]) {
        return if only_settings(words) {
            Bearing::None
        } else {
            Bearing::Any("what it calls may change anything")
        };
    }
    if let Some(bearing) = function(words) {
        return bearing;
    }
    let on_functions = words
        .iter()
        .position(|it| it.eq_ignore_ascii_case("ON"))
        .filter(|_| is(&["GRANT"]) || is(&["REVOKE"]))
        .filter(|on| words.get(on + 1).is_some_and(|it| it.eq_ignore_ascii_case("FUNCTION")));
    if let Some(on) = on_functions {
        return Bearing::Runs(functions(&words[on + 2..]));
    }
    let policy = ["CREATE", "ALTER", "DROP"].iter().any(|verb| is(&[verb, "POLICY"]));
    let says = |word: &str| statement.says(word);
    match touched(statement) {
        Touched::Tables(names) if is(&["ALTER", "TABLE"]) => match names.as_slice() {
            [table] if says("ENABLE") && says("SECURITY") => Bearing::Policies(table.clone()),
            [table] if says("FORCE") && !says("NO") => Bearing::Forces(table.clone()),
            _ if says("OWNER") => Bearing::Tables(names, "its owner is another then"),
            _ => Bearing::Tables(names, "its policies hold fewer then"),
        },
        Touched::Tables(names) if policy => match names.as_slice() {
            [table] => Bearing::Policies(table.clone()),
            _ => Bearing::Any("which table it is about is not clear"),
        },
        Touched::Tables(_) if !grants_reading(words) => Bearing::None,
        Touched::Tables(names) => Bearing::Tables(names, "who may read it changes too"),
        Touched::Nothing if is(&["CREATE", "TABLE"]) => {
            let at = if says("EXISTS") { 5 } else { 2 };
            table(words, at).map_or(Bearing::None, Bearing::Table)
        }
        Touched::Nothing => Bearing::None,
        Touched::Any if is(&["GRANT"]) || is(&["REVOKE"]) => {
            Bearing::Any("it changes what roles may do")
        }
        Touched::Any if ["CREATE", "ALTER", "DROP"].iter().any(|verb| is(&[verb])) => {
            Bearing::Any("policies may depend on what it changes")
        }
        Touched::Any => Bearing::Any("it changes rows, at which policies may look"),
    }
}

/// The function that is made; what makes another of one that is there is for the caller to tell, who knows what there is.
fn function(words: &[String]) -> Option<Bearing> {
    let at = [&["CREATE"][..], &["CREATE", "OR", "REPLACE"]]
        .into_iter()
        .filter(|head| begins(words, head))
        .map(<[&str]>::len)
        .find(|at| words.get(*at).is_some_and(|it| it.eq_ignore_ascii_case("FUNCTION")))?;
    // What a trigger calls is called by no policy.
    let trigger = words.windows(2).any(|pair| {
        pair[0].eq_ignore_ascii_case("RETURNS") && pair[1].eq_ignore_ascii_case("TRIGGER")
    });
    if trigger {
        return Some(Bearing::None);
    }
    Some(match name(words, at + 1).and_then(|parts| parts.last().cloned()) {
        Some(name) => Bearing::Makes(name),
        None => Bearing::Any("what it is called is not clear"),
    })
}

/// The names in a list of functions, each with its arguments.
fn functions(words: &[String]) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = Vec::new();
    let mut begins = true;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 0 => begins = true,
            word if depth == 0 && ["TO", "FROM"].iter().any(|it| word.eq_ignore_ascii_case(it)) => {
                break;
            }
            _ if depth == 0 && std::mem::take(&mut begins) => {
                names.extend(name(words, at).and_then(|parts| parts.last().cloned()));
            }
            _ => {}
        }
    }
    names
}

/// Whether a `SELECT` calls nothing but what asks for and sets settings.
fn only_settings(words: &[String]) -> bool {
    let known = |word: &str| {
        HARMLESS.iter().chain(&SYNTAX).any(|it| word.eq_ignore_ascii_case(it))
            || !word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '"')
    };
    words.windows(2).filter(|pair| pair[1] == "(").all(|pair| known(&pair[0]))
}

/// Whether a GRANT or REVOKE is about reading.
fn grants_reading(words: &[String]) -> bool {
    let before = words.iter().take_while(|word| !word.eq_ignore_ascii_case("ON"));
    before.into_iter().any(|word| ["SELECT", "ALL"].iter().any(|it| word.eq_ignore_ascii_case(it)))
}

fn table(words: &[String], at: usize) -> Option<RelationName> {
    match name(words, at)?.as_slice() {
        [name] => Some(RelationName::new("public", name)),
        [schema, name] => Some(RelationName::new(schema, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    fn of(text: &str) -> Bearing {
        bearing(&split(text).unwrap()[0])
    }

    #[test]
    fn what_changes_nothing_that_is_seen_does_not_keep_anything_from_being_told() {
        for text in [
            "SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass",
            "CREATE INDEX ON a (b)",
            "COMMENT ON TABLE a IS 'b'",
            "GRANT INSERT, UPDATE (b) ON a TO r",
            "CREATE OR REPLACE FUNCTION f() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f()",
            "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)",
        ] {
            assert_eq!(of(text), Bearing::None, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_tried_says_what_it_may_change() {
        let a = || vec![RelationName::new("public", "a")];
        assert!(matches!(of("DO $$ BEGIN END $$"), Bearing::Any(_)));
        assert!(matches!(of("SELECT forget_everything()"), Bearing::Any(_)));
        assert!(matches!(of("UPDATE a SET b = 1"), Bearing::Any(_)));
        assert!(matches!(of("GRANT r TO s"), Bearing::Any(_)));
        assert!(matches!(of("ALTER FUNCTION f() OWNER TO r"), Bearing::Any(_)));
        assert!(matches!(of("CREATE OR REPLACE VIEW v AS SELECT 1"), Bearing::Any(_)));
        assert!(matches!(of("GRANT SELECT ON a TO r"), Bearing::Tables(names, _) if names == a()));
        for text in [
            "ALTER TABLE a DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE a OWNER TO r",
            "ALTER TABLE a NO FORCE ROW LEVEL SECURITY",
        ] {
            assert!(matches!(of(text), Bearing::Tables(names, _) if names == a()), "{text}");
        }
    }

    #[test]
    fn policies_functions_and_tables_are_known_by_name() {
        let a = || RelationName::new("public", "a");
        assert_eq!(of("ALTER TABLE a ENABLE ROW LEVEL SECURITY"), Bearing::Policies(a()));
        assert_eq!(of("CREATE POLICY p ON a USING (f())"), Bearing::Policies(a()));
        assert_eq!(of("ALTER TABLE a FORCE ROW LEVEL SECURITY"), Bearing::Forces(a()));
        assert_eq!(of("CREATE TABLE IF NOT EXISTS a (b int)"), Bearing::Table(a()));
        let f = "CREATE OR REPLACE FUNCTION s.f(b int) RETURNS int LANGUAGE sql AS 'SELECT 1'";
        assert_eq!(of(f), Bearing::Makes("f".into()));
        assert_eq!(
            of("REVOKE EXECUTE ON FUNCTION f(int, text), s.g() FROM PUBLIC"),
            Bearing::Runs(vec!["f".into(), "g".into()])
        );
    }
}
