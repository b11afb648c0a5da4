//! The tools that keep a history of migrations, each known by the columns of its table.
//!
//! Only the history of sqlx is ever written; for the others a person is told the command of their own tool.

use std::fmt;

/// A tool that migrates databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// sqlx, and purview.
    Sqlx,
    /// Prisma.
    Prisma,
    /// Drizzle Kit.
    Drizzle,
    /// The Supabase command line.
    Supabase,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sqlx, Self::Prisma, Self::Drizzle, Self::Supabase];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlx => "sqlx",
            Self::Prisma => "prisma",
            Self::Drizzle => "drizzle",
            Self::Supabase => "supabase",
        }
    }

    /// The columns, each with the types that it may have, by which its history is known. A table may have more.
    pub(super) const fn shape(self) -> &'static [(&'static str, &'static [&'static str])] {
        const TIME: &[&str] = &["timestamptz", "timestamp"];
        const TEXT: &[&str] = &["text", "varchar"];
        match self {
            Self::Sqlx => &[
                ("version", &["int8"]),
                ("description", TEXT),
                ("installed_on", TIME),
                ("success", &["bool"]),
                ("checksum", &["bytea"]),
                ("execution_time", &["int8"]),
            ],
            Self::Prisma => &[
                ("checksum", TEXT),
                ("finished_at", TIME),
                ("migration_name", TEXT),
                ("rolled_back_at", TIME),
                ("started_at", TIME),
                ("applied_steps_count", &["int4"]),
            ],
            Self::Drizzle => {
                &[("id", &["int4", "int8"]), ("hash", TEXT), ("created_at", &["int8", "numeric"])]
            }
            Self::Supabase => &[("version", TEXT), ("statements", &["_text"]), ("name", TEXT)],
        }
    }

    /// How many columns its table has at most, where few would do for a stranger's.
    pub(super) const fn widest(self) -> usize {
        match self {
            Self::Sqlx | Self::Supabase => 8,
            Self::Prisma => 10,
            Self::Drizzle => 5,
        }
    }

    /// The command by which the tool itself takes what is pending; purview does it for sqlx.
    pub const fn up_command(self) -> Option<&'static str> {
        match self {
            Self::Sqlx => None,
            Self::Prisma => Some("npx prisma migrate deploy"),
            Self::Drizzle => Some("npx drizzle-kit migrate"),
            Self::Supabase => Some("supabase db push"),
        }
    }

    /// What a person who wants to go back does with the tool, which knows no way down.
    pub const fn down_command(self) -> Option<&'static str> {
        match self {
            Self::Sqlx => None,
            Self::Prisma => Some(
                "npx prisma migrate diff --from-schema-datamodel … --to-migrations … --script, as a new migration",
            ),
            Self::Drizzle => Some("npx drizzle-kit generate --custom, as a new migration"),
            Self::Supabase => Some("supabase migration new NAME, as a new migration"),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
