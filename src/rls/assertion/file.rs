//! A file of policy tests.
//!
//! ```toml
//! [[test]]
//! name = "a clerk reads no mail of other organizations"
//! as = "ali@acme.test"                          # or role = "…" and settings = { "app.user_id" = "…" }
//! organization = "Acme"                         # where the user is somebody else in each
//! on = "emails"                                 # or "schema.table"
//! can = "select"                                # a command of `rls why`; select where absent
//! rows = "department.organization_id <> {organization.id}"   # all rows where absent
//! with = { subject = "x" }                      # what an insert or update writes
//! expect = "none"                               # "all", 3, ">= 1", "filtered", "refused"
//! try = true                                    # run writing statements too, and roll them back
//! ```
//!
//! In `rows` a column of the table stands by its name or as `t.name`; what a foreign key `department_id` leads to is called `department`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Expect;
use crate::{
    mapping::{Expression, Refusal, Refusals},
    pg::{RelationName, SettingName},
    rls::Statement,
};

/// The tests of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// The file, as it was named.
    pub file: String,
    /// Its tests, in order.
    pub tests: Vec<Test>,
}

/// As whom a test acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// A user of the application, or another identity that the mapping names.
    User {
        /// An id, an e-mail address or a part of a name.
        user: String,
        /// The organization in which the user is meant.
        organization: Option<String>,
    },
    /// A database role with settings.
    Role {
        /// The role.
        role: String,
        /// Its settings.
        settings: Vec<(SettingName, String)>,
    },
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Where it stands.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
    /// What it says.
    pub name: String,
    /// As whom.
    pub who: Who,
    /// On which table.
    pub on: RelationName,
    /// What they do.
    pub can: Statement,
    /// On which rows, as it was written, with its line.
    pub rows: Option<(String, usize)>,
    /// What they write.
    pub edits: Vec<(String, Option<String>)>,
    /// What has to come of it.
    pub expect: Expect,
    /// Whether a statement that writes is run too.
    pub tries: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    test: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    #[serde(rename = "as")]
    user: Option<Spanned<String>>,
    organization: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    #[serde(default)]
    settings: BTreeMap<String, Spanned<String>>,
    on: Spanned<String>,
    can: Option<Spanned<String>>,
    rows: Option<Spanned<String>>,
    #[serde(default)]
    with: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    with_null: Vec<Spanned<String>>,
    expect: Spanned<toml::Value>,
    #[serde(default, rename = "try")]
    tries: bool,
}

impl Suite {
    /// Reads `text`, which stands in `file`; everything that is wrong with it is told at once.
    pub fn read(file: &str, text: &str) -> Result<Self, Refusals> {
        let mut reader = Reader { file, text, refusals: Vec::new() };
        let parsed: File = match toml::from_str(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.refuse(at, error.message().lines().next().unwrap_or_default());
                return Err(Refusals(reader.refusals));
            }
        };
        if parsed.test.is_empty() {
            reader.refuse(0, "the file has no `[[test]]`");
        }
        let tests: Vec<Option<Test>> =
            parsed.test.into_iter().map(|entry| reader.test(entry)).collect();
        match tests.into_iter().collect::<Option<Vec<_>>>() {
            Some(tests) if reader.refusals.is_empty() => Ok(Self { file: file.to_owned(), tests }),
            _ => {
                reader.refusals.sort();
                Err(Refusals(reader.refusals))
            }
        }
    }
}

