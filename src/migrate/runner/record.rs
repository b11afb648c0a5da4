//! The history as a runner keeps it: read and written on its own session, in the format of sqlx; and what stays on this machine.

use std::{collections::BTreeMap, sync::Arc};

use chrono::SecondsFormat;

use crate::{
    database::Database,
    migrate::{
        Begun, Event, Job, Memory, Migration, Note, Outcome, Record, Remembered, meaning,
        memory::{begun, remembered},
        standing,
    },
    pg::{Entry, Problem, RelationName, Run, Sql, Workshop},
};

/// What stays on this machine of what a runner does.
#[derive(Debug)]
pub(super) struct Keeper {
    database: Arc<Database>,
    memory: Memory,
}

impl Keeper {
    pub(super) async fn of(database: &Arc<Database>, run: &Run) -> Result<Self, Problem> {
        let memory = standing::memory(database, run).await?;
        Ok(Self { database: Arc::clone(database), memory })
    }

    /// Writes an entry into the journal, before what it tells of.
    pub(super) fn journal(&self, entry: &Entry) -> Result<(), Problem> {
        self.database.door.journal().write(self.database.door.now(), entry)
    }

    /// Notes how far a job is.
    pub(super) fn note(&self, job: &Job, event: Event) -> Result<(), Problem> {
        self.memory.add(&Note {
            at: self.database.door.now().to_rfc3339_opts(SecondsFormat::Millis, true),
            database: self.memory.database().to_owned(),
            version: job.migration.key.clone(),
            up: job.up,
            checksum: job.checksum(),
            event,
        })
    }

    /// Notes that a job is done and the history says so.
    pub(super) fn finished(&self, job: &Job) -> Result<(), Problem> {
        let by = self.database.door.builder();
        self.note(
            job,
            if job.up {
                Event::Finished {
                    by: format!("{} ({})", by.role(), by.account()),
                    meaning: meaning(&job.migration.up),
                }
            } else {
                Event::Forgotten
            },
        )
    }

    pub(super) fn remembered(&self) -> Result<BTreeMap<String, Remembered>, Problem> {
        Ok(remembered(&self.memory.notes()?))
    }

    pub(super) fn begun(&self) -> Result<BTreeMap<String, Begun>, Problem> {
        Ok(begun(&self.memory.notes()?))
    }
}

/// The history in `table`.
pub(super) async fn read(
    workshop: &mut Workshop,
    table: &RelationName,
) -> Result<Vec<Record>, Problem> {
    let mut sql = Sql::new(
        "SELECT version::pg_catalog.text, description, pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), \
         pg_catalog.encode(checksum, 'hex'), (execution_time OPERATOR(pg_catalog./) 1e6)::pg_catalog.text, success::pg_catalog.text FROM ",
    );
    sql.relation(table).push(" ORDER BY version");
    let rows = workshop.fetch(&sql).await?;
    let record = |row: &crate::pg::Row| {
        let [version, name, at, checksum, milliseconds, success] = row.as_slice() else {
            return None;
        };
        let milliseconds: Option<f64> = milliseconds.as_deref().and_then(|it| it.parse().ok());
        Some(Record {
            key: version.clone()?,
            name: name.clone(),
            at: at.clone(),
            milliseconds: milliseconds.filter(|it| *it >= 0.0),
            checksum: checksum.clone(),
            statements: None,
            outcome: if success.as_deref() == Some("true") {
                Outcome::Done
            } else {
                Outcome::Failed
            },
        })
    };
    rows.rows
        .iter()
        .map(record)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Problem::bug(format!("cannot read `{table}`")))
}

/// What `job` changes in the history; `since` is an expression for when it began, by the server's clock.
pub(super) fn change(job: &Job, table: &RelationName, since: Since<'_>) -> Sql {
    if job.up { record(&job.migration, table, since) } else { forget(&job.migration, table) }
}

/// When a job began.
#[derive(Debug, Clone, Copy)]
pub(super) enum Since<'a> {
    /// With the transaction.
    Transaction,
    /// At this time, as the server told it.
    Time(&'a str),
}

fn record(step: &Migration, table: &RelationName, since: Since<'_>) -> Sql {
    let mut sql = Sql::new("INSERT INTO ");
    sql.relation(table);
    sql.push(" (version, description, success, checksum, execution_time) VALUES (");
    sql.bind(Some(&step.version.to_string()), "pg_catalog.int8").push(", ");
    sql.bind(Some(&step.description()), "pg_catalog.text").push(", true, pg_catalog.decode(");
    sql.bind(Some(&step.checksum()), "pg_catalog.text");
    sql.push(", 'hex'), (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) ");
    match since {
        Since::Transaction => sql.push("pg_catalog.now()"),
        Since::Time(time) => sql.bind(Some(time), "pg_catalog.timestamptz"),
    };
    sql.push(") OPERATOR(pg_catalog.*) 1e9)::pg_catalog.int8)");
    sql
}

fn forget(step: &Migration, table: &RelationName) -> Sql {
    let mut sql = Sql::new("DELETE FROM ");
    sql.relation(table).push(" WHERE version = ");
    sql.bind(Some(&step.version.to_string()), "pg_catalog.int8");
    sql
}
