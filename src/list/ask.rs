//! A list asked for a page.

use std::sync::Arc;

use super::{Column, Filter, From, Item, Page, Position, Query, Select, Sort, keyset};
use crate::{
    database::Database,
    pg::{Identity, Problem, Row, Run},
    question::Question,
};

/// A list that a room offers.
pub trait View: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// Whether it is about the server and not about its data: then it is the operator's login that looks, whoever is acted as, in a transaction of its
    /// own that sees the server as it is.
    const SAMPLED: bool = false;

    /// What the list is made of in `database`. Only catalogs are read for it, as the observer.
    fn select(
        &self,
        database: &Database,
        run: &Run,
    ) -> impl Future<Output = Result<Select, Problem>> + Send;

    /// What `page` does not tell although it is there, and what cures that.
    fn caveat(&self, database: &Database, page: &Page) -> Option<Problem> {
        let _ = (database, page);
        None
    }

    /// Takes out of `page` what nobody is to see of it.
    fn veil(&self, database: &Database, page: &mut Page) {
        let _ = (database, page);
    }

    /// The same problem, saying what would cure it where that is known.
    fn cure(&self, problem: Problem) -> Problem {
        problem
    }
}

/// What can be asked for a page: any view, and what is merged of several sources.
pub trait Paged: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The page that `query` asks for, as `identity` sees it.
    fn page(
        &self,
        database: &Database,
        identity: &Identity,
        run: &Run,
        query: &Query,
    ) -> impl Future<Output = Result<Page, Problem>> + Send;
}

impl<V: View> Paged for V {
    async fn page(
        &self,
        database: &Database,
        identity: &Identity,
        run: &Run,
        query: &Query,
    ) -> Result<Page, Problem> {
        // The catalog is read under a handle of its own: the question's handle belongs to the statement that may be slow.
        let select = self.select(database, run).await?;
        let identity = (!V::SAMPLED).then_some(identity);
        let page = fetch(database, identity, run, &select, query).await;
        let mut page = page.map_err(|problem| self.cure(problem))?;
        self.veil(database, &mut page);
        page.caveat = self.caveat(database, &page);
        Ok(page)
    }
}

/// A page of `view`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<V> {
    /// The list.
    pub view: V,
    /// Which rows of it.
    pub query: Query,
}

impl<V: Paged> Question for Ask<V> {
    type Answer = Page;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Page, Problem> {
        self.view.page(&database, &identity, &run, &self.query).await
    }

    fn after(&self, page: &Page) -> Option<Self> {
        let last = page.items.last().filter(|_| !page.at_end)?;
        let query = Query { from: From::After(last.position.clone()), ..self.query.clone() };
        Some(Self { view: self.view.clone(), query })
    }
}

/// Counts the rows of `view` that pass `filter`, up to `enough`; also tells whether there are more.
pub(crate) async fn count<V: View>(
    database: &Database,
    identity: &Identity,
    run: &Run,
    view: &V,
    filter: &Filter,
    enough: u64,
) -> Result<(u64, bool), Problem> {
    let select = view.select(database, run).await?;
    let statement = keyset::counting(&select, filter, enough)?;
    let rows = if V::SAMPLED {
        database.door.sample(&statement, run).await?
    } else {
        database.door.read(identity, &statement, run).await?
    };
    let rows: u64 = rows.scalar().and_then(|text| text.parse().ok()).unwrap_or_default();
    Ok((rows.min(enough), rows > enough))
}

/// Fetches one page of `select` as `identity`.
pub(crate) async fn page(
    database: &Database,
    identity: &Identity,
    run: &Run,
    select: &Select,
    query: &Query,
) -> Result<Page, Problem> {
    fetch(database, Some(identity), run, select, query).await
}

/// Fetches one page of `select` as `identity`, or, if it is about the server, as whoever looks at that.
async fn fetch(
    database: &Database,
    identity: Option<&Identity>,
    run: &Run,
    select: &Select,
    query: &Query,
) -> Result<Page, Problem> {
    let sort = query.sort.clone().or_else(|| select.order.clone());
    let mut rows: Vec<Row> = Vec::new();
    for statement in keyset::statements(select, query, sort.as_ref())? {
        let answer = match identity {
            Some(identity) => database.door.read(identity, &statement, run).await?,
            None => database.door.sample(&statement, run).await?,
        };
        rows.extend(answer.rows);
        if rows.len() > query.limit {
            break;
        }
    }
    Ok(assemble(select, query, sort, rows))
}

fn assemble(select: &Select, query: &Query, sort: Option<Sort>, mut rows: Vec<Row>) -> Page {
    let more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let columns: Arc<[Column]> = select.fields.iter().map(|field| field.column.clone()).collect();
    let width = columns.len();
    let mut items: Vec<Item> =
        rows.into_iter().map(|row| item(row, width, sort.is_some())).collect();
    let backwards = matches!(query.from, From::End | From::Before(_));
    if backwards {
        items.reverse();
    }
    let begins = matches!(query.from, From::Start) || (backwards && !more);
    let ends = matches!(query.from, From::End) || (!backwards && !more) || select.key.is_empty();
    let whole = query.from == From::Start && query.filter.is_empty();
    let estimate = select.estimate.filter(|_| whole);
    Page { columns, items, at_start: begins, at_end: ends, estimate, sort, caveat: None }
}

fn item(mut row: Row, width: usize, sorted: bool) -> Item {
    let mut tail = row.split_off(width.min(row.len())).into_iter();
    let value = if sorted { tail.next() } else { None };
    Item {
        position: Position { value, key: tail.map(Option::unwrap_or_default).collect() },
        cells: row,
    }
}
