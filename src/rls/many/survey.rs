//! One table as a group of identities meets it: what each of them may do with how many of its rows.

use super::{By, Classes, Counts, Crew, Formula, Grouping, Hurdle, View, Wanted, crew::Party};
use crate::{
    database::Database,
    pg::{Kind, Problem, RelationName, Run, Settings, Sql, Trial},
    rls::{
        catalog::{Catalog, Function, RowSecurity},
        gate::{Set, Statement},
        real::Real,
        row::Row,
        subject::{Choice, Subject},
    },
};

/// A table under survey.
#[derive(Debug)]
pub(crate) struct Survey {
    subject: Subject,
    /// The classes of its rows; where they cannot be told apart, why.
    pub(crate) classes: Result<Classes, String>,
    /// How many rows there are.
    pub(crate) rows: u64,
    /// Some row of it, if there is one.
    sample: Option<Row>,
}

/// What each of a group may do.
#[derive(Debug)]
pub(crate) struct Found {
    /// Whether and why policies count or do not.
    pub(crate) ground: Ground,
    /// For each identity what passes, or what the server says instead.
    pub(crate) counts: Counts,
    /// Why the figures may not be the last word.
    pub(crate) label: Option<String>,
}

/// What decides over rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The policies.
    Policies,
    /// That no policy lets anything pass.
    Denied,
    /// Nothing: the role stands above policies.
    Bypass,
    /// Nothing: the table has no row security.
    Off,
}

impl Survey {
    /// Reads the table once. `label` is told of each class of rows, as the operator's expression over a row `t`.
    pub(crate) async fn open(
        party: &mut Party<'_>,
        database: &Database,
        table: &RelationName,
        role: &str,
        label: Option<&Sql>,
        run: &Run,
    ) -> Result<Self, Problem> {
        let trial = &mut party.trial;
        let subject = Subject::open(trial, database, table, role, run).await?;
        let catalog = &subject.catalog;
        let sample = subject.rows(trial, &Choice::All, 1).await?.pop();
        let on = catalog.table.access.row_security == RowSecurity::On;
        let grouping = if on {
            Grouping::by(&catalog.table, catalog.policies.iter().filter(|it| it.is_for_role()))
        } else {
            Ok(Grouping::default())
        };
        let (mut classes, mut rows) = (Err(String::new()), None);
        match grouping {
            Ok(mut grouping) => {
                grouping.label = label.cloned();
                match Classes::read(trial, catalog, &grouping).await {
                    Ok(read) => {
                        rows = Some(read.rows);
                        classes = Ok(read);
                    }
                    Err(problem) if problem.kind == Kind::Missing => {
                        classes = Err(format!("{}: rows are counted one by one", problem.summary));
                    }
                    Err(problem) => return Err(problem),
                }
            }
            Err(reason) => classes = Err(reason),
        }
        let rows = match rows {
            Some(rows) => rows,
            None => count(trial, table).await?,
        };
        Ok(Self { subject, classes, rows, sample })
    }

    /// What the catalog says about the table.
    pub(crate) const fn catalog(&self) -> &Catalog {
        &self.subject.catalog
    }

    /// The functions that the policies call.
    fn functions(&self) -> Vec<&Function> {
        self.catalog().policies.iter().flat_map(|policy| &policy.functions).collect()
    }

    /// What each of `crew` may do by `statement`.
    pub(crate) async fn ask(
        &self,
        trial: &mut Trial<'_>,
        crew: &mut Crew<'_>,
        statement: Statement,
        by: By,
    ) -> Result<Found, Problem> {
        let catalog = self.catalog();
        let formula = Formula::of(catalog, statement);
        let ground = match catalog.table.access.row_security {
            RowSecurity::Off => Ground::Off,
            RowSecurity::Superuser | RowSecurity::BypassRls | RowSecurity::Owner => Ground::Bypass,
            RowSecurity::On if formula.denies_all() => Ground::Denied,
            RowSecurity::On => Ground::Policies,
        };
        let (mut counts, label) = match (ground, &self.classes) {
            // What denies everything may still be refused for what other gates ask.
            (Ground::Policies | Ground::Denied, Ok(classes)) => {
                let functions = self.functions();
                let view = View { catalog, classes, functions: &functions };
                let counts = view.count(trial, crew, Wanted::passing(&formula, by)).await?;
                let label = counts.each.clone();
                (counts, label)
            }
            (Ground::Policies, Err(reason)) => {
                let counts = self.one_by_one(trial, crew, statement).await?;
                (counts, Some(reason.clone()))
            }
            (Ground::Denied, Err(_)) => (Counts::alike(crew.settings.len(), Vec::new()), None),
            (Ground::Bypass | Ground::Off, _) => {
                (Counts::alike(crew.settings.len(), self.all(by)), None)
            }
        };
        self.refuse(trial, crew, statement, &mut counts).await?;
        Ok(Found { ground, counts, label })
    }

