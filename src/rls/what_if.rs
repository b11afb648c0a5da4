//! What would change if the policies of a table were others: who gains and loses which rows, before anything exists.
//!
//! The policies that there would be are evaluated on the rows that there are, as each identity. No DDL runs on the database, not even one that is undone.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::{
    catalog::{Applies, Catalog, Combination, Function, Policy, RowSecurity, Table},
    compare::keys,
    draft::{Draft, Next, Wanted},
    expression::token::{Sort, Token, tokens},
    gate::Statement,
    many::Wanted as Count,
    many::{By, Crew, Formula, Group, Hurdle, Party, Scope, Signatures, Survey, Warrant},
};
use crate::{
    database::Database,
    directory::{Everybody, Somebody},
    list::{Column, Kind},
    pg::{Deparsed, Identity, Kind as Sort_, Problem, Row, Run, Sql, Trial},
    question::Question as _,
};

/// For how many classes of users rows are shown, command by command.
const SHOWN: usize = 5;
/// How many rows are shown.
const SAMPLES: u64 = 3;

/// What if?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// What is to be done with the policies.
    pub draft: Draft,
    /// For which commands; SELECT, INSERT, UPDATE and DELETE where there are none.
    pub statements: Vec<Statement>,
    /// The users of this organization.
    pub organization: Option<String>,
    /// The users with these ids; all where there are none.
    pub users: Vec<String>,
}

/// What would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// For whom something would change, or for whom it cannot be said.
    pub changes: Vec<Change>,
    /// For how many identities and commands nothing would.
    pub same: usize,
    /// The migration that does it.
    pub up: String,
    /// The migration that undoes it.
    pub down: String,
}

/// What would change for one identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The user; absent for an identity that is no user.
    pub user_id: Option<String>,
    /// What people call them.
    pub user: String,
    /// The organization in which they act, or to which they belong.
    pub organization: Option<String>,
    /// What is to be done.
    pub command: Statement,
    /// With how many rows it can be done now.
    pub before: Option<u64>,
    /// With how many it could be done then.
    pub after: Option<u64>,
    /// With how many it could be done then and cannot now.
    pub gained: Option<u64>,
    /// With how many it can be done now and could not then.
    pub lost: Option<u64>,
    /// Keys of rows that are gained, for one identity of a class.
    pub gains: Vec<String>,
    /// Keys of rows that are lost, for one identity of a class.
    pub losses: Vec<String>,
    /// What the server says instead.
    pub problem: Option<String>,
    /// Why the figures may not be the last word.
    pub label: Option<String>,
    /// The number of the class of those for whom the same would change by the command.
    pub class: usize,
    /// The id of the organization in which the user acts.
    pub organization_id: Option<String>,
}

const USUAL: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];

impl WhatIf {
    /// Finds out what would change.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Effect, Problem> {
        let question =
            Everybody { organization: self.organization.clone(), users: self.users.clone() };
        let crowd = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let mut people = crowd.people;
        if self.organization.is_none() && self.users.is_empty() {
            people.extend(crowd.others);
        }
        self.run_for(database, &people, warrant, run).await
    }

    /// The same for these identities.
    pub async fn run_for(
        &self,
        database: &Arc<Database>,
        people: &[Somebody],
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Effect, Problem> {
        if !database.door.fence().await?.allows_free_sql() {
            return Err(Problem::new(
                Sort_::Permission,
                "a draft is SQL of somebody's own, which only runs behind a jail",
            )
            .hint("`purview roles --print` makes the login for it; give it as `--acting-url`"));
        }
        let mut effect = Effect::default();
        for group in Group::of(people) {
            let mut party = match Party::open(database, people, &group, warrant, run).await {
                Ok(party) => party,
                Err(problem) if problem.kind == Sort_::Permission => continue,
                Err(problem) => return Err(problem),
            };
            let asker = Asker { what: self, database, people, group: &group, run };
            let outcome = asker.ask(&mut party, &mut effect).await;
            party.close(database).await?;
            outcome?;
        }
        Ok(effect)
    }
}

struct Asker<'a> {
    what: &'a WhatIf,
    database: &'a Arc<Database>,
    people: &'a [Somebody],
    group: &'a Group,
    run: &'a Run,
}

