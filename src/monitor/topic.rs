//! What there is to see of the server: one topic for each view.

use super::{
    Panel,
    activity::ACTIVITY,
    cache::CACHE,
    connections::CONNECTIONS,
    databases::DATABASES,
    documented::{CACHE_HIT_RATIO, INDEX_USAGE, SLOW_QUERIES, TABLE_SIZES},
    indexes::INDEXES,
    locks::LOCKS,
    progress::PROGRESS,
    replication::REPLICATION,
    sequences::SEQUENCES,
    settings::SETTINGS,
    sizes::SIZES,
    slots::SLOTS,
    statements::STATEMENTS,
    transactions::TRANSACTIONS,
    vacuum::VACUUM,
    wraparound::WRAPAROUND,
};

/// What there is to see of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Sessions and what they do.
    Activity,
    /// Who waits for whom.
    Locks,
    /// What is open, and for how long.
    Transactions,
    /// What statements cost.
    Statements,
    /// How many there are, of how many there may be.
    Connections,
    /// What each went through.
    Databases,
    /// How large tables are.
    Sizes,
    /// How indexes are used, and where one is missing.
    Indexes,
    /// How often memory had what was read.
    Cache,
    /// Dead rows and old transactions.
    Vacuum,
    /// How far long commands are.
    Progress,
    /// How near transaction numbers are to running out.
    Wraparound,
    /// What is set that should not be.
    Settings,
    /// How much of sequences is used up.
    Sequences,
    /// Who receives changes, and how far behind.
    Replication,
    /// What is kept for those who do.
    Slots,
    /// "Table sizes" of hastecrm's document.
    TableSizes,
    /// "Slow queries" of hastecrm's document.
    SlowQueries,
    /// "Index usage" of hastecrm's document.
    IndexUsage,
    /// "Cache hit ratio" of hastecrm's document.
    CacheHitRatio,
}

impl Topic {
    /// All of them, in reading order.
    pub const ALL: [Self; 20] = [
        Self::Activity,
        Self::Locks,
        Self::Transactions,
        Self::Statements,
        Self::Connections,
        Self::Databases,
        Self::Sizes,
        Self::Indexes,
        Self::Cache,
        Self::Vacuum,
        Self::Progress,
        Self::Wraparound,
        Self::Settings,
        Self::Sequences,
        Self::Replication,
        Self::Slots,
        Self::TableSizes,
        Self::SlowQueries,
        Self::IndexUsage,
        Self::CacheHitRatio,
    ];

    /// How it is seen.
    pub fn panel(self) -> &'static Panel {
        match self {
            Self::Activity => &ACTIVITY,
            Self::Locks => &LOCKS,
            Self::Transactions => &TRANSACTIONS,
            Self::Statements => &STATEMENTS,
            Self::Connections => &CONNECTIONS,
            Self::Databases => &DATABASES,
            Self::Sizes => &SIZES,
            Self::Indexes => &INDEXES,
            Self::Cache => &CACHE,
            Self::Vacuum => &VACUUM,
            Self::Progress => &PROGRESS,
            Self::Wraparound => &WRAPAROUND,
            Self::Settings => &SETTINGS,
            Self::Sequences => &SEQUENCES,
            Self::Replication => &REPLICATION,
            Self::Slots => &SLOTS,
            Self::TableSizes => &TABLE_SIZES,
            Self::SlowQueries => &SLOW_QUERIES,
            Self::IndexUsage => &INDEX_USAGE,
            Self::CacheHitRatio => &CACHE_HIT_RATIO,
        }
    }
}