    /// All rows.
    fn all(&self, by: By) -> Vec<(Option<String>, u64)> {
        match (&self.classes, by) {
            (Ok(classes), By::Label) => {
                classes.all.iter().map(|class| (class.label.clone(), class.rows)).collect()
            }
            (Ok(classes), By::Class) => {
                let numbered = classes.all.iter().enumerate();
                numbered.map(|(at, class)| (Some(at.to_string()), class.rows)).collect()
            }
            (Ok(_) | Err(_), _) => vec![(None, self.rows)],
        }
    }

    /// Asks the server what it says to the statement as such: one of each class of identities where they may differ, else one for all.
    async fn refuse(
        &self,
        trial: &mut Trial<'_>,
        crew: &Crew<'_>,
        statement: Statement,
        counts: &mut Counts,
    ) -> Result<(), Problem> {
        let table = &self.catalog().table;
        let real = Real { table, statement, edited: &[] };
        let mut explain = Sql::new("EXPLAIN ");
        explain.append(&real.sql(self.sample.as_ref(), self.sample.as_ref()));
        let mut first: Vec<Option<&Settings>> = vec![None; counts.found.len()];
        for (class, settings) in counts.class_of.iter().zip(&crew.settings) {
            first[*class].get_or_insert(settings);
        }
        let first: Vec<&Settings> = first.into_iter().flatten().collect();
        // An identity of which some fact cannot be had may be refused where another is not.
        let doubtful = |class: &usize| counts.doubtful[*class];
        let mut asked: Vec<usize> = (0..first.len()).filter(doubtful).collect();
        let plain = (0..first.len()).find(|class| !doubtful(class));
        if let Some(plain) = plain {
            let answer = trial.act_as_each(&[first[plain]], &explain).await?.pop();
            if let Some(Err(_)) = answer {
                asked = (0..first.len()).collect();
            }
        }
        let some: Vec<&Settings> = asked.iter().map(|class| first[*class]).collect();
        if some.is_empty() {
            return Ok(());
        }
        let answers = trial.act_as_each(&some, &explain).await?;
        for (class, answer) in asked.into_iter().zip(answers) {
            if let Err(problem) = answer {
                counts.found[class] = Err(problem);
            }
        }
        Ok(())
    }

    /// Counts the rows themselves, as each identity.
    async fn one_by_one(
        &self,
        trial: &mut Trial<'_>,
        crew: &Crew<'_>,
        statement: Statement,
    ) -> Result<Counts, Problem> {
        let table = &self.catalog().table;
        let mut counts = Counts::alike(crew.settings.len(), Vec::new());
        counts.class_of = (0..crew.settings.len()).collect();
        counts.doubtful = vec![true; crew.settings.len()];
        if statement.gates().iter().any(|gate| gate.set == Set::Insert) {
            let problem = Problem::new(
                Kind::Missing,
                format!("what could be inserted into `{}` cannot be counted", table.name),
            )
            .hint("try a row with `purview rls why --command insert`");
            counts.found = vec![Err(problem); crew.settings.len()];
            return Ok(counts);
        }
        // What SELECT asks, the server adds by itself.
        let mut formula = Formula::of(self.catalog(), statement);
        let select = Hurdle::of(&self.catalog().combination(Set::Select));
        formula.filters.retain(|hurdle| *hurdle != select);
        let mut sql =
            Sql::new("SELECT NULL::pg_catalog.text, pg_catalog.count(*)::pg_catalog.text FROM ");
        sql.relation(&table.name).push(" WHERE ").append(&formula.condition(&|text| {
            let mut sql = Sql::new("(");
            sql.deparsed(text).push(")");
            sql
        }));
        let answers = trial.act_as_each(&crew.settings, &sql).await?;
        counts.found = answers
            .into_iter()
            .map(|answer| {
                let rows = answer?.pop().and_then(|row| row.into_iter().nth(1).flatten());
                Ok(vec![(None, rows.and_then(|text| text.parse().ok()).unwrap_or_default())])
            })
            .collect();
        Ok(counts)
    }
}

/// How many rows a table has, as the operator sees it.
async fn count(trial: &mut Trial<'_>, table: &RelationName) -> Result<u64, Problem> {
    let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM ");
    sql.relation(table);
    let rows = trial.observe(&sql).await??;
    Ok(rows.scalar().and_then(|text| text.parse().ok()).unwrap_or_default())
}
