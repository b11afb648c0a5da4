//! Runs migrations, each with its row in the history in one transaction wherever that can be.
//!
//! A runner holds the lock of its database as long as it lives. The lock belongs to its session, so that no way out, a lost connection included, leaves it behind.

mod apart;
mod pace;
mod record;
mod watch;
mod whole;

use std::{collections::BTreeMap, sync::Arc};

pub use self::pace::Pace;
use self::{record::Keeper, watch::Watch};
use super::{
    Begun, Found, Holder, Job, Order, Progress, Remembered, Source, Step, Tool,
    crc::lock_key,
    job::jobs,
    leftover::{self, Asker},
    progress::named,
    step,
};
use crate::{
    database::Database,
    pg::{Entry, Kind, Login, Problem, RelationName, Row, Run, Sql, Workshop},
};

/// The one runner on a database.
#[derive(Debug)]
pub struct Runner {
    workshop: Workshop,
    watch: Watch,
    source: Source,
    /// The table of the history.
    table: RelationName,
    keeper: Option<Keeper>,
    pace: Pace,
    run: Run,
}

impl Runner {
    /// Connects as `login`, and waits up to half a minute for other runners to end. Nothing is kept of what it does.
    pub async fn open(login: &Login, source: Source) -> Result<Self, Problem> {
        let workshop = Workshop::open(login).await?;
        let (pace, run) = (Pace::default(), Run::new());
        let table = RelationName::new("public", "_sqlx_migrations");
        let watch = Watch::new(login.clone());
        let mut runner = Self { workshop, watch, source, table, keeper: None, pace, run };
        runner.exclude_others(login.database()).await?;
        runner.workshop.script(include_str!("../sql/history_table.sql")).await?;
        Ok(runner)
    }

    /// Connects as whoever changes the schema of `database`, and waits for other runners to end. What it does is journalled, and remembered in case it is cut short.
    pub async fn on(
        database: &Arc<Database>,
        source: Source,
        pace: Pace,
        run: &Run,
    ) -> Result<Self, Problem> {
        let found = Found::all(database, run).await?;
        if let Some(other) = found.iter().find(|found| found.tool != Tool::Sqlx)
            && found.iter().all(|found| found.tool != Tool::Sqlx)
        {
            return Err(Problem::new(
                Kind::Refused,
                format!("the history is that of {}, which purview does not write", other.tool),
            ));
        }
        let known = found.into_iter().find(|found| found.tool == Tool::Sqlx);
        let keeper = Keeper::of(database, run).await?;
        let workshop = database.door.workshop(run).await?;
        let login = database.door.builder().clone();
        let table = known.as_ref().map_or_else(
            || RelationName::new("public", "_sqlx_migrations"),
            |found| found.table.clone(),
        );
        let watch = Watch::new(login.clone());
        let keeper = Some(keeper);
        let mut runner = Self { workshop, watch, source, table, keeper, pace, run: run.clone() };
        runner.exclude_others(login.database()).await?;
        if known.is_none() {
            runner.workshop.script(include_str!("../sql/history_table.sql")).await?;
        }
        Ok(runner)
    }

    /// Takes the lock of runners; tried and never waited for on the server, where a waiting session would block the CREATE INDEX CONCURRENTLY of the one that holds it.
    async fn exclude_others(&mut self, database: &str) -> Result<(), Problem> {
        let key = lock_key(database).to_string();
        let mut try_lock = Sql::new("SELECT pg_catalog.pg_try_advisory_lock(");
        try_lock.bind(Some(&key), "pg_catalog.int8").push(")::pg_catalog.text");
        let mut told: Vec<Holder> = Vec::new();
        for _ in 0..self.pace.lock_tries {
            if self.workshop.fetch(&try_lock).await?.scalar() == Some("true") {
                return Ok(());
            }
            let holders = self.holders(&key).await?;
            if holders != told {
                self.run.tell(Progress::Waits(holders.clone()));
                told = holders;
            }
            self.pause(self.pace.lock_every).await?;
        }
        let who = if told.is_empty() { String::new() } else { format!(": {}", named(&told)) };
        let end = told.first().map(|it| format!(", or end it: `purview terminate {}`", it.pid));
        Err(Problem::new(Kind::Refused, format!("another session is migrating this database{who}"))
            .hint(format!("wait for it{}", end.unwrap_or_default())))
    }

