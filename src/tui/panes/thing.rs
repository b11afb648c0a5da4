//! One organization, department or role: all its columns whole, and the lists of what belongs to it.

use std::time::Duration;

use super::{
    down,
    sheet::{Answer, Asking, Draft, Lead, Matter},
};
use crate::{
    address::{Concept, View},
    cost::Dimension,
    directory::{Departments, Organizations, Roles},
    list::{Ask, Page, Query},
    pg::Problem,
    tui::{
        action::Action,
        ask::{AnyAnswer, AnyQuestion, Ticket},
        cx::Cx,
        cx::Wish,
        facts::Facts,
        place::{Organization, Place},
        remote::{Wait, stopped},
    },
};

/// One thing out of a list.
#[derive(Debug, Default)]
pub(super) struct Thing {
    wait: Wait,
    page: Option<Page>,
    problem: Option<Problem>,
}

/// The question for the row of the list in which the thing is.
fn question(place: &Place) -> Box<dyn AnyQuestion> {
    let id = place.address.object.as_deref().unwrap_or_default();
    let key = if place.address.view == View::Role { "name" } else { "id" };
    let filter = down::exactly([(key, id)]);
    let query = Query { filter, limit: 1, whole: true, ..Query::default() };
    if place.address.view == View::Role {
        Box::new(Ask { view: Roles, query })
    } else if place.address.view == View::Department {
        Box::new(Ask { view: Departments::default(), query })
    } else {
        Box::new(Ask { view: Organizations, query })
    }
}

impl Asking for Thing {
    fn take(&mut self, ticket: Ticket, answer: Answer, cx: &Cx<'_>) -> Option<Answer> {
        if !self.wait.settle(ticket, cx.now) {
            return Some(answer);
        }
        match answer.map(AnyAnswer::downcast::<Page>) {
            Ok(Ok(page)) => (self.page, self.problem) = (Some(*page), None),
            Ok(Err(_)) => self.problem = Some(Problem::bug("a list was not answered with a page")),
            Err(problem) => self.problem = Some(problem),
        }
        None
    }

    fn give_up(&mut self, cx: &mut Cx<'_>) {
        if self.wait.since().is_some() && self.page.is_none() {
            self.problem = Some(stopped());
        }
        self.wait.cancel(cx);
    }
}

impl Matter for Thing {
    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.wait.ask(question(place), cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![self]
    }

    fn answered(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let Some(page) = self.page.as_ref().filter(|_| place.address.view == View::Organization)
        else {
            return;
        };
        let Some(item) = page.items.first() else { return };
        if let (Some(id), Some(name)) = (page.value(item, "id"), page.value(item, "name")) {
            cx.wish(Wish::Favour(Organization { id: id.to_owned(), name: name.to_owned() }));
        }
    }

    fn why(&self, place: &Place, facts: Option<&Facts>) -> Option<Place> {
        facts?.origin_of(place.address.view, place.address.object.as_deref()?)
    }

    fn refuses(&self, _action: Action) -> Option<String> {
        None
    }

    fn waits_since(&self) -> Option<Duration> {
        self.wait.since()
    }

    fn usage(&self, place: &Place) -> Option<Place> {
        let id = place.address.object.as_deref()?;
        let of = [
            (View::Organization, Dimension::Organization),
            (View::Department, Dimension::Department),
        ];
        let (_, of) = of.into_iter().find(|(view, _)| *view == place.address.view)?;
        Some(down::usage(of, id, place.named().unwrap_or(id)))
    }

    fn history(&self, place: &Place) -> Option<Place> {
        let id = place.address.object.as_deref()?;
        let name = place.named().unwrap_or(id);
        if place.address.view == View::Department {
            return Some(down::within(View::Audit, Concept::Department, id, name));
        }
        let mut to = Place::of(View::Audit);
        to.address.organization = Some(id.to_owned());
        to.label = Some(name.to_owned());
        (place.address.view == View::Organization).then_some(to)
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = &self.problem {
            draft.problem(problem, 0);
        }
        draft.waiting(&self.wait);
        let Some(page) = &self.page else { return };
        let Some(item) = page.items.first() else {
            draft.text(
                "it is not there, or whoever is acted as does not see it",
                draft.theme.warn,
                0,
                None,
            );
            return;
        };
        let name = page.value(item, "name").unwrap_or_default();
        let leads = leads(place, name, draft.facts);
        let of = page.value(item, "organization_id").map(|id| {
            down::organization(id, page.value(item, "organization").unwrap_or(id), draft.facts)
        });
        draft.row(&page.columns, item, |column| {
            let place = match column.name.as_str() {
                "organization" => of.clone()?,
                "users" if place.address.view == View::Role => leads.first()?.clone(),
                name => leads.iter().find(|place| place.address.view.name() == name)?.clone(),
            };
            Some(Lead { place, user: None })
        });
        if !leads.is_empty() {
            draft.section("what belongs to it");
        }
        for place in leads {
            let view = place.address.view;
            let name = draft.facts.map_or_else(|| view.name().to_owned(), |facts| facts.name(view));
            let pieces = vec![(format!("  {name}"), draft.theme.key)];
            draft.line(pieces, Some(Lead { place, user: None }));
        }
    }
}

/// The lists of what belongs to the thing, as far as the schema records it.
fn leads(place: &Place, name: &str, facts: Option<&Facts>) -> Vec<Place> {
    let words = facts.and_then(|facts| facts.words.as_ref());
    let id = place.address.object.as_deref().unwrap_or_default();
    let of_organization = |view| {
        let mut place = Place::of(view);
        place.label = Some(name.to_owned());
        place.address.organization = Some(id.to_owned());
        place
    };
    if place.address.view == View::Role {
        vec![down::role(id)]
    } else if place.address.view == View::Department {
        if words.is_some_and(|words| !words.department_has_people) {
            return Vec::new();
        }
        vec![down::within(View::Users, Concept::Department, id, name)]
    } else {
        let flat = words.is_some_and(|words| words.department.is_none());
        [View::Departments, View::Users, View::Memberships, View::Grants]
            .into_iter()
            .filter(|view| !(flat && *view == View::Departments))
            .map(of_organization)
            .collect()
    }
}
