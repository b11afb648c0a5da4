//! As whom a command runs: the operator, a user, or a role with settings.

use std::sync::Arc;

use chrono::Duration;

use super::args::IdentityArgs;
use crate::{
    database::Database,
    directory::{Candidate, Identities, Resolve, What},
    pg::{Acting, Identity, Problem, Run, SettingName},
    question::Question,
};

/// An identity that is in the journal while it lasts.
#[derive(Debug)]
pub(super) struct As {
    identity: Identity,
}

impl As {
    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// As whom somebody wants to run a command.
pub(super) struct Wanted<'a> {
    pub(super) args: &'a IdentityArgs,
    /// The organization in which a user is meant, by id.
    pub(super) organization: Option<&'a str>,
    /// How long it may last.
    pub(super) minutes: u32,
}

impl Wanted<'_> {
    /// The identity that is wanted. Acting begins in the journal here.
    pub(super) async fn begin(&self, database: &Arc<Database>, run: &Run) -> Result<As, Problem> {
        let Some(acting) = self.acting(database, run).await? else {
            return Ok(As { identity: Identity::Observer });
        };
        database.door.begin_acting(&acting).await?;
        Ok(As { identity: Identity::Acting(Arc::new(acting)) })
    }

    /// Whom the flags mean, if anybody; nothing has begun yet.
    pub(super) async fn acting(
        &self,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<Option<Acting>, Problem> {
        match (&self.args.user, &self.args.role) {
            (Some(user), _) => self.user(user, database, run).await.map(Some),
            (None, Some(role)) => self.role(role).map(Some),
            (None, None) => Ok(None),
        }
    }

    async fn user(
        &self,
        needle: &str,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<Acting, Problem> {
        let recipe = database.mapping()?.recipe()?;
        if let Some(other) = recipe.others.iter().find(|other| other.name == needle) {
            return Ok(Acting { settings: other.settings()?, ..self.bare(other.role.clone()) });
        }
        let question = Resolve { what: What::User, needle: needle.to_owned() };
        let user = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let answer = Identities { user: user.id }
            .ask(Arc::clone(database), Identity::Observer, run.clone())
            .await?;
        // Where a user is one and the same everywhere, the organization says nothing about who it is.
        let organization = self.organization.filter(|_| recipe.needs_membership());
        let candidate = choose(answer.candidates, organization)?;
        Ok(Acting {
            settings: candidate.settings,
            person: Some(candidate.person),
            ..self.bare(candidate.role)
        })
    }

    fn role(&self, role: &str) -> Result<Acting, Problem> {
        let setting = |text: &String| {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Problem::usage(format!("write a setting as `name=value`, not: {text}"))
            })?;
            Ok((name.parse::<SettingName>()?, value.to_owned()))
        };
        let settings = self.args.set.iter().map(setting).collect::<Result<_, Problem>>()?;
        Ok(Acting { settings, ..self.bare(role.to_owned()) })
    }

    fn bare(&self, role: String) -> Acting {
        let now = super::place::now();
        Acting {
            role,
            settings: Vec::new(),
            search_path: None,
            person: None,
            reason: self.args.reason.clone(),
            since: now,
            until: now + Duration::minutes(self.minutes.into()),
        }
    }
}

/// Notes that acting is over.
pub(super) fn end(acting: &As, database: &Database) -> Result<(), Problem> {
    match &acting.identity {
        Identity::Observer => Ok(()),
        Identity::Acting(acting) => database.door.end_acting(acting),
    }
}

/// The identity in the organization that was asked for; the only one otherwise.
fn choose(
    mut candidates: Vec<Candidate>,
    organization: Option<&str>,
) -> Result<Candidate, Problem> {
    if let Some(id) = organization {
        candidates.retain(|candidate| candidate.person.organization.as_deref() == Some(id));
    }
    match (candidates.len(), organization) {
        (1, _) => Ok(candidates.remove(0)),
        (0, Some(_)) => Err(Problem::usage("the user does not belong to that organization")),
        (0, None) => Err(Problem::usage("the user belongs to no organization to act in")),
        _ => {
            let names: Vec<_> =
                candidates.iter().filter_map(|candidate| candidate.organization.clone()).collect();
            Err(Problem::usage("the user is somebody else in each organization")
                .hint(format!("choose with `--org`: {}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pg::Person;

    fn candidate(organization: &str) -> Candidate {
        Candidate {
            person: Person {
                id: Some("7".into()),
                label: "ann".into(),
                organization: Some(format!("id of {organization}")),
            },
            organization: Some(organization.into()),
            membership: None,
            role: "app".into(),
            settings: Vec::new(),
        }
    }

    #[test]
    fn of_several_identities_one_has_to_be_chosen() {
        let both = || vec![candidate("Acme"), candidate("Bolt")];
        let problem = choose(both(), None).unwrap_err();
        assert_eq!(problem.hint.unwrap(), "choose with `--org`: Acme, Bolt");
        let chosen = choose(both(), Some("id of Bolt")).unwrap();
        assert_eq!(chosen.organization.as_deref(), Some("Bolt"));
        assert_eq!(choose(both(), Some("another")).unwrap_err().exit_code(), 2);
        assert_eq!(choose(vec![candidate("Acme")], Some("another")).unwrap_err().exit_code(), 2);
        choose(vec![candidate("Acme")], None).unwrap();
        assert_eq!(choose(Vec::new(), None).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn settings_are_names_and_values() {
        let with = |set: &str| {
            let args = IdentityArgs { set: vec![set.to_owned()], ..IdentityArgs::default() };
            let wanted = Wanted { args: &args, organization: None, minutes: 1 };
            wanted.role("app").map(|acting| acting.settings)
        };
        let settings = with("app.user_id=a=b").unwrap();
        assert_eq!((settings[0].0.as_str(), settings[0].1.as_str()), ("app.user_id", "a=b"));
        for wrong in ["app.user_id", "role=postgres", "search_path=x", "=x"] {
            assert_eq!(with(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
