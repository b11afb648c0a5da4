//! One user, whole: what the list says, memberships, departments, grants, permissions, and the last things they did.

use std::sync::Arc;

use super::{
    Grants, Memberships, Users,
    departments::{department_name, people_in, recorded},
    grants::granted,
    memberships::{equals, members, organization_name},
    part::{self, Concept},
    roles::with_permissions,
};
use crate::{
    database::Database,
    list::{self, Page, Query, TypeName, View},
    mapping::{Audit, Mapping},
    pg::{Identity, Problem, RelationName, Row, Run, Sql},
    question::Question,
};

/// How many of the last events are told.
const EVENTS: u64 = 12;

/// Who is the user with this id?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetail {
    /// The user's id.
    pub id: String,
}

/// One user. Each part by itself may be out of reach of whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The user's row, as in the list, with all columns.
    pub user: Page,
    /// Their memberships.
    pub memberships: Result<Page, Problem>,
    /// The departments that they are in.
    pub departments: Result<Vec<Member>, Problem>,
    /// Their grants.
    pub grants: Result<Page, Problem>,
    /// Their permissions: where they come from, and the JSON.
    pub permissions: Result<Vec<(String, String)>, Problem>,
    /// The last things they did, newest first.
    pub events: Result<Vec<Event>, Problem>,
}

/// A department that a user is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The department's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// As what they are in it, where the schema says so.
    pub role: String,
}

/// Something that a user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: String,
    /// What.
    pub action: String,
    /// To what.
    pub entity: String,
    /// Which source tells.
    pub source: String,
    /// The row that tells it: the table, the column that is its key, and the key. Absent where an expression is the key.
    pub row: Option<(RelationName, String, String)>,
}

impl Question for UserDetail {
    type Answer = Detail;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Detail, Problem> {
        let mapping = database.mapping()?;
        let asker = Asker { database: &database, identity: &identity, run: &run };
        let user = asker.page(&Users { id: Some(self.id.clone()), ..Users::default() }).await?;
        let memberships =
            asker.page(&Memberships { user: Some(self.id.clone()), organization: None }).await;
        let grants = asker.page(&Grants { user: Some(self.id.clone()), ..Grants::default() }).await;
        let key = Concept::of(&database, &mapping.user.source, &run).await?;
        let who = Who { id: &self.id, key: key.type_name(&mapping.user.id) };
        let departments = asker.departments(mapping, &who).await;
        let permissions = asker.permissions(mapping, &who).await;
        let events = asker.events(mapping, &who).await;
        Ok(Detail { user, memberships, departments, grants, permissions, events })
    }
}

struct Asker<'a> {
    database: &'a Database,
    identity: &'a Identity,
    run: &'a Run,
}

