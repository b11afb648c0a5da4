//! Locks: who waits for whom, as a tree.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The sessions that wait for locks, below those they wait for.
pub(super) static LOCKS: Panel = Panel {
    source: Source::Fixed(include_str!("sql/locks.sql")),
    columns: &[
        text("tree").pinned(),
        number("holds_up"),
        column("wait_seconds", Kind::Duration).called("waits"),
        text("lock"),
        text("relation"),
        text("mode"),
        text("also_blocked_by"),
        text("query"),
        text("state"),
        text("role"),
        text("of"),
        column("transaction_seconds", Kind::Duration).called("in_tx"),
        text("database"),
        text("application"),
        number("pid").hidden(),
        column("blocked_by", Kind::Json).hidden(),
        number("depth").hidden(),
        number("place").hidden(),
        text("wait_event_type").hidden(),
        text("wait_event").hidden(),
        column("backend_start", Kind::Time).hidden(),
        column("here", Kind::Boolean).hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("pid", "int4")],
    known_by: &["pid"],
    order: ("place", false),
    every: seconds(2),
    capability: Capability { needs: Needs::Others, empty: "nobody waits for a lock" },
};
