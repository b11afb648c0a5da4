//! Rows of other tables that policies look for by their keys, and the policies of those tables, by which such a row is seen or is not.
//!
//! Where a policy asks whether there is a certain row of another table, the answer depends on that row's columns, and on facts about who asks, in the way in
//! which that table's own policies do. So rows are put together by those columns instead of by the key, and nobody has to look for a row at all.

use std::collections::BTreeSet;

use super::{
    Formula, Grouping, Hurdle,
    keyed::Keyed,
    parts::{Taken, Ways},
};
use crate::{
    database::Database,
    pg::{Deparsed, Problem, RelationName, Run, Sql, Trial},
    rls::{
        catalog::{Catalog, Policy, RowSecurity, Table},
        gate::Set,
    },
};

/// From how many tables to the next a look may lead.
const FAR: usize = 3;
/// More rows of others than these are not looked for.
const MOST: usize = 12;

/// A look for one row of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// Its number among all of a table.
    pub(crate) number: usize,
    /// The query, as it stands in the policy.
    pub(crate) query: String,
    /// What it says.
    pub(crate) keyed: Keyed,
    /// What else is asked.
    pub(crate) rest: Option<Deparsed>,
    /// The other table, as the role meets it.
    pub(crate) catalog: Catalog,
    /// The columns of it that count.
    pub(crate) columns: Vec<String>,
    /// What its own policies look for.
    pub(crate) deeper: Vec<Self>,
}

impl Look {
    /// What its own policies ask of the row; nothing where none counts.
    pub(crate) fn formula(&self) -> Option<Formula> {
        let on = self.catalog.table.access.row_security == RowSecurity::On;
        on.then(|| Formula::filter(Hurdle::of(&self.catalog.combination(Set::Select))))
    }

    /// All texts that are about it, and all names.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let table = &self.catalog.table;
        let policies = self.catalog.policies.iter().flat_map(|it| [&it.using, &it.with_check]);
        let texts = policies.flatten().chain(&self.rest).map(Deparsed::as_str);
        let columns = table.attributes.iter().map(|it| it.name.as_str());
        texts.chain(columns).chain([&*table.name.name, &*self.keyed.alias]).collect()
    }

    /// It and all that are behind it.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let behind = self.deeper.iter().flat_map(Self::all);
        std::iter::once(self).chain(behind).collect()
    }
}

/// Whoever finds looks.
pub(crate) struct Finder<'a> {
    database: &'a Database,
    role: &'a str,
    run: &'a Run,
    /// The columns that tell rows of a table apart.
    keys: BTreeSet<(String, String, String)>,
    next: usize,
}

impl<'a> Finder<'a> {
    /// Finds what `policies` of `table` look for.
    pub(crate) async fn find(
        trial: &mut Trial<'_>,
        database: &'a Database,
        (table, texts): (&Table, &[&Deparsed]),
        role: &'a str,
        run: &'a Run,
    ) -> Result<Vec<Look>, Problem> {
        if queries(table, texts).is_empty() {
            return Ok(Vec::new());
        }
        let rows = trial.observe(&Sql::new(include_str!("keyed.sql"))).await??.rows;
        let keys = rows.into_iter().filter_map(|row| {
            let [schema, name, column] = <[_; 3]>::try_from(row).ok()?;
            Some((schema?, name?, column?))
        });
        let mut finder = Self { database, role, run, keys: keys.collect(), next: 0 };
        finder.looks(trial, table, texts, 1).await
    }

    async fn looks(
        &mut self,
        trial: &mut Trial<'_>,
        table: &Table,
        texts: &[&Deparsed],
        depth: usize,
    ) -> Result<Vec<Look>, Problem> {
        let mut looks: Vec<Look> = Vec::new();
        for query in queries(table, texts) {
            let Some(keyed) = Keyed::of(&query, &table.name.name) else { continue };
            let (schema, name) = keyed.table.clone();
            let known = self.keys.contains(&(schema.clone(), name.clone(), keyed.key.clone()));
            if !known || self.next >= MOST {
                continue;
            }
            let found = (keyed, RelationName::new(schema, name));
            looks.extend(Box::pin(self.look(trial, table, query, found, depth)).await?);
        }
        Ok(looks)
    }

