//! One event, whole: who did what to which thing, and the difference that it made.

use std::time::Duration;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Matter, longest, padded, widest},
};
use crate::{
    address::View,
    audit::{Change, Event, EventOf, Side},
    list::{Column, Item},
    pg::Problem,
    text,
    tui::{
        cx::Cx,
        place::Place,
        remote::Remote,
        ui::{json, record::Styled},
    },
};

/// The columns that have sections of their own.
const SECTIONS: [&str; 3] = ["before", "after", "details"];
/// Names of what was changed stand no wider than this.
const PLACES: usize = 32;

/// One event.
#[derive(Debug)]
pub(super) struct OneEvent {
    object: Result<EventOf, Problem>,
    event: Remote<EventOf>,
}

impl OneEvent {
    /// The event that `object` names: its source, a slash and its id.
    pub(super) fn new(object: &str) -> Self {
        let object = object.split_once('/').map_or_else(
            || {
                Err(Problem::usage(format!("cannot read which event is meant: {object}"))
                    .hint("write its source, a slash and its id; `:audit` lists events"))
            },
            |(source, id)| Ok(EventOf { source: source.to_owned(), id: id.to_owned() }),
        );
        Self { object, event: Remote::default() }
    }

    fn row(&self) -> Option<(&Event, &Item)> {
        let event = self.event.value()?;
        Some((event, event.page.items.first()?))
    }

    fn value(&self, name: &str) -> Option<&str> {
        let (event, item) = self.row()?;
        event.page.value(item, name)
    }
}

impl Matter for OneEvent {
    fn load(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        if let Ok(object) = &self.object {
            self.event.ask(object.clone(), cx);
        }
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.event]
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([self.event.wait().since()])
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        for problem in [self.object.as_ref().err(), self.event.problem()].into_iter().flatten() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.event.wait());
        let Some(event) = self.event.value() else { return };
        let Some((_, item)) = self.row() else {
            let said = match draft.identity.acting() {
                Some(acting) => format!("{} does not see this event", acting.label()),
                None => "there is no such event".to_owned(),
            };
            return draft.text(&said, draft.theme.warn, 0, None);
        };
        if let Some(who) = self.value("acted_by") {
            let actor = self.value("actor").unwrap_or("somebody");
            let said = format!("{actor} was acted as, by {who}");
            draft.text(&said, draft.theme.warn, 2, None);
        }
        let shown = |column: &Column| !SECTIONS.contains(&column.name.as_str());
        let columns = event.page.columns.iter().enumerate();
        let columns: Vec<_> = columns.filter(|(_, column)| shown(column)).collect();
        let labels = widest(columns.iter().map(|(_, column)| column.heading()));
        for (index, column) in columns {
            let value = item.cells.get(index).and_then(Option::as_deref);
            if value.is_some() || !column.hidden {
                draft.cell(column, labels, value, self.lead(column, draft).as_ref());
            }
        }
        changes(event, draft);
        for name in SECTIONS {
            if let Some(value) = self.value(name) {
                draft.section(name);
                match json::parse(value) {
                    Some(parsed) => draft.json(&parsed, 2),
                    None => draft.text(value, draft.theme.text, 2, None),
                }
            }
        }
    }

    fn user(&self) -> Option<String> {
        self.value("actor_id").map(str::to_owned)
    }

    fn history(&self, _place: &Place) -> Option<Place> {
        let id = self.value("entity_id")?;
        Some(down::history(id, self.value("entity_type").unwrap_or(id)))
    }
}

impl OneEvent {
    /// Where the value of a column leads.
    fn lead(&self, column: &Column, draft: &Draft<'_>) -> Option<Lead> {
        let id = |name: &str| self.value(name);
        let place = match column.name.as_str() {
            "actor" => {
                let actor = id("actor_id")?;
                Place::one(View::User, actor, id("actor").unwrap_or(actor))
            }
            "organization" => {
                let organization = id("organization_id")?;
                let name = id("organization").unwrap_or(organization);
                down::organization(organization, name, draft.facts)
            }
            "entity_id" => {
                let entity = id("entity_id")?;
                down::history(entity, id("entity_type").unwrap_or(entity))
            }
            _ => return None,
        };
        Some(Lead { place, user: None })
    }
}

/// What the event changed, line by line.
fn changes(event: &Event, draft: &mut Draft<'_>) {
    let Some(changes) = &event.changes else { return };
    draft.section("changes");
    if changes.is_empty() {
        return draft.text("nothing: it was the same before", draft.theme.dim, 2, None);
    }
    let places: Vec<_> = changes.iter().map(Change::place).collect();
    let width = widest(places.iter().map(String::as_str)).min(PLACES);
    for (change, place) in changes.iter().zip(&places) {
        difference(change, place, width, draft);
    }
}

/// One difference on a line, or on two where both sides need room.
fn difference(change: &Change, place: &str, width: usize, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    let name = if width == 0 { String::new() } else { padded(place, width + 2) };
    let said = |value: &serde_json::Value| text::clean(&value.to_string()).into_owned();
    let line = |sign: &str, style, parts: Styled| -> Styled {
        let mut pieces = vec![(format!("  {sign} "), style), (name.clone(), theme.field)];
        pieces.extend(parts);
        pieces
    };
    match &change.side {
        Side::Removed(before) => {
            draft.line(line("-", theme.danger, vec![(said(before), theme.danger)]), None);
        }
        Side::Added(after) => {
            draft.line(line("+", theme.ok, vec![(said(after), theme.ok)]), None);
        }
        Side::Changed(before, after) => {
            let (before, after) = (said(before), said(after));
            let used = 6 + text::width(&name) + text::width(&before) + text::width(&after) + 3;
            if used <= draft.width() {
                let arrow = (" → ".to_owned(), theme.dim);
                let parts = vec![(before, theme.danger), arrow, (after, theme.ok)];
                draft.line(line("~", theme.warn, parts), None);
            } else {
                draft.line(line("-", theme.danger, vec![(before, theme.danger)]), None);
                draft.line(line("+", theme.ok, vec![(after, theme.ok)]), None);
            }
        }
    }
}
