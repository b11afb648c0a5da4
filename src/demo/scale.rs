//! How much sample data there is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::pg::Problem;

/// How much sample data a database has.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Enough for every table to have rows; for tests.
    Tiny,
    /// What a first look needs.
    #[default]
    Small,
    /// Twenty times as much.
    Medium,
    /// As much as a busy installation has.
    Large,
}

/// Numbers of rows, as the sample files read them from settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Organizations.
    pub organizations: u32,
    /// Departments, or what stands for them, all together.
    pub departments: u32,
    /// Users.
    pub users: u32,
    /// Mails, or what the system's main content is.
    pub mails: u32,
    /// Usage records, over 90 days.
    pub usage: u32,
    /// Audit events.
    pub audit: u32,
}

impl Scale {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tiny, Self::Small, Self::Medium, Self::Large];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// What it means in rows.
    pub const fn sizes(self) -> Sizes {
        let (organizations, departments, users, mails, usage, audit) = match self {
            Self::Tiny => (3, 12, 60, 1_000, 3_000, 2_500),
            Self::Small => (3, 12, 300, 20_000, 60_000, 50_000),
            Self::Medium => (20, 200, 6_000, 400_000, 1_200_000, 1_000_000),
            Self::Large => (50, 1_000, 100_000, 1_000_000, 2_000_000, 5_000_000),
        };
        Sizes { organizations, departments, users, mails, usage, audit }
    }
}

impl Sizes {
    /// The settings by which a sample file learns of them.
    pub const fn settings(&self) -> [(&'static str, u32); 6] {
        [
            ("purview.organizations", self.organizations),
            ("purview.departments", self.departments),
            ("purview.users", self.users),
            ("purview.mails", self.mails),
            ("purview.usage", self.usage),
            ("purview.audit", self.audit),
        ]
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scale {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|scale| scale.name() == text).ok_or_else(|| {
            Problem::usage(format!("there is no such scale: {text}"))
                .hint("there are `small`, `medium` and `large`")
        })
    }
}
