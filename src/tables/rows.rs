//! The rows of any table or view, page by page, as whoever asks.

use super::{Attribute, Relation, RelationKind};
use crate::{
    audit,
    database::Database,
    list::{Column, Field, KeyPart, Kind, Page, Select, TypeName, View},
    pg::{Problem, RelationName, Run, Sql},
};

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The table or view.
    pub table: RelationName,
    /// Only rows in which these columns have these values.
    pub only: Vec<(String, String)>,
}

impl Rows {
    /// All rows of `table`.
    pub const fn of(table: RelationName) -> Self {
        Self { table, only: Vec::new() }
    }
}

impl View for Rows {
    /// What a trigger copied of a secret into JSON is no less secret there.
    fn veil(&self, database: &Database, page: &mut Page) {
        let Some(mapping) = &database.mapping else { return };
        let json = |(at, column): (usize, &Column)| (column.kind == Kind::Json).then_some(at);
        for at in page.columns.iter().enumerate().filter_map(json).collect::<Vec<_>>() {
            for cell in page.items.iter_mut().filter_map(|item| item.cells.get_mut(at)) {
                *cell = cell.take().map(|text| audit::without_copies(mapping, &text).into_owned());
            }
        }
    }

    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let relation = database.relation(&self.table, run).await?;
        let secret = |attribute: &Attribute| database.is_secret(&self.table, &attribute.name);
        let fields = relation.attributes.iter().map(|attribute| {
            field(attribute, relation.key.contains(&attribute.name), secret(attribute))
        });
        let mut from = Sql::new("FROM ");
        from.relation(&self.table).push(" t");
        let mut conditions = Vec::new();
        for (column, value) in &self.only {
            let attribute = relation.attribute(column).ok_or_else(|| {
                Problem::usage(format!("`{}` has no column: {column}", self.table))
            })?;
            let mut sql = Sql::default();
            sql.column("t", column).push(" = ").bind_as(Some(value), &attribute.base);
            conditions.push(sql);
        }
        Ok(Select {
            fields: fields.collect(),
            from,
            conditions,
            key: key(&relation),
            order: None,
            estimate: relation.estimate.filter(|_| self.only.is_empty()),
        })
    }
}

fn field(attribute: &Attribute, in_key: bool, secret: bool) -> Field {
    let mut value = Sql::default();
    value.column("t", &attribute.name);
    let mut column = Column::new(&attribute.name, attribute.kind());
    column.pinned = in_key;
    column.secret = secret;
    let mut field =
        Field::typed(column, value.clone(), attribute.base.clone(), !attribute.not_null);
    field.long = attribute.is_long();
    if attribute.base == TypeName::new("pg_catalog", "bytea") {
        field.print = Some(head_of_bytes(&value));
        field.column.searched = false;
        field.long = false;
    }
    field
}

/// The size of a binary value and its first bytes.
fn head_of_bytes(value: &Sql) -> Sql {
    let mut sql = Sql::new("pg_catalog.concat(pg_catalog.octet_length(");
    sql.append(value)
        .push("), ' bytes \\x', pg_catalog.encode(pg_catalog.substr(")
        .append(value)
        .push(", 1, 16), 'hex'))");
    let mut printed = Sql::new("CASE WHEN ");
    printed.append(value).push(" IS NOT NULL THEN ").append(&sql).push(" END");
    printed
}

/// What identifies a row: its key; in an ordinary table without one its place; in a view nothing, and then there is one page only.
fn key(relation: &Relation) -> Vec<KeyPart> {
    let part = |name: &String| {
        let mut value = Sql::default();
        value.column("t", name);
        let type_name = relation.attribute(name).map_or_else(
            || TypeName::new("pg_catalog", "text"),
            |attribute| attribute.base.clone(),
        );
        KeyPart { value, type_name }
    };
    let system = |column: &'static str, type_name: &str| KeyPart {
        value: Sql::new(column),
        type_name: TypeName::new("pg_catalog", type_name),
    };
    match relation.kind {
        _ if !relation.key.is_empty() => relation.key.iter().map(part).collect(),
        RelationKind::Table | RelationKind::Materialized => vec![system("t.ctid", "tid")],
        RelationKind::Partitioned => vec![system("t.tableoid", "oid"), system("t.ctid", "tid")],
        RelationKind::View | RelationKind::Foreign => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_column_is_never_read() {
        let attribute = Attribute {
            name: "password_hash".into(),
            type_name: TypeName::new("pg_catalog", "text"),
            shown: "text".into(),
            base: TypeName::new("pg_catalog", "text"),
            not_null: false,
            indexed: false,
        };
        assert!(field(&attribute, false, true).column.secret);
        assert_eq!(field(&attribute, false, false).column.kind, Kind::Text);
    }
}
