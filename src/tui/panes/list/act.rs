//! What can be done in a list.

use super::{Asked, ListPane, Record};
use crate::{
    address::{Address, View},
    list::{From, Item, Query, Sort},
    tui::{
        action::Action,
        copy::{self, CopyFormat},
        cx::Cx,
        note::Note,
        panes::{compare, down},
        place::Place,
        popup::{
            AboutWhom, ActAs, Columns, Content, Deed, EndSession, Item as Entry, Menu, Question,
            Viewer,
        },
        ui::cell,
    },
};

impl ListPane {
    /// Does what a person wants; whether it is a list's business.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not a list's business")]
    pub(super) fn perform(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let rows = self.rows(cx.lines, cx.form).cast_signed() as i64;
        if let Some(delta) = delta(action, rows) {
            self.step(delta, cx);
            return true;
        }
        match action {
            Action::First => self.jump(false, cx),
            Action::Last => self.jump(true, cx),
            Action::Left => self.scroll(-1),
            Action::Right => self.scroll(1),
            Action::ColumnBefore => self.choose(-1, cx),
            Action::ColumnAfter => self.choose(1, cx),
            Action::Sort => self.cycle_sort(cx),
            Action::SortPicker => cx.open(Box::new(self.sort_menu())),
            Action::Columns => cx.open(Box::new(Columns::new(self.choices()))),
            Action::Wide => {
                self.view.wide = !self.view.wide;
                self.refit();
            }
            Action::Open => self.enter(cx),
            Action::ActAs => {
                if let Some(user) = self.user() {
                    cx.open(Box::new(ActAs::new(user, None)));
                }
            }
            Action::Describe => self.describe(cx),
            Action::Json => self.read(true, cx),
            Action::Copy => self.copy(cx),
            Action::CopyAs => cx.open(Box::new(self.copy_menu())),
            Action::Save => self.save(cx),
            Action::ExportList => self.ask_where(cx),
            Action::Mark => self.mark(cx),
            Action::MarkRange => self.mark_range(),
            Action::ClearMarks => self.marks.clear(),
            Action::Why => self.why(View::Why, cx),
            Action::Who => self.why(View::Who, cx),
            Action::WhatIf => cx.go_if(self.what_if()),
            Action::Hidden => {
                if let Some(table) = self.listing.table(&self.place, self.record()) {
                    let label = format!("hidden of {table}");
                    cx.go(Place::one(View::Hidden, table, label));
                }
            }
            Action::Matrix => cx.go_if(self.matrix()),
            Action::Compare => self.compare(cx),
            Action::Missing => cx.open(Box::new(Question::new(
                "is it there?",
                "the key of the row that should be here; its columns in order, a blank between them",
                "missing",
            ))),
            Action::OnlyProblems => {
                let filter = self.listing.problems().unwrap_or_default();
                let here = self.place.address.filter == filter;
                self.filter(if here { "" } else { filter }, cx);
            }
            Action::Cost => cx.go_if(self.usage()),
            Action::History => cx.go_if(self.history()),
            Action::Time => cx.open(Box::new(Question::new(
                "go to a time",
                "a time such as 2026-03-01, 2026-03-01T12:00 or 7d ago; UTC",
                "time",
            ))),
            Action::Follow => self.toggle_following(cx),
            Action::EndSession => {
                if let Some(target) = self.session() {
                    cx.open(Box::new(EndSession::new(target)));
                }
            }
            Action::Explain => self.explain(cx),
            Action::Idle => self.toggle_idle(cx),
            Action::NextPane if !cx.has_preview => {
                cx.say(Note::warning("there is no room for a preview; `d` describes the row"));
            }
            Action::NextPane => self.aside = if self.aside.is_some() { None } else { Some(0) },
            _ => return false,
        }
        true
    }

    /// A user, in the organization that one looks at.
    fn in_scope(&self, user: String) -> (String, Option<String>) {
        (user, self.place.address.organization.clone())
    }

    /// Goes to two users side by side: the marked one and the one under the cursor, the two that are marked, or this one and somebody who is asked for.
    fn compare(&self, cx: &mut Cx<'_>) {
        let columns = &self.columns;
        let user = |item| self.listing.user(Record { columns, item });
        let mut users: Vec<String> = self.marks.values().filter_map(user).collect();
        users.extend(self.user().filter(|user| users.len() < 2 && !users.contains(user)));
        match users.as_slice() {
            [one, other] => {
                let [one, other] = [one, other].map(|user| self.in_scope(user.clone()));
                cx.go(compare::place(&one, &other));
            }
            [_] => cx.open(Box::<AboutWhom>::default()),
            _ => cx.say(Note::warning("two are compared: take some marks away, `\\` takes all")),
        }
    }

