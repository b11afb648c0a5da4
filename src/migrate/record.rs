//! What a history says of one migration, whichever tool wrote it.
//!
//! Read by a plain SELECT as the operator's login.

use super::{Found, Tool};
use crate::{
    database::Database,
    pg::{Identity, Problem, Row, Run, Sql},
};

/// What became of a migration, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Done,
    /// It was begun and did not come to its end.
    Failed,
}

/// One row of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// By what it is found among the files.
    pub key: String,
    /// The name, where the history has one.
    pub name: Option<String>,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// How long it took.
    pub milliseconds: Option<f64>,
    /// The checksum of the file that was run, in hexadecimal digits, where the history has one.
    pub checksum: Option<String>,
    /// The statements that were run, where the history keeps them.
    pub statements: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Reads the history in `found`; what hides it is a problem.
pub(super) async fn read(
    found: &Found,
    database: &Database,
    run: &Run,
) -> Result<Vec<Record>, Problem> {
    if let Some(problem) = &found.hidden {
        return Err(problem.clone());
    }
    let rows = database.door.read(&Identity::Observer, &question(found), run).await?;
    let mut records: Vec<Record> = rows.rows.iter().filter_map(record).collect();
    if found.tool == Tool::Prisma {
        latest_of_each(&mut records);
    }
    Ok(records)
}

/// Key, name, when, milliseconds, checksum, statements, whether it came to its end.
///
/// The files name the table where the tool puts it by itself; here it is wherever it was found.
fn question(found: &Found) -> Sql {
    let (text, usual) = match found.tool {
        Tool::Sqlx => (include_str!("sql/sqlx.sql"), "public._sqlx_migrations"),
        Tool::Prisma => (include_str!("sql/prisma.sql"), "public._prisma_migrations"),
        Tool::Drizzle if found.has("name") => {
            (include_str!("sql/drizzle_named.sql"), "drizzle.__drizzle_migrations")
        }
        Tool::Drizzle => (include_str!("sql/drizzle.sql"), "drizzle.__drizzle_migrations"),
        Tool::Supabase => {
            (include_str!("sql/supabase.sql"), "supabase_migrations.schema_migrations")
        }
    };
    let (before, after) = text.split_once(usual).expect("each file names its usual table");
    let mut sql = Sql::new(before);
    sql.relation(&found.table).push(after);
    sql
}

fn record(row: &Row) -> Option<Record> {
    let [key, name, at, milliseconds, checksum, statements, done] = row.as_slice() else {
        return None;
    };
    Some(Record {
        key: key.clone()?,
        name: name.clone(),
        at: at.clone(),
        milliseconds: milliseconds.as_deref().and_then(|it| it.parse().ok()),
        checksum: checksum.clone(),
        statements: statements.clone(),
        outcome: if done.as_deref() == Some("true") { Outcome::Done } else { Outcome::Failed },
    })
}

/// Prisma writes a row for each attempt: one that came to its end decides, else the last.
fn latest_of_each(records: &mut Vec<Record>) {
    let mut kept: Vec<Record> = Vec::with_capacity(records.len());
    for record in records.drain(..) {
        match kept.last_mut().filter(|last| last.key == record.key) {
            Some(last) if last.outcome == Outcome::Done => {}
            Some(last) => *last = record,
            None => kept.push(record),
        }
    }
    *records = kept;
}
