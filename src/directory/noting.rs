//! Whether the application's own audit gets an entry before somebody is acted as, and the statement that writes it.
//!
//! Nothing is written here: the statement is for people to see first ([`Door::write_entry`](crate::pg::Door::write_entry)).

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    database::Database,
    mapping::{AuditEntry, Occasion, Subject},
    pg::{Acting, Door, Identity, Kind, Problem, Run, Sql, quote_ident},
};

/// What is to be noted in the application's own audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noting {
    /// Nobody asked for an entry.
    Off,
    /// Somebody did, and there cannot be one.
    Cannot(Problem),
    /// An entry like this.
    Entry(AuditEntry),
}

impl Noting {
    /// What is to be noted in `database` whenever somebody is acted as.
    pub async fn of(database: &Database, run: &Run) -> Result<Self, Problem> {
        let door = &database.door;
        if !door.audits_acting() {
            return Ok(Self::Off);
        }
        let entry = database.mapping.as_ref().and_then(|it| it.identity.as_ref()?.audit.clone());
        let Some(entry) = entry else {
            let problem = Problem::new(Kind::Missing, "the mapping does not say how it is written")
                .hint("its `[identity.audit]` would, with `relation` and `values`");
            return Ok(Self::Cannot(problem));
        };
        if let Err(problem) = door.writable() {
            return Ok(Self::Cannot(problem));
        }
        if door.probe().standby {
            let problem =
                Problem::new(Kind::Refused, "the server is a standby, which writes nothing");
            return Ok(Self::Cannot(problem));
        }
        Ok(match refusal(door, &entry, run).await? {
            Some(problem) => Self::Cannot(problem),
            None => Self::Entry(entry),
        })
    }

    /// The statement that writes the entry about `acting`, if there is to be one; `account` is that of the person who acts, and `login` theirs here.
    pub fn statement(
        &self,
        acting: &Acting,
        account: &str,
        login: &str,
    ) -> Result<Option<Sql>, Problem> {
        let Self::Entry(entry) = self else { return Ok(None) };
        let (since, until) = (stamp(acting.since), stamp(acting.until));
        let person = acting.person.as_ref();
        let subject = Subject {
            user_id: person.and_then(|person| person.id.as_deref()).unwrap_or_default(),
            email: None,
            organization_id: person.and_then(|person| person.organization.as_deref()),
            role: None,
            occasion: Some(Occasion {
                actor: account,
                login,
                reason: &acting.reason,
                since: &since,
                until: &until,
                label: acting.label(),
                database_role: &acting.role,
            }),
        };
        entry.statement(&subject).map(Some)
    }
}

/// Why the operator's login may not write `entry`, if it may not.
async fn refusal(door: &Door, entry: &AuditEntry, run: &Run) -> Result<Option<Problem>, Problem> {
    let mut sql = Sql::new(include_str!("sql/may_insert.sql"));
    sql.push(" AND n.nspname = ").bind(Some(&entry.relation.schema), "pg_catalog.text");
    sql.push(" AND c.relname = ").bind(Some(&entry.relation.name), "pg_catalog.text");
    let found = door.read(&Identity::Observer, &sql, run).await?;
    let may = |column: &str| found.rows.iter().any(|row| row[0].as_deref() == Some(column));
    if entry.values.iter().all(|(column, _)| may(column)) {
        return Ok(None);
    }
    let (relation, login) = (&entry.relation, quote_ident(&door.probe().login));
    Ok(Some(
        Problem::new(Kind::Permission, format!("{login} may not write it into {relation}"))
            .hint(format!("grant insert on {} to {login}", relation.quoted())),
    ))
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
