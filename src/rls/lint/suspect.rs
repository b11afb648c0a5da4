//! Identities that should reach nothing: users who are gone, and members who say that they belong to another organization.
//!
//! Who they are is read from the directory by [`Suspects`]; what each of them reaches is counted by [`Reaches`] as the server lets them, in the tables of which it is
//! known to whom a row belongs. [`findings`] puts it together and asks nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Finding, Severity};
use crate::{
    database::Database,
    directory::{Candidate, Everybody, Somebody, Users},
    list::{self, Query, View as _},
    mapping::{Mapping, Subject},
    pg::{Acting, Identity, Kind, Problem, RelationName, Run, Sql, quote_ident, quote_literal},
    question::Question,
    rls::{explain::whom, scope, tenant},
};

/// What suspects are looked for: code and severity.
pub const SUSPECTED: [(&str, Severity); 2] =
    [("former-user-sees-rows", Severity::Wrong), ("claimed-organization", Severity::Wrong)];

/// How many users are looked at to find some that are gone.
const LOOKED_AT: usize = 500;

/// How many of one kind are tried.
const EACH: usize = 2;

/// How many are tried who are gone.
const MOST: usize = 16;

/// Who should reach nothing?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Suspects;

/// Somebody who should reach nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// As whom it is tried.
    pub candidate: Candidate,
    /// Why they should reach nothing.
    pub why: Suspicion,
}

/// Why somebody should reach nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suspicion {
    /// They are no user any more, or no member: `deleted`, `locked`, `not an active member`.
    Former(String),
    /// They belong elsewhere, and say that they belong to the organization with this id.
    Claims(String),
}

impl Question for Suspects {
    type Answer = Vec<Suspect>;

    /// The observer is asked, whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<Suspect>, Problem> {
        let crowd = Everybody::default()
            .ask(Arc::clone(&database), Identity::Observer, run.clone())
            .await?;
        let known = kinds(&database, &run).await?;
        let mut suspects = Vec::new();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for somebody in &crowd.people {
            let id = somebody.candidate.person.id.as_ref();
            let (state, kind) = id.and_then(|id| known.get(id)).cloned().unwrap_or_default();
            let reason = match state.as_str() {
                "deleted" | "locked" => state,
                _ if is_out(somebody) => "not an active member".to_owned(),
                _ => continue,
            };
            // An administrator who is gone may reach what nobody else does.
            let kind = format!("{reason} {kind} {:?}", somebody.candidate.membership);
            let taken = taken.entry(kind).or_default();
            if *taken < EACH && suspects.len() < MOST {
                *taken += 1;
                let candidate = somebody.candidate.clone();
                suspects.push(Suspect { candidate, why: Suspicion::Former(reason) });
            }
        }
        suspects.extend(claims(&database, &crowd.people)?);
        Ok(suspects)
    }
}

/// Of the first users, by id: the state, and what makes them another kind of user.
async fn kinds(
    database: &Database,
    run: &Run,
) -> Result<BTreeMap<String, (String, String)>, Problem> {
    let select = Users::default().select(database, run).await?;
    let query = Query { limit: LOOKED_AT, whole: true, ..Query::default() };
    let page = list::page(database, &Identity::Observer, run, &select, &query).await?;
    let of = |item| {
        let value = |name| page.value(item, name).unwrap_or_default();
        let roles: Vec<serde_json::Value> =
            serde_json::from_str(value("roles")).unwrap_or_default();
        let names: BTreeSet<_> =
            roles.iter().filter_map(|role| role.get("role")?.as_str()).collect();
        let nowhere = matches!(value("departments"), "" | "[]");
        (value("id").to_owned(), (value("state").to_owned(), format!("{names:?} {nowhere}")))
    };
    Ok(page.items.iter().map(of).collect())
}

/// Whether the membership in which somebody acts is not in force.
fn is_out(somebody: &Somebody) -> bool {
    let acts_in = somebody.candidate.person.organization.as_ref();
    acts_in.is_some_and(|organization| !somebody.organizations.contains(organization))
}

/// Members of one organization who say that they belong to another, where an identity says so at all: one for each title that a member has.
fn claims(database: &Database, people: &[Somebody]) -> Result<Vec<Suspect>, Problem> {
    let recipe = database.mapping()?.recipe()?;
    let mut titles = BTreeSet::new();
    let mut suspects = Vec::new();
    for somebody in people.iter().filter(|it| !is_out(it)) {
        let Candidate { person, membership, settings, .. } = &somebody.candidate;
        let (Some(id), Some(home)) = (&person.id, &person.organization) else { continue };
        if titles.contains(membership) {
            continue;
        }
        let belongs: BTreeSet<&String> = people
            .iter()
            .filter(|it| it.candidate.person.id == person.id)
            .filter_map(|it| it.candidate.person.organization.as_ref())
            .collect();
        let elsewhere = people.iter().filter_map(|it| it.candidate.person.organization.as_ref());
        let Some(claimed) = elsewhere.filter(|it| *it != home && !belongs.contains(it)).min()
        else {
            continue;
        };
        let subject = Subject {
            user_id: id,
            email: Some(person.label.as_str()).filter(|label| label.contains('@')),
            organization_id: Some(claimed),
            role: membership.as_deref(),
            occasion: None,
        };
        let Ok(said) = recipe.settings_for(&subject) else { continue };
        if said == *settings {
            // Who they are does not depend on what they say.
            return Ok(Vec::new());
        }
        titles.insert(membership.clone());
        let candidate = Candidate { settings: said, ..somebody.candidate.clone() };
        suspects.push(Suspect { candidate, why: Suspicion::Claims(claimed.clone()) });
    }
    Ok(suspects)
}

