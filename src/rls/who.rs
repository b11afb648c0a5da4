//! Who can do something with a row: the users, by class, and everything that gets around the policies.

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use super::{
    gate::Statement,
    many::{By, Counts, Formula, Ground, Group, Hurdle, Party, Scope, Survey, Wanted, Warrant},
    subject::Choice,
};
use crate::{
    database::Database,
    directory::{Everybody, Somebody},
    list::{Column, Kind},
    pg::{Identity, Kind as Sort, Problem, RelationName, Row, Run, Sql},
    question::Question as _,
};

/// Which row, and what is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The table.
    pub table: RelationName,
    /// Which row: its key, or the values of some of its columns.
    pub choice: Choice,
    /// What is to be done.
    pub statement: Statement,
}

/// Somebody or something that can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Able {
    /// `user`, `identity` for one that is no user, `role` for one that could not be acted as; or what gets around the policies: `superuser`, `bypassrls`,
    /// `owner`, `view`, `materialized view`, `definer function`, `partition`.
    pub kind: String,
    /// The user's id.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// The organization in which a user acts, or to which it belongs.
    pub organization: Option<String>,
    /// Whether it can; absent where the server refuses the question.
    pub can: Option<bool>,
    /// The number of the class of users that are alike.
    pub class: Option<usize>,
    /// How: the policies that let it, or the way around them; or what the server says instead.
    pub how: String,
    /// The id of the organization in which a user acts.
    pub organization_id: Option<String>,
}

impl Who {
    /// Everybody, those who can first.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Vec<Able>, Problem> {
        let crowd = match database.mapping.as_ref().and_then(|mapping| mapping.identity.as_ref()) {
            Some(_) => {
                let ask = Everybody::default();
                ask.ask(Arc::clone(database), Identity::Observer, run.clone()).await?
            }
            None => crate::directory::Crowd::default(),
        };
        let people: Vec<Somebody> = crowd.people.into_iter().chain(crowd.others).collect();
        self.run_for(database, &people, warrant, run).await
    }

    /// The same among these identities.
    pub async fn run_for(
        &self,
        database: &Arc<Database>,
        people: &[Somebody],
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Vec<Able>, Problem> {
        let values = self.values(database, run).await?;
        let mut able = Vec::new();
        let mut classes = 0;
        for group in Group::of(people) {
            let mut party = match Party::open(database, people, &group, warrant, run).await {
                Ok(party) => party,
                Err(problem) if problem.kind == Sort::Permission => {
                    able.push(Able {
                        kind: "role".to_owned(),
                        id: None,
                        name: group.role.clone(),
                        organization: None,
                        can: None,
                        class: None,
                        how: problem.to_string(),
                        organization_id: None,
                    });
                    continue;
                }
                Err(problem) => return Err(problem),
            };
            let asker = Asker { who: self, values: &values, database, people, group: &group, run };
            let outcome = asker.ask(&mut party, &mut classes).await;
            party.close(database).await?;
            able.extend(outcome?);
        }
        able.sort_by_key(|it| it.can != Some(true));
        able.extend(self.around(database, run).await?);
        Ok(able)
    }

    /// By which values of which columns the row is known.
    async fn values(
        &self,
        database: &Database,
        run: &Run,
    ) -> Result<Vec<(String, String)>, Problem> {
        let key = &database.relation(&self.table, run).await?.key;
        match &self.choice {
            Choice::Columns(values) => Ok(values.clone()),
            Choice::Key(_) if key.is_empty() => {
                Err(Problem::usage(format!("the table has no key: {}", self.table))
                    .hint("name the row by the values of some of its columns"))
            }
            Choice::Key(values) if values.len() == key.len() => {
                Ok(key.iter().cloned().zip(values.iter().cloned()).collect())
            }
            Choice::Key(_) => {
                let names = key.join(", ");
                Err(Problem::usage(format!("the key of `{}` is: {names}", self.table))
                    .hint("give one value for each of its columns, in this order"))
            }
            Choice::All | Choice::Where(_) => Err(Problem::usage("who can is asked about one row")
                .hint("name it by its key, or by the values of some of its columns")),
        }
    }

    /// What gets around the policies of the table.
    async fn around(&self, database: &Database, run: &Run) -> Result<Vec<Able>, Problem> {
        let mut sql = Sql::new("SELECT x.kind, x.name, x.how FROM (\n");
        sql.push(include_str!("sql/around.sql"))
            .push(") x JOIN pg_catalog.pg_class c ON c.oid = x.table_oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ")
            .bind(Some(&self.table.schema), "pg_catalog.name")
            .push(" AND c.relname = ")
            .bind(Some(&self.table.name), "pg_catalog.name")
            .push(" ORDER BY 1, 2");
        let rows = database.door.read(&Identity::Observer, &sql, run).await?.rows;
        let around = rows.into_iter().filter_map(|row| {
            let [kind, name, how] = <[_; 3]>::try_from(row).ok()?;
            Some(Able {
                kind: kind?,
                id: None,
                name: name?,
                organization: None,
                can: Some(true),
                class: None,
                how: how.unwrap_or_default(),
                organization_id: None,
            })
        });
        Ok(around.collect())
    }
}

