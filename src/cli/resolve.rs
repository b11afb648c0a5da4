//! What a name on the command line stands for: the id of an organization, a department or a user.

use std::sync::Arc;

use crate::{
    database::Database,
    directory::{Resolve, What},
    pg::{Identity, Problem, Run},
    question::Question as _,
};

/// The id of what is meant by `needle`; an error where it is nothing, or several.
pub(super) async fn resolve(
    what: What,
    needle: &str,
    database: &Arc<Database>,
    run: &Run,
) -> Result<String, Problem> {
    let question = Resolve { what, needle: needle.to_owned() };
    Ok(question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?.id)
}

/// The same, where it may have been left out.
pub(super) async fn resolve_if(
    what: What,
    needle: Option<&str>,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Option<String>, Problem> {
    match needle {
        Some(needle) => resolve(what, needle, database, run).await.map(Some),
        None => Ok(None),
    }
}
