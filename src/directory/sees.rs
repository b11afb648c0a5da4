//! What somebody sees: who the session is, and how many rows of the watched tables are visible to it now.

use std::sync::Arc;

use crate::{
    database::Database,
    pg::{Acting, Identity, Problem, RelationName, Run, Sql},
    question::Question,
};

/// Where counting stops: beyond it the figure would only cost time.
const ENOUGH: u64 = 1000;

/// Who is the session, and what does it see?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelfCheck;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The role in force.
    pub current_user: String,
    /// The role that logged in.
    pub session_user: String,
    /// Whether the transaction was read-only.
    pub read_only: bool,
    /// Whether row security was on.
    pub row_security: bool,
    /// The rows of each watched table that are visible.
    pub visible: Vec<Visible>,
}

/// What would somebody see? Acting begins and ends in the journal for it, like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// As whom.
    pub acting: Arc<Acting>,
}

impl Question for Look {
    type Answer = Session;

    /// Whoever asks: what somebody sees does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Session, Problem> {
        database.door.begin_acting(&self.acting).await?;
        let identity = Identity::Acting(Arc::clone(&self.acting));
        let session = SelfCheck.ask(Arc::clone(&database), identity, run).await;
        database.door.end_acting(&self.acting)?;
        session
    }
}

/// How many rows of a table somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// The table.
    pub table: RelationName,
    /// How many, or why none can be read.
    pub rows: Result<Count, Problem>,
}

/// A number of rows, counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The rows that were counted.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
}

impl Question for SelfCheck {
    type Answer = Session;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Session, Problem> {
        let who = Sql::new(include_str!("sql/session.sql"));
        let found = database.door.read(&identity, &who, &run).await?;
        let text = |index: usize| {
            found.rows.first().and_then(|row| row.get(index)?.clone()).unwrap_or_default()
        };
        let watch = database.mapping().map(|mapping| mapping.watch.clone()).unwrap_or_default();
        let mut visible = Vec::with_capacity(watch.len());
        for table in watch {
            // Each by itself: a table that may not be read, or whose policies raise, must not hide the others.
            let rows = count(&database, &identity, &table, &run).await;
            visible.push(Visible { table, rows });
        }
        Ok(Session {
            current_user: text(0),
            session_user: text(1),
            read_only: text(2) == "on",
            row_security: text(3) == "on",
            visible,
        })
    }
}

async fn count(
    database: &Database,
    identity: &Identity,
    table: &RelationName,
    run: &Run,
) -> Result<Count, Problem> {
    let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM (SELECT FROM ");
    sql.relation(table).push(" LIMIT ").number(ENOUGH + 1).push(") c");
    let rows = database.door.read(identity, &sql, run).await?;
    let rows = rows.scalar().and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Count { rows: u64::min(rows, ENOUGH), more: rows > ENOUGH })
}
