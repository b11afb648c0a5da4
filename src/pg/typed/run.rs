//! A statement that a person typed, on its way through the gate: one transaction that cannot write, a cursor, and a rollback.
//!
//! The statement goes by the extended protocol, one a message; what walks its rows is the program's own. Rows come as the server prints them, a stretch at
//! a time, so that no answer is ever whole in memory; who the session is gets checked in the round trip of each stretch, before anybody sees it. A function
//! that the statement calls was written by whoever wrote the schema: such sessions are for nothing else, and give back what outlives a transaction.

use std::{ops::ControlFlow, sync::Arc};

use super::{Form, Typed};
use crate::pg::{
    Acting, Head, Problem, Row, Run, Sql,
    acting::{self, CLOSING, Failure, Place},
    bound::{LIMIT, Worker},
    lane::Lane,
    notice::Ear,
    rows,
    wire::Wire,
};

/// What stands before a statement whose rows are walked.
const DECLARE: &str = "DECLARE purview NO SCROLL CURSOR WITHOUT HOLD FOR ";
/// How many rows are fetched before it is known how large they are.
const FIRST: u64 = 20;
/// How many bytes a stretch is meant to have, and how many rows it has at most.
const STRETCH: (u64, u64) = (1 << 20, 2_000);

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Rows.
    pub rows: u64,
    /// Bytes of values.
    pub bytes: u64,
}

impl Most {
    /// All of it.
    pub const ALL: Self = Self { rows: u64::MAX, bytes: u64::MAX };
}

/// What there is to say of an answer when it has been handed out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Its columns.
    pub heads: Vec<Head>,
    /// How many rows were handed out.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
    /// What the server told beside it.
    pub notices: Vec<String>,
}

/// On whose connection, and who is become there.
#[derive(Debug, Clone, Copy)]
pub(in crate::pg) struct Who<'a> {
    pub(in crate::pg) lane: &'a Arc<Lane>,
    pub(in crate::pg) acting: Option<(&'a Place, &'a Acting)>,
}

/// What is set for the length of the transaction. How strings are read is part of what the guard relies on; the search path and what row security does are
/// the login's own.
fn opening(who: Who<'_>) -> String {
    let own = if who.acting.is_some() { "SET LOCAL row_security = on; " } else { "" };
    format!(
        "BEGIN READ ONLY; {LIMIT}; {own}SET LOCAL standard_conforming_strings = on; SET LOCAL lock_timeout = '2s'; \
         SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL client_min_messages = 'notice'; SET LOCAL TimeZone = 'UTC'"
    )
}

/// Runs `typed` and hands out its rows, stretch by stretch, until `most` are there or `take` has enough.
pub(in crate::pg) async fn run(
    who: Who<'_>,
    typed: &Typed,
    most: Most,
    run: &Run,
    mut take: impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
) -> Result<Told, Failure> {
    let opening = opening(who);
    let untouched = match who.acting {
        Some((place, acting)) if acting.needs_fresh_session() => {
            if place.lane.is_pooled() {
                return Err(acting::never_set().into());
            }
            true
        }
        Some(_) | None => false,
    };
    let mut wire = who.lane.begin_nameless(untouched, &opening).await?;
    let ear = Ear::default();
    let outcome = ear.on(inside(&mut wire, who, typed, most, run, &mut take)).await;
    match &outcome {
        // Whatever changed the identity may have left more behind: the session ends.
        Err(Failure::Changed { .. } | Failure::Renamed) => wire.close().await,
        _ if wire.batch(CLOSING).await.is_err() => wire.close().await,
        Ok(_) | Err(Failure::Problem(_)) => who.lane.give_back(wire).await,
    }
    let mut told = outcome?;
    told.notices = ear.heard();
    Ok(told)
}

async fn inside(
    wire: &mut Wire,
    who: Who<'_>,
    typed: &Typed,
    most: Most,
    run: &Run,
    take: &mut impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
) -> Result<Told, Failure> {
    if let Some((place, acting)) = who.acting {
        acting::take_role(wire, place, acting, &[]).await?;
    }
    match typed.form() {
        Form::Lines => lines(wire, who, typed, run, take).await,
        Form::Rows => walk(wire, who, typed, most, run, take).await,
    }
}

