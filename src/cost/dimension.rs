//! By what usage is told apart, in the order in which one goes down.

use std::{fmt, str::FromStr};

use crate::{mapping::Mapping, pg::Problem};

/// By what usage is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The organization that pays.
    Organization,
    /// The department.
    Department,
    /// The user.
    User,
    /// The model.
    Model,
    /// What it was for.
    Operation,
    /// Each record by itself.
    Record,
}

impl Dimension {
    /// All of them, from the top down.
    pub const ALL: [Self; 6] = [
        Self::Organization,
        Self::Department,
        Self::User,
        Self::Model,
        Self::Operation,
        Self::Record,
    ];

    /// What scripts and addresses call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Department => "department",
            Self::User => "user",
            Self::Model => "model",
            Self::Operation => "operation",
            Self::Record => "record",
        }
    }

    /// The column that tells one from another: what a filter limits usage by.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Organization => "organization_id",
            Self::Department => "department_id",
            Self::User => "user_id",
            Self::Model => "model",
            Self::Operation => "operation",
            Self::Record => "id",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dimension {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or_else(|| {
            Problem::usage(format!("usage is not told apart by: {text}")).hint(
                "there are `organization`, `department`, `user`, `model`, `operation` and `record`",
            )
        })
    }
}

/// By what usage is told apart in a schema, from the top down; nothing where it records no usage.
pub fn dimensions(mapping: &Mapping) -> Vec<Dimension> {
    let known = |dimension: &Dimension| {
        mapping.usages.iter().any(|usage| match dimension {
            Dimension::Organization => usage.organization_id.is_some(),
            Dimension::Department => usage.department_id.is_some(),
            Dimension::User => usage.user_id.is_some(),
            Dimension::Model => usage.model.is_some(),
            Dimension::Operation => usage.operation.is_some(),
            Dimension::Record => true,
        })
    };
    Dimension::ALL.into_iter().filter(known).collect()
}
