//! One question about somebody: about whoever is acted as, or about somebody who is named and is acted as for this question alone.

use std::time::Duration;

use super::Person;
use crate::{
    pg::Problem,
    question::Question,
    rls::Apart,
    tui::{
        cx::Cx,
        panes::sheet::{Asking, Draft, longest},
        place::Place,
        popup::AboutWhom,
        remote::Remote,
    },
};

/// A question, and about whom.
#[derive(Debug)]
pub(in crate::tui::panes) struct Inquiry<Q: Question> {
    person: Person,
    /// About whoever is acted as.
    here: Remote<Q>,
    /// About somebody who is not.
    apart: Remote<Apart<Q>>,
    /// Whether it is asked as soon as it is known about whom.
    pending: bool,
    /// Whether the operator's own login will do where nobody is named.
    own: bool,
}

impl<Q: Question> Default for Inquiry<Q> {
    fn default() -> Self {
        Self {
            person: Person::default(),
            here: Remote::default(),
            apart: Remote::default(),
            pending: false,
            own: false,
        }
    }
}

impl<Q: Question> Inquiry<Q> {
    /// One for which the operator's own login will do where nobody is named.
    pub(in crate::tui::panes) fn or_own() -> Self {
        Self { own: true, ..Self::default() }
    }

    /// Asks whom it is about, where nothing says so.
    pub(in crate::tui::panes) fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) {
        if !self.own && self.person.arrive(place, cx) {
            cx.open(Box::<AboutWhom>::default());
        }
    }

    /// Finds out which identities they have.
    pub(in crate::tui::panes) fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.person.load(place, cx);
    }

    /// Asks as soon as it is known about whom; `reason` is for the journal.
    pub(in crate::tui::panes) fn ask(
        &mut self,
        question: Q,
        reason: &str,
        place: &Place,
        cx: &mut Cx<'_>,
    ) {
        if place.address.within.is_none() && (self.own || cx.identity.acting().is_some()) {
            self.apart.forget(cx);
            self.here.ask(question, cx);
            return;
        }
        self.here.forget(cx);
        self.pending = self.person.waits_since().is_some();
        if let Some(acting) = self.person.acting(place, reason, cx) {
            self.apart.ask(Apart { acting, question }, cx);
        }
    }

    /// Forgets what was answered.
    pub(in crate::tui::panes) fn forget(&mut self, cx: &mut Cx<'_>) {
        self.here.forget(cx);
        self.apart.forget(cx);
    }

    /// Takes note of whom it is about from now on, or of which membership of theirs.
    pub(in crate::tui::panes) fn choose(
        &mut self,
        name: &str,
        chosen: &str,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) {
        self.person.choose(name, chosen, place);
        self.forget(cx);
        self.person.load(place, cx);
    }

    /// Whether it is known now about whom, and the question waited for that.
    pub(in crate::tui::panes) fn is_due(&self) -> bool {
        self.pending && self.person.waits_since().is_none()
    }

    pub(in crate::tui::panes) fn questions(&mut self) -> Vec<&mut dyn Asking> {
        let own: [&mut dyn Asking; 2] = [&mut self.here, &mut self.apart];
        own.into_iter().chain(self.person.questions()).collect()
    }

    pub(in crate::tui::panes) fn waits_since(&self) -> Option<Duration> {
        longest([self.here.wait().since(), self.apart.wait().since(), self.person.waits_since()])
    }

    pub(in crate::tui::panes) fn answer(&self) -> Option<&Q::Answer> {
        self.here.value().or(self.apart.value())
    }

    pub(in crate::tui::panes) fn problem(&self) -> Option<&Problem> {
        self.here.problem().or(self.apart.problem()).or_else(|| self.person.problem())
    }

    /// That an answer is awaited; and, where there is none and none is awaited, `whom` it could be about.
    pub(in crate::tui::panes) fn write(&self, whom: &str, draft: &mut Draft<'_>) {
        for wait in [self.here.wait(), self.apart.wait(), self.person.wait()] {
            draft.waiting(wait);
        }
        let silent = self.answer().is_none() && self.problem().is_none();
        if !self.own && silent && self.waits_since().is_none() {
            let said = format!("{whom} `a` asks about a user, and `i` on a user acts as them");
            draft.text(&said, draft.theme.warn, 0, None);
        }
    }
}
