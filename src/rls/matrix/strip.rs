//! One table of the matrix as the identities of one role meet it: everything that is found about it, at once.
//!
//! What is the same for many is kept once: a strip grows with the classes of identities, and holds a number for each identity.

use std::{collections::HashSet, sync::Arc};

use super::State;
use crate::{
    database::Database,
    directory::Somebody,
    pg::{Kind::Permission, Problem, RelationName, Run},
    rls::{
        gate::Statement,
        many::{By, Found, Ground, Group, Label, Party, Scope, Survey, Warrant},
        tenant,
    },
};

/// What the identities of one role may do with one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The table.
    pub table: RelationName,
    /// How many rows there are; absent where nobody could count them.
    pub total: Option<u64>,
    /// Whom it is about: their places among all that were asked about. The same list for every table.
    pub people: Arc<[usize]>,
    /// What they may do, command by command.
    pub reaches: Vec<Reach>,
}

/// What identities may do by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The command.
    pub command: Statement,
    /// For each identity, its class.
    pub class_of: Vec<u32>,
    /// What each class may do.
    pub classes: Vec<Cell>,
    /// Why the figures may not be the last word.
    pub label: Option<String>,
}

/// What identities that are alike may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cell {
    /// With how many rows; absent where it cannot be said.
    pub visible: Option<u64>,
    /// What decides.
    pub state: State,
    /// What the server says instead, where it does.
    pub problem: Option<String>,
    /// To how many organizations the rows belong; absent where that is not known.
    pub organizations: Option<u64>,
}

impl Strip {
    /// What is known of `command`.
    pub fn reach(&self, command: Statement) -> Option<&Reach> {
        self.reaches.iter().find(|reach| reach.command == command)
    }
}

impl Reach {
    /// What the identity may do that stands at `place` among those of the strip.
    pub fn cell(&self, place: usize) -> &Cell {
        let class = self.class_of.get(place).copied().unwrap_or_default();
        self.classes.get(class as usize).unwrap_or(&UNKNOWN)
    }
}

/// How many rows pass, by the organization to which they belong.
type Passing = Vec<(Option<String>, u64)>;

/// A cell of which nothing is known.
const UNKNOWN: Cell =
    Cell { visible: None, state: State::Error, problem: None, organizations: None };

/// What is asked about whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) people: &'a [Somebody],
    pub(super) tables: &'a [RelationName],
    pub(super) statements: &'a [Statement],
    /// Whether the organizations are counted whose rows are seen.
    pub(super) by: bool,
}

/// Finds out strip after strip; `tell` hears of each and says whether to go on.
pub(super) async fn run(
    asked: &Asked<'_>,
    database: &Arc<Database>,
    warrant: &Warrant,
    run: &Run,
    mut tell: impl FnMut(Strip) -> Result<bool, Problem>,
) -> Result<(), Problem> {
    for group in Group::of(asked.people) {
        let people: Arc<[usize]> = group.people.clone().into();
        let teller = Asker { asked, database, group: &group, people, run };
        let mut party = match Party::open(database, asked.people, &group, warrant, run).await {
            Ok(party) => party,
            Err(problem) if problem.kind == Permission => {
                if !teller.unreachable(&problem, &mut tell)? {
                    break;
                }
                continue;
            }
            Err(problem) => return Err(problem),
        };
        let outcome = teller.tables(&mut party, &mut tell).await;
        party.close(database).await?;
        if !outcome? {
            break;
        }
    }
    Ok(())
}

struct Asker<'a> {
    asked: &'a Asked<'a>,
    database: &'a Arc<Database>,
    group: &'a Group,
    people: Arc<[usize]>,
    run: &'a Run,
}

