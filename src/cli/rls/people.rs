//! Whom a command that asks about all acts as: those who are named, or a few who stand for all.

use std::sync::Arc;

use chrono::Duration;

use crate::{
    cli::{args::IdentityArgs, identity::Wanted, place::now},
    database::Database,
    directory::{Representatives, Resolve, What},
    pg::{Acting, Identity, Problem, Run, SettingName},
    question::Question as _,
};

/// The one identity that the flags name.
pub(super) async fn named(
    args: &IdentityArgs,
    organization: Option<&str>,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Vec<Arc<Acting>>, Problem> {
    let organization = match organization {
        Some(needle) => {
            let question = Resolve { what: What::Organization, needle: needle.to_owned() };
            Some(question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?.id)
        }
        None => None,
    };
    let wanted = Wanted { args, organization: organization.as_deref(), minutes };
    Ok(wanted.acting(database, run).await?.map(Arc::new).into_iter().collect())
}

/// One user for each set of roles, the identities that are no users, and nobody at all.
pub(super) async fn representatives(
    most: usize,
    reason: &str,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Vec<Arc<Acting>>, Problem> {
    let found =
        Representatives { most }.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
    let since = now();
    let until = since + Duration::minutes(minutes.into());
    let mut people: Vec<Arc<Acting>> =
        found.iter().map(|it| Arc::new(it.acting(reason, since, until))).collect();
    // Who forgot to say who they are: a setting that was never made is not one that was made before and is empty now.
    let mut nobodies: Vec<(&str, Vec<(SettingName, String)>)> = Vec::new();
    for it in &found {
        let empty = it.settings.iter().map(|(name, _)| (name.clone(), String::new())).collect();
        for settings in [Vec::new(), empty] {
            let same = nobodies.iter().any(|(role, known)| *role == it.role && *known == settings);
            let person = found.iter().any(|of| of.role == it.role && of.settings == settings);
            if !same && !person {
                nobodies.push((&it.role, settings));
            }
        }
    }
    people.extend(nobodies.into_iter().map(|(role, settings)| {
        Arc::new(Acting {
            role: role.to_owned(),
            settings,
            search_path: None,
            person: None,
            reason: reason.to_owned(),
            since,
            until,
        })
    }));
    Ok(people)
}

/// Does `work` as `who`, between a line in the journal that says so and one that ends it.
pub(super) async fn acting_as<T>(
    who: &Arc<Acting>,
    database: &Arc<Database>,
    work: impl AsyncFnOnce(Identity) -> Result<T, Problem>,
) -> Result<T, Problem> {
    database.door.begin_acting(who).await?;
    let outcome = work(Identity::Acting(Arc::clone(who))).await;
    database.door.end_acting(who)?;
    outcome
}
