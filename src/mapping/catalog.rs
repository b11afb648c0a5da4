//! What the catalog says about a schema: relations, columns, keys, and the rules that read identity settings.
//!
//! Read whole and at once; everything that is concluded from it is a pure function.

use std::collections::BTreeMap;

use crate::pg::{Door, Identity, Problem, RelationName, Row, Run, Sql};

/// A schema as the catalog describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Catalog {
    /// Relations by name.
    pub(super) tables: BTreeMap<RelationName, Table>,
    /// The schema's own types.
    pub(super) types: BTreeMap<RelationName, OwnType>,
    /// Policies with their expressions.
    pub(super) policies: Vec<Policy>,
    /// Functions that somebody wrote in SQL or PL/pgSQL.
    pub(super) functions: Vec<Function>,
    /// The roles of the cluster.
    pub(super) roles: Vec<DatabaseRole>,
}

/// One relation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// `r` table, `p` partitioned, `v` view, `m` materialized view, `f` foreign table.
    pub(super) kind: String,
    /// Whether it is a part of another table, or belongs to an extension.
    pub(super) is_inner: bool,
    /// Whether policies decide who sees its rows.
    pub(super) has_rls: bool,
    /// Its columns in order, system columns first.
    pub(super) columns: Vec<CatalogColumn>,
    /// The columns of its primary key.
    pub(super) primary: Vec<String>,
    /// The columns of its unique keys, the primary key among them.
    pub(super) unique: Vec<Vec<String>>,
    /// Its foreign keys.
    pub(super) references: Vec<Reference>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CatalogColumn {
    pub(super) name: String,
    /// The type as people write it.
    pub(super) type_name: String,
    /// `pg_type.typcategory`.
    pub(super) category: String,
    pub(super) not_null: bool,
    /// The literals of its check constraints.
    pub(super) values: Vec<String>,
    /// Whether every table has it (`ctid`, `xmin`, …).
    pub(super) is_system: bool,
}

/// One foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) columns: Vec<String>,
    pub(super) to: RelationName,
}

/// One type of the schema's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnType {
    /// `b` base type, `d` domain, `e` enum, `r` range.
    pub(super) sort: String,
    /// The labels of an enum.
    pub(super) labels: Vec<String>,
}

/// One policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) relation: RelationName,
    pub(super) name: String,
    pub(super) text: String,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: RelationName,
    pub(super) text: String,
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatabaseRole {
    pub(super) name: String,
    pub(super) is_superuser: bool,
    pub(super) bypasses_rls: bool,
    pub(super) may_log_in: bool,
    /// How many tables it was granted to read.
    pub(super) readable: u64,
    /// How many tables it owns.
    pub(super) owned: u64,
    /// How many policies name it.
    pub(super) policies: u64,
}

impl Catalog {
    /// Reads the catalog.
    pub(super) async fn read(door: &Door, run: &Run) -> Result<Self, Problem> {
        let questions = [
            Sql::new(include_str!("sql/catalog_columns.sql")),
            Sql::new(include_str!("sql/catalog_keys.sql")),
            Sql::new(include_str!("sql/catalog_rules.sql")),
            Sql::new(include_str!("sql/catalog_roles.sql")),
            Sql::new(include_str!("sql/catalog_types.sql")),
            Sql::new(include_str!("sql/catalog_checks.sql")),
        ];
        let answers = door.read_all(&Identity::Observer, &questions, run).await?;
        let mut catalog = Self::default();
        let [columns, keys, rules, people, user_types, checks] = answers.as_slice() else {
            return Err(Problem::bug("the catalog answered something else than was asked"));
        };
        columns.rows.iter().for_each(|row| catalog.add_column(row));
        keys.rows.iter().try_for_each(|row| catalog.add_key(row))?;
        checks.rows.iter().for_each(|row| catalog.add_check(row));
        rules.rows.iter().for_each(|row| catalog.add_rule(row));
        for row in &people.rows {
            catalog.roles.push(DatabaseRole {
                name: text(row, 0),
                is_superuser: flag(row, 1),
                bypasses_rls: flag(row, 2),
                may_log_in: flag(row, 3),
                readable: number(row, 4)?,
                owned: number(row, 5)?,
                policies: number(row, 6)?,
            });
        }
        for row in &user_types.rows {
            let own = OwnType { sort: text(row, 2), labels: list(row, 3)? };
            catalog.types.insert(RelationName::new(text(row, 0), text(row, 1)), own);
        }
        Ok(catalog)
    }

