//! SQL of one's own: a statement, and below it what it answers, as whoever is acted as.
//!
//! What is refused is refused here, before anybody is asked. Nothing of the statement is in the pane's address.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    down,
    list::{ListPane, Listing, Record},
};
use crate::{
    list::{Ask, Query},
    pg::{Form, Kind, Part, Problem, Refusal, Typed},
    query::{Statement, history},
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, AnyQuestion, Ticket},
        cx::Cx,
        facts::Facts,
        note::Note,
        pane::Pane,
        place::Place,
        popup::{Deed, Editor},
        stage::{Picture, Stage},
        ui::{line, words::words},
    },
};

/// How many rows are asked for first, and how many times as many when somebody wants more.
const FIRST: u64 = 200;
const MORE: u64 = 10;
/// As many lines of the statement are shown above its answer.
const SHOWN: usize = 5;
const FOOT: &str = " f5, ctrl-s: run · up, ctrl-r: older · f4: your editor · esc keeps the text";

/// A statement and its answer.
#[derive(Debug)]
pub(super) struct QueryPane {
    id: u64,
    place: Place,
    /// The statement as it was written last.
    text: String,
    /// How many rows of it are wanted.
    rows: u64,
    answer: Option<ListPane>,
    /// Why nothing was asked.
    refused: Option<Problem>,
}

/// The list of what a statement answers.
#[derive(Debug)]
struct AnswerList {
    statement: Statement,
}

impl Listing for AnswerList {
    fn ask(&self, _place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: self.statement.clone(), query })
    }

    fn enter(&self, _place: &Place, _row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        None
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn is_of_catalog(&self) -> bool {
        true
    }

    fn history(&self, _place: &Place, _row: Record<'_>) -> Option<Place> {
        None
    }

    fn title(&self, _place: &Place, stage: &Stage<'_>) -> String {
        format!("answer{}", stage.seen())
    }

    fn empty(&self, _stage: &Stage<'_>) -> String {
        "the statement returns no row".to_owned()
    }
}

impl QueryPane {
    pub(super) fn new(id: u64, place: Place) -> Self {
        let text = String::new();
        Self { id, place, text, rows: FIRST, answer: None, refused: None }
    }

    /// Opens the editor, at the place and with the words of what went wrong, if anything did.
    fn edit(&self, wrong: Option<&Problem>, cx: &mut Cx<'_>) {
        let past = history::statements(cx.statements, context(cx));
        let mut editor = Editor::new("sql: one statement that only reads", &self.text)
            .foot(FOOT)
            .lending()
            .remembering(past);
        if let Some(problem) = wrong {
            editor = editor.wrong(&problem.to_string(), problem.at);
        }
        cx.open(Box::new(editor));
    }

    fn run(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
        (self.answer, self.refused) = (None, None);
        match Typed::read(&self.text) {
            Ok(typed) => {
                if let Some(line) = history::line(context(cx), &self.text) {
                    cx.remember_statement(line);
                }
                let statement = Statement { typed, rows: self.rows };
                let listing = Box::new(AnswerList { statement });
                let mut answer = ListPane::new(self.id, self.place.clone(), listing);
                self.inside(cx, |cx| answer.load(cx));
                self.answer = Some(answer);
            }
            Err(refusal) => self.refuse(&refusal, cx),
        }
    }

    /// Goes to the plan of the statement; what is refused here is planned nowhere.
    fn explain(&mut self, cx: &mut Cx<'_>) {
        match Typed::read(&self.text) {
            Ok(typed) if typed.form() == Form::Lines => {
                cx.say(Note::warning(
                    "the statement is no query that could have a plan; `f5` runs it",
                ));
            }
            Ok(typed) => cx.go(down::plan(typed.text())),
            Err(refusal) => self.refuse(&refusal, cx),
        }
    }

    fn refuse(&mut self, refusal: &Refusal, cx: &mut Cx<'_>) {
        let problem = refusal.problem(&self.text);
        self.edit(Some(&problem), cx);
        self.refused = Some(problem);
    }

    /// How many lines the statement takes from the answer.
    fn lines(&self) -> usize {
        self.text.lines().count().min(SHOWN)
    }

    /// Reacts as the answer, which has fewer lines than the pane.
    fn inside<R>(&self, cx: &mut Cx<'_>, react: impl FnOnce(&mut Cx<'_>) -> R) -> R {
        let all = cx.lines;
        cx.lines = all.saturating_sub(self.lines()).max(1);
        let result = react(cx);
        cx.lines = all;
        result
    }

    fn with_answer<R>(
        &mut self,
        cx: &mut Cx<'_>,
        react: impl FnOnce(&mut ListPane, &mut Cx<'_>) -> R,
    ) -> Option<R> {
        let mut answer = self.answer.take()?;
        let result = self.inside(cx, |cx| react(&mut answer, cx));
        self.answer = Some(answer);
        Some(result)
    }
}

