//! `purview roles --print`: the SQL that makes purview's logins for a database.

use super::{args::Place, interrupt::interruptible, place, say};
use crate::{
    logins::Survey,
    mapping::Mapping,
    pg::{Identity, Problem},
};

/// Prints the SQL; nothing is run.
pub(super) async fn run(place: &Place) -> Result<(), Problem> {
    let database = place::open(place).await?;
    let roles = database.mapping.as_ref().map(Mapping::identity_roles).unwrap_or_default();
    let question = Survey::question();
    let answer =
        interruptible(async |run| database.door.read(&Identity::Observer, &question, run).await)
            .await?;
    say::data(&Survey::read(&answer.rows)?.sql(&roles))
}
