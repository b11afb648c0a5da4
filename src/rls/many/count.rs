//! How many rows pass for each of many identities.
//!
//! For identities whose facts are all there it is one statement, a join of their classes with those of the rows. Everybody else is asked by itself, with the
//! policies' own text.

use super::{
    Class, Classes, Crew, Formula,
    look::Look,
    looked::{Column, Condensed, Looked},
    names::Names,
    plan::{Plan, told_of},
    signature::{Fact, Signatures, Worth},
};
use crate::{
    list::TypeName,
    pg::{Deparsed, Kind, Problem, Row, Settings, Sql, Trial, sql::join},
    rls::catalog::{Policy, Table},
};

/// A table, as those identities meet it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) table: &'a Table,
    /// Its rows; absent where they cannot be put together by their own columns.
    pub(crate) classes: Option<&'a Classes>,
    /// Its rows with those of other tables that policies look for.
    pub(crate) looked: Option<&'a Looked>,
    /// The policies of which formulas are made.
    pub(crate) policies: &'a [Policy],
}

/// By what the rows that pass are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Not at all.
    Nothing,
    /// By the label of their class.
    Label,
    /// By the number of their class.
    Class,
}

/// How many rows pass, by what they are told apart.
pub(crate) type Passing = Vec<(Option<String>, u64)>;

/// How many rows pass for each identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    /// For each identity, its class.
    pub(crate) class_of: Vec<usize>,
    /// For each class, what passes, or why that cannot be said.
    pub(crate) found: Vec<Result<Passing, Problem>>,
    /// For each class, whether something about it could not be had, so that the server may refuse it whatever the rows are.
    pub(crate) doubtful: Vec<bool>,
    /// Why each identity was asked by itself, if it was.
    pub(crate) each: Option<String>,
}

impl Counts {
    /// The same for `people`.
    pub(crate) fn alike(people: usize, passing: Passing) -> Self {
        Self {
            class_of: vec![0; people],
            found: vec![Ok(passing)],
            doubtful: vec![false],
            each: None,
        }
    }

    /// What passes for the identity at `at`.
    pub(crate) fn of(&self, at: usize) -> Option<&Result<Passing, Problem>> {
        self.found.get(*self.class_of.get(at)?)
    }

    /// How many rows pass for the identity at `at`.
    pub(crate) fn total(&self, at: usize) -> Option<Result<u64, &Problem>> {
        Some(self.of(at)?.as_ref().map(|passing| passing.iter().map(|(_, rows)| rows).sum()))
    }
}

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The rows that pass this.
    pub(crate) formula: &'a Formula,
    /// But not this.
    pub(crate) but_not: Option<&'a Formula>,
    pub(crate) by: By,
}

impl<'a> Wanted<'a> {
    /// The rows that pass `formula`.
    pub(crate) const fn passing(formula: &'a Formula, by: By) -> Self {
        Self { formula, but_not: None, by }
    }

    fn formulas(self) -> Vec<&'a Formula> {
        std::iter::once(self.formula).chain(self.but_not).collect()
    }
}

impl Counts {
    /// These, for those who stand at `places` of all, in place of what is known of the class that they are in.
    fn replace(&mut self, places: &[usize], other: Self) {
        let first = self.found.len();
        for (place, class) in places.iter().zip(&other.class_of) {
            self.class_of[*place] = first + class;
        }
        self.found.extend(other.found);
        self.doubtful.extend(other.doubtful);
        self.each = self.each.take().or(other.each);
    }

    /// Without the classes in which nobody is.
    fn tidy(mut self) -> Self {
        let mut kept = Vec::new();
        for class in &mut self.class_of {
            let at = kept.iter().position(|it| it == class).unwrap_or_else(|| {
                kept.push(*class);
                kept.len() - 1
            });
            *class = at;
        }
        self.found = kept.iter().map(|class| self.found[*class].clone()).collect();
        self.doubtful = kept.iter().map(|class| self.doubtful[*class]).collect();
        self
    }
}

/// What nobody could say of a class yet.
fn unknown() -> Problem {
    Problem::new(Kind::Missing, "its rows cannot be counted")
        .hint("try a row with `purview rls why`")
}

