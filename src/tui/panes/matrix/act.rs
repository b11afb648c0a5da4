//! What can be done in the matrix.

use super::{
    MatrixPane,
    cell::{figure, letters, sentence},
    data::COMMANDS,
    shape::{ROLES, USER, roles},
    who,
};
use crate::{
    address::{Concept, View, Within},
    list::{Column, Item, Kind, Position, Sort},
    rls::{Member, Sieve, Statement},
    tui::{
        action::Action,
        copy::{self, CopyFormat},
        cx::{Cx, Wish},
        note::Note,
        panes::compare,
        place::{Organization, Place},
        popup::{ActAs, Deed, Item as Entry, Menu},
    },
};

impl MatrixPane {
    /// Does what a person wants; whether it is the matrix's business.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not its business")]
    pub(super) fn perform(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let rows = Self::rows(cx.lines, cx.form).cast_signed();
        match action {
            Action::Down => self.step(1, cx),
            Action::Up => self.step(-1, cx),
            Action::PageDown => self.step(rows, cx),
            Action::PageUp => self.step(-rows, cx),
            Action::HalfDown => self.step((rows + 1) / 2, cx),
            Action::HalfUp => self.step(-((rows + 1) / 2), cx),
            Action::First => self.step(isize::MIN / 2, cx),
            Action::Last => self.step(isize::MAX / 2, cx),
            Action::Left | Action::ColumnBefore => self.choose(-1, cx),
            Action::Right | Action::ColumnAfter => self.choose(1, cx),
            Action::NextCommand => self.next_command(cx),
            Action::Letters => {
                self.letters = !self.letters;
                self.reshape(cx);
            }
            Action::Unfold => self.fold(true, cx),
            Action::FoldUp => self.fold(false, cx),
            Action::FoldAll => {
                self.all = !self.all;
                self.unfolded.clear();
                self.reshape(cx);
            }
            Action::Sort => self.cycle_sort(cx),
            Action::SortPicker => cx.open(Box::new(self.sort_menu())),
            Action::Mark => self.mark(cx),
            Action::ClearMarks => self.marks.clear(),
            Action::Compare => self.compare(cx),
            Action::Open => self.go(View::Reach, cx),
            Action::Hidden => self.go(View::Hidden, cx),
            Action::ActAs => {
                if let Some(id) = self.member().and_then(|member| member.id.clone()) {
                    cx.open(Box::new(ActAs::new(id, None)));
                }
            }
            Action::Describe => {
                if let Some((Some(id), label)) =
                    self.member().map(|member| (member.id.clone(), member.label.clone()))
                {
                    cx.go(Place::one(View::User, id, label));
                }
            }
            Action::Copy => match self.spot() {
                Some((at, table)) => {
                    if let Some(data) = self.data() {
                        let who = &data.people[at].label;
                        let said = sentence(data, at, table, self.command());
                        cx.copy(
                            "the cell",
                            format!("{who} on {}: {said}", data.tables[table].name),
                        );
                    }
                }
                None => cx.say(Note::warning("no table is counted yet")),
            },
            Action::CopyAs => {
                let entries = CopyFormat::ALL
                    .map(|(format, name, about)| Entry::new(name, about, Deed::CopyAs(format)));
                let what = if self.marks.is_empty() { "all that is shown" } else { "the marked" };
                cx.open(Box::new(Menu::new(format!("copy {what} as"), entries.into())));
            }
            Action::Save => {
                let (count, text) = self.written(CopyFormat::Csv);
                cx.save("matrix.csv", text);
                cx.say(Note::done(&count));
            }
            _ => return false,
        }
        true
    }

    /// Does what was chosen in a popup or typed in the prompt.
    pub(super) fn take_deed(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        match deed {
            Deed::Own("filter", text) => match Sieve::parse(&text) {
                Ok(sieve) => {
                    self.place.address.filter = text;
                    self.sieve = sieve;
                    self.problem = None;
                    self.reshape(cx);
                }
                Err(problem) => cx.say(Note::from(&problem)),
            },
            Deed::Sort(sort) => self.sort_by(sort, cx),
            Deed::CopyAs(format) => {
                let (count, text) = self.written(format);
                cx.copy(&format!("{count} as {}", format.name()), text);
            }
            Deed::Act(_)
            | Deed::Go(_)
            | Deed::Command(_)
            | Deed::Columns(_)
            | Deed::Quit
            | Deed::Own(..) => return false,
        }
        true
    }

    /// Chooses the column `by` further, and scrolls to it.
    fn choose(&mut self, by: isize, cx: &Cx<'_>) {
        let last = self.shape.columns.len().saturating_sub(1);
        let to = self.column().saturating_add_signed(by).min(last);
        let table = self.shape.columns.get(to);
        self.chosen = table.and_then(|table| Some(self.data()?.tables[*table].name.clone()));
        if by < 0 && to == 0 {
            // What stands before the tables is to be seen again.
            self.left = 0;
        }
        self.reveal(cx);
    }

    fn next_command(&mut self, cx: &Cx<'_>) {
        let at = COMMANDS.iter().position(|it| *it == self.command());
        let next = COMMANDS[at.map_or(0, |at| (at + 1) % COMMANDS.len())];
        // What the filter asks about is not what is shown without a choice.
        let usual = self.sieve.command().unwrap_or(Statement::Select);
        self.place.address.command = Some(next).filter(|it| *it != usual);
        self.letters = false;
        self.reshape(cx);
    }

