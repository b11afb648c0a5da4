//! About whom an explanation is, where that is not whoever is acted as.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;

use crate::{
    address::{Concept, Within},
    directory::{Candidate, Identities, IdentitiesAnswer, Others},
    pg::{Acting, Kind, Problem},
    tui::{
        cx::{Cx, Wish},
        facts::Facts,
        panes::sheet::{Asking, longest},
        place::{Place, Whom},
        popup::{Deed, Item, Menu},
        remote::{Remote, Wait},
    },
};

/// How long it may take to ask about somebody.
const MINUTES: i64 = 5;

/// Somebody who is named, with the identities that they have.
#[derive(Debug, Default)]
pub(in crate::tui::panes) struct Person {
    user: Remote<Identities>,
    other: Remote<Others>,
    /// Of whom the identities were asked.
    of: Option<String>,
    /// Whether it was already asked which identity is meant.
    offered: bool,
    missing: Option<Problem>,
}

/// The user or identity that the address names.
fn named(place: &Place) -> Option<&str> {
    let within = place.address.within.as_ref()?;
    (within.concept == Concept::User).then_some(within.id.as_str())
}

fn is_other(facts: Option<&Facts>, name: &str) -> bool {
    let words = facts.and_then(|facts| facts.words.as_ref());
    words.is_some_and(|words| words.others.iter().any(|other| other == name))
}

impl Person {
    /// Names whoever was asked about last where the address names nobody and nobody is acted as; whether somebody has to say it.
    pub(in crate::tui::panes) fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        if named(place).is_some() || cx.identity.acting().is_some() {
            return false;
        }
        let Some(whom) = cx.whom.cloned() else { return true };
        self.choose("whom", &whom.id, place);
        place.address.organization = whom.organization;
        false
    }

    /// Takes note of who was chosen, or of which membership of theirs.
    pub(in crate::tui::panes) fn choose(&mut self, name: &str, chosen: &str, place: &mut Place) {
        if name == "membership" {
            place.address.organization = Some(chosen.to_owned());
            return;
        }
        // Nobody by name is whoever is acted as.
        let within = Within { concept: Concept::User, id: chosen.to_owned() };
        place.address.within = (!chosen.is_empty()).then_some(within);
        place.address.organization = None;
        self.offered = false;
    }

    /// Asks which identities they have, where that is not known.
    pub(in crate::tui::panes) fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.missing = None;
        let Some(id) = named(place) else { return };
        if self.of.as_deref() == Some(id) && self.candidates().is_some() {
            return;
        }
        self.of = Some(id.to_owned());
        self.user.forget(cx);
        self.other.forget(cx);
        if is_other(cx.facts, id) {
            self.other.ask(Others, cx);
        } else {
            self.user.ask(Identities { user: id.to_owned() }, cx);
        }
    }

    fn answer(&self) -> Option<&IdentitiesAnswer> {
        self.user.value().or(self.other.value())
    }

    fn candidates(&self) -> Option<Vec<&Candidate>> {
        let of = self.of.as_deref()?;
        let answer = self.answer()?;
        let others = answer.others.iter().filter(|other| other.person.label == of);
        Some(if self.other.value().is_some() {
            others.collect()
        } else {
            answer.candidates.iter().collect()
        })
    }

    /// The identity that is meant; which of several is asked once.
    fn candidate(&mut self, place: &Place, cx: &mut Cx<'_>) -> Option<Candidate> {
        let candidates = self.candidates()?;
        let wanted = place.address.organization.as_ref();
        let meant = candidates
            .iter()
            .find(|candidate| wanted.is_some() && candidate.person.organization.as_ref() == wanted);
        let only = (candidates.len() == 1).then(|| candidates[0]);
        if let Some(chosen) = meant.copied().or(only) {
            return Some(chosen.clone());
        }
        if candidates.is_empty() {
            let said = "there is no identity to ask about";
            self.missing = Some(Problem::new(Kind::Missing, said));
            return None;
        }
        let entries: Vec<Item> = candidates
            .iter()
            .filter_map(|candidate| {
                let id = candidate.person.organization.clone()?;
                let of = candidate.organization.as_deref().unwrap_or(&id);
                let role = candidate.membership.as_deref().unwrap_or_default();
                Some(Item::new(of, role, Deed::Own("membership", id.clone())))
            })
            .collect();
        let title = "which membership?";
        if !std::mem::replace(&mut self.offered, true) {
            cx.open(Box::new(Menu::new(title, entries)));
        }
        None
    }

    /// As whom is asked, once that is known.
    pub(in crate::tui::panes) fn acting(
        &mut self,
        place: &Place,
        reason: &str,
        cx: &mut Cx<'_>,
    ) -> Option<Arc<Acting>> {
        if self.waits_since().is_some() {
            return None;
        }
        let id = named(place)?.to_owned();
        let candidate = self.candidate(place, cx)?;
        let label = candidate.person.label.clone();
        let several = self.candidates().is_some_and(|candidates| candidates.len() > 1);
        let organization = candidate.person.organization.clone().filter(|_| several);
        cx.wish(Wish::Concern(Whom { id, label, organization }));
        let until = cx.now.wall + TimeDelta::minutes(MINUTES);
        Some(Arc::new(candidate.acting(reason, cx.now.wall, until)))
    }

    pub(in crate::tui::panes) fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.user, &mut self.other]
    }

    pub(in crate::tui::panes) fn waits_since(&self) -> Option<Duration> {
        longest([self.user.wait().since(), self.other.wait().since()])
    }

    pub(in crate::tui::panes) const fn wait(&self) -> &Wait {
        self.user.wait()
    }

    pub(in crate::tui::panes) fn problem(&self) -> Option<&Problem> {
        [self.user.problem(), self.other.problem(), self.missing.as_ref()]
            .into_iter()
            .flatten()
            .next()
    }
}
