//! What can run when an expression is evaluated: whether that can be done for many identities in one statement.
//!
//! In one statement a plan is made once and nothing is undone between two identities. So nothing that runs may leave anything behind, be worth something
//! already when it is planned, or fail only then. It is found by the words of all texts that can be reached, whatever schema they mean; wherever that leaves
//! a doubt, identities are asked one by one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::signature::Fact;
use crate::{
    pg::{Deparsed, Problem, Row, Sql, Trial},
    rls::expression::token::{Sort, Token, tokens},
};

/// Words of programs that change the session, or run what is written nowhere.
const CHANGES: [&str; 10] = [
    "call", "commit", "discard", "execute", "listen", "notify", "prepare", "reset", "rollback",
    "set",
];

/// Words in the text of a function that make it depend on more than its arguments, whatever it claims to be.
const BEYOND_ARGUMENTS: [&str; 6] =
    ["current_setting", "current_user", "session_user", "current_role", "user", "from"];

/// What stands behind a sub-select's list of values where it has no FROM: there a condition of one's own would stand elsewhere.
const AFTER_VALUES: [&str; 14] = [
    "WHERE",
    "FROM",
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

/// More probes than these are not made.
pub(super) const PROBES: usize = 64;

/// What there is in a database that can run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    functions: HashMap<String, Vec<Made>>,
    volatile: HashSet<String>,
    relations: HashMap<String, Vec<String>>,
    implied: Vec<String>,
}

/// A function that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    schema: String,
    volatility: String,
    language: String,
    text: String,
}

/// A doubt, in words.
type Doubt = String;

impl Reach {
    /// Reads it as the operator.
    pub(crate) async fn read(trial: &mut Trial<'_>) -> Result<Self, Problem> {
        let rows = trial.observe(&Sql::new(include_str!("reach.sql"))).await??.rows;
        Ok(Self::of(rows))
    }

    fn of(rows: Vec<Row>) -> Self {
        let mut reach = Self::default();
        for row in rows {
            let Ok([kind, schema, name, volatility, language, text]) = <[_; 6]>::try_from(row)
            else {
                continue;
            };
            let (name, text) = (name.unwrap_or_default(), text.unwrap_or_default());
            match kind.as_deref() {
                Some("function") => reach.functions.entry(name).or_default().push(Made {
                    schema: schema.unwrap_or_default(),
                    volatility: volatility.unwrap_or_default(),
                    language: language.unwrap_or_default(),
                    text: without_comments(&text),
                }),
                Some("volatile") => {
                    reach.volatile.insert(name);
                }
                Some("relation") => reach.relations.entry(name).or_default().push(text),
                _ => reach.implied.push(text),
            }
        }
        reach
    }

    /// What has to be without failing so that `fact` can be asked for many in one statement; the doubt, where it cannot.
    pub(crate) fn probes(&self, fact: &Fact) -> Result<Vec<Sql>, Doubt> {
        let mut probes = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut texts: Vec<(&str, bool)> =
            self.implied.iter().map(|text| (text.as_str(), true)).collect();
        texts.push((&fact.text, false));
        while let Some((text, of_others)) = texts.pop() {
            if !seen.insert(text) {
                continue;
            }
            let all = tokens(text);
            self.follow(&all, &mut texts)?;
            // What is planned is estimated first, with what does not depend on rows: it has to work for everybody.
            if of_others && all.iter().any(|token| token.is_word("FROM") || token.is_word("WHERE"))
            {
                self.estimated(text, &all, &mut probes)?;
            }
        }
        if probes.len() > PROBES {
            return Err("too much is read on the way".to_owned());
        }
        let written = |text| {
            let mut sql = Sql::new("(");
            sql.deparsed(&Deparsed::from_catalog(text)).push(")");
            sql
        };
        Ok(probes.into_iter().map(written).collect())
    }

