//! Indexes: how they are used, which are of no use, and where one is missing.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The indexes of the database by table, and foreign keys without one.
pub(super) static INDEXES: Panel = Panel {
    source: Source::Fixed(include_str!("sql/indexes.sql")),
    columns: &[
        text("schema"),
        text("table").pinned(),
        text("index").pinned(),
        text("state"),
        number("scans"),
        column("bytes", Kind::Bytes),
        column("unique", Kind::Boolean),
        text("cure"),
        text("definition"),
        column("last_scan", Kind::Time),
        number("entries_read"),
        number("rows_fetched"),
        column("counted_since", Kind::Time).hidden(),
    ],
    // What concerns an index and what concerns a constraint have numbers of their own.
    key: &[("oid", "oid"), ("state", "text")],
    known_by: &["schema", "table", "index", "cure"],
    order: ("table", false),
    every: seconds(30),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no indexes" },
};
