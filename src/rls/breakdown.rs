//! One cell of the matrix taken apart: which classes of rows pass for somebody and which do not, with a few rows of each.
//!
//! The figure is the one of the matrix: it is found in the same way.

use std::{collections::HashSet, sync::Arc};

use serde::Serialize;

use super::{
    examples::{Key, examples},
    gate::Statement,
    many::{By, Class, Ground, Group, Party, Scope, Survey, Warrant},
    masked,
    matrix::State,
    names::name_keys,
    tree::{Node, OperandValue},
};
use crate::{
    database::Database,
    directory::{Candidate, Somebody},
    pg::{Acting, Identity, Person, Problem, RelationName, Run, Sql},
    question::Question,
};

/// How many classes are told of each kind.
const MOST: usize = 40;
/// Of how many of them rows are named, and how many rows.
const NAMED: usize = 12;
const EXAMPLES: u64 = 2;

/// With which rows of a table can somebody do something, and with which not?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Who.
    pub acting: Arc<Acting>,
    /// The table.
    pub table: RelationName,
    /// What is to be done.
    pub statement: Statement,
}

/// The rows of a table as somebody meets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The table.
    pub table: String,
    /// What is to be done.
    pub command: Statement,
    /// Who.
    pub user: String,
    /// As which role.
    pub role: String,
    /// With how many rows it can be done; absent where it cannot be said.
    pub visible: Option<u64>,
    /// How many rows there are.
    pub total: u64,
    /// What decides.
    pub state: State,
    /// What the server says instead, where it does.
    pub problem: Option<String>,
    /// Why the figure may not be the last word.
    pub label: Option<String>,
    /// The policies that are asked: those that let pass, and those that hold back.
    pub policies: [Vec<String>; 2],
    /// Classes of rows that pass, most rows first.
    pub passing: Portion,
    /// Classes of rows that do not.
    pub others: Portion,
}

/// Classes of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Portion {
    /// Some of them.
    pub classes: Vec<RowClass>,
    /// How many there are besides, and how many rows are in them.
    pub more: (usize, u64),
}

/// Rows that no policy tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowClass {
    /// How many.
    pub rows: u64,
    /// What they have in common.
    pub values: Vec<ClassValue>,
    /// The keys of a few of them.
    pub examples: Vec<Key>,
}

/// A value that all rows of a class have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassValue {
    /// The column.
    pub column: String,
    /// The value; NULL is absent.
    pub value: Option<String>,
    /// The name behind it.
    pub name: Option<String>,
}

impl Question for Breakdown {
    type Answer = Broken;

    /// Whoever asks: what somebody may do does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Broken, Problem> {
        let people = [somebody(&self.acting)];
        let group = Group::of(&people).into_iter().next();
        let group = group.ok_or_else(|| Problem::bug("nobody is asked about"))?;
        let Acting { reason, since, until, .. } = &*self.acting;
        let warrant = Warrant { reason: reason.clone(), since: *since, until: *until };
        let mut party = Party::open(&database, &people, &group, &warrant, &run).await?;
        let outcome = self.found(&database, &mut party, &run).await;
        party.close(&database).await?;
        outcome
    }
}

/// Whoever is acted as, as one among many.
pub(crate) fn somebody(acting: &Acting) -> Somebody {
    let nobody = || Person { id: None, label: acting.role.clone(), organization: None };
    let candidate = Candidate {
        person: acting.person.clone().unwrap_or_else(nobody),
        organization: None,
        membership: None,
        role: acting.role.clone(),
        settings: acting.settings.clone(),
    };
    Somebody { candidate, organizations: Vec::new() }
}

