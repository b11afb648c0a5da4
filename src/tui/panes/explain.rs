//! The plan of a statement: a tree of steps with what each takes, and with the conditions that policies put there told from its own.
//!
//! It is the plan for whoever is looked at: the operator's own login, whoever is acted as, or somebody who is named. Nothing runs before somebody agrees.

use std::time::Duration;

use super::{
    sheet::{Asking, Draft, Line, Mark, Matter},
    why::{Folds, Inquiry},
};
use crate::{
    explain::{Explained, Found, PlanOf, tell},
    plan::{self, Node},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::{AboutWhom, Confirm, Content, Deed, Editor, Item, Menu, Viewer},
        stage::Stage,
    },
};

/// A plan.
#[derive(Debug)]
pub(super) struct PlanSheet {
    statement: String,
    inquiry: Inquiry<PlanOf>,
    folds: Folds,
    /// Whether it runs, to be measured.
    measured: bool,
}

impl PlanSheet {
    pub(super) fn new(statement: &str) -> Self {
        Self {
            statement: statement.to_owned(),
            inquiry: Inquiry::or_own(),
            folds: Folds::default(),
            measured: false,
        }
    }

    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let question = PlanOf { statement: self.statement.clone(), measured: self.measured };
        self.inquiry.ask(question, "the plan of a statement", place, cx);
    }

    fn begin(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.inquiry.forget(cx);
        self.folds.forget();
        self.ask(place, cx);
    }

    /// The step on a line.
    fn step(&self, line: Option<&Line>) -> Option<&Node> {
        let (_, path) = line?.mark.split_first()?;
        let mut node = &self.inquiry.answer()?.plan.root;
        for at in path {
            node = node.nodes.get(usize::from(*at))?;
        }
        Some(node)
    }

    fn is_open(&self, node: &Node, path: &[u16]) -> bool {
        self.folds.is_open(&mark(path), matters(node))
    }

    fn fold(&mut self, action: Action, line: Option<&Line>) {
        let Some(line) = line.filter(|line| !line.mark.is_empty()) else { return };
        let open = self.step(Some(line)).is_some_and(|node| self.is_open(node, &line.mark[1..]));
        self.folds.fold(action, &line.mark, open);
    }

    /// All that is known of the step on a line.
    fn describe(&self, line: Option<&Line>, cx: &mut Cx<'_>) {
        let Some(node) = self.step(line) else {
            return cx.say(Note::warning("there is no step of a plan on this line"));
        };
        let told = plan::details(node).into_iter().map(|(name, value)| format!("{name}: {value}"));
        let content = Content::Text(told.collect::<Vec<_>>().join("\n"));
        cx.open(Box::new(Viewer::new("one step", content, None)));
    }

    fn offer(cx: &mut Cx<'_>) {
        let lines = vec![
            "The statement is run to its end, in a transaction that can only read and is"
                .to_owned(),
            "rolled back. What only reads is run and nothing else; it takes as long as it"
                .to_owned(),
            "takes, a minute at most, and ctrl-c cancels it on the server.".to_owned(),
        ];
        let deed = Deed::Own("measure", String::new());
        cx.open(Box::new(Confirm::new("run it, to measure it?", lines, "Run", deed)));
    }

    fn copied(&self, format: &str) -> Option<Result<String, String>> {
        let explained = self.inquiry.answer()?;
        Some(match format {
            "json" => serde_json::to_string_pretty(explained)
                .map_err(|error| format!("a plan is no JSON: {error}")),
            _ => Ok(tell(explained)),
        })
    }

    fn tree(&self, explained: &Explained, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let narrow = draft.width() < NARROW;
        let heading = plan::heading(&explained.plan);
        draft.section(figures(&heading, narrow));
        for line in plan::lines(&explained.plan, &|node, path| self.is_open(node, path)) {
            draft.part(mark(&line.path));
            let style = match (line.condition.is_some(), line.is_policy()) {
                (_, true) => theme.warn,
                (true, false) => theme.dim,
                (false, false) => theme.text,
            };
            let is_step = line.condition.is_none();
            let folded = is_step && !self.is_open(line.node, &line.path) && has_below(line.node);
            let mut said = line.text();
            if is_step && line.node.policy {
                said.push_str("  (policy)");
            }
            for mark in line.marks() {
                said = format!("{said}  <{}>", mark.words());
            }
            if folded {
                said.push_str("  …");
            }
            let warns = line.marks().iter().any(|mark| mark.warns());
            let style = if warns && !line.is_policy() { theme.number } else { style };
            let told = line.figures();
            let indent = " ".repeat(line.indent().min(draft.width() / 3));
            let head = format!("{} {indent}", figures(&told, narrow));
            draft.item(0, (&head, theme.number), (&said, style), None, Some(&line.text()));
        }
        draft.part(Mark::new());
    }
}

/// On fewer cells than this the figures are the time or cost and the share.
const NARROW: usize = 70;

/// As many figures as there is room for.
fn figures(told: &str, narrow: bool) -> &str {
    if narrow { told.get(..12).unwrap_or(told) } else { told }
}

