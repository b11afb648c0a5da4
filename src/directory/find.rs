//! Find anything: a name, an e-mail address or an id, whatever it belongs to.

use std::sync::Arc;

use super::part::{self, Concept};
use crate::{
    database::Database,
    mapping::{Expression, Mapping, Source},
    pg::{Identity, Problem, RelationName, Row, Run, Sql},
    question::Question,
    text::is_uuid,
};

/// How many hits of one sort are enough.
pub(super) const HITS: u64 = 8;

/// What is called or numbered like `needle`?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// A part of a name or address, or a whole id.
    pub needle: String,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub what: What,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What it goes by besides: a user's name beside the address.
    pub also: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// An organization.
    Organization,
    /// A department.
    Department,
    /// A user.
    User,
    /// A row of a table, by the name of its key column.
    Row {
        /// The table.
        table: RelationName,
        /// Its key.
        key: String,
    },
}

impl What {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Department => "department",
            Self::User => "user",
            Self::Row { .. } => "row",
        }
    }
}

impl Question for Find {
    type Answer = Vec<Found>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Found>, Problem> {
        let needle = self.needle.trim();
        let mut found = Vec::new();
        if needle.is_empty() {
            return Ok(found);
        }
        if database.mapping.is_some() {
            for what in [What::Organization, What::Department, What::User] {
                let asker = Asker { database: &database, identity: &identity, run: &run };
                found.extend(asker.named(&what, needle, Match::Part).await?);
            }
        }
        if is_uuid(needle) {
            // A row that is known by a better name is not told twice.
            let known: Vec<String> = found.iter().map(|hit| hit.id.clone()).collect();
            let rows = rows_with_id(&database, &identity, needle, &run).await?;
            found.extend(rows.into_iter().filter(|row| !known.contains(&row.id)));
        }
        Ok(found)
    }
}

/// How a name has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// All of it, whatever the case.
    Whole,
    /// Some part of it, whatever the case.
    Part,
}

/// Whoever looks for something by its name.
pub(super) struct Asker<'a> {
    pub(super) database: &'a Database,
    pub(super) identity: &'a Identity,
    pub(super) run: &'a Run,
}

impl Asker<'_> {
    /// Up to [`HITS`] things of the sort `what` whose id is `needle` or one of whose names matches it; none where the schema has no such things.
    pub(super) async fn named(
        &self,
        what: &What,
        needle: &str,
        how: Match,
    ) -> Result<Vec<Found>, Problem> {
        let mapping = self.database.mapping()?;
        let Some((source, id, names)) = names(mapping, what) else { return Ok(Vec::new()) };
        let sql = self.search(source, id, &names, needle, how).await?;
        let rows = self.database.door.read(self.identity, &sql, self.run).await?.rows;
        Ok(rows.into_iter().filter_map(|row| hit(row, what.clone())).collect())
    }

    async fn search(
        &self,
        source: &Source,
        id: &Expression,
        names: &[&Expression],
        needle: &str,
        how: Match,
    ) -> Result<Sql, Problem> {
        let mut sql = Sql::new("SELECT ");
        sql.append(&part::text_or_null(Some(id))).push(", COALESCE(");
        for name in names {
            sql.append(&part::text_or_null(Some(name))).push(", ");
        }
        sql.append(&part::text_or_null(Some(id)))
            .push("), ")
            .append(&part::text_or_null(names.get(1).copied()))
            .push(" ")
            .append(&part::from(source))
            .push(" WHERE (");
        let concept = Concept::of(self.database, source, self.run).await?;
        if is_uuid(needle) && concept.type_name(id).name == "uuid" {
            sql.checked(id).push(" = ").bind(Some(needle), "pg_catalog.uuid");
        } else {
            sql.append(&part::text_or_null(Some(id)))
                .push(" = ")
                .bind(Some(needle), "pg_catalog.text");
            let escaped = crate::list::escape_like(needle);
            let pattern = if how == Match::Part { format!("%{escaped}%") } else { escaped };
            for name in names {
                sql.push(" OR ")
                    .append(&part::text_or_null(Some(name)))
                    .push(" ILIKE ")
                    .bind(Some(&pattern), "pg_catalog.text");
            }
        }
        sql.push(")").append(&part::and_filter(source)).push(" LIMIT ").number(HITS);
        Ok(sql)
    }
}

/// Where things of the sort `what` are, and by which expressions people know them.
fn names<'a>(
    mapping: &'a Mapping,
    what: &What,
) -> Option<(&'a Source, &'a Expression, Vec<&'a Expression>)> {
    match what {
        What::Organization => {
            let it = &mapping.organization;
            Some((&it.source, &it.id, vec![&it.name]))
        }
        What::Department => {
            let it = mapping.department.as_ref()?;
            Some((&it.source, &it.id, vec![&it.name]))
        }
        What::User => {
            let it = &mapping.user;
            Some((&it.source, &it.id, it.email.iter().chain(&it.name).collect()))
        }
        What::Row { .. } => None,
    }
}

fn hit(row: Row, what: What) -> Option<Found> {
    let mut cells = row.into_iter();
    Some(Found { what, id: cells.next()??, label: cells.next()??, also: cells.next()? })
}

/// Rows of any readable table whose key is the one column of type uuid that holds `needle`.
async fn rows_with_id(
    database: &Database,
    identity: &Identity,
    needle: &str,
    run: &Run,
) -> Result<Vec<Found>, Problem> {
    let tables = Sql::new(include_str!("sql/uuid_keys.sql"));
    let tables = database.door.read(identity, &tables, run).await?.rows;
    let mut arms = Vec::new();
    let mut places = Vec::new();
    for row in tables {
        let [Some(schema), Some(name), Some(key)] = row.as_slice() else { continue };
        let table = RelationName::new(schema, name);
        let mut arm = Sql::new("SELECT ");
        arm.number(places.len() as u64)
            .push("::pg_catalog.text FROM ")
            .relation(&table)
            .push(" t WHERE ");
        arm.column("t", key).push(" = ").bind(Some(needle), "pg_catalog.uuid");
        arms.push(arm);
        places.push((table, key.clone()));
    }
    if arms.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        database.door.read(identity, &crate::pg::sql::join(&arms, " UNION ALL "), run).await?.rows;
    let place = |row: &Row| places.get(row.first()?.as_deref()?.parse::<usize>().ok()?);
    Ok(rows
        .iter()
        .filter_map(place)
        .map(|(table, key)| Found {
            label: format!("{table} · {needle}"),
            what: What::Row { table: table.clone(), key: key.clone() },
            id: needle.to_owned(),
            also: None,
        })
        .collect())
}
