//! How each sort of value is read from a mapping file.

use toml::de::DeValue;

use super::{
    Expression,
    page::{Fields, Item},
};
use crate::pg::{ColumnName, Problem, RelationName};

/// A value of a mapping file.
pub(super) trait Part: Sized {
    /// Reads the value of `key`; `None` when it was refused.
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self>;
}

impl Part for Expression {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        expression(fields, fields.need(key)?, key)
    }
}

impl Part for Option<Expression> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        fields.get(key).map_or(Some(None), |item| expression(fields, item, key).map(Some))
    }
}

impl Part for String {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        fields.text(fields.need(key)?, key).map(str::to_owned)
    }
}

impl Part for Option<String> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        fields
            .get(key)
            .map_or(Some(None), |item| fields.text(item, key).map(|text| Some(text.to_owned())))
    }
}

impl Part for Vec<String> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        fields
            .items(key)
            .into_iter()
            .map(|item| fields.text(item, key).map(str::to_owned))
            .collect()
    }
}

impl Part for RelationName {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        relation(fields, fields.need(key)?, key)
    }
}

impl Part for Vec<RelationName> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        fields.items(key).into_iter().map(|item| relation(fields, item, key)).collect()
    }
}

impl Part for Vec<ColumnName> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        let column = |text: &str| text.parse::<ColumnName>().map_err(reason);
        fields.items(key).into_iter().map(|item| fields.parsed(item, key, column)).collect()
    }
}

/// The singular and the plural of what a schema calls a concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// One of them: `workspace`.
    pub one: String,
    /// Many of them: `workspaces`.
    pub many: String,
}

impl Part for Label {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        let item = fields.need(key)?;
        if let DeValue::Array(words) = item.get_ref()
            && let [one, many] = words.iter().collect::<Vec<_>>().as_slice()
        {
            let (one, many) = (fields.text(one, key)?, fields.text(many, key)?);
            return Some(Self { one: one.to_owned(), many: many.to_owned() });
        }
        fields.refuse_at(item, format!("`{key}` is two words: one and many"));
        None
    }
}

/// A column worth showing beside the canonical ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Its name on screen.
    pub name: String,
    /// Its value.
    pub expression: Expression,
}

impl Part for Vec<Extra> {
    fn read(fields: &Fields<'_>, key: &'static str) -> Option<Self> {
        let Some(item) = fields.get(key) else { return Some(Self::new()) };
        let table = fields.table(item, format!("{}.{key}", fields.title()))?;
        let read = |(name, item): (&str, _)| {
            let expression = expression(&table, item, name)?;
            Some(Extra { name: name.to_owned(), expression })
        };
        // All of them are looked at before the first mistake counts.
        let extras: Vec<_> = table.each().into_iter().map(read).collect();
        extras.into_iter().collect()
    }
}

/// The expression at `item`.
pub(super) fn expression<'p>(
    fields: &Fields<'p>,
    item: &'p Item<'p>,
    what: &str,
) -> Option<Expression> {
    let aliases = fields.aliases();
    let aliases: Vec<_> = aliases.iter().map(String::as_str).collect();
    let line = fields.line_of(item);
    fields.parsed(item, what, |text| {
        if fields.ships() {
            return Ok(Expression::of_shipped(text, &aliases, line));
        }
        Expression::parse(text, &aliases, line)
    })
}

/// The relation at `item`.
pub(super) fn relation<'p>(
    fields: &Fields<'p>,
    item: &'p Item<'p>,
    what: &str,
) -> Option<RelationName> {
    fields.parsed(item, what, |text| {
        // Elsewhere a name without a schema is in `public`; a mapping says what it means.
        if text.contains('.') {
            text.parse::<RelationName>().map_err(reason)
        } else {
            Err(format!("write the relation as `schema.table`: {text}"))
        }
    })
}

fn reason(problem: Problem) -> String {
    match problem.hint {
        Some(hint) => format!("{} ({hint})", problem.summary),
        None => problem.summary,
    }
}

/// The block at `key`, which may be absent.
#[expect(clippy::option_option, reason = "a block is absent, refused or read")]
pub(super) fn maybe<T>(
    fields: &Fields<'_>,
    key: &'static str,
    read: impl Fn(&Fields<'_>) -> Option<T>,
) -> Option<Option<T>> {
    match fields.get(key) {
        None => Some(None),
        Some(item) => read(&fields.table(item, key)?).map(Some),
    }
}

/// The block at `key`.
pub(super) fn needed<T>(
    fields: &Fields<'_>,
    key: &'static str,
    read: impl Fn(&Fields<'_>) -> Option<T>,
) -> Option<T> {
    read(&fields.table(fields.need(key)?, key)?)
}

/// The blocks at `key`; none where it is absent.
pub(super) fn each<T>(
    fields: &Fields<'_>,
    key: &'static str,
    read: impl Fn(&Fields<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    // All of them are looked at before the first mistake counts.
    let blocks: Vec<_> =
        fields.items(key).into_iter().map(|item| read(&fields.table(item, key)?)).collect();
    blocks.into_iter().collect()
}