impl Asker<'_> {
    /// Whether to go on after all tables.
    async fn tables(
        &self,
        party: &mut Party<'_>,
        tell: &mut impl FnMut(Strip) -> Result<bool, Problem>,
    ) -> Result<bool, Problem> {
        for table in self.asked.tables {
            let strip = match self.table(party, table).await {
                Ok(strip) => strip,
                Err(problem) if problem.kind == Permission => self
                    .without(table, &format!("the operator cannot read it: {}", problem.summary)),
                Err(problem) => return Err(problem),
            };
            if !tell(strip)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn table(&self, party: &mut Party<'_>, table: &RelationName) -> Result<Strip, Problem> {
        let label =
            if self.asked.by { tenant::label(self.database, table, self.run).await? } else { None };
        let mut survey = self.survey(party, table, label.as_ref()).await?;
        if label.is_some() && survey.classes.is_err() {
            // Told apart by organization, too, there may be too many classes.
            survey = self.survey(party, table, None).await?;
        }
        let by = if label.is_some() && survey.classes.is_ok() { By::Label } else { By::Nothing };
        let mut reaches = Vec::with_capacity(self.asked.statements.len());
        for statement in self.asked.statements {
            let by = if *statement == Statement::Select { by } else { By::Nothing };
            reaches.push(reach(party, &survey, *statement, by).await?);
        }
        let (table, people) = (table.clone(), Arc::clone(&self.people));
        Ok(Strip { table, total: Some(survey.rows), people, reaches })
    }

    async fn survey(
        &self,
        party: &mut Party<'_>,
        table: &RelationName,
        label: Option<&Label>,
    ) -> Result<Survey, Problem> {
        let scope = Scope { label, ..Scope::default() };
        Survey::open(party, self.database, table, &self.group.role, scope, self.run).await
    }

    /// The strips of a group that cannot be acted as; whether to go on.
    fn unreachable(
        &self,
        problem: &Problem,
        tell: &mut impl FnMut(Strip) -> Result<bool, Problem>,
    ) -> Result<bool, Problem> {
        for table in self.asked.tables {
            if !tell(self.without(table, &problem.to_string()))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The strip of a table of which nothing is known, because of `problem`.
    fn without(&self, table: &RelationName, problem: &str) -> Strip {
        let reaches = self.asked.statements.iter().map(|command| Reach {
            command: *command,
            class_of: vec![0; self.people.len()],
            classes: vec![Cell { problem: Some(problem.to_owned()), ..UNKNOWN }],
            label: None,
        });
        Strip {
            table: table.clone(),
            total: None,
            people: Arc::clone(&self.people),
            reaches: reaches.collect(),
        }
    }
}

async fn reach(
    party: &mut Party<'_>,
    survey: &Survey,
    statement: Statement,
    by: By,
) -> Result<Reach, Problem> {
    let Party { trial, crew, .. } = party;
    let mut found = survey.ask(trial, crew, statement, by).await?;
    let organizations = if by == By::Label { organizations(&found) } else { Vec::new() };
    if by == By::Label && found.counts.doubtful.contains(&true) {
        // For those of whom something could not be had the real statement decides, and it knows no labels.
        found = survey.ask(trial, crew, statement, By::Nothing).await?;
    }
    let ground = found.ground;
    let class = |(at, passing): (usize, Result<Passing, Problem>)| match passing {
        Ok(passing) => Cell {
            visible: Some(passing.iter().map(|(_, rows)| rows).sum()),
            state: match ground {
                Ground::Policies => State::Rows,
                Ground::Denied => State::Deny,
                Ground::Bypass => State::Bypass,
                Ground::Off => State::NoRls,
            },
            problem: None,
            organizations: organizations.get(at).copied().flatten(),
        },
        Err(problem) => Cell { problem: Some(problem.summary), ..UNKNOWN },
    };
    Ok(Reach {
        command: statement,
        class_of: found.counts.class_of.iter().map(|class| *class as u32).collect(),
        classes: found.counts.found.into_iter().enumerate().map(class).collect(),
        label: found.label,
    })
}

/// To how many organizations the rows belong that each class sees.
fn organizations(found: &Found) -> Vec<Option<u64>> {
    let count = |passing: &Passing| {
        let labels = passing.iter().filter(|(_, rows)| *rows > 0).filter_map(|it| it.0.as_deref());
        labels.collect::<HashSet<_>>().len() as u64
    };
    found.counts.found.iter().map(|passing| passing.as_ref().ok().map(count)).collect()
}
