//! A typed statement, asked: what it answers, as columns and rows of text, and what has to be said beside them.

use std::{ops::ControlFlow, sync::Arc};

use super::secrets::{self, Secrets};
use crate::{
    audit,
    database::Database,
    list::{Column, Item, Kind, Page, Paged, Position, Query},
    pg::{Head, Identity, Most, Problem, Row, Run, Typed},
};

/// How many bytes of values are kept where an answer is shown whole.
const BYTES: u64 = 16 << 20;

/// A statement and how many of its rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement.
    pub typed: Typed,
    /// How many rows.
    pub rows: u64,
}

/// What there is to say of an answer beside its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// How many rows were handed out.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
    /// What the server told, a line each.
    pub notices: Vec<String>,
    /// Which columns are not shown and why, a line each.
    pub hidden: Vec<String>,
}

impl Statement {
    /// Asks `database` as `identity`, and hands out what comes, stretch by stretch: the same columns each time, and rows without what may be a secret.
    pub async fn stream(
        &self,
        database: &Database,
        identity: &Identity,
        most: Most,
        run: &Run,
        mut take: impl FnMut(&Arc<[Column]>, Vec<Row>) -> Result<ControlFlow<()>, Problem>,
    ) -> Result<Beside, Problem> {
        let typed = &self.typed;
        // A place in a statement of the program's own is none in what was typed.
        let own = |problem| Problem { at: None, ..problem };
        let secrets = Secrets::of(database, run).await.map_err(own)?;
        let mut shape: Option<(Arc<[Column]>, Vec<Head>)> = None;
        let mut hidden = Vec::new();
        let told = database.door.typed(identity, typed, most, run, |heads, mut rows| {
            let (columns, heads) = shape.get_or_insert_with(|| {
                let judged = secrets.judge(typed, heads);
                hidden = heads
                    .iter()
                    .zip(&judged)
                    .filter_map(|(head, why)| Some(format!("{}: {}", head.name, why.as_ref()?)))
                    .collect();
                (columns(heads, &judged), heads.to_vec())
            });
            for row in &mut rows {
                for ((cell, column), head) in row.iter_mut().zip(columns.iter()).zip(heads.iter()) {
                    mend(cell, column, head);
                    if let (Kind::Json, Some(mapping)) = (column.kind, &database.mapping) {
                        let masked =
                            |text: String| audit::without_copies(mapping, &text).into_owned();
                        *cell = cell.take().map(masked);
                    }
                }
            }
            take(columns, rows)
        });
        let told = told.await.map_err(|problem| {
            let veil = secrets.touched(typed);
            let summary = if veil { secrets::veiled(&problem, typed) } else { problem.summary };
            Problem { summary, ..problem }
        })?;
        Ok(Beside { rows: told.rows, more: told.more, notices: told.notices, hidden })
    }
}

/// Takes away what may be a secret, and writes truth in words as everywhere.
fn mend(cell: &mut Option<String>, column: &Column, head: &Head) {
    if column.secret {
        *cell = None;
    } else if head.type_oid == 16 {
        *cell = cell.take().map(|it| if it == "t" { "true".into() } else { "false".into() });
    }
}

/// The columns of an answer. Neither filter nor order is the server's: what is typed says both.
fn columns(heads: &[Head], judged: &[Option<String>]) -> Arc<[Column]> {
    heads
        .iter()
        .zip(judged)
        .enumerate()
        .map(|(index, (head, why))| {
            // Two columns of one name are two fields of a record.
            let same = heads[..index].iter().filter(|it| it.name == head.name).count();
            let name = &head.name;
            let name = if same > 0 { format!("{name} ({})", same + 1) } else { name.clone() };
            let mut column = Column::new(name, kind(head.type_oid)).derived();
            column.secret = why.is_some();
            column
        })
        .collect()
}

/// What values of that type are (`pg_type.dat`).
const fn kind(type_oid: u32) -> Kind {
    match type_oid {
        16 => Kind::Boolean,
        20 | 21 | 23 | 26 | 700 | 701 => Kind::Number,
        114 | 3802 => Kind::Json,
        1082 | 1114 | 1184 => Kind::Time,
        1700 => Kind::Decimal,
        _ => Kind::Text,
    }
}

impl Paged for Statement {
    /// All rows that are wanted are one page: a row of any statement has no key to go on from, and no transaction stays open for one.
    async fn page(
        &self,
        database: &Database,
        identity: &Identity,
        run: &Run,
        _query: &Query,
    ) -> Result<Page, Problem> {
        let most = Most { rows: self.rows, bytes: BYTES };
        let mut found: (Arc<[Column]>, Vec<Row>) = (Arc::new([]), Vec::new());
        let beside = self.stream(database, identity, most, run, |columns, rows| {
            found.0 = Arc::clone(columns);
            found.1.extend(rows);
            Ok(ControlFlow::Continue(()))
        });
        let beside = beside.await?;
        let item = |(number, cells): (usize, Row)| {
            let key = vec![number.to_string()];
            Item { position: Position { value: None, key }, cells }
        };
        Ok(Page {
            columns: found.0,
            items: found.1.into_iter().enumerate().map(item).collect(),
            at_start: true,
            at_end: true,
            estimate: None,
            sort: None,
            caveat: beside.caveat(),
        })
    }
}

impl Beside {
    /// What has to be said under the rows, in one line.
    fn caveat(&self) -> Option<Problem> {
        let mut said = Vec::new();
        if self.more {
            said.push(format!("these are the first {} rows; there are more", self.rows));
        }
        if !self.hidden.is_empty() {
            said.push(format!("not shown, {}", self.hidden.join(", ")));
        }
        said.extend(self.notices.iter().cloned());
        (!said.is_empty()).then(|| Problem::usage(said.join("; ")))
    }
}
