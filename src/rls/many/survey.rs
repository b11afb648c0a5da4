//! One table as a group of identities meets it: what each of them may do with how many of its rows.

use super::{
    By, Classes, Counts, Crew, Formula, Grouping, Hurdle, Label, Signatures, View, Wanted,
    crew::Party,
    look::{Finder, Look},
    looked::Looked,
};
use crate::{
    database::Database,
    pg::{Kind, Problem, RelationName, Run, Settings, Sql, Trial, sql::join},
    rls::{
        catalog::{Catalog, Policy, RowSecurity},
        explain::secrets,
        gate::{Set, Statement},
        masked,
        real::Real,
        row::{self, Row},
        subject::{Choice, Subject},
    },
};

/// Which rows of a table, and what is told of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope<'a> {
    /// What else is told of each class of rows.
    pub(crate) label: Option<&'a Label>,
    /// Those in which these columns have these values; all where it is absent.
    pub(crate) values: Option<&'a [(String, String)]>,
    /// Whether rows are told apart by policies that are not for the role, too.
    pub(crate) all_policies: bool,
    /// Policies that there are not, but that rows are to be told apart by, too.
    pub(crate) beside: &'a [Policy],
}

/// A table under survey.
#[derive(Debug)]
pub(crate) struct Survey {
    subject: Subject,
    /// The classes of its rows; where they cannot be told apart, why.
    pub(crate) classes: Result<Classes, String>,
    /// The same rows with those of other tables that policies look for, where they do.
    looked: Option<Looked>,
    /// How many rows there are.
    pub(crate) rows: u64,
    /// Some row of it, if there is one.
    pub(crate) sample: Option<Row>,
    /// Which rows, as a condition on the table under its own name.
    choice: Option<Sql>,
    /// Why figures may not be the last word.
    labels: Vec<String>,
    /// The policies of which formulas are made.
    policies: Vec<Policy>,
    /// The columns among those that are read whose values must not be shown.
    secrets: Vec<String>,
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
    /// Reads the table once.
    pub(crate) async fn open(
        party: &mut Party<'_>,
        database: &Database,
        table: &RelationName,
        role: &str,
        scope: Scope<'_>,
        run: &Run,
    ) -> Result<Self, Problem> {
        let trial = &mut party.trial;
        let subject = Subject::open(trial, database, table, role, run).await?;
        let catalog = &subject.catalog;
        let chosen = scope.values.map_or(Choice::All, |it| Choice::Columns(it.to_vec()));
        let sample = subject.rows(trial, &chosen, 1).await?.pop();
        let choice = |alias: &str| scope.values.map(|it| condition(catalog, it, alias));
        let on = catalog.table.access.row_security == RowSecurity::On || !scope.beside.is_empty();
        let grouping = if on {
            let meant = |it: &&Policy| scope.all_policies || it.is_for_role();
            Grouping::by(&catalog.table, catalog.policies.iter().filter(meant).chain(scope.beside))
        } else {
            Ok(Grouping::default())
        };
        let (classes, mut rows, mut looked);
        (rows, looked) = (None, None);
        match grouping {
            Ok(mut grouping) => {
                grouping.label = scope.label.cloned();
                grouping.choice = choice("t");
                if on {
                    looked = look(trial, database, (catalog, role), &grouping, run).await?;
                }
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
            None if scope.values.is_some() => u64::from(sample.is_some()),
            None => count(trial, table).await?,
        };
        let choice = choice(&table.name);
        let mut labels = volatile(&subject.catalog);
        for look in looked.iter().flat_map(|looked: &Looked| &looked.looks).flat_map(Look::all) {
            labels.extend(volatile(&look.catalog));
        }
        labels.dedup();
        let policies = subject.catalog.policies.iter().chain(scope.beside).cloned().collect();
        let secrets = secrets(database, &subject);
        Ok(Self { subject, classes, looked, rows, sample, choice, labels, policies, secrets })
    }

    /// What the catalog says about the table.
    pub(crate) const fn catalog(&self) -> &Catalog {
        &self.subject.catalog
    }

    /// A few rows of it.
    pub(crate) async fn rows(
        &self,
        trial: &mut Trial<'_>,
        choice: &Choice,
        most: u64,
    ) -> Result<Vec<Row>, Problem> {
        self.subject.rows(trial, choice, most).await
    }

    /// What of the rows passes `formula` for each of `crew`, where the policies decide and rows have classes.
    pub(crate) async fn count(
        &self,
        trial: &mut Trial<'_>,
        crew: &mut Crew<'_>,
        wanted: Wanted<'_>,
    ) -> Result<Option<Counts>, Problem> {
        let counts = self.view(&self.policies).count(trial, crew, wanted).await?;
        Ok(counts.map(|counts| self.veiled(counts)))
    }

    /// The same; what the server says instead of a count repeats no value that may be a secret.
    fn veiled(&self, mut counts: Counts) -> Counts {
        let veil =
            |found: Result<_, Problem>| found.map_err(|it| masked::veiled(it, &self.secrets));
        counts.found = counts.found.into_iter().map(veil).collect();
        counts
    }

    /// The table as those meet it who are asked about, with `policies`.
    fn view<'a>(&'a self, policies: &'a [Policy]) -> View<'a> {
        let table = &self.catalog().table;
        let (classes, looked) = (self.classes.as_ref().ok(), self.looked.as_ref());
        View { table, classes, looked, policies }
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
        // What denies everything may still be refused for what other gates ask.
        let counted = match ground {
            Ground::Policies | Ground::Denied => {
                let view = self.view(&catalog.policies);
                view.count(trial, crew, Wanted::passing(&formula, by)).await?
            }
            Ground::Bypass | Ground::Off => None,
        };
        let everybody = crew.settings.len();
        let (mut counts, label) = match (ground, counted, &self.classes) {
            (_, Some(counts), _) => {
                let label = self.label(counts.each.as_ref());
                (counts, label)
            }
            (Ground::Policies, None, found) => {
                let counts = self.one_by_one(trial, crew, statement).await?;
                (counts, found.as_ref().err().cloned())
            }
            // Who is refused for it is not known before each is asked.
            (Ground::Denied, None, _) if formula.expressions().next().is_some() => {
                (Counts::nothing_for_each(everybody), None)
            }
            (Ground::Denied, None, _) => (Counts::alike(everybody, Vec::new()), None),
            (Ground::Bypass | Ground::Off, None, _) => {
                (Counts::alike(everybody, self.all(by)), None)
            }
        };
        let refused = self.refuse(trial, crew, statement, &mut counts).await?;
        if ground == Ground::Policies && statement == Statement::Select && by == By::Nothing {
            self.settle(trial, crew, &refused, &mut counts).await?;
        }
        Ok(Found { ground, counts: self.veiled(counts), label })
    }

    /// Lets the real statement decide for those of whom something could not be had: whether it raises depends on what the server evaluates first.
    async fn settle(
        &self,
        trial: &mut Trial<'_>,
        crew: &Crew<'_>,
        refused: &[usize],
        counts: &mut Counts,
    ) -> Result<(), Problem> {
        let open = |class: &usize| counts.doubtful[*class] && !refused.contains(class);
        let classes: Vec<usize> = (0..counts.found.len()).filter(open).collect();
        let first = classes.iter().map(|class| counts.class_of.iter().position(|it| it == class));
        let settings = first.flatten().map(|at| crew.settings[at]).collect();
        let some = Crew { settings, signatures: Signatures::default() };
        if self.classes.is_ok() && !some.settings.is_empty() {
            let real = self.one_by_one(trial, &some, Statement::Select).await?;
            for (class, found) in classes.into_iter().zip(real.found) {
                counts.found[class] = found;
            }
        }
        Ok(())
    }

    /// Why figures may not be the last word.
    fn label(&self, each: Option<&String>) -> Option<String> {
        let labels: Vec<&str> = self.labels.iter().chain(each).map(String::as_str).collect();
        (!labels.is_empty()).then(|| labels.join("; "))
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

    /// Asks the server what it says to the statement as such: one of each class of identities where they may differ, else one for all. Returns whom it refuses.
    async fn refuse(
        &self,
        trial: &mut Trial<'_>,
        crew: &Crew<'_>,
        statement: Statement,
        counts: &mut Counts,
    ) -> Result<Vec<usize>, Problem> {
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
        let mut refused = Vec::new();
        if some.is_empty() {
            return Ok(refused);
        }
        let answers = trial.act_as_each(&some, &explain).await?;
        for (class, answer) in asked.into_iter().zip(answers) {
            if let Err(problem) = answer {
                counts.found[class] = Err(problem);
                refused.push(class);
            }
        }
        Ok(refused)
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
        // What is written as a condition of one's own needs a right to every column in it; what a policy reads needs none.
        let own = statement != Statement::Select;
        let inserts = statement.gates().iter().any(|gate| gate.set == Set::Insert);
        if inserts || own && !table.access.rights.select {
            let problem = Problem::new(
                Kind::Missing,
                format!("what passes {statement} on `{}` cannot be counted", table.name),
            )
            .hint("try a row with `purview rls why`");
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
        if let Some(choice) = &self.choice {
            sql.push(" AND ").append(choice);
        }
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

/// The rows of a table with those of other tables for which its policies look, where they do.
async fn look(
    trial: &mut Trial<'_>,
    database: &Database,
    (catalog, role): (&Catalog, &str),
    grouping: &Grouping,
    run: &Run,
) -> Result<Option<Looked>, Problem> {
    let table = &catalog.table;
    let policies: Vec<&Policy> = catalog.policies.iter().filter(|it| it.is_for_role()).collect();
    if policies.iter().any(|policy| policy.whole_row) {
        return Ok(None);
    }
    let texts: Vec<_> =
        policies.iter().flat_map(|it| [&it.using, &it.with_check]).flatten().collect();
    let looks = Finder::find(trial, database, (table, &texts), role, run).await?;
    if looks.is_empty() {
        return Ok(None);
    }
    Looked::read(trial, table, looks, &texts, grouping).await
}

/// Functions that claim to be volatile, most of them because nobody said otherwise.
fn volatile(catalog: &Catalog) -> Vec<String> {
    let mut labels = Vec::new();
    for policy in catalog.policies.iter().filter(|policy| policy.is_for_role()) {
        for function in policy.functions.iter().filter(|it| it.volatile && it.own) {
            let label = format!(
                "`{}` is volatile: it is evaluated once and may answer otherwise next time",
                function.name
            );
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    labels
}

/// The condition that in a row of the table, which is called `alias`, columns have these values.
fn condition(catalog: &Catalog, values: &[(String, String)], alias: &str) -> Sql {
    let mut parts = Vec::with_capacity(values.len());
    for (name, value) in values {
        let mut sql = Sql::default();
        sql.ident(alias).push(".").ident(name).push(" = ");
        let system = row::SYSTEM.iter().find(|(system, ..)| system == name);
        match (catalog.table.attribute(name), system) {
            // Given as what is under a domain, whose check would run as the operator.
            (Some(attribute), _) => sql.bind_as(Some(value), &attribute.base),
            (None, Some((.., type_name))) => sql.bind(Some(value), type_name),
            (None, None) => continue,
        };
        parts.push(sql);
    }
    join(&parts, " AND ")
}

/// How many rows a table has, as the operator sees it.
async fn count(trial: &mut Trial<'_>, table: &RelationName) -> Result<u64, Problem> {
    let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM ");
    sql.relation(table);
    let rows = trial.observe(&sql).await??;
    Ok(rows.scalar().and_then(|text| text.parse().ok()).unwrap_or_default())
}
