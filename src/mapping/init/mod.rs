//! Drafts a mapping for a schema that nobody described, from its catalog alone.
//!
//! No guess is made by a name alone, each stands with its evidence in a comment, and what was not found is a block that is commented out.
//! Rows are never read.

mod access;
mod block;
mod ground;
mod identity;
mod members;
mod people;
mod records;
mod roots;

use std::collections::BTreeMap;

pub(super) use self::ground::snake;
use self::{access::Access, block::Block, ground::Ground, members::Belonging, roots::Root};
use super::{catalog::Catalog, secrecy::looks_secret};
use crate::pg::{Door, Problem, RelationName, Run};

/// Drafts the mapping of the database behind `door`, as the text of a file.
pub async fn init(door: &Door, run: &Run) -> Result<String, Problem> {
    let catalog = Catalog::read(door, run).await?;
    draft(&catalog, &door.probe().database)
}

/// Drafts the mapping of `catalog`, the schema of the database `database`.
fn draft(catalog: &Catalog, database: &str) -> Result<String, Problem> {
    let ground = Ground::new(catalog);
    let users = roots::users(&ground).ok_or_else(|| {
        Problem::usage("no table looks like users: one with an e-mail address or a login name that other tables point at")
            .hint("`mappings/README.md` says how to write a mapping by hand")
    })?;
    let tenants = roots::tenants(&ground, &users).ok_or_else(|| {
        Problem::usage(format!(
            "no table looks like tenants beside the users in {}",
            users.relation
        ))
        .hint("`mappings/README.md` says how to write a mapping by hand")
    })?;
    let belonging = Belonging::find(&ground, &users, &tenants);
    let department = members::departments(&ground, &users, &tenants, belonging.table());
    let root = department.as_ref().map(|(root, _)| root);
    let access = Access::find(&access::Known {
        ground: &ground,
        users: &users,
        tenants: &tenants,
        department: root,
        belonging: &belonging,
    });
    let between = root.and_then(|it| members::between(&ground, &users, it));
    let mut blocks = vec![head(&ground, database, &users, &tenants, &belonging, root, &access)];
    blocks.extend(identity::blocks(&identity::Known {
        ground: &ground,
        users: &users,
        tenants: &tenants,
        belonging: &belonging,
    }));
    blocks.extend(people::organization(&ground, &tenants));
    blocks.extend(match &department {
        Some((root, column)) => people::department(&ground, root, column),
        None => vec![no_department()],
    });
    blocks.extend(people::user(&ground, &users, &belonging));
    blocks.extend(members::memberships(&ground, &users, &tenants, &belonging));
    blocks.extend(between.iter().map(|it| members::department_member(&ground, it)));
    blocks.extend(access.blocks);
    blocks.extend(records::blocks(&records::Known {
        ground: &ground,
        users: &users,
        tenants: &tenants,
        department: root,
    }));
    let blocks: Vec<_> = blocks.iter().map(Block::render).collect();
    Ok(blocks.join("\n"))
}

fn no_department() -> Block {
    Block::missing(
        "[department]",
        "No table looks like departments: one that belongs to an organization and that users are put into.",
        &[
            "label = [\"department\", \"departments\"]",
            "relation = \"schema.table\"",
            "id = \"t.…\"",
            "organization_id = \"t.…\"",
            "name = \"t.…\"",
        ],
    )
}

/// The keys before the first block.
fn head(
    ground: &Ground<'_>,
    database: &str,
    users: &Root,
    tenants: &Root,
    belonging: &Belonging,
    department: Option<&Root>,
    access: &Access,
) -> Block {
    let mut block = Block::new("");
    block.note("A first draft, made from the catalog of the database; no row was read. Each guess stands with what speaks for it: \
        correct it, then run `purview mapping check`.");
    if ground.is_implied {
        block.note(
            "The schema has no foreign keys: links are guessed from names and types of columns.",
        );
    }
    block.text("name", &plain_name(database)).text("title", database);
    let mut fingerprint = Vec::new();
    let own = [
        Some(&tenants.relation),
        Some(&users.relation),
        belonging.table().map(|it| &it.relation),
        department.map(|it| &it.relation),
    ];
    // Tables on which many others hang are no other schema's; five are more than enough.
    let mut busy: Vec<_> = ground.tables().map(|(name, _)| name).collect();
    busy.sort_by_key(|name| (usize::MAX - ground.pointing_at(name).len(), *name));
    for relation in own.into_iter().flatten().chain(busy).map(block::written) {
        if fingerprint.len() < 5 && !fingerprint.contains(&relation) {
            fingerprint.push(relation);
        }
    }
    block.list("fingerprint", &fingerprint);
    block.line("zone", "\"UTC\"");
    if access.admins.is_empty() {
        block.note("`admin_roles`: the schema does not say which roles there are; name those that are an admin's.");
    }
    block.list("admin_roles", &access.admins);
    block.list("tenant_columns", &tenant_columns(ground, tenants));
    let secrets = secrets(ground);
    if !secrets.is_empty() {
        block.list("secrets", &secrets);
    }
    block.list("watch", &watch(ground, tenants));
    block
}

/// The name of a mapping nearest to the name of the database.
fn plain_name(database: &str) -> String {
    let plain = database.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let plain = plain.trim_matches(|c: char| !c.is_ascii_lowercase());
    if plain.is_empty() { "mapping".to_owned() } else { plain.to_owned() }
}

/// Names of the columns that point at the tenants, the most frequent first.
fn tenant_columns(ground: &Ground<'_>, tenants: &Root) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for from in ground.pointing_at(&tenants.relation) {
        for column in ground.columns_between(from, &tenants.relation) {
            *counts.entry(column).or_default() += 1;
        }
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|(name, count)| (usize::MAX - count, *name));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

fn secrets(ground: &Ground<'_>) -> Vec<String> {
    let tables = ground.catalog.tables.iter().filter(|(_, table)| !table.is_inner);
    tables
        .flat_map(|(relation, table)| {
            let secret = table.own_columns().filter(|it| looks_secret(&it.name, &it.category));
            secret.map(|it| written_column(relation, &it.name))
        })
        .collect()
}

fn written_column(relation: &RelationName, column: &str) -> String {
    if column.contains(['.', '"']) {
        format!("{}.{}", relation.quoted(), crate::pg::quote_ident(column))
    } else {
        format!("{}.{column}", block::written(relation))
    }
}

/// Tables whose visible rows tell most: those with policies, or else those that belong to an organization.
fn watch(ground: &Ground<'_>, tenants: &Root) -> Vec<String> {
    let policed: Vec<_> =
        ground.tables().filter(|(_, table)| table.has_rls).map(|(name, _)| name).collect();
    let tables = if policed.is_empty() {
        ground.pointing_at(&tenants.relation).into_iter().collect()
    } else {
        policed
    };
    tables.into_iter().take(12).map(block::written).collect()
}
