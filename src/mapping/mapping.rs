//! What one schema calls things.

use super::{
    Audit, Concept, Department, DepartmentMember, Grant, Limit, Membership, Organization, Recipe,
    Refusals, Role, Subject, Usage, User, contradictions,
    page::{Fields, Page},
    part::{self, Part},
};
use crate::pg::{ColumnName, Problem, RelationName, SettingName};

/// What one schema calls organizations, users and the rest, and how a user becomes an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The file, as it is called in messages.
    pub file: String,
    /// One word, also the name of its file.
    pub name: String,
    /// What people call the system.
    pub title: String,
    /// The relations by which the schema is recognised: all of them exist.
    pub fingerprint: Vec<RelationName>,
    /// The zone in which times without a zone are read.
    pub zone: String,
    /// Roles that count as admin of an organization.
    pub admin_roles: Vec<String>,
    /// Names of columns by which tables carry the organization's id.
    pub tenant_columns: Vec<String>,
    /// Users, by id, address or name, who are meant to see every organization.
    pub global_users: Vec<String>,
    /// Columns that are never fetched.
    pub secrets: Vec<ColumnName>,
    /// Tables whose visible rows tell what a user may see.
    pub watch: Vec<RelationName>,
    /// Lines for people.
    pub notes: Vec<String>,
    /// How a user becomes an identity; without it nobody can be acted as.
    pub identity: Option<Recipe>,
    /// The tenants.
    pub organization: Organization,
    /// The groups inside of an organization.
    pub department: Option<Department>,
    /// The users.
    pub user: User,
    /// Users in organizations, from several sources.
    pub memberships: Vec<Membership>,
    /// Users in departments, from several sources.
    pub department_members: Vec<DepartmentMember>,
    /// What roles there are.
    pub roles: Vec<Role>,
    /// Who has which role where.
    pub grants: Vec<Grant>,
    /// Events.
    pub audits: Vec<Audit>,
    /// What was consumed.
    pub usages: Vec<Usage>,
    /// How much may be.
    pub limits: Vec<Limit>,
}

impl Mapping {
    /// Reads the mapping in `text`; `file` is what the file is called in messages.
    pub fn read(file: &str, text: &str) -> Result<Self, Refusals> {
        Page::read(file, text, Self::from_fields)
    }

    /// The same of a file that ships.
    pub(super) fn read_shipped(file: &str, text: &str) -> Result<Self, Refusals> {
        Page::read_shipped(file, text, Self::from_fields)
    }

    /// Only the fingerprint of the mapping in `text`; nothing is read beyond the first table, before which it has to stand (TOML 1.0, Table).
    pub(super) fn fingerprint_of(text: &str) -> Result<Vec<RelationName>, Refusals> {
        let head = text.split("\n[").next().unwrap_or(text);
        Page::read("", head, |fields| {
            let fingerprint = Vec::<RelationName>::read(fields, "fingerprint");
            fields.leave_the_rest();
            fingerprint
        })
    }

    /// The settings that make `subject` an identity, to be bound.
    pub fn identity_for(
        &self,
        subject: &Subject<'_>,
    ) -> Result<Vec<(SettingName, String)>, Problem> {
        self.recipe()?.settings_for(subject)
    }

    /// How a user becomes an identity; that the mapping does not say is a problem.
    pub fn recipe(&self) -> Result<&Recipe, Problem> {
        self.identity.as_ref().ok_or_else(|| {
            Problem::usage(format!("the mapping `{}` does not say how to act as a user", self.name))
                .hint("write its `[identity]`: the role to take and the settings to make")
        })
    }

