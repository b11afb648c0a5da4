//! What a list is made of: where its rows come from, what its columns are worth, what identifies a row.

use super::{Column, Kind, Sort};
use crate::pg::{RelationName, Sql};

/// A type, with its schema.
pub type TypeName = RelationName;

/// A column and the SQL behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The column.
    pub column: Column,
    /// Its value; what is sorted and compared.
    pub value: Sql,
    /// How it is printed, where that is not the value's own text.
    pub print: Option<Sql>,
    /// The value's type.
    pub type_name: TypeName,
    /// Whether the value can be NULL, as far as the catalog knows.
    pub nullable: bool,
    /// Whether the server may have to print more than a line of it.
    pub long: bool,
    /// The zone in which the value is read, where it is a time without one.
    pub zone: Option<String>,
}

impl Field {
    /// A column worth `value`, of unknown type: it is cast to the one type of its kind, so that comparing is well defined.
    pub fn computed(column: Column, value: &Sql) -> Self {
        let (name, cast) = match column.kind {
            Kind::Text | Kind::Json => ("text", ")::pg_catalog.text"),
            Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration => {
                ("numeric", ")::pg_catalog.numeric")
            }
            Kind::Time => ("timestamptz", ")::pg_catalog.timestamptz"),
            Kind::Boolean => ("bool", ")::pg_catalog.bool"),
        };
        let mut typed = Sql::new("(");
        typed.append(value).push(cast);
        let long = matches!(column.kind, Kind::Text | Kind::Json);
        Self {
            column,
            value: typed,
            print: None,
            type_name: TypeName::new("pg_catalog", name),
            nullable: true,
            long,
            zone: None,
        }
    }

    /// A column worth `value`, whose type the catalog tells.
    pub fn typed(column: Column, value: Sql, type_name: TypeName, nullable: bool) -> Self {
        let long = matches!(column.kind, Kind::Text | Kind::Json);
        Self { column, value, print: None, type_name, nullable, long, zone: None }
    }
}

impl Field {
    /// The instant `text`, as a value that compares with this field's and lets an index on it serve.
    pub(crate) fn instant(&self, text: &Sql) -> Sql {
        let mut sql = Sql::new("(");
        sql.append(text).push(")");
        if let Some(zone) = &self.zone {
            sql.push(" AT TIME ZONE ").bind(Some(zone), "pg_catalog.text");
        }
        let mut whole = Sql::new("(");
        whole.append(&sql).push(")");
        whole
    }

    /// The value as one that compares with the same column of another source: an instant with its zone, text as text.
    pub(crate) fn common(&self) -> Sql {
        let mut sql = Sql::new("((");
        sql.append(&self.value).push(")");
        if let Some(zone) = &self.zone {
            sql.push(" AT TIME ZONE ").bind(Some(zone), "pg_catalog.text");
        }
        sql.push(match self.column.kind {
            Kind::Text | Kind::Json => ")::pg_catalog.text",
            Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration => ")::pg_catalog.numeric",
            Kind::Time => ")::pg_catalog.timestamptz",
            Kind::Boolean => ")::pg_catalog.bool",
        });
        sql
    }
}

/// A part of what identifies a row; never NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// Its value.
    pub value: Sql,
    /// Its type.
    pub type_name: TypeName,
}

/// What a list is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Its columns.
    pub fields: Vec<Field>,
    /// `FROM …` with all its joins.
    pub from: Sql,
    /// What every row fulfils.
    pub conditions: Vec<Sql>,
    /// What identifies a row; empty where nothing does, and then there is only one page.
    pub key: Vec<KeyPart>,
    /// The order when nobody asks for another; the key's when absent.
    pub order: Option<Sort>,
    /// How many rows the planner believes there are without any filter.
    pub estimate: Option<u64>,
}

impl Select {
    /// The field of the column `name`; the canonical name comes before what a schema calls another.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let named = self.fields.iter().find(|field| field.column.name == name);
        named.or_else(|| self.fields.iter().find(|field| field.column.answers_to(name)))
    }
}
