//! Connections: how many there are, of how many there may be.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The connections of the server, of each database and of each role, against their limits.
pub(super) static CONNECTIONS: Panel = Panel {
    source: Source::Fixed(include_str!("sql/connections.sql")),
    columns: &[
        text("kind"),
        text("name").pinned(),
        number("used"),
        number("limit"),
        number("share"),
        number("active"),
        number("idle"),
        number("idle_in_transaction").called("idle_in_tx"),
        number("waiting"),
        number("unknown"),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: &[("kind", "text"), ("name", "text")],
    known_by: &["kind", "name"],
    order: ("used", true),
    every: seconds(5),
    capability: Capability { needs: Needs::Others, empty: "there are none" },
};
