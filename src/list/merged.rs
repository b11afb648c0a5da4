//! Several sources merged into one list in one exact order: by a column, then by source, then by the source's own key.
//!
//! Each source contributes no more rows than a page has, in an order that its own indexes serve; the server merges these few. So a page costs the same at any
//! depth, and no row is missing or told twice where sources meet.

use std::sync::Arc;

use super::{
    Field, From, Item, KeyPart, Kind, Page, Position, Query, Select, Sort, compile,
    keyset::{as_text, printed},
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Row, Run, Sql, sql::join},
};

/// One of the sources of a merged list.
pub(crate) struct Part {
    /// Its rows; with one key column.
    pub(crate) select: Select,
    /// The column in whose order an index walks, where one does.
    pub(crate) walks: Option<&'static str>,
    /// Whether an index finds a row by its key.
    pub(crate) finds: bool,
    /// By which transaction a row was written, where its relation keeps that.
    pub(crate) writer: Option<Sql>,
}

/// Fetches one page of `sources` merged; they have the same columns, and one key column each. The order is that of the query, or that of the first source.
pub(crate) async fn merged(
    database: &Database,
    identity: &Identity,
    run: &Run,
    sources: &[Part],
    query: &Query,
) -> Result<Page, Problem> {
    let first = sources.first().ok_or_else(|| Problem::bug("a list without a source"))?;
    let first = &first.select;
    let sort = query.sort.clone().or_else(|| first.order.clone());
    let sort = sort.ok_or_else(|| Problem::bug("a merged list without an order"))?;
    let statement = statement(sources, query, &sort)?;
    let rows = database.door.read(identity, &statement, run).await?.rows;
    Ok(assemble(first, query, sort, rows))
}

/// One source in the order of the page.
pub(super) struct Arm<'a> {
    pub(super) number: u64,
    pub(super) select: &'a Select,
    pub(super) field: &'a Field,
    pub(super) key: &'a KeyPart,
    down: bool,
    /// Whether the rows of the page are found first and printed then: the server would print every row that it sorts.
    in_steps: bool,
}

fn statement(sources: &[Part], query: &Query, sort: &Sort) -> Result<Sql, Problem> {
    let backwards = matches!(query.from, From::End | From::Before(_));
    let down = sort.descending != backwards;
    let mut arms = Vec::new();
    for (number, part) in (0..).zip(sources) {
        let arm = Arm::of(number, part, &sort.column, down)?;
        let select = arm.select;
        let mut conditions = select.conditions.clone();
        conditions.extend(compile::conditions(select, &query.filter)?);
        for beyond in arm.parts(&query.from)? {
            let all: Vec<Sql> = conditions.iter().cloned().chain(beyond).collect();
            arms.push(arm.rows(query, &all));
        }
    }
    let width = sources.first().map_or(0, |part| part.select.fields.len());
    Ok(outer(&arms, width, query, down))
}

/// The arms' rows in one order: the columns, then the sort value, then the source and the key.
pub(super) fn outer(arms: &[Sql], width: usize, query: &Query, down: bool) -> Sql {
    let mut sql = Sql::new("SELECT ");
    for number in 0..width {
        sql.push("m.").ident(&format!("c{number}")).push(", ");
    }
    sql.push("m.v::pg_catalog.text, m.s::pg_catalog.text, m.i FROM (")
        .append(&join(arms, " UNION ALL "))
        .push(") m ORDER BY ");
    sql.push(if down { "m.v DESC, m.s DESC, m.n" } else { "m.v, m.s, m.n" });
    sql.push(" LIMIT ").number(query.limit as u64 + 1);
    sql
}

impl<'a> Arm<'a> {
    /// The source with this number, in the order of `column`.
    pub(super) fn of(
        number: u64,
        part: &'a Part,
        column: &str,
        down: bool,
    ) -> Result<Self, Problem> {
        let Part { select, walks, finds, .. } = part;
        let field = select.field(column).filter(|field| !field.column.secret).ok_or_else(|| {
            Problem::usage(format!("there is nothing to sort by called: {column}"))
        })?;
        if field.column.kind == Kind::Json {
            return Err(Problem::usage(format!("JSON has no order: {column}")));
        }
        let [key] = select.key.as_slice() else {
            return Err(Problem::bug("a source that is merged has one key column"));
        };
        let in_steps = *finds && *walks != Some(column);
        Ok(Self { number, select, field, key, down, in_steps })
    }

    /// The value that the source is ordered by: times as they stand, so that an index serves; all else as it compares with other sources.
    fn ordered(&self) -> Sql {
        match self.field.column.kind {
            Kind::Time => self.field.value.clone(),
            Kind::Text
            | Kind::Number
            | Kind::Decimal
            | Kind::Bytes
            | Kind::Duration
            | Kind::Boolean
            | Kind::Json => self.field.common(),
        }
    }

