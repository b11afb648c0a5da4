//! What has come to a merged list since somebody looked, each row once, in whatever order transactions committed.
//!
//! Neither times nor keys tell: a row has the time at which its transaction began, and is there when it ends. So a [`Mark`] keeps what can still come: rows
//! of the oldest transaction that writes and of those after it, no older than what runs; and which of these were told. A row within a subtransaction has a
//! number of its own, of which snapshots know nothing, so that no row counts as told before its key was.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{
    Page, Query, Select, Sort, compile,
    keyset::as_text,
    merged::{Arm, Part, assemble, outer},
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Row, Rows, Run, Sql, sql::join},
};

/// How many rows are told at once.
const TOLD: usize = 500;
/// For how long before its transaction an application may say that something happened, in microseconds.
const SLACK: i64 = 5 * 60 * 1_000_000;
/// For how long a transaction may have been running that does not show since when, in microseconds.
const HIDDEN: i64 = 24 * 60 * 60 * 1_000_000;
/// What tells the moment of the server.
const MOMENT: &str = include_str!("sql/moment.sql");

/// Up to where somebody was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    moment: Moment,
    /// What was told of that which may still be found again: the number of the source, and the key.
    told: HashSet<(String, String)>,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The rows, the newest first.
    pub page: Page,
    /// From where to go on.
    pub mark: Arc<Mark>,
    /// Whether more of it is there already.
    pub more: bool,
}

/// What ran on the server at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Moment {
    /// When it was, in microseconds.
    now: i64,
    /// The number of the oldest transaction that had written and had not ended.
    oldest: String,
    /// Which transactions ran, and since when at the earliest.
    running: BTreeMap<String, i64>,
    /// No row that was not there yet can be older, where rows have the time of their transaction.
    horizon: i64,
}

impl Moment {
    /// The moment that the server tells, after `before`.
    fn read(rows: &Rows, before: Option<&Self>) -> Result<Self, Problem> {
        let strange = || Problem::bug("the server told its moment in another shape");
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
        let [now, oldest, ..] = rows.rows.first().ok_or_else(strange)?.as_slice() else {
            return Err(strange());
        };
        let now: i64 = number(now).ok_or_else(strange)?;
        let oldest = oldest.clone().ok_or_else(strange)?;
        let mut running = BTreeMap::new();
        for row in &rows.rows {
            let [.., Some(name), since] = row.as_slice() else { continue };
            let known = || before.and_then(|before| before.running.get(name)).copied();
            // What did not run then began since.
            let hidden = before.map_or(now - HIDDEN, |before| before.now);
            let since = number(since).or_else(known).unwrap_or(hidden);
            running.insert(name.clone(), since);
        }
        let horizon = running.values().copied().fold(now, i64::min) - SLACK;
        let horizon = before.map_or(horizon, |before| before.horizon.max(horizon));
        Ok(Self { now, oldest, running, horizon })
    }
}

/// What has come to `sources` since `mark`, as far as `query` wants it; without a mark nothing yet, and from then on everything.
pub(crate) async fn arrived(
    database: &Database,
    identity: &Identity,
    run: &Run,
    sources: &[Part],
    query: &Query,
    mark: Option<&Mark>,
) -> Result<Arrived, Problem> {
    let now = database.door.read(&Identity::Observer, &Sql::new(MOMENT), run).await?;
    let now = Moment::read(&now, mark.map(|mark| &mark.moment))?;
    let since = mark.map_or(&now, |mark| &mark.moment);
    let search = Search::of(sources, query, since)?;
    let found = database.door.read(identity, &search.keys(), run).await?;
    let mut found = found.rows.into_iter().filter_map(|row| {
        let mut cells = row.into_iter().flatten();
        cells.next().zip(cells.next())
    });
    let Some(mark) = mark else {
        // What is there already was told, or never will be.
        let mark = Arc::new(Mark { moment: now, told: found.collect() });
        return Ok(Arrived { page: search.page(Vec::new()), mark, more: false });
    };
    let (mut told, mut new) = (HashSet::new(), Vec::new());
    let mut more = false;
    for key in found.by_ref() {
        if mark.told.contains(&key) {
            told.insert(key);
        } else if new.len() < TOLD {
            told.insert(key.clone());
            new.push(key);
        } else {
            more = true;
        }
    }
    let rows = match search.rows(&new) {
        Some(statement) => database.door.read(identity, &statement, run).await?.rows,
        None => Vec::new(),
    };
    // As long as there is more, what is left has to be found again.
    let moment = if more { since.clone() } else { now };
    Ok(Arrived { page: search.page(rows), mark: Arc::new(Mark { moment, told }), more })
}

