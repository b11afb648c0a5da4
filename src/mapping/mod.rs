//! What a schema calls things: organizations, departments, users, roles and the rest, and how a user becomes an identity.
//!
//! A mapping's expressions are the only SQL that does not ship with the program; none of them reaches the server but through [`Expression`].
//! What a schema lacks is absent from its mapping, and nothing is faked.

mod access;
mod allow;
mod catalog;
mod check;
mod concept;
mod contradictions;
mod entry;
mod expression;
pub mod functions;
mod init;
mod library;
#[expect(clippy::module_inception, reason = "the type after which the room is named")]
mod mapping;
mod operators;
mod page;
mod part;
mod people;
mod recipe;
mod records;
mod secrecy;
mod settings;
mod show;
mod source;
mod template;
mod types;
mod words;
mod writer;

pub(crate) use self::secrecy::SECRETIVE;
pub use self::{
    access::{DepartmentMember, FixedRole, Grant, Membership, Role, RoleTable},
    allow::{allow, global_users},
    check::{Finding, Severity, check},
    concept::{Canonical, Column, Concept, Shape},
    entry::AuditEntry,
    expression::{ColumnUse, Expression},
    init::init,
    library::Library,
    mapping::Mapping,
    page::{Refusal, Refusals},
    part::{Extra, Label},
    people::{Department, Organization, User},
    recipe::{JsonTemplate, OtherIdentity, Per, Recipe, Setting, SettingValue},
    records::{Audit, Limit, Usage},
    show::show,
    source::{Join, ROW, Source},
    template::{Occasion, Place, Subject, Template},
};
