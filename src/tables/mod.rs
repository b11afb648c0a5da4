//! Tables, their policies and sizes, and the rows of any of them.
//!
//! Everything here works without a mapping; a mapping only adds which columns are secret.

mod foreign_key;
mod headlines;
mod policies;
mod relation;
mod rows;
#[expect(clippy::module_inception, reason = "the list of tables is the room's first list")]
mod tables;

pub(crate) use self::headlines::headlines;
pub use self::{
    foreign_key::{ForeignKey, ForeignKeys},
    policies::Policies,
    relation::{Attribute, Columns, Relation, RelationKind},
    rows::Rows,
    tables::Tables,
};
