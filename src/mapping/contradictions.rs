//! What a mapping file says that cannot be true all at once, found without a database.

use std::collections::BTreeSet;

use super::{Concept, Expression, Mapping, Per, Place, page::Fields};

/// Refuses what does not fit together.
pub(super) fn refuse(mapping: &Mapping, fields: &Fields<'_>) {
    for concept in mapping.concepts() {
        refuse_doubles(&concept, fields);
        refuse_shown_secrets(mapping, &concept, fields);
    }
    refuse_two_deletions(mapping, fields);
    refuse_homeless_people(mapping, fields);
    refuse_namesakes(mapping.audits.iter().map(|it| (it.name.as_str(), it.source.line)), fields);
    refuse_namesakes(mapping.usages.iter().map(|it| (it.name.as_str(), it.source.line)), fields);
    refuse_empty_places(mapping, fields);
}

fn refuse_doubles(concept: &Concept<'_>, fields: &Fields<'_>) {
    for extra in concept.extra {
        if concept.columns.iter().any(|column| column.name == extra.name) {
            let reason = format!("`{}` has a column `{}` already", concept.key, extra.name);
            fields.refuse_on(extra.expression.line(), reason);
        }
    }
}

fn refuse_shown_secrets(mapping: &Mapping, concept: &Concept<'_>, fields: &Fields<'_>) {
    for expression in concept.expressions() {
        let Some(bare) = expression.bare() else { continue };
        let Some(relation) = concept.source.relation_of(&bare.alias) else { continue };
        if mapping.is_secret(relation, &bare.column) {
            let reason =
                format!("`{relation}.{}` is one of the `secrets` and cannot be shown", bare.column);
            fields.refuse_on(expression.line(), reason);
        }
    }
}

fn refuse_two_deletions(mapping: &Mapping, fields: &Fields<'_>) {
    let department = mapping.department.as_ref();
    let both: [(Option<&Expression>, Option<&Expression>); 3] = [
        (mapping.organization.deleted_at.as_ref(), mapping.organization.deleted.as_ref()),
        (mapping.user.deleted_at.as_ref(), mapping.user.deleted.as_ref()),
        (
            department.and_then(|it| it.deleted_at.as_ref()),
            department.and_then(|it| it.deleted.as_ref()),
        ),
    ];
    for (_, deleted) in both.iter().filter(|(at, _)| at.is_some()) {
        if let Some(deleted) = deleted {
            let reason = "give either `deleted_at` or `deleted`: the time says it already";
            fields.refuse_on(deleted.line(), reason);
        }
    }
}

fn refuse_homeless_people(mapping: &Mapping, fields: &Fields<'_>) {
    if mapping.memberships.is_empty() && mapping.user.organization_id.is_none() {
        let reason =
            "users belong to no organization: give `organization_id` or a `[[membership]]`";
        fields.refuse_on(mapping.user.source.line, reason);
    }
    if mapping.department.is_none() {
        for member in &mapping.department_members {
            fields.refuse_on(member.source.line, "there is no `[department]` to be a member of");
        }
    }
}

fn refuse_namesakes<'a>(names: impl Iterator<Item = (&'a str, usize)>, fields: &Fields<'_>) {
    let mut seen = BTreeSet::new();
    for (name, line) in names {
        if !seen.insert(name) {
            fields.refuse_on(line, format!("two sources have the same name: {name}"));
        }
    }
}

/// Refuses an identity that needs what no user of this mapping can have.
fn refuse_empty_places(mapping: &Mapping, fields: &Fields<'_>) {
    let Some(recipe) = &mapping.identity else { return };
    let by_membership = recipe.per == Per::Membership;
    if by_membership && mapping.memberships.is_empty() {
        fields.refuse("an identity per membership needs a `[[membership]]`");
    }
    for setting in &recipe.settings {
        for place in setting.value.places() {
            let reason = match place {
                Place::UserEmail if mapping.user.email.is_none() => "the user has no `email`",
                Place::OrganizationId
                    if !by_membership && mapping.user.organization_id.is_none() =>
                {
                    "it depends on the membership: write `per = \"membership\"`"
                }
                Place::MembershipRole if !by_membership => {
                    "it depends on the membership: write `per = \"membership\"`"
                }
                Place::MembershipRole if mapping.memberships.iter().all(|it| it.role.is_none()) => {
                    "no membership has a `role`"
                }
                Place::UserId
                | Place::UserEmail
                | Place::OrganizationId
                | Place::MembershipRole
                | Place::UserLabel
                | Place::DatabaseRole
                | Place::Actor
                | Place::Login
                | Place::Reason
                | Place::Since
                | Place::Until => continue,
            };
            fields.refuse_on(setting.line, format!("{{{}}}: {reason}", place.name()));
        }
    }
}