impl Asker<'_> {
    async fn ask(&self, party: &mut Party<'_>, effect: &mut Effect) -> Result<(), Problem> {
        let (table, role) = (self.what.draft.table(), &self.group.role);
        let now =
            super::Subject::open(&mut party.trial, self.database, table, role, self.run).await?;
        let catalog = now.catalog;
        let on = catalog.table.access.row_security != RowSecurity::Off;
        if !on && !self.what.draft.enables() {
            return Err(Problem::usage(format!(
                "`{table}` has no row security, so its policies sleep"
            ))
            .hint("add `ALTER TABLE … ENABLE ROW LEVEL SECURITY` to the draft"));
        }
        let mut next = Vec::new();
        for policy in self.what.draft.apply(&catalog.policies)? {
            next.push(match policy {
                Next::Kept(policy) => policy,
                Next::New(wanted) => self.policy(&mut party.trial, &catalog, wanted).await?,
            });
        }
        (effect.up, effect.down) = self.what.draft.migration(&catalog.policies, on);
        let now = catalog.table.forced;
        let above = stands_above(&mut party.trial, &catalog, now).await?;
        let then = now || self.what.draft.forces();
        if above && stands_above(&mut party.trial, &catalog, then).await? {
            effect.same += self.group.people.len();
            return Ok(());
        }
        let scope = Scope { beside: &next, ..Scope::default() };
        let survey = Survey::open(party, self.database, table, role, scope, self.run).await?;
        if let Err(reason) = &survey.classes {
            return Err(Problem::new(Sort_::Missing, reason.clone())
                .hint("what would change can only be told where rows have classes"));
        }
        let usual = USUAL.to_vec();
        let statements =
            if self.what.statements.is_empty() { &usual } else { &self.what.statements };
        for statement in statements {
            let holds = on && !above;
            let old = if holds { Formula::of(&catalog, *statement) } else { Formula::default() };
            let then = Formula::with(*statement, |set| Hurdle::of(&Combination::of(&next, set)));
            self.statement(party, &survey, *statement, [&old, &then], effect).await?;
        }
        Ok(())
    }

    async fn statement(
        &self,
        party: &mut Party<'_>,
        survey: &Survey,
        statement: Statement,
        [old, then]: [&Formula; 2],
        effect: &mut Effect,
    ) -> Result<(), Problem> {
        let asked = [
            Count::passing(old, By::Nothing),
            Count::passing(then, By::Nothing),
            Count { formula: then, but_not: Some(old), by: By::Nothing },
            Count { formula: old, but_not: Some(then), by: By::Nothing },
        ];
        let mut found = Vec::new();
        for wanted in asked {
            let counts = survey.count(&mut party.trial, &mut party.crew, wanted).await?;
            found.push(counts.ok_or_else(|| Problem::bug("rows lost their classes"))?);
        }
        let begin = effect.changes.len();
        let mut places = Vec::new();
        let known = effect.changes.iter().map(|it| it.class).max().unwrap_or(0);
        let mut classes: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for (place, at) in self.group.people.iter().enumerate() {
            let totals: Vec<Option<Result<u64, &Problem>>> =
                found.iter().map(|counts| counts.total(place)).collect();
            let number = |at: usize| totals[at].and_then(Result::ok);
            let problem = totals.iter().flatten().find_map(|it| it.as_ref().err());
            let changes = [2, 3].iter().any(|at| number(*at) != Some(0));
            if !changes && problem.is_none() {
                effect.same += 1;
                continue;
            }
            let candidate = &self.people[*at].candidate;
            // Whoever is alike in all four counts gains and loses the same rows.
            let alike = found.iter().filter_map(|it| it.class_of.get(place).copied()).collect();
            let next = known + classes.len() + 1;
            let class = *classes.entry(alike).or_insert(next);
            places.push(place);
            effect.changes.push(Change {
                user_id: candidate.person.id.clone(),
                user: candidate.person.label.clone(),
                organization: candidate.organization.clone(),
                command: statement,
                before: number(0),
                after: number(1),
                gained: number(2),
                lost: number(3),
                gains: Vec::new(),
                losses: Vec::new(),
                problem: problem.map(|it| it.summary.clone()),
                label: found[1].each.clone(),
                class,
                organization_id: candidate.person.organization.clone(),
            });
        }
        let changes = &mut effect.changes[begin..];
        for at in examples(changes) {
            let (change, place) = (&mut changes[at], places[at]);
            change.gains = self.samples(party, survey, place, [then, old]).await?;
            change.losses = self.samples(party, survey, place, [old, then]).await?;
        }
        Ok(())
    }

    /// Keys of a few rows that pass the one formula and not the other.
    async fn samples(
        &self,
        party: &mut Party<'_>,
        survey: &Survey,
        place: usize,
        [formula, other]: [&Formula; 2],
    ) -> Result<Vec<String>, Problem> {
        let Ok(classes) = &survey.classes else { return Ok(Vec::new()) };
        let settings = vec![party.crew.settings[place]];
        let mut alone = Crew { settings, signatures: Signatures::default() };
        let wanted = Count { formula, but_not: Some(other), by: By::Class };
        let counts = survey.count(&mut party.trial, &mut alone, wanted).await?;
        let Some(Ok(passing)) = counts.as_ref().and_then(|counts| counts.of(0)) else {
            return Ok(Vec::new());
        };
        let first = passing.first().and_then(|(key, _)| key.as_deref()?.parse::<usize>().ok());
        let Some(class) = first.and_then(|at| classes.all.get(at)) else { return Ok(Vec::new()) };
        let condition = classes.condition(&survey.catalog().table, class);
        keys(self.database, self.what.draft.table(), &condition, SAMPLES, self.run).await
    }

    /// A policy that is wanted, as the catalog would have it for the role; fails as the server would if it is no condition on a row.
    async fn policy(
        &self,
        trial: &mut Trial<'_>,
        catalog: &Catalog,
        wanted: Wanted,
    ) -> Result<Policy, Problem> {
        let table = &catalog.table;
        let texts: Vec<&Deparsed> = [&wanted.using, &wanted.check].into_iter().flatten().collect();
        let mut whole_row = false;
        let mut columns = Vec::new();
        let mut calls = Vec::new();
        let mut system_columns = false;
        for text in &texts {
            is_condition(trial, table, text).await?.map_err(|problem| {
                let summary = format!("policy `{}`: {}", wanted.name, problem.summary);
                Problem { summary, ..problem }
            })?;
            let all = tokens(text.as_str());
            for (at, token) in all.iter().enumerate() {
                let Some(name) = named(token) else { continue };
                let called = all.get(at + 1).is_some_and(|it| it.is("("));
                let dotted = all.get(at + 1).is_some_and(|it| it.is("."));
                whole_row |= name == table.name.name && !dotted;
                whole_row |= dotted && all.get(at + 2).is_some_and(|it| it.text == "*");
                system_columns |=
                    ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"].contains(&name.as_str());
                // A name after another one than the table's is a column of something else.
                let of = at
                    .checked_sub(2)
                    .filter(|_| all[at - 1].is("."))
                    .and_then(|of| named(&all[of]));
                let elsewhere = of.is_some_and(|of| of != table.name.name);
                if !elsewhere && table.attribute(&name).is_some() {
                    columns.push(name.clone());
                }
                if called {
                    calls.push(Some(name));
                }
            }
        }
        let applies = applies(trial, catalog, &wanted.roles).await?;
        Ok(Policy {
            command: wanted.command,
            permissive: wanted.permissive,
            roles: wanted.roles,
            applies,
            columns,
            reads: Vec::new(),
            functions: functions(trial, &calls).await?,
            made: true,
            whole_row,
            system_columns,
            name: wanted.name,
            using: wanted.using,
            with_check: wanted.check,
        })
    }
}