/// What the server prints itself: a plan or a setting, as a whole.
async fn lines(
    wire: &mut Wire,
    who: Who<'_>,
    typed: &Typed,
    run: &Run,
    take: &mut impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
) -> Result<Told, Failure> {
    let mut sql = Sql::default();
    sql.typed(typed);
    let worker = Worker::on(wire, who.lane, run);
    let found = worker.bounded(wire.answer(&sql)).await.map_err(|it| it.moved(Some(0)))?;
    if let Some((place, acting)) = who.acting {
        let told = wire.batch(&acting::who_are_we(acting)).await?;
        acting::check(told.first(), &acting::expected(acting, place, wire, false))?;
    }
    let heads = found.first().map(rows::heads).unwrap_or_default();
    let rows = found.iter().map(rows::row).collect::<Result<Vec<_>, _>>().map_err(Problem::from)?;
    let count = rows.len() as u64;
    let _ = take(&heads, rows)?;
    Ok(Told { heads, rows: count, ..Told::default() })
}

async fn walk(
    wire: &mut Wire,
    who: Who<'_>,
    typed: &Typed,
    most: Most,
    run: &Run,
    take: &mut impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
) -> Result<Told, Failure> {
    let mut declare = Sql::new(DECLARE);
    declare.typed(typed);
    let worker = Worker::on(wire, who.lane, run);
    let shift = DECLARE.chars().count();
    worker.bounded(wire.execute(&declare)).await.map_err(|it| it.moved(Some(shift)))?;
    let (mut told, mut bytes, mut size) = (Told::default(), 0, FIRST);
    loop {
        // One more than is wanted tells whether there are more.
        let wanted = size.min((most.rows - told.rows).saturating_add(1));
        let (heads, mut rows) = stretch(wire, who, wanted, run).await?;
        let ended = (rows.len() as u64) < wanted;
        if told.heads.is_empty() {
            told.heads = heads;
        }
        let left = usize::try_from(most.rows - told.rows).unwrap_or(usize::MAX);
        told.more = rows.len() > left;
        rows.truncate(left);
        bytes += rows.iter().flatten().flatten().map(|it| it.len() as u64).sum::<u64>();
        told.rows += rows.len() as u64;
        if told.heads.is_empty() {
            told.heads = heads_alone(wire, who, typed, run).await?;
        }
        let enough = take(&told.heads, rows)?.is_break();
        if ended || told.more {
            return Ok(told);
        }
        if enough || bytes >= most.bytes {
            told.more = true;
            return Ok(told);
        }
        let each = (bytes / told.rows.max(1)).max(1);
        size = (STRETCH.0 / each).clamp(1, STRETCH.1);
    }
}

/// The next `size` rows, and, where there is any, their columns.
async fn stretch(
    wire: &mut Wire,
    who: Who<'_>,
    size: u64,
    run: &Run,
) -> Result<(Vec<Head>, Vec<Row>), Failure> {
    let mut statements = format!("FETCH FORWARD {size} FROM purview");
    if let Some((_, acting)) = who.acting {
        statements = format!("{statements}; {}", acting::who_are_we(acting));
    }
    let worker = Worker::on(wire, who.lane, run);
    let mut found = worker.bounded(wire.walk(&statements)).await.map_err(|it| it.moved(None))?;
    if let Some((place, acting)) = who.acting {
        let told = found.pop().map(|row| rows::row(&row)).transpose().map_err(Problem::from)?;
        acting::check(told.as_ref(), &acting::expected(acting, place, wire, false))?;
    }
    let heads = found.first().map(rows::heads).unwrap_or_default();
    let rows = found.iter().map(rows::row).collect::<Result<_, _>>().map_err(Problem::from)?;
    Ok((heads, rows))
}

/// The columns of an answer without rows: one row of nothing beside it has them, and runs nothing of it.
async fn heads_alone(
    wire: &mut Wire,
    who: Who<'_>,
    typed: &Typed,
    run: &Run,
) -> Result<Vec<Head>, Failure> {
    let mut sql = Sql::new(
        "DECLARE purview_heads NO SCROLL CURSOR WITHOUT HOLD FOR SELECT a.* FROM (SELECT 1) one LEFT JOIN (",
    );
    sql.typed(typed).push("\n) a ON false");
    let worker = Worker::on(wire, who.lane, run);
    worker.bounded(wire.execute(&sql)).await.map_err(|it| it.moved(None))?;
    let worker = Worker::on(wire, who.lane, run);
    let found = worker.bounded(wire.walk("FETCH FORWARD 1 FROM purview_heads")).await?;
    Ok(found.first().map(rows::heads).unwrap_or_default())
}
