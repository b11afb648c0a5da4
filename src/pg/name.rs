//! Names of relations and settings, and the one function that quotes an identifier.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{Deserialize, Deserializer};

use super::Problem;
use crate::text::is_harmless;

/// Returns `name` as an SQL identifier, always quoted (PostgreSQL documentation, 4.1.1).
///
/// A NUL cannot be part of a name; it is dropped, so that the statement stays one statement.
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', ""))
}

/// The same for SQL that a person is given to read and run elsewhere: what would do something to their terminal is written as its number (4.1.2.3).
pub fn spell_ident(name: &str) -> String {
    if name.chars().all(is_harmless) {
        return quote_ident(name);
    }
    let mut text = "U&\"".to_owned();
    for c in name.chars().filter(|c| *c != '\0') {
        match c {
            '"' => text.push_str("\"\""),
            '\\' => text.push_str("\\\\"),
            c if is_harmless(c) => text.push(c),
            c => drop(write!(text, "\\+{:06X}", c as u32)),
        }
    }
    text.push('"');
    text
}

/// A relation with its schema, as `schema.table`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationName {
    /// The schema.
    pub schema: String,
    /// The table, view or sequence.
    pub name: String,
}

impl RelationName {
    /// The relation `name` in `schema`.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// Both parts as [`spell_ident`] writes them.
    pub fn spelled(&self) -> String {
        format!("{}.{}", spell_ident(&self.schema), spell_ident(&self.name))
    }

    /// Both parts quoted, for SQL.
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }
}

impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

impl FromStr for RelationName {
    type Err = Problem;

    /// Reads `schema.table`; a name without a schema is in `public`. Parts may be quoted as in SQL.
    fn from_str(text: &str) -> Result<Self, Problem> {
        match identifiers(text).as_deref() {
            Some([name]) => Ok(Self::new("public", name)),
            Some([schema, name]) => Ok(Self::new(schema, name)),
            _ => Err(Problem::usage(format!("cannot read the relation name: {text}"))
                .hint("write it as `schema.table`")),
        }
    }
}

/// A column with its relation, as `schema.table.column`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnName {
    /// The relation.
    pub relation: RelationName,
    /// The column.
    pub column: String,
}

impl fmt::Display for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.relation, self.column)
    }
}

impl FromStr for ColumnName {
    type Err = Problem;

    /// Reads `schema.table.column`. Parts may be quoted as in SQL.
    fn from_str(text: &str) -> Result<Self, Problem> {
        match identifiers(text).as_deref() {
            Some([schema, name, column]) => {
                Ok(Self { relation: RelationName::new(schema, name), column: column.clone() })
            }
            _ => Err(Problem::usage(format!("cannot read the name of the column: {text}"))
                .hint("write it as `schema.table.column`")),
        }
    }
}

impl<'de> Deserialize<'de> for RelationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|problem: Problem| serde::de::Error::custom(problem.summary))
    }
}

/// The identifiers of a dotted name.
fn identifiers(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = identifier(rest)?;
        parts.push(part);
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None => return after.is_empty().then_some(parts),
        }
    }
}

/// One identifier at the start of `text`, unquoted, and what follows it.
fn identifier(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut rest = quoted;
        loop {
            let end = rest.find('"')?;
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    name.push('"');
                    rest = more;
                }
                None => return (!name.is_empty()).then_some((name, rest)),
            }
        }
    }
    let end = text.find(['.', '"']).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

/// The name of a setting that carries an identity: dotted words, so that it can stand in SQL as a literal as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettingName(String);

impl SettingName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SettingName {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let word = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let dotted = text.contains('.') && text.split('.').all(word);
        // Other settings (`role`, `search_path`, …) are the gate's own business.
        if dotted {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::usage(format!("not the name of an identity setting: {text}"))
                .hint("identity settings have a dotted name such as `app.user_id`"))
        }
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quoted_relation_reads_back_as_itself(schema in "[^\0]{1,12}", name in "[^\0]{1,12}") {
            let relation = RelationName::new(schema, name);
            prop_assert_eq!(relation.quoted().parse::<RelationName>().unwrap(), relation);
        }

        #[test]
        fn a_spelled_name_is_one_identifier_and_harmless_to_a_terminal(name in any::<String>()) {
            let spelled = spell_ident(&name);
            prop_assert!(spelled.chars().all(is_harmless));
            let inside = spelled.trim_start_matches("U&").strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            prop_assert!(!inside.unwrap().replace("\"\"", "").contains('"'));
        }

        #[test]
        fn nothing_but_dotted_words_is_a_setting(text in ".{0,20}") {
            if text.parse::<SettingName>().is_ok() {
                prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_'));
            }
        }
    }

    #[test]
    fn relations_read_as_people_write_them() {
        assert_eq!("users".parse::<RelationName>().unwrap(), RelationName::new("public", "users"));
        assert_eq!(
            "auth.users".parse::<RelationName>().unwrap(),
            RelationName::new("auth", "users")
        );
        assert_eq!(
            "\"User\"".parse::<RelationName>().unwrap(),
            RelationName::new("public", "User")
        );
        for wrong in ["", ".", "a.b.c", "a.", "\"", "a\"b"] {
            assert!(wrong.parse::<RelationName>().is_err(), "{wrong}");
        }
    }
}