/// Whether the server takes `text` for a condition on a row of `table`; what it says instead.
async fn is_condition(
    trial: &mut Trial<'_>,
    table: &Table,
    text: &Deparsed,
) -> Result<Result<(), Problem>, Problem> {
    let mut whole = Sql::new("SELECT FROM ");
    whole.relation(&table.name).push(" WHERE (").deparsed(text).push(") LIMIT 0");
    let Err(problem) = trial.act(&whole).await? else { return Ok(Ok(())) };
    // Of whoever cannot read the table as it is, the draft is not to blame: then no more is asked than whether it can be read.
    let mut plain = Sql::new("SELECT FROM ");
    plain.relation(&table.name).push(" LIMIT 0");
    if trial.act(&plain).await?.is_ok() {
        return Ok(Err(problem));
    }
    let mut read = Sql::new("SELECT FROM pg_catalog.unnest(ARRAY[]::");
    read.relation(table.row_type()).push("[]) AS ").ident(&table.name.name);
    read.push(" WHERE false AND (").deparsed(text).push(")");
    Ok(trial.act(&read).await?.map(|_| ()))
}

/// Where the first of each of the largest classes stands, of which something can be said.
fn examples(changes: &[Change]) -> Vec<usize> {
    let mut classes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate().filter(|(_, it)| it.problem.is_none()) {
        classes.entry(change.class).or_insert((0, at)).0 += 1;
    }
    let mut largest: Vec<(usize, usize)> = classes.into_values().collect();
    largest.sort_by_key(|(many, at)| (std::cmp::Reverse(*many), *at));
    largest.into_iter().take(SHOWN).map(|(_, at)| at).collect()
}

