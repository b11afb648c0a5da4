//! All users as the database meets them: every identity that the mapping makes, in one query and not one for each.

use std::{collections::HashMap, sync::Arc};

use super::{Candidate, memberships::members, part};
use crate::{
    database::Database,
    mapping::{Mapping, Recipe, Subject},
    pg::{Identity, Person, Problem, Run, Sql},
    question::Question,
};

/// Who are the users, all at once?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Everybody {
    /// Only those of this organization.
    pub organization: Option<String>,
    /// Only those with these ids; all where there are none.
    pub users: Vec<String>,
}

/// All users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowd {
    /// One for each way to act as one of them; those of a user stand together.
    pub people: Vec<Somebody>,
    /// The identities that the mapping knows besides users.
    pub others: Vec<Somebody>,
    /// Who cannot be acted as, and why.
    pub left_out: Vec<(Person, Problem)>,
    /// The names of the organizations, by their ids.
    pub organizations: HashMap<String, String>,
}

/// An identity, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// The identity.
    pub candidate: Candidate,
    /// The organizations to which it belongs, by their ids; a membership that is not in force does not count.
    pub organizations: Vec<String>,
}

impl Somebody {
    /// Whether `name` means them: their id, or what they are called, an e-mail address in whatever case.
    pub fn is_called(&self, name: &str) -> bool {
        let person = &self.candidate.person;
        person.id.as_deref() == Some(name) || person.label.eq_ignore_ascii_case(name)
    }
}

impl Question for Everybody {
    type Answer = Crowd;

    /// The observer is asked, whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Crowd, Problem> {
        let mapping = database.mapping()?;
        let recipe = mapping.recipe()?;
        let statements = [everybody(mapping), organizations(mapping)];
        let mut answers =
            database.door.read_all(&Identity::Observer, &statements, &run).await?.into_iter();
        let users = answers.next().unwrap_or_default().rows;
        let names = answers.next().unwrap_or_default().rows;
        let mut crowd = Crowd {
            organizations: names.into_iter().filter_map(pair).collect(),
            ..Crowd::default()
        };
        for other in &recipe.others {
            let candidate = Candidate::other(other)?;
            crowd.others.push(Somebody { candidate, organizations: Vec::new() });
        }
        let mut users = users.into_iter().filter_map(Found::read).peekable();
        while let Some(first) = users.next() {
            let mut ways = vec![first];
            while let Some(next) = users.next_if(|next| next.id == ways[0].id) {
                ways.push(next);
            }
            if self.users.is_empty() || self.users.contains(&ways[0].id) {
                crowd.add(recipe, &ways, self.organization.as_deref());
            }
        }
        Ok(crowd)
    }
}

impl Crowd {
    /// Adds the identities of one user, who is `ways`, one for each membership.
    fn add(&mut self, recipe: &Recipe, ways: &[Found], only: Option<&str>) {
        let belongs = |found: &Found| found.organization.clone().filter(|_| found.active);
        if recipe.needs_membership() {
            let mut taken = Vec::new();
            for way in ways {
                let wanted = only.is_none_or(|only| way.organization.as_deref() == Some(only));
                if way.organization.is_some() && wanted && !taken.contains(&&way.organization) {
                    taken.push(&way.organization);
                    self.push(recipe, way, belongs(way).into_iter().collect());
                }
            }
            return;
        }
        let mut organizations: Vec<_> = ways.iter().filter_map(belongs).collect();
        organizations.sort_unstable();
        organizations.dedup();
        let anywhere =
            |only: &str| ways.iter().any(|way| way.organization.as_deref() == Some(only));
        if only.is_none_or(anywhere) {
            self.push(recipe, &ways[0], organizations);
        }
    }

    fn push(&mut self, recipe: &Recipe, found: &Found, organizations: Vec<String>) {
        let subject = Subject {
            user_id: &found.id,
            email: found.email.as_deref(),
            organization_id: found.organization.as_deref(),
            role: found.role.as_deref(),
            occasion: None,
        };
        let person = Person {
            id: Some(found.id.clone()),
            label: found.label().to_owned(),
            organization: found.organization.clone(),
        };
        match recipe.settings_for(&subject) {
            Ok(settings) => {
                let named = found.organization.as_ref().and_then(|id| self.organizations.get(id));
                let candidate = Candidate {
                    person,
                    organization: named.cloned(),
                    membership: found.role.clone(),
                    role: recipe.role.clone(),
                    settings,
                };
                self.people.push(Somebody { candidate, organizations });
            }
            Err(problem) => self.left_out.push((person, problem)),
        }
    }
}

/// A user in one of their memberships, or in none.
struct Found {
    id: String,
    email: Option<String>,
    name: Option<String>,
    organization: Option<String>,
    role: Option<String>,
    active: bool,
}

impl Found {
    fn read(row: crate::pg::Row) -> Option<Self> {
        let [id, email, name, organization, role, active] = <[_; 6]>::try_from(row).ok()?;
        Some(Self { id: id?, email, name, organization, role, active: active? == "true" })
    }

    fn label(&self) -> &str {
        self.email.as_ref().or(self.name.as_ref()).unwrap_or(&self.id)
    }
}

/// Users with their memberships; those of a user stand together, in a fixed order.
fn everybody(mapping: &Mapping) -> Sql {
    let user = &mapping.user;
    let mut sql = Sql::new("SELECT e.* FROM (SELECT k.id::pg_catalog.text, ");
    sql.append(&part::text_or_null(user.email.as_ref()))
        .push(", ")
        .append(&part::text_or_null(user.name.as_ref()))
        .push(", m.organization_id::pg_catalog.text, m.role, (m.active IS NOT FALSE)::pg_catalog.text ")
        .append(&part::from_with_id(&user.source, &user.id));
    match members(mapping) {
        Ok(members) => {
            sql.push(" LEFT JOIN (").append(&members).push(") m ON m.user_id = k.id");
        }
        Err(_) => {
            sql.push(" CROSS JOIN (SELECT NULL::pg_catalog.text AS organization_id, NULL::pg_catalog.text AS role, NULL::pg_catalog.bool AS active) m");
        }
    }
    sql.push(" WHERE true")
        .append(&part::and_filter(&user.source))
        .push(") AS e(id, email, name, organization, role, active) ORDER BY e.email COLLATE \"C\", e.name COLLATE \"C\", e.id COLLATE \"C\", e.active DESC, e.organization COLLATE \"C\"");
    sql
}

fn organizations(mapping: &Mapping) -> Sql {
    let organization = &mapping.organization;
    let mut sql = Sql::new("SELECT ");
    sql.append(&part::text_or_null(Some(&organization.id)))
        .push(", ")
        .append(&part::text_or_null(Some(&organization.name)))
        .push(" ")
        .append(&part::from(&organization.source))
        .push(" WHERE true")
        .append(&part::and_filter(&organization.source));
    sql
}

fn pair(row: crate::pg::Row) -> Option<(String, String)> {
    let [id, name] = <[_; 2]>::try_from(row).ok()?;
    let id = id?;
    let name = name.unwrap_or_else(|| id.clone());
    Some((id, name))
}
