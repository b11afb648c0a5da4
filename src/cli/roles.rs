//! `purview roles --print`: the SQL that makes purview's logins for a database.

use super::say;
use crate::{
    database::Database,
    logins::Survey,
    mapping::Mapping,
    pg::{Identity, Problem, Run},
};

/// Prints the SQL; nothing is run.
pub(super) async fn run(database: &Database, run: &Run) -> Result<(), Problem> {
    let answer = database.door.read(&Identity::Observer, &Survey::question(), run).await?;
    let roles = database.mapping.as_ref().map(Mapping::identity_roles).unwrap_or_default();
    say::data(&Survey::read(&answer.rows)?.sql(&roles))
}
