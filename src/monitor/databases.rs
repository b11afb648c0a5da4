//! Databases: what each of them went through since it is counted.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// The databases of the server, the largest first.
pub(super) static DATABASES: Panel = Panel {
    source: Source::Fixed(include_str!("sql/databases.sql")),
    columns: &[
        text("database").pinned(),
        column("bytes", Kind::Bytes),
        number("sessions"),
        text("problem"),
        number("commits"),
        number("rollback_share").called("rolled_back"),
        number("hit_ratio"),
        number("deadlocks"),
        number("temp_files"),
        column("temp_bytes", Kind::Bytes),
        number("conflicts"),
        number("checksum_failures").called("damaged"),
        number("rollbacks").hidden(),
        column("counted_since", Kind::Time),
    ],
    key: &[("oid", "oid")],
    known_by: &["database"],
    order: ("bytes", true),
    every: seconds(30),
    capability: Capability { needs: Needs::Nothing, empty: "there are none" },
};
