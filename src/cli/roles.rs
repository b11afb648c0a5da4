//! `purview roles --print`: the SQL that makes purview's logins for a database.

use super::{args::Place, place, say};
use crate::{
    logins::Survey,
    mapping::Mapping,
    pg::{Identity, Problem, Run},
};

/// Prints the SQL; nothing is run.
pub(super) async fn run(place: &Place, run: &Run) -> Result<(), Problem> {
    let database = place::open(place).await?;
    let roles = database.mapping.as_ref().map(Mapping::identity_roles).unwrap_or_default();
    let question = Survey::question();
    let answer = database.door.read(&Identity::Observer, &question, run).await?;
    say::data(&Survey::read(&answer.rows)?.sql(&roles))
}
