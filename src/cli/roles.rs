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
    let roles = database.mapping.as_ref().map(roles_of).unwrap_or_default();
    say::data(&Survey::read(&answer.rows)?.sql(&roles))
}

/// The database roles that the application becomes for its users, each once.
fn roles_of(mapping: &Mapping) -> Vec<&str> {
    let Some(recipe) = &mapping.identity else { return Vec::new() };
    let others = recipe.others.iter().map(|other| other.role.as_str());
    let mut roles: Vec<_> = std::iter::once(recipe.role.as_str()).chain(others).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
