//! What roles there are and who has them, guessed from role tables and role columns.

use std::collections::BTreeSet;

use super::{
    block::{Block, quoted, row},
    ground::{Ground, words},
    members::{Belonging, role_column, text},
    roots::Root,
};
use crate::{mapping::catalog::CatalogColumn, pg::RelationName};

/// Roles and grants, and the names of roles that look like an admin's.
#[derive(Debug, Default)]
pub(super) struct Access {
    pub(super) blocks: Vec<Block>,
    pub(super) admins: Vec<String>,
}

/// What is known of a schema when its roles are looked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) users: &'a Root,
    pub(super) tenants: &'a Root,
    pub(super) department: Option<&'a Root>,
    pub(super) belonging: &'a Belonging,
}

impl Access {
    /// Finds them.
    pub(super) fn find(known: &Known<'_>) -> Self {
        let mut access = Self::default();
        let mut values = Vec::new();
        access.add_role_tables(known);
        access.add_membership_roles(known, &mut values);
        access.add_user_roles(known, &mut values);
        let mut seen = BTreeSet::new();
        values.retain(|it: &String| seen.insert(it.clone()));
        if !values.is_empty() {
            let mut block = Block::new("[[role]]");
            block.note("The values that the schema allows in its role columns.");
            let shown: Vec<_> =
                values.iter().map(|it| format!("{{ name = {} }}", quoted(it))).collect();
            block.items("values", &shown);
            access.blocks.insert(0, block);
        }
        let admin = |name: &&String| {
            let name = name.to_lowercase();
            name.contains("admin") || name == "owner"
        };
        access.admins = values.iter().filter(admin).cloned().collect();
        if access.blocks.is_empty() {
            access.blocks.push(Block::missing(
                "[[grant]]",
                "No role table and no role column was found.",
                &[
                    "relation = \"schema.table\"",
                    "user_id = \"t.…\"",
                    "role = \"t.…\"",
                    "scope_type = \"'organization'\"",
                    "scope_id = \"t.…\"",
                ],
            ));
        }
        access
    }

    /// A table of roles, and the table that gives them to users.
    fn add_role_tables(&mut self, known: &Known<'_>) {
        let ground = known.ground;
        for (relation, table) in ground.tables() {
            let named = words(&relation.name).last().is_some_and(|last| last == "role");
            let (true, Some(name), Some(key)) =
                (named, table.text(&["name", "key", "code", "slug"]), table.key())
            else {
                continue;
            };
            let givers: Vec<_> = ground
                .pointing_at(relation)
                .into_iter()
                .filter(|it| !ground.columns_between(it, &known.users.relation).is_empty())
                .collect();
            let Some(giver) = givers.first() else { continue };
            let mut block = Block::new("[[role]]");
            block.note(format!("Called like roles; {giver} points at it and at the users."));
            block.relation("relation", relation).expression("name", &row(&name.name));
            block.maybe(
                "description",
                table.text(&["description", "comment"]).map(|it| row(&it.name)),
            );
            block.maybe(
                "permissions",
                table.any(&["permissions", "rights", "scopes"]).map(|it| row(&it.name)),
            );
            self.blocks.push(block);
            let by = ground.columns_between(giver, relation).first().copied().unwrap_or_default();
            self.blocks.push(given(known, giver, relation, (by, key, &name.name)));
        }
    }