/// What is looked for: rows that were not there at some moment, and some that were.
struct Search<'a> {
    first: &'a Select,
    sort: Sort,
    query: Query,
    /// The sources, each with the conditions.
    arms: Vec<(Arm<'a>, Vec<Sql>)>,
}

impl<'a> Search<'a> {
    fn of(sources: &'a [Part], query: &Query, since: &Moment) -> Result<Self, Problem> {
        let first = sources.first().ok_or_else(|| Problem::bug("a list without a source"))?;
        let sort = first.select.order.clone();
        let sort = sort.ok_or_else(|| Problem::bug("a list that is followed without an order"))?;
        let mut arms = Vec::new();
        for (number, part) in (0..).zip(sources) {
            let arm = Arm::of(number, part, &sort.column, true)?;
            let mut conditions = part.select.conditions.clone();
            conditions.extend(compile::conditions(&part.select, &query.filter)?);
            conditions.extend(part.writer.as_ref().map(|writer| not_before(writer, since)));
            if part.writer.is_none() || part.walks == Some(sort.column.as_str()) {
                conditions.push(not_older(&arm, since));
            }
            arms.push((arm, conditions));
        }
        let query = Query { limit: TOLD, ..query.clone() };
        Ok(Self { first: &first.select, sort, query, arms })
    }

    /// The numbers of sources and the keys, the oldest first.
    fn keys(&self) -> Sql {
        let arms = self.arms.iter().map(|(arm, conditions)| {
            let mut sql = Sql::new("SELECT ");
            sql.append(&arm.field.common()).push(" AS v, ").number(arm.number);
            sql.push("::pg_catalog.int4 AS s, ").append(&as_text(&arm.key.value));
            sql.push(" AS i ").append(&arm.select.from);
            sql.push(" WHERE ").append(&join(conditions, " AND "));
            sql
        });
        let mut sql = Sql::new("SELECT m.s::pg_catalog.text, m.i FROM (");
        sql.append(&join(&arms.collect::<Vec<_>>(), " UNION ALL "));
        sql.push(") m ORDER BY m.v, m.s, m.i");
        sql
    }

    /// The rows with these keys, the newest first; nothing where there are none.
    fn rows(&self, keys: &[(String, String)]) -> Option<Sql> {
        let mut arms = Vec::new();
        for (arm, conditions) in &self.arms {
            let number = arm.number.to_string();
            let own = keys.iter().filter(|(source, _)| *source == number);
            let own: Vec<_> = own.map(|(_, key)| Some(key.clone())).collect();
            if own.is_empty() {
                continue;
            }
            let mut conditions = conditions.clone();
            let mut is = arm.key.value.clone();
            is.push(" = ANY (").bind_list_as(&own, &arm.key.type_name).push(")");
            conditions.push(is);
            arms.push(arm.rows(&self.query, &conditions));
        }
        (!arms.is_empty()).then(|| outer(&arms, self.first.fields.len(), &self.query, true))
    }

    fn page(&self, rows: Vec<Row>) -> Page {
        assemble(self.first, &self.query, self.sort.clone(), rows)
    }
}

/// Written by the oldest transaction that was running, or by one after it.
fn not_before(writer: &Sql, since: &Moment) -> Sql {
    let mut sql = Sql::new("pg_catalog.age(");
    sql.append(writer).push(") <= pg_catalog.age(");
    sql.bind(Some(&since.oldest), "pg_catalog.xid8").push("::pg_catalog.xid)");
    sql
}

/// No older than what was running; what has no time may be any.
fn not_older(arm: &Arm<'_>, since: &Moment) -> Sql {
    let mut then = Sql::new("pg_catalog.to_timestamp(0) + ");
    then.bind(Some(&since.horizon.to_string()), "pg_catalog.int8");
    then.push(" * '1 microsecond'::pg_catalog.interval");
    let mut sql = Sql::new("(");
    sql.append(&arm.field.value).push(" >= ").append(&arm.field.instant(&then));
    if arm.field.nullable {
        sql.push(" OR ").append(&arm.field.value).push(" IS NULL");
    }
    sql.push(")");
    sql
}
