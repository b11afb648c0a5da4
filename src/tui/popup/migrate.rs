//! Whether to take or undo migrations: what will run, what it locks and loses; then how it runs; then who sees more or fewer rows.
//!
//! The harmless button is under Enter. While it runs nothing but stopping it is possible, which is done on the server.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    Deed, Dialog, Outcome,
    foresee::{self, WIDTH},
    middle,
    reading::Reading,
};
use crate::{
    config::theme::Theme,
    migrate::{Counting, Order, Pace, Plan, Planning, Progress, Taking, Watched},
    pg::{Part, Problem},
    text,
    tui::{
        action::{Action, Scope},
        ask::{AnyAnswer, Ticket},
        cx::{Cx, Wish},
        field::Field,
        msg::Moment,
        note::Note,
        remote::Remote,
        stage::{Picture, Stage},
        ui::{frame, line, wait, words::indented},
    },
};

/// The dialog about a run.
#[derive(Debug)]
pub struct Migrating {
    order: Order,
    plan: Remote<Planning>,
    work: Remote<Watched>,
    /// Whether the other button is under Enter.
    chosen: bool,
    /// In production the context's name has to be typed before.
    word: Option<(String, Field)>,
    /// What happened so far.
    told: Vec<String>,
    /// Whether the last of that is how far an index is.
    builds: bool,
    /// Whether somebody stopped it.
    stopped: bool,
    reading: Reading,
}

impl Migrating {
    /// Asks about what `order` comes to.
    pub fn new(order: Order) -> Self {
        Self {
            order,
            plan: Remote::default(),
            work: Remote::default(),
            chosen: false,
            word: None,
            told: Vec::new(),
            builds: false,
            stopped: false,
            reading: Reading::default(),
        }
    }

    fn runs(&self) -> bool {
        self.work.wait().since().is_some()
    }

    /// Whether something ran, whatever came of it.
    fn is_over(&self) -> bool {
        self.stopped || self.work.value().is_some() || self.work.problem().is_some()
    }

    /// Whether there is anything to agree to.
    fn is_open(&self) -> bool {
        self.plan.value().is_some_and(|plan| !plan.steps.is_empty())
            && !self.runs()
            && !self.is_over()
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Outcome {
        if self.runs() {
            cx.say(Note::warning("it runs; esc stops it on the server"));
            return Outcome::Stay;
        }
        if self.is_over() {
            return Outcome::Do(Deed::Act(Action::Reload));
        }
        let Some(plan) = self.plan.value().filter(|_| self.chosen && self.is_open()).cloned()
        else {
            return Outcome::Close;
        };
        if let Some((word, _)) = self.word.as_ref().filter(|(word, field)| field.text() != word) {
            cx.say(Note::warning(&format!("type `{word}` first")));
            return Outcome::Stay;
        }
        let reason = format!("who sees what before and after migrations, {}", self.order.word());
        let warrant = foresee::warrant(reason, cx);
        // What is in the way was shown, and agreed to with the rest.
        let taking = Taking { plan, drop_invalid: true, pace: Pace::default() };
        self.reading.begin();
        self.work.ask(Watched { taking, warrant }, cx);
        Outcome::Stay
    }

    fn leave(&mut self, cx: &mut Cx<'_>) -> Outcome {
        if self.runs() {
            self.work.cancel(cx);
            self.stopped = true;
            self.told.push("stopped: what had begun is undone by the server".to_owned());
            return Outcome::Stay;
        }
        if self.is_over() { Outcome::Do(Deed::Act(Action::Reload)) } else { Outcome::Close }
    }

    /// Whether a name is typed, or may have to be: letters are letters then.
    fn is_typed(&self) -> bool {
        self.word.is_some() && !self.runs() && !self.is_over()
    }

    /// How many lines can be above what is shown, and how many are in sight: the dialog takes all the room it needs, as far as there is any.
    fn extent(&self, cx: &Cx<'_>) -> (usize, usize) {
        let width = cx.columns.min(WIDTH.into());
        let lines = self.lines((cx.theme, cx.now), width.saturating_sub(4).max(1)).len();
        let typed = usize::from(self.word.is_some() && self.is_open());
        let rows = cx.lines.saturating_sub(3 + typed).min(lines);
        (lines - rows, rows)
    }
}

impl Dialog for Migrating {
    fn load(&mut self, cx: &mut Cx<'_>) {
        self.word = cx
            .facts
            .filter(|facts| facts.production)
            .map(|facts| (facts.context.clone(), Field::default()));
        self.plan.ask(Planning { source: None, order: self.order }, cx);
    }

