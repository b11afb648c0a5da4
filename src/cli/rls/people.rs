//! Whom a command that asks about all acts as where nobody is named: a few who stand for all.

use std::sync::Arc;

use chrono::Duration;

use crate::{
    cli::place::now,
    database::Database,
    directory::Representatives,
    pg::{Acting, Identity, Problem, Run, SettingName},
    question::Question as _,
};

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