/// What the statements of the database are remembered under.
fn context<'a>(cx: &Cx<'a>) -> &'a str {
    cx.facts.map_or("", |facts| facts.context.as_str())
}

impl Pane for QueryPane {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        PaneKind::Query
    }

    fn title(&self, stage: &Stage<'_>) -> String {
        format!("sql{}", stage.seen())
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        if self.text.is_empty() {
            return self.edit(None, cx);
        }
        self.with_answer(cx, Pane::load);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any list")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            Action::EditStatement => {
                let wrong = self.refused.clone();
                self.edit(wrong.as_ref(), cx);
            }
            Action::EditOutside => cx.edit_outside(&self.text),
            Action::RunStatement => self.run(cx),
            Action::ExplainStatement => self.explain(cx),
            Action::MoreRows => {
                self.rows = self.rows.saturating_mul(MORE);
                self.run(cx);
            }
            Action::Filter => {
                cx.say(Note::warning("the statement says which rows; `e` edits it"));
            }
            action => {
                return self.with_answer(cx, |answer, cx| answer.act(action, cx)).unwrap_or(false);
            }
        }
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any list")]
    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        match deed {
            Deed::Own("draft", text) => self.text = text,
            Deed::Own("run", text) => {
                self.text = text;
                self.rows = FIRST;
                self.run(cx);
            }
            Deed::Own("outside", text) => {
                self.text = text;
                cx.edit_outside(&self.text);
            }
            Deed::Own("edited", text) => {
                self.text = text;
                self.edit(None, cx);
            }
            deed => {
                return self.with_answer(cx, |answer, cx| answer.take(deed, cx)).unwrap_or(false);
            }
        }
        true
    }

    fn typed(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| self.text.clone())
    }

    fn retype(&mut self, typed: String) {
        self.text = typed;
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        let wrong = answer.as_ref().err().filter(|it| it.at.is_some()).cloned();
        self.with_answer(cx, |list, cx| list.receive(ticket, answer, cx));
        if let Some(problem) = wrong.filter(|it| it.kind != Kind::Cancelled) {
            self.edit(Some(&problem), cx);
        }
    }

    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        self.with_answer(cx, |answer, cx| answer.hear(ticket, part, cx));
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.with_answer(cx, Pane::tick);
    }

    fn wakes(&self) -> Option<Duration> {
        self.answer.as_ref()?.wakes()
    }

    fn waits_since(&self) -> Option<Duration> {
        self.answer.as_ref()?.waits_since()
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        self.with_answer(cx, Pane::stop);
    }

    fn relax(&mut self, cx: &mut Cx<'_>) -> bool {
        self.with_answer(cx, Pane::relax).unwrap_or(false)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any list")]
    fn refuses(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort | Action::SortPicker => {
                Some("the statement says in which order; `e` edits it".to_owned())
            }
            Action::ExportList => {
                Some("`ctrl-s` saves these rows; `purview sql` writes all there are".to_owned())
            }
            Action::RunStatement | Action::ExplainStatement | Action::MoreRows
                if self.text.is_empty() =>
            {
                Some("there is no statement yet; `e` writes one".to_owned())
            }
            action => self.answer.as_ref().and_then(|answer| answer.refuses(action)),
        }
    }

    fn has_row(&self) -> bool {
        self.answer.as_ref().is_some_and(ListPane::has_row)
    }

    fn marks(&self) -> usize {
        self.answer.as_ref().map_or(0, ListPane::marks)
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, preview: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let shown = self.lines() as u16;
        let hidden = self.text.lines().count() > SHOWN;
        for (number, (y, text)) in
            (area.y..area.bottom()).zip(self.text.lines().take(SHOWN)).enumerate()
        {
            let mark = if number == 0 { "> " } else { "  " };
            let end = if hidden && number + 1 == SHOWN { " …" } else { "" };
            let spans = [(mark, theme.dim), (text, theme.string), (end, theme.dim)];
            line::spans(&spans, Rect { y, height: 1, ..area }, buf);
        }
        let shown = shown.min(area.height);
        let rest = Rect { y: area.y + shown, height: area.height - shown, ..area };
        if let Some(answer) = &self.answer {
            return answer.view(stage, rest, preview, buf);
        }
        let mut y = rest.y;
        let mut say = |text: &str, style| {
            for part in words(text, usize::from(rest.width.max(2)) - 1) {
                if y < rest.bottom() {
                    line::spans(
                        &[(" ", style), (&part, style)],
                        Rect { y, height: 1, ..rest },
                        buf,
                    );
                    y += 1;
                }
            }
        };
        match &self.refused {
            Some(problem) => {
                say(&problem.summary, theme.danger);
                say(problem.hint.as_deref().unwrap_or_default(), theme.dim);
            }
            None => say("`e` writes a statement, `f5` runs it; it can only read", theme.dim),
        }
        Picture::default()
    }
}
