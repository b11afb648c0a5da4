//! Following a timeline: what comes is put before all other rows, in the order in which it came, as long as somebody follows.
//!
//! Where the list stood when following began is marked before its rows are read, so that nothing falls in between; what both tell stands there once.

use std::sync::Arc;

use super::{Asked, ListPane};
use crate::{
    list::{Arrived, From, Item, Mark},
    pg::{Kind, Problem},
    tui::{ask::AnyAnswer, cx::Cx, remote::Wait},
};

/// So many rows are kept on screen; with more of them the list begins anew in its own order.
const KEPT: usize = 5000;

/// How far somebody was told of what comes.
#[derive(Debug, Default)]
pub(super) struct Following {
    mark: Option<Arc<Mark>>,
    pub(super) wait: Wait,
    /// What came while the beginning of the list was not at hand, the newest first.
    held: Vec<Item>,
}

impl ListPane {
    /// Begins to follow, or stops.
    pub(super) fn toggle_following(&mut self, cx: &mut Cx<'_>) {
        if self.following.is_some() {
            self.unfollow(cx);
            self.ask(Asked::Refresh(self.window.here()), cx);
        } else {
            self.place.address.sort = None;
            self.begin_following(cx);
        }
    }

    /// Follows from now on: the list is read once its state is marked.
    pub(super) fn begin_following(&mut self, cx: &mut Cx<'_>) {
        self.unfollow(cx);
        self.following = Some(Following::default());
        self.look_for_more(cx);
    }

    /// Reads the list from its beginning, and goes on following where somebody does.
    pub(super) fn begin_anew(&mut self, cx: &mut Cx<'_>) {
        if self.following.is_some() {
            self.begin_following(cx);
        } else {
            self.ask(Asked::Begin(From::Start), cx);
        }
    }

    /// Does not follow any more.
    pub(super) fn unfollow(&mut self, cx: &mut Cx<'_>) {
        if let Some(mut following) = self.following.take() {
            following.wait.cancel(cx);
        }
    }

    /// Asks what has come, if that is not being asked already.
    pub(super) fn look_for_more(&mut self, cx: &mut Cx<'_>) {
        let query = match self.query(From::Start) {
            Ok(query) => query,
            Err(problem) => return self.problem = Some(problem),
        };
        let Some(following) = self.following.as_mut() else { return };
        if following.wait.since().is_some() {
            return;
        }
        let mark = following.mark.clone();
        if let Some(question) = self.listing.follow(&self.place, query, mark) {
            following.wait.ask(question, cx);
        }
    }

    /// Takes what has come.
    pub(super) fn receive_arrived(&mut self, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        let Some(following) = self.following.as_mut() else { return };
        let arrived = match answer.map(AnyAnswer::downcast::<Arrived>) {
            Ok(Ok(arrived)) => *arrived,
            Ok(Err(_)) => {
                return self.problem = Some(Problem::bug("what comes was not answered as such"));
            }
            Err(problem) if problem.kind == Kind::Cancelled => return,
            Err(problem) => return self.problem = Some(problem),
        };
        let begins = following.mark.replace(arrived.mark).is_none();
        if begins {
            return self.ask(Asked::Begin(From::Start), cx);
        }
        self.problem = None;
        following.held.splice(0..0, arrived.page.items);
        self.put_what_came(cx);
        if arrived.more {
            self.look_for_more(cx);
        }
    }

    /// Puts what came before all other rows, where these are at hand.
    pub(super) fn put_what_came(&mut self, cx: &mut Cx<'_>) {
        let rows = self.rows(cx.lines, cx.form);
        let Some(following) = self.following.as_mut() else { return };
        if following.held.is_empty() || self.main.since().is_some() || !self.window.begins() {
            return;
        }
        let came = std::mem::take(&mut following.held);
        let before = self.key();
        self.window.arrive(came, rows);
        self.era += 1;
        self.widen();
        if before != self.key() {
            self.rest(cx);
        }
        if self.window.items().count() > KEPT {
            self.ask(Asked::Begin(From::Start), cx);
        }
    }
}
