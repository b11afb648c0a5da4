//! What there is to see of the server: sessions, locks, statements, sizes and the rest, each looked at again and again while it is on screen.

use std::time::Duration;

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::View,
    list::{Ask, Filter, Page, Query},
    monitor::{Intervals, Target, Topic, Watch},
    pg::{RelationName, Verbatim},
    tui::{ask::AnyQuestion, facts::Facts, place::Place, stage::Stage},
};

/// The list of what there is to see of `topic`.
pub(super) fn listing(topic: Topic) -> Box<dyn Listing> {
    Box::new(WatchList { topic, intervals: Intervals::default() })
}

#[derive(Debug)]
struct WatchList {
    topic: Topic,
    /// What statements had cost when they were looked at last.
    intervals: Intervals,
}

impl Listing for WatchList {
    fn ask(&self, _place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: Watch(self.topic), query })
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn is_of_catalog(&self) -> bool {
        true
    }

    fn enter(&self, _place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        let (schema, table) = match self.topic {
            Topic::Sizes | Topic::Indexes | Topic::Vacuum => {
                (row.get("schema")?, row.get("table")?)
            }
            Topic::Wraparound => (row.get("schema")?, row.get("name")?),
            Topic::TableSizes | Topic::IndexUsage => {
                (row.get("schemaname")?, row.get("tablename")?)
            }
            Topic::Statements | Topic::SlowQueries => {
                return self.statement(row)?.ok().map(|statement| down::plan(&statement));
            }
            Topic::Activity
            | Topic::Locks
            | Topic::Transactions
            | Topic::Connections
            | Topic::Cache
            | Topic::Replication
            | Topic::Slots
            | Topic::Databases
            | Topic::Progress
            | Topic::Settings
            | Topic::Sequences
            | Topic::CacheHitRatio => return None,
        };
        let name = RelationName::new(schema, table).to_string();
        Some(Place::one(View::Table, name.clone(), name))
    }

    fn problems(&self) -> Option<&'static str> {
        match self.topic {
            Topic::Activity | Topic::Transactions | Topic::Databases | Topic::Slots => {
                Some("problem!=null")
            }
            Topic::Indexes => Some("state!=used state!=needed"),
            Topic::Vacuum | Topic::Wraparound | Topic::Settings => Some("state!=ok"),
            Topic::Sequences => Some("state!=ok state!=unused"),
            Topic::Locks
            | Topic::Statements
            | Topic::Connections
            | Topic::Sizes
            | Topic::Cache
            | Topic::Replication
            | Topic::Progress
            | Topic::TableSizes
            | Topic::SlowQueries
            | Topic::IndexUsage
            | Topic::CacheHitRatio => None,
        }
    }

    fn busy(&self) -> Option<&'static str> {
        (self.topic == Topic::Activity).then_some("state!=idle")
    }

    fn every(&self) -> Option<Duration> {
        Some(self.topic.panel().every)
    }

    fn exactly(&self, row: Record<'_>) -> Option<Filter> {
        let known_by = self.topic.panel().known_by.iter();
        let values: Vec<_> =
            known_by.map(|name| (*name, row.get(name).unwrap_or("null"))).collect();
        Some(down::exactly(values))
    }

    fn session(&self, row: Record<'_>) -> Option<Target> {
        let pid = row.get("pid")?.parse().ok().filter(|pid| *pid != 0)?;
        let backend_start = row.get("backend_start")?.to_owned();
        Some(Target { pid, backend_start: Some(backend_start) })
    }

    fn statement(&self, row: Record<'_>) -> Option<Result<String, String>> {
        let query = row.get("query")?;
        if row.get("readable") == Some("false") {
            return Some(Err("the statement is hidden from this login".to_owned()));
        }
        if query.trim().is_empty() {
            return Some(Err("the session has run no statement yet".to_owned()));
        }
        if query.ends_with('…') {
            return Some(Err("the server cut it, and keeps its beginning only: `track_activity_query_size` says how much; `:statements` has it whole".to_owned()));
        }
        if is_own(row) && Verbatim::read(query).is_err() {
            return Some(Err(OWN.to_owned()));
        }
        if row.get("here") == Some("false") {
            let database = row.get("database").unwrap_or("none");
            return Some(Err(format!("it runs in another database: {database}")));
        }
        Some(Ok(query.to_owned()))
    }

    fn learn(&mut self, page: &mut Page) {
        if self.topic == Topic::Statements {
            self.intervals.learn(page);
        }
        seal(page);
    }

    fn empty(&self, _stage: &Stage<'_>) -> String {
        self.topic.panel().capability.empty.to_owned()
    }
}

/// Why what purview sends around its questions has no plan.
const OWN: &str = "purview's own session: what it sent last is what stands around its questions, of which there is no plan; `@` lists the questions";

/// Whether the session is purview's own, or that of another purview.
fn is_own(row: Record<'_>) -> bool {
    let application = row.get("application").unwrap_or_default();
    application == "purview" || application.starts_with("purview:")
}

/// Puts a lock in the place of what the login may not see, and what would open it.
fn seal(page: &mut Page) {
    let (Some(readable), Some(query)) = (page.column("readable"), page.column("query")) else {
        return;
    };
    let cure = page.caveat.as_ref().and_then(|caveat| caveat.hint.as_deref()).unwrap_or("hidden");
    let sign = format!("🔒 {cure}");
    for item in &mut page.items {
        if item.cells[readable].as_deref() == Some("false") {
            item.cells[query] = Some(sign.clone());
        }
    }
}
