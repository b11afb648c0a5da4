//! Writing the list into a file: all rows that pass the filter, in the order on screen, not only those at hand.
//!
//! The list can be looked at meanwhile. Whoever leaves it, or presses Esc, stops it.

use super::ListPane;
use crate::{
    list::{From, Query},
    pg::Part,
    report::Format,
    tui::{
        ask::Ticket,
        cx::Cx,
        msg::{Moment, Written},
        note::Note,
        popup::Question,
        remote::Wait,
    },
};

/// Rows of a page: what has no index to walk is sorted anew for each.
const PAGE: usize = 5000;

/// A file that is being written.
#[derive(Debug, Default)]
pub(super) struct Exporting {
    wait: Wait,
    name: String,
}

impl Exporting {
    /// Since when a file is being written.
    pub(super) fn since(&self) -> Option<std::time::Duration> {
        self.wait.since()
    }

    /// Takes note that the file is written, or not; whether it was about that.
    pub(super) fn settle(&mut self, ticket: Ticket, now: Moment) -> bool {
        self.wait.settle(ticket, now)
    }

    pub(super) fn cancel(&mut self, cx: &mut Cx<'_>) {
        self.wait.cancel(cx);
    }
}

impl ListPane {
    /// Asks for the file.
    pub(super) fn ask_where(&self, cx: &mut Cx<'_>) {
        let about = "a new file, for you alone; .ndjson, .csv (.sheet.csv for a spreadsheet: no text is a formula), .json or .md; relative to where purview was started";
        let name = self.listing.name(&self.place);
        let title = if self.place.address.filter.is_empty() {
            "write all rows into which file?"
        } else {
            "write all rows that pass the filter into which file?"
        };
        cx.open(Box::new(Question::new(title, about, "export").with(&format!("{name}.ndjson"))));
    }

    /// Begins to write all rows into the file `name`.
    pub(super) fn export(&mut self, name: &str, cx: &mut Cx<'_>) {
        if self.exporting.since().is_some() {
            let said = format!("`{}` is being written; esc stops that", self.exporting.name);
            return cx.say(Note::warning(&said));
        }
        let query = match Format::of_file(name).and_then(|_| self.query(From::Start)) {
            Ok(query) => Query { limit: PAGE, whole: true, ..query },
            Err(problem) => return cx.say(Note::from(&problem)),
        };
        let question = self.listing.ask(&self.place, query);
        self.exporting.wait.export(question, name, cx);
        name.clone_into(&mut self.exporting.name);
        self.tell_written(0, cx);
    }

    /// Takes note of how much is written.
    pub(super) fn hear_written(&self, ticket: Ticket, part: &Part, cx: &mut Cx<'_>) {
        if let Some(Written { rows }) = part.downcast_ref().copied()
            && self.exporting.wait.awaits(ticket)
        {
            self.tell_written(rows, cx);
        }
    }

    fn tell_written(&self, rows: usize, cx: &mut Cx<'_>) {
        let name = &self.exporting.name;
        cx.say(Note::done(&format!("{rows} rows written into {name}; esc stops it")));
    }
}
