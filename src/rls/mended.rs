//! What mends a leak: the condition that lets a row pass for those alone who belong to its organization.
//!
//! It takes nothing away but what the leak scan finds: a row of no organization stays with whomever the policy lets see it.

use std::sync::Arc;

use super::{
    asker::Asker,
    belonging::{Belonging, belongings},
    tenant,
};
use crate::{
    database::Database,
    mapping::Mapping,
    pg::{Problem, RelationName, Run},
};

/// The condition, on `table` under its own name.
pub(super) async fn condition(
    database: &Arc<Database>,
    table: &RelationName,
    run: &Run,
) -> Result<String, Problem> {
    let mapping = database.mapping()?;
    let way = tenant::way(database, table, run).await?.ok_or_else(|| {
        Problem::usage(format!("nothing tells the organization of a row: {table}"))
            .hint(format!("`:what-if {table}` begins with a policy of your own"))
    })?;
    let asker = Asker::of(database, mapping, run).await?;
    Ok(way.within(table, &organizations(mapping, &asker.expression)?))
}

/// The query for the organizations to which whoever asks belongs.
fn organizations(mapping: &Mapping, asker: &str) -> Result<String, Problem> {
    let arm = |belonging: &Belonging<'_>| {
        let asks = format!("{} = {asker}", belonging.user);
        let conditions: Vec<String> =
            [asks].into_iter().chain(belonging.conditions(true)).collect();
        format!(
            "SELECT {} {}\nWHERE {}",
            belonging.organization,
            belonging.from(),
            conditions.join(" AND ")
        )
    };
    let arms: Vec<String> = belongings(mapping).iter().map(arm).collect();
    if arms.is_empty() {
        return Err(Problem::usage("nothing tells to which organizations somebody belongs")
            .hint("give the mapping a `[[membership]]`"));
    }
    Ok(arms.join("\nUNION "))
}
