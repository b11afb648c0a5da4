//! A list printed page by page, in flat memory where its format streams.

use std::sync::Arc;

use super::{
    args::Output,
    say::{self, Stdout},
};
use crate::{
    database::Database,
    list::{Ask, Column, Filter, Page, Paged, Query, Sort},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report::{Format, Listed},
};

/// How many rows are asked for first, and at once from then on: what has no index to walk is sorted anew for every page.
const PAGES: (usize, usize) = (1000, 10_000);
/// How many rows a table for people holds unless they ask for more.
const READABLE: usize = 10_000;

/// Which rows are printed, and how.
pub(super) struct Printing {
    pub(super) filter: Filter,
    pub(super) sort: Option<Sort>,
    pub(super) limit: Option<usize>,
    pub(super) output: Output,
}

/// Whoever prints.
pub(super) struct Printer<'a> {
    pub(super) printing: &'a Printing,
    pub(super) database: &'a Arc<Database>,
    pub(super) identity: &'a Identity,
    pub(super) run: &'a Run,
}

impl Printer<'_> {
    /// Prints pages until there is no more, or enough, or nobody reads on.
    pub(super) async fn list(&self, view: impl Paged) -> Result<(), Problem> {
        let format = Format::from(self.printing.output);
        let most =
            self.printing.limit.unwrap_or(if format.streams() { usize::MAX } else { READABLE });
        let query = Query {
            filter: self.printing.filter.clone(),
            sort: self.printing.sort.clone(),
            limit: most.min(PAGES.0),
            whole: true,
            ..Query::default()
        };
        let mut pages = Pages { printer: self, next: Some(Ask { view, query }), left: most };
        let Some(first) = pages.next().await? else { return Ok(()) };
        let out = Stdout::open();
        let gone = out.watch();
        tell_of_secrets(&first.columns);
        if let Some(caveat) = &first.caveat {
            say::note(&caveat.to_string());
        }
        let mut listed =
            Listed::begin(format, &first.columns, out).map_err(|error| say::unwritable(&error))?;
        let mut page = Some(first);
        let mut cut = false;
        while let Some(this) = page {
            cut = !this.at_end;
            listed.items(this.items).map_err(|error| say::unwritable(&error))?;
            page = if gone.get() { None } else { pages.next().await? };
        }
        let rows = listed.end().map_err(|error| say::unwritable(&error))?;
        if cut && self.printing.limit.is_none() && !gone.get() {
            say::note(&format!(
                "there is more than the first {rows} rows; ask for it with `--limit`, or with another format"
            ));
        }
        Ok(())
    }
}

/// The pages of a view, up to as many rows as are wanted.
struct Pages<'a, V> {
    printer: &'a Printer<'a>,
    next: Option<Ask<V>>,
    left: usize,
}

impl<V: Paged> Pages<'_, V> {
    async fn next(&mut self) -> Result<Option<Page>, Problem> {
        let Some(question) = self.next.take() else { return Ok(None) };
        let Printer { database, identity, run, .. } = self.printer;
        let asked = question.clone();
        let page = asked.ask(Arc::clone(database), (*identity).clone(), (*run).clone()).await?;
        self.left -= page.items.len().min(self.left);
        if self.left > 0 {
            self.next = question.after(&page);
        }
        if let Some(next) = &mut self.next {
            next.query.limit = self.left.min(PAGES.1);
        }
        Ok(Some(page))
    }
}

fn tell_of_secrets(columns: &[Column]) {
    let secret: Vec<_> = columns.iter().filter(|it| it.secret).map(|it| it.name.as_str()).collect();
    if !secret.is_empty() {
        say::note(&format!("left out because secret: {}", secret.join(", ")));
    }
}

/// `name`, or `-name` for the largest first.
pub(super) fn sort(text: &str) -> Sort {
    let (column, descending) =
        text.strip_prefix('-').map_or((text, false), |column| (column, true));
    Sort { column: column.to_owned(), descending }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minus_before_a_column_puts_the_largest_first() {
        assert_eq!(sort("-bytes"), Sort { column: "bytes".into(), descending: true });
        assert_eq!(sort("bytes"), Sort { column: "bytes".into(), descending: false });
    }
}
