//! With what the draft of a policy begins: the policy as it is, or as it would let nobody see rows of others, as a statement that would make it so.

use std::sync::Arc;

use super::mended;
use crate::{
    database::Database,
    list::{Ask, Filter, Operator, Page, Query, Term},
    pg::{Identity, Problem, RelationName, Run, quote_ident},
    question::Question,
    tables::Policies,
};

/// What is there to begin with?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The table.
    pub table: RelationName,
    /// The policy; a new one where it is absent.
    pub policy: Option<String>,
    /// Whether it is to let nobody see a row of an organization that is not theirs.
    pub mended: bool,
}

impl Question for Opening {
    type Answer = String;

    /// The observer is asked, whoever asks: the catalogs are the same for all.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<String, Problem> {
        let named = |name: &String| Term::Compare {
            column: "policy".to_owned(),
            operator: Operator::Equal,
            value: name.clone(),
        };
        let filter = Filter { terms: self.policy.iter().map(named).collect() };
        let view = Policies { table: Some(self.table.clone()) };
        let query = Query { filter, whole: true, ..Query::default() };
        let ask = Ask { view, query };
        let page = ask.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
        let besides = match (&self.policy, self.mended) {
            (Some(_), true) => Some(mended::condition(&database, &self.table, &run).await?),
            _ => None,
        };
        match &self.policy {
            None => Ok(new(&self.table, &page)),
            Some(name) => altered(&self.table, &page, besides.as_deref()).ok_or_else(|| {
                Problem::usage(format!("`{}` has no policy: {name}", self.table))
                    .hint(format!("`:policies table={}` lists them", self.table))
            }),
        }
    }
}

/// The statement that makes the first policy of `page` what it is, with `besides` as a condition of every row.
fn altered(table: &RelationName, page: &Page, besides: Option<&str>) -> Option<String> {
    let item = page.items.first()?;
    let value = |name: &str| page.value(item, name);
    let (policy, on) = (quote_ident(value("policy")?), table.quoted());
    let kind = if value("permissive") == Some("true") { "permissive" } else { "restrictive" };
    let command = value("command")?;
    let roles: Vec<String> = value("roles")
        .unwrap_or("public")
        .split(", ")
        .map(|role| if role == "public" { "PUBLIC".to_owned() } else { quote_ident(role) })
        .collect();
    let why =
        besides.map_or("", |_| "-- as it is, and for rows of one's own organizations alone\n");
    let mut text = format!(
        "{why}-- {kind}, for {command}: to alter that, drop it and create another\n\
         ALTER POLICY {policy} ON {on}\n  TO {}",
        roles.join(", ")
    );
    for (word, name) in [("USING", "using"), ("WITH CHECK", "with_check")] {
        if let Some(expression) = value(name) {
            let expression = in_lines(bare(expression));
            text = match besides {
                None => format!("{text}\n  {word} ({expression})"),
                Some(besides) => {
                    let besides = besides.replace('\n', "\n    ");
                    format!("{text}\n  {word} (({expression})\n    AND {besides})")
                }
            };
        }
    }
    Some(format!("{text};\n\n-- or: DROP POLICY {policy} ON {on};\n"))
}

/// An expression without the parentheses around all of it.
fn bare(expression: &str) -> &str {
    let inner = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let Some(inner) = inner else { return expression };
    let mut depth = 0_i32;
    for c in outside_quotes(inner).filter_map(|(_, c)| c) {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return expression;
        }
    }
    inner
}

/// An expression on as many lines as it has parts.
fn in_lines(expression: &str) -> String {
    let mut text = String::with_capacity(expression.len());
    let mut from = 0;
    for (at, c) in outside_quotes(expression) {
        let rest = &expression[at..];
        if c == Some(' ') && (rest.starts_with(" OR ") || rest.starts_with(" AND ")) {
            text.push_str(&expression[from..at]);
            text.push_str("\n   ");
            from = at;
        }
    }
    text.push_str(&expression[from..]);
    text
}

/// The places in a text with the characters there; with none inside of quotes.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, Option<char>)> + '_ {
    let mut quote = None;
    text.char_indices().map(move |(at, c)| {
        let inside = quote.is_some();
        match quote {
            // A doubled quote ends and begins again.
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            _ => {}
        }
        (at, (!inside).then_some(c))
    })
}

/// A statement that makes a new policy.
fn new(table: &RelationName, page: &Page) -> String {
    let names: Vec<_> =
        page.items.iter().filter_map(|item| page.value(item, "policy")).map(one_line).collect();
    let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let on = table.quoted();
    format!(
        "-- there are: {there}\n\
         CREATE POLICY new_policy ON {on}\n  AS PERMISSIVE\n  FOR SELECT\n  TO PUBLIC\n  USING (false);\n\n\
         -- or: ALTER POLICY … ON {on} USING (…);\n-- or: DROP POLICY … ON {on};\n\
         -- where row security is off: ALTER TABLE {on} ENABLE ROW LEVEL SECURITY;\n"
    )
}

/// A name in a comment, which ends with its line.
fn one_line(name: &str) -> String {
    name.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        list::{Column, Item, Kind, Position},
        rls::Draft,
    };

    fn page(policy: &str, using: &str) -> Page {
        let cells = [
            ("policy", policy),
            ("command", "ALL"),
            ("permissive", "true"),
            ("roles", "public"),
            ("using", using),
        ];
        Page {
            columns: cells.iter().map(|(name, _)| Column::new(*name, Kind::Text)).collect(),
            items: vec![Item {
                position: Position { value: None, key: Vec::new() },
                cells: cells.iter().map(|(_, value)| Some((*value).to_owned())).collect(),
            }],
            at_start: true,
            at_end: true,
            estimate: None,
            sort: None,
            caveat: None,
        }
    }

    #[test]
    fn what_one_begins_with_is_a_draft_already() {
        let table = RelationName::new("public", "E mails");
        let using = "((a = 1) OR (b = ANY (f(current_setting('x'::text)))))";
        for besides in [None, Some("(a IS NULL OR a IN (\n      SELECT 1))")] {
            let text = altered(&table, &page("my \"own\"", using), besides).unwrap();
            Draft::read(&table, &text).unwrap_or_else(|problem| panic!("{problem}: {text}"));
        }
        let text = new(&table, &page("two\nDROP TABLE x", using));
        Draft::read(&table, &text).unwrap_or_else(|problem| panic!("{problem}: {text}"));
    }

    #[test]
    fn parts_stand_below_each_other_and_what_is_quoted_stays_as_it_is() {
        let text = in_lines("(a OR b) AND (\"x OR y\" = 'it''s this OR that')");
        let wanted = "(a\n    OR b)\n    AND (\"x OR y\" = 'it''s this OR that')";
        assert_eq!(text, wanted);
    }

    #[test]
    fn only_parentheses_around_all_of_it_are_taken_away() {
        for (with, without) in [
            ("(a = 1)", "a = 1"),
            ("((a) AND (b))", "(a) AND (b)"),
            ("(a) AND (b)", "(a) AND (b)"),
            ("(a = ')')", "a = ')'"),
            ("(a = '(') OR (b)", "(a = '(') OR (b)"),
            ("true", "true"),
        ] {
            assert_eq!(bare(with), without);
        }
    }
}
