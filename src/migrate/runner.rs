//! Runs migrations, each with its row in the history in one transaction.
//!
//! A runner holds the lock of its database as long as it lives. The lock belongs to its session, so that no way out, a lost connection included, leaves it behind.

use std::time::Duration;

use super::{Applied, Migration, Source, State, Step, compare, crc::lock_key};
use crate::pg::{Kind, Login, Problem, Row, Sql, Workshop};

/// How often the lock is tried; never waited for on the server, where a waiting session would block the `CREATE INDEX CONCURRENTLY` of the one that holds it.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);
const TRIES: u32 = 150;

/// The one runner on a database.
#[derive(Debug)]
pub struct Runner {
    workshop: Workshop,
    source: Source,
}

impl Runner {
    /// Connects as `login`, and waits up to half a minute for other runners to end.
    pub async fn open(login: &Login, source: Source) -> Result<Self, Problem> {
        let mut workshop = Workshop::open(login).await?;
        let mut try_lock = Sql::new("SELECT pg_catalog.pg_try_advisory_lock(");
        try_lock.bind(Some(&lock_key(login.database()).to_string()), "pg_catalog.int8");
        try_lock.push(")::pg_catalog.text");
        for _ in 0..TRIES {
            if workshop.fetch(&try_lock).await?.scalar() == Some("true") {
                workshop.script(include_str!("sql/history_table.sql")).await?;
                return Ok(Self { workshop, source });
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        Err(Problem::new(Kind::Refused, "another session is migrating this database")
            .hint("wait for it, or find it among the locks as `advisory`"))
    }

    /// Every step and where it stands.
    pub async fn status(&mut self) -> Result<Vec<Step>, Problem> {
        let rows = self.workshop.script(include_str!("sql/history.sql")).await?;
        let applied = rows.iter().map(applied).collect::<Option<Vec<_>>>();
        let applied = applied.ok_or_else(|| Problem::bug("cannot read `_sqlx_migrations`"))?;
        Ok(compare(&self.source, &applied))
    }

    /// Takes every step that is pending, up to and with the version `to`, and returns their versions.
    pub async fn up(&mut self, to: Option<i64>) -> Result<Vec<i64>, Problem> {
        let steps = self.status().await?;
        refuse_drift(&steps)?;
        let is_wanted = |step: &&Step| {
            matches!(step.state, State::Pending | State::OutOfOrder)
                && to.is_none_or(|to| step.version <= to)
        };
        let mut taken = Vec::new();
        for step in steps.iter().filter(is_wanted) {
            let migration =
                self.source.get(step.version).expect("a pending step has a file").clone();
            self.step(&migration, &migration.up, record(&migration)).await?;
            taken.push(step.version);
        }
        Ok(taken)
    }

    /// Undoes every step above the version `to`, the last one first, and returns their versions.
    pub async fn down(&mut self, to: i64) -> Result<Vec<i64>, Problem> {
        let steps = self.status().await?;
        refuse_drift(&steps)?;
        let mut undone = Vec::new();
        for step in steps.iter().rev().filter(|s| s.state == State::Applied && s.version > to) {
            let migration =
                self.source.get(step.version).expect("an applied step has a file").clone();
            let down = migration.down.as_deref().ok_or_else(|| {
                Problem::usage(format!("there is no way back from migration: {}", file(&migration)))
            })?;
            self.step(&migration, down, forget(step.version)).await?;
            undone.push(step.version);
        }
        Ok(undone)
    }

    /// Lets the next runner in.
    pub async fn close(self) {
        self.workshop.close().await;
    }

    async fn step(&mut self, step: &Migration, text: &str, note: Sql) -> Result<(), Problem> {
        if Migration::wants_no_transaction(text) {
            return Err(Problem::usage(format!(
                "cannot run outside of a transaction: {}",
                file(step)
            )));
        }
        let outcome = self.in_transaction(text, &note).await;
        if outcome.is_err() {
            // The first problem is the one to tell; a session that cannot roll back is lost anyway.
            drop(self.workshop.script("ROLLBACK; RESET ALL; RESET ROLE").await);
        }
        outcome.map_err(|problem| Problem {
            summary: format!("migration {} failed: {}", file(step), problem.summary),
            ..problem
        })
    }

    async fn in_transaction(&mut self, text: &str, note: &Sql) -> Result<(), Problem> {
        let transaction = "SELECT pg_catalog.txid_current()::pg_catalog.text";
        self.workshop.script("BEGIN; SET LOCAL lock_timeout = '5s'").await?;
        let before = self.workshop.script(transaction).await?;
        self.workshop.script(text).await?;
        if self.workshop.script(transaction).await? != before {
            return Err(Problem::new(Kind::Refused, "it ended its own transaction").hint(
                "leave BEGIN, COMMIT and ROLLBACK out of the file; look at what it left behind",
            ));
        }
        // A file may change role and search path; the history is written as whoever logged in, and addressed by its full name.
        self.workshop.script("RESET ALL; RESET ROLE").await?;
        self.workshop.execute(note).await?;
        self.workshop.script("COMMIT").await?;
        Ok(())
    }
}

/// History that does not fit the files is nothing to build on.
fn refuse_drift(steps: &[Step]) -> Result<(), Problem> {
    let strange = steps.iter().find(|step| matches!(step.state, State::Modified | State::Missing));
    let Some(step) = strange else { return Ok(()) };
    let what = if step.state == State::Modified {
        "was changed after it was applied"
    } else {
        "has no file"
    };
    Err(Problem::usage(format!("a migration {what}: {} {}", step.version, step.name))
        .hint("bring back the file that was applied"))
}

fn file(step: &Migration) -> String {
    format!("{:04}_{}", step.version, step.name)
}

/// The row in the history; the time is the server's, from the transaction's begin to now.
fn record(step: &Migration) -> Sql {
    let mut sql = Sql::new(
        "INSERT INTO public._sqlx_migrations (version, description, success, checksum, execution_time) VALUES (",
    );
    sql.bind(Some(&step.version.to_string()), "pg_catalog.int8").push(", ");
    sql.bind(Some(&step.description()), "pg_catalog.text").push(", true, pg_catalog.decode(");
    sql.bind(Some(&step.checksum()), "pg_catalog.text").push(
        ", 'hex'), (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.now()) * 1e9)::pg_catalog.int8)",
    );
    sql
}

fn forget(version: i64) -> Sql {
    let mut sql = Sql::new("DELETE FROM public._sqlx_migrations WHERE version = ");
    sql.bind(Some(&version.to_string()), "pg_catalog.int8");
    sql
}

fn applied(row: &Row) -> Option<Applied> {
    let mut values = row.iter().cloned();
    let mut next = || values.next().flatten();
    Some(Applied {
        version: next()?.parse().ok()?,
        description: next()?,
        at: next()?,
        checksum: next()?,
        nanoseconds: next()?.parse().ok()?,
    })
}
