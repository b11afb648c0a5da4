//! How users belong to organizations and departments, guessed from the tables in between.

use super::{
    block::{Block, row},
    ground::{Ground, words},
    roots::{NAME, Root, pointed_at},
};
use crate::{
    mapping::catalog::{CatalogColumn, Table},
    pg::RelationName,
};

const STATUS: &[&str] = &["status", "state", "membership_status"];
const JOINED: &[&str] =
    &["joined_at", "accepted_at", "assigned_at", "created_at", "created_on", "inserted_at"];
const PERMISSIONS: &[&str] = &["permissions", "scopes", "rights", "capabilities"];
const ROLE: &[&str] = &["role", "role_name", "user_role", "member_role", "access_level"];
const MEMBERS: &[&str] =
    &["member", "membership", "staff", "employee", "seat", "assignment", "person", "user", "agent"];
const GROUPS: &[&str] = &[
    "department",
    "team",
    "group",
    "division",
    "unit",
    "branch",
    "office",
    "location",
    "site",
    "section",
    "squad",
    "region",
    "project",
    "pipeline",
    "store",
];

/// How users belong to organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Belonging {
    /// By a table with a row for each user in each organization.
    Table(Between),
    /// By a column of their own.
    Direct { column: String, why: String },
    /// As owners, by a column of the organization, and as staff.
    Owners { column: String, staff: Option<Between> },
    /// Nobody knows.
    Unknown,
}

/// A table between users and something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Between {
    pub(super) relation: RelationName,
    pub(super) user: String,
    pub(super) other: String,
    pub(super) why: String,
}

impl Belonging {
    /// Finds it.
    pub(super) fn find(ground: &Ground<'_>, users: &Root, tenants: &Root) -> Self {
        if let Some(between) = between(ground, users, tenants) {
            return Self::Table(between);
        }
        let direct = ground.columns_between(&users.relation, &tenants.relation);
        if let Some(column) = direct.first() {
            let why = format!("`{column}` is a {} to {}.", ground.word(), tenants.relation);
            return Self::Direct { column: (*column).to_owned(), why };
        }
        let staff = loosely_between(ground, users, tenants);
        match ground.columns_between(&tenants.relation, &users.relation).first() {
            Some(column) => Self::Owners { column: (*column).to_owned(), staff },
            None => staff.map_or(Self::Unknown, Self::Table),
        }
    }

    /// The table in between, if there is one.
    pub(super) const fn table(&self) -> Option<&Between> {
        match self {
            Self::Table(between) => Some(between),
            Self::Owners { staff, .. } => staff.as_ref(),
            Self::Direct { .. } | Self::Unknown => None,
        }
    }
}

/// The table that holds each pair of a user and one of `others` once.
pub(super) fn between(ground: &Ground<'_>, users: &Root, others: &Root) -> Option<Between> {
    let mut best: Option<(usize, Between)> = None;
    for relation in ground.pointing_at(&others.relation) {
        if *relation == users.relation {
            continue;
        }
        let Some(table) = ground.table(relation) else { continue };
        let other_columns = ground.columns_between(relation, &others.relation);
        for user in ground.columns_between(relation, &users.relation) {
            for other in &other_columns {
                if !table.is_unique_over(&[user, other]) {
                    continue;
                }
                let score = usize::from(role_column(table).is_some())
                    + usize::from(is_named_like_members(relation))
                    + usize::from(table.time(JOINED).is_some());
                let why = format!(
                    "`{user}` and `{other}` are {}s to {} and {}, and no pair of them comes twice.",
                    ground.word(),
                    users.relation,
                    others.relation
                );
                if best.as_ref().is_none_or(|(known, _)| score > *known) {
                    let (user, other) = (user.to_owned(), (*other).to_owned());
                    best = Some((score, Between { relation: relation.clone(), user, other, why }));
                }
            }
        }
    }
    best.map(|(_, between)| between)
}

/// A table with links to both that is called like members and says what each of them is.
fn loosely_between(ground: &Ground<'_>, users: &Root, others: &Root) -> Option<Between> {
    ground.pointing_at(&others.relation).into_iter().find_map(|relation| {
        let table = ground.table(relation)?;
        let user = ground.columns_between(relation, &users.relation).first().copied()?;
        let other = ground.columns_between(relation, &others.relation).first().copied()?;
        let role = role_column(table).or_else(|| table.text(STATUS))?;
        let why = format!(
            "Called like members; `{user}` and `{other}` are {}s to {} and {}, and it has `{}`. A pair may come twice.",
            ground.word(),
            users.relation,
            others.relation,
            role.name
        );
        let (user, other) = (user.to_owned(), other.to_owned());
        let between = Between { relation: relation.clone(), user, other, why };
        (is_named_like_members(relation) && *relation != users.relation).then_some(between)
    })
}

fn is_named_like_members(relation: &RelationName) -> bool {
    words(&relation.name).iter().any(|word| MEMBERS.contains(&word.as_str()))
}

/// The column that holds a role.
pub(super) fn role_column(table: &Table) -> Option<&CatalogColumn> {
    table.text(ROLE)
}

