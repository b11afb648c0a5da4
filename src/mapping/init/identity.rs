//! A draft of `[identity]`: the role that the application works as, and the settings that the policies read.

use super::{
    block::{Block, quoted},
    ground::{Ground, words},
    members::{Belonging, role_column},
    roots::Root,
};
use crate::{
    mapping::{
        Place,
        catalog::DatabaseRole,
        settings::{self, SettingRead},
    },
    pg::SettingName,
};

/// The claims of a request, as an API in front of the database hands them over.
const CLAIMS: &str = "request.jwt.claims";

/// What is known of a schema when its identities are looked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) users: &'a Root,
    pub(super) tenants: &'a Root,
    pub(super) belonging: &'a Belonging,
}

/// `[identity]` with its settings.
pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let catalog = known.ground.catalog;
    let read = settings::read_by_policies(catalog);
    let Some((role, why)) = role(&catalog.roles) else {
        return vec![Block::missing(
            "[identity]",
            "No role was found that reads the tables, owns none of them and obeys policies: the role that the application works as.",
            &[
                "role = \"…\"",
                "per = \"user\"",
                "[identity.settings]",
                "\"app.user_id\" = \"{user.id}\"",
            ],
        )];
    };
    let mut identity = Block::new("[identity]");
    identity.note(why).text("role", &role.name);
    let mut settings = Block::new("[identity.settings]");
    let mut depends = false;
    for setting in read.iter().filter(|it| !is_old_claim(it, &read)) {
        let (value, places) = value(known, setting, role);
        settings.note(evidence(setting, value.is_none()));
        depends |= places.iter().any(|it| needs_membership(known, *it));
        if let (Some(value), Ok(_)) = (value, setting.name.parse::<SettingName>()) {
            settings.line(&setting.name, &value);
        }
    }
    if read.is_empty() {
        identity.note("No policy reads a setting, so nothing tells the database who is asking.");
    }
    identity.text("per", if depends { "membership" } else { "user" });
    let mut blocks = vec![identity];
    if !read.is_empty() {
        blocks.push(settings);
    }
    blocks.extend(visitors(&catalog.roles, &read));
    blocks
}

/// The role that reads the most tables without owning any, and to which policies apply.
fn role(roles: &[DatabaseRole]) -> Option<(&DatabaseRole, String)> {
    let obeys = |role: &&DatabaseRole| {
        !role.is_superuser && !role.bypasses_rls && role.owned == 0 && role.readable > 0
    };
    // Who signed in comes before who did not; a login is more often a person's than the application's.
    let rank = |role: &&DatabaseRole| {
        (role.policies, role.name == "authenticated", !role.may_log_in, role.readable)
    };
    let role = roles.iter().filter(obeys).filter(|it| it.name != "anon").max_by_key(rank)?;
    let why =
        format!("It reads {} tables, owns none of them, and policies apply to it.", role.readable);
    Some((role, why))
}

fn is_old_claim(setting: &SettingRead, all: &[SettingRead]) -> bool {
    setting.name.starts_with("request.jwt.claim.") && all.iter().any(|it| it.name == CLAIMS)
}

fn evidence(setting: &SettingRead, unknown: bool) -> String {
    let through = setting.through.as_ref().map(|it| format!(" through {it}")).unwrap_or_default();
    let what = if unknown { " What it should be was not found." } else { "" };
    let count = match setting.policies {
        1 => "1 policy".to_owned(),
        many => format!("{many} policies"),
    };
    format!("`{}` is read by {count}, as in {}{through}.{what}", setting.name, setting.example)
}

