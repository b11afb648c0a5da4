//! What mends a leak: the condition that lets a row pass for those alone who belong to its organization.
//!
//! It takes nothing away but what the leak scan finds: a row of no organization stays with whomever the policy lets see it.

use std::sync::Arc;

use super::{asker::Asker, tenant};
use crate::{
    database::Database,
    mapping::{Expression, Mapping, Source},
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
    let mut arms = Vec::new();
    for member in &mapping.memberships {
        let arm = arm(&member.source, [&member.organization_id, &member.user_id], asker);
        let active = member.active.as_ref();
        let active = active.map_or_else(String::new, |it| format!(" AND ({it}) IS NOT FALSE"));
        arms.push(format!("{arm}{active}"));
    }
    if let (true, Some(organization)) = (arms.is_empty(), &mapping.user.organization_id) {
        arms.push(arm(&mapping.user.source, [organization, &mapping.user.id], asker));
    }
    if arms.is_empty() {
        return Err(Problem::usage("nothing tells to which organizations somebody belongs")
            .hint("give the mapping a `[[membership]]`"));
    }
    Ok(arms.join("\nUNION "))
}

fn arm(source: &Source, [organization, user]: [&Expression; 2], asker: &str) -> String {
    let from = source.from_clause().render().0;
    let filter = source.filter.as_ref();
    let filter = filter.map_or_else(String::new, |it| format!(" AND ({it})"));
    format!("SELECT {organization}{from}\nWHERE {user} = {asker}{filter}")
}
