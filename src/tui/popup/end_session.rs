//! Whether to end what a session does, or the session: who it is, whom that frees, and three buttons of which the harmless one is under Enter.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{Dialog, Outcome, middle};
use crate::{
    monitor::{Act, End, Session, Target},
    pg::Problem,
    text,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        field::Field,
        note::Note,
        remote::Remote,
        stage::{Picture, Stage},
        ui::{cell, frame, line, wait, words::indented},
    },
};

/// As wide as a statement is still pleasant to read.
const WIDTH: u16 = 90;
/// How many lines of the session's statement are shown.
const STATEMENT: usize = 4;

/// The dialog about one session.
#[derive(Debug)]
pub struct EndSession {
    target: Target,
    look: Remote<Target>,
    end: Remote<End>,
    /// What Enter does; nothing at first.
    choice: Option<Act>,
    /// What was chosen before it was known whom that frees; Enter does not do it before.
    early: Option<Act>,
    /// In production the context's name has to be typed before.
    word: Option<(String, Field)>,
}

impl EndSession {
    /// Asks about the session that `target` means.
    pub fn new(target: Target) -> Self {
        let (look, end) = (Remote::default(), Remote::default());
        Self { target, look, end, choice: None, early: None, word: None }
    }

    /// What can be done to the session, as far as it is known.
    fn choices(&self) -> &'static [Option<Act>] {
        match self.look.value() {
            Some(session) if session.refusal.is_none() && self.end.value().is_none() => {
                &[None, Some(Act::Cancel), Some(Act::Terminate)]
            }
            _ => &[None],
        }
    }

    fn turn(&mut self, by: isize) {
        let choices = self.choices();
        let at = choices.iter().position(|choice| *choice == self.choice).unwrap_or(0);
        let to = at.cast_signed().wrapping_add(by).rem_euclid(choices.len().cast_signed());
        self.choice = choices[to.cast_unsigned()];
    }

    fn choose(&mut self, act: Act) {
        if self.choices().contains(&Some(act)) {
            self.choice = Some(act);
        } else if self.look.wait().since().is_some() {
            self.early = Some(act);
        }
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Outcome {
        if self.early.is_some() {
            cx.say(Note::warning("it is not known yet whom that frees; enter again once it is"));
            return Outcome::Stay;
        }
        let (Some(act), Some(session)) = (self.choice, self.look.value().cloned()) else {
            return Outcome::Close;
        };
        match &self.word {
            Some((word, field)) if field.text() != word => {
                cx.say(Note::warning(&format!("type `{word}` first")));
            }
            _ if self.end.wait().since().is_some() => {}
            _ => self.end.ask(End { act, session }, cx),
        }
        Outcome::Stay
    }
}

impl Dialog for EndSession {
    fn load(&mut self, cx: &mut Cx<'_>) {
        self.word = cx
            .facts
            .filter(|facts| facts.production)
            .map(|facts| (facts.context.clone(), Field::default()));
        self.look.ask(self.target.clone(), cx);
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.word.as_mut().map(|(_, field)| field)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        match action {
            Action::NextItem | Action::Right | Action::CursorRight | Action::Toggle => self.turn(1),
            Action::PreviousItem | Action::Left | Action::CursorLeft => self.turn(-1),
            Action::ChooseCancel => self.choose(Act::Cancel),
            Action::ChooseTerminate => self.choose(Act::Terminate),
            Action::Accept | Action::Submit => return self.accept(cx),
            Action::Close | Action::Cancel => return Outcome::Close,
            _ => {}
        }
        Outcome::Stay
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.look.wait().awaits(ticket) {
            self.look.settle(ticket, answer, cx.now);
            if let Some(act) = self.early.take() {
                self.choose(act);
            }
            return;
        }
        if self.end.settle(ticket, answer, cx.now) {
            self.choice = None;
            if let Some(ended) = self.end.value() {
                cx.say(Note::done(&ended.said));
            }
        }
    }

