//! The list of usage: records summed by what they are told apart by, period by period, or each by itself.
//!
//! Sums are the server's, exact, in one statement over the span. What comes from different sources, in different currencies or units never is one sum: each has
//! a row of its own.

use super::{Dimension, Per, Span, records, rows::Rows, source::Sources, trend};
use crate::{
    database::Database,
    list::{Filter, Page, Paged, Query, Term, filter_conditions, page},
    pg::{Identity, Problem, Run, Sql},
};

/// What was consumed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// By what it is told apart; all of it together where that is nothing.
    pub by: Vec<Dimension>,
    /// Period by period; the whole span at once where absent.
    pub per: Option<Per>,
    /// On which days; on all where absent.
    pub span: Option<Span>,
    /// Only in this organization.
    pub organization: Option<String>,
    /// How each row came about, period by period, beside it.
    pub trend: Option<Per>,
}

impl Paged for Usage {
    async fn page(
        &self,
        database: &Database,
        identity: &Identity,
        run: &Run,
        query: &Query,
    ) -> Result<Page, Problem> {
        let sources = Sources::of(database, run).await?;
        for dimension in &self.by {
            sources.refuse(*dimension)?;
        }
        if self.by.contains(&Dimension::Record) {
            return records::page(self, &sources, database, identity, run, query).await;
        }
        let rows = Rows { usage: self, sources: &sources };
        let (inner, outer) = rows.divided(&query.filter);
        let conditions = conditions(&sources, self.organization.as_deref(), &inner)?;
        let select = rows.select(&conditions);
        let query = Query { filter: outer, ..query.clone() };
        let mut page = page(database, identity, run, &select, &query).await?;
        if let (Some(per), [dimension], false) =
            (self.trend, self.by.as_slice(), page.items.is_empty())
        {
            let asked = trend::Asked { span: self.span, per, dimension: *dimension };
            trend::add(asked, &sources, &conditions, &mut page, (database, identity, run)).await?;
        }
        Ok(page)
    }
}

/// What records of an organization fulfil that pass `filter`, about `u`.
pub(super) fn conditions(
    sources: &Sources<'_>,
    organization: Option<&str>,
    filter: &Filter,
) -> Result<Vec<Sql>, Problem> {
    let mut conditions = Vec::new();
    if let Some(id) = organization {
        let mut sql = Sql::new("u.organization_id = ");
        sql.bind_as(Some(id), &sources.types.organization);
        conditions.push(sql);
    }
    conditions.extend(filter_conditions(&sources.limits(), filter)?);
    Ok(conditions)
}

/// The terms of `filter` that limit records, and those that limit what is summed of them; `summed` tells which columns only exist after that.
pub(super) fn divide(filter: &Filter, is_inner: impl Fn(&str) -> bool) -> (Filter, Filter) {
    let (inner, outer) = filter.terms.iter().cloned().partition(|term| match term {
        Term::Compare { column, .. } => is_inner(column),
        Term::Word { .. } => false,
    });
    (Filter { terms: inner }, Filter { terms: outer })
}
