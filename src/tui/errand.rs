//! Names that a person typed, looked up before going where they are.
//!
//! Rows of lists lead on by their ids; only what is typed, bookmarked or given at the start goes through here.

use std::{collections::VecDeque, time::Duration};

use super::{
    ask::{AnyAnswer, Ticket},
    model::Model,
    msg::Effect,
    navigate,
    note::Note,
    place::{Organization, Place, explains},
    popup::ActAs,
    remote::Remote,
    update::{open, with_program},
};
use crate::{
    address::{Address, Concept, View},
    directory::{Resolve, What},
    pg::Problem,
};

/// The views whose object a person may call by name.
const NAMED: [(View, What); 3] = [
    (View::Organization, What::Organization),
    (View::Department, What::Department),
    (View::User, What::User),
];

/// An address whose names are being looked up, one after the other.
#[derive(Debug)]
pub struct Errand {
    address: Address,
    /// What people call the object of the address.
    label: Option<String>,
    left: VecDeque<Slot>,
    answer: Remote<Resolve>,
    /// Where one is, if one stays there.
    stays: bool,
    /// The identity that is no user and is to be acted as.
    other: Option<String>,
}

/// A part of an address that may be a name, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    part: Part,
    what: What,
}

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Organization,
    Object,
    Within,
    Acting,
}

impl Errand {
    /// Since when an answer is awaited.
    pub fn waits_since(&self) -> Option<Duration> {
        self.answer.wait().since()
    }

    /// What is being looked for.
    pub fn needle(&self) -> &str {
        self.left.front().and_then(|slot| self.text(slot.part)).unwrap_or_default()
    }

    fn text(&self, part: Part) -> Option<&str> {
        match part {
            Part::Organization => self.address.organization.as_deref(),
            Part::Object => self.address.object.as_deref(),
            Part::Within => self.address.within.as_ref().map(|within| within.id.as_str()),
            Part::Acting => self.address.acting.as_deref(),
        }
    }

    fn settle(&mut self, part: Part, id: String, label: String) {
        match part {
            Part::Organization => self.address.organization = Some(id),
            Part::Object => (self.address.object, self.label) = (Some(id), Some(label)),
            Part::Within => {
                if let Some(within) = &mut self.address.within {
                    within.id = id;
                    // An explanation is called after the row, and not after whoever it is about.
                    if !explains(self.address.view) {
                        self.label = Some(label);
                    }
                }
            }
            Part::Acting => self.address.acting = Some(id),
        }
    }

    /// The parts of `address` that may be names.
    fn slots(address: &Address, model: &Model) -> VecDeque<Slot> {
        let known = |id: &String| model.favourites.iter().any(|favourite| favourite.id == *id);
        let object =
            NAMED.iter().find(|(view, _)| *view == address.view).map(|(_, what)| what.clone());
        let within = address.within.as_ref().and_then(|within| match within.concept {
            Concept::Department => Some(What::Department),
            Concept::User => Some(What::User),
            Concept::Role | Concept::Table | Concept::Entity => None,
        });
        let organization = address.organization.as_ref().filter(|id| !known(id));
        let acting = address.acting.as_ref();
        [
            organization.map(|_| Slot { part: Part::Organization, what: What::Organization }),
            object
                .filter(|_| address.object.is_some())
                .map(|what| Slot { part: Part::Object, what }),
            within.map(|what| Slot { part: Part::Within, what }),
            acting.map(|_| Slot { part: Part::Acting, what: What::User }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Asks about acting as `who` where one is.
pub(super) fn act_as(model: &mut Model, who: String, effects: &mut Vec<Effect>) {
    let mut address = model.trail.top().pane.place().address;
    address.acting = Some(who);
    give_up(model, effects);
    let left = [Slot { part: Part::Acting, what: What::User }].into();
    let label = None;
    let errand =
        Errand { address, label, left, answer: Remote::default(), stays: true, other: None };
    proceed(model, errand, effects);
}

/// Goes to `address`, after looking up the names in it.
pub(super) fn begin(model: &mut Model, address: Address, effects: &mut Vec<Effect>) {
    give_up(model, effects);
    let left = Errand::slots(&address, model);
    let errand =
        Errand { address, label: None, left, answer: Remote::default(), stays: false, other: None };
    proceed(model, errand, effects);
}

/// Takes an answer.
pub(super) fn receive(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<AnyAnswer, Problem>,
    effects: &mut Vec<Effect>,
) {
    let Some(mut errand) = model.errand.take() else { return };
    if !errand.answer.settle(ticket, answer, model.now) {
        model.errand = Some(errand);
        return;
    }
    match (errand.answer.value().cloned(), errand.answer.problem()) {
        (Some(found), _) => {
            if let Some(slot) = errand.left.pop_front() {
                if found.what == What::Organization {
                    model.favour(Organization { id: found.id.clone(), name: found.label.clone() });
                }
                errand.settle(slot.part, found.id, found.label);
            }
            errand.answer = Remote::default();
            proceed(model, errand, effects);
        }
        (None, Some(problem)) => {
            model.note = Some(Note::from(problem));
            navigate::load_top(model, effects);
        }
        (None, None) => {}
    }
}

/// Gives up looking; whether anything was looked for.
pub(super) fn give_up(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let Some(mut errand) = model.errand.take() else { return false };
    with_program(model, effects, |cx| errand.answer.cancel(cx));
    navigate::load_top(model, effects);
    true
}

fn proceed(model: &mut Model, mut errand: Errand, effects: &mut Vec<Effect>) {
    let Some(Slot { what, .. }) = errand.left.front().cloned() else {
        return arrive(model, errand, effects);
    };
    let needle = errand.needle().to_owned();
    if errand.left.front().is_some_and(|slot| slot.part == Part::Acting) && is_other(model, &needle)
    {
        errand.left.pop_front();
        errand.other = Some(needle);
        return proceed(model, errand, effects);
    }
    with_program(model, effects, |cx| errand.answer.ask(Resolve { what, needle }, cx));
    model.errand = Some(errand);
}

/// Whether the mapping knows an identity under this name that is no user.
fn is_other(model: &Model, name: &str) -> bool {
    let words = model.facts.as_ref().and_then(|facts| facts.words.as_ref());
    words.is_some_and(|words| words.others.iter().any(|other| other.eq_ignore_ascii_case(name)))
}

fn arrive(model: &mut Model, errand: Errand, effects: &mut Vec<Effect>) {
    let Errand { mut address, label, other, stays, .. } = errand;
    let acting = address.acting.take();
    let place = Place { address, label };
    let then = (!stays).then(|| place.clone());
    match (other, acting) {
        (Some(name), _) => open(model, Box::new(ActAs::other(name, then)), effects),
        (None, Some(user)) => open(model, Box::new(ActAs::new(user, then)), effects),
        (None, None) => navigate::go(model, place, effects),
    }
}
