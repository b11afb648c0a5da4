//! What the catalog says: a table, what a role may do with it, and its policies.
//!
//! Read by the operator, under an empty search path, so that every name in a policy is qualified.

mod policy;
mod table;

use serde::{Deserialize, de::DeserializeOwned};

pub use self::{
    policy::{Applies, Combination, Function, Policy, Read},
    table::{Access, Attribute, Rights, RowSecurity, Table, Trigger},
};
use crate::{
    list::TypeName,
    pg::{Deparsed, Kind, Problem, RelationName, Row, Rows, Sql, Trial},
    tables::{Relation, RelationKind},
};

/// A table with its policies, for one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The role whose rights count: whoever acts, or the owner of the view through which they look.
    pub role: String,
    /// The table.
    pub table: Table,
    /// Its policies, in order of their names.
    pub policies: Vec<Policy>,
}

impl Catalog {
    /// Reads what there is about `relation` for `role`.
    pub(crate) async fn read(
        trial: &mut Trial<'_>,
        relation: &Relation,
        role: &str,
    ) -> Result<Self, Problem> {
        let [table, policies] = statements(relation, role);
        let table = trial.observe(&table).await??;
        let policies = trial.observe(&policies).await??;
        Self::of(relation, role, &table, &policies)
    }

    /// What [`statements`] found about `relation` for `role`.
    pub(crate) fn of(
        relation: &Relation,
        role: &str,
        rows: &Rows,
        policies: &Rows,
    ) -> Result<Self, Problem> {
        let cells = rows.rows.first().ok_or_else(|| {
            Problem::new(
                Kind::Missing,
                format!("there is no such table, or no role `{role}`: {}", relation.name),
            )
            .hint("`purview get tables` lists tables, psql's `\\du` roles")
        })?;
        let cells = Cells(cells);
        let table = table(&cells, relation)?;
        Ok(Self { role: role.to_owned(), table, policies: policies_of(policies)? })
    }

    /// The policies that count for the role, if any do.
    pub fn combination(&self, set: super::gate::Set) -> Combination<'_> {
        Combination::of(&self.policies, set)
    }
}

/// The search path that a login of `role` would have, where somebody set one.
pub(crate) fn search_path_statement(role: &str) -> Sql {
    let mut sql = Sql::new("SELECT s.search_path FROM (\n");
    sql.push(include_str!("../sql/search_path.sql"))
        .push(") s WHERE s.role = ")
        .bind(Some(role), "pg_catalog.text");
    sql
}

/// What asks for a table and its policies.
pub(crate) fn statements(relation: &Relation, role: &str) -> [Sql; 2] {
    [table_statement(&relation.name, role), policies_statement(&relation.name, role)]
}

fn table_statement(relation: &RelationName, role: &str) -> Sql {
    let mut sql = Sql::new(
        "SELECT t.oid::text, t.owner, t.row_security::text, t.forced::text, t.invoker::text, t.partition_of, t.columns::text, t.triggers::text, t.reads::text, \
         r.rolsuper::text, r.rolbypassrls::text, pg_catalog.pg_has_role(r.oid, t.owner_oid, 'USAGE')::text, \
         pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CONNECT')::text, \
         pg_catalog.has_schema_privilege(r.oid, t.schema_oid, 'USAGE')::text, \
         (SELECT pg_catalog.json_agg(pg_catalog.has_table_privilege(r.oid, t.oid, p.name) ORDER BY p.place)::text \
            FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS p(name, place)), \
         (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(\
                   pg_catalog.has_column_privilege(r.oid, t.oid, a.attnum, 'SELECT'), \
                   pg_catalog.has_column_privilege(r.oid, t.oid, a.attnum, 'INSERT'), \
                   pg_catalog.has_column_privilege(r.oid, t.oid, a.attnum, 'UPDATE')) ORDER BY a.attnum)::text \
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) FROM (\n",
    );
    sql.push(include_str!("../sql/table.sql"))
        .push(") t JOIN pg_catalog.pg_roles r ON r.rolname = ")
        .bind(Some(role), "pg_catalog.name");
    sql.push(" WHERE t.schema = ")
        .bind(Some(&relation.schema), "pg_catalog.text")
        .push(" AND t.relation = ")
        .bind(Some(&relation.name), "pg_catalog.text");
    sql
}