/// What comes nearest to departments, and the column by which it belongs to an organization.
pub(super) fn departments(
    ground: &Ground<'_>,
    users: &Root,
    tenants: &Root,
    taken: Option<&Between>,
) -> Option<(Root, String)> {
    let mut best: Option<((bool, bool, usize), Root, String)> = None;
    for (relation, table) in ground.tables() {
        let tenant_columns = ground.columns_between(relation, &tenants.relation);
        let Some(column) = tenant_columns.first() else { continue };
        let is_taken =
            *relation == users.relation || taken.is_some_and(|it| it.relation == *relation);
        let (Some(name), Some(key), false) = (table.text(NAME), table.key(), is_taken) else {
            continue;
        };
        let named = words(&relation.name).last().is_some_and(|it| GROUPS.contains(&it.as_str()));
        let pointing = ground.pointing_at(relation).len();
        let mut root = Root { relation: relation.clone(), key: key.to_owned(), why: String::new() };
        let junction = between(ground, users, &root);
        if !(junction.is_some() || (named && pointing > 0)) {
            continue;
        }
        root.why = format!(
            "A guess: `{column}` is a {} to {}, it has `{}`, and {}{}{}.",
            ground.word(),
            tenants.relation,
            name.name,
            pointed_at(pointing),
            if named { "; it is called like a group" } else { "" },
            junction
                .as_ref()
                .map(|it| format!("; {} puts users into it", it.relation))
                .unwrap_or_default(),
        );
        let rank = (named, junction.is_some(), pointing);
        if best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            best = Some((rank, root, (*column).to_owned()));
        }
    }
    best.map(|(_, root, column)| (root, column))
}

/// `[[membership]]`, one block per source; none where the user's own column says it all.
pub(super) fn memberships(
    ground: &Ground<'_>,
    users: &Root,
    tenants: &Root,
    belonging: &Belonging,
) -> Vec<Block> {
    match belonging {
        Belonging::Table(between) => vec![membership(ground, between)],
        Belonging::Direct { column, .. } => {
            let with_role =
                ground.table(&users.relation).is_some_and(|it| role_column(it).is_some());
            let between = Between {
                relation: users.relation.clone(),
                user: users.key.clone(),
                other: column.clone(),
                why: "The users' own table also says in which role they belong to their organization.".to_owned(),
            };
            if with_role { vec![membership(ground, &between)] } else { Vec::new() }
        }
        Belonging::Owners { column, staff } => {
            let mut owner = Block::new("[[membership]]");
            owner.note(format!(
                "No table holds members: `{column}` of {} names an owner.",
                tenants.relation
            ));
            owner.relation("relation", &tenants.relation);
            owner.expression("user_id", &row(column));
            owner.expression("organization_id", &row(&tenants.key));
            owner.expression("role", "'owner'");
            owner.expression("filter", &format!("{} IS NOT NULL", row(column)));
            std::iter::once(owner).chain(staff.iter().map(|it| membership(ground, it))).collect()
        }
        Belonging::Unknown => vec![Block::missing(
            "[[membership]]",
            "No table or column says to which organization a user belongs. Without one the mapping is refused.",
            &["relation = \"schema.table\"", "user_id = \"t.…\"", "organization_id = \"t.…\""],
        )],
    }
}

fn membership(ground: &Ground<'_>, between: &Between) -> Block {
    let mut block = Block::new("[[membership]]");
    member(ground, &mut block, between, "organization_id");
    if let Some(table) = ground.table(&between.relation) {
        if let Some(status) = table.text(STATUS) {
            block.expression("status", &text(status));
            if status.values.iter().any(|it| it == "active") {
                block.expression("active", &format!("{} = 'active'", text(status)));
            }
        } else if let Some(flag) = table.flag(&["is_active", "active", "enabled"]) {
            block.expression("active", &row(&flag.name));
        }
        if let Some(flag) = table.flag(&["is_default", "is_primary", "default"]) {
            block.expression("is_default", &row(&flag.name));
        }
    }
    block
}

/// `[[department_member]]`.
pub(super) fn department_member(ground: &Ground<'_>, between: &Between) -> Block {
    let mut block = Block::new("[[department_member]]");
    member(ground, &mut block, between, "department_id");
    if let Some(flag) =
        ground.table(&between.relation).and_then(|it| it.flag(&["is_primary", "is_default"]))
    {
        block.expression("is_primary", &row(&flag.name));
    }
    block
}

fn member(ground: &Ground<'_>, block: &mut Block, between: &Between, other: &str) {
    block.note(&between.why);
    block.relation("relation", &between.relation);
    block.expression("user_id", &row(&between.user));
    block.expression(other, &row(&between.other));
    let Some(table) = ground.table(&between.relation) else { return };
    block.maybe("role", role_column(table).map(text));
    block.maybe("joined_at", table.time(JOINED).map(|it| row(&it.name)));
    block.maybe("permissions", table.any(PERMISSIONS).map(|it| row(&it.name)));
    let optional = table.column(&between.user).is_some_and(|it| !it.not_null);
    if optional {
        block.expression("filter", &format!("{} IS NOT NULL", row(&between.user)));
    }
}

/// A column as text: labels of enums are compared with texts.
pub(super) fn text(column: &CatalogColumn) -> String {
    if column.category == "E" { format!("{}::text", row(&column.name)) } else { row(&column.name) }
}