    /// The database roles that the application becomes for its users and others, each once; none where the mapping does not say.
    pub fn identity_roles(&self) -> Vec<&str> {
        let Some(recipe) = &self.identity else { return Vec::new() };
        let others = recipe.others.iter().map(|other| other.role.as_str());
        let mut roles: Vec<_> = std::iter::once(recipe.role.as_str()).chain(others).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Whether `column` of `relation` is never fetched.
    pub fn is_secret(&self, relation: &RelationName, column: &str) -> bool {
        self.secrets.iter().any(|secret| secret.relation == *relation && secret.column == column)
    }

    /// Every source with its columns, in the order of the format.
    pub fn concepts(&self) -> Vec<Concept<'_>> {
        let mut all = vec![self.organization.concept(&self.organization.extra)];
        all.extend(self.department.iter().map(|it| it.concept(&it.extra)));
        all.push(self.user.concept(&self.user.extra));
        all.extend(self.memberships.iter().map(|it| it.concept(&[])));
        all.extend(self.department_members.iter().map(|it| it.concept(&[])));
        all.extend(self.roles.iter().filter_map(|role| match role {
            Role::Table(it) => Some(it.concept(&[])),
            Role::Fixed(_) => None,
        }));
        all.extend(self.grants.iter().map(|it| it.concept(&[])));
        all.extend(self.audits.iter().map(|it| it.concept(&[])));
        all.extend(self.usages.iter().map(|it| it.concept(&[])));
        all.extend(self.limits.iter().map(|it| it.concept(&[])));
        all
    }

    fn from_fields(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.need("name").and_then(|item| fields.parsed(item, "name", plain_name));
        let title = String::read(fields, "title");
        let fingerprint = Vec::<RelationName>::read(fields, "fingerprint");
        if let Some(item) = fields.need("fingerprint")
            && fingerprint.as_ref().is_some_and(Vec::is_empty)
        {
            let reason = "`fingerprint` names the relations by which the schema is recognised";
            fields.refuse_at(item, reason);
        }
        let zone = fields
            .get("zone")
            .map_or(Some("UTC".to_owned()), |item| fields.parsed(item, "zone", plain_zone));
        let admin_roles = Vec::<String>::read(fields, "admin_roles");
        let tenant_columns = Vec::<String>::read(fields, "tenant_columns");
        let global_users = Vec::<String>::read(fields, "global_users");
        let secrets = Vec::<ColumnName>::read(fields, "secrets");
        let watch = Vec::<RelationName>::read(fields, "watch");
        let notes = Vec::<String>::read(fields, "notes");
        let identity = part::maybe(fields, "identity", Recipe::read);
        let organization = part::needed(fields, "organization", Organization::read);
        let department = part::maybe(fields, "department", Department::read);
        let user = part::needed(fields, "user", User::read);
        let memberships = part::each(fields, "membership", Membership::read);
        let department_members = part::each(fields, "department_member", DepartmentMember::read);
        let roles = part::each(fields, "role", Role::read);
        let grants = part::each(fields, "grant", Grant::read);
        let audits = part::each(fields, "audit", Audit::read);
        let usages = part::each(fields, "usage", Usage::read);
        let limits = part::each(fields, "limit", Limit::read);
        let mapping = Self {
            file: fields.file().to_owned(),
            name: name?,
            title: title?,
            fingerprint: fingerprint?,
            zone: zone?,
            admin_roles: admin_roles?,
            tenant_columns: tenant_columns?,
            global_users: global_users?,
            secrets: secrets?,
            watch: watch?,
            notes: notes?,
            identity: identity?,
            organization: organization?,
            department: department?,
            user: user?,
            memberships: memberships?,
            department_members: department_members?,
            roles: roles?,
            grants: grants?,
            audits: audits?,
            usages: usages?,
            limits: limits?,
        };
        if !fields.ships() {
            contradictions::refuse(&mapping, fields);
        }
        Some(mapping)
    }
}

/// The name of a mapping: letters, digits and dashes, so that it can be a file and an argument.
fn plain_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.chars().all(plain) && text.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(text.to_owned())
    } else {
        Err(format!("lower-case letters, digits and dashes only: {text}"))
    }
}

/// The name of a time zone; whether the server knows it, `check` asks.
fn plain_zone(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '+' | '-');
    if text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!("not the name of a time zone: {text}"))
    }
}