/// The part that a step is.
fn mark(path: &[u16]) -> Mark {
    let mut mark = vec![0];
    mark.extend_from_slice(path);
    mark
}

/// Whether a step is open where nobody said otherwise: what a policy does in it or never ran is folded.
fn matters(node: &Node) -> bool {
    !(node.never_ran() || node.policy && node.part.is_some())
}

fn has_below(node: &Node) -> bool {
    !node.nodes.is_empty() || !node.conditions.is_empty()
}

fn tables(explained: &Explained, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    if !explained.tables.is_empty() {
        draft.section("policies");
    }
    for table in &explained.tables {
        let style = match table.found {
            Found::All | Found::Open => theme.dim,
            Found::Some | Found::None | Found::Unknown => theme.warn,
        };
        let name = format!("{}.{}  ", table.schema, table.table);
        draft.item(2, (&name, theme.text), (table.found.words(), style), None, None);
        if let Some(problem) = &table.problem {
            draft.item(4, ("", theme.text), (problem, theme.danger), None, Some(problem));
        }
        for rule in &table.policies {
            let sort = if rule.permissive { "" } else { ", restrictive" };
            let using = rule.using.as_deref().unwrap_or("nothing");
            let head = format!("{}{sort}: ", rule.name);
            draft.item(4, (&head, theme.dim), (using, theme.text), None, Some(using));
        }
        if table.policies.is_empty() {
            let said = "none applies: no row passes";
            draft.item(4, ("", theme.text), (said, theme.warn), None, None);
        }
    }
}

fn formats() -> Menu {
    let entry =
        |name: &str, about: &str| Item::new(name, about, Deed::Own("copy", name.to_lowercase()));
    let entries = vec![
        entry("Text", "for a ticket"),
        entry("JSON", "as `purview explain -o json` prints it"),
    ];
    Menu::new("copy the plan as", entries)
}

impl Matter for PlanSheet {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        let words: Vec<_> = self.statement.split_whitespace().collect();
        let mut short: String = words.join(" ").chars().take(60).collect();
        if short.len() < self.statement.trim().len() {
            short.push('…');
        }
        format!("plan of {short}")
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

    fn begins(&self, line: &Line) -> bool {
        !line.mark.is_empty()
    }

    fn has_more(&self) -> bool {
        true
    }

    fn more(&self, line: &Line, draft: &mut Draft<'_>) {
        let Some(node) = self.step(Some(line)) else { return };
        for (name, value) in plan::details(node) {
            let theme = draft.theme;
            draft.item(0, (&format!("{name}: "), theme.field), (&value, theme.text), None, None);
        }
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Describe
    }

    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        _place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
        match action {
            Action::Fold | Action::FoldUp | Action::Unfold => self.fold(action, line),
            Action::FoldAll => self.folds.next(),
            Action::Open | Action::Describe => self.describe(line, cx),
            Action::Whom => cx.open(Box::<AboutWhom>::default()),
            Action::TryIt => Self::offer(cx),
            Action::EditRow => cx.open(Box::new(Editor::new("explain", &self.statement))),
            Action::CopyAs => cx.open(Box::new(formats())),
            _ => return false,
        }
        true
    }

    fn opens(&self, line: &Line) -> bool {
        self.step(Some(line)).is_some()
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        match name {
            "measure" => {
                self.measured = true;
                self.ask(place, cx);
            }
            "run" | "draft" => {
                if text != self.statement {
                    text.clone_into(&mut self.statement);
                    place.address.object = Some(self.statement.clone());
                    self.measured = false;
                    self.begin(place, cx);
                }
            }
            "copy" => match self.copied(text) {
                Some(Ok(text)) => cx.copy("the plan", text),
                Some(Err(why)) => cx.say(Note::warning(&why)),
                None => cx.say(Note::warning("there is no plan yet")),
            },
            "whom" | "membership" => {
                self.measured = false;
                self.inquiry.choose(name, text, place, cx);
                self.begin(place, cx);
            }
            _ => return false,
        }
        true
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let lacks = |said: &str| Some(said.to_owned());
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest can always be done")]
        match action {
            Action::Why | Action::Who => lacks("this is no row of a table"),
            Action::NextCommand | Action::Commands | Action::PolicyText => {
                lacks("it is about a statement as it stands")
            }
            Action::CopyAs | Action::FoldAll | Action::TryIt if self.inquiry.answer().is_none() => {
                lacks("there is no plan yet")
            }
            _ => None,
        }
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        if let Some(problem) = self.inquiry.problem() {
            draft.problem(problem, 0);
        }
        self.inquiry.write("", draft);
        let Some(explained) = self.inquiry.answer() else {
            draft.section("the statement");
            draft.text(&self.statement, theme.text, 2, None);
            return;
        };
        draft.text(&explained.head(), theme.text, 0, None);
        for said in explained.mind() {
            draft.text(&said, theme.dim, 0, None);
        }
        self.tree(explained, draft);
        tables(explained, draft);
        draft.section("the statement");
        draft.text(&explained.statement, theme.text, 2, None);
    }
}
