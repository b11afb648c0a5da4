//! Whether what a statement calls acts: the server knows its functions better than any list does.
//!
//! A volatile function of the server's own or of an extension acts unless it is known to only look. A function of the schema itself is the schema's
//! matter: it runs under the same READ ONLY, the same time limit and behind the same fence.

use super::{Refusal, Typed, functions::LOOKING, guard};
use crate::pg::{Door, Identity, Problem, Run, Sql};

/// Why `typed` is not sent, if the server knows that it would act.
pub(in crate::pg) async fn refused(
    typed: &Typed,
    door: &Door,
    run: &Run,
) -> Result<Option<Refusal>, Problem> {
    let list =
        |names: Vec<&str>| names.into_iter().map(|it| Some(it.to_owned())).collect::<Vec<_>>();
    let called = list(typed.called().iter().map(|it| it.name.as_str()).collect());
    let mut sql = Sql::new("SELECT a.sort, a.schema, a.name, a.function FROM (");
    sql.push(include_str!("sql/acts.sql"))
        .push(") a WHERE (a.sort <> 'function' OR a.name OPERATOR(pg_catalog.=) ANY (")
        .bind_list(&called, "pg_catalog.text[]")
        .push(")) AND a.function OPERATOR(pg_catalog.<>) ALL (")
        .bind_list(&list(LOOKING.to_vec()), "pg_catalog.text[]")
        .push(")");
    let found = door.read(&Identity::Observer, &sql, run).await?;
    Ok(found.rows.iter().find_map(|row| {
        let [Some(sort), schema, Some(name), Some(function)] = row.as_slice() else { return None };
        refusal(typed, sort, schema.as_deref().unwrap_or_default(), name, function)
    }))
}

/// Why a statement is not sent in which `name` leads to a `function` that acts, if it is meant there.
fn refusal(typed: &Typed, sort: &str, schema: &str, name: &str, function: &str) -> Option<Refusal> {
    let meant = |schema: &str| {
        typed.called().iter().find(|it| {
            it.name == name
                && it.schema.as_ref().is_none_or(|said| schema.is_empty() || said == schema)
        })
    };
    match sort {
        "function" => Some(guard::acting(meant(schema)?)),
        "aggregate" => {
            let called = meant("")?;
            let reason =
                format!("the aggregate `{name}` calls `{function}`, which does more than read");
            Some(Refusal::forbidden(reason, "leave it out", called.at.clone()))
        }
        "operator" => {
            let at = typed.text().find(name)?;
            let reason =
                format!("the operator `{name}` calls `{function}`, which does more than read");
            Some(Refusal::forbidden(reason, "leave it out", at..at + name.len()))
        }
        // A cast needs no word to be made.
        _ => Some(Refusal::forbidden(
            format!("the cast from {name} calls `{function}`, which does more than read"),
            "nothing is run here while the database has such a cast; drop it",
            0..0,
        )),
    }
}