impl View<'_> {
    /// Counts what is wanted for each of `crew`; absent where it can only be counted row by row.
    pub(crate) async fn count(
        self,
        trial: &mut Trial<'_>,
        crew: &mut Crew<'_>,
        wanted: Wanted<'_>,
    ) -> Result<Option<Counts>, Problem> {
        let looked = self.looked.filter(|_| wanted.by != By::Class);
        let Some(looked) = looked else { return self.without_looking(trial, crew, wanted).await };
        let Some(mut counts) = self.by_looking(trial, crew, wanted, looked).await? else {
            return self.without_looking(trial, crew, wanted).await;
        };
        let left: Vec<usize> = (0..crew.settings.len())
            .filter(|at| counts.of(*at).is_none_or(Result::is_err))
            .collect();
        if left.is_empty() {
            return Ok(Some(counts));
        }
        let settings = left.iter().map(|at| crew.settings[*at]).collect();
        let mut some = Crew { settings, signatures: Signatures::default() };
        let Some(others) = self.without_looking(trial, &mut some, wanted).await? else {
            return Ok(None);
        };
        counts.replace(&left, others);
        Ok(Some(counts.tidy()))
    }

    /// The same for those of whom all facts are there, out of rows of other tables that are already there too; what is left is a problem.
    async fn by_looking(
        self,
        trial: &mut Trial<'_>,
        crew: &mut Crew<'_>,
        wanted: Wanted<'_>,
        looked: &Looked,
    ) -> Result<Option<Counts>, Problem> {
        let formulas = wanted.formulas();
        let plan = Plan::of(self.table, &formulas, self.policies, &looked.looks);
        let asked = plan.asked();
        if plan.each.is_some() || asked.is_empty() {
            return Ok(None);
        }
        crew.signatures.learn(trial, &crew.settings, &plan.facts).await?;
        if !plan.facts.iter().all(|fact| crew.signatures.type_of(fact).is_some()) {
            return Ok(None);
        }
        let texts: Vec<&Deparsed> = formulas.iter().flat_map(|it| it.expressions()).collect();
        let labels = wanted.by == By::Label;
        let condensed = looked.condensed(self.table, &texts, &asked, labels);
        let rows = Rows::Looked(looked, condensed);
        let ask = Ask { view: self, plan: &plan, wanted, signatures: &crew.signatures, rows };
        let (class_of, first) = crew.signatures.classes(&plan.facts, crew.settings.len());
        let mut found: Vec<Option<Result<Passing, Problem>>> = vec![None; first.len()];
        let whole: Vec<usize> =
            (0..first.len()).filter(|class| ask.is_known(first[*class])).collect();
        ask.join(trial, &whole, &first, &mut found).await?;
        let found: Vec<_> =
            found.into_iter().map(|it| it.unwrap_or_else(|| Err(unknown()))).collect();
        let doubtful = vec![false; found.len()];
        Ok(Some(Counts { class_of, found, doubtful, each: None }))
    }

    /// The same by nothing but the rows of the table itself.
    async fn without_looking(
        self,
        trial: &mut Trial<'_>,
        crew: &mut Crew<'_>,
        wanted: Wanted<'_>,
    ) -> Result<Option<Counts>, Problem> {
        let Some(classes) = self.classes else { return Ok(None) };
        let plan = Plan::of(self.table, &wanted.formulas(), self.policies, &[]);
        crew.signatures.learn(trial, &crew.settings, &plan.facts).await?;
        let rows = Rows::Own(classes);
        let ask = Ask { view: self, plan: &plan, wanted, signatures: &crew.signatures, rows };
        let typed = plan.facts.iter().all(|fact| crew.signatures.type_of(fact).is_some());
        let each = plan.each.clone().or_else(|| {
            (!typed).then(|| {
                "a value cannot be handed back: each identity is asked by itself".to_owned()
            })
        });
        let people = crew.settings.len();
        let (class_of, first) = if each.is_some() {
            ((0..people).collect(), (0..people).collect())
        } else {
            crew.signatures.classes(&plan.facts, people)
        };
        let mut found: Vec<Option<Result<Passing, Problem>>> = vec![None; first.len()];
        if each.is_none() {
            let whole: Vec<usize> =
                (0..first.len()).filter(|class| ask.is_known(first[*class])).collect();
            ask.join(trial, &whole, &first, &mut found).await?;
        }
        // Where something raises it matters what is evaluated first: then the text stays as it is, letter for letter.
        for known in [true, false] {
            let left = (0..first.len()).filter(|class| found[*class].is_none());
            let left: Vec<usize> =
                left.filter(|class| ask.is_known(first[*class]) == known).collect();
            let some: Vec<&Settings> =
                left.iter().map(|class| crew.settings[first[*class]]).collect();
            if some.is_empty() {
                continue;
            }
            let answers = trial.act_as_each(&some, &ask.alone(classes, known)).await?;
            for (class, answer) in left.into_iter().zip(answers) {
                found[class] = Some(match answer {
                    Ok(rows) => Ok(rows.into_iter().map(passing).collect::<Result<_, _>>()?),
                    Err(problem) => Err(problem),
                });
            }
        }
        let found: Vec<_> = found.into_iter().flatten().collect();
        let doubtful =
            found.iter().zip(&first).map(|(found, at)| found.is_err() || ask.fails(*at)).collect();
        Ok(Some(Counts { class_of, found, doubtful, each }))
    }
}

