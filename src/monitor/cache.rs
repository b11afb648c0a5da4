//! Cache hits: how often a block was found in the server's own memory.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// Hits and reads of the database, its tables and its indexes, what was read most first.
pub(super) static CACHE: Panel = Panel {
    source: Source::Fixed(include_str!("sql/cache.sql")),
    columns: &[
        text("kind"),
        text("schema"),
        text("name").pinned(),
        number("hit"),
        number("read"),
        number("ratio"),
        column("counted_since", Kind::Time).hidden(),
    ],
    key: &[("kind", "text"), ("oid", "oid")],
    known_by: &["kind", "schema", "name"],
    order: ("read", true),
    every: seconds(10),
    capability: Capability { needs: Needs::Nothing, empty: "nothing was read yet" },
};