    /// Adds the texts behind the words of a text.
    fn follow<'a>(
        &'a self,
        all: &[Token<'_>],
        texts: &mut Vec<(&'a str, bool)>,
    ) -> Result<(), Doubt> {
        for (at, token) in all.iter().enumerate() {
            let Some(name) = name(token) else { continue };
            if token.sort == Sort::Word && CHANGES.contains(&&*name) {
                return Err(format!("a text says {name}"));
            }
            if all.get(at + 1).is_some_and(|open| open.is("(")) && self.volatile.contains(&name) {
                return Err(format!("`{name}` is volatile"));
            }
            for made in self.functions.get(&name).into_iter().flatten() {
                texts.extend(self.code(&name, made)?.map(|text| (text, true)));
            }
            for text in self.relations.get(&name).into_iter().flatten() {
                texts.push((text, true));
            }
        }
        Ok(())
    }

    /// The text of a function, if it has one that matters.
    fn code<'a>(&self, name: &str, made: &'a Made) -> Result<Option<&'a str>, Doubt> {
        match &*made.language {
            "internal" | "c" if made.volatility != "v" => return Ok(None),
            "sql" | "plpgsql" => {}
            language => return Err(format!("`{name}` is written in {language}")),
        }
        // What claims to be immutable is evaluated when it is planned, for all of them at once.
        let honest = |token: &Token<'_>| {
            let word = self::name(token).unwrap_or_default();
            let made = self.functions.get(&word).into_iter().flatten();
            !BEYOND_ARGUMENTS.contains(&&*word) && made.into_iter().all(|it| it.volatility == "i")
        };
        if made.volatility == "i" && !tokens(&made.text).iter().all(honest) {
            return Err(format!("`{name}` is not as immutable as it says"));
        }
        Ok(Some(&made.text))
    }

    /// Notes what of a text can be evaluated while it is planned, and depends on who asks.
    fn estimated(
        &self,
        text: &str,
        all: &[Token<'_>],
        probes: &mut BTreeSet<String>,
    ) -> Result<(), Doubt> {
        let mut at = 0;
        while at < all.len() {
            let Some((open, close)) = call(all, at) else {
                at += 1;
                continue;
            };
            let inside = &all[open + 1..close];
            if !inside.iter().enumerate().all(|(place, token)| is_constant(inside, place, token)) {
                // Its arguments may hold such calls.
                at = open + 1;
                continue;
            }
            let called = name(&all[open - 1]).unwrap_or_default();
            let own =
                all[at..close].iter().filter_map(name).any(|it| self.functions.contains_key(&it));
            if own {
                let made = self.functions.get(&called).map(Vec::as_slice).unwrap_or_default();
                let ([made], true) = (made, inside.is_empty()) else {
                    return Err(format!("`{called}` is called with what is no row"));
                };
                let mut sql = Sql::default();
                sql.ident(&made.schema).push(".").ident(&called).push("()");
                probes.insert(sql.render().0);
            } else if all[at..close].iter().any(|token| token.is_word("current_setting")) {
                let (from, to) = with_casts(all, at, close);
                probes.insert(text[all[from].range.start..all[to].range.end].to_owned());
            }
            at = close + 1;
        }
        Ok(())
    }
}

/// A fact that is asked again for each row of `list`: nothing in it may be evaluated once for all. Absent where it reads tables by itself.
pub(crate) fn tied(fact: &Fact, list: &str) -> Option<Sql> {
    let all = tokens(&fact.text);
    let mut ends = BTreeSet::new();
    for (at, token) in all.iter().enumerate() {
        if ["FROM", "WITH", "VALUES", "TABLE"].iter().any(|word| token.is_word(word)) {
            return None;
        }
        if token.is_word("SELECT") {
            ends.insert(end_of_select(&all, at)?);
        }
    }
    let mut text = String::new();
    let mut copied = 0;
    let mut condition = Sql::new(" WHERE ");
    condition.ident(list).push(".n IS NOT NULL");
    let condition = condition.render().0;
    for end in ends {
        let place = all.get(end).map_or(fact.text.len(), |token| token.range.start);
        text.push_str(&fact.text[copied..place]);
        text.push_str(&condition);
        copied = place;
    }
    text.push_str(&fact.text[copied..]);
    let mut sql = Sql::new("(");
    sql.append(&Fact { text, ..fact.clone() }.sql()).push(")::pg_catalog.text");
    Some(sql)
}

