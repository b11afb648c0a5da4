//! Replication: who receives the server's changes, and how far behind they are.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// Who receives changes from here, and from whom this server receives its own.
pub(super) static REPLICATION: Panel = Panel {
    source: Source::Fixed(include_str!("sql/replication.sql")),
    columns: &[
        text("direction"),
        number("pid").pinned(),
        text("application"),
        text("peer"),
        text("state"),
        text("sync_state"),
        column("behind_bytes", Kind::Bytes).called("behind"),
        column("write_seconds", Kind::Duration).called("write"),
        column("flush_seconds", Kind::Duration).called("flush"),
        column("replay_seconds", Kind::Duration).called("replay"),
        text("role"),
        text("sent"),
        text("replayed"),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("pid", "int4")],
    known_by: &["pid"],
    order: ("pid", false),
    every: seconds(2),
    capability: Capability {
        needs: Needs::Others,
        empty: "nobody receives changes from this server, and it receives none",
    },
};