/// What is asked about one table.
struct Ask<'a> {
    view: View<'a>,
    plan: &'a Plan,
    wanted: Wanted<'a>,
    signatures: &'a Signatures,
    rows: Rows<'a>,
}

/// The rows that are asked about.
enum Rows<'a> {
    /// By their own columns.
    Own(&'a Classes),
    /// With those of other tables.
    Looked(&'a Looked, Condensed),
}

impl Rows<'_> {
    fn all(&self) -> &[Class] {
        match self {
            Self::Own(classes) => &classes.all,
            Self::Looked(_, condensed) => &condensed.all,
        }
    }

    /// The columns by which they are told apart, each with what it is called and its type.
    fn columns<'t>(
        &'t self,
        table: &'t Table,
        names: &Names,
    ) -> Vec<(usize, String, Option<&'t TypeName>)> {
        let own = |name: &String| Some(&table.attribute(name)?.type_name);
        match self {
            Self::Own(classes) => {
                let columns = classes.columns.iter().enumerate();
                columns.map(|(at, name)| (at, name.clone(), own(name))).collect()
            }
            Self::Looked(looked, condensed) => {
                let columns = condensed.columns.iter().enumerate();
                let of = |column: &Column| Some(&looked.attribute(table, column)?.type_name);
                columns.map(|(at, column)| (at, column.name(names), of(column))).collect()
            }
        }
    }
}