    /// The look, if all is known of what is behind it.
    async fn look(
        &mut self,
        trial: &mut Trial<'_>,
        table: &Table,
        query: String,
        (keyed, other): (Keyed, RelationName),
        depth: usize,
    ) -> Result<Option<Look>, Problem> {
        let relation = self.database.relation(&other, self.run).await?;
        let catalog = Catalog::read(trial, &relation, self.role).await?;
        // What is compared has to be the same to whoever compares it, whatever their search path.
        let ends = (table.attribute(&keyed.column), catalog.table.attribute(&keyed.key));
        let (Some(here), Some(there)) = ends else { return Ok(None) };
        if here.type_name != there.type_name || !here.exact || !there.exact {
            return Ok(None);
        }
        let rest = keyed.rest.clone().map(Deparsed::from_catalog);
        if let Some(rest) = &rest {
            let names = [&*keyed.alias, &*table.name.name];
            let taken = Taken::reading(rest, &names, &[], Ways::default());
            if taken.correlated || !taken.queries.is_empty() {
                return Ok(None);
            }
        }
        let on = catalog.table.access.row_security == RowSecurity::On;
        let counts = |policy: &&Policy| on && policy.is_for_role() && policy.is_for(Set::Select);
        let policies: Vec<&Policy> = catalog.policies.iter().filter(counts).collect();
        let Ok(grouping) = Grouping::by(&catalog.table, policies.iter().copied()) else {
            return Ok(None);
        };
        let mut columns = grouping.columns;
        columns.extend(keyed.columns.iter().cloned());
        columns.sort();
        columns.dedup();
        if policies.iter().any(|policy| policy.whole_row)
            || columns.iter().any(|name| catalog.table.attribute(name).is_none())
        {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        let texts: Vec<&Deparsed> = policies.iter().filter_map(|it| it.using.as_ref()).collect();
        let deeper = if depth < FAR {
            self.looks(trial, &catalog.table, &texts, depth + 1).await?
        } else {
            Vec::new()
        };
        // A key that nothing but a look is about need not be told.
        let bare = named(&catalog.table, &texts, &deeper);
        columns.retain(|name| bare.contains(name) || keyed.columns.contains(name));
        Ok(Some(Look { number, query, keyed, rest, catalog, columns, deeper }))
    }
}

/// The queries of each EXISTS in `texts` that looks at the row, each once.
fn queries(table: &Table, texts: &[&Deparsed]) -> Vec<String> {
    let columns: Vec<String> = table.attributes.iter().map(|it| it.name.clone()).collect();
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for query in Taken::of(text, &table.name.name, &columns, false).queries {
            if !found.contains(&query) {
                found.push(query);
            }
        }
    }
    found
}

/// The columns of a table that `texts` may name besides those by which they lead to the rows of `looks`.
pub(crate) fn named(table: &Table, texts: &[&Deparsed], looks: &[Look]) -> BTreeSet<String> {
    let columns: Vec<String> = table.attributes.iter().map(|it| it.name.clone()).collect();
    let queries: Vec<&str> = looks.iter().map(|it| it.query.as_str()).collect();
    let ways = Ways { lists: false, looks: &queries };
    let mut words = BTreeSet::new();
    for text in texts {
        let taken = Taken::reading(text, &[&table.name.name], &columns, ways);
        let mut from = 0;
        for part in taken.parts.iter().filter(|part| part.look.is_some()) {
            words.extend(words_of(&text.as_str()[from..part.range.start]));
            from = part.range.end;
            let rest = part.look.and_then(|at| looks[at].rest.as_ref());
            words.extend(rest.into_iter().flat_map(|rest| words_of(rest.as_str())));
        }
        words.extend(words_of(&text.as_str()[from..]));
    }
    columns.into_iter().filter(|name| words.contains(name)).collect()
}

/// The names in a text, as they stand and as the server folds them.
fn words_of(text: &str) -> Vec<String> {
    let names = crate::rls::expression::token::tokens(text);
    names
        .iter()
        .filter_map(super::super::expression::token::Token::name)
        .flat_map(|name| [name.to_lowercase(), name])
        .collect()
}
