//! Names behind the values of columns that point to other tables, put beside them.

use std::{collections::HashMap, sync::Arc};

use super::tree::Node;
use crate::{
    database::Database,
    pg::{Problem, RelationName, Rows, Run, Sql, Trial},
    tables::ForeignKey,
};

/// Columns by which people know what a key stands for, best first.
const NAMES: [&str; 8] =
    ["name", "title", "label", "display_name", "full_name", "email", "slug", "code"];

/// What the values of a column point to, with the names that people call it by.
#[derive(Debug)]
struct Names {
    /// The table.
    table: RelationName,
    /// Its column.
    column: String,
    /// The names, by value.
    known: HashMap<String, String>,
}

/// Names behind values of columns that point to another table, put beside the values of what they are compared with.
fn put_names(whole: &mut Node, names: &HashMap<String, Names>) {
    fn put(node: &mut Node, names: &HashMap<String, Names>) {
        node.children.iter_mut().for_each(|child| put(child, names));
        let column = node.operands.iter().find_map(|operand| names.get(&operand.text));
        let Some(Names { table, column, known }) = column else { return };
        for operand in &mut node.operands {
            if names.contains_key(&operand.text) {
                operand.leads = Some((table.clone(), column.clone()));
            }
            let Some(value) = &operand.value else { continue };
            let inside = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
            operand.name = match inside {
                None => known.get(value).cloned(),
                Some(list) => {
                    let listed: Vec<_> = list
                        .split(',')
                        .map(|one| known.get(one).map_or(one, String::as_str))
                        .collect();
                    list.split(',')
                        .any(|one| known.contains_key(one))
                        .then(|| format!("{{{}}}", listed.join(", ")))
                }
            };
        }
    }
    put(whole, names);
}

/// The values that stand beside a column in a comparison, with the column's.
fn values_beside<'a>(whole: &'a Node, column: &str) -> Vec<&'a str> {
    fn collect<'a>(node: &'a Node, column: &str, found: &mut Vec<&'a str>) {
        node.children.iter().for_each(|child| collect(child, column, found));
        if node.operands.iter().any(|operand| operand.text == column) {
            for value in node.operands.iter().filter_map(|operand| operand.value.as_deref()) {
                let list = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
                found.extend(
                    list.unwrap_or(value)
                        .split(',')
                        .filter(|one| !one.is_empty() && *one != "NULL"),
                );
            }
        }
    }
    let mut found = Vec::new();
    collect(whole, column, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

/// Which names are looked for: of a column as policies write it, which points to a column of a table.
struct Wanted {
    written: String,
    table: RelationName,
    column: String,
    statement: Sql,
}

/// Puts the names behind foreign keys of `table` beside their values.
pub(super) async fn name_keys<'a>(
    trial: &mut Trial<'_>,
    database: &Arc<Database>,
    table: &RelationName,
    explained: impl IntoIterator<Item = &'a mut Node>,
    run: &Run,
) -> Result<(), Problem> {
    let mut explained: Vec<_> = explained.into_iter().collect();
    if explained.is_empty() {
        return Ok(());
    }
    let keys = database.foreign_keys(table, run).await?;
    let mut wanted = Vec::new();
    for key in keys.iter().filter(|key| key.from == *table) {
        let [column] = key.columns.as_slice() else { continue };
        for written in [column.clone(), format!("{}.{column}", table.name)] {
            let mut values: Vec<&str> =
                explained.iter().flat_map(|whole| values_beside(whole, &written)).collect();
            values.sort_unstable();
            values.dedup();
            if !values.is_empty() {
                wanted.extend(names_of(database, key, written, &values, run).await?);
            }
        }
    }
    let names = look_up(trial, wanted).await?;
    for whole in &mut explained {
        put_names(whole, &names);
    }
    Ok(())
}

/// What asks for the names of `values`, which are of a column that `key` makes point elsewhere.
async fn names_of(
    database: &Database,
    key: &ForeignKey,
    written: String,
    values: &[&str],
    run: &Run,
) -> Result<Option<Wanted>, Problem> {
    let [target] = key.target_columns.as_slice() else { return Ok(None) };
    let there = database.relation(&key.target, run).await?;
    let label = NAMES
        .iter()
        .find(|name| there.attribute(name).is_some() && !database.is_secret(&key.target, name));
    let (Some(label), Some(attribute)) = (label, there.attribute(target)) else { return Ok(None) };
    let values: Vec<_> = values.iter().map(|value| Some((*value).to_owned())).collect();
    let mut statement = Sql::new("SELECT t.");
    statement
        .ident(target)
        .push("::pg_catalog.text, pg_catalog.left(t.")
        .ident(label)
        .push("::pg_catalog.text, 200) FROM ")
        .relation(&key.target)
        .push(" AS t WHERE t.")
        .ident(target)
        .push(" = ANY (")
        .bind_list_as(&values, &attribute.base)
        .push(")");
    let (table, column) = (key.target.clone(), target.clone());
    Ok(Some(Wanted { written, table, column, statement }))
}

/// Asks for all of them at once; where that fails, one by one: a value may be no key, or a table not be the operator's to read, and then values stand alone.
async fn look_up(
    trial: &mut Trial<'_>,
    wanted: Vec<Wanted>,
) -> Result<HashMap<String, Names>, Problem> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let statements: Vec<Sql> = wanted.iter().map(|wanted| wanted.statement.clone()).collect();
    let found = if let Ok(found) = trial.observe_all(&statements).await? {
        found
    } else {
        let mut found = Vec::with_capacity(statements.len());
        for statement in &statements {
            found.push(trial.observe(statement).await?.unwrap_or_default());
        }
        found
    };
    let named = wanted.into_iter().zip(found).map(|(wanted, rows)| {
        let Wanted { written, table, column, .. } = wanted;
        (written, Names { table, column, known: known(rows) })
    });
    Ok(named.collect())
}

fn known(rows: Rows) -> HashMap<String, String> {
    let pairs = rows.rows.into_iter().filter_map(|row| {
        let [key, name] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((key?, name?))
    });
    pairs.collect()
}
