//! What the policies of a table cost somebody who reads or writes it: the calls that are made for each row, what they take, and a form that takes less, with both plans.

use std::time::Duration;

use super::{
    down,
    sheet::{Asking, Draft, Line, Matter},
    why::Inquiry,
};
use crate::{
    pg::RelationName,
    rls::{
        Statement,
        cost::{Bill, COMMANDS, Call, Evaluated, NO_GAIN, PolicyCost, tell},
    },
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::AboutWhom,
        stage::Stage,
        ui::cell,
    },
};

/// Names of what stands before the calls are as wide as the widest of them.
const NAMES: usize = 8;

/// What the policies of a table cost.
#[derive(Debug)]
pub(super) struct PolicyCosts {
    table: RelationName,
    statement: Statement,
    inquiry: Inquiry<PolicyCost>,
}

impl PolicyCosts {
    pub(super) fn new(table: RelationName) -> Self {
        Self { table, statement: Statement::Select, inquiry: Inquiry::default() }
    }

    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let question = PolicyCost { table: self.table.clone(), statement: self.statement };
        let reason = format!("what the policies of {} cost", self.table);
        self.inquiry.ask(question, &reason, place, cx);
    }

    fn bill(bill: &Bill, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let who = bill.user.as_ref().unwrap_or(&bill.role);
        draft.value(
            "who",
            NAMES,
            &format!("{who} as {}, {}", bill.role, bill.command),
            theme.text,
            None,
        );
        if let Some(free) = &bill.free {
            draft.value("cost", NAMES, free, theme.ok, None);
        }
        for (name, each, all) in
            [("now", bill.before_us, bill.before_ms()), ("instead", bill.after_us, bill.after_ms())]
        {
            if let (Some(each), Some(all)) = (each, all) {
                let rows = cell::count(bill.rows);
                let said =
                    format!("{each:.1} µs a row, ~{all:.0} ms for ~{rows} rows without an index");
                draft.value(name, NAMES, &said, theme.number, None);
            }
        }
        if bill.gains_nothing() {
            draft.value("gain", NAMES, NO_GAIN, theme.warn, None);
        }
        if bill.measured_rows > 0 {
            let said = format!("on {} of its rows, which were handed in", bill.measured_rows);
            draft.value("measured", NAMES, &said, theme.dim, None);
        }
        if let Some(problem) = &bill.problem {
            draft.value("mind", NAMES, problem, theme.warn, None);
        }
        if !bill.calls.is_empty() {
            draft.section("what is called");
        }
        for call in &bill.calls {
            Self::call(call, draft);
        }
        for (head, lines) in [
            ("what would make it cheaper; nobody has run it", &bill.cures),
            ("the plan of the statement", &bill.plan),
            ("over the rows that were handed in, as the policies are", &bill.before),
            ("over the same rows, in the other form", &bill.after),
            ("the statement with the other form beside the policies", &bill.beside),
        ] {
            if !lines.is_empty() {
                draft.section(head);
            }
            for line in lines {
                let inner = line.trim_start();
                let indent = 2 + line.len() - inner.len();
                draft.item(indent, ("", theme.text), (inner, theme.text), None, Some(inner));
            }
        }
    }

    fn call(call: &Call, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let style = if call.evaluated == Evaluated::PerRow { theme.warn } else { theme.ok };
        let took = call.microseconds.map(|took| format!(", {took:.1} µs a call"));
        let volatile = if call.volatile { ", volatile" } else { "" };
        let said = format!("{}{}{volatile}", call.evaluated.words(), took.unwrap_or_default());
        draft.item(2, (&format!("{}  ", call.function), theme.text), (&said, style), None, None);
        let policy = format!("policy {}, {}: ", call.policy, call.clause);
        draft.item(4, (&policy, theme.dim), (&call.text, theme.text), None, Some(&call.text));
        let rest = [
            ("in the plan: ", &call.place, theme.dim),
            ("once as: ", &call.rewritten, theme.ok),
            ("not measured: ", &call.problem, theme.warn),
        ];
        for (head, said, style) in rest {
            if let Some(said) = said {
                draft.item(4, (head, theme.dim), (said, style), None, Some(said));
            }
        }
    }
}

impl Matter for PolicyCosts {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        format!("cost of the policies of {} under {}", self.table, self.statement)
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
                let at = COMMANDS.iter().position(|it| *it == self.statement);
                self.statement = COMMANDS[at.map_or(0, |at| (at + 1) % COMMANDS.len())];
                self.ask(place, cx);
            }
            Action::Whom => cx.open(Box::<AboutWhom>::default()),
            Action::Explain => {
                let mut plan = down::plan(&format!("SELECT * FROM {}", self.table.quoted()));
                plan.address.within.clone_from(&place.address.within);
                plan.address.organization.clone_from(&place.address.organization);
                cx.go(plan);
            }
            Action::CopyAs => match self.inquiry.answer() {
                Some(bill) => cx.copy("the answer", tell(bill)),
                None => cx.say(Note::warning("nothing has been measured yet")),
            },
            _ => return false,
        }
        true
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Explain
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
                | Action::Commands
        );
        refused.then(|| "it is about a table, and not about a row".to_owned())
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        if name != "whom" && name != "membership" {
            return false;
        }
        self.inquiry.choose(name, text, place, cx);
        self.ask(place, cx);
        true
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.inquiry.problem() {
            draft.problem(problem, 0);
        }
        self.inquiry.write("for whom?", draft);
        if let Some(bill) = self.inquiry.answer() {
            Self::bill(bill, draft);
        }
    }
}
