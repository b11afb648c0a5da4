//! The four queries that hastecrm's document tells its operators to watch, under their own names, with what was wrong in them mended.

use super::{
    Capability, Needs, Panel,
    panel::{Source, column, number, seconds, text},
};
use crate::list::Kind;

/// "Table sizes".
pub(super) static TABLE_SIZES: Panel = Panel {
    source: Source::Fixed(include_str!("sql/table_sizes.sql")),
    columns: &[
        text("schemaname").pinned(),
        text("tablename").pinned(),
        column("size", Kind::Bytes),
        column("table_size", Kind::Bytes),
    ],
    key: &[("oid", "oid")],
    known_by: &["schemaname", "tablename"],
    order: ("size", true),
    every: seconds(60),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no tables" },
};

/// "Slow queries": those that take longer than 100 ms on average.
pub(super) static SLOW_QUERIES: Panel = Panel {
    source: Source::Counted(Some("t.mean_ms > 100")),
    columns: &[
        text("query"),
        number("calls"),
        number("mean_ms").called("mean_exec_time"),
        number("total_ms").called("total_exec_time"),
        number("rows"),
        text("role"),
        text("query_id").hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: super::statements::KEY,
    known_by: &["query_id", "role"],
    order: ("mean_ms", true),
    every: seconds(10),
    capability: Capability {
        needs: Needs::Statements,
        empty: "no statement takes longer than 100 ms on average",
    },
};

/// "Index usage": what is used least comes first.
pub(super) static INDEX_USAGE: Panel = Panel {
    source: Source::Fixed(include_str!("sql/index_usage.sql")),
    columns: &[
        text("schemaname"),
        text("tablename").pinned(),
        text("indexname").pinned(),
        number("idx_scan"),
        number("idx_tup_read"),
        number("idx_tup_fetch"),
    ],
    key: &[("oid", "oid")],
    known_by: &["schemaname", "indexname"],
    order: ("idx_scan", false),
    every: seconds(30),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no indexes" },
};

/// "Cache hit ratio" of all tables together.
pub(super) static CACHE_HIT_RATIO: Panel = Panel {
    source: Source::Fixed(include_str!("sql/cache_hit_ratio.sql")),
    columns: &[number("heap_read"), number("heap_hit"), number("ratio")],
    key: &[("heap_read", "int8")],
    known_by: &["heap_read"],
    order: ("heap_read", true),
    every: seconds(10),
    capability: Capability { needs: Needs::Nothing, empty: "the database has no tables" },
};
