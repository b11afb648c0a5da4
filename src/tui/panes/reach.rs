//! A cell of the matrix taken apart: with which rows of a table somebody can do something and with which not, by classes of rows, each with a few rows that
//! lead to why.

use std::time::Duration;

use super::{
    sheet::{Asking, Draft, Lead, Line, Matter, longest},
    why::{Person, example, statement},
};
use crate::{
    address::View,
    pg::{Problem, RelationName},
    rls::{Breakdown, Broken, Portion, RowClass, State, Statement},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::{AboutWhom, Deed, Item, Menu},
        remote::Remote,
        stage::Stage,
        ui::cell::count,
    },
};

/// The commands that one key goes through.
const USUAL: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];
/// Names of what stands before the classes are as wide as the widest of them.
const NAMES: usize = 9;

/// The rows of a table as somebody meets them.
#[derive(Debug)]
pub(super) struct ReachOf {
    table: RelationName,
    person: Person,
    found: Remote<Breakdown>,
    /// Whether it is asked as soon as it is known about whom.
    pending: bool,
}

impl ReachOf {
    pub(super) fn new(table: RelationName) -> Self {
        Self { table, person: Person::default(), found: Remote::default(), pending: false }
    }

    fn problem(&self) -> Option<&Problem> {
        self.found.problem().or_else(|| self.person.problem())
    }

    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let statement = statement(place);
        let acting = match cx.identity {
            crate::pg::Identity::Acting(acting) if place.address.within.is_none() => {
                Some(std::sync::Arc::clone(acting))
            }
            crate::pg::Identity::Acting(_) | crate::pg::Identity::Observer => {
                self.pending = self.person.waits_since().is_some();
                let reason = format!("reach {statement} {}", self.table);
                self.person.acting(place, &reason, cx)
            }
        };
        if let Some(acting) = acting {
            let table = self.table.clone();
            self.found.ask(Breakdown { acting, table, statement }, cx);
        }
    }

    fn set_command(&mut self, statement: Statement, place: &mut Place, cx: &mut Cx<'_>) {
        place.address.command = Some(statement).filter(|it| *it != Statement::Select);
        self.found.forget(cx);
        self.ask(place, cx);
    }

    fn portion(&self, portion: &Portion, place: &Place, draft: &mut Draft<'_>) {
        for class in &portion.classes {
            self.class(class, place, draft);
        }
        let (classes, rows) = portion.more;
        if classes > 0 {
            let rows = count(rows.cast_signed());
            let said = format!("and {rows} rows of {classes} more classes");
            draft.text(&said, draft.theme.dim, 2, None);
        }
    }

    fn class(&self, class: &RowClass, place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let rows = count(class.rows.cast_signed());
        let values: Vec<_> = class
            .values
            .iter()
            .map(|it| {
                let value = it.name.as_ref().or(it.value.as_ref()).map_or("NULL", String::as_str);
                format!("{} = {value}", it.column)
            })
            .collect();
        let said = if values.is_empty() { "all rows alike".to_owned() } else { values.join(", ") };
        draft.item(2, (&format!("{rows}  "), theme.number), (&said, theme.text), None, None);
        for key in &class.examples {
            let values: Vec<_> =
                key.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            example(&self.table, &values, place, draft);
        }
    }

    /// Where it is told what hides the rows that do not pass, by policy.
    fn hidden(&self, place: &Place) -> Lead {
        let name = self.table.to_string();
        let mut to = Place::one(View::Hidden, name.clone(), format!("hidden of {name}"));
        to.address.within.clone_from(&place.address.within);
        to.address.organization.clone_from(&place.address.organization);
        to.address.command = place.address.command;
        Lead { place: to, user: None }
    }
}