    async fn holders(&mut self, key: &str) -> Result<Vec<Holder>, Problem> {
        let (before, after) = include_str!("../sql/holder.sql")
            .split_once("0::pg_catalog.int8\n")
            .expect("the file ends with the key");
        let mut sql = Sql::new(before);
        sql.bind(Some(key), "pg_catalog.int8").push(after);
        Ok(self.workshop.fetch(&sql).await?.rows.iter().filter_map(Holder::of).collect())
    }

    /// Waits; fails at once if nobody wants the outcome any more.
    async fn pause(&self, length: std::time::Duration) -> Result<(), Problem> {
        tokio::select! {
            () = tokio::time::sleep(length) => Ok(()),
            () = self.run.cancelled() => Err(Problem::new(Kind::Cancelled, "cancelled")),
        }
    }

    /// Every step and where it stands.
    pub async fn status(&mut self) -> Result<Vec<Step>, Problem> {
        let records = record::read(&mut self.workshop, &self.table).await?;
        let begun = self.begun().await?;
        let mut remembered: BTreeMap<String, Remembered> = match &self.keeper {
            Some(keeper) => keeper.remembered()?,
            None => BTreeMap::new(),
        };
        for (key, begun) in begun.into_iter().filter(|(_, begun)| begun.up) {
            remembered.entry(key).or_default().done = Some(begun.done);
        }
        Ok(step::compare(Tool::Sqlx, Some(&self.source), &records, &remembered))
    }

    /// How far steps came that were begun and not finished, with what is uncertain found out.
    async fn begun(&mut self) -> Result<BTreeMap<String, Begun>, Problem> {
        let Some(keeper) = &self.keeper else { return Ok(BTreeMap::new()) };
        let mut begun = keeper.begun()?;
        for (key, begun) in &mut begun {
            let Some(file) = self.source.migrations().iter().find(|it| it.key == *key) else {
                continue;
            };
            leftover::resolve(begun, file, Asker::Runner(&mut self.workshop)).await?;
        }
        Ok(begun)
    }

    /// What `order` comes to now.
    pub async fn jobs(&mut self, order: Order) -> Result<Vec<Job>, Problem> {
        let steps = self.status().await?;
        let begun = self.begun().await?;
        jobs(order, (Tool::Sqlx, &self.source), &steps, |it| begun.get(&it.key).cloned())
    }

    /// Does `agreed`, which is what a person saw; fails before anything is done if `order` comes to something else by now.
    pub async fn take(&mut self, order: Order, agreed: &[Job]) -> Result<(), Problem> {
        let jobs = self.jobs(order).await?;
        if jobs != agreed {
            return Err(Problem::new(
                Kind::Refused,
                "what would run is not what was agreed to: files or history have changed since",
            )
            .hint("look at the plan again"));
        }
        self.run_all(order, &jobs).await
    }

    async fn run_all(&mut self, order: Order, jobs: &[Job]) -> Result<(), Problem> {
        // Undone and taken again in one transaction, nobody ever sees the schema without it.
        if matches!(order, Order::Redo(_)) && jobs.iter().all(|job| !job.apart) {
            return self.recorded(jobs).await;
        }
        for job in jobs {
            self.recorded(std::slice::from_ref(job)).await?;
        }
        Ok(())
    }

