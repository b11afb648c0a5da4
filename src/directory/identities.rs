//! Which identities a user has in the database: one, or one for each membership.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Noting;
use crate::{
    database::Database,
    list::{self, Page, Query},
    mapping::{OtherIdentity, Subject},
    pg::{Acting, Fence, Identity, Kind, Person, Problem, Run, SettingName, Sql},
    question::Question,
};

/// Which identities does the user have?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// The user's id.
    pub user: String,
}

/// The identities of a user, and what acting as them would be worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// One for each way to act as the user.
    pub candidates: Vec<Candidate>,
    /// The identities that the mapping knows besides users.
    pub others: Vec<Candidate>,
    /// How strong the fence would be.
    pub fence: Fence,
    /// Whether any table has row security; without one nothing is filtered.
    pub filters: bool,
    /// What would be noted in the application's own audit.
    pub noting: Noting,
}

/// One way to act as a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Whom.
    pub person: Person,
    /// The name of the organization of the membership.
    pub organization: Option<String>,
    /// The role of the membership, as the application calls it.
    pub membership: Option<String>,
    /// The database role.
    pub role: String,
    /// The settings by which the policies know the user.
    pub settings: Vec<(SettingName, String)>,
}

impl Question for Identities {
    type Answer = Answer;

    /// The observer is asked, whoever asks: one can go from acting as somebody to acting as somebody else.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Answer, Problem> {
        let recipe = database.mapping()?.recipe()?;
        let user = one_user(&database, &self.user, &run).await?;
        let value = |name: &str| {
            user.items.first().and_then(|item| user.value(item, name)).map(str::to_owned)
        };
        let id = value("id").ok_or_else(|| {
            Problem::new(Kind::Missing, format!("there is no user with the id: {}", self.user))
        })?;
        let label = value("email").or_else(|| value("name")).unwrap_or_else(|| id.clone());
        let person = |organization: Option<String>| Person {
            id: Some(id.clone()),
            label: label.clone(),
            organization,
        };
        let mut candidates = Vec::new();
        let email = value("email");
        let candidate = |organization_id: Option<String>,
                         organization: Option<String>,
                         membership: Option<String>| {
            let subject = Subject {
                user_id: &id,
                email: email.as_deref(),
                organization_id: organization_id.as_deref(),
                role: membership.as_deref(),
                occasion: None,
            };
            let settings = recipe.settings_for(&subject)?;
            Ok::<_, Problem>(Candidate {
                person: person(organization_id.clone()),
                organization,
                membership,
                role: recipe.role.clone(),
                settings,
            })
        };
        if recipe.needs_membership() {
            let memberships = super::Memberships { user: Some(id.clone()), organization: None };
            let page = page(&database, &memberships, &run).await?;
            for item in &page.items {
                let cell = |name: &str| page.value(item, name).map(str::to_owned);
                candidates.push(candidate(
                    cell("organization_id"),
                    cell("organization"),
                    cell("role"),
                )?);
            }
        } else {
            candidates.push(candidate(value("organization_id"), value("organization"), None)?);
        }
        worth(&database, candidates, &run).await
    }
}

impl Candidate {
    /// Acting as them from `since` until `until`, for this reason.
    pub fn acting(&self, reason: &str, since: DateTime<Utc>, until: DateTime<Utc>) -> Acting {
        Acting {
            role: self.role.clone(),
            settings: self.settings.clone(),
            search_path: None,
            person: Some(self.person.clone()),
            reason: reason.to_owned(),
            since,
            until,
        }
    }

    /// The identity that the mapping knows under a name.
    pub(super) fn other(other: &OtherIdentity) -> Result<Self, Problem> {
        Ok(Self {
            person: Person { id: None, label: other.name.clone(), organization: None },
            organization: None,
            membership: None,
            role: other.role.clone(),
            settings: other.settings()?,
        })
    }
}

/// Which identities are there besides users?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others;

impl Question for Others {
    type Answer = Answer;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Answer, Problem> {
        worth(&database, Vec::new(), &run).await
    }
}

/// What acting would be worth.
async fn worth(
    database: &Database,
    candidates: Vec<Candidate>,
    run: &Run,
) -> Result<Answer, Problem> {
    let others = &database.mapping()?.recipe()?.others;
    let others = others.iter().map(Candidate::other).collect::<Result<_, _>>()?;
    let fence = database.door.fence().await?;
    let filters = Sql::new(include_str!("sql/has_row_security.sql"));
    let filters =
        database.door.read(&Identity::Observer, &filters, run).await?.scalar() == Some("true");
    let noting = Noting::of(database, run).await?;
    Ok(Answer { candidates, others, fence, filters, noting })
}

async fn one_user(database: &Database, id: &str, run: &Run) -> Result<Page, Problem> {
    page(database, &super::Users { id: Some(id.to_owned()), ..super::Users::default() }, run).await
}

async fn page(database: &Database, view: &impl list::View, run: &Run) -> Result<Page, Problem> {
    let select = view.select(database, run).await?;
    list::page(
        database,
        &Identity::Observer,
        run,
        &select,
        &Query { whole: true, ..Query::default() },
    )
    .await
}
