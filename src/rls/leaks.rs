//! Rows that somebody sees and that belong to an organization which is not theirs, with the policy that lets them.
//!
//! Where a table has no row security the privileges let everybody: there it is told for each role and not for each user.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde::Serialize;

use super::{
    gate::{Set, Statement},
    many::{By, Formula, Ground, Group, Hurdle, Party, Scope, Survey, Wanted, Warrant},
    matrix::tables,
    tenant,
};
use crate::{
    database::Database,
    directory::{Crowd, Everybody, Somebody},
    list::{Column, Kind},
    pg::{Identity, Kind as Sort, Problem, RelationName, Row, Run},
    question::Question as _,
};

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaks {
    /// The users of this organization.
    pub organization: Option<String>,
    /// The users with these ids; all where there are none.
    pub users: Vec<String>,
    /// These tables; all that have row security where there are none, and all there are where none has.
    pub tables: Vec<RelationName>,
    /// Users, by id, address or name, who are meant to see every organization.
    pub allowed: Vec<String>,
}

/// Rows of another organization that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The table.
    pub table: String,
    /// The user; absent where everybody of a role sees them.
    pub user_id: Option<String>,
    /// What people call them; the role.
    pub user: String,
    /// Where they belong; absent where they belong nowhere, or where it is a role.
    pub user_organization: Option<String>,
    /// Whose rows they see.
    pub row_organization: String,
    /// How many.
    pub rows: u64,
    /// The policy that lets them; absent where none is asked.
    pub policy: Option<String>,
    /// Why none is asked, and why the figure may not be the last word.
    pub label: Option<String>,
    /// The id of the organization whose rows they see.
    pub row_organization_id: String,
    /// The id of the organization in which the user acts, where somebody is somebody else in each.
    pub organization_id: Option<String>,
}

/// The same by pair of organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The table.
    pub table: String,
    /// The policy.
    pub policy: Option<String>,
    /// Whose users.
    pub user_organization: Option<String>,
    /// Whose rows.
    pub row_organization: String,
    /// How many users.
    pub users: u64,
    /// How many rows the one of them sees who sees most.
    pub rows: u64,
    /// One of the users.
    pub example: String,
}