    fn waits_since(&self) -> Option<std::time::Duration> {
        self.look.wait().since().or_else(|| self.end.wait().since())
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let room = usize::from(width.saturating_sub(4)).max(1);
        let lines = self.lines(stage, room);
        let typed = u16::from(self.word.is_some());
        let area = middle(screen, width, lines.len() as u16 + 4 + typed);
        let inner = frame::popup(&format!("session {}", self.target.pid), theme, area, buf);
        let last = inner.bottom().saturating_sub(1);
        let body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        for (y, (said, style)) in (inner.y..last.saturating_sub(typed)).zip(&lines) {
            line::spans(&[(said, *style)], Rect { y, height: 1, ..body }, buf);
        }
        let mut picture = Picture::default();
        if let Some((word, field)) = &self.word
            && last > inner.y
        {
            let sign = format!("type `{}`: ", text::clean(word));
            let at = Rect { y: last - 1, height: 1, ..body };
            picture = line::field(field, &sign, theme.prompt, at, buf);
        }
        if inner.height > 0 {
            let style = |choice| if self.choice == choice { theme.focus } else { theme.button };
            let mut pieces = Vec::new();
            for choice in self.choices() {
                pieces.push((button(*choice, self.end.value().is_some()), style(*choice)));
                pieces.push(("  ", theme.text));
            }
            if self.choices().len() > 1 {
                let keys = if self.word.is_some() { "tab chooses" } else { "c, t or tab choose" };
                pieces.push((keys, theme.dim));
            }
            line::spans(&pieces, Rect { y: last, height: 1, ..body }, buf);
        }
        picture
    }
}

const fn button(choice: Option<Act>, done: bool) -> &'static str {
    match choice {
        None if done => "[ Close ]",
        None => "[ Keep ]",
        Some(Act::Cancel) => "[ Cancel query ]",
        Some(Act::Terminate) => "[ End session ]",
    }
}

impl EndSession {
    /// What is said above the buttons.
    fn lines(&self, stage: &Stage<'_>, room: usize) -> Vec<(String, Style)> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        let mut say = |said: &str, style| {
            lines.extend(indented(said, room).into_iter().map(|said| (said, style)));
        };
        if let Some(session) = self.look.value() {
            for said in about(session) {
                say(&said, theme.text);
            }
            say("", theme.text);
            for act in [Act::Cancel, Act::Terminate] {
                let end = End { act, session: session.clone() };
                let style = if self.choice == Some(act) { theme.warn } else { theme.dim };
                if session.refusal.is_none() && self.end.value().is_none() {
                    say(&format!("{}: {}", act.question(), end.consequence()), style);
                }
            }
            if let (Some(act), None) = (self.choice, self.end.value()) {
                say("", theme.text);
                say("what is sent:", theme.dim);
                say(&End { act, session: session.clone() }.statement().shown(), theme.dim);
            }
        }
        let refusal = self.look.value().and_then(|session| session.refusal.as_ref());
        for problem in [refusal, self.look.problem(), self.end.problem()].into_iter().flatten() {
            say(&problem.summary, theme.danger);
            if let Some(hint) = &problem.hint {
                say(hint, theme.text);
            }
        }
        if let Some(ended) = self.end.value() {
            say(&ended.said, theme.ok);
        }
        if let Some(act) = self.early {
            say(&format!("{}: whom that frees is being looked up", act.question()), theme.warn);
        }
        let waits = self.look.wait().since().or_else(|| self.end.wait().since());
        if let Some(said) = waits.and_then(|since| wait::said(since, stage.now)) {
            say(&said, theme.dim);
        }
        lines
    }
}

/// Who the session is, and what it does.
fn about(session: &Session) -> Vec<String> {
    let words = [&session.role, &session.database, &session.application, &session.client];
    let who: Vec<_> =
        words.into_iter().flatten().filter(|word| !word.is_empty()).map(String::as_str).collect();
    let mut lines = vec![who.join(" · ")];
    let lasts = session.transaction.map(|lasts| {
        format!(", its transaction lasts for {}", cell::duration(lasts.as_secs_f64()))
    });
    let state = session.state.as_deref().unwrap_or("does something that is hidden");
    lines.push(format!("{state}{}", lasts.unwrap_or_default()));
    lines.push(format!("since {} UTC", session.id.backend_start.get(..19).unwrap_or_default()));
    let query = session.query.as_deref().unwrap_or_default();
    lines.extend(query.lines().map(str::to_owned).take(STATEMENT));
    lines
}