/// Whoever asks a group about the row.
struct Asker<'a> {
    who: &'a Who,
    values: &'a [(String, String)],
    database: &'a Database,
    people: &'a [Somebody],
    group: &'a Group,
    run: &'a Run,
}

impl Asker<'_> {
    async fn ask(&self, party: &mut Party<'_>, classes: &mut usize) -> Result<Vec<Able>, Problem> {
        let Who { table, statement, .. } = self.who;
        let scope = Scope { values: Some(self.values), ..Scope::default() };
        let role = &self.group.role;
        let survey = Survey::open(party, self.database, table, role, scope, self.run).await?;
        if survey.sample.is_none() {
            let named: Vec<_> =
                self.values.iter().map(|(name, it)| format!("{name}={it}")).collect();
            return Err(Problem::new(
                Sort::Missing,
                format!("`{table}` has no such row: {}", named.join(", ")),
            )
            .hint("nobody can see what is not there"));
        }
        if survey.rows > 1 {
            return Err(Problem::usage(format!("{} rows of `{table}` are meant", survey.rows))
                .hint("give the values of columns that only one row has"));
        }
        let Party { trial, crew, .. } = party;
        let found = survey.ask(trial, crew, *statement, By::Nothing).await?;
        let by_policy = self.by_policy(&survey, party).await?;
        let first = *classes;
        *classes += found.counts.found.len();
        let told = self.group.people.iter().enumerate().map(|(place, at)| {
            let candidate = &self.people[*at].candidate;
            let (can, how) = match found.counts.total(place) {
                Some(Ok(rows)) => (Some(rows > 0), how(found.ground, rows > 0, place, &by_policy)),
                Some(Err(problem)) => (None, problem.summary.clone()),
                None => (None, String::new()),
            };
            let kind = if candidate.person.id.is_some() { "user" } else { "identity" };
            Able {
                kind: kind.to_owned(),
                id: candidate.person.id.clone(),
                name: candidate.person.label.clone(),
                organization: candidate.organization.clone(),
                can,
                class: found.counts.class_of.get(place).map(|class| first + class + 1),
                how,
                organization_id: candidate.person.organization.clone(),
            }
        });
        Ok(told.collect())
    }

    /// Which permissive policy lets whom, by itself.
    async fn by_policy(
        &self,
        survey: &Survey,
        party: &mut Party<'_>,
    ) -> Result<Vec<(String, Counts)>, Problem> {
        let Some(gate) = self.who.statement.gates().first() else { return Ok(Vec::new()) };
        let combination = survey.catalog().combination(gate.set);
        let mut found = Vec::new();
        for (policy, text) in &combination.permissive {
            let formula = Formula::filter(Hurdle { all: Vec::new(), any: vec![(*text).clone()] });
            let wanted = Wanted::passing(&formula, By::Nothing);
            if let Some(counts) = survey.count(&mut party.trial, &mut party.crew, wanted).await? {
                found.push((policy.name.clone(), counts));
            }
        }
        Ok(found)
    }
}

/// How somebody can, or why not.
fn how(ground: Ground, can: bool, place: usize, by_policy: &[(String, Counts)]) -> String {
    let lets = by_policy.iter().filter(|(_, counts)| {
        counts.total(place).is_some_and(|rows| rows.is_ok_and(|rows| rows > 0))
    });
    let lets: BTreeSet<&str> = lets.map(|(name, _)| name.as_str()).collect();
    let names = lets.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (ground, can, names.is_empty()) {
        (Ground::Off, ..) => "the table has no row security".to_owned(),
        (Ground::Bypass, ..) => "the role stands above policies".to_owned(),
        (Ground::Denied, ..) => "no policy lets anything pass".to_owned(),
        (Ground::Policies, true, false) => format!("policy {names}"),
        (Ground::Policies, true, true) => "the policies".to_owned(),
        (Ground::Policies, false, true) => "no policy lets it".to_owned(),
        (Ground::Policies, false, false) => format!("policy {names} would, others do not"),
    }
}

impl Able {
    /// The columns of a list of them.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        vec![
            text("kind"),
            text("id").hidden(),
            text("name").pinned(),
            text("organization"),
            Column::new("can", Kind::Boolean),
            Column::new("class", Kind::Number),
            text("how"),
            text("organization_id").hidden(),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        vec![
            Some(self.kind.clone()),
            self.id.clone(),
            Some(self.name.clone()),
            self.organization.clone(),
            self.can.map(|can| can.to_string()),
            self.class.map(|class| class.to_string()),
            Some(self.how.clone()),
            self.organization_id.clone(),
        ]
    }
}
