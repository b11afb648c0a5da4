//! How many rows pass for each of many identities.
//!
//! For identities whose facts are all there it is one statement, a join of their classes with those of the rows. Everybody else is asked by itself, with the
//! policies' own text.

use super::{
    Classes, Crew, Formula,
    ask::{Ask, Rows, passing},
    looked::Looked,
    plan::Plan,
    signature::Signatures,
};
use crate::{
    pg::{Deparsed, Kind, Problem, Settings, Trial},
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

    /// Nothing passes for any of `people`, of whom each may be refused by itself.
    pub(crate) fn nothing_for_each(people: usize) -> Self {
        Self {
            class_of: (0..people).collect(),
            found: vec![Ok(Passing::new()); people],
            doubtful: vec![true; people],
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

    pub(super) fn formulas(self) -> Vec<&'a Formula> {
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