    /// The column `name` of `relation`.
    pub(super) fn column(&self, relation: &RelationName, name: &str) -> Option<&CatalogColumn> {
        self.tables.get(relation)?.column(name)
    }

    fn add_column(&mut self, row: &Row) {
        let table = self.tables.entry(RelationName::new(text(row, 0), text(row, 1))).or_default();
        table.kind = text(row, 2);
        table.is_inner = flag(row, 3) || flag(row, 4);
        table.has_rls = flag(row, 10);
        table.columns.push(CatalogColumn {
            name: text(row, 5),
            is_system: text(row, 6).starts_with('-'),
            type_name: text(row, 7),
            category: text(row, 8),
            not_null: flag(row, 9),
            values: Vec::new(),
        });
    }

    fn add_key(&mut self, row: &Row) -> Result<(), Problem> {
        let Some(table) = self.tables.get_mut(&RelationName::new(text(row, 1), text(row, 2)))
        else {
            return Ok(());
        };
        let columns = list(row, 3)?;
        match text(row, 0).as_str() {
            "foreign" => {
                let to = RelationName::new(text(row, 4), text(row, 5));
                table.references.push(Reference { columns, to });
            }
            kind => {
                if kind == "primary" {
                    table.primary.clone_from(&columns);
                }
                table.unique.push(columns);
            }
        }
        Ok(())
    }

    fn add_check(&mut self, row: &Row) {
        let table = self.tables.get_mut(&RelationName::new(text(row, 0), text(row, 1)));
        let column = text(row, 2);
        let column = table.and_then(|it| it.columns.iter_mut().find(|it| it.name == column));
        if let Some(column) = column {
            column.values.extend(literals(&text(row, 3)));
        }
    }

    fn add_rule(&mut self, row: &Row) {
        let name = text(row, 3);
        if text(row, 0) == "policy" {
            let relation = RelationName::new(text(row, 1), text(row, 2));
            self.policies.push(Policy { relation, name, text: text(row, 4) });
        } else {
            let name = RelationName::new(text(row, 1), name);
            self.functions.push(Function { name, text: text(row, 4) });
        }
    }
}

impl Table {
    /// The column `name`.
    pub(super) fn column(&self, name: &str) -> Option<&CatalogColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns that somebody defined.
    pub(super) fn own_columns(&self) -> impl Iterator<Item = &CatalogColumn> {
        self.columns.iter().filter(|column| !column.is_system)
    }
}

/// The texts in quotes of `definition`, as `pg_get_constraintdef` writes them.
fn literals(definition: &str) -> Vec<String> {
    let plain = definition.replace("''", "\0");
    let inside = plain.split('\'').skip(1).step_by(2);
    inside.map(|text| text.replace('\0', "'")).collect()
}

fn text(row: &Row, index: usize) -> String {
    row.get(index).cloned().flatten().unwrap_or_default()
}

fn flag(row: &Row, index: usize) -> bool {
    text(row, index) == "true"
}

fn number(row: &Row, index: usize) -> Result<u64, Problem> {
    let text = text(row, index);
    text.parse().map_err(|_| Problem::bug(format!("the catalog gave no number: {text}")))
}

/// A list, which is NULL where it is empty.
fn list(row: &Row, index: usize) -> Result<Vec<String>, Problem> {
    let Some(text) = row.get(index).cloned().flatten() else { return Ok(Vec::new()) };
    serde_json::from_str(&text)
        .map_err(|_| Problem::bug(format!("the catalog gave no list: {text}")))
}
