//! Progress: how far long commands are.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// Commands that tell how far they are, those that take the longest time first.
pub(super) static PROGRESS: Panel = Panel {
    source: Source::More {
        base: include_str!("sql/progress.sql"),
        since: 14,
        more: include_str!("sql/progress_copy.sql"),
    },
    columns: &[
        number("pid").pinned(),
        text("kind"),
        text("object"),
        text("phase"),
        number("share"),
        column("seconds", Kind::Duration).called("runs"),
        number("done"),
        number("total"),
        text("unit"),
        number("waits_for"),
        text("note"),
        text("command"),
        text("database"),
        text("role"),
        text("query"),
        column("backend_start", Kind::Time).hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("pid", "int4"), ("kind", "text")],
    known_by: &["pid", "kind"],
    order: ("seconds", true),
    every: seconds(2),
    capability: Capability {
        needs: Needs::Others,
        empty: "no vacuum, analyze, index build, COPY or backup is under way",
    },
};