    /// The conditions under which rows come after the position of `from`; one part for each range of an index that has to be walked.
    fn parts(&self, from: &From) -> Result<Vec<Option<Sql>>, Problem> {
        let position = match from {
            From::Start | From::End => return Ok(vec![None]),
            From::After(position) | From::Before(position) => position,
        };
        let stale = || {
            Problem::usage("the position does not belong to this list").hint("load the list again")
        };
        let value = position.value.as_ref().ok_or_else(stale)?;
        let [source, id] = position.key.as_slice() else { return Err(stale()) };
        let source: u64 = source.parse().map_err(|_| stale())?;
        let mut absent = self.ordered();
        absent.push(" IS NULL");
        Ok(match (value, self.down) {
            // NULLs are larger than everything (PostgreSQL documentation, 7.5).
            (Some(value), false) if self.field.nullable => {
                vec![Some(self.beyond(value, source, id)), Some(absent)]
            }
            (Some(value), _) => vec![Some(self.beyond(value, source, id))],
            (None, down) => {
                let mut present = self.ordered();
                present.push(" IS NOT NULL");
                let rest = self.after_key(source, id).map(|after| {
                    absent.push(" AND ").append(&after);
                    absent
                });
                let mut parts: Vec<_> = rest.into_iter().map(Some).collect();
                if down {
                    parts.push(Some(present));
                }
                parts
            }
        })
    }

    /// Beyond a value and a key.
    fn beyond(&self, value: &str, source: u64, id: &str) -> Sql {
        let bound = self.bound(value);
        let mut sql = Sql::default();
        if source == self.number {
            sql.push("(").append(&self.ordered()).push(", ").append(&self.key.value);
            sql.push(if self.down { ") < (" } else { ") > (" }).append(&bound).push(", ");
            sql.bind_as(Some(id), &self.key.type_name).push(")");
            return sql;
        }
        let also_equal = (self.number < source) == self.down;
        sql.append(&self.ordered()).push(match (self.down, also_equal) {
            (true, true) => " <= ",
            (true, false) => " < ",
            (false, true) => " >= ",
            (false, false) => " > ",
        });
        sql.append(&bound);
        sql
    }

    /// Beyond a key among rows of the same value; `None` where no row of this source is.
    fn after_key(&self, source: u64, id: &str) -> Option<Sql> {
        if source == self.number {
            let mut sql = self.key.value.clone();
            sql.push(if self.down { " < " } else { " > " });
            sql.bind_as(Some(id), &self.key.type_name);
            return Some(sql);
        }
        ((self.number < source) == self.down).then(|| Sql::new("true"))
    }

    /// A sort value that came with a row, as one that compares with this source's.
    fn bound(&self, value: &str) -> Sql {
        let mut sql = Sql::default();
        match self.field.column.kind {
            Kind::Time => {
                sql.bind(Some(value), "pg_catalog.timestamptz");
                return self.field.instant(&sql);
            }
            Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration => {
                sql.bind(Some(value), "pg_catalog.numeric")
            }
            Kind::Boolean => sql.bind(Some(value), "pg_catalog.bool"),
            Kind::Text | Kind::Json => sql.bind(Some(value), "pg_catalog.text"),
        };
        sql
    }

    /// The first rows of the source that fulfil `conditions`, numbered in their order.
    pub(super) fn rows(&self, query: &Query, conditions: &[Sql]) -> Sql {
        let mut first = self.select.from.clone();
        if !conditions.is_empty() {
            first.push(" WHERE ").append(&join(conditions, " AND "));
        }
        let direction = if self.down { " DESC" } else { "" };
        first.push(" ORDER BY ").append(&self.ordered()).push(direction).push(", ");
        first.append(&self.key.value).push(direction);
        first.push(" LIMIT ").number(query.limit as u64 + 1);
        let mut sql = Sql::default();
        if self.in_steps {
            sql.push("SELECT a.*, p.n FROM (SELECT q.key, pg_catalog.row_number() OVER () AS n FROM (SELECT ");
            sql.append(&self.key.value).push(" AS key ").append(&first);
            sql.push(") q) p CROSS JOIN LATERAL (SELECT ").append(&self.printed(query)).push(" ");
            sql.append(&self.select.from).push(" WHERE ").append(&self.key.value);
            sql.push(" = p.key) a");
        } else {
            sql.push("SELECT a.*, pg_catalog.row_number() OVER () AS n FROM (SELECT ");
            sql.append(&self.printed(query)).push(" ").append(&first).push(") a");
        }
        sql
    }

    /// The columns, the sort value, the number of the source and the key.
    fn printed(&self, query: &Query) -> Sql {
        let mut sql = Sql::default();
        for (number, field) in self.select.fields.iter().enumerate() {
            sql.append(&printed(field, query.whole)).push(" AS ").ident(&format!("c{number}"));
            sql.push(", ");
        }
        sql.append(&self.field.common()).push(" AS v, ").number(self.number);
        sql.push("::pg_catalog.int4 AS s, ").append(&as_text(&self.key.value)).push(" AS i");
        sql
    }
}

pub(super) fn assemble(first: &Select, query: &Query, sort: Sort, mut rows: Vec<Row>) -> Page {
    let more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let width = first.fields.len();
    let mut items: Vec<Item> = rows
        .into_iter()
        .map(|mut row| {
            let mut tail = row.split_off(width.min(row.len())).into_iter();
            let value = tail.next();
            let key = tail.map(Option::unwrap_or_default).collect();
            Item { position: Position { value, key }, cells: row }
        })
        .collect();
    let backwards = matches!(query.from, From::End | From::Before(_));
    if backwards {
        items.reverse();
    }
    Page {
        columns: first.fields.iter().map(|field| field.column.clone()).collect::<Arc<_>>(),
        items,
        at_start: matches!(query.from, From::Start) || (backwards && !more),
        at_end: matches!(query.from, From::End) || (!backwards && !more),
        estimate: None,
        sort: Some(sort),
        caveat: None,
    }
}
