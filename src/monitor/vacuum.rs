//! Vacuum: dead rows, when autovacuum comes for them, and how old transactions are.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The tables of the database, those with the most dead rows first.
pub(super) static VACUUM: Panel = Panel {
    source: Source::Fixed(include_str!("sql/vacuum.sql")),
    columns: &[
        text("schema"),
        text("table").pinned(),
        text("state"),
        number("dead_rows"),
        number("due_at"),
        number("dead_share"),
        number("live_rows"),
        column("last_vacuum", Kind::Time),
        column("last_analyze", Kind::Time),
        number("changed_since_analyze"),
        number("xid_age"),
        number("freeze_share"),
    ],
    key: &[("oid", "oid")],
    known_by: &["schema", "table"],
    order: ("dead_rows", true),
    every: seconds(10),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no tables" },
};
