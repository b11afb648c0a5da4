//! Replication slots: what is kept for those that receive changes.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The replication slots, what they hold back, and whether anybody reads them.
pub(super) static SLOTS: Panel = Panel {
    source: Source::Fixed(include_str!("sql/slots.sql")),
    columns: &[
        text("slot").pinned(),
        text("kind"),
        text("plugin"),
        text("database"),
        column("active", Kind::Boolean),
        text("problem"),
        column("held_bytes", Kind::Bytes).called("holds"),
        column("left_bytes", Kind::Bytes).called("left"),
        text("wal_status"),
        number("xmin_age"),
        column("inactive_since", Kind::Time),
        number("pid").hidden(),
    ],
    key: &[("slot", "text")],
    known_by: &["slot"],
    order: ("slot", false),
    every: seconds(10),
    capability: Capability { needs: Needs::Nothing, empty: "there are no replication slots" },
};