impl Asker<'_> {
    async fn page(&self, view: &impl View) -> Result<Page, Problem> {
        let select = view.select(self.database, self.run).await?;
        list::page(
            self.database,
            self.identity,
            self.run,
            &select,
            &Query { whole: true, ..Query::default() },
        )
        .await
    }

    async fn rows(&self, sql: &Sql) -> Result<Vec<Row>, Problem> {
        Ok(self.database.door.read(self.identity, sql, self.run).await?.rows)
    }

    async fn departments(&self, mapping: &Mapping, who: &Who<'_>) -> Result<Vec<Member>, Problem> {
        let Some(department) = &mapping.department else {
            return Err(part::absent(mapping, "departments"));
        };
        let people = recorded(mapping)?;
        let mut sql = Sql::new("SELECT DISTINCT d.department_id::pg_catalog.text, ");
        sql.append(&department_name(department, "d.department_id"))
            .push(" AS name, d.role FROM (")
            .append(&people)
            .push(") d WHERE ")
            .append(&who.is("d.user_id"))
            .push(" ORDER BY 2, 1");
        Ok(self.rows(&sql).await?.into_iter().filter_map(member).collect())
    }

    /// Permissions that a user has by a membership, by a department or by a role.
    async fn permissions(
        &self,
        mapping: &Mapping,
        who: &Who<'_>,
    ) -> Result<Vec<(String, String)>, Problem> {
        let mut arms = Vec::new();
        let mut arm = Sql::new("SELECT '1', pg_catalog.concat_ws(' in ', 'membership', ");
        arm.append(&organization_name(mapping, "m.organization_id"))
            .push("), m.permissions FROM (")
            .append(&members(mapping)?)
            .push(") m WHERE m.permissions IS NOT NULL AND ")
            .append(&who.is("m.user_id"));
        arms.push(arm);
        if let (Some(department), Some(people)) = (&mapping.department, people_in(mapping)) {
            let mut arm = Sql::new("SELECT '2', pg_catalog.concat_ws(' ', ");
            arm.bind(Some(&department.label.one), "pg_catalog.text")
                .push(", ")
                .append(&department_name(department, "d.department_id"))
                .push("), d.permissions FROM (")
                .append(&people)
                .push(") d WHERE d.permissions IS NOT NULL AND ")
                .append(&who.is("d.user_id"));
            arms.push(arm);
        }
        if let (Some(roles), Ok(granted)) = (with_permissions(mapping), granted(mapping)) {
            let mut arm = Sql::new(
                "SELECT '3', pg_catalog.concat_ws(' ', 'role', r.name), r.permissions FROM (",
            );
            arm.append(&roles)
                .push(") r WHERE r.permissions IS NOT NULL AND r.name IN (SELECT g.role FROM (")
                .append(&granted)
                .push(") g WHERE ")
                .append(&who.is("g.user_id"))
                .push(")");
            arms.push(arm);
        }
        let mut sql = crate::pg::sql::join(&arms, " UNION ALL ");
        sql.push(" ORDER BY 1, 2");
        Ok(self.rows(&sql).await?.into_iter().filter_map(from_whom).collect())
    }

    async fn events(&self, mapping: &Mapping, who: &Who<'_>) -> Result<Vec<Event>, Problem> {
        let told: Vec<_> = mapping.audits.iter().filter(|audit| audit.actor_id.is_some()).collect();
        if told.is_empty() {
            return Err(part::absent(mapping, "events with an actor"));
        }
        let arms: Vec<_> =
            told.iter().enumerate().map(|(index, audit)| deeds(index, audit, who)).collect();
        let mut sql =
            Sql::new("SELECT e.at::pg_catalog.text, e.action, e.entity, e.source, e.id FROM (");
        sql.append(&crate::pg::sql::join(&arms, " UNION ALL "))
            .push(") e ORDER BY e.at DESC LIMIT ")
            .number(EVENTS);
        let rows = self.rows(&sql).await?;
        Ok(rows.into_iter().map(|row| event(row, &told)).collect())
    }
}

/// Whom all is about.
struct Who<'a> {
    id: &'a str,
    key: TypeName,
}

impl Who<'_> {
    fn is(&self, column: &'static str) -> Sql {
        equals(column, self.id, &self.key)
    }
}

/// The last things that `who` did, as the source with this number tells.
fn deeds(index: usize, audit: &Audit, who: &Who<'_>) -> Sql {
    let mut arm = Sql::new("(SELECT ");
    arm.append(&part::time_or_null(Some(&audit.at)))
        .push(" AS at, ")
        .append(&part::text_or_null(audit.action.as_ref()))
        .push(" AS action, pg_catalog.concat_ws(' ', ")
        .append(&part::text_or_null(audit.entity_type.as_ref()))
        .push(", ")
        .append(&part::text_or_null(audit.entity_id.as_ref()))
        .push(") AS entity, ")
        .number(index as u64)
        .push("::pg_catalog.text AS source, ")
        .append(&part::text_or_null(Some(&audit.id)))
        .push(" AS id ")
        .append(&part::from(&audit.source))
        .push(" WHERE ");
    if let Some(actor) = &audit.actor_id {
        arm.checked(actor).push(" = ").bind_as(Some(who.id), &who.key);
    }
    arm.append(&part::and_filter(&audit.source))
        .push(" ORDER BY ")
        .checked(&audit.at)
        .push(" DESC LIMIT ")
        .number(EVENTS)
        .push(")");
    arm
}

fn member(row: Row) -> Option<Member> {
    let mut cells = row.into_iter();
    let id = cells.next()??;
    let name = cells.next()?.unwrap_or_else(|| id.clone());
    Some(Member { id, name, role: cells.next()?.unwrap_or_default() })
}

fn from_whom(row: Row) -> Option<(String, String)> {
    let mut cells = row.into_iter().skip(1);
    Some((cells.next()??, cells.next()??))
}

fn event(row: Row, told: &[&Audit]) -> Event {
    let mut cells = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || cells.next().unwrap_or_default();
    let (at, action, entity) = (next(), next(), next());
    let audit = next().parse().ok().and_then(|index: usize| told.get(index));
    let id = next();
    let row = audit.and_then(|audit| {
        let column = audit.id.plain_column()?;
        Some((audit.source.relation.clone(), column.to_owned(), id))
    });
    let source = audit.map(|audit| audit.name.clone()).unwrap_or_default();
    Event { at, action, entity, source, row }
}
