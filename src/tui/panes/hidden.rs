//! Why a list is empty: what of a table is hidden from somebody, grouped by the part of the policy that hides it, with a few of the rows.

use std::time::Duration;

use super::{
    sheet::{Asking, Draft, Line, Matter},
    why::{Inquiry, example, statement},
};
use crate::{
    pg::RelationName,
    rls::{Hidden, HiddenGroup, Layout, Statement, tell_unseen},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::{AboutWhom, Deed, Item, Menu},
        stage::Stage,
        ui::cell,
    },
};

/// The commands to which a row can be hidden, that one key goes through.
const USUAL: [Statement; 3] = [Statement::Select, Statement::Update, Statement::Delete];
/// Names of what stands before the groups are as wide as the widest of them.
const NAMES: usize = 4;

/// What of a table is hidden.
#[derive(Debug)]
pub(super) struct HiddenRows {
    table: RelationName,
    inquiry: Inquiry<Hidden>,
}

impl HiddenRows {
    pub(super) fn new(table: RelationName) -> Self {
        Self { table, inquiry: Inquiry::default() }
    }

    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let question = Hidden { table: self.table.clone(), statement: statement(place) };
        let reason = format!("what is hidden of {}", self.table);
        self.inquiry.ask(question, &reason, place, cx);
    }

    fn set_command(&mut self, statement: Statement, place: &mut Place, cx: &mut Cx<'_>) {
        place.address.command = Some(statement).filter(|it| *it != Statement::Select);
        self.inquiry.forget(cx);
        self.ask(place, cx);
    }

    fn group(&self, group: &HiddenGroup, place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let rows = cell::count(group.rows.cast_signed());
        draft.item(
            2,
            (&format!("{rows}  "), theme.number),
            (&group.sentence(), theme.text),
            None,
            None,
        );
        for operand in group.leaf.iter().flat_map(|leaf| &leaf.operands) {
            let value = operand.name.as_ref().or(operand.value.as_ref());
            // What the rows have there is told below.
            if group.values.iter().any(|value| value.column == operand.text) {
                continue;
            }
            let said = format!("{} → {}", operand.readable, value.map_or("NULL", String::as_str));
            draft.item(6, ("", theme.text), (&said, theme.string), None, operand.value.as_deref());
        }
        let mut columns: Vec<&str> = group.values.iter().map(|it| it.column.as_str()).collect();
        columns.dedup();
        for column in columns {
            let values = group.values.iter().filter(|value| value.column == column);
            let values: Vec<_> = values
                .map(|it| {
                    let value =
                        it.name.as_ref().or(it.value.as_ref()).map_or("NULL", String::as_str);
                    format!("{value} ({})", cell::count(it.rows.cast_signed()))
                })
                .collect();
            let said = format!("{column}: {}", values.join(", "));
            draft.item(6, ("", theme.text), (&said, theme.text), None, None);
        }
        for key in &group.examples {
            let values: Vec<(&str, &str)> = key
                .iter()
                .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
                .collect();
            example(&self.table, &values, place, draft);
        }
    }
}

impl Matter for HiddenRows {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        let statement = statement(place);
        let what = if statement == Statement::Select {
            String::new()
        } else {
            format!(" from {statement}")
        };
        format!("hidden of {}{what}", self.table)
    }

    fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) {
        self.inquiry.arrive(place, cx);
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.inquiry.load(place, cx);
        self.ask(place, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        self.inquiry.questions()
    }

    fn answered(&mut self, place: &Place, cx: &mut Cx<'_>) {
        if self.inquiry.is_due() {
            self.ask(place, cx);
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        self.inquiry.waits_since()
    }

    fn act(
        &mut self,
        action: Action,
        _line: Option<&Line>,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
        match action {
            Action::NextCommand => {
                let at = USUAL.iter().position(|it| *it == statement(place));
                let next = USUAL[at.map_or(0, |at| (at + 1) % USUAL.len())];
                self.set_command(next, place, cx);
            }
            Action::Commands => {
                let entries = USUAL.into_iter().chain([Statement::SelectForUpdate]).map(|it| {
                    Item::new(it.name(), it.sentence(), Deed::Own("command", it.name().to_owned()))
                });
                cx.open(Box::new(Menu::new("what would they do?", entries.collect())));
            }
            Action::Whom => cx.open(Box::<AboutWhom>::default()),
            Action::CopyAs => match self.inquiry.answer() {
                Some(unseen) => cx.copy("the answer", tell_unseen(unseen, Layout::Markdown)),
                None => cx.say(Note::warning("nothing has been counted yet")),
            },
            _ => return false,
        }
        true
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        match name {
            "command" => match text.parse() {
                Ok(statement) => self.set_command(statement, place, cx),
                Err(problem) => cx.say(Note::from(&problem)),
            },
            "whom" | "membership" => {
                self.inquiry.choose(name, text, place, cx);
                self.ask(place, cx);
            }
            _ => return false,
        }
        true
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let refused = matches!(
            action,
            Action::Why
                | Action::Who
                | Action::Fold
                | Action::FoldUp
                | Action::Unfold
                | Action::FoldAll
                | Action::PolicyText
                | Action::EditRow
                | Action::TryIt
        );
        refused.then(|| "enter on an example goes to why it is hidden".to_owned())
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.inquiry.problem() {
            draft.problem(problem, 0);
        }
        self.inquiry.write("from whom?", draft);
        let Some(unseen) = self.inquiry.answer() else { return };
        let theme = draft.theme;
        let (word, style) = if unseen.hidden == 0 {
            ("NOTHING HIDDEN", theme.ok)
        } else {
            ("HIDDEN", theme.danger)
        };
        draft.item(0, (&format!("{word}  "), style), (&unseen.because, theme.text), None, None);
        let who = unseen.user.as_ref().unwrap_or(&unseen.role);
        draft.value("who", NAMES, &format!("{who} as {}", unseen.role), theme.text, None);
        let count = |rows: u64| cell::count(rows.cast_signed());
        let rows = format!(
            "{} in all: {} visible, {} hidden",
            count(unseen.rows),
            count(unseen.visible),
            count(unseen.hidden)
        );
        draft.value("rows", NAMES, &rows, theme.text, None);
        for label in unseen.label.iter().flat_map(|label| label.split("; ")) {
            draft.value("mind", NAMES, label, theme.warn, None);
        }
        if !unseen.groups.is_empty() {
            draft.section("what hides them");
        }
        for group in &unseen.groups {
            self.group(group, place, draft);
        }
    }
}