    fn scopes(&self) -> Vec<Scope> {
        let keys = if self.is_typed() { Scope::Prompt } else { Scope::List };
        vec![Scope::Popup, keys, Scope::Global]
    }

    fn field(&mut self) -> Option<&mut Field> {
        let typed = self.is_typed();
        self.word.as_mut().filter(|_| typed).map(|(_, field)| field)
    }

    fn edit(&mut self, action: Action) -> bool {
        // While nothing is typed there is nothing in which to go to and fro.
        let moves = matches!(action, Action::LineStart | Action::LineEnd);
        self.field().filter(|field| !(moves && field.is_empty())).is_some_and(|it| it.act(action))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let (most, rows) = self.extent(cx);
        if self.reading.act(action, most, rows) {
            return Outcome::Stay;
        }
        match action {
            Action::NextItem
            | Action::PreviousItem
            | Action::Left
            | Action::Right
            | Action::CursorLeft
            | Action::CursorRight
            | Action::Toggle => self.chosen = self.is_open() && !self.chosen,
            Action::Accept | Action::Submit => return self.accept(cx),
            Action::Close | Action::Cancel => return self.leave(cx),
            _ => {}
        }
        Outcome::Stay
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.plan.wait().awaits(ticket) {
            self.plan.settle(ticket, answer, cx.now);
            return;
        }
        if self.work.settle(ticket, answer, cx.now) {
            self.reading.begin();
            // One that failed may have done a part of it.
            cx.wish(Wish::Outdate);
            if let Some(taken) = self.work.value() {
                cx.say(Note::done(&format!("{}: {} done", self.order.word(), taken.done)));
            }
        }
    }