    /// Does jobs, in one transaction where there are several, between an entry in the journal that says so and one that says how it went.
    async fn recorded(&mut self, jobs: &[Job]) -> Result<(), Problem> {
        for job in jobs {
            self.note(&Entry::Migration {
                direction: if job.up { "up" } else { "down" },
                version: job.migration.version.to_string(),
                name: job.migration.name.clone(),
                checksum: job.checksum(),
            })?;
        }
        let outcome = match jobs {
            [only] if only.apart => self.apart(only).await,
            several => self.whole(several).await,
        };
        let said = match &outcome {
            Ok(()) => "done".to_owned(),
            Err(problem) => problem.sqlstate.clone().unwrap_or_else(|| problem.summary.clone()),
        };
        for job in jobs {
            let version = job.migration.version.to_string();
            self.note(&Entry::Migrated { version, outcome: said.clone() })?;
            if outcome.is_ok() {
                self.run.tell(Progress::Finished { title: job.title() });
            }
        }
        outcome.map_err(|problem| match jobs {
            [only] => Problem {
                summary: format!("migration {} failed: {}", only.migration.file(), problem.summary),
                ..problem
            },
            _ => Problem { summary: format!("redo failed: {}", problem.summary), ..problem },
        })
    }

    fn note(&self, entry: &Entry) -> Result<(), Problem> {
        match &self.keeper {
            Some(keeper) => keeper.journal(entry),
            None => Ok(()),
        }
    }

    /// Takes every step that is pending, up to and with the version `to`, and returns their versions.
    pub async fn up(&mut self, to: Option<i64>) -> Result<Vec<i64>, Problem> {
        self.now(Order::Up(to)).await
    }

    /// Undoes every step above the version `to`, the last one first, and returns their versions.
    pub async fn down(&mut self, to: i64) -> Result<Vec<i64>, Problem> {
        self.now(Order::Down(Some(to))).await
    }

    async fn now(&mut self, order: Order) -> Result<Vec<i64>, Problem> {
        let jobs = self.jobs(order).await?;
        self.run_all(order, &jobs).await?;
        Ok(jobs.iter().map(|job| job.migration.version).collect())
    }

    /// Drops an index that an earlier attempt left behind, without blocking anybody.
    pub async fn drop_leftover(&mut self, index: &RelationName) -> Result<(), Problem> {
        self.prepare("cleaning up").await?;
        let mut sql = Sql::new("DROP INDEX CONCURRENTLY IF EXISTS ");
        sql.relation(index);
        self.workshop.script("SET lock_timeout = 0").await?;
        self.workshop.script(&sql.render().0).await?;
        Ok(())
    }

    /// Lets the next runner in.
    pub async fn close(self) {
        self.watch.close().await;
        self.workshop.close().await;
    }

    /// A session as it was at its beginning, with limits; what an earlier file set must not reach the next.
    async fn prepare(&mut self, title: &str) -> Result<(), Problem> {
        let limits = format!(
            "RESET ALL; RESET ROLE; SET lock_timeout = {}; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '60s'",
            self.pace.lock_timeout.as_millis()
        );
        self.workshop.script(&limits).await?;
        let mut name = Sql::new("SELECT pg_catalog.set_config('application_name', ");
        name.bind(Some(&format!("purview/migrate {title}")), "pg_catalog.text").push(", false)");
        self.workshop.fetch(&name).await?;
        Ok(())
    }

    /// Runs one text, telling who is in its way and how far it is.
    async fn watched(&mut self, text: &str) -> Result<Vec<Row>, Problem> {
        let Self { workshop, watch, run, pace, .. } = self;
        let pid = workshop.pid();
        let work = workshop.script(text);
        tokio::pin!(work);
        loop {
            tokio::select! {
                outcome = &mut work => return outcome,
                () = tokio::time::sleep(pace.look_every) => watch.look(pid, run).await,
            }
        }
    }
}

/// Whether it only was in the way of others, or they of it.
fn is_collision(problem: &Problem) -> bool {
    matches!(problem.sqlstate.as_deref(), Some("55P03" | "40P01"))
}
