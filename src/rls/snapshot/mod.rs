//! A snapshot: who sees and may change how much of what, and by which rules, in a form that can be kept in a repository and compared.
//!
//! Its JSON has the fields of [`Snapshot`], always in the same order: `version` (this is 1), `tables` with owner, row security, grants and policies as the server
//! prints them, and `access` with one entry for each identity, table and command: how many rows, a digest of their keys, and the keys that come first when they are
//! sorted by their hash, by which a comparison can name rows that are new or gone.

mod compare;
mod take;

use serde::{Deserialize, Serialize};

pub use self::{
    compare::{Difference, compare},
    take::{Reach, Rules},
};

/// The form of the file.
pub const VERSION: u32 = 1;

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The form of the file.
    pub version: u32,
    /// The tables, by name.
    pub tables: Vec<TableRules>,
    /// Who reaches what, by identity, table and command.
    pub access: Vec<Access>,
}

/// The rules of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRules {
    /// Its name.
    pub table: String,
    /// Whom it belongs to.
    pub owner: String,
    /// `off`, `on` or `forced`.
    pub rls: String,
    /// Who may do what with it: a role and its privileges, by role.
    pub grants: Vec<Granted>,
    /// Its policies, by name.
    pub policies: Vec<PolicyRules>,
}

/// The privileges of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    /// The role; `public` is everybody.
    pub role: String,
    /// Its privileges, by name.
    pub privileges: Vec<String>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRules {
    /// Its name.
    pub policy: String,
    /// Its command.
    pub command: String,
    /// Whether it lets rows pass, instead of holding them back.
    pub permissive: bool,
    /// Whom it is for.
    pub roles: Vec<String>,
    /// USING.
    pub using: Option<String>,
    /// WITH CHECK.
    pub with_check: Option<String>,
}

/// What one identity reaches of one table by one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The user, or the role where it is nobody.
    pub user: String,
    /// The database role.
    pub role: String,
    /// The table.
    pub table: String,
    /// `select`, `update` or `delete`.
    pub command: String,
    /// `rows`, or `denied` or `error` where the statement fails whatever the row.
    pub state: String,
    /// How many rows.
    pub count: u64,
    /// The sum of the hashes of their keys.
    pub digest: String,
    /// The hashes and keys of those that come first when sorted by hash, at most [`SAMPLE`].
    pub sample: Vec<(i64, String)>,
}

/// How many keys are kept for each entry.
pub const SAMPLE: usize = 20;
