//! The parts of an expression that do not look at the row: what they are worth is a fact about who asks.
//!
//! Found by the words of the text that the server prints. At the top of an expression it prints a column by its name alone; inside of a sub-select every
//! column is printed with the name of its relation, and the table keeps a name that nothing else there has (`set_rtable_names` in `ruleutils.c`).
//! A person may write it otherwise: in a draft a bare name in a sub-select is taken for a column of the row, if it can be one.
//! Wherever that leaves a doubt, a part counts as looking at the row.

use std::{collections::BTreeSet, ops::Range};

use super::semi::Semi;
use crate::{
    pg::{Deparsed, Sql},
    rls::expression::token::{Sort, Token, tokens},
};

/// A part that does not look at the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// The expression, or the query, that has its value.
    pub(crate) text: Deparsed,
    /// What it is.
    pub(crate) form: Form,
    /// The value of the row that is looked for, where it is an EXISTS.
    pub(crate) outer: Option<Deparsed>,
    /// Which look at another table it is, among those that were given.
    pub(crate) look: Option<usize>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    /// It has a value.
    Value,
    /// It is what stands right of IN, with the word itself: a query whose rows are values.
    In,
    /// It is what stands between the parentheses of ANY or ALL: a query whose rows are values.
    Elements,
    /// It is all of an EXISTS: the text is a query of values, of which one has to be that of the row.
    Exists,
    /// It is all of an EXISTS that looks for one row of another table by its key. It does look at the row, and has no value of its own.
    Look,
}

/// Ways in which an EXISTS that looks at the row can be read all the same.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ways<'a> {
    /// As a list of values: what it reads is small enough to be held.
    pub(crate) lists: bool,
    /// As a look for a row of another table: the queries of which that is known.
    pub(crate) looks: &'a [&'a str],
}

/// An expression taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Taken {
    /// The parts that do not look at the row, from left to right.
    pub(crate) parts: Vec<Part>,
    /// Whether a sub-select looks at the row.
    pub(crate) correlated: bool,
    /// The functions that are called outside of the parts, by the last word of their names.
    pub(crate) calls: BTreeSet<String>,
    /// The functions that are called inside of the parts.
    pub(crate) called_within: BTreeSet<String>,
    /// The queries of each EXISTS that looks at the row, wherever it stands but in another query.
    pub(crate) queries: Vec<String>,
}

/// Words before a parenthesis that are not the name of a function.
const NO_FUNCTION: [&str; 33] = [
    "ALL",
    "AND",
    "ANY",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "COLLATE",
    "DISTINCT",
    "ELSE",
    "ESCAPE",
    "FILTER",
    "FROM",
    "GROUP",
    "ILIKE",
    "IN",
    "IS",
    "LIKE",
    "NOT",
    "ON",
    "OPERATOR",
    "OR",
    "ORDER",
    "OVER",
    "ROW",
    "SELECT",
    "SOME",
    "SYMMETRIC",
    "THEN",
    "TO",
    "USING",
    "VARIADIC",
    "WHEN",
];

/// Words that have a value without being called.
const VALUES: [&str; 11] = [
    "CURRENT_CATALOG",
    "CURRENT_DATE",
    "CURRENT_ROLE",
    "CURRENT_SCHEMA",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SESSION_USER",
    "SYSTEM_USER",
];

impl Taken {
    /// Takes `text` apart, an expression over the table called `relation` with these columns.
    ///
    /// `joins` says whether what an EXISTS reads is small enough to be held as a list.
    pub(crate) fn of(text: &Deparsed, relation: &str, columns: &[String], joins: bool) -> Self {
        Self::reading(text, &[relation], columns, Ways { lists: joins, looks: &[] })
    }

    /// The same where the row is called by any of `relations`; only the columns of the first are written without its name.
    pub(crate) fn reading(
        text: &Deparsed,
        relations: &[&str],
        columns: &[String],
        ways: Ways<'_>,
    ) -> Self {
        let all = tokens(text.as_str());
        let taken = Self::default();
        let mut reader = Reader { text, all: &all, relations, columns, ways, taken };
        reader.scan(0, all.len());
        reader.taken
    }

