//! Drafts of the blocks for organizations, departments and users.

use super::{
    block::{Block, row},
    ground::{Ground, plural, words},
    members::Belonging,
    roots::{CREATED, EMAIL, LAST_LOGIN, NAME, Root},
};
use crate::mapping::catalog::Table;

const DELETED_AT: &[&str] = &[
    "deleted_at",
    "deleted_on",
    "archived_at",
    "removed_at",
    "closed_at",
    "discarded_at",
    "deletedat",
];
const DELETED: &[&str] = &["is_deleted", "deleted", "is_archived", "archived"];
const ACTIVE: &[&str] = &["is_active", "active", "is_enabled", "enabled"];
const LOCKED: &[&str] = &[
    "is_locked",
    "locked",
    "is_blocked",
    "blocked",
    "is_banned",
    "banned",
    "is_suspended",
    "suspended",
    "is_disabled",
    "disabled",
];
const LOCKED_AT: &[&str] =
    &["locked_at", "blocked_at", "banned_at", "suspended_at", "disabled_at", "deactivated_at"];
const WORTH_SHOWING: &[&str] = &[
    "slug",
    "plan",
    "tier",
    "type",
    "status",
    "subscription_tier",
    "subscription_status",
    "role",
    "username",
    "job_title",
    "phone",
    "city",
    "country",
    "timezone",
    "trial_ends_at",
];

/// `[organization]`.
pub(super) fn organization(ground: &Ground<'_>, root: &Root) -> Vec<Block> {
    let Some(table) = ground.table(&root.relation) else { return Vec::new() };
    let mut block = Block::new("[organization]");
    block.note(&root.why);
    named(&mut block, root, "organization");
    block.expression("id", &row(&root.key));
    block.expression("name", &row(table.text(NAME).map_or(root.key.as_str(), |it| &it.name)));
    block.maybe("created_at", column(table.time(CREATED)));
    deletion(&mut block, table);
    extra(block, "organization", table, &[])
}

/// `[department]`.
pub(super) fn department(ground: &Ground<'_>, root: &Root, tenant_column: &str) -> Vec<Block> {
    let Some(table) = ground.table(&root.relation) else { return Vec::new() };
    let mut block = Block::new("[department]");
    block.note(&root.why);
    named(&mut block, root, "department");
    block.expression("id", &row(&root.key));
    block.expression("organization_id", &row(tenant_column));
    block.expression("name", &row(table.text(NAME).map_or(root.key.as_str(), |it| &it.name)));
    block.maybe("created_at", column(table.time(CREATED)));
    deletion(&mut block, table);
    extra(block, "department", table, &[])
}

/// `[user]`.
pub(super) fn user(ground: &Ground<'_>, root: &Root, belonging: &Belonging) -> Vec<Block> {
    let Some(table) = ground.table(&root.relation) else { return Vec::new() };
    let mut block = Block::new("[user]");
    block.note(&root.why);
    named(&mut block, root, "user");
    block.expression("id", &row(&root.key));
    let email = table.text(EMAIL).map(|it| it.name.clone());
    block.maybe("email", email.as_deref().map(row));
    block.maybe("name", name_of_a_person(table));
    if let Belonging::Direct { column, why } = belonging {
        block.note(why);
        block.expression("organization_id", &row(column));
    }
    block.maybe("last_login_at", column(table.time(LAST_LOGIN)));
    block.maybe("created_at", column(table.time(CREATED)));
    match (table.time(DELETED_AT), table.flag(DELETED)) {
        (Some(at), _) => block.expression("deleted_at", &row(&at.name)),
        (None, Some(flag)) => block.expression("deleted", &row(&flag.name)),
        (None, None) => &mut block,
    };
    locked(&mut block, table);
    let shown: Vec<_> = email.iter().map(String::as_str).collect();
    extra(block, "user", table, &shown)
}

fn named(block: &mut Block, root: &Root, otherwise: &str) {
    let words = words(&root.relation.name);
    let one = if words.is_empty() { otherwise.to_owned() } else { words.join(" ") };
    block.list("label", &[one.clone(), plural(&one)]);
    block.relation("relation", &root.relation);
}

fn deletion(block: &mut Block, table: &Table) {
    match (table.time(DELETED_AT), table.flag(DELETED), table.flag(ACTIVE)) {
        (Some(at), ..) => block.expression("deleted_at", &row(&at.name)),
        (None, Some(flag), _) => block.expression("deleted", &row(&flag.name)),
        (None, None, Some(flag)) => {
            block.expression("deleted", &format!("NOT {}", row(&flag.name)))
        }
        (None, None, None) => block,
    };
}

fn locked(block: &mut Block, table: &Table) {
    if let Some(flag) = table.flag(LOCKED) {
        block.expression("locked", &row(&flag.name));
    } else if let Some(until) = table.time(&["locked_until", "banned_until", "blocked_until"]) {
        block.expression("locked", &format!("{} > now()", row(&until.name)));
    } else if let Some(at) = table.time(LOCKED_AT) {
        block.expression("locked", &format!("{} IS NOT NULL", row(&at.name)));
    } else if let Some(flag) = table.flag(ACTIVE) {
        block.note(format!("`{}` may mean deleted as well as locked.", flag.name));
        block.expression("locked", &format!("NOT {}", row(&flag.name)));
    }
}

fn name_of_a_person(table: &Table) -> Option<String> {
    if let Some(name) = table.text(&["full_name", "display_name", "name", "real_name"]) {
        return Some(row(&name.name));
    }
    let first = table.text(&["first_name", "given_name", "firstname"])?;
    let last = table.text(&["last_name", "family_name", "surname", "lastname"])?;
    Some(format!("concat_ws(' ', {}, {})", row(&first.name), row(&last.name)))
}

fn column(column: Option<&crate::mapping::catalog::CatalogColumn>) -> Option<String> {
    column.map(|it| row(&it.name))
}

/// The block, and after it the columns worth showing, if there are any.
fn extra(block: Block, key: &str, table: &Table, shown: &[&str]) -> Vec<Block> {
    let worth = WORTH_SHOWING.iter().filter_map(|name| table.any(&[name]));
    let worth: Vec<_> = worth.filter(|it| !shown.contains(&it.name.as_str())).take(6).collect();
    if worth.is_empty() {
        return vec![block];
    }
    let mut extra = Block::new(&format!("[{key}.extra]"));
    for column in worth {
        extra.expression(&column.name, &row(&column.name));
    }
    vec![block, extra]
}
