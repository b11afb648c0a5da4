//! What differs between two identities: first what the policies know of them, then the rows.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde::Serialize;

use super::{
    examples::{Key, examples},
    explain::every_secret,
    gate::Statement,
    many::{By, Class, Group, Party, Scope, Survey, Warrant, Worth},
    masked,
    matrix::tables,
};
use crate::{
    database::Database,
    directory::Somebody,
    pg::{Problem, RelationName, Run, Sql},
};

/// How many rows are shown of those that only one of the two has.
const SAMPLES: u64 = 3;

/// In which tables, and for which commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compare {
    /// These tables; all that have row security where there are none.
    pub tables: Vec<RelationName>,
    /// These commands; SELECT, UPDATE and DELETE where there are none.
    pub statements: Vec<Statement>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What the two are called.
    pub people: [String; 2],
    /// Their database roles.
    pub roles: [String; 2],
    /// What the policies know of them, where that differs.
    pub facts: Vec<FactPair>,
    /// Tables and commands in which they differ.
    pub tables: Vec<TablePair>,
    /// How many tables and commands are the same for both.
    pub same: usize,
}

/// A part of a policy that is worth something else for each of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactPair {
    /// The part, as the policies have it.
    pub fact: String,
    /// What it is worth for each; absent where it is NULL, or asked for one of them only.
    pub worth: [Option<String>; 2],
}

/// A table in which the two differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TablePair {
    /// The table.
    pub table: String,
    /// What is to be done.
    pub command: Statement,
    /// With how many rows each can do it; absent where the server refuses.
    pub rows: [Option<u64>; 2],
    /// With how many rows only one of them can; absent where rows cannot be told apart.
    pub only: [Option<u64>; 2],
    /// The keys of a few of those.
    pub samples: [Vec<String>; 2],
    /// The same, column by column.
    #[serde(skip)]
    pub keys: [Vec<Key>; 2],
    /// What the server says to each instead.
    pub problems: [Option<String>; 2],
}

/// What one of the two may do in one table.
#[derive(Debug, Default)]
struct Side {
    rows: Option<u64>,
    problem: Option<String>,
    /// The classes of rows that pass, by their values; absent where rows have no classes.
    classes: Option<HashMap<Vec<Option<String>>, Passing>>,
}

/// A class of rows that passes.
#[derive(Debug, Clone)]
struct Passing {
    rows: u64,
    condition: Sql,
}

const USUAL: [Statement; 3] = [Statement::Select, Statement::Update, Statement::Delete];

impl Compare {
    /// Compares `one` with `other`.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        [one, other]: [&Somebody; 2],
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Comparison, Problem> {
        let tables = tables(database, &self.tables, run).await?;
        let left = self.look(database, one, &tables, warrant, run).await?;
        let right = self.look(database, other, &tables, warrant, run).await?;
        let label = |it: &Somebody| match &it.candidate.organization {
            Some(organization) => format!("{} in {organization}", it.candidate.person.label),
            None => it.candidate.person.label.clone(),
        };
        let mut comparison = Comparison {
            people: [label(one), label(other)],
            roles: [one.candidate.role.clone(), other.candidate.role.clone()],
            facts: facts(&left.facts, &right.facts),
            tables: Vec::new(),
            same: 0,
        };
        for ((place, left), (_, right)) in left.sides.iter().zip(&right.sides) {
            match differ(left, right) {
                Some(pair) => {
                    let keys = samples(database, &place.0, &pair.1, run).await?;
                    let samples = keys.each_ref().map(|keys| keys.iter().map(joined).collect());
                    comparison.tables.push(TablePair {
                        table: place.0.to_string(),
                        command: place.1,
                        samples,
                        keys,
                        ..pair.0
                    });
                }
                None => comparison.same += 1,
            }
        }
        Ok(comparison)
    }

