//! The keys of a few rows that fulfil a condition, so that somebody can go on from a number to a row.

use std::sync::Arc;

use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run, Sql, sql::join},
};

/// The key of a row: each column of it with its value.
pub type Key = Vec<(String, String)>;

/// For each of `conditions` on a row `t` the keys of at most `most` rows, in one round trip; none where the key is a secret or there is none.
pub(crate) async fn examples(
    database: &Arc<Database>,
    table: &RelationName,
    conditions: &[&Sql],
    most: u64,
    run: &Run,
) -> Result<Vec<Vec<Key>>, Problem> {
    let mut found = vec![Vec::new(); conditions.len()];
    let relation = database.relation(table, run).await?;
    let secret = relation.key.iter().any(|it| database.is_secret(table, it));
    if conditions.is_empty() || relation.key.is_empty() || secret {
        return Ok(found);
    }
    let parts: Vec<Sql> = conditions
        .iter()
        .zip(0..)
        .map(|(condition, number)| {
            let mut sql = Sql::new("(SELECT ");
            sql.number(number).push("::pg_catalog.text");
            for name in &relation.key {
                sql.push(", (t.").ident(name).push(")::pg_catalog.text");
            }
            sql.push(" FROM ").relation(table).push(" AS t WHERE ").append(condition);
            sql.push(" LIMIT ").number(most).push(")");
            sql
        })
        .collect();
    let sql = join(&parts, " UNION ALL ");
    for row in database.door.read(&Identity::Observer, &sql, run).await?.rows {
        let mut cells = row.into_iter();
        let number = cells.next().flatten().and_then(|text| text.parse::<usize>().ok());
        let Some(keys) = number.and_then(|number| found.get_mut(number)) else { continue };
        // A part of a key that is NULL names no row.
        let key: Option<Key> = relation
            .key
            .iter()
            .zip(cells)
            .map(|(name, value)| Some((name.clone(), value?)))
            .collect();
        keys.extend(key);
    }
    Ok(found)
}