impl Leaks {
    /// Looks table after table; `tell` hears of each leak and says whether to go on. Returns what could not be looked at.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        warrant: &Warrant,
        run: &Run,
        mut tell: impl FnMut(Leak) -> Result<bool, Problem>,
    ) -> Result<Vec<String>, Problem> {
        let question =
            Everybody { organization: self.organization.clone(), users: self.users.clone() };
        let crowd = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let mut people = crowd.people.clone();
        if self.organization.is_none() && self.users.is_empty() {
            people.extend(crowd.others.clone());
        }
        people.retain(|somebody| !self.allows(database, somebody));
        let tables = tables(database, &self.tables, run).await?;
        let mut aside = Vec::new();
        let mut labels = BTreeMap::new();
        for table in &tables {
            match tenant::label(database, table, run).await? {
                Some(label) => {
                    labels.insert(table.clone(), label);
                }
                None => aside.push(format!("{table}: nothing tells the organization of a row")),
            }
        }
        for group in Group::of(&people) {
            let mut party = match Party::open(database, &people, &group, warrant, run).await {
                Ok(party) => party,
                Err(problem) if problem.kind == Sort::Permission => {
                    aside.push(format!("role {}: {problem}", group.role));
                    continue;
                }
                Err(problem) => return Err(problem),
            };
            let mut on = true;
            let mut outcome = Ok(());
            for (table, label) in &labels {
                let scope = Scope { label: Some(label), ..Scope::default() };
                let looker = Looker { people: &people, group: &group, crowd: &crowd, table };
                let opened =
                    Survey::open(&mut party, database, table, &group.role, scope, run).await;
                let found = match opened {
                    Ok(survey) => looker.look(&mut party, &survey, &mut aside).await,
                    Err(problem) if problem.kind == Sort::Permission => {
                        aside.push(format!("{table}: {problem}"));
                        continue;
                    }
                    Err(problem) => Err(problem),
                };
                match found {
                    Ok(leaks) => {
                        for leak in leaks {
                            on = on && tell(leak)?;
                        }
                    }
                    Err(problem) => outcome = Err(problem),
                }
                if !on || outcome.is_err() {
                    break;
                }
            }
            party.close(database).await?;
            outcome?;
            if !on {
                break;
            }
        }
        Ok(aside)
    }

    /// Whether somebody is meant to see every organization.
    fn allows(&self, database: &Database, somebody: &Somebody) -> bool {
        let named = |name: &String| somebody.is_called(name);
        let mapped = database.mapping.as_ref().map(|mapping| &mapping.global_users);
        self.allowed.iter().any(named) || mapped.is_some_and(|users| users.iter().any(named))
    }

    /// Leaks by pair of organizations.
    pub fn pairs(leaks: &[Leak]) -> Vec<Pair> {
        let mut pairs: BTreeMap<Between, (BTreeSet<&str>, u64)> = BTreeMap::new();
        for leak in leaks {
            let key = (
                leak.table.clone(),
                leak.policy.clone(),
                leak.user_organization.clone(),
                leak.row_organization.clone(),
            );
            let pair = pairs.entry(key).or_default();
            pair.0.insert(&leak.user);
            pair.1 = pair.1.max(leak.rows);
        }
        let pair = |((table, policy, user_organization, row_organization), (users, rows)): (
            Between,
            (BTreeSet<&str>, u64),
        )| Pair {
            table,
            policy,
            user_organization,
            row_organization,
            users: users.len() as u64,
            rows,
            example: users.first().map(|user| (*user).to_owned()).unwrap_or_default(),
        };
        pairs.into_iter().map(pair).collect()
    }
}

/// A table, the policy that lets rows through, the organization of the user and that of the rows.
type Between = (String, Option<String>, Option<String>, String);

/// Whoever looks at one table for one group.
struct Looker<'a> {
    people: &'a [Somebody],
    group: &'a Group,
    crowd: &'a Crowd,
    table: &'a RelationName,
}

