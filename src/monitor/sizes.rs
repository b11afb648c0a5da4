//! Sizes of tables, with and without their indexes.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The tables of the database, the largest first.
pub(super) static SIZES: Panel = Panel {
    source: Source::Fixed(include_str!("sql/sizes.sql")),
    columns: &[
        text("schema").pinned(),
        text("table").pinned(),
        column("total_bytes", Kind::Bytes).called("total"),
        column("table_bytes", Kind::Bytes).called("rows_take"),
        column("index_bytes", Kind::Bytes).called("indexes_take"),
        number("rows_estimate").called("~rows"),
        text("kind"),
        text("partition_of"),
        column("measured", Kind::Boolean),
    ],
    key: &[("oid", "oid")],
    known_by: &["schema", "table"],
    order: ("total_bytes", true),
    every: seconds(60),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no tables" },
};