    fn hear(&mut self, ticket: Ticket, part: Part, _cx: &mut Cx<'_>) {
        if !self.work.wait().awaits(ticket) {
            return;
        }
        let part = match part.downcast::<Progress>() {
            Ok(progress) => {
                let builds = matches!(*progress, Progress::Building { .. });
                if builds && self.builds {
                    // How far it was a moment ago is no news any more.
                    self.told.pop();
                }
                self.builds = builds;
                if !matches!(*progress, Progress::Done { .. }) {
                    self.told.push(progress.to_string());
                }
                return;
            }
            Err(part) => part,
        };
        if let Ok(counting) = part.downcast::<Counting>() {
            let when = if counting.after { "after" } else { "before" };
            self.told.push(format!("counting who sees what, {when} it"));
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        self.plan.wait().since().or_else(|| self.work.wait().since())
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let room = usize::from(width.saturating_sub(4)).max(1);
        let lines = self.lines((theme, stage.now), room);
        let typed = u16::from(self.word.is_some() && self.is_open());
        let area = middle(screen, width, (lines.len() as u16).saturating_add(4 + typed));
        let inner = frame::popup(&format!("migrate {}", self.order.word()), theme, area, buf);
        let last = inner.bottom().saturating_sub(1);
        let body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let shown = usize::from(last.saturating_sub(typed).saturating_sub(inner.y));
        let most = lines.len().saturating_sub(shown);
        // While it runs the newest line is in sight.
        let above = if self.runs() { most } else { self.reading.above(most) };
        for (y, (said, style)) in (inner.y..last.saturating_sub(typed)).zip(&lines[above..]) {
            line::spans(&[(said, *style)], Rect { y, height: 1, ..body }, buf);
        }
        let mut picture = Picture::default();
        if let Some((word, field)) = self.word.as_ref().filter(|_| typed > 0)
            && last > inner.y
        {
            let sign = format!("type `{}`: ", text::clean(word));
            let at = Rect { y: last - 1, height: 1, ..body };
            picture = line::field(field, &sign, theme.prompt, at, buf);
        }
        if inner.height > 0 {
            let style = |on| if on { theme.focus } else { theme.button };
            let pieces = if self.runs() {
                vec![("[ Stop ]: esc", theme.button)]
            } else if self.is_open() {
                vec![
                    ("[ Keep ]", style(!self.chosen)),
                    ("  ", theme.text),
                    ("[ Run ]", style(self.chosen)),
                    ("  tab chooses", theme.dim),
                ]
            } else {
                vec![("[ Close ]", theme.focus)]
            };
            line::spans(&pieces, Rect { y: last, height: 1, ..body }, buf);
        }
        if !self.runs() {
            frame::foot(&self.reading.foot(most), theme.dim, area, buf);
        }
        picture
    }
}

impl Migrating {
    /// What is said above the buttons.
    fn lines(&self, (theme, now): (&Theme, Moment), room: usize) -> Vec<(String, Style)> {
        let mut lines: Vec<(String, Style)> = Vec::new();
        let mut say = |said: &str, style| {
            lines.extend(indented(said, room).into_iter().map(|it| (it, style)));
        };
        let shown = self.plan.value().filter(|_| !self.runs() && !self.is_over());
        for (said, danger) in shown.map(told).unwrap_or_default() {
            say(&said, if danger { theme.danger } else { theme.text });
        }
        // Once it is over, what came of it stands before how it went.
        let (before, after) =
            if self.is_over() { (&[][..], &self.told[..]) } else { (&self.told[..], &[][..]) };
        for said in before {
            say(said, theme.text);
        }
        for problem in [self.plan.problem(), self.work.problem()].into_iter().flatten() {
            say(&problem.summary, theme.danger);
            if let Some(hint) = &problem.hint {
                say(hint, theme.text);
            }
        }
        if let Some(taken) = self.work.value() {
            match &taken.sight {
                Ok(sight) => {
                    say("who sees what, before → after:", theme.heading);
                    for said in sight.lines() {
                        say(&said.text, foresee::style(&said, theme));
                    }
                }
                Err(problem) => {
                    say(&format!("who sees what was not counted: {}", problem.summary), theme.warn);
                }
            }
        }
        if !after.is_empty() {
            say("what ran:", theme.heading);
        }
        for said in after {
            say(said, theme.text);
        }
        if let Some(said) = self.waits_since().and_then(|since| wait::said(since, now)) {
            say(&said, theme.dim);
        }
        lines
    }
}

/// What would run, line by line; and whether a line is one of danger.
fn told(plan: &Plan) -> Vec<(String, bool)> {
    let mut lines = Vec::new();
    if plan.steps.is_empty() {
        lines.push(("nothing is to be done".to_owned(), false));
    }
    for said in plan.dangers() {
        lines.push((said, true));
    }
    for left in &plan.leftovers {
        let said = format!("in the way, and dropped first: DROP INDEX CONCURRENTLY {left}");
        lines.push((said, true));
    }
    for step in &plan.steps {
        let how = if step.job.apart { "statement by statement" } else { "one transaction" };
        lines.push((format!("{} ({how})", step.job.title()), false));
        for statement in &step.statements {
            let text: String = statement
                .text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(90)
                .collect();
            let done = if statement.done { "done already: " } else { "" };
            lines.push((format!("  {done}{text}"), false));
            if let Some(effect) = statement.effect() {
                lines.push((format!("      {effect}"), false));
            }
        }
    }
    lines
}