/// Of which tables does the identity that asks reach rows, and how many?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaches {
    /// Only rows of the organization with this id, in tables that say whose a row is; all but those about oneself where there is none.
    pub organization: Option<String>,
}

/// Rows of a table that somebody reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The table.
    pub table: RelationName,
    /// How many.
    pub rows: u64,
    /// What shows it again.
    pub evidence: String,
}

impl Question for Reaches {
    type Answer = Vec<Reached>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Reached>, Problem> {
        let who = whom(&database, &identity, &run).await?;
        let mut trial = database.door.trial(&who, &run).await?;
        let mut found = Vec::new();
        for table in scope::tables(&database, &run).await? {
            if !table.row_security {
                continue;
            }
            // What belongs to nobody is for everybody, and its name is no secret of an organization.
            let Some(label) = tenant::label(&database, &table.name, &run).await? else { continue };
            let mapping = database.mapping()?;
            if self.organization.is_none() && table.name == mapping.organization.source.relation {
                continue;
            }
            let other = match (&self.organization, who.person.as_ref()) {
                (Some(organization), _) => {
                    let own = mapping.tenant_columns.contains(&label.column);
                    let relation = database.relation(&table.name, &run).await?;
                    if !own || relation.attribute(&label.column).is_none() {
                        continue;
                    }
                    Some((label.column, "=", organization.clone()))
                }
                (None, Some(person)) => about(mapping, &table.name)
                    .zip(person.id.clone())
                    .map(|(column, id)| (column.to_owned(), "<>", id)),
                (None, None) => None,
            };
            let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM ");
            sql.relation(&table.name).push(" AS t");
            let mut shown = format!("SELECT count(*) FROM {} AS t", table.name.quoted());
            if let Some((column, sign, id)) = other {
                sql.push(" WHERE t.").ident(&column).push("::pg_catalog.text ").push(sign);
                sql.push(" ").bind(Some(&id), "pg_catalog.text");
                let (column, id) = (quote_ident(&column), quote_literal(&id));
                shown = format!("{shown} WHERE t.{column}::text {sign} {id}");
            }
            match trial.act(&sql).await? {
                Ok(rows) => {
                    let rows = rows.scalar().and_then(|it| it.parse().ok()).unwrap_or_default();
                    if rows > 0 {
                        let evidence = who.script(&shown);
                        found.push(Reached { table: table.name, rows, evidence });
                    }
                }
                Err(problem) if problem.kind == Kind::Cancelled => return Err(problem),
                // Whoever is refused reaches nothing.
                Err(_) => {}
            }
        }
        trial.end().await?;
        Ok(found)
    }
}

/// The column of a row about somebody that says about whom: of a user, or of a membership.
fn about<'a>(mapping: &'a Mapping, table: &RelationName) -> Option<&'a str> {
    if *table == mapping.user.source.relation {
        return mapping.user.id.plain_column();
    }
    let member = mapping.memberships.iter().find(|it| it.source.relation == *table)?;
    member.user_id.plain_column()
}

/// What suspects reached, each table once for each reason.
pub fn findings(reached: &[(Suspicion, Arc<Acting>, Vec<Reached>)]) -> Vec<Finding> {
    let mut together: BTreeMap<(usize, String), Vec<(String, &Reached)>> = BTreeMap::new();
    for (why, who, tables) in reached {
        for table in tables {
            let (place, said) = match why {
                Suspicion::Former(reason) => (0, format!("{} ({reason})", who.label())),
                Suspicion::Claims(_) => (1, format!("{} who belongs elsewhere", who.label())),
            };
            let told = format!("{said} sees {} rows", table.rows);
            together.entry((place, table.table.to_string())).or_default().push((told, table));
        }
    }
    let finding = |((place, object), of): ((usize, String), Vec<(String, &Reached)>)| {
        let (code, rank) = SUSPECTED[place];
        let cure = if place == 0 {
            format!(
                "-- in the policies of {object}: ask as well whether the user, and the membership, is in force"
            )
        } else {
            format!(
                "-- in the policies of {object}: ask the table of memberships whether the user belongs to the organization that the setting names"
            )
        };
        let told: Vec<&str> = of.iter().map(|(told, _)| told.as_str()).collect();
        Finding {
            rank,
            code: code.to_owned(),
            severity: rank.word(),
            detail: told.join("; "),
            evidence: of[0].1.evidence.clone(),
            cure,
            object,
        }
    };
    together.into_iter().map(finding).collect()
}
