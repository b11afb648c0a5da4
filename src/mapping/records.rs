//! What happened, what was consumed, and how much may be.

use super::{Expression, concept::concept};

concept! {
    /// Events; several sources are merged by time.
    Audit in "audit" {
        /// What people call the source.
        name: String = "source",;
        /// The key.
        id: Expression as Key,
        /// When it happened.
        at: Expression as Time,
        /// The user who did it.
        actor_id: Option<Expression> as UserId,
        /// The organization in which it happened.
        organization_id: Option<Expression> as OrganizationId,
        /// The department in which it happened.
        department_id: Option<Expression> as DepartmentId,
        /// What was done.
        action: Option<Expression> as Text,
        /// To what sort of thing.
        entity_type: Option<Expression> as Text,
        /// To which one.
        entity_id: Option<Expression> as Text,
        /// What it was before.
        before: Option<Expression> as Text,
        /// What it is since.
        after: Option<Expression> as Text,
        /// Anything else, as JSON.
        details: Option<Expression> as Text,
        /// With which tool or from which part of the application.
        tool: Option<Expression> as Text,
        /// From which address.
        address: Option<Expression> as Text,
    }
}

concept! {
    /// What was consumed.
    Usage in "usage" {
        /// What people call the source.
        name: String = "source",;
        /// The key.
        id: Expression as Key,
        /// When.
        at: Expression as Time,
        /// The organization that pays.
        organization_id: Option<Expression> as OrganizationId,
        /// The department.
        department_id: Option<Expression> as DepartmentId,
        /// The user.
        user_id: Option<Expression> as UserId,
        /// The model.
        model: Option<Expression> as Text,
        /// What it was for.
        operation: Option<Expression> as Text,
        /// Tokens that went in.
        tokens_in: Option<Expression> as Number,
        /// Tokens that came out.
        tokens_out: Option<Expression> as Number,
        /// All tokens.
        tokens_total: Option<Expression> as Number,
        /// What it cost.
        money: Option<Expression> as Number,
        /// In which currency.
        currency: Option<Expression> as Text,
        /// How much of something else.
        units: Option<Expression> as Number,
        /// Of what.
        unit: Option<Expression> as Text,
        /// What it is worth, where another source's money contains that already: shown, never part of a sum of money.
        worth: Option<Expression> as Number,
    }
}

concept! {
    /// How much may be consumed.
    Limit in "limit" {;
        /// The key.
        id: Expression as Key,
        /// `user`, `department`, `organization`, or the schema's own word.
        scope_type: Expression as Text,
        /// Which one.
        scope_id: Expression as Text,
        /// What is limited: `daily_tokens`, `monthly_cost`, ….
        limit_type: Expression as Text,
        /// How much.
        limit: Expression as Number,
        /// What the schema itself counted so far.
        stored: Option<Expression> as Number,
        /// Since when it counts.
        period_start: Option<Expression> as Time,
        /// The organization to which it belongs, where its scope does not say.
        organization_id: Option<Expression> as OrganizationId,
        /// What people call what it is of, where that is no user, department or organization.
        scope: Option<Expression> as Text,
    }
}