/// A file that is being read.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    refusals: Vec<Refusal>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    fn refuse(&mut self, at: usize, reason: &str) {
        let line = self.line(at);
        self.refusals.push(Refusal { line, file: self.file.to_owned(), reason: reason.to_owned() });
    }

    /// The value that `parse` makes of `text`; what it cannot read is refused.
    fn parsed<T>(
        &mut self,
        text: &Spanned<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(text.get_ref()) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(text.span().start, &reason);
                None
            }
        }
    }

    fn test(&mut self, entry: Spanned<Entry>) -> Option<Test> {
        let at = entry.span().start;
        let line = self.line(at);
        let entry = entry.into_inner();
        let who = self.who(&entry, at);
        let on = self.parsed(&entry.on, |text| {
            let name = if text.contains('.') { text.to_owned() } else { format!("public.{text}") };
            name.parse::<RelationName>().map_err(|problem| problem.summary)
        });
        let can = match &entry.can {
            None => Some(Statement::Select),
            Some(can) => {
                self.parsed(can, |text| text.parse::<Statement>().map_err(|it| it.to_string()))
            }
        };
        let rows = match &entry.rows {
            None => Some(None),
            Some(rows) => {
                let line = self.line(rows.span().start);
                self.parsed(rows, |text| {
                    // Whether every name is there, only the database knows.
                    let aliases = qualifiers(text);
                    let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
                    let text_with = filled(text, &|_| Some(String::new()))?;
                    Expression::parse_on(&text_with, &aliases, line)?;
                    Ok(Some((text.to_owned(), line)))
                })
            }
        };
        let edits = self.edits(&entry, can);
        let expect = self.expect(&entry.expect);
        Some(Test {
            file: self.file.to_owned(),
            line,
            name: entry.name.into_inner(),
            who: who?,
            on: on?,
            can: can?,
            rows: rows?,
            edits: edits?,
            expect: expect?,
            tries: entry.tries,
        })
    }

    fn who(&mut self, entry: &Entry, at: usize) -> Option<Who> {
        match (&entry.user, &entry.role) {
            (Some(user), None) => {
                if !entry.settings.is_empty() {
                    self.refuse(
                        user.span().start,
                        "`settings` go with `role`; of a user the mapping knows them",
                    );
                    return None;
                }
                let organization = entry.organization.as_ref().map(|it| it.get_ref().clone());
                Some(Who::User { user: user.get_ref().clone(), organization })
            }
            (None, Some(role)) => {
                if let Some(organization) = &entry.organization {
                    self.refuse(organization.span().start, "`organization` goes with `as`");
                    return None;
                }
                let mut settings = Vec::new();
                for (name, value) in &entry.settings {
                    match name.parse::<SettingName>() {
                        Ok(name) => settings.push((name, value.get_ref().clone())),
                        Err(problem) => {
                            self.refuse(value.span().start, &problem.summary);
                            return None;
                        }
                    }
                }
                Some(Who::Role { role: role.get_ref().clone(), settings })
            }
            (Some(_), Some(role)) => {
                self.refuse(role.span().start, "either `as` or `role`, not both");
                None
            }
            (None, None) => {
                self.refuse(at, "the test does not say as whom: `as`, or `role` with `settings`");
                None
            }
        }
    }

    fn edits(
        &mut self,
        entry: &Entry,
        can: Option<Statement>,
    ) -> Option<Vec<(String, Option<String>)>> {
        let mut edits = Vec::new();
        let mut first = None;
        for (column, value) in &entry.with {
            first.get_or_insert(value.span().start);
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                toml::Value::Array(_) | toml::Value::Table(_) => {
                    self.refuse(
                        value.span().start,
                        "write the value as the server reads it, between quotes",
                    );
                    return None;
                }
                plain @ (toml::Value::Integer(_)
                | toml::Value::Float(_)
                | toml::Value::Boolean(_)
                | toml::Value::Datetime(_)) => plain.to_string(),
            };
            edits.push((column.clone(), Some(text)));
        }
        for column in &entry.with_null {
            first.get_or_insert(column.span().start);
            edits.push((column.get_ref().clone(), None));
        }
        if let (Some(at), Some(can)) = (first, can)
            && !can.makes_new()
        {
            self.refuse(
                at,
                &format!("`{can}` writes no row, so there is nothing to write it with"),
            );
            return None;
        }
        Some(edits)
    }

    fn expect(&mut self, value: &Spanned<toml::Value>) -> Option<Expect> {
        let given = value.get_ref();
        let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        match text.parse() {
            Ok(expect) => Some(expect),
            Err(reason) => {
                self.refuse(value.span().start, &reason);
                None
            }
        }
    }
}

/// The words of an expression that stand before a dot, and `t`.
fn qualifiers(text: &str) -> Vec<String> {
    let mut found = vec!["t".to_owned()];
    let mut word = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' || c == '"' {
            word.push(c);
            continue;
        }
        if c == '.' && !word.is_empty() {
            found.push(word.trim_matches('"').to_owned());
        }
        word.clear();
    }
    found
}

/// What may stand between braces in `rows`.
pub(super) const PLACES: [&str; 3] = ["user.id", "user.email", "organization.id"];

