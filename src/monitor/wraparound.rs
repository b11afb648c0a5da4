//! Wraparound: how near transaction numbers are to running out.

use super::{
    Capability, Needs, Panel,
    panel::{Source, number, seconds, text},
};

/// Every database and every table of this one, the oldest first.
pub(super) static WRAPAROUND: Panel = Panel {
    source: Source::Fixed(include_str!("sql/wraparound.sql")),
    columns: &[
        text("kind"),
        text("schema"),
        text("name").pinned(),
        text("state"),
        number("xid_age"),
        number("vacuum_at"),
        number("share"),
        number("left"),
        number("multi_age"),
        number("multi_vacuum_at"),
        text("note"),
    ],
    key: &[("kind", "text"), ("oid", "oid")],
    known_by: &["kind", "schema", "name"],
    order: ("xid_age", true),
    every: seconds(30),
    capability: Capability { needs: Needs::Nothing, empty: "there are none" },
};