    /// `text` with each part written by `write`.
    pub(crate) fn write(&self, text: &Deparsed, mut write: impl FnMut(&Part) -> Sql) -> Sql {
        let mut sql = Sql::new("(");
        let mut copied = 0;
        for part in &self.parts {
            sql.deparsed(&text.part(copied..part.range.start)).append(&write(part));
            copied = part.range.end;
        }
        sql.deparsed(&text.part(copied..text.as_str().len())).push(")");
        sql
    }
}

struct Reader<'a> {
    text: &'a Deparsed,
    all: &'a [Token<'a>],
    relations: &'a [&'a str],
    columns: &'a [String],
    ways: Ways<'a>,
    taken: Taken,
}

impl Reader<'_> {
    /// Looks for parts between two places, none of which is inside of a query.
    fn scan(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            at = self.step(at, to);
        }
    }

    /// Takes what begins at `at`, or goes into it; returns where to go on.
    fn step(&mut self, at: usize, to: usize) -> usize {
        let token = &self.all[at];
        if token.sort == Sort::Cast {
            return self.after_type(at + 1, to);
        }
        if self.is_in(at)
            && let Some(close) = self.closing(at + 1)
        {
            return self.elements(at, at + 1, close, Form::In);
        }
        if ["ANY", "ALL", "SOME"].iter().any(|word| token.is_word(word))
            && let Some(close) = self.closing(at + 1)
        {
            return self.elements(at + 1, at + 1, close, Form::Elements);
        }
        let Some((open, end)) = self.unit(at, to) else {
            if let Some(name) = token.name().filter(|_| self.opens_call(at)) {
                self.taken.calls.insert(name);
            }
            return at + 1;
        };
        let end = self.with_suffixes(end, to);
        if self.is_free(at, end) {
            if self.is_worth_asking(at, end) {
                self.push(at, end, Form::Value);
            }
            return end;
        }
        self.note_calls(at, open);
        if !self.opens(open) {
            return at + 1;
        }
        if self.is_query(open + 1) {
            if let Some(after) = self.exists(at, open) {
                return after;
            }
            self.taken.correlated = true;
            return self.closing(open).map_or(end, |close| close + 1);
        }
        // What is inside is gone through, and then what follows.
        open + 1
    }

    /// The right side of IN, ANY or ALL, which begins at `start` and has its parenthesis at `open`.
    fn elements(&mut self, start: usize, open: usize, close: usize, form: Form) -> usize {
        if !self.is_query(open + 1) {
            // A list of values, or an array.
            return open + 1;
        }
        if !self.is_free(open, close + 1) {
            self.taken.correlated = true;
            return close + 1;
        }
        let query = self.span(open + 1, close);
        let range = if form == Form::In { self.span(start, close + 1) } else { query.clone() };
        self.note_within(open, close);
        let text = self.text.part(query);
        self.taken.parts.push(Part { text, range, form, outer: None, look: None });
        close + 1
    }

    /// An EXISTS that looks at the row and can be read in another way; returns where to go on.
    fn exists(&mut self, at: usize, open: usize) -> Option<usize> {
        let meant = self.text.is_printed() && open == at + 1 && self.all[at].is_word("EXISTS");
        let close = self.closing(open).filter(|_| meant)?;
        let query = self.text.part(self.span(open + 1, close));
        let look = self.ways.looks.iter().position(|it| *it == query.as_str());
        let part = if look.is_some() {
            (query, Form::Look, None)
        } else {
            self.taken.queries.push(query.as_str().to_owned());
            let [relation] = self.relations else { return None };
            if !self.ways.lists {
                return None;
            }
            let Semi { query, outer } = Semi::of(query.as_str(), relation)?;
            let outer = Deparsed::from_catalog(outer);
            (Deparsed::from_catalog(query), Form::Exists, Some(outer))
        };
        self.note_within(open, close);
        let (text, form, outer) = part;
        self.taken.parts.push(Part { range: self.span(at, close + 1), text, form, outer, look });
        Some(close + 1)
    }

    fn push(&mut self, from: usize, to: usize, form: Form) {
        let range = self.span(from, to);
        self.note_within(from, to);
        let text = self.text.part(range.clone());
        self.taken.parts.push(Part { text, range, form, outer: None, look: None });
    }

    /// What begins at `at` and is an expression by itself: where its parenthesis opens, if it has one, and where it ends.
    fn unit(&self, at: usize, to: usize) -> Option<(usize, usize)> {
        let token = &self.all[at];
        if token.is_word("CASE") {
            return Some((at, self.end_of_case(at, to)? + 1));
        }
        if token.is_word("ARRAY") && self.all.get(at + 1)?.is("[") {
            return Some((at + 1, self.closing(at + 1)? + 1));
        }
        if token.is("(") {
            let before = at.checked_sub(1).map(|before| &self.all[before]);
            let listed = before.is_some_and(|it| {
                ["ANY", "ALL", "SOME", "IN", "OPERATOR", "ROW", "OVER", "FILTER", "GROUP"]
                    .iter()
                    .any(|word| it.is_word(word))
            });
            let close = self.closing(at)?;
            let several = self.commas(at + 1, close);
            return (!listed && !several).then_some((at, close + 1));
        }
        if VALUES.iter().any(|word| token.is_word(word)) {
            return Some((at, at + 1));
        }
        let open = self.call(at)?;
        Some((open, self.closing(open)? + 1))
    }

    /// Where the parenthesis of the call opens whose name begins at `at`.
    fn call(&self, at: usize) -> Option<usize> {
        if at > 0 && self.all[at - 1].is(".") {
            return None;
        }
        self.all.get(at)?.name()?;
        let mut last = at;
        while self.all.get(last + 1).is_some_and(|dot| dot.is("."))
            && self.all.get(last + 2).is_some_and(|name| name.name().is_some())
        {
            last += 2;
        }
        let word = last == at && NO_FUNCTION.iter().any(|word| self.all[at].is_word(word));
        (!word && self.all.get(last + 1)?.is("(")).then_some(last + 1)
    }

    fn opens_call(&self, at: usize) -> bool {
        self.all.get(at + 1).is_some_and(|open| open.is("("))
            && !NO_FUNCTION.iter().any(|word| self.all[at].is_word(word))
    }

    fn opens(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|token| token.is("(") || token.is("["))
    }

    /// Notes the name of the function that is called at `at`, if one is.
    fn note_calls(&mut self, at: usize, open: usize) {
        if open > at
            && let Some(name) = self.all[open - 1].name()
        {
            self.taken.calls.insert(name);
        }
    }

    fn note_within(&mut self, from: usize, to: usize) {
        for at in from..to {
            if self.opens_call(at)
                && let Some(name) = self.all[at].name()
            {
                self.taken.called_within.insert(name);
            }
        }
    }

    /// Where what ends at `end` ends with its casts, subscripts and fields.
    fn with_suffixes(&self, mut end: usize, to: usize) -> usize {
        loop {
            let Some(token) = self.all.get(end).filter(|_| end < to) else { return end };
            if token.sort == Sort::Cast {
                end = self.after_type(end + 1, to);
            } else if token.is("[") {
                let Some(close) = self.closing(end) else { return end };
                end = close + 1;
            } else if token.is(".") {
                end += 2;
            } else {
                return end;
            }
        }
    }

    /// Where the type ends that begins at `at`.
    fn after_type(&self, mut at: usize, to: usize) -> usize {
        let word = |at: usize, word: &str| self.all.get(at).is_some_and(|it| it.is_word(word));
        at += 1;
        while self.all.get(at).is_some_and(|dot| dot.is(".")) {
            at += 2;
        }
        // Types of more than one word (PostgreSQL documentation, table 8.1).
        if word(at, "varying") || word(at, "precision") {
            at += 1;
        }
        if self.all.get(at).is_some_and(|open| open.is("(")) {
            at = self.closing(at).map_or(to, |close| close + 1);
        }
        if (word(at, "with") || word(at, "without")) && word(at + 1, "time") && word(at + 2, "zone")
        {
            at += 3;
        }
        while self.all.get(at).is_some_and(|open| open.is("["))
            && self.all.get(at + 1).is_some_and(|close| close.is("]"))
        {
            at += 2;
        }
        at.min(to)
    }

    /// Whether nothing between two places looks at the row.
    fn is_free(&self, from: usize, to: usize) -> bool {
        // For each open parenthesis: whether a query stands in it, or around it.
        let mut within = vec![false];
        for at in from..to {
            let token = &self.all[at];
            let in_query = within.last().copied().unwrap_or_default();
            match token.sort {
                Sort::Open => within.push(in_query || self.is_query(at + 1)),
                Sort::Close => {
                    within.pop();
                }
                Sort::Word | Sort::Quoted => {
                    if self.names_row(at, in_query) {
                        return false;
                    }
                }
                Sort::Literal | Sort::Number | Sort::Operator | Sort::Cast | Sort::Mark => {}
            }
        }
        true
    }

    /// Whether the word at `at` may mean the row, or a column of it.
    fn names_row(&self, at: usize, in_query: bool) -> bool {
        let Some(mut name) = self.all[at].name() else { return false };
        if self.all[at].sort == Sort::Word {
            name = name.to_lowercase();
        }
        let before = at.checked_sub(1).map(|before| &self.all[before]);
        let after = self.all.get(at + 1);
        let qualified = before.is_some_and(|it| it.is("."));
        if self.relations.contains(&&*name) && !qualified {
            return true;
        }
        let is_type = before.is_some_and(|it| it.sort == Sort::Cast);
        let called = after.is_some_and(|it| it.is("("));
        let bare = !qualified && !is_type && !called && self.columns.contains(&name);
        bare && !(in_query && self.text.is_printed())
    }

    /// Whether its value can depend on who asks: something is called in it, or read.
    fn is_worth_asking(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| {
            let value = VALUES.iter().any(|word| self.all[at].is_word(word));
            value
                || self.is_query(at)
                || (self.opens_call(at) && self.call(at).is_some())
                || (self.opens_call(at) && at > 0 && self.all[at - 1].is("."))
        })
    }

    fn is_in(&self, at: usize) -> bool {
        self.all[at].is_word("IN") && self.all.get(at + 1).is_some_and(|open| open.is("("))
    }

    fn is_query(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|token| {
            ["SELECT", "WITH", "VALUES"].iter().any(|word| token.is_word(word))
        })
    }

    fn closing(&self, open: usize) -> Option<usize> {
        if !self.opens(open) {
            return None;
        }
        let mut depth = 0usize;
        for (at, token) in self.all.iter().enumerate().skip(open) {
            if token.sort == Sort::Open {
                depth += 1;
            } else if token.sort == Sort::Close {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    /// Whether there is a comma between two places that stands in no parentheses.
    fn commas(&self, from: usize, to: usize) -> bool {
        let mut depth = 0i64;
        (from..to).any(|at| {
            match self.all[at].sort {
                Sort::Open => depth += 1,
                Sort::Close => depth -= 1,
                Sort::Word
                | Sort::Quoted
                | Sort::Literal
                | Sort::Number
                | Sort::Operator
                | Sort::Cast
                | Sort::Mark => {}
            }
            depth == 0 && self.all[at].is(",") && !self.is_query(from)
        })
    }

    fn end_of_case(&self, case: usize, to: usize) -> Option<usize> {
        let mut depth = 0usize;
        for at in case..to {
            if self.all[at].is_word("CASE") {
                depth += 1;
            } else if self.all[at].is_word("END") {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    fn span(&self, from: usize, to: usize) -> Range<usize> {
        self.all[from].range.start..self.all[to - 1].range.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (Vec<String>, Taken) {
        let columns = ["tenant", "owner", "date", "id"].map(str::to_owned);
        let text = Deparsed::from_catalog(text.to_owned());
        let taken = Taken::of(&text, "items", &columns, false);
        (taken.parts.iter().map(|part| part.text.as_str().to_owned()).collect(), taken)
    }

    fn parts(text: &str) -> Vec<String> {
        taken(text).0
    }

    #[test]
    fn calls_and_queries_that_do_not_look_at_the_row_are_parts() {
        assert_eq!(
            parts(
                "(public.is_admin((current_setting('app.user'::text, true))::uuid) OR (tenant = ANY (public.tenants((current_setting('app.user'::text, true))::uuid))))"
            ),
            [
                "public.is_admin((current_setting('app.user'::text, true))::uuid)",
                "public.tenants((current_setting('app.user'::text, true))::uuid)",
            ]
        );
        assert_eq!(
            parts("(tenant = (current_setting('app.tenant'::text))::integer)"),
            ["(current_setting('app.tenant'::text))::integer"]
        );
        assert_eq!(
            parts(
                "((tenant = ANY ((( SELECT public.mine() AS mine))::uuid[])) AND (date IS NULL))"
            ),
            ["(( SELECT public.mine() AS mine))::uuid[]"]
        );
        assert_eq!(parts("((owner)::text = CURRENT_USER)"), ["CURRENT_USER"]);
        assert_eq!(parts("((owner)::text = 'x'::text)"), [""; 0]);
        assert_eq!(
            parts("(EXISTS ( SELECT FROM w.members m WHERE (m.who = w.uid())))"),
            ["(EXISTS ( SELECT FROM w.members m WHERE (m.who = w.uid())))"]
        );
        assert_eq!(parts("((now())::date > date)"), ["(now())::date"]);
        assert_eq!(
            parts("(COALESCE(owner, (w.uid())::character varying(10)) = 'a'::text)"),
            ["(w.uid())::character varying(10)"]
        );
    }

    #[test]
    fn what_stands_right_of_in_is_a_query_of_values() {
        let (parts, taken) = taken(
            "(NOT (tenant IN ( SELECT m.tenant\n   FROM w.members m\n  WHERE (m.who = w.uid()))))",
        );
        assert_eq!(parts, ["SELECT m.tenant\n   FROM w.members m\n  WHERE (m.who = w.uid())"]);
        assert_eq!(taken.parts[0].form, Form::In);
        let (_, taken) = self::taken("(tenant > ALL ( SELECT m.tenant FROM w.members m))");
        assert_eq!(taken.parts[0].form, Form::Elements);
    }

    #[test]
    fn a_query_that_looks_at_the_row_is_none() {
        for text in [
            "(EXISTS ( SELECT FROM w.members m WHERE (m.tenant = items.tenant)))",
            "(tenant IN ( SELECT m.tenant FROM w.members m WHERE (m.who = items.owner)))",
            "(( SELECT items.* AS x) IS NULL)",
            "(1 = ( SELECT count(*) FROM w.members m WHERE (m.tenant = items.tenant)))",
        ] {
            let (parts, taken) = taken(text);
            assert!(parts.is_empty() && taken.correlated, "{text}: {parts:?}");
        }
        // A column of another table is none of the row, whatever it is called.
        let (parts, taken) =
            taken("(tenant IN ( SELECT m.tenant FROM w.members m WHERE (m.owner = w.uid())))");
        assert!(parts.len() == 1 && !taken.correlated);
    }

    #[test]
    fn a_function_of_the_row_is_told() {
        let (parts, taken) = taken("(w.may_read(tenant, w.uid()) AND w.open(items.*))");
        assert_eq!(parts, ["w.uid()"]);
        assert_eq!(taken.calls.iter().collect::<Vec<_>>(), ["may_read", "open"]);
        assert_eq!(taken.called_within.iter().collect::<Vec<_>>(), ["uid"]);
    }

    #[test]
    fn the_rest_is_written_as_it_stands() {
        let text =
            Deparsed::from_catalog("((a IN ( SELECT 1)) OR (b = ANY ( SELECT w.x())))".into());
        let taken = Taken::of(&text, "t", &["a".into(), "b".into()], false);
        let written = taken.write(&text, |part| {
            let mut sql = Sql::default();
            sql.push(if part.form == Form::In { "= ANY (p)" } else { "p" });
            sql
        });
        assert_eq!(written.render().0, "(((a = ANY (p)) OR (b = ANY ( p))))");
    }
}
