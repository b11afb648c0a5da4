//! As whom a command runs: the operator, a user, or a role with settings.
//!
//! Whoever is acted as is in the journal for as long as the work lasts.

use std::sync::Arc;

use chrono::Duration;

use super::{
    args::{IdentityArgs, Place},
    noting,
    place::Places,
    resolve::{resolve, resolve_if},
};
use crate::{
    database::Database,
    directory::{Candidate, Identities, What},
    pg::{Acting, Identity, Problem, Run, SettingName},
    question::Question,
    rls::Warrant,
};

/// As whom somebody wants to run a command.
pub(super) struct Wanted<'a> {
    pub(super) args: &'a IdentityArgs,
    /// The organization in which a user is meant, as somebody named it.
    pub(super) organization: Option<&'a str>,
    /// How long it may last.
    pub(super) minutes: u32,
}

impl Wanted<'_> {
    /// Whom the flags mean, if anybody; nothing has begun yet.
    pub(super) async fn acting(
        &self,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<Option<Arc<Acting>>, Problem> {
        let acting = match (&self.args.user, &self.args.role) {
            (Some(user), _) => self.user(user, database, run).await?,
            (None, Some(role)) => self.role(role)?,
            (None, None) => return Ok(None),
        };
        Ok(Some(Arc::new(acting)))
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
        let user = resolve(What::User, needle, database, run).await?;
        let answer =
            Identities { user }.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        // Where a user is one and the same everywhere, the organization says nothing about who it is.
        let organization = resolve_if(What::Organization, self.organization, database, run).await?;
        let organization = organization.filter(|_| recipe.needs_membership());
        let candidate = choose(answer.candidates, organization.as_deref())?;
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

/// Refuses to agree to an entry in the application's own audit where none is written: this command acts as many, or in passing.
pub(super) fn refuse_entry(args: &IdentityArgs) -> Result<(), Problem> {
    if !args.audit {
        return Ok(());
    }
    Err(Problem::usage("`--audit` means nothing here: the command writes no entry").hint(
        "`get`, `sql`, `explain`, `cost`, `audit` and `rls why`, `rows`, `hidden` and `cost` do",
    ))
}

/// Does `work` as `who`, between a line in the journal that says so and one that ends it; as the operator where it is nobody.
pub(super) async fn acting_as<T>(
    who: Option<Arc<Acting>>,
    database: &Arc<Database>,
    work: impl AsyncFnOnce(&Identity) -> Result<T, Problem>,
) -> Result<T, Problem> {
    acting_noted(who, database, async |_| Ok(()), work).await
}

/// Why, and for how long, many are acted as.
pub(super) fn warrant(reason: &str, minutes: u32) -> Warrant {
    let since = super::place::now();
    Warrant { reason: reason.to_owned(), since, until: since + Duration::minutes(minutes.into()) }
}

/// Opens the database that `place` names and does `work` there as whomever `args` mean; as the operator where they mean nobody.
pub(super) async fn as_whom<T>(
    args: &IdentityArgs,
    organization: Option<&str>,
    place: &Place,
    run: &Run,
    work: impl AsyncFnOnce(&Arc<Database>, &Identity) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let places = Places::of_command(place);
    let database = places.open(args.mean_somebody()).await?;
    as_whom_in(args, organization, (&places, &database), run, async |identity| {
        work(&database, identity).await
    })
    .await
}

/// The same in a database that is open already. Every command that acts as one comes through here, so that none forgets the entry in the application's own
/// audit.
pub(super) async fn as_whom_in<T>(
    args: &IdentityArgs,
    organization: Option<&str>,
    (places, database): (&Places, &Arc<Database>),
    run: &Run,
    work: impl AsyncFnOnce(&Identity) -> Result<T, Problem>,
) -> Result<T, Problem> {
    if args.audit && !args.mean_somebody() {
        return Err(Problem::usage(
            "`--audit` agrees to an entry about acting; nobody is acted as",
        )
        .hint("`--as USER`, or `--role ROLE` with `--set NAME=VALUE`"));
    }
    let minutes = places.config.acting_minutes;
    let who = Wanted { args, organization, minutes }.acting(database, run).await?;
    let note = async |who: &Acting| noting::note(who, database, places, args.audit, run).await;
    acting_noted(who, database, note, work).await
}

/// The same, where `note` first sees to the entry in the application's own audit.
async fn acting_noted<T>(
    who: Option<Arc<Acting>>,
    database: &Arc<Database>,
    note: impl AsyncFnOnce(&Acting) -> Result<(), Problem>,
    work: impl AsyncFnOnce(&Identity) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let Some(who) = who else { return work(&Identity::Observer).await };
    database.door.begin_acting(&who).await?;
    if let Err(problem) = note(&who).await {
        database.door.end_acting(&who)?;
        return Err(problem);
    }
    let outcome = work(&Identity::Acting(Arc::clone(&who))).await;
    database.door.end_acting(&who)?;
    outcome
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