    /// Does what was chosen in a popup or typed in the prompt.
    pub(super) fn take_deed(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        match deed {
            Deed::Own("filter", text) => self.filter(&text, cx),
            Deed::Own("whom", id) => {
                if let Some(user) = self.user() {
                    cx.go(compare::place(&self.in_scope(user), &(id, None)));
                }
            }
            Deed::Own("export", name) => self.export(&name, cx),
            Deed::Own("missing", text) => self.look_for(&text, cx),
            Deed::Own("time", typed) => match self.listing.at(&typed, cx.now) {
                Ok(position) => {
                    self.unfollow(cx);
                    self.ask(Asked::Begin(From::After(position)), cx);
                }
                Err(problem) => cx.say(Note::from(&problem)),
            },
            Deed::Sort(sort) => self.sort_by(sort, cx),
            Deed::Columns(choices) => {
                self.view.chosen = choices;
                self.era += 1;
            }
            Deed::CopyAs(format) => {
                let items = self.meant();
                let count = items.len();
                let text =
                    copy::rows(format, &self.listing.name(&self.place), &self.columns, &items);
                cx.copy(&format!("{} as {}", rows(count), format.name()), text);
            }
            Deed::Act(_) | Deed::Go(_) | Deed::Command(_) | Deed::Quit | Deed::Own(..) => {
                return false;
            }
        }
        true
    }

    fn step(&mut self, delta: i64, cx: &mut Cx<'_>) {
        if let Some(aside) = &mut self.aside {
            *aside = aside.saturating_add_signed(delta as isize);
            return;
        }
        self.window.step(delta, self.rows(cx.lines, cx.form));
        self.rest(cx);
    }

    fn jump(&mut self, end: bool, cx: &mut Cx<'_>) {
        if self.window.jump(end, self.rows(cx.lines, cx.form)) {
            self.rest(cx);
        } else {
            self.ask(Asked::Begin(if end { From::End } else { From::Start }), cx);
        }
    }

    fn filter(&mut self, text: &str, cx: &mut Cx<'_>) {
        text.clone_into(&mut self.place.address.filter);
        if !self.marks.is_empty() {
            cx.say(Note::warning(
                "rows stay marked even where the filter hides them; `\\` takes all marks away",
            ));
        }
        self.begin_anew(cx);
    }

    /// Leaves out what is idle, or no longer; the rest of the filter stays.
    fn toggle_idle(&mut self, cx: &mut Cx<'_>) {
        let busy = self.listing.busy().unwrap_or_default();
        let typed = self.place.address.filter.clone();
        let text = match typed.strip_suffix(busy) {
            Some(rest) => rest.trim_end().to_owned(),
            None => format!("{typed} {busy}").trim_start().to_owned(),
        };
        self.filter(&text, cx);
    }

    fn sort_by(&mut self, sort: Option<Sort>, cx: &mut Cx<'_>) {
        self.place.address.sort = sort;
        // What comes is put before all others in the list's own order only.
        self.unfollow(cx);
        self.ask(Asked::Begin(From::Start), cx);
    }

    /// The chosen column upwards, downwards, and not at all.
    fn cycle_sort(&mut self, cx: &mut Cx<'_>) {
        let column = self.view.column.or_else(|| self.shown().first().copied());
        let Some(column) = column.and_then(|index| self.columns.get(index)) else { return };
        if column.secret || column.derived {
            let why = if column.secret { "a secret" } else { "what only the console knows" };
            cx.say(Note::warning(&format!("nothing is sorted by {why}")));
            return;
        }
        let name = column.name.clone();
        let sort = match self.place.address.sort.take().filter(|sort| sort.column == name) {
            None => Some(Sort { column: name, descending: false }),
            Some(Sort { descending: false, .. }) => Some(Sort { column: name, descending: true }),
            Some(_) => None,
        };
        self.sort_by(sort, cx);
    }

    fn sort_menu(&self) -> Menu {
        let mut entries = vec![Entry::new("the list's own order", "", Deed::Sort(None))];
        for column in self.columns.iter().filter(|column| !column.secret && !column.derived) {
            for (descending, word) in [(false, "smallest first"), (true, "largest first")] {
                let sort = Sort { column: column.name.clone(), descending };
                entries.push(Entry::new(column.heading(), word, Deed::Sort(Some(sort))));
            }
        }
        Menu::new("sort by", entries)
    }

    fn copy_menu(&self) -> Menu {
        let count = self.marks.len().max(1);
        let entries = CopyFormat::ALL
            .map(|(format, name, about)| Entry::new(name, about, Deed::CopyAs(format)));
        Menu::new(format!("copy {} as", rows(count)), entries.into())
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        let Some(record) = self.record() else { return };
        match self.listing.enter(&self.place, record, cx.facts) {
            Some(place) if place.address.view == View::Explain => self.explain(cx),
            Some(place) => cx.go(place),
            None => self.read(false, cx),
        }
    }