impl Matter for ReachOf {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        format!("reach of {} on {}", statement(place), self.table)
    }

    fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) {
        if self.person.arrive(place, cx) {
            cx.open(Box::<AboutWhom>::default());
        }
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.person.load(place, cx);
        self.ask(place, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        let own: [&mut dyn Asking; 1] = [&mut self.found];
        own.into_iter().chain(self.person.questions()).collect()
    }

    fn answered(&mut self, place: &Place, cx: &mut Cx<'_>) {
        if self.pending && self.person.waits_since().is_none() {
            self.pending = false;
            self.ask(place, cx);
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([self.found.wait().since(), self.person.waits_since()])
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
                let entries = USUAL.into_iter().map(|it| {
                    Item::new(it.name(), it.sentence(), Deed::Own("command", it.name().to_owned()))
                });
                cx.open(Box::new(Menu::new("what would they do?", entries.collect())));
            }
            Action::Whom => cx.open(Box::<AboutWhom>::default()),
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
                self.person.choose(name, text, place);
                self.found.forget(cx);
                self.person.load(place, cx);
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
                | Action::Fold
                | Action::FoldUp
                | Action::Unfold
                | Action::FoldAll
                | Action::PolicyText
                | Action::EditRow
                | Action::TryIt
        );
        refused.then(|| "enter on an example goes to why".to_owned())
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.found.wait());
        draft.waiting(self.person.wait());
        let theme = draft.theme;
        let Some(broken) = self.found.value() else {
            if self.problem().is_none() && self.waits_since().is_none() {
                let said = "about whom? `a` asks about a user, and `i` on a user acts as them";
                draft.text(said, theme.warn, 0, None);
            }
            return;
        };
        let (word, style, said) = verdict(broken);
        let style = match style {
            Tone::Fine => theme.ok,
            Tone::Mind => theme.warn,
            Tone::Bad => theme.danger,
        };
        draft.item(0, (&format!("{word}  "), style), (&said, theme.text), None, None);
        draft.value("who", NAMES, &format!("{} as {}", broken.user, broken.role), theme.text, None);
        for (name, policies) in ["let pass", "hold back"].iter().zip(&broken.policies) {
            if !policies.is_empty() {
                draft.value(name, NAMES, &policies.join(", "), theme.text, None);
            }
        }
        for label in broken.label.iter().flat_map(|label| label.split("; ")) {
            draft.value("mind", NAMES, label, theme.warn, None);
        }
        let new = statement(place) == Statement::Insert;
        if !broken.passing.classes.is_empty() {
            draft.section(if new {
                "rows such as these could be written"
            } else {
                "these rows pass"
            });
            self.portion(&broken.passing, place, draft);
        }
        if !broken.others.classes.is_empty() && broken.visible.is_some() {
            draft.section(if new { "rows such as these could not" } else { "these do not" });
            self.portion(&broken.others, place, draft);
            if !new {
                let lead = self.hidden(place);
                draft.text("what hides them, by policy", theme.key, 2, Some(&lead));
            }
        }
    }
}

/// How a verdict is to be taken.
enum Tone {
    Fine,
    Mind,
    Bad,
}

/// The verdict in a word and in a sentence.
fn verdict(broken: &Broken) -> (&'static str, Tone, String) {
    let (user, command) = (&broken.user, broken.command);
    let total = count(broken.total.cast_signed());
    let Some(visible) = broken.visible else {
        let problem = broken.problem.as_deref().unwrap_or("the server refuses");
        return ("ERROR", Tone::Bad, format!("{command} fails for {user}: {problem}"));
    };
    let rows =
        format!("{command} reaches {} of {total} rows for {user}", count(visible.cast_signed()));
    match broken.state {
        State::NoRls => ("NO RLS", Tone::Mind, format!("{rows}: the table has no row security")),
        State::Bypass => ("BYPASS", Tone::Mind, format!("{rows}: the role stands above policies")),
        State::Deny => (
            "DENY",
            Tone::Bad,
            format!("{rows}: no permissive policy is for this command and role"),
        ),
        State::Rows | State::Error if visible == 0 => ("NONE", Tone::Bad, rows),
        State::Rows | State::Error if visible == broken.total => ("ALL", Tone::Mind, rows),
        State::Rows | State::Error => ("SOME", Tone::Fine, rows),
    }
}
