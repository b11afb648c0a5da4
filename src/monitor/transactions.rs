//! Open transactions: long ones, idle ones, and what keeps vacuum from its work.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// What is open, the oldest first.
pub(super) static TRANSACTIONS: Panel = Panel {
    source: Source::Fixed(include_str!("sql/transactions.sql")),
    columns: &[
        text("kind"),
        text("name").pinned(),
        column("transaction_seconds", Kind::Duration).called("in_tx"),
        column("idle_seconds", Kind::Duration).called("idle"),
        text("state"),
        text("problem"),
        column("holds_back_vacuum", Kind::Boolean),
        text("query"),
        number("locks"),
        number("blocks"),
        number("xmin_age"),
        number("xid_age"),
        text("role"),
        text("database"),
        text("application"),
        number("pid").hidden(),
        column("began", Kind::Time).hidden(),
        column("backend_start", Kind::Time).hidden(),
        column("here", Kind::Boolean).hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("kind", "text"), ("name", "text")],
    known_by: &["kind", "name"],
    order: ("began", false),
    every: seconds(2),
    capability: Capability { needs: Needs::Others, empty: "no transaction is open" },
};