fn policies_statement(relation: &RelationName, role: &str) -> Sql {
    // USAGE, not MEMBER: a member that does not inherit is not concerned (`check_role_for_policy` in `rowsecurity.c`).
    let mut sql = Sql::new(
        "SELECT p.policy, p.command, p.permissive::text, p.roles::text, p.\"using\", p.with_check, p.columns::text, p.reads::text, p.functions::text, p.made::text, p.whole_row::text, p.system_columns::text, \
         (0 = ANY (p.role_oids))::text, \
         (SELECT min(g.rolname::text) FROM pg_catalog.pg_roles g WHERE g.oid = ANY (p.role_oids) AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE')), \
         (SELECT min(g.rolname::text) FROM pg_catalog.pg_roles g WHERE g.oid = ANY (p.role_oids) AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER')) FROM (\n",
    );
    sql.push(include_str!("../sql/policies.sql"))
        .push(") p JOIN pg_catalog.pg_roles r ON r.rolname = ")
        .bind(Some(role), "pg_catalog.name");
    sql.push(" WHERE p.table_oid = ")
        .bind(Some(&relation.quoted()), "pg_catalog.regclass")
        .push(" ORDER BY p.policy COLLATE \"C\"");
    sql
}

/// The cells of a row of the catalog.
struct Cells<'a>(&'a Row);

impl Cells<'_> {
    fn get(&self, index: usize) -> Option<String> {
        self.0.get(index).cloned().flatten()
    }

    fn text(&self, index: usize) -> String {
        self.get(index).unwrap_or_default()
    }

    fn flag(&self, index: usize) -> bool {
        self.text(index) == "true"
    }

    /// A list as the server made it; none where there is nothing.
    fn list<T: DeserializeOwned>(&self, index: usize) -> Result<Vec<T>, Problem> {
        let Some(text) = self.get(index) else { return Ok(Vec::new()) };
        serde_json::from_str(&text)
            .map_err(|error| Problem::bug(format!("the catalog's answer cannot be read: {error}")))
    }

    fn deparsed(&self, index: usize) -> Option<Deparsed> {
        self.get(index).map(Deparsed::from_catalog)
    }
}

#[derive(Deserialize)]
struct ColumnCell {
    name: String,
    type_schema: String,
    type_name: String,
    base_schema: String,
    base_name: String,
    expression: Option<String>,
    identity: bool,
    domain: bool,
    exact: bool,
}

fn table(cells: &Cells<'_>, relation: &Relation) -> Result<Table, Problem> {
    let forced = cells.flag(3);
    let on =
        cells.flag(2) && matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned);
    let row_security = match () {
        () if !on => RowSecurity::Off,
        () if cells.flag(9) => RowSecurity::Superuser,
        () if cells.flag(10) => RowSecurity::BypassRls,
        () if cells.flag(11) && !forced => RowSecurity::Owner,
        () => RowSecurity::On,
    };
    let columns = cells.list::<ColumnCell>(6)?;
    let rights = cells.list::<[bool; 3]>(15)?;
    let attributes =
        columns.into_iter().zip(rights).map(|(column, [select, insert, update])| Attribute {
            name: column.name,
            type_name: TypeName::new(column.type_schema, column.type_name),
            base: TypeName::new(column.base_schema, column.base_name),
            generated: column.expression.map(Deparsed::from_catalog),
            identity: column.identity,
            domain: column.domain,
            exact: column.exact,
            rights: Rights { select, insert, update, delete: false },
        });
    let [select, insert, update, delete] = <[bool; 4]>::try_from(cells.list::<bool>(14)?)
        .map_err(|_| Problem::bug("the catalog told other privileges than were asked"))?;
    Ok(Table {
        name: relation.name.clone(),
        oid: cells.text(0),
        kind: relation.kind,
        owner: cells.text(1),
        forced,
        invoker: cells.flag(4),
        partition_of: cells.get(5),
        attributes: attributes.collect(),
        key: relation.key.clone(),
        triggers: cells.list(7)?,
        reads: cells.list(8)?,
        access: Access {
            connect: cells.flag(12),
            usage: cells.flag(13),
            rights: Rights { select, insert, update, delete },
            row_security,
        },
    })
}

fn policies_of(rows: &Rows) -> Result<Vec<Policy>, Problem> {
    rows.rows.iter().map(|row| policy(&Cells(row))).collect()
}

fn policy(cells: &Cells<'_>) -> Result<Policy, Problem> {
    let applies = match (cells.flag(12), cells.get(13), cells.get(14)) {
        (true, _, _) => Applies::Everybody,
        (false, Some(role), _) => Applies::Through(role),
        (false, None, Some(role)) => Applies::WithoutInheriting(role),
        (false, None, None) => Applies::No,
    };
    Ok(Policy {
        name: cells.text(0),
        command: cells.text(1).chars().next().unwrap_or('*'),
        permissive: cells.flag(2),
        roles: cells.list(3)?,
        applies,
        using: cells.deparsed(4),
        with_check: cells.deparsed(5),
        columns: cells.list(6)?,
        reads: cells.list(7)?,
        functions: cells.list(8)?,
        made: cells.flag(9),
        whole_row: cells.flag(10),
        system_columns: cells.flag(11),
    })
}