/// Where the sub-select ends whose first word is at `start`: at the parenthesis that closes it, or after all.
fn end_of_select(all: &[Token<'_>], start: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in all.iter().enumerate().skip(start + 1) {
        depth += token.depth();
        if depth < 0 {
            return Some(at);
        }
        if depth == 0 && AFTER_VALUES.iter().any(|word| token.is_word(word)) {
            return None;
        }
    }
    Some(all.len())
}

/// The text of a function without its comments. What is quoted in a way of which the reader of words knows nothing becomes a word that is in doubt.
fn without_comments(text: &str) -> String {
    let dollars =
        text.split('$').skip(1).any(|after| !after.starts_with(|c: char| c.is_ascii_digit()));
    if dollars || text.contains('\\') {
        return "EXECUTE".to_owned();
    }
    let mut kept = String::new();
    let (mut rest, mut quote) = (text, None);
    while let Some(c) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("--") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        if quote.is_none() && rest.starts_with("/*") {
            let Some(end) = rest.find("*/").filter(|end| !rest[2..*end].contains("/*")) else {
                return "EXECUTE".to_owned();
            };
            rest = &rest[end + 2..];
            kept.push(' ');
            continue;
        }
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '\'' | '"') {
            quote = Some(c);
        }
        kept.push(c);
        rest = &rest[c.len_utf8()..];
    }
    kept
}

/// A name as the server folds it.
fn name(token: &Token<'_>) -> Option<String> {
    let name = token.name()?;
    Some(if token.sort == Sort::Word { name.to_lowercase() } else { name })
}