    /// Goes to why somebody sees the row, or to who can.
    fn why(&self, view: View, cx: &mut Cx<'_>) {
        let place = self.record().and_then(|row| self.listing.why(&self.place, row, cx.facts));
        match place {
            Some(place) => cx.go(down::about(view, place)),
            None => {
                cx.say(Note::warning("of which table this is a row, or which, is not known"));
            }
        }
    }

    /// Goes to whether the row with the key that was typed is there, and by what it is hidden.
    fn look_for(&self, key: &str, cx: &mut Cx<'_>) {
        let table = self.listing.name(&self.place);
        let mut address = Address::one(View::Why, table);
        match format!("why t {key}").parse::<Address>() {
            Ok(typed) => address.key = typed.key,
            Err(problem) => return cx.say(Note::from(&problem)),
        }
        let label = Some(format!("why {}", address.key.join(" ")));
        cx.go(Place { address, label });
    }

    fn describe(&self, cx: &mut Cx<'_>) {
        let place = self.record().and_then(|row| self.listing.describe(&self.place, row));
        match place {
            Some(place) => cx.go(place),
            None => self.read(false, cx),
        }
    }

    /// Shows the whole record: as JSON all of it, and else as people read it.
    fn read(&self, as_json: bool, cx: &mut Cx<'_>) {
        let (Some(record), Some((columns, item))) = (self.record(), self.readable()) else {
            return;
        };
        let content = if as_json {
            Content::Json(record.columns.to_vec(), record.item.clone())
        } else {
            Content::Record(columns, item)
        };
        let query = match self.listing.exactly(record) {
            Some(filter) => self.query(From::Start).map(|query| Query { filter, ..query }),
            None => self.query(self.window.exactly()),
        };
        let whole = query
            .ok()
            .map(|query| self.listing.ask(&self.place, Query { limit: 1, whole: true, ..query }));
        cx.open(Box::new(Viewer::new(&record.label(), content, whole)));
    }

    /// The value in the chosen column, or what the row is called.
    fn copy(&self, cx: &mut Cx<'_>) {
        let Some(record) = self.record() else { return };
        let column = self.view.column.or_else(|| self.shown().first().copied());
        let Some((index, column)) =
            column.and_then(|index| Some((index, self.columns.get(index)?)))
        else {
            return;
        };
        match record.item.cells.get(index).and_then(Option::as_deref) {
            _ if column.secret => cx.say(Note::warning("a secret is never fetched")),
            None => {
                cx.say(Note::warning(&format!(
                    "{} is not there ({})",
                    column.heading(),
                    cell::NULL
                )));
            }
            Some(value) => cx.copy(column.heading(), value),
        }
    }

    /// What is shown or marked, as a file.
    fn save(&self, cx: &mut Cx<'_>) {
        let items: Vec<&Item> =
            if self.marks.is_empty() { self.window.items().collect() } else { self.meant() };
        let name = self.listing.name(&self.place);
        let text = copy::rows(CopyFormat::Csv, &name, &self.columns, &items);
        cx.save(format!("{name}.csv"), text);
        let rest = if self.marks.is_empty() && !self.window.ends() {
            "; there are more, `E` writes all"
        } else {
            ""
        };
        cx.say(Note::done(&format!("{}{rest}", rows(items.len()))));
    }

    /// The rows that something is to be done with: the marked ones, or the one under the cursor.
    fn meant(&self) -> Vec<&Item> {
        if self.marks.is_empty() {
            self.window.current().into_iter().collect()
        } else {
            self.marks.values().collect()
        }
    }

    fn mark(&mut self, cx: &mut Cx<'_>) {
        let Some(item) = self.window.current().cloned() else { return };
        let key = item.position.key.clone();
        self.marked = Some(item.clone());
        if self.marks.remove(&key).is_none() {
            self.marks.insert(key, item);
        }
        self.step(1, cx);
    }

    /// Marks from the last marked row to this one, as far as they are at hand.
    fn mark_range(&mut self) {
        let from = self.marked.as_ref().and_then(|item| self.window.number_of(&item.position));
        let (from, to) = (from.unwrap_or(self.window.row()), self.window.row());
        let items: Vec<_> = self.window.between(from.min(to), from.max(to)).cloned().collect();
        for item in items {
            self.marks.insert(item.position.key.clone(), item);
        }
        self.marked = self.window.current().cloned();
    }
}

/// So many rows, in words.
fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other actions do not move")]
const fn delta(action: Action, rows: i64) -> Option<i64> {
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => rows,
        Action::PageUp => -rows,
        Action::HalfDown => (rows + 1) / 2,
        Action::HalfUp => -((rows + 1) / 2),
        _ => return None,
    })
}