/// `text` with its places, such as `{user.id}`, filled with literals; fails where there is no such place, or nothing to fill it with.
pub(super) fn filled(text: &str, value: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, behind) =
            after.split_once('}').ok_or_else(|| "a `{` is never closed".to_owned())?;
        if !PLACES.contains(&place) {
            return Err(format!(
                "there is no such place: {{{place}}} (there are `{{{}}}`)",
                PLACES.join("}`, `{")
            ));
        }
        let value = value(place).ok_or_else(|| format!("whoever acts here has no `{place}`"))?;
        filled.push_str(before);
        // As the parse of expressions reads it; that writes it anew for the server.
        filled.extend(["'", &value.replace('\'', "''"), "'"]);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"
[[test]]
name = "a clerk reads only the mail of the department"
as = "ali@acme.test"
on = "emails"
rows = "department.name <> 'HR' AND t.subject <> {user.id}"
expect = "none"

[[test]]
name = "nobody"
role = "app"
settings = { "app.user_id" = "" }
on = "audit.log"
can = "update"
with = { size = 3, open = true, at = 2024-01-01, note = "x" }
with_null = ["by"]
expect = ">= 1"
try = true
"#;

    #[test]
    fn a_file_says_what_it_says() {
        let suite = Suite::read("f.toml", GOOD).unwrap();
        let [first, second] = suite.tests.as_slice() else { panic!("{suite:?}") };
        assert_eq!((first.line, second.line), (2, 9));
        assert_eq!(first.on.to_string(), "public.emails");
        assert_eq!(first.can, Statement::Select);
        assert_eq!(first.rows.as_ref().unwrap().1, 6);
        assert_eq!(second.on.to_string(), "audit.log");
        assert!(second.tries);
        let edits: Vec<_> =
            second.edits.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(
            edits,
            [
                ("at", Some("2024-01-01")),
                ("note", Some("x")),
                ("open", Some("true")),
                ("size", Some("3")),
                ("by", None)
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line_and_a_reason() {
        let with = |line: &str, instead: &str| {
            let text = GOOD.replacen(line, instead, 1);
            assert_ne!(text, GOOD, "{line}");
            Suite::read("f.toml", &text).unwrap_err().0
        };
        let rows = [
            ("as = \"ali@acme.test\"", "", 2, "as whom"),
            ("as = \"ali@acme.test\"", "as = \"ali\"\nrole = \"x\"", 5, "either `as` or `role`"),
            ("on = \"emails\"", "on = \"a.b.c\"", 5, "cannot read"),
            ("on = \"emails\"", "in = \"emails\"", 5, "unknown field"),
            ("department.name <> 'HR'", "department.name <>", 6, "not one SQL expression"),
            ("department.name <> 'HR'", "(SELECT 1) = 1", 6, ""),
            ("{user.id}", "{user.name}", 6, "no such place"),
            ("expect = \"none\"", "expect = \"some\"", 7, "write `none`"),
            ("expect = \"none\"", "expect = 1.5", 7, "write `none`"),
            ("expect = \"none\"", "", 2, "missing field"),
            ("can = \"update\"", "can = \"upset\"", 14, ""),
            ("can = \"update\"", "can = \"delete\"", 15, "writes no row"),
            ("\"app.user_id\" = \"\"", "\"role\" = \"\"", 12, ""),
            ("name = \"nobody\"", "name = nobody", 10, ""),
        ];
        for (line, instead, at, reason) in rows {
            let refusals = with(line, instead);
            let told = &refusals[0];
            assert_eq!(told.line, at, "{instead}: {refusals:?}");
            assert!(told.reason.contains(reason), "{instead}: {refusals:?}");
        }
        assert_eq!(Suite::read("f.toml", "").unwrap_err().0[0].line, 1);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text =
            GOOD.replace("expect = \"none\"", "expect = 1.5").replace("\"update\"", "\"upset\"");
        assert_eq!(Suite::read("f.toml", &text).unwrap_err().0.len(), 2);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".{0,200}") {
            let _ = Suite::read("f.toml", &text);
        }

        #[test]
        fn a_place_is_filled_with_one_literal(value in ".{0,20}") {
            prop_assume!(!value.contains('\0'));
            let text = filled("t.x = {user.id}", &|_| Some(value.clone())).unwrap();
            let parsed = Expression::parse(&text, &["t"], 1).unwrap();
            prop_assert_eq!(parsed.columns().len(), 1);
        }
    }
}