/// Where the parentheses of the call are whose name begins at `at`.
fn call(all: &[Token<'_>], at: usize) -> Option<(usize, usize)> {
    if at > 0 && all[at - 1].is(".") {
        return None;
    }
    all[at].name()?;
    let mut last = at;
    while all.get(last + 1).is_some_and(|dot| dot.is(".")) && all.get(last + 2)?.name().is_some() {
        last += 2;
    }
    let open = last + 1;
    if !all.get(open)?.is("(") {
        return None;
    }
    let mut depth = 0;
    for (at, token) in all.iter().enumerate().skip(open) {
        depth += token.depth();
        if depth == 0 {
            return Some((open, at));
        }
    }
    None
}

/// Whether a word of arguments is none that may stand for a column or a variable.
fn is_constant(all: &[Token<'_>], at: usize, token: &Token<'_>) -> bool {
    if token.sort == Sort::Number {
        return !token.text.starts_with('$');
    }
    if token.name().is_none() {
        return true;
    }
    let before = at.checked_sub(1).map(|before| &all[before]);
    let is_type = before.is_some_and(|it| it.sort == Sort::Cast);
    let qualifies =
        all.get(at + 1).is_some_and(|it| it.is(".")) || before.is_some_and(|it| it.is("."));
    let called = all.get(at + 1).is_some_and(|it| it.is("("));
    let word = ["true", "false", "null"].iter().any(|word| token.is_word(word));
    is_type || called || word || (qualifies && leads_to_call(all, at))
}

/// Whether the dotted name around `at` is that of a function.
fn leads_to_call(all: &[Token<'_>], mut at: usize) -> bool {
    while all.get(at + 1).is_some_and(|dot| dot.is(".")) {
        at += 2;
    }
    all.get(at + 1).is_some_and(|open| open.is("("))
}

/// What is between two places, with the casts around it.
fn with_casts(all: &[Token<'_>], mut from: usize, mut to: usize) -> (usize, usize) {
    loop {
        let enclosed = from > 0
            && all[from - 1].is("(")
            && all.get(to + 1).is_some_and(|close| close.is(")"))
            && !(from > 1 && all[from - 2].name().is_some());
        if enclosed {
            from -= 1;
            to += 1;
        } else if all.get(to + 1).is_some_and(|cast| cast.sort == Sort::Cast)
            && all.get(to + 2).is_some_and(|name| name.name().is_some())
        {
            to += 2;
            while all.get(to + 1).is_some_and(|dot| dot.is(".")) && to + 2 < all.len() {
                to += 2;
            }
        } else {
            return (from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, volatility: &str, language: &str, text: &str) -> Row {
        ["function", "app", name, volatility, language, text].map(|it| Some(it.to_owned())).into()
    }

    fn reach(rows: Vec<Row>) -> Reach {
        let volatile = ["set_config", "random", "nextval"].map(|name| {
            vec![Some("volatile".to_owned()), None, Some(name.to_owned()), None, None, None]
        });
        Reach::of(rows.into_iter().chain(volatile).collect())
    }

    fn fact(text: &str) -> Fact {
        Fact { text: text.to_owned(), is_list: false, is_short: false }
    }

    fn probes(reach: &Reach, text: &str) -> Result<Vec<String>, String> {
        Ok(reach.probes(&fact(text))?.into_iter().map(|sql| sql.render().0).collect())
    }

    #[test]
    fn what_only_reads_can_be_asked_for_many_at_once() {
        let reach = reach(vec![
            function("mine", "s", "sql", "SELECT array_agg(d) FROM m WHERE who = p_who"),
            function("uid", "s", "sql", "SELECT nullif(current_setting('app.u', true), '')::uuid"),
            function(
                "own",
                "v",
                "sql",
                "SELECT o FROM users WHERE id = app.uid() AND t = nullif(current_setting('app.t', true), '')::int",
            ),
        ]);
        assert_eq!(
            probes(&reach, "app.mine((current_setting('app.u'::text, true))::uuid)"),
            Ok(vec![])
        );
        assert_eq!(
            probes(&reach, "(( SELECT app.own() AS own))::uuid"),
            Ok(vec![
                r#"("app"."uid"())"#.to_owned(),
                "(nullif(current_setting('app.t', true), '')::int)".to_owned(),
            ])
        );
    }

    #[test]
    fn what_leaves_something_behind_or_is_in_doubt_cannot() {
        for text in [
            "SELECT set_config('app.seen', 'x', true)",
            "SELECT random()",
            "BEGIN SET app.x = 1; RETURN 1; END",
            "BEGIN EXECUTE 'SELECT 1'; END",
            "SELECT id FROM t WHERE o = app.other(1)",
            "SELECT app.liar()",
            "SELECT x FROM hidden",
            "SELECT app.elsewhere()",
        ] {
            let reach = reach(vec![
                function("f", "s", "sql", text),
                function("other", "s", "sql", "SELECT $1"),
                function("liar", "i", "sql", "SELECT current_setting('app.u')"),
                function("elsewhere", "s", "plpython3u", ""),
                ["relation", "app", "hidden", "", "", "(x = random())"]
                    .map(|it| Some(it.to_owned()))
                    .into(),
            ]);
            assert!(reach.probes(&fact("app.f()")).is_err(), "{text}");
        }
    }

    #[test]
    fn a_comment_hides_nothing() {
        assert_eq!(without_comments("SELECT 1 -- don't\n; SET x"), "SELECT 1 \n; SET x");
        assert_eq!(without_comments("a /* it's */ '--' b"), "a   '--' b");
        for doubtful in ["a /* /* ' */ */ b", "SELECT $q$'$q$", r"E'\''"] {
            assert_eq!(without_comments(doubtful), "EXECUTE");
        }
        assert_eq!(without_comments("SELECT $1"), "SELECT $1");
    }

    #[test]
    fn sub_selects_are_tied_to_the_identity() {
        let tied = |text: &str, is_list| {
            tied(&Fact { text: text.to_owned(), is_list, is_short: false }, "everybody")
                .map(|sql| sql.render().0)
        };
        assert_eq!(
            tied("(( SELECT f() AS f))::uuid[]", false).unwrap(),
            r#"(((( SELECT f() AS f WHERE "everybody".n IS NOT NULL))::uuid[]))::pg_catalog.text"#
        );
        assert_eq!(
            tied("SELECT f() AS f", true).unwrap(),
            r#"(ARRAY(SELECT f() AS f WHERE "everybody".n IS NOT NULL))::pg_catalog.text"#
        );
        assert_eq!(tied("(EXISTS ( SELECT FROM m WHERE m.x = 1))", false), None);
        assert_eq!(tied("( SELECT f() AS f LIMIT 1)", false), None);
    }
}
