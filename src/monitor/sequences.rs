//! Sequences: how much of them is used up.

use super::{
    Capability, Needs, Panel,
    panel::{Source, number, seconds, text},
};

/// The sequences of the database, those nearest to their end first.
pub(super) static SEQUENCES: Panel = Panel {
    source: Source::Fixed(include_str!("sql/sequences.sql")),
    columns: &[
        text("schema"),
        text("sequence").pinned(),
        text("state"),
        number("share"),
        number("last_value"),
        number("ends_at"),
        text("feeds"),
        text("note"),
        number("step"),
    ],
    key: &[("oid", "oid")],
    known_by: &["schema", "sequence"],
    order: ("share", true),
    every: seconds(60),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no sequences" },
};
