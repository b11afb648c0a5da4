//! The list of events: every source of the system in one timeline, newest first.

use chrono::{DateTime, Utc};

use super::{mask, source::Reader};
use crate::{
    database::Database,
    directory::{Types, part::absent},
    list::{Moment, Page, Paged, Part, Position, Query, merged},
    mapping::Mapping,
    pg::{Identity, Kind::Missing, Problem, Run},
};

/// The columns in which an event may have copied a secret.
const COPIES: [&str; 3] = ["before", "after", "details"];

/// What happened; all of it where nothing is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    /// Only in this organization.
    pub organization: Option<String>,
    /// Only in this department.
    pub department: Option<String>,
    /// Only what this user did.
    pub actor: Option<String>,
    /// Only what was done to the thing with this id, or by it where it is a user.
    pub about: Option<String>,
    /// Only this one: the name of its source, and its id.
    pub one: Option<(String, String)>,
}

impl Paged for Events {
    async fn page(
        &self,
        database: &Database,
        identity: &Identity,
        run: &Run,
        query: &Query,
    ) -> Result<Page, Problem> {
        let readers = readers(database, run).await?;
        let sources: Vec<_> = readers.iter().map(|reader| reader.part(self)).collect();
        let mut page = merged(database, identity, run, &sources, query).await?;
        mask(database.mapping()?, &mut page);
        page.caveat = slow(&readers.iter().filter_map(Reader::lacks).collect::<Vec<_>>());
        Ok(page)
    }
}

impl Events {
    /// The sources of the system, each limited to what is asked for.
    pub(super) async fn sources(
        &self,
        database: &Database,
        run: &Run,
    ) -> Result<Vec<Part>, Problem> {
        let readers = readers(database, run).await?;
        Ok(readers.iter().map(|reader| reader.part(self)).collect())
    }
}

/// What reads each source of the system.
async fn readers<'a>(database: &'a Database, run: &Run) -> Result<Vec<Reader<'a>>, Problem> {
    let mapping = database.mapping()?;
    if mapping.audits.is_empty() {
        return Err(absent(mapping, "record of what happened"));
    }
    let sources = mapping.audits.iter().flat_map(|audit| audit.source.relations());
    database.know(sources.chain(Types::relations(mapping)), run).await?;
    let mut readers = Vec::new();
    for audit in &mapping.audits {
        readers.push(Reader::of(database, audit, run).await?);
    }
    Ok(readers)
}

/// That pages take long for want of these indexes.
fn slow(lacking: &[String]) -> Option<Problem> {
    let said = "every page sorts all events of a source, because no index has their time";
    (!lacking.is_empty()).then(|| Problem::new(Missing, said).hint(lacking.join("; ")))
}

/// Masks what an event may have copied of a secret, where the server could not.
pub(super) fn mask(mapping: &Mapping, page: &mut Page) {
    let names = mask::names(mapping);
    for column in COPIES.iter().filter_map(|name| page.column(name)).collect::<Vec<_>>() {
        for cell in page.items.iter_mut().filter_map(|item| item.cells.get_mut(column)) {
            *cell = cell.take().map(|text| mask::mask(&text, &names).into_owned());
        }
    }
}

/// The place in the timeline before which, newest first, everything happened after the time that somebody typed; `3h` is three hours before `now`.
pub fn at_time(typed: &str, now: DateTime<Utc>) -> Result<Position, Problem> {
    let time = Moment::read(typed.trim()).and_then(|moment| moment.at(now)).ok_or_else(|| {
        Problem::usage(format!("cannot read the time: {typed}"))
            .hint("write a time such as `2026-03-01`, `2026-03-01T12:00` or `7d` ago")
    })?;
    // Beyond all sources: nothing that happened at the very moment is skipped.
    Ok(Position { value: Some(Some(time)), key: vec![u32::MAX.to_string(), String::new()] })
}
