//! One user: all that is known about them, and what they may see.
//!
//! What they may see is looked at as they, one question for each of their identities, and stands in the journal like any other acting.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Matter, padded, widest},
};
use crate::{
    address::View,
    directory::{Candidate, Detail, Identities, Look, UserDetail, Visible},
    list::Page,
    pg::{Kind, Problem},
    text,
    tui::{
        action::Action,
        cx::Cx,
        facts::Facts,
        place::Place,
        remote::Remote,
        ui::{cell, json},
    },
};

/// More identities than these are not looked through.
const LOOKED_THROUGH: usize = 8;
/// How long a look may take.
const MINUTES: i64 = 5;

/// One user.
#[derive(Debug)]
pub(super) struct User {
    id: String,
    detail: Remote<UserDetail>,
    identities: Remote<Identities>,
    looks: Vec<(Candidate, Remote<Look>)>,
}

impl User {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            detail: Remote::default(),
            identities: Remote::default(),
            looks: Vec::new(),
        }
    }
}

impl Matter for User {
    fn load(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        for (_, look) in &mut self.looks {
            look.cancel(cx);
        }
        self.looks.clear();
        self.detail.ask(UserDetail { id: self.id.clone() }, cx);
        self.identities.ask(Identities { user: self.id.clone() }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        let looks = self.looks.iter_mut().map(|(_, look)| look as &mut dyn Asking);
        let first: [&mut dyn Asking; 2] = [&mut self.detail, &mut self.identities];
        first.into_iter().chain(looks).collect()
    }

    fn answered(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        let Some(answer) = self.identities.value().filter(|_| self.looks.is_empty()) else {
            return;
        };
        if self.identities.wait().since().is_some() {
            return;
        }
        for candidate in answer.candidates.iter().take(LOOKED_THROUGH) {
            let reason = format!("looked at what {} may see", candidate.person.label);
            let until = cx.now.wall + TimeDelta::minutes(MINUTES);
            let acting = Arc::new(candidate.acting(&reason, cx.now.wall, until));
            let mut look = Remote::default();
            look.ask(Look { acting }, cx);
            self.looks.push((candidate.clone(), look));
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        let looks = self.looks.iter().map(|(_, look)| look.wait().since());
        let first = [self.detail.wait().since(), self.identities.wait().since()];
        first.into_iter().chain(looks).flatten().min()
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.detail.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.detail.wait());
        if let Some(detail) = self.detail.value() {
            let Some(item) = detail.user.items.first() else {
                let said = match draft.identity.acting() {
                    Some(acting) => format!("{} does not see this user", acting.label()),
                    None => "there is no user with this id any more".to_owned(),
                };
                return draft.text(&said, draft.theme.warn, 0, None);
            };
            let of = detail.user.value(item, "organization_id").map(|id| {
                let name = detail.user.value(item, "organization").unwrap_or(id);
                Lead { place: down::organization(id, name, draft.facts), user: None }
            });
            draft.row(&detail.user.columns, item, |column| {
                of.clone().filter(|_| column.name == "organization")
            });
        }
        self.may_see(draft);
        if let Some(detail) = self.detail.value() {
            belongs(detail, draft);
            departments(detail, draft);
            grants(detail, draft);
            permissions(detail, draft);
            events(detail, draft);
        }
    }

    fn user(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn why(&self, place: &Place, facts: Option<&Facts>) -> Option<Place> {
        facts?.origin_of(place.address.view, &self.id)
    }

    fn refuses(&self, _action: Action) -> Option<String> {
        None
    }

    fn history(&self, place: &Place) -> Option<Place> {
        Some(down::history(&self.id, place.named().unwrap_or(&self.id)))
    }
}

impl User {
    /// The rows of the watched tables that each of the user's identities sees.
    fn may_see(&self, draft: &mut Draft<'_>) {
        draft.section("may see");
        if let Some(problem) = self.identities.problem() {
            draft.problem(problem, 2);
        }
        draft.waiting(self.identities.wait());
        let Some(answer) = self.identities.value() else { return };
        if !answer.filters {
            let said = "no table has row security: nothing is filtered for anybody";
            draft.text(said, draft.theme.warn, 2, None);
        }
        if answer.candidates.is_empty() {
            draft.text("nothing: there is no identity to act as", draft.theme.warn, 2, None);
        }
        let looked = answer.candidates.len().min(LOOKED_THROUGH);
        for (candidate, look) in &self.looks {
            let of = candidate.organization.as_deref().map(|of| format!(" in {of}"));
            let said = format!("as {}{}", candidate.role, of.unwrap_or_default());
            draft.text(&said, draft.theme.dim, 2, None);
            if let Some(problem) = look.problem() {
                draft.problem(problem, 4);
            }
            draft.waiting(look.wait());
            let visible = look.value().map(|session| session.visible.as_slice());
            for table in visible.unwrap_or_default() {
                self.table(table, draft);
            }
        }
        if answer.candidates.len() > looked {
            let more = answer.candidates.len() - looked;
            draft.text(
                &format!("and {more} more identities: `i` acts as one"),
                draft.theme.dim,
                2,
                None,
            );
        }
    }

    fn table(&self, visible: &Visible, draft: &mut Draft<'_>) {
        let name = visible.table.to_string();
        let theme = draft.theme;
        let place = Place::one(View::Rows, name.clone(), name.clone());
        let lead = Lead { place, user: Some(self.id.clone()) };
        match &visible.rows {
            Ok(count) => {
                let more = if count.more { "+" } else { "" };
                let rows = format!("{}{more}", cell::count(count.rows.cast_signed()));
                let style = if count.rows == 0 { theme.dim } else { theme.text };
                draft.line(
                    vec![(format!("    {rows:>6}  "), theme.number), (name, style)],
                    Some(lead),
                );
            }
            Err(problem) => {
                draft.line(
                    vec![("         –  ".to_owned(), theme.danger), (name, theme.text)],
                    None,
                );
                draft.problem(problem, 12);
            }
        }
    }
}

/// The organizations that they are in.
fn belongs(detail: &Detail, draft: &mut Draft<'_>) {
    let facts = draft.facts;
    part(
        "memberships",
        &detail.memberships,
        draft,
        &["organization", "role", "status", "joined_at"],
        |page, index| {
            let item = page.items.get(index)?;
            let id = page.value(item, "organization_id")?;
            Some(down::organization(id, page.value(item, "organization").unwrap_or(id), facts))
        },
    );
}

fn departments(detail: &Detail, draft: &mut Draft<'_>) {
    let name =
        draft.facts.map_or_else(|| "departments".to_owned(), |facts| facts.name(View::Departments));
    draft.section(&name);
    let departments = match &detail.departments {
        Ok(departments) if departments.is_empty() => return none(draft, "none"),
        Ok(departments) => departments,
        Err(problem) => return lacks(problem, draft),
    };
    let names = widest(departments.iter().map(|department| department.name.as_str()));
    for department in departments {
        let pieces = vec![
            ("  ".to_owned(), draft.theme.text),
            (padded(&department.name, names + 2), draft.theme.key),
            (text::clean(&department.role).into_owned(), draft.theme.text),
        ];
        let place = down::department(&department.id, &department.name, draft.facts);
        draft.line(pieces, Some(Lead { place, user: None }));
    }
}

fn grants(detail: &Detail, draft: &mut Draft<'_>) {
    part(
        "grants",
        &detail.grants,
        draft,
        &["role", "scope", "scope_type", "granted_at"],
        |page, index| page.value(page.items.get(index)?, "role").map(down::role),
    );
}

/// The rows of a part as a small table.
fn part(
    head: &str,
    part: &Result<Page, Problem>,
    draft: &mut Draft<'_>,
    names: &[&str],
    lead: impl Fn(&Page, usize) -> Option<Place>,
) {
    draft.section(head);
    let page = match part {
        Ok(page) => page,
        Err(problem) => return lacks(problem, draft),
    };
    if page.items.is_empty() {
        return none(draft, "none");
    }
    let columns: Vec<_> = names.iter().filter_map(|name| page.column(name)).collect();
    let shown = |row: usize, column: usize| {
        let value = page.items[row].cells.get(column).and_then(Option::as_deref);
        value.map(|_| cell::shown(&page.columns[column], value).into_owned()).unwrap_or_default()
    };
    let rows = 0..page.items.len();
    let widths: Vec<_> = columns
        .iter()
        .map(|column| {
            let shown: Vec<_> = rows.clone().map(|row| shown(row, *column)).collect();
            widest(shown.iter().map(String::as_str))
        })
        .collect();
    for row in rows {
        let mut pieces = vec![("  ".to_owned(), draft.theme.text)];
        for (place, (column, width)) in columns.iter().zip(&widths).enumerate() {
            let style = if place == 0 { draft.theme.key } else { draft.theme.text };
            let value = shown(row, *column);
            let gap = if *width == 0 { 0 } else { width - text::width(&value) + 2 };
            pieces.push((format!("{value}{}", " ".repeat(gap)), style));
        }
        draft.line(pieces, lead(page, row).map(|place| Lead { place, user: None }));
    }
}

fn permissions(detail: &Detail, draft: &mut Draft<'_>) {
    draft.section("permissions");
    match &detail.permissions {
        Err(problem) => lacks(problem, draft),
        Ok(all) if all.is_empty() => none(draft, "none are written down for them"),
        Ok(all) => {
            for (from, rights) in all {
                draft.text(&format!("from the {from}"), draft.theme.dim, 2, None);
                match json::parse(rights) {
                    Some(parsed) => draft.json(&parsed, 4),
                    None => draft.text(rights, draft.theme.text, 4, None),
                }
            }
        }
    }
}

fn events(detail: &Detail, draft: &mut Draft<'_>) {
    draft.section("last events");
    let events = match &detail.events {
        Err(problem) => return lacks(problem, draft),
        Ok(events) if events.is_empty() => return none(draft, "none"),
        Ok(events) => events,
    };
    let actions = widest(events.iter().map(|event| event.action.as_str())).min(32);
    let entities = widest(events.iter().map(|event| event.entity.as_str())).min(64);
    for event in events {
        let theme = draft.theme;
        let at = event.at.get(..19).unwrap_or(&event.at);
        let pieces = vec![
            (format!("  {}  ", text::clean(at)), theme.number),
            (padded(&event.action, actions + 2), theme.text),
            (padded(&event.entity, entities + 2), theme.text),
            (text::clean(&event.source).into_owned(), theme.dim),
        ];
        let lead = event.row.as_ref().map(|(table, column, key)| {
            let filter = down::exactly([(column.as_str(), key.as_str())]);
            Lead { place: down::rows(View::Row, table, &filter), user: None }
        });
        draft.line(pieces, lead);
    }
}

fn none(draft: &mut Draft<'_>, said: &str) {
    draft.text(said, draft.theme.dim, 2, None);
}

/// What the schema lacks is said; it is nothing wrong.
fn lacks(problem: &Problem, draft: &mut Draft<'_>) {
    if problem.kind == Kind::Missing {
        draft.text(&problem.summary, draft.theme.dim, 2, None);
    } else {
        draft.problem(problem, 2);
    }
}
