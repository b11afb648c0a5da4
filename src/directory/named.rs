//! Who is meant by what a person typed: a user, one of their memberships, or an identity that is no user.

use std::sync::Arc;

use super::{Everybody, Resolve, Somebody, What};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// Who is called like this?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// An id, an address or a part of a name; in one organization, as `USER@@ORGANIZATION`; or the name of another identity of the mapping.
    pub needle: String,
}

impl Question for Named {
    type Answer = Somebody;

    /// The observer is asked, whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Somebody, Problem> {
        let needle = self.needle.as_str();
        let (user, organization) = match needle.split_once("@@") {
            Some((user, organization)) => (user, Some(organization)),
            None => (needle, None),
        };
        let everybody = async |ask: Everybody| {
            ask.ask(Arc::clone(&database), Identity::Observer, run.clone()).await
        };
        let resolve = async |what, needle: &str| {
            let question = Resolve { what, needle: needle.to_owned() };
            let found =
                question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
            Ok::<_, Problem>(found.id)
        };
        let named = database.mapping()?.recipe()?.others.iter().any(|other| other.name == user);
        if named {
            let crowd = everybody(Everybody::default()).await?;
            let other = crowd.others.into_iter().find(|it| it.candidate.person.label == user);
            return other.ok_or_else(|| Problem::bug("an identity of the mapping is missing"));
        }
        let id = resolve(What::User, user).await?;
        let organization = match organization {
            Some(needle) => Some(resolve(What::Organization, needle).await?),
            None => None,
        };
        let mut people = everybody(Everybody { organization, users: vec![id] }).await?.people;
        match people.len() {
            1 => Ok(people.remove(0)),
            0 => Err(Problem::usage(format!(
                "the user belongs to no organization to act in: {user}"
            ))),
            _ => {
                let organizations: Vec<_> =
                    people.iter().filter_map(|it| it.candidate.organization.clone()).collect();
                let said = format!("the user is somebody else in each organization: {user}");
                Err(Problem::usage(said)
                    .hint(format!("write `{user}@@ORGANIZATION`: {}", organizations.join(", "))))
            }
        }
    }
}
