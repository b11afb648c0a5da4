//! A relation as the catalog describes it: its columns, their types, and what identifies a row.

use std::sync::Arc;

use crate::{
    database::Database,
    list::{Kind, TypeName},
    pg::{Door, Identity, Kind as Sort, Problem, RelationName, Row, Run, Sql},
    question::Question,
};

/// What sort of relation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// An ordinary table.
    Table,
    /// A partitioned table.
    Partitioned,
    /// A view: its owner's code runs when it is read.
    View,
    /// A materialized view.
    Materialized,
    /// A foreign table.
    Foreign,
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_name: TypeName,
    /// Its type as people write it, with length and precision.
    pub shown: String,
    /// The type under a domain, else the type itself: what a value is given as, so that no check of the domain runs for whoever only looks.
    pub base: TypeName,
    /// Whether it is never NULL.
    pub not_null: bool,
    /// Whether an index that holds every row begins with it, so that the server can walk in its order.
    pub indexed: bool,
}

impl Attribute {
    /// What the values are, for comparing, aligning and printing.
    pub fn kind(&self) -> Kind {
        // A type of the schema's own may have the name of one of the server's.
        if self.base.schema != "pg_catalog" {
            return Kind::Text;
        }
        match self.base.name.as_str() {
            "int2" | "int4" | "int8" | "float4" | "float8" | "oid" => Kind::Number,
            "numeric" => Kind::Decimal,
            "timestamptz" | "timestamp" | "date" => Kind::Time,
            "bool" => Kind::Boolean,
            "json" | "jsonb" => Kind::Json,
            _ => Kind::Text,
        }
    }

    /// Whether a value may be longer than a line.
    pub fn is_long(&self) -> bool {
        !matches!(self.kind(), Kind::Number | Kind::Decimal | Kind::Time | Kind::Boolean)
            && !matches!(self.base.name.as_str(), "uuid" | "inet" | "cidr" | "time" | "interval")
    }
}

/// A relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: RelationName,
    /// What sort it is.
    pub kind: RelationKind,
    /// How many rows the planner believes it has; absent if nobody has looked yet.
    pub estimate: Option<u64>,
    /// Its columns, in order.
    pub attributes: Vec<Attribute>,
    /// The columns that identify a row: the primary key, else a unique one without NULLs, else none.
    pub key: Vec<String>,
}

/// Which columns has the table, and what identifies a row of it?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The table.
    pub table: RelationName,
}

impl Question for Columns {
    type Answer = Arc<Relation>;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Arc<Relation>, Problem> {
        database.relation(&self.table, &run).await
    }
}

impl Relation {
    /// The column `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Reads the relation `name` from the catalog.
    pub(crate) async fn read(door: &Door, name: &RelationName, run: &Run) -> Result<Self, Problem> {
        let rows = door.read(&Identity::Observer, &Self::question(name), run).await?.rows;
        Self::of(name, &rows).ok_or_else(|| {
            Problem::new(Sort::Missing, format!("there is no table or view: {name}"))
                .hint("`:tables` lists them")
        })
    }

    /// What to ask the catalog about the relation `name`.
    pub(crate) fn question(name: &RelationName) -> Sql {
        let mut sql = Sql::new(
            "SELECT c.kind, c.estimate::text, c.\"column\"::text, c.type_schema, c.type_name, c.type, c.base_type, c.base_schema, c.not_null::text, c.key_position::text, c.indexed::text FROM (\n",
        );
        sql.push(include_str!("sql/columns.sql"))
            .push(") c WHERE c.schema = ")
            .bind(Some(&name.schema), "pg_catalog.name");
        sql.push(" AND c.relation = ")
            .bind(Some(&name.name), "pg_catalog.name")
            .push(" ORDER BY c.position");
        sql
    }

    /// The relation `name`, of which the catalog said `rows`; none where there is no such relation.
    pub(crate) fn of(name: &RelationName, rows: &[Row]) -> Option<Self> {
        let text = |row: &[Option<String>], index: usize| {
            row.get(index).cloned().flatten().unwrap_or_default()
        };
        let first = rows.first()?;
        let kind = match text(first, 0).as_str() {
            "p" => RelationKind::Partitioned,
            "v" => RelationKind::View,
            "m" => RelationKind::Materialized,
            "f" => RelationKind::Foreign,
            _ => RelationKind::Table,
        };
        let mut key: Vec<(usize, String)> = rows
            .iter()
            .filter_map(|row| Some((text(row, 9).parse().ok()?, text(row, 2))))
            .collect();
        key.sort_unstable();
        let attributes = rows.iter().map(|row| Attribute {
            name: text(row, 2),
            type_name: TypeName::new(text(row, 3), text(row, 4)),
            shown: text(row, 5),
            base: TypeName::new(text(row, 7), text(row, 6)),
            not_null: text(row, 8) == "true",
            indexed: text(row, 10) == "true",
        });
        Some(Self {
            name: name.clone(),
            kind,
            estimate: text(first, 1).parse().ok(),
            attributes: attributes.collect(),
            key: key.into_iter().map(|(_, name)| name).collect(),
        })
    }
}
