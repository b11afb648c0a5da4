//! Sessions: what each does and for how long, what it waits for, whom it waits for and who waits for it.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The sessions of the server, who has been at it for the longest time first.
pub(super) static ACTIVITY: Panel = Panel {
    source: Source::Waits(include_str!("sql/activity.sql")),
    columns: &[
        number("pid").pinned(),
        column("query_seconds", Kind::Duration).called("runs"),
        column("transaction_seconds", Kind::Duration).called("in_tx"),
        text("state"),
        text("problem"),
        text("query"),
        text("wait_event_type").called("waits_for"),
        text("wait_event").called("event"),
        text("role"),
        text("database"),
        text("application"),
        text("client"),
        column("blocked_by", Kind::Json),
        column("blocks", Kind::Json),
        column("state_seconds", Kind::Duration).called("in_state"),
        // A sentence, and another one at every look: the preview and `d` tell it of the session that somebody looks at.
        text("wait_help").called("meaning").hidden(),
        text("backend_type").hidden(),
        number("leader_pid").hidden(),
        number("xmin_age").hidden(),
        text("query_id").hidden(),
        column("backend_start", Kind::Time).hidden(),
        column("busy_since", Kind::Time).hidden(),
        column("here", Kind::Boolean).hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("pid", "int4")],
    known_by: &["pid"],
    // Longer ago comes first and stays first while time goes on; who is at rest has no such time and comes last.
    order: ("busy_since", false),
    every: seconds(2),
    capability: Capability {
        needs: Needs::Others,
        empty: "nobody else is connected to the server",
    },
};