impl Breakdown {
    async fn found(
        &self,
        database: &Arc<Database>,
        party: &mut Party<'_>,
        run: &Run,
    ) -> Result<Broken, Problem> {
        let role = &self.acting.role;
        let survey =
            Survey::open(party, database, &self.table, role, Scope::default(), run).await?;
        let Party { trial, crew, .. } = &mut *party;
        let mut found = survey.ask(trial, crew, self.statement, By::Class).await?;
        let passing: HashSet<usize> = match found.counts.of(0) {
            Some(Ok(passing)) => {
                let numbers = passing.iter().filter(|(_, rows)| *rows > 0);
                numbers.filter_map(|(key, _)| key.as_deref()?.parse().ok()).collect()
            }
            Some(Err(_)) | None => HashSet::new(),
        };
        if found.counts.doubtful.contains(&true) {
            // The real statement decides, as for the matrix.
            found = survey.ask(trial, crew, self.statement, By::Nothing).await?;
        }
        let (visible, problem) = match found.counts.total(0) {
            Some(Ok(rows)) => (Some(rows), None),
            Some(Err(problem)) => (None, Some(problem.summary.clone())),
            None => (None, None),
        };
        let state = match (visible, found.ground) {
            (None, _) => State::Error,
            (Some(_), Ground::Policies) => State::Rows,
            (Some(_), Ground::Denied) => State::Deny,
            (Some(_), Ground::Bypass) => State::Bypass,
            (Some(_), Ground::Off) => State::NoRls,
        };
        let mut broken = Broken {
            table: self.table.to_string(),
            command: self.statement,
            user: self.acting.label().to_owned(),
            role: role.clone(),
            visible,
            total: survey.rows,
            state,
            problem,
            label: found.label,
            policies: self.policies(&survey, state),
            passing: Portion::default(),
            others: Portion::default(),
        };
        if let Ok(classes) = &survey.classes {
            let (mut those, mut rest) = (Vec::new(), Vec::new());
            for (at, class) in classes.all.iter().enumerate() {
                if passing.contains(&at) { those.push(class) } else { rest.push(class) }
            }
            broken.passing = self.portion(database, &survey, those, run).await?;
            broken.others = self.portion(database, &survey, rest, run).await?;
            self.name(database, party, &mut broken, run).await?;
        }
        Ok(broken)
    }

    /// The policies that are asked, where any are.
    fn policies(&self, survey: &Survey, state: State) -> [Vec<String>; 2] {
        let mut names = [Vec::new(), Vec::new()];
        if !matches!(state, State::Rows | State::Error) {
            return names;
        }
        for gate in self.statement.gates() {
            let combination = survey.catalog().combination(gate.set);
            for (names, policies) in
                names.iter_mut().zip([&combination.permissive, &combination.restrictive])
            {
                for (policy, _) in policies {
                    if !names.contains(&policy.name) {
                        names.push(policy.name.clone());
                    }
                }
            }
        }
        names
    }

    /// The largest of `classes`, with the keys of a few of their rows.
    async fn portion(
        &self,
        database: &Arc<Database>,
        survey: &Survey,
        mut classes: Vec<&Class>,
        run: &Run,
    ) -> Result<Portion, Problem> {
        let Ok(all) = &survey.classes else { return Ok(Portion::default()) };
        classes.sort_by_key(|class| std::cmp::Reverse(class.rows));
        let rest = classes.split_off(classes.len().min(MOST));
        let more = (rest.len(), rest.iter().map(|class| class.rows).sum());
        let table = &survey.catalog().table;
        let conditions: Vec<Sql> =
            classes.iter().take(NAMED).map(|class| all.condition(table, class)).collect();
        let conditions: Vec<&Sql> = conditions.iter().collect();
        let mut named =
            examples(database, &self.table, &conditions, EXAMPLES, run).await?.into_iter();
        let class = |class: &Class| RowClass {
            rows: class.rows,
            values: all
                .columns
                .iter()
                .zip(&class.values)
                .take(all.telling)
                .map(|(column, value)| {
                    let secret = database.is_secret(&self.table, column);
                    let shown = |value: &String| {
                        if secret { masked::MASK.to_owned() } else { value.clone() }
                    };
                    ClassValue {
                        column: column.clone(),
                        value: value.as_ref().map(shown),
                        name: None,
                    }
                })
                .collect(),
            examples: named.next().unwrap_or_default(),
        };
        Ok(Portion { classes: classes.into_iter().map(class).collect(), more })
    }

    /// Puts the names behind values that are keys of something.
    async fn name(
        &self,
        database: &Arc<Database>,
        party: &mut Party<'_>,
        broken: &mut Broken,
        run: &Run,
    ) -> Result<(), Problem> {
        let classes = broken.passing.classes.iter_mut().chain(&mut broken.others.classes);
        let values: Vec<&mut ClassValue> = classes.flat_map(|class| &mut class.values).collect();
        // As if each value were compared with its column.
        let node = |value: &ClassValue| {
            let operand =
                OperandValue { value: value.value.clone(), ..OperandValue::of(&value.column) };
            Node::leaf(&value.column, vec![operand])
        };
        let mut nodes: Vec<Node> = values.iter().map(|value| node(value)).collect();
        name_keys(&mut party.trial, database, &self.table, nodes.iter_mut(), run).await?;
        for (value, node) in values.into_iter().zip(nodes) {
            value.name = node.operands.into_iter().next().and_then(|operand| operand.name);
        }
        Ok(())
    }
}