    async fn look(
        &self,
        database: &Arc<Database>,
        somebody: &Somebody,
        tables: &[RelationName],
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Look, Problem> {
        let people = std::slice::from_ref(somebody);
        let group = Group::of(people).into_iter().next();
        let group = group.ok_or_else(|| Problem::bug("nobody is compared"))?;
        let mut party = Party::open(database, people, &group, warrant, run).await?;
        let outcome = self.sides(database, &group, tables, &mut party, run).await;
        let facts = party.crew.signatures.of(0);
        let secrets = every_secret(database);
        let masked = |fact: &str| masked::names_secret(fact, &secrets);
        let shown = |(fact, worth): (String, Worth)| {
            let shown = shown(&worth);
            let shown = if masked(&fact) { shown.map(|_| masked::MASK.to_owned()) } else { shown };
            (fact, shown)
        };
        let facts = facts.into_iter().map(shown).collect();
        party.close(database).await?;
        Ok(Look { facts, sides: outcome? })
    }

    async fn sides(
        &self,
        database: &Arc<Database>,
        group: &Group,
        tables: &[RelationName],
        party: &mut Party<'_>,
        run: &Run,
    ) -> Result<Vec<((RelationName, Statement), Side)>, Problem> {
        let usual = USUAL.to_vec();
        let statements = if self.statements.is_empty() { &usual } else { &self.statements };
        let mut sides = Vec::new();
        for table in tables {
            // For both by the same columns, whatever policies are for them.
            let scope = Scope { all_policies: true, ..Scope::default() };
            let survey = Survey::open(party, database, table, &group.role, scope, run).await?;
            for statement in statements {
                let Party { trial, crew, .. } = party;
                let found = survey.ask(trial, crew, *statement, By::Class).await?;
                let mut side = Side::default();
                match found.counts.of(0) {
                    Some(Ok(passing)) => {
                        side.rows = Some(passing.iter().map(|(_, rows)| rows).sum());
                        side.classes = survey.classes.as_ref().ok().map(|classes| {
                            let numbers = passing.iter().filter_map(|(key, _)| {
                                classes.all.get(key.as_deref()?.parse::<usize>().ok()?)
                            });
                            let kept = |class: &Class| {
                                let condition = classes.condition(&survey.catalog().table, class);
                                let values = class.values[..classes.telling].to_vec();
                                (values, Passing { rows: class.rows, condition })
                            };
                            numbers.map(kept).collect()
                        });
                    }
                    Some(Err(problem)) => side.problem = Some(problem.summary.clone()),
                    None => {}
                }
                sides.push(((table.clone(), *statement), side));
            }
        }
        Ok(sides)
    }
}

/// For each of the two the keys of a few rows that only they have.
async fn samples(
    database: &Arc<Database>,
    table: &RelationName,
    conditions: &[Vec<Sql>; 2],
    run: &Run,
) -> Result<[Vec<Key>; 2], Problem> {
    let mut keys = [Vec::new(), Vec::new()];
    let some: Vec<&Sql> = conditions.iter().filter_map(|it| it.first()).collect();
    let mut found = examples(database, table, &some, SAMPLES, run).await?.into_iter();
    for (keys, conditions) in keys.iter_mut().zip(conditions) {
        if !conditions.is_empty() {
            *keys = found.next().unwrap_or_default();
        }
    }
    Ok(keys)
}

fn joined(key: &Key) -> String {
    key.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
}

/// The keys of a few rows `t` that fulfil `condition`.
pub(crate) async fn keys(
    database: &Arc<Database>,
    table: &RelationName,
    condition: &Sql,
    most: u64,
    run: &Run,
) -> Result<Vec<String>, Problem> {
    let relation = database.relation(table, run).await?;
    if relation.key.is_empty() || relation.key.iter().any(|it| database.is_secret(table, it)) {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT pg_catalog.concat_ws(', '");
    for name in &relation.key {
        sql.push(", (t.").ident(name).push(")::pg_catalog.text");
    }
    sql.push(") FROM ").relation(table).push(" AS t WHERE ").append(condition);
    sql.push(" LIMIT ").number(most);
    let rows = database.door.read(&crate::pg::Identity::Observer, &sql, run).await?.rows;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// What was found for one of the two.
struct Look {
    facts: BTreeMap<String, Option<String>>,
    sides: Vec<((RelationName, Statement), Side)>,
}

fn shown(worth: &Worth) -> Option<String> {
    match worth {
        Worth::Value(value) => value.as_deref().map(str::to_owned),
        Worth::Long => Some("more than can be held".to_owned()),
        Worth::Error(told) => Some(format!("error: {told}")),
    }
}

fn facts(
    one: &BTreeMap<String, Option<String>>,
    other: &BTreeMap<String, Option<String>>,
) -> Vec<FactPair> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let pair = |name: &String| {
        let worth = [one.get(name), other.get(name)];
        (worth[0] != worth[1])
            .then(|| FactPair { fact: name.clone(), worth: worth.map(|it| it.cloned().flatten()) })
    };
    names.into_iter().filter_map(pair).collect()
}

/// How two sides differ, if they do, and what fetches the rows that only one of them has.
fn differ(one: &Side, other: &Side) -> Option<(TablePair, [Vec<Sql>; 2])> {
    let only = |of: &Side, than: &Side| -> Option<Vec<Passing>> {
        let mine = of.classes.as_ref()?;
        let empty = HashMap::new();
        let theirs = than.classes.as_ref().unwrap_or(&empty);
        let mut lone: Vec<_> =
            mine.iter().filter(|(values, _)| !theirs.contains_key(*values)).collect();
        lone.sort_by(|a, b| a.0.cmp(b.0));
        Some(lone.into_iter().map(|(_, passing)| passing.clone()).collect())
    };
    let lone = [only(one, other), only(other, one)];
    let none = lone.iter().all(|it| it.as_ref().is_none_or(Vec::is_empty));
    if none && one.rows == other.rows && one.problem == other.problem {
        return None;
    }
    let rows = |it: &Option<Vec<Passing>>| {
        it.as_ref().map(|it| it.iter().map(|passing| passing.rows).sum())
    };
    let conditions = |it: &Option<Vec<Passing>>| {
        it.iter().flatten().take(1).map(|passing| passing.condition.clone()).collect()
    };
    let pair = TablePair {
        table: String::new(),
        command: Statement::Select,
        rows: [one.rows, other.rows],
        only: [rows(&lone[0]), rows(&lone[1])],
        samples: [Vec::new(), Vec::new()],
        keys: [Vec::new(), Vec::new()],
        problems: [one.problem.clone(), other.problem.clone()],
    };
    Some((pair, [conditions(&lone[0]), conditions(&lone[1])]))
}