/// The name that a word stands for; the server folds what stands in no quotes.
fn named(token: &Token<'_>) -> Option<String> {
    let name = token.name()?;
    Some(if token.sort == Sort::Word { name.to_lowercase() } else { name })
}

/// Whether policies would not count for the role, were row security on.
async fn stands_above(
    trial: &mut Trial<'_>,
    catalog: &Catalog,
    forced: bool,
) -> Result<bool, Problem> {
    let mut sql = Sql::new(
        "SELECT (r.rolsuper OR r.rolbypassrls OR pg_catalog.pg_has_role(r.oid, o.oid, 'USAGE') AND NOT ",
    );
    sql.push(if forced { "true" } else { "false" });
    sql.push(")::pg_catalog.text FROM pg_catalog.pg_roles r CROSS JOIN pg_catalog.pg_roles o WHERE r.rolname = ")
        .bind(Some(&catalog.role), "pg_catalog.name")
        .push(" AND o.rolname = ")
        .bind(Some(&catalog.table.owner), "pg_catalog.name");
    let rows = trial.observe(&sql).await??;
    Ok(rows.scalar() == Some("true"))
}

/// Whether policies for `roles` are for the role.
async fn applies(
    trial: &mut Trial<'_>,
    catalog: &Catalog,
    roles: &[String],
) -> Result<Applies, Problem> {
    if roles.iter().any(|role| role == "public") {
        return Ok(Applies::Everybody);
    }
    let names: Vec<_> = roles.iter().map(|role| Some(role.clone())).collect();
    let mut sql = Sql::new(
        "SELECT g.rolname::pg_catalog.text, pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE')::pg_catalog.text FROM pg_catalog.pg_roles g CROSS JOIN pg_catalog.pg_roles r WHERE g.rolname = ANY (",
    );
    sql.bind_list(&names, "pg_catalog.name[]")
        .push(") AND r.rolname = ")
        .bind(Some(&catalog.role), "pg_catalog.name");
    let rows = trial.observe(&sql).await??.rows;
    for role in roles {
        if !rows.iter().any(|row| row[0].as_deref() == Some(role)) {
            return Err(Problem::usage(format!("there is no such role: {role}"))
                .hint("`PUBLIC`, or a role of psql's `\\du`"));
        }
    }
    let through = rows.into_iter().find(|row| row[1].as_deref() == Some("true"));
    Ok(through
        .and_then(|row| row.into_iter().next().flatten())
        .map_or(Applies::No, Applies::Through))
}

/// The functions of these names.
async fn functions(
    trial: &mut Trial<'_>,
    names: &[Option<String>],
) -> Result<Vec<Function>, Problem> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT c.function::pg_catalog.text FROM (\n");
    sql.push(include_str!("sql/called.sql"))
        .push(") c WHERE c.called = ANY (")
        .bind_list(names, "pg_catalog.text[]")
        .push(")");
    let rows = trial.observe(&sql).await??.rows;
    rows.into_iter()
        .filter_map(|row| row.into_iter().next().flatten())
        .map(|text| {
            serde_json::from_str(&text).map_err(|error| {
                Problem::bug(format!("the catalog's answer cannot be read: {error}"))
            })
        })
        .collect()
}

impl Change {
    /// The columns of a list of changes.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        let number = |name: &str| Column::new(name, Kind::Number);
        vec![
            text("user_id").hidden(),
            text("user").pinned(),
            text("organization"),
            text("command"),
            number("before"),
            number("after"),
            number("gained"),
            number("lost"),
            text("gains"),
            text("losses"),
            text("problem"),
            text("label"),
            Column::new("class", Kind::Number).hidden(),
            text("organization_id").hidden(),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        let keys = |keys: &[String]| (!keys.is_empty()).then(|| keys.join(" · "));
        vec![
            self.user_id.clone(),
            Some(self.user.clone()),
            self.organization.clone(),
            Some(self.command.name().to_owned()),
            number(self.before),
            number(self.after),
            number(self.gained),
            number(self.lost),
            keys(&self.gains),
            keys(&self.losses),
            self.problem.clone(),
            self.label.clone(),
            Some(self.class.to_string()),
            self.organization_id.clone(),
        ]
    }
}