/// The TOML of a setting's value, and the places in it.
fn value(
    known: &Known<'_>,
    setting: &SettingRead,
    role: &DatabaseRole,
) -> (Option<String>, Vec<Place>) {
    let Some(claims) = &setting.claims else {
        let place = compared(known, setting).or_else(|| named(known, &setting.name));
        let text = place.map(|it| quoted(&format!("{{{}}}", it.name())));
        return (text, place.into_iter().collect());
    };
    let mut items = Vec::new();
    let mut places = Vec::new();
    for claim in claims.iter().map(String::as_str).filter(|it| *it != "role") {
        if let Some(place) = named(known, claim) {
            items.push(format!(
                "{} = {}",
                quoted_key(claim),
                quoted(&format!("{{{}}}", place.name()))
            ));
            places.push(place);
        }
    }
    if setting.name == CLAIMS {
        if !claims.contains("sub") {
            items.insert(0, "sub = \"{user.id}\"".to_owned());
        }
        items.push(format!("role = {}", quoted(&role.name)));
    }
    let value = (!items.is_empty()).then(|| format!("{{ {} }}", items.join(", ")));
    (value, places)
}

fn quoted_key(key: &str) -> String {
    let is_bare = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// What a policy compares the setting with: a column that points at the users or the tenants.
fn compared(known: &Known<'_>, setting: &SettingRead) -> Option<Place> {
    let column = setting.compared.as_ref()?;
    let is_key = |root: &Root| root.relation == column.relation && root.key == column.column;
    let points_at = |root: &Root| {
        known
            .ground
            .columns_between(&column.relation, &root.relation)
            .contains(&column.column.as_str())
    };
    if is_key(known.users) || points_at(known.users) {
        Some(Place::UserId)
    } else if is_key(known.tenants) || points_at(known.tenants) {
        Some(Place::OrganizationId)
    } else {
        None
    }
}

/// What the last part of the name says.
fn named(known: &Known<'_>, name: &str) -> Option<Place> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let words = words(last);
    let has = |word: &str| words.iter().any(|it| it == word);
    let tenant = self::words(&known.tenants.relation.name).pop().unwrap_or_default();
    let is_tenant =
        ["tenant", "organization", "organisation", "org", "workspace", "company", "account"];
    if has("email") {
        Some(Place::UserEmail).filter(|_| {
            known
                .ground
                .table(&known.users.relation)
                .is_some_and(|it| it.text(super::roots::EMAIL).is_some())
        })
    } else if has("role") {
        Some(Place::MembershipRole).filter(|_| has_membership_role(known))
    } else if has(&tenant) || is_tenant.into_iter().any(has) {
        Some(Place::OrganizationId)
    } else if has("user") || has("uid") || has("sub") || has("person") || has("member") {
        Some(Place::UserId)
    } else {
        None
    }
}

fn has_membership_role(known: &Known<'_>) -> bool {
    match known.belonging {
        Belonging::Owners { .. } => true,
        Belonging::Table(between) => {
            known.ground.table(&between.relation).and_then(role_column).is_some()
        }
        Belonging::Direct { .. } => {
            known.ground.table(&known.users.relation).and_then(role_column).is_some()
        }
        Belonging::Unknown => false,
    }
}

fn needs_membership(known: &Known<'_>, place: Place) -> bool {
    match place {
        Place::OrganizationId => !matches!(known.belonging, Belonging::Direct { .. }),
        Place::MembershipRole => true,
        Place::UserId
        | Place::UserEmail
        | Place::UserLabel
        | Place::DatabaseRole
        | Place::Actor
        | Place::Login
        | Place::Reason
        | Place::Since
        | Place::Until => false,
    }
}

/// `[[identity.other]]` for who has not signed in, where requests carry claims.
fn visitors(roles: &[DatabaseRole], read: &[SettingRead]) -> Option<Block> {
    let anon = roles.iter().find(|it| it.name == "anon" && it.readable > 0)?;
    read.iter().find(|it| it.name == CLAIMS)?;
    let mut block = Block::new("[[identity.other]]");
    block.note(format!("A request without a user; the role reads {} tables.", anon.readable));
    block.text("name", "anon").text("role", "anon");
    block.line("settings", "{ \"request.jwt.claims\" = { role = \"anon\" } }");
    Some(block)
}
