//! Who belongs where, and with which role.

use super::{Expression, concept::concept, page::Fields, part::Part};

concept! {
    /// Users in organizations.
    Membership in "membership" {;
        /// The user.
        user_id: Expression as UserId,
        /// The organization.
        organization_id: Expression as OrganizationId,
        /// The role in it.
        role: Option<Expression> as Text,
        /// How the membership stands, in the schema's own words.
        status: Option<Expression> as Text,
        /// Whether it holds: false is suspended, invited or the like.
        active: Option<Expression> as Flag,
        /// Whether it is the one that the user starts in.
        is_default: Option<Expression> as Flag,
        /// Since when.
        joined_at: Option<Expression> as Time,
        /// Finer rights, as JSON.
        permissions: Option<Expression> as Text,
    }
}

concept! {
    /// Users in departments.
    DepartmentMember in "department_member" {;
        /// The user.
        user_id: Expression as UserId,
        /// The department.
        department_id: Expression as DepartmentId,
        /// The role in it.
        role: Option<Expression> as Text,
        /// Whether it is the user's main one.
        is_primary: Option<Expression> as Flag,
        /// Finer rights, as JSON.
        permissions: Option<Expression> as Text,
        /// Since when.
        joined_at: Option<Expression> as Time,
    }
}

concept! {
    /// Who has which role where.
    Grant in "grant" {;
        /// The user.
        user_id: Expression as UserId,
        /// The role's name.
        role: Expression as Text,
        /// `platform`, `organization` or `department`.
        scope_type: Expression as Text,
        /// Which one; null with `organization` is the user's own.
        scope_id: Option<Expression> as Text,
        /// Since when.
        granted_at: Option<Expression> as Time,
    }
}

concept! {
    /// A table of roles.
    RoleTable in "role" {;
        /// The role's name.
        name: Expression as Text,
        /// What it is for.
        description: Option<Expression> as Text,
        /// Its rights, as JSON.
        permissions: Option<Expression> as Text,
    }
}

/// What roles there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Rows of a table.
    Table(Box<RoleTable>),
    /// Known from the schema's documents or checks.
    Fixed(Vec<FixedRole>),
}

/// A role that stands in no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedRole {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

impl Role {
    /// Reads a table of roles, or `values`.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        if fields.get("values").is_none() {
            return RoleTable::read(fields).map(|table| Self::Table(Box::new(table)));
        }
        let values: Vec<_> = fields
            .items("values")
            .into_iter()
            .map(|item| {
                let fields = fields.table(item, "role.values")?;
                let name = String::read(&fields, "name");
                let description = Option::<String>::read(&fields, "description");
                fields.refuse_the_rest();
                Some(FixedRole { name: name?, description: description? })
            })
            .collect();
        fields.refuse_the_rest();
        Some(Self::Fixed(values.into_iter().collect::<Option<_>>()?))
    }
}