impl Looker<'_> {
    async fn look(
        &self,
        party: &mut Party<'_>,
        survey: &Survey,
        aside: &mut Vec<String>,
    ) -> Result<Vec<Leak>, Problem> {
        let Party { trial, crew, .. } = party;
        let found = survey.ask(trial, crew, Statement::Select, By::Label).await?;
        if matches!(found.ground, Ground::Off | Ground::Bypass) {
            return Ok(self.of_role(&found));
        }
        if let Err(reason) = &survey.classes {
            aside.push(format!("{}: {reason}", self.table));
            return Ok(Vec::new());
        }
        let refused = found.counts.found.iter().filter(|it| it.is_err()).count();
        if refused > 0 {
            aside.push(format!(
                "{}: {refused} classes of identities cannot read it at all",
                self.table
            ));
        }
        let mut leaks = Vec::new();
        // Which policy lets a row pass, each by itself, under all that hold back.
        let catalog = survey.catalog();
        let combination = catalog.combination(Set::Select);
        let all = Hurdle::of(&combination).all;
        for (policy, text) in &combination.permissive {
            let formula = Formula::filter(Hurdle { all: all.clone(), any: vec![(*text).clone()] });
            let wanted = Wanted::passing(&formula, By::Label);
            let counted;
            let counts = if combination.permissive.len() == 1 {
                // What it lets pass is what passes.
                &found.counts
            } else {
                let Some(some) = survey.count(trial, crew, wanted).await? else { continue };
                counted = some;
                &counted
            };
            for (place, at) in self.group.people.iter().enumerate() {
                // Who cannot run the statement at all sees nothing by any policy.
                let reads = found.counts.of(place).is_some_and(Result::is_ok);
                let Some(Ok(passing)) = counts.of(place).filter(|_| reads) else { continue };
                let somebody = &self.people[*at];
                for (organization, rows) in foreign(passing, &somebody.organizations) {
                    leaks.push(Leak {
                        policy: Some(policy.name.clone()),
                        label: counts.each.clone(),
                        ..self.leak(somebody, organization, rows)
                    });
                }
            }
        }
        Ok(leaks)
    }

    fn leak(&self, somebody: &Somebody, organization: &str, rows: u64) -> Leak {
        let person = &somebody.candidate.person;
        let own = somebody.organizations.first();
        Leak {
            table: self.table.to_string(),
            user_id: person.id.clone(),
            user: person.label.clone(),
            user_organization: own.map(|id| self.name(id)),
            row_organization: self.name(organization),
            rows,
            policy: None,
            label: None,
            row_organization_id: organization.to_owned(),
            organization_id: person.organization.clone(),
        }
    }

    /// What everybody of the role sees, because no policy is asked.
    fn of_role(&self, found: &super::many::Found) -> Vec<Leak> {
        let Some(Ok(passing)) = found.counts.of(0) else { return Vec::new() };
        let mut by: BTreeMap<&str, u64> = BTreeMap::new();
        for (organization, rows) in passing {
            if let Some(organization) = organization {
                *by.entry(organization).or_default() += rows;
            }
        }
        if by.len() < 2 {
            return Vec::new();
        }
        let why = if found.ground == Ground::Off {
            "the table has no row security"
        } else {
            "the role stands above policies"
        };
        by.into_iter()
            .map(|(organization, rows)| Leak {
                table: self.table.to_string(),
                user_id: None,
                user: format!("role {}", self.group.role),
                user_organization: None,
                row_organization: self.name(organization),
                rows,
                policy: None,
                label: Some(why.to_owned()),
                row_organization_id: organization.to_owned(),
                organization_id: None,
            })
            .collect()
    }

    fn name(&self, id: &str) -> String {
        self.crowd.organizations.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}

/// What of `passing` belongs to none of `own`.
fn foreign<'a>(passing: &'a [(Option<String>, u64)], own: &[String]) -> Vec<(&'a str, u64)> {
    let mut by: HashMap<&str, u64> = HashMap::new();
    for (organization, rows) in passing {
        if let Some(organization) = organization.as_deref()
            && !own.iter().any(|id| id == organization)
        {
            *by.entry(organization).or_default() += rows;
        }
    }
    let mut found: Vec<_> = by.into_iter().collect();
    found.sort_unstable();
    found
}

impl Leak {
    /// The columns of a list of leaks.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        vec![
            text("table"),
            text("user_id").hidden(),
            text("user").pinned(),
            text("user_organization"),
            text("row_organization"),
            Column::new("rows", Kind::Number),
            text("policy"),
            text("label"),
            text("row_organization_id").hidden(),
            text("organization_id").hidden(),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        vec![
            Some(self.table.clone()),
            self.user_id.clone(),
            Some(self.user.clone()),
            self.user_organization.clone(),
            Some(self.row_organization.clone()),
            Some(self.rows.to_string()),
            self.policy.clone(),
            self.label.clone(),
            Some(self.row_organization_id.clone()),
            self.organization_id.clone(),
        ]
    }
}

impl Pair {
    /// The columns of a list of pairs.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        let number = |name: &str| Column::new(name, Kind::Number);
        vec![
            text("table").pinned(),
            text("policy"),
            text("user_organization"),
            text("row_organization"),
            number("users"),
            number("rows"),
            text("example"),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        vec![
            Some(self.table.clone()),
            self.policy.clone(),
            self.user_organization.clone(),
            Some(self.row_organization.clone()),
            Some(self.users.to_string()),
            Some(self.rows.to_string()),
            Some(self.example.clone()),
        ]
    }
}