    /// Unfolds the class under the cursor, or folds the one to which the user belongs.
    fn fold(&mut self, open: bool, cx: &Cx<'_>) {
        let lines = &self.shape.lines[..(self.cursor.row + 1).min(self.shape.lines.len())];
        let Some(at) = lines.iter().rposition(|line| !line.is_member()) else { return };
        let person = lines[at].person;
        self.cursor.row = at;
        if open {
            self.unfolded.insert(person);
        } else {
            self.unfolded.remove(&person);
        }
        self.reshape(cx);
        self.cursor.row = at;
        self.step(0, cx);
    }

    fn sort_by(&mut self, sort: Option<Sort>, cx: &Cx<'_>) {
        self.place.address.sort = sort;
        self.reshape(cx);
    }

    /// The chosen column downwards, upwards, and not at all: who sees most is what is asked.
    fn cycle_sort(&mut self, cx: &Cx<'_>) {
        let Some(column) = self.table_name() else { return };
        let sort = match self.place.address.sort.take().filter(|sort| sort.column == column) {
            None => Some(Sort { column, descending: true }),
            Some(Sort { descending: true, .. }) => Some(Sort { column, descending: false }),
            Some(_) => None,
        };
        self.sort_by(sort, cx);
    }

    fn table_name(&self) -> Option<String> {
        Some(self.data()?.tables[self.table()?].name.to_string())
    }

    fn sort_menu(&self) -> Menu {
        let mut entries = vec![Entry::new("the database's own order", "", Deed::Sort(None))];
        let tables = self.data().into_iter().flat_map(|data| {
            self.shape.columns.iter().map(|table| data.tables[*table].name.to_string())
        });
        for column in [USER.to_owned(), ROLES.to_owned()].into_iter().chain(tables) {
            let words = if column == USER || column == ROLES {
                [(false, "from a to z"), (true, "from z to a")]
            } else {
                [(true, "most rows first"), (false, "fewest rows first")]
            };
            for (descending, word) in words {
                let sort = Sort { column: column.clone(), descending };
                entries.push(Entry::new(&column, word, Deed::Sort(Some(sort))));
            }
        }
        Menu::new("sort by", entries)
    }

    fn mark(&mut self, cx: &Cx<'_>) {
        let Some(marked) = self.member().map(who) else { return };
        if !self.marks.remove(&marked) {
            self.marks.insert(marked);
        }
        self.step(1, cx);
    }

    /// Goes to two users side by side: the two that are marked, or the marked one and the one under the cursor.
    fn compare(&self, cx: &mut Cx<'_>) {
        let under = self.member().map(who);
        let mut meant: Vec<_> = self.marks.iter().cloned().collect();
        if meant.len() == 1 {
            meant.extend(under.filter(|under| !self.marks.contains(under)));
        }
        let [one, other] = meant.as_slice() else {
            return cx.say(Note::warning("mark one user with space, and go to the other"));
        };
        cx.go(compare::place(one, other));
    }

    /// Goes to what is told of the cell in `view`.
    fn go(&self, view: View, cx: &mut Cx<'_>) {
        let Some((at, table)) = self.spot() else { return };
        let Some(data) = self.data() else { return };
        let name = data.tables[table].name.to_string();
        let command = self.command();
        if view == View::Hidden && command == Statement::Insert {
            return cx
                .say(Note::warning("INSERT hides no row; enter tells which could be written"));
        }
        let label = if view == View::Reach { name.clone() } else { format!("hidden of {name}") };
        let mut place = Place::one(view, name, label);
        let (id, organization) = who(&data.people[at]);
        place.address.within = Some(Within { concept: Concept::User, id });
        place.address.organization = organization;
        place.address.command = Some(command).filter(|it| *it != Statement::Select);
        if let Some((id, name)) = data.people[at].organization.clone() {
            cx.wish(Wish::Favour(Organization { id, name }));
        }
        cx.go(place);
    }

    /// The users that are marked, or all that are shown, each by themselves, and how many.
    fn written(&self, format: CopyFormat) -> (String, String) {
        let Some(data) = self.data() else { return (String::new(), String::new()) };
        let text = |name: &str| Column::new(name, Kind::Text);
        let mut columns = vec![text("user_id"), text(USER), text("organization"), text(ROLES)];
        columns
            .extend(self.shape.columns.iter().map(|at| text(&data.tables[*at].name.to_string())));
        let shown = self.shape.lines.iter().flat_map(|line| line.class.iter().copied());
        let meant = |member: &Member| self.marks.is_empty() || self.marks.contains(&who(member));
        let items: Vec<Item> = shown
            .filter(|at| meant(&data.people[*at]))
            .map(|at| {
                let member = &data.people[at];
                let mut cells = vec![
                    member.id.clone(),
                    Some(member.label.clone()),
                    member.organization.as_ref().map(|(_, name)| name.clone()),
                    Some(roles(data, &[at])),
                ];
                cells.extend(self.shape.columns.iter().map(|table| {
                    let told = if self.letters {
                        letters(data, at, *table)
                    } else {
                        figure(data, at, *table, self.command())
                    };
                    Some(told.0)
                }));
                Item { position: Position { value: None, key: Vec::new() }, cells }
            })
            .collect();
        let count =
            if items.len() == 1 { "1 user".into() } else { format!("{} users", items.len()) };
        (count, copy::rows(format, "matrix", &columns, &items.iter().collect::<Vec<_>>()))
    }
}
