//! Casts whose code somebody else wrote: reading a value of their type as the operator would run that code with the operator's rights.
//!
//! Whoever owns a type may make a cast from it to text, which then stands before what the server itself would print. So nothing is read as the operator out
//! of a relation with such a value; behind a jail it may be.

use super::{Kind, Problem, RelationName, Row, Sql, lane::Lane, wire::Wire};

/// What the opening of a transaction asks, as cheaply as it goes: whether there are casts by functions that did not come with the server, and which.
pub(super) const QUESTION: &str = "SELECT 'purview-casts', pg_catalog.concat_ws(' ', pg_catalog.count(*), pg_catalog.max(c.oid)) FROM pg_catalog.pg_cast c \
     WHERE c.oid >= 16384 AND c.castmethod = 'f' HAVING pg_catalog.count(*) > 0";

/// Takes the answer out of what the server said to an opening.
pub(super) fn take(told: &mut Vec<Row>) -> Option<String> {
    let is_it = |row: &Row| row.first().and_then(Option::as_deref) == Some("purview-casts");
    told.remove(told.iter().position(is_it)?).pop()?
}

/// Fails if one of `statements` reads a relation out of which values would be converted by somebody else's code; `casts` is what there is.
pub(super) async fn refuse<'a>(
    wire: &mut Wire,
    lane: &Lane,
    login: &str,
    casts: &str,
    statements: impl IntoIterator<Item = &'a Sql>,
) -> Result<(), Problem> {
    let relations: Vec<&RelationName> = statements.into_iter().flat_map(Sql::relations).collect();
    if relations.is_empty() || lane.has_harmless(casts) {
        return Ok(());
    }
    let mut any = Sql::new("SELECT 1::pg_catalog.text FROM (\n");
    any.push(include_str!("sql/converting.sql")).push(") c LIMIT 1");
    if wire.fetch(&any).await?.rows.is_empty() {
        lane.knows_harmless(casts);
        return Ok(());
    }
    let list = |part: fn(&RelationName) -> &String| -> Vec<_> {
        relations.iter().map(|relation| Some(part(relation).clone())).collect()
    };
    let mut sql = Sql::new(
        "SELECT r.schema, r.name, c.source_name, c.target_name, c.function, c.owner FROM (\n",
    );
    sql.push(include_str!("sql/converted.sql")).push(") r JOIN (\n");
    sql.push(include_str!("sql/converting.sql"));
    sql.push(") c ON r.type IN (c.source, c.target) JOIN ROWS FROM (pg_catalog.unnest(");
    sql.bind_list(&list(|relation| &relation.schema), "pg_catalog.text[]");
    sql.push("), pg_catalog.unnest(");
    sql.bind_list(&list(|relation| &relation.name), "pg_catalog.text[]");
    sql.push(
        ")) AS w(schema, name) ON w.schema = r.schema AND w.name = r.name ORDER BY 1, 2, 5 LIMIT 1",
    );
    let rows = wire.fetch(&sql).await?;
    let Some([Some(schema), Some(name), Some(source), Some(target), Some(function), Some(owner)]) =
        rows.rows.first().map(Vec::as_slice)
    else {
        return Ok(());
    };
    Err(Problem::new(
        Kind::Permission,
        format!("reading `{schema}.{name}` as `{login}` would run code of `{owner}`: the cast from {source} to {target} calls {function}"),
    )
    .hint("act as somebody, behind the jail; or drop the cast, or let a superuser who has read the function own it"))
}
