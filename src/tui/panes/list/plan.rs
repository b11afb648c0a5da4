//! The way to the plan of a statement that a row is, or that its session runs.
//!
//! A grid is sent the beginning of long values only. Where that may be all there is at hand the row is asked for whole first, so that a plan is never that
//! of half a statement.

use super::{ListPane, Record};
use crate::{
    list::{CLAMP, From, Page, Query},
    pg::Problem,
    tui::{ask::AnyAnswer, cx::Cx, note::Note, panes::down},
};

impl ListPane {
    /// Goes to the plan of the statement under the cursor, or says why there is none.
    pub(super) fn explain(&mut self, cx: &mut Cx<'_>) {
        match self.statement() {
            Some(Ok(statement)) if may_be_cut(&statement) => self.ask_whole(cx),
            Some(told) => lead(told, cx),
            None => {}
        }
    }

    fn ask_whole(&mut self, cx: &mut Cx<'_>) {
        let Some(record) = self.record() else { return };
        let query = match self.listing.exactly(record) {
            Some(filter) => self.query(From::Start).map(|query| Query { filter, ..query }),
            None => self.query(self.window.exactly()),
        };
        if let Ok(query) = query {
            let question = self.listing.ask(&self.place, Query { limit: 1, whole: true, ..query });
            self.whole.ask(question, cx);
        }
    }

    /// Takes the whole row, and goes on with its statement.
    pub(super) fn receive_whole(&self, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        let page = match answer.map(AnyAnswer::downcast::<Page>) {
            Ok(Ok(page)) => page,
            Ok(Err(_)) => return cx.say(Note::from(&Problem::bug("a row is no page"))),
            Err(problem) => return cx.say(Note::from(&problem)),
        };
        let told = page
            .items
            .first()
            .and_then(|item| self.listing.statement(Record { columns: &page.columns, item }));
        lead(told.unwrap_or_else(|| Err("it is over, and the statement with it".to_owned())), cx);
    }
}

/// Whether there may be more of it than a grid is sent.
fn may_be_cut(statement: &str) -> bool {
    u64::try_from(statement.chars().count()).is_ok_and(|count| count >= CLAMP)
}

fn lead(told: Result<String, String>, cx: &mut Cx<'_>) {
    match told {
        Ok(statement) => cx.go(down::plan(&statement)),
        Err(why) => cx.say(Note::warning(&why)),
    }
}
