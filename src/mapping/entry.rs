//! The entry that the application's own audit gets before somebody is acted as: a relation, and for some of its columns a text or JSON with places.
//!
//! Values are bound, all in one; the server reads each as the type of its column.

use toml::de::DeValue;

use super::{
    JsonTemplate, Place, Subject,
    page::{Fields, kind},
    part::Part,
    recipe,
};
use crate::pg::{Problem, RelationName, Sql};

/// The entry about acting as somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Where it goes.
    pub relation: RelationName,
    /// What it says, by column; columns that are not named are left to their defaults.
    pub values: Vec<(String, JsonTemplate)>,
    /// The line of the file on which it begins.
    pub line: usize,
}

impl AuditEntry {
    /// The statement that writes the entry about `subject`, who has an occasion.
    pub fn statement(&self, subject: &Subject<'_>) -> Result<Sql, Problem> {
        let mut sql = Sql::new("INSERT INTO ");
        sql.relation(&self.relation).push(" (");
        self.columns(&mut sql, None);
        sql.push(") ");
        sql.push("SELECT ");
        self.columns(&mut sql, Some("r"));
        sql.append(&self.source(subject)?);
        Ok(sql)
    }

    /// The same without writing it: what the entry would hold, as one text.
    pub(super) fn as_text(&self, subject: &Subject<'_>) -> Result<Sql, Problem> {
        let mut sql = Sql::new("SELECT r::pg_catalog.text");
        sql.append(&self.source(subject)?);
        Ok(sql)
    }

    /// ` FROM` the one row that the entry is.
    fn source(&self, subject: &Subject<'_>) -> Result<Sql, Problem> {
        let filled = self.values.iter().map(|(column, value)| {
            let value = value.fill(subject).map_err(|place| {
                let needs = format!("the entry needs `{}` for `{column}`", place.name());
                Problem::usage(format!("{needs}, and there is none"))
                    .hint("in a text of its own it is NULL where there is none")
            })?;
            Ok((column.clone(), value))
        });
        let filled = filled.collect::<Result<serde_json::Map<_, _>, Problem>>()?;
        let mut sql = Sql::new(" FROM pg_catalog.json_populate_record(NULL::");
        sql.relation(&self.relation).push(", ");
        let filled = serde_json::Value::Object(filled).to_string();
        sql.bind(Some(&filled), "pg_catalog.json").push(") AS r");
        Ok(sql)
    }

    fn columns(&self, sql: &mut Sql, of: Option<&'static str>) {
        for (at, (column, _)) in self.values.iter().enumerate() {
            if at > 0 {
                sql.push(", ");
            }
            match of {
                Some(alias) => sql.column(alias, column),
                None => sql.ident(column),
            };
        }
    }

    /// Reads `[identity.audit]`.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let relation = RelationName::read(fields, "relation");
        let values = fields.need("values").and_then(|item| {
            let table = fields.table(item, "identity.audit.values")?;
            let values: Vec<_> = table
                .each()
                .into_iter()
                .map(|(column, item)| {
                    if matches!(item.get_ref(), DeValue::Datetime(_)) {
                        let reason = format!("`{column}` is a text, not {}", kind(item.get_ref()));
                        table.refuse_at(item, reason);
                        return None;
                    }
                    Some((column.to_owned(), recipe::json(&table, item, Place::OF_ENTRY)?))
                })
                .collect();
            let values = values.into_iter().collect::<Option<Vec<_>>>()?;
            if !values.iter().any(|(_, value)| value.places().any(|it| it == Place::Reason)) {
                table.refuse("an entry that does not say `{reason}` tells nobody why");
                return None;
            }
            Some(values)
        });
        fields.refuse_the_rest();
        Some(Self { relation: relation?, values: values?, line: fields.line() })
    }
}
