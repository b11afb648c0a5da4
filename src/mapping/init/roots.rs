//! The two tables on which everything hangs: the users and the tenants.

use super::ground::{Ground, words};
use crate::{
    mapping::{catalog::Table, secrecy::looks_secret},
    pg::RelationName,
};

/// Names under which people put what identifies a person.
pub(super) const EMAIL: &[&str] = &[
    "email",
    "email_address",
    "primary_email",
    "mail",
    "e_mail",
    "login",
    "username",
    "user_name",
];
/// Names of a creation time.
pub(super) const CREATED: &[&str] = &[
    "created_at",
    "created_on",
    "created",
    "inserted_at",
    "date_joined",
    "registered_at",
    "createdat",
];
/// Names of a last visit.
pub(super) const LAST_LOGIN: &[&str] = &[
    "last_login_at",
    "last_login",
    "last_sign_in_at",
    "last_signin_at",
    "last_seen_at",
    "last_seen",
    "last_active_at",
    "lastlogin",
];
/// Names of what a thing is called.
pub(super) const NAME: &[&str] = &[
    "name",
    "display_name",
    "full_name",
    "title",
    "label",
    "company_name",
    "business_name",
    "slug",
];

const USERS: &[&str] = &["user", "person", "usr"];
const MAYBE_USERS: &[&str] =
    &["account", "member", "profile", "customer", "employee", "login", "principal", "identity"];
const TENANTS: &[&str] = &[
    "organization",
    "organisation",
    "org",
    "workspace",
    "tenant",
    "company",
    "account",
    "client",
    "customer",
    "business",
    "team",
    "agency",
    "firm",
    "shop",
    "store",
    "school",
    "site",
];

/// A table that was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) relation: RelationName,
    /// Its key.
    pub(super) key: String,
    /// The evidence, for people.
    pub(super) why: String,
}

/// The users: by name and by shape, or by shape alone where it is plain.
pub(super) fn users(ground: &Ground<'_>) -> Option<Root> {
    let mut best: Option<((u8, usize), Root)> = None;
    for (relation, table) in ground.tables() {
        let pointing = ground.pointing_at(relation).len();
        let signs = signs_of_a_user(table);
        let name = words(&relation.name);
        let last = name.last().map(String::as_str).unwrap_or_default();
        let rank = match last {
            _ if pointing == 0 || table.text(EMAIL).is_none() => continue,
            it if USERS.contains(&it) => 3,
            it if MAYBE_USERS.contains(&it) && signs.len() > 1 => 2,
            // Contacts and companies have an address too; only who signs in has a password or a last login.
            _ if table.time(LAST_LOGIN).is_some() || has_password(table) => 1,
            _ => continue,
        };
        if best.as_ref().is_some_and(|(known, _)| *known >= (rank, pointing)) {
            continue;
        }
        let by_name =
            if rank > 1 { "Called like users; has" } else { "Not called like users, but has" };
        let why = format!(
            "{by_name} `{}`, and {} by a {}.",
            signs.join("`, `"),
            pointed_at(pointing),
            ground.word()
        );
        let key = table.key()?.to_owned();
        best = Some(((rank, pointing), Root { relation: relation.clone(), key, why }));
    }
    best.map(|(_, root)| root)
}

/// How many tables point at one, as a clause.
pub(super) fn pointed_at(tables: usize) -> String {
    match tables {
        1 => "1 table points at it".to_owned(),
        many => format!("{many} tables point at it"),
    }
}

fn signs_of_a_user(table: &Table) -> Vec<String> {
    let secret = table.own_columns().find(|it| {
        it.name.to_lowercase().contains("passw") && looks_secret(&it.name, &it.category)
    });
    [
        table.text(EMAIL),
        secret,
        table.time(LAST_LOGIN),
        table.text(&["full_name", "first_name", "name", "display_name"]),
    ]
    .into_iter()
    .flatten()
    .map(|it| it.name.clone())
    .collect()
}

fn has_password(table: &Table) -> bool {
    table
        .own_columns()
        .any(|it| it.name.to_lowercase().contains("passw") && looks_secret(&it.name, &it.category))
}

/// The tenants: the most pointed-at table that is not the users and points at nothing but the users.
pub(super) fn tenants(ground: &Ground<'_>, users: &Root) -> Option<Root> {
    // What the users' own key points at is the users once more, such as the sign-in service's table.
    let twins: Vec<_> = ground
        .links_from(&users.relation)
        .filter(|link| link.column == users.key)
        .map(|link| &link.to)
        .chain([&users.relation])
        .collect();
    let mut candidates: Vec<_> = ground
        .tables()
        .filter(|(relation, table)| {
            let name = words(&relation.name);
            let named = name.last().is_some_and(|last| TENANTS.contains(&last.as_str()));
            // A list of countries is pointed at as well, and nobody notes since when there is one.
            let lives = named || (table.text(NAME).is_some() && table.time(CREATED).is_some());
            lives
                && !twins.contains(relation)
                && ground
                    .links_from(relation)
                    .all(|link| twins.contains(&&link.to) || link.to == **relation)
        })
        .map(|(relation, table)| (ground.pointing_at(relation).len(), relation, table))
        .filter(|(pointing, ..)| *pointing > 0)
        .collect();
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let (pointing, relation, table) = *candidates.first()?;
    let to_users = ground.columns_between(relation, &users.relation);
    let but = if to_users.is_empty() { "" } else { " but the users" };
    let next = candidates
        .get(1)
        .map(|(next, other, _)| format!(" The next such table is {other}: {next}."));
    let why = format!(
        "Most tables point at it by a {}: {pointing}. It points at nothing itself{but}.{}",
        ground.word(),
        next.unwrap_or_default(),
    );
    Some(Root { relation: relation.clone(), key: table.key()?.to_owned(), why })
}