    fn add_membership_roles(&mut self, known: &Known<'_>, values: &mut Vec<String>) {
        if let Some(between) = known.belonging.table()
            && let Some(role) = known.ground.table(&between.relation).and_then(role_column)
        {
            let mut block = Block::new("[[grant]]");
            block.note(format!("`{}` of the membership.", role.name));
            block
                .relation("relation", &between.relation)
                .expression("user_id", &row(&between.user));
            block.expression("role", &text(role)).expression("scope_type", "'organization'");
            block.expression("scope_id", &row(&between.other));
            block.expression(
                "filter",
                &format!("{} IS NOT NULL AND {} IS NOT NULL", row(&between.user), row(&role.name)),
            );
            self.blocks.push(block);
            values.extend(allowed(known.ground, role));
        }
        if let Belonging::Owners { column, .. } = known.belonging {
            let mut block = Block::new("[[grant]]");
            block.note(format!("`{column}` of {} names an owner.", known.tenants.relation));
            block.relation("relation", &known.tenants.relation).expression("user_id", &row(column));
            block.expression("role", "'owner'").expression("scope_type", "'organization'");
            block.expression("scope_id", &row(&known.tenants.key));
            block.expression("filter", &format!("{} IS NOT NULL", row(column)));
            self.blocks.push(block);
            values.push("owner".to_owned());
        }
    }

    /// A role in the users' own table: in their organization where they have exactly one, else everywhere.
    fn add_user_roles(&mut self, known: &Known<'_>, values: &mut Vec<String>) {
        let Some(table) = known.ground.table(&known.users.relation) else { return };
        let Some(role) = role_column(table) else { return };
        let mut block = Block::new("[[grant]]");
        block.note(format!("`{}` of the users.", role.name));
        block
            .relation("relation", &known.users.relation)
            .expression("user_id", &row(&known.users.key));
        block.expression("role", &text(role));
        if let Belonging::Direct { column, .. } = known.belonging {
            block.expression("scope_type", "'organization'").expression("scope_id", &row(column));
        } else {
            block.expression("scope_type", "'platform'");
        }
        block.expression("filter", &format!("{} IS NOT NULL", row(&role.name)));
        self.blocks.push(block);
        values.extend(allowed(known.ground, role));
    }
}

/// `[[grant]]` out of a table between users and roles; `keys` are its column, the role's key and the role's name.
fn given(
    known: &Known<'_>,
    giver: &RelationName,
    roles: &RelationName,
    keys: (&str, &str, &str),
) -> Block {
    let (by, key, name) = keys;
    let ground = known.ground;
    let mut block = Block::new("[[grant]]");
    block.note(format!("Gives {roles} to {} by `{by}`.", known.users.relation));
    block.relation("relation", giver).join(roles, "r", key, by);
    let users = ground.columns_between(giver, &known.users.relation);
    block.maybe("user_id", users.first().map(|it| row(it)));
    block.expression("role", &super::block::of("r", name));
    let department = known
        .department
        .and_then(|it| ground.columns_between(giver, &it.relation).first().copied());
    let tenant = ground.columns_between(giver, &known.tenants.relation).first().copied();
    let is_direct = matches!(known.belonging, Belonging::Direct { .. });
    match (department, tenant) {
        (Some(department), tenant) => {
            let department = row(department);
            block.expression(
                "scope_type",
                &format!(
                    "CASE WHEN {department} IS NULL THEN 'organization' ELSE 'department' END"
                ),
            );
            let scope = tenant.map_or(department.clone(), |tenant| {
                format!("COALESCE({department}, {})", row(tenant))
            });
            block.expression("scope_id", &scope);
        }
        (None, Some(tenant)) => {
            block.expression("scope_type", "'organization'").expression("scope_id", &row(tenant));
        }
        (None, None) => {
            block.expression("scope_type", if is_direct { "'organization'" } else { "'platform'" });
        }
    }
    let since =
        ground.table(giver).and_then(|it| it.time(&["granted_at", "assigned_at", "created_at"]));
    block.maybe("granted_at", since.map(|it| row(&it.name)));
    block
}

/// The values that a role column may have: labels of its enum, or literals of its checks.
fn allowed(ground: &Ground<'_>, column: &CatalogColumn) -> Vec<String> {
    if !column.values.is_empty() {
        return column.values.clone();
    }
    // The server quotes a type's name only where it must.
    let name = column.type_name.replace('"', "");
    let own = ground.catalog.types.iter().find(|(known, _)| name == known.to_string());
    own.map(|(_, own)| own.labels.clone()).unwrap_or_default()
}
