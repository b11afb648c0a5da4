//! A table or view as its catalog has it, and what a role may do with it before any policy is asked.

use serde::{Deserialize, Serialize};

use crate::{
    list::TypeName,
    pg::{Deparsed, RelationName},
    tables::RelationKind,
};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_name: TypeName,
    /// The type under a domain, else the type itself: what a value is given as where no check of the domain may run.
    pub base: TypeName,
    /// What it is computed from, where it is.
    pub generated: Option<Deparsed>,
    /// Whether only the server gives it a value, unless it is overridden.
    pub identity: bool,
    /// Whether its type is a domain, which may refuse values that its type has.
    pub domain: bool,
    /// Whether values of it that are equal look the same.
    pub exact: bool,
    /// What the role may do with it.
    pub rights: Rights,
}

/// What a role may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are privileges, each granted by itself")]
pub struct Rights {
    /// SELECT.
    pub select: bool,
    /// INSERT.
    pub insert: bool,
    /// UPDATE.
    pub update: bool,
    /// DELETE; columns have none.
    pub delete: bool,
}

/// What decides before the policies do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whether the role may connect to the database at all; it need not where nobody logs in with it.
    pub connect: bool,
    /// Whether the role may use the schema.
    pub usage: bool,
    /// What the role may do with the table as a whole.
    pub rights: Rights,
    /// Whether policies count for the role.
    pub row_security: RowSecurity,
}

/// Whether policies count for a role on a table (`check_enable_rls` in `rls.c`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowSecurity {
    /// The table has none; policies that it may have sleep.
    Off,
    /// The role is a superuser.
    Superuser,
    /// The role has BYPASSRLS.
    BypassRls,
    /// The role owns the table, or has the rights of its owner, and row security is not forced.
    Owner,
    /// They count.
    On,
}

/// A row trigger that runs before a write, and may change the row or hold it back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Whether it runs before INSERT.
    pub insert: bool,
    /// Whether it runs before UPDATE.
    pub update: bool,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: RelationName,
    /// Its oid, as text.
    pub oid: String,
    /// What sort it is.
    pub kind: RelationKind,
    /// Whom it belongs to.
    pub owner: String,
    /// Whether its policies count for its owner too.
    pub forced: bool,
    /// Whether a view runs with the rights of whoever asks.
    pub invoker: bool,
    /// The table of which it is a partition; its policies do not count where the partition is named.
    pub partition_of: Option<String>,
    /// Its columns, in order.
    pub attributes: Vec<Attribute>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// Its triggers that may change a row.
    pub triggers: Vec<Trigger>,
    /// What a view reads.
    pub reads: Vec<String>,
    /// What decides before the policies do.
    pub access: Access,
}

impl Table {
    /// The column `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether it is a table, which can have policies and whose rows the operator can fetch.
    pub const fn is_plain(&self) -> bool {
        crate::rls::subject::is_plain(self.kind)
    }

    /// The columns that can be given a value, those first that the role may give one; all if it may give none, so that the server says what is missing.
    pub fn writable(&self, right: impl Fn(&Rights) -> bool) -> Vec<&Attribute> {
        let plain = || self.attributes.iter().filter(|attribute| attribute.generated.is_none());
        let granted: Vec<_> = plain().filter(|attribute| right(&attribute.rights)).collect();
        if granted.is_empty() { plain().collect() } else { granted }
    }

    /// The type of its rows.
    pub const fn row_type(&self) -> &RelationName {
        &self.name
    }
}

impl RowSecurity {
    /// What people read.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Off => "row security is off: no policy counts, the privileges decide alone",
            Self::Superuser => "the role is a superuser: no policy counts",
            Self::BypassRls => "the role has BYPASSRLS: no policy counts",
            Self::Owner => {
                "the role owns the table, and row security is not forced: no policy counts"
            }
            Self::On => "row security is on",
        }
    }
}
