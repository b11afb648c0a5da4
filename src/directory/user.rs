//! One user, whole: what the list says, memberships, grants, permissions, and the last things they did.

use std::sync::Arc;

use super::{
    Grants, Memberships, Users,
    departments::people_in,
    memberships::{equals, members},
    part::{self, Concept},
};
use crate::{
    database::Database,
    list::{self, Page, Query, View},
    mapping::Mapping,
    pg::{Identity, Problem, Row, Run, Sql},
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
    /// Their grants.
    pub grants: Result<Page, Problem>,
    /// Their permissions: where they come from, and the JSON.
    pub permissions: Result<Vec<(String, String)>, Problem>,
    /// The last things they did, newest first.
    pub events: Result<Vec<Event>, Problem>,
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
        let permissions = asker.permissions(mapping, &self.id).await;
        let events = asker.events(mapping, &self.id).await;
        Ok(Detail { user, memberships, grants, permissions, events })
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

    /// Permissions that a user has by a membership, by a department or by a role.
    async fn permissions(
        &self,
        mapping: &Mapping,
        id: &str,
    ) -> Result<Vec<(String, String)>, Problem> {
        let user = Concept::of(self.database, &mapping.user.source, self.run)
            .await?
            .type_name(&mapping.user.id);
        let mut arms = Vec::new();
        let mut arm = Sql::new("SELECT 'membership', m.permissions FROM (");
        arm.append(&members(mapping)?)
            .push(") m WHERE m.permissions IS NOT NULL AND ")
            .append(&equals("m.user_id", id, &user));
        arms.push(arm);
        if let Some(people) = people_in(mapping) {
            let mut arm = Sql::new("SELECT ");
            let one = mapping
                .department
                .as_ref()
                .map_or("department", |department| department.label.one.as_str());
            arm.bind(Some(one), "pg_catalog.text").push(", d.permissions FROM (").append(&people);
            arm.push(") d WHERE d.permissions IS NOT NULL AND ").append(&equals(
                "d.user_id",
                id,
                &user,
            ));
            arms.push(arm);
        }
        let rows = self.rows(&crate::pg::sql::join(&arms, " UNION ALL ")).await?;
        Ok(rows.into_iter().filter_map(two).collect())
    }

    async fn events(&self, mapping: &Mapping, id: &str) -> Result<Vec<Event>, Problem> {
        let user = Concept::of(self.database, &mapping.user.source, self.run)
            .await?
            .type_name(&mapping.user.id);
        let arms: Vec<Sql> = mapping
            .audits
            .iter()
            .filter_map(|audit| {
                let actor = audit.actor_id.as_ref()?;
                let mut arm = Sql::new("(SELECT ");
                arm.append(&part::time_or_null(Some(&audit.at)))
                    .push(" AS at, ")
                    .append(&part::text_or_null(audit.action.as_ref()));
                arm.push(" AS action, pg_catalog.concat_ws(' ', ")
                    .append(&part::text_or_null(audit.entity_type.as_ref()))
                    .push(", ");
                arm.append(&part::text_or_null(audit.entity_id.as_ref())).push(") AS entity, ");
                arm.bind(Some(&audit.name), "pg_catalog.text")
                    .push(" AS source ")
                    .append(&part::from(&audit.source));
                arm.push(" WHERE ")
                    .checked(actor)
                    .push(" = ")
                    .bind_as(Some(id), &user)
                    .append(&part::and_filter(&audit.source));
                arm.push(" ORDER BY ")
                    .checked(&audit.at)
                    .push(" DESC LIMIT ")
                    .number(EVENTS)
                    .push(")");
                Some(arm)
            })
            .collect();
        if arms.is_empty() {
            return Err(part::absent(mapping, "events with an actor"));
        }
        let mut sql = Sql::new("SELECT e.at::pg_catalog.text, e.action, e.entity, e.source FROM (");
        sql.append(&crate::pg::sql::join(&arms, " UNION ALL "))
            .push(") e ORDER BY e.at DESC LIMIT ")
            .number(EVENTS);
        Ok(self.rows(&sql).await?.into_iter().map(event).collect())
    }
}

fn two(row: Row) -> Option<(String, String)> {
    let mut cells = row.into_iter();
    Some((cells.next()??, cells.next()??))
}

fn event(row: Row) -> Event {
    let mut cells = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || cells.next().unwrap_or_default();
    Event { at: next(), action: next(), entity: next(), source: next() }
}