impl Ask<'_> {
    /// Whether all facts about an identity are there.
    fn is_known(&self, at: usize) -> bool {
        self.plan
            .facts
            .iter()
            .all(|fact| matches!(self.signatures.worth(fact, at), Some(Worth::Value(_))))
    }

    /// Whether some fact about an identity cannot be had.
    fn fails(&self, at: usize) -> bool {
        let worth = |fact| self.signatures.worth(fact, at);
        self.plan.facts.iter().any(|fact| matches!(worth(fact), Some(Worth::Error(_)) | None))
    }

    fn names(&self) -> Names {
        let table = self.view.table;
        let columns = table.attributes.iter().map(|it| it.name.as_str());
        let formulas = self.wanted.formulas();
        let texts = formulas.iter().flat_map(|formula| formula.expressions());
        let looks = match &self.rows {
            Rows::Looked(looked, _) => looked.looks.iter().flat_map(Look::all).collect(),
            Rows::Own(_) => Vec::new(),
        };
        let behind = looks.into_iter().flat_map(Look::texts);
        let texts: Vec<&str> = texts
            .map(Deparsed::as_str)
            .chain(columns)
            .chain([&*table.name.name])
            .chain(behind)
            .collect();
        Names::beside(texts.into_iter())
    }

    fn condition(&self, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        self.but_not(self.wanted.formula.condition(write), write)
    }

    fn but_not(&self, condition: Sql, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        let Some(other) = self.wanted.but_not else { return condition };
        let mut sql = Sql::new("(");
        sql.append(&condition).push(") AND (").append(&other.condition(write));
        sql.push(") IS NOT TRUE");
        sql
    }

    /// What tells the rows apart, for the class at `at`.
    fn key(&self, at: usize) -> Option<String> {
        match self.wanted.by {
            By::Nothing => None,
            By::Label => self.rows.all().get(at)?.label.clone(),
            By::Class => Some(at.to_string()),
        }
    }

    /// Joins the classes of identities `some`, whose first members are `first`, with those of the rows.
    async fn join(
        &self,
        trial: &mut Trial<'_>,
        some: &[usize],
        first: &[usize],
        found: &mut [Option<Result<Passing, Problem>>],
    ) -> Result<(), Problem> {
        if some.is_empty() {
            return Ok(());
        }
        let names = self.names();
        let (users, rows) = (names.sql("users"), names.sql("classes"));
        let mut sql = Sql::new("WITH ");
        sql.append(&users).push(" AS MATERIALIZED (").append(&self.users(&names, some, first));
        sql.push("), ").append(&rows).push(" AS MATERIALIZED (").append(&self.rows(&names));
        sql.push(") SELECT ").append(&users).push(".").append(&names.sql("user"));
        sql.push("::pg_catalog.text, ").append(&names.sql("key")).push(", pg_catalog.sum(");
        sql.append(&names.sql("rows")).push(")::pg_catalog.text FROM ").append(&users);
        sql.push(" CROSS JOIN ").append(&rows).push(" AS ");
        sql.ident(&self.view.table.name.name);
        if let Rows::Looked(_, condensed) = &self.rows {
            // What is told of other rows keeps a name of its own, whatever stands around it.
            let others = condensed.columns.iter().filter(|it| !matches!(it, Column::Own(_)));
            let others = others.map(|column| {
                let mut sql = Sql::default();
                sql.ident(&self.view.table.name.name).push(".").ident(&column.name(&names));
                sql
            });
            sql.push(" CROSS JOIN LATERAL (SELECT ");
            sql.append(&join(&others.collect::<Vec<_>>(), ", "));
            sql.push(") AS ").append(&told_of(&names));
        }
        sql.push(" WHERE ");
        let fact = |fact: &Fact| {
            let at = self.plan.facts.iter().position(|it| it == fact)?;
            let mut sql = users.clone();
            sql.push(".").append(&names.sql(&format!("fact_{at}")));
            Some(sql)
        };
        sql.append(&self.condition(&|text| self.plan.write(&names, text, &fact)));
        sql.push(" GROUP BY 1, 2");
        // What cannot be said for all of them at once may be said for each.
        let Ok(answer) = trial.act(&sql).await? else { return Ok(()) };
        for class in some {
            found[*class] = Some(Ok(Passing::new()));
        }
        for mut row in answer.rows {
            let rest = row.split_off(1.min(row.len()));
            let class = row.pop().flatten().and_then(|text| text.parse::<usize>().ok());
            match class.and_then(|class| found.get_mut(class)) {
                Some(Some(Ok(passes))) => passes.push(passing(rest)?),
                Some(_) | None => return Err(unasked()),
            }
        }
        Ok(())
    }

    /// The facts about classes of identities.
    fn users(&self, names: &Names, some: &[usize], first: &[usize]) -> Sql {
        let numbers: Vec<_> = some.iter().map(|class| Some(class.to_string())).collect();
        let mut lists = vec![list(&numbers, "pg_catalog.int4[]")];
        let mut columns = vec![names.sql("user")];
        let mut selected = vec![names.sql("user")];
        for (at, fact) in self.plan.facts.iter().enumerate() {
            let values: Vec<Option<String>> = some
                .iter()
                .map(|class| match self.signatures.worth(fact, first[*class]) {
                    Some(Worth::Value(value)) => value.as_deref().map(str::to_owned),
                    Some(Worth::Error(_) | Worth::Long) | None => None,
                })
                .collect();
            let name = names.sql(&format!("fact_{at}"));
            let mut typed = Sql::new("(");
            typed.append(&name).push(")::");
            if let Some(type_name) = self.signatures.type_of(fact) {
                typed.relation(type_name);
            }
            typed.push(" AS ").append(&name);
            lists.push(list(&values, "pg_catalog.text[]"));
            columns.push(name);
            selected.push(typed);
        }
        side_by_side(&selected, &lists, &columns, names)
    }

    /// The classes of rows, with the columns that count.
    fn rows(&self, names: &Names) -> Sql {
        let all = self.rows.all();
        let counts: Vec<_> = all.iter().map(|it| Some(it.rows.to_string())).collect();
        let keys: Vec<_> = (0..all.len()).map(|at| self.key(at)).collect();
        let mut lists = vec![list(&counts, "pg_catalog.int8[]"), list(&keys, "pg_catalog.text[]")];
        let mut columns = vec![names.sql("rows"), names.sql("key")];
        let mut selected = columns.clone();
        for (at, name, type_name) in self.rows.columns(self.view.table, names) {
            let values: Vec<_> =
                all.iter().map(|class| class.values.get(at).cloned().flatten()).collect();
            lists.push(list(&values, "pg_catalog.text[]"));
            let mut column = Sql::default();
            column.ident(&name);
            let mut typed = Sql::new("(");
            typed.append(&column).push(")::");
            match type_name {
                Some(type_name) => typed.relation(type_name),
                None => typed.push("pg_catalog.bool"),
            };
            typed.push(" AS ").append(&column);
            columns.push(column);
            selected.push(typed);
        }
        side_by_side(&selected, &lists, &columns, names)
    }

    /// The same for one identity, which the session is: the policies' own text over the rows that stand for their classes.
    fn alone(&self, classes: &Classes, known: bool) -> Sql {
        let (names, table) = (self.names(), self.view.table);
        let rows: Vec<_> =
            classes.all.iter().map(|class| Some(classes.row(table, class))).collect();
        let counts: Vec<_> = classes.all.iter().map(|it| Some(it.rows.to_string())).collect();
        let keys: Vec<_> = (0..classes.all.len()).map(|at| self.key(at)).collect();
        let lists = [
            list(&rows, "pg_catalog.text[]"),
            list(&counts, "pg_catalog.int8[]"),
            list(&keys, "pg_catalog.text[]"),
        ];
        let columns = ["row", "rows", "key"].map(|what| names.sql(what));
        let mut sql = Sql::new("SELECT ");
        // What does not look at the row is evaluated once, where it is evaluated at all.
        let fact = |fact: &Fact| {
            let type_name = self.signatures.type_of(fact).filter(|_| known && !fact.is_list)?;
            let mut sql = Sql::new("(SELECT ");
            sql.append(&fact.sql()).push(")::").relation(type_name);
            Some(sql)
        };
        let write = |text: &Deparsed| self.plan.write(&names, text, &fact);
        let mut given = from(&lists, &columns, &names);
        let formula = self.wanted.formula;
        let (filters, checks) = (formula.filtering(&write), formula.checking(&write));
        let last = match (filters, checks) {
            (Some(filters), Some(checks)) => {
                // The checks are for what the filters let pass.
                let mut first = Sql::new("(SELECT ");
                first.append(&names.sql("given")).push(".* FROM ").append(&given);
                first.append(&self.as_row(&names)).push(" WHERE ").append(&filters);
                first.push(" OFFSET 0) AS ").append(&names.sql("given"));
                given = first;
                checks
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => Sql::new("true"),
        };
        sql.append(&names.sql("key")).push(", pg_catalog.sum(").append(&names.sql("rows"));
        sql.push(")::pg_catalog.text FROM ").append(&given).append(&self.as_row(&names));
        sql.push(" WHERE ").append(&self.but_not(last, &write)).push(" GROUP BY 1");
        sql
    }

    /// The row that stands for a class, under the table's own name.
    fn as_row(&self, names: &Names) -> Sql {
        let table = self.view.table;
        let mut sql = Sql::new(" CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[(");
        sql.append(&names.sql("row")).push(")::").relation(table.row_type()).push("]) AS ");
        sql.ident(&table.name.name);
        sql
    }
}

fn list(values: &[Option<String>], type_name: &'static str) -> Sql {
    let mut sql = Sql::new("pg_catalog.unnest(");
    sql.bind_list(values, type_name).push(")");
    sql
}

/// `SELECT … FROM` lists of the same length, side by side.
fn side_by_side(selected: &[Sql], lists: &[Sql], columns: &[Sql], names: &Names) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.append(&join(selected, ", ")).push(" FROM ").append(&from(lists, columns, names));
    sql
}

fn from(lists: &[Sql], columns: &[Sql], names: &Names) -> Sql {
    let mut sql = Sql::new("ROWS FROM (");
    sql.append(&join(lists, ", ")).push(") AS ").append(&names.sql("given")).push("(");
    sql.append(&join(columns, ", ")).push(")");
    sql
}

fn passing(row: Row) -> Result<(Option<String>, u64), Problem> {
    let [key, rows] = <[_; 2]>::try_from(row).map_err(|_| unasked())?;
    let rows = rows.and_then(|text| text.parse().ok()).ok_or_else(unasked)?;
    Ok((key, rows))
}

fn unasked() -> Problem {
    Problem::bug("the server counted for somebody about whom it was not asked")
}
