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

/// How long a command may act as somebody.
const MINUTES: i64 = 30;

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

/// The identity that `args` ask for. Acting begins in the journal here.
pub(super) async fn from_args(
    args: &IdentityArgs,
    organization: Option<&str>,
    database: &Arc<Database>,
    run: &Run,
) -> Result<As, Problem> {
    let acting = match (&args.user, &args.role) {
        (Some(user), _) => of_user(args, user, organization, database, run).await?,
        (None, Some(role)) => of_role(args, role)?,
        (None, None) => return Ok(As { identity: Identity::Observer }),
    };
    database.door.begin_acting(&acting).await?;
    Ok(As { identity: Identity::Acting(Arc::new(acting)) })
}

/// Notes that acting is over.
pub(super) fn end(acting: &As, database: &Database) -> Result<(), Problem> {
    match &acting.identity {
        Identity::Observer => Ok(()),
        Identity::Acting(acting) => database.door.end_acting(acting),
    }
}

async fn of_user(
    args: &IdentityArgs,
    needle: &str,
    organization: Option<&str>,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Acting, Problem> {
    let question = Resolve { what: What::User, needle: needle.to_owned() };
    let user = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
    let answer = Identities { user: user.id }
        .ask(Arc::clone(database), Identity::Observer, run.clone())
        .await?;
    let candidate = choose(answer.candidates, organization)?;
    Ok(Acting {
        settings: candidate.settings,
        person: Some(candidate.person),
        ..bare(args, candidate.role)
    })
}

/// The identity in the organization that was asked for; the only one otherwise.
fn choose(
    mut candidates: Vec<Candidate>,
    organization: Option<&str>,
) -> Result<Candidate, Problem> {
    if candidates.len() > 1
        && let Some(organization) = organization
    {
        candidates
            .retain(|candidate| candidate.person.organization.as_deref() == Some(organization));
    }
    match candidates.len() {
        1 => Ok(candidates.remove(0)),
        0 => Err(Problem::usage(
            "the user belongs to no organization in which they could be acted as",
        )),
        _ => {
            let names: Vec<_> =
                candidates.iter().filter_map(|candidate| candidate.organization.clone()).collect();
            Err(Problem::usage("the user is somebody else in each organization")
                .hint(format!("choose with `--org`: {}", names.join(", "))))
        }
    }
}

fn of_role(args: &IdentityArgs, role: &str) -> Result<Acting, Problem> {
    let setting = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Problem::usage(format!("write a setting as `name=value`, not: {text}"))
        })?;
        Ok((name.parse::<SettingName>()?, value.to_owned()))
    };
    let settings = args.set.iter().map(setting).collect::<Result<_, Problem>>()?;
    Ok(Acting { settings, ..bare(args, role.to_owned()) })
}

fn bare(args: &IdentityArgs, role: String) -> Acting {
    let now = super::place::now();
    Acting {
        role,
        settings: Vec::new(),
        search_path: None,
        person: None,
        reason: args.reason.clone(),
        since: now,
        until: now + Duration::minutes(MINUTES),
    }
}
