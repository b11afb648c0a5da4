//! A list printed page by page, in flat memory where its format streams.

use std::sync::Arc;

use super::{
    args::Output,
    say::{self, Stdout},
};
use crate::{
    database::Database,
    list::{Ask, Column, Filter, From, Page, Paged, Query, Sort},
    pg::{Identity, Problem, Row, Run},
    question::Question as _,
    report::{Format, Report},
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
        let mut pages = Pages { printer: self, view, from: Some(From::Start), left: most };
        let Some(first) = pages.next().await? else { return Ok(()) };
        let out = Stdout::open();
        let gone = out.watch();
        let shown = Shown::of(&first.columns, format);
        tell_of_secrets(&first.columns);
        if let Some(caveat) = &first.caveat {
            say::note(&caveat.to_string());
        }
        let mut report = Report::begin(format, shown.columns(&first.columns), out)
            .map_err(|error| say::unwritable(&error))?;
        let mut page = Some(first);
        let mut cut = false;
        while let Some(this) = page {
            for item in this.items {
                report.row(&shown.cells(item.cells)).map_err(|error| say::unwritable(&error))?;
            }
            cut = !this.at_end;
            page = if gone.get() { None } else { pages.next().await? };
        }
        let rows = report.end().map_err(|error| say::unwritable(&error))?;
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
    view: V,
    from: Option<From>,
    left: usize,
}

impl<V: Paged> Pages<'_, V> {
    async fn next(&mut self) -> Result<Option<Page>, Problem> {
        let Some(from) = self.from.take() else { return Ok(None) };
        let Printer { printing, database, identity, run } = self.printer;
        let page = if from == From::Start { PAGES.0 } else { PAGES.1 };
        let query = Query {
            filter: printing.filter.clone(),
            sort: printing.sort.clone(),
            from,
            limit: self.left.min(page),
            whole: true,
        };
        let question = Ask { view: self.view.clone(), query };
        let page = question.ask(Arc::clone(database), (*identity).clone(), (*run).clone()).await?;
        self.left -= page.items.len().min(self.left);
        if !page.at_end && self.left > 0 {
            self.from = page.items.last().map(|item| From::After(item.position.clone()));
        }
        Ok(Some(page))
    }
}

/// Which columns are printed: all but the secret ones, whose nulls would look like values. People are also spared ids and what else a grid hides.
pub(super) struct Shown(Vec<usize>);

impl Shown {
    pub(super) fn of(columns: &[Column], format: Format) -> Self {
        let for_people = matches!(format, Format::Table | Format::Markdown);
        let is_shown = |(at, column): (usize, &Column)| {
            (!(column.secret || for_people && column.hidden)).then_some(at)
        };
        Self(columns.iter().enumerate().filter_map(is_shown).collect())
    }

    /// All but the secret ones.
    pub(super) fn secretless(columns: &[Column]) -> Self {
        Self::of(columns, Format::Json)
    }

    pub(super) fn columns(&self, columns: &[Column]) -> Vec<Column> {
        self.0.iter().filter_map(|at| columns.get(*at).cloned()).collect()
    }

    pub(super) fn cells(&self, mut cells: Row) -> Row {
        self.0.iter().map(|at| cells.get_mut(*at).and_then(Option::take)).collect()
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

    #[test]
    fn secret_columns_are_not_printed_at_all_and_hidden_ones_only_for_programs() {
        let mut columns = vec![Column::new("id", crate::list::Kind::Text); 3];
        columns[0].hidden = true;
        columns[1].secret = true;
        assert_eq!(Shown::of(&columns, Format::Table).columns(&columns).len(), 1);
        let shown = Shown::of(&columns, Format::Json);
        assert_eq!(shown.columns(&columns).len(), 2);
        let cells = shown.cells(vec![Some("a".into()), None, Some("c".into())]);
        assert_eq!(cells, [Some("a".into()), Some("c".into())]);
    }
}
