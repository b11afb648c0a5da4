//! Organizations, departments and users: what has a name on screen.

use super::{Expression, Extra, Label, concept::concept};

concept! {
    /// The tenants.
    Organization in "organization" {
        /// What the schema calls it.
        label: Label = "label",
        /// More columns worth showing.
        extra: Vec<Extra> = "extra",;
        /// The key.
        id: Expression as Key,
        /// What people call it.
        name: Expression as Text,
        /// Since when.
        created_at: Option<Expression> as Time,
        /// When it was deleted; null where it was not.
        deleted_at: Option<Expression> as Time,
        /// Whether it is deleted, where the schema does not say when.
        deleted: Option<Expression> as Flag,
    }
}

concept! {
    /// The groups inside of an organization, or what comes nearest to them.
    Department in "department" {
        /// What the schema calls it.
        label: Label = "label",
        /// More columns worth showing.
        extra: Vec<Extra> = "extra",;
        /// The key.
        id: Expression as Key,
        /// The organization that it belongs to.
        organization_id: Expression as OrganizationId,
        /// What people call it.
        name: Expression as Text,
        /// Since when.
        created_at: Option<Expression> as Time,
        /// When it was deleted; null where it was not.
        deleted_at: Option<Expression> as Time,
        /// Whether it is deleted, where the schema does not say when.
        deleted: Option<Expression> as Flag,
    }
}

concept! {
    /// The people who use the application.
    User in "user" {
        /// What the schema calls it.
        label: Label = "label",
        /// More columns worth showing.
        extra: Vec<Extra> = "extra",;
        /// The key.
        id: Expression as Key,
        /// The e-mail address.
        email: Option<Expression> as Text,
        /// What people call the user.
        name: Option<Expression> as Text,
        /// The organization, where a user belongs to exactly one.
        organization_id: Option<Expression> as OrganizationId,
        /// When last signed in or seen.
        last_login_at: Option<Expression> as Time,
        /// Since when.
        created_at: Option<Expression> as Time,
        /// When the user was deleted; null where not.
        deleted_at: Option<Expression> as Time,
        /// Whether the user is deleted, where the schema does not say when.
        deleted: Option<Expression> as Flag,
        /// Whether the user is kept out.
        locked: Option<Expression> as Flag,
    }
}
