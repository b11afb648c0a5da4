//! Acting as a user: which of their identities, why, for how long, and the exact SQL that will be sent.
//!
//! Acting begins in the journal, and the session is checked, before anything is shown as somebody else.

use std::sync::Arc;

use chrono::TimeDelta;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{Dialog, Outcome, middle};
use crate::{
    database::Database,
    directory::{Candidate, Identities, IdentitiesAnswer, Others, SelfCheck, Session},
    pg::{Acting, Fence, Identity, Kind, Problem, Run},
    question::Question,
    text,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::{Cx, Wish},
        field::Field,
        note::Note,
        place::Place,
        popup::{Content, Viewer},
        remote::Remote,
        stage::{Picture, Stage},
        ui::{frame, line, wait, words::words},
    },
};

/// As wide as statements are still pleasant to read.
const WIDTH: u16 = 100;
/// How long one may act: the first is what is proposed.
const MINUTES: [i64; 4] = [30, 10, 60, 120];
/// How many lines the text below is scrolled at once, and at most.
const SCROLL: usize = 5;
const MOST: usize = 200;

/// Begin to act as somebody, and look who the session is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// As whom.
    pub acting: Arc<Acting>,
}

/// How acting began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// As whom.
    pub acting: Arc<Acting>,
    /// How strong the fence is.
    pub fence: Fence,
    /// Who the session is, and what it sees.
    pub session: Session,
}

impl Question for Begin {
    type Answer = Began;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Began, Problem> {
        let acting = self.acting;
        let fence = database.door.begin_acting(&acting).await?;
        let identity = Identity::Acting(Arc::clone(&acting));
        match SelfCheck.ask(Arc::clone(&database), identity, run).await {
            Ok(session) => Ok(Began { acting, fence, session }),
            Err(problem) => {
                // Nobody was acted as: the journal says so too.
                database.door.end_acting(&acting)?;
                Err(problem)
            }
        }
    }
}

/// What has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Identity,
    Reason,
    Minutes,
    Cancel,
    Act,
}

/// Who is to be acted as, as far as that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whom {
    /// The user with this id.
    User(String),
    /// The identity that the mapping knows under this name.
    Other(String),
}

/// The dialog.
#[derive(Debug)]
pub struct ActAs {
    whom: Whom,
    /// Where to go then; stays where one is when absent.
    then: Option<Place>,
    identities: Remote<Identities>,
    others: Remote<Others>,
    chosen: usize,
    reason: Field,
    minutes: usize,
    focus: Focus,
    /// How far the text below the buttons is scrolled.
    top: usize,
    began: Remote<Begin>,
}

impl ActAs {
    /// Asks about acting as the user with the id `user`, and goes to `then`.
    pub fn new(user: impl Into<String>, then: Option<Place>) -> Self {
        Self::of(Whom::User(user.into()), then)
    }

    /// Asks about acting as the identity that the mapping calls `name`, and goes to `then`.
    pub fn other(name: impl Into<String>, then: Option<Place>) -> Self {
        Self::of(Whom::Other(name.into()), then)
    }

    fn of(whom: Whom, then: Option<Place>) -> Self {
        Self {
            whom,
            then,
            identities: Remote::default(),
            others: Remote::default(),
            chosen: 0,
            reason: Field::default(),
            minutes: 0,
            focus: Focus::Reason,
            top: 0,
            began: Remote::default(),
        }
    }

    fn answer(&self) -> Option<&IdentitiesAnswer> {
        self.identities.value().or(self.others.value())
    }

    /// The user's identities, and after them those that are no users.
    fn candidates(&self) -> Vec<&Candidate> {
        self.answer()
            .map(|answer| answer.candidates.iter().chain(&answer.others).collect())
            .unwrap_or_default()
    }

    /// Whom one would act as, as things stand.
    fn acting(&self, now: chrono::DateTime<chrono::Utc>) -> Option<Acting> {
        let until = now + TimeDelta::minutes(MINUTES[self.minutes]);
        Some(self.candidates().get(self.chosen)?.acting(self.reason.text().trim(), now, until))
    }

    /// What can have the keys, in order.
    fn stops(&self) -> Vec<Focus> {
        let several = (self.candidates().len() > 1).then_some(Focus::Identity);
        several
            .into_iter()
            .chain([Focus::Reason, Focus::Minutes, Focus::Cancel, Focus::Act])
            .collect()
    }

    fn turn(&mut self, by: isize) {
        let stops = self.stops();
        let at = stops.iter().position(|stop| *stop == self.focus).unwrap_or(0);
        let to = at.cast_signed().wrapping_add(by).rem_euclid(stops.len().cast_signed());
        self.focus = stops[to.cast_unsigned()];
    }

    /// To the next identity, or, after the last one, to what comes then; and the way back.
    fn step(&mut self, by: isize) {
        let next = self.chosen.checked_add_signed(by);
        match next.filter(|next| *next < self.candidates().len()) {
            Some(next) if self.focus == Focus::Identity => self.chosen = next,
            _ => self.turn(by),
        }
    }

    /// What the keys do where they are.
    const fn hint(&self) -> &'static str {
        match self.focus {
            Focus::Identity => "up and down choose, enter goes on",
            Focus::Reason => "enter goes on",
            Focus::Minutes => "left and right change it, enter goes on",
            Focus::Cancel | Focus::Act => "enter does it, left and right change",
        }
    }

    /// Goes through the choices of what has the keys.
    fn choose(&mut self, by: isize) {
        let round = |at: usize, len: usize| {
            at.cast_signed().wrapping_add(by).rem_euclid(len.max(1).cast_signed()).cast_unsigned()
        };
        match self.focus {
            Focus::Identity => self.chosen = round(self.chosen, self.candidates().len()),
            Focus::Minutes => self.minutes = round(self.minutes, MINUTES.len()),
            Focus::Cancel | Focus::Act => {
                self.focus = if self.focus == Focus::Act { Focus::Cancel } else { Focus::Act };
            }
            Focus::Reason => {}
        }
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Outcome {
        match self.focus {
            Focus::Cancel => return Outcome::Close,
            // Of several identities one is chosen, then the reason is given, then Enter begins.
            Focus::Identity | Focus::Minutes => self.turn(1),
            Focus::Reason if self.reason.text().trim().is_empty() => cx.say(Note::warning(REASON)),
            Focus::Reason => self.focus = Focus::Act,
            Focus::Act => match self.acting(cx.now.wall) {
                _ if self.began.wait().since().is_some() => {}
                None => cx.say(Note::warning("there is no identity to act as")),
                Some(acting) if acting.reason.is_empty() => {
                    cx.say(Note::warning(REASON));
                    self.focus = Focus::Reason;
                }
                Some(acting) => self.began.ask(Begin { acting: Arc::new(acting) }, cx),
            },
        }
        Outcome::Stay
    }

    /// The identities are known: the one that was named is chosen.
    fn settle(&mut self, cx: &mut Cx<'_>) {
        let candidates = self.candidates();
        let empty = candidates.is_empty();
        let chosen = match &self.whom {
            Whom::User(_) => 0,
            Whom::Other(name) => candidates
                .iter()
                .position(|candidate| candidate.person.label.eq_ignore_ascii_case(name))
                .unwrap_or(0),
        };
        let several = self.answer().is_some_and(|answer| answer.candidates.len() > 1);
        self.chosen = chosen;
        if self.answer().is_some() && empty {
            let problem = Problem::new(Kind::Missing, "there is no identity to act as");
            cx.say(Note::from(&problem));
        }
        self.focus = if several { Focus::Identity } else { Focus::Reason };
    }

    /// Acting has begun: from now on everything runs as somebody else.
    fn begin(&self, began: &Began, cx: &mut Cx<'_>) {
        cx.wish(Wish::Become(Identity::Acting(Arc::clone(&began.acting)), Some(began.fence)));
        if let Some(place) = &self.then {
            cx.wish(Wish::Visit(place.clone()));
        }
        let title = format!("acting as {}", began.acting.label());
        cx.open(Box::new(Viewer::new(&title, Content::Text(report(began)), None)));
    }

    /// What is below the buttons, on lines of at most `width` cells.
    fn lines(&self, stage: &Stage<'_>, width: usize) -> Vec<(String, Style)> {
        let mut lines = Vec::new();
        for (said, style) in self.said(stage) {
            let clean = text::clean(&said);
            lines.extend(words(&clean, width).into_iter().map(|line| (line, style)));
        }
        lines
    }

    fn said(&self, stage: &Stage<'_>) -> Vec<(String, Style)> {
        let theme = stage.theme;
        let mut said = Vec::new();
        let waits = [self.identities.wait(), self.others.wait(), self.began.wait()];
        let waiting = waits.into_iter().find_map(crate::tui::remote::Wait::since);
        let problems = [self.began.problem(), self.identities.problem(), self.others.problem()];
        if let Some(problem) = problems.into_iter().flatten().next() {
            said.push((problem.summary.clone(), theme.danger));
            said.extend(problem.hint.clone().map(|hint| (hint, theme.text)));
        } else if let Some(waited) = waiting.and_then(|since| wait::said(since, stage.now)) {
            said.push((waited, theme.dim));
        }
        let Some(answer) = self.answer() else { return said };
        if !answer.filters {
            said.push((
                "no table here has row security: nothing will be filtered".into(),
                theme.warn,
            ));
        }
        let style = if answer.fence == Fence::Jailed { theme.ok } else { theme.warn };
        said.push((format!("fence {}: {}", answer.fence.word(), answer.fence.meaning()), style));
        if let Some(acting) = self.acting(stage.now.wall) {
            said.push(("what is sent around every statement:".to_owned(), theme.dim));
            let account = stage.facts.map_or("", |facts| facts.account.as_str());
            let statements = acting.statements(answer.fence, account);
            let lines = statements.iter().flat_map(|line| line.split_inclusive("; "));
            said.extend(lines.map(|line| (line.to_owned(), theme.string)));
        }
        said.push((format!("differs from a real login: {}", DIFFERENCES.join("; ")), theme.dim));
        said
    }
}

const REASON: &str = "give a reason or a ticket first: it is written down";

/// How acting differs from what the application does when the user signs in.
const DIFFERENCES: [&str; 3] = [
    "session_user is purview's login",
    "hooks that the application runs at sign-in did not run",
    "claims are assumed from the mapping, not issued",
];

/// What the session turned out to be.
fn report(began: &Began) -> String {
    let Began { acting, fence, session } = began;
    let yes = |truth: bool| if truth { "yes" } else { "NO" };
    let mut lines = vec![
        format!("current_user   {}", session.current_user),
        format!("session_user   {}", session.session_user),
        format!("read-only      {}", yes(session.read_only)),
        format!("row security   {}", yes(session.row_security)),
        format!("fence          {fence}: {}", fence.meaning()),
        format!("until          {} UTC", acting.until.format("%H:%M")),
        format!("reason         {}", acting.reason),
        String::new(),
        "settings".to_owned(),
    ];
    lines.extend(
        acting.settings.iter().map(|(name, value)| format!("  {} = {value}", name.as_str())),
    );
    if acting.settings.is_empty() {
        lines.push("  none: the session never had any".to_owned());
    }
    lines.extend([String::new(), "rows visible now".to_owned()]);
    for visible in &session.visible {
        let said = match &visible.rows {
            Ok(count) => format!("{}{}", count.rows, if count.more { "+" } else { "" }),
            Err(problem) => problem.to_string(),
        };
        lines.push(format!("  {:<32} {said}", visible.table.to_string()));
    }
    lines.extend([String::new(), "differs from a real login".to_owned()]);
    lines.extend(DIFFERENCES.iter().map(|line| format!("  {line}")));
    lines.extend([
        String::new(),
        "from now on every list is what they see; esc closes this, I stops acting".to_owned(),
    ]);
    lines.join("\n")
}

impl Dialog for ActAs {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        match action {
            Action::NextItem | Action::Newer => self.step(1),
            Action::PreviousItem | Action::Older => self.step(-1),
            Action::Toggle | Action::CursorRight => self.choose(1),
            Action::CursorLeft => self.choose(-1),
            Action::Accept | Action::Submit => return self.accept(cx),
            Action::NextItemPage => self.top = self.top.saturating_add(SCROLL).min(MOST),
            Action::PreviousItemPage => self.top = self.top.saturating_sub(SCROLL),
            Action::Close | Action::Cancel => return Outcome::Close,
            _ => {}
        }
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        (self.focus == Focus::Reason).then_some(&mut self.reason)
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        match &self.whom {
            Whom::User(user) => self.identities.ask(Identities { user: user.clone() }, cx),
            Whom::Other(_) => self.others.ask(Others, cx),
        }
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.identities.wait().awaits(ticket) {
            self.identities.settle(ticket, answer, cx.now);
            self.settle(cx);
        } else if self.others.wait().awaits(ticket) {
            self.others.settle(ticket, answer, cx.now);
            self.settle(cx);
        } else if self.began.settle(ticket, answer, cx.now)
            && let Some(began) = self.began.value()
        {
            self.begin(began, cx);
        }
    }

    fn wakes(&self) -> Option<std::time::Duration> {
        let waits = [self.identities.wait(), self.others.wait(), self.began.wait()];
        let since = waits.into_iter().find_map(crate::tui::remote::Wait::since)?;
        Some(since + wait::SHOWN)
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let below = self.lines(stage, usize::from(width.saturating_sub(4)).max(1));
        let candidates = self.candidates();
        let height = candidates.len().max(1) + below.len() + 7;
        let area = middle(screen, width, height as u16);
        let inner = frame::popup("act as", theme, area, buf);
        let mut picture = Picture::default();
        let focus = |focus: Focus, style| if self.focus == focus { theme.focus } else { style };
        let mut y = inner.y;
        let mut next = || {
            let at = Rect {
                x: inner.x + 1,
                y,
                width: inner.width.saturating_sub(2),
                height: u16::from(y < inner.bottom()),
            };
            y += 1;
            at
        };
        for (index, candidate) in candidates.iter().enumerate() {
            let sign = if index == self.chosen { "(*) " } else { "( ) " };
            let style =
                if index == self.chosen { focus(Focus::Identity, theme.text) } else { theme.text };
            let of =
                candidate.organization.as_deref().map(|of| format!(" in {of}")).unwrap_or_default();
            let role = candidate
                .membership
                .as_deref()
                .map(|role| format!(" ({role})"))
                .unwrap_or_default();
            let said = format!("{}{of}{role} as {}", candidate.person.label, candidate.role);
            line::spans(&[(sign, style), (&text::clean(&said), style)], next(), buf);
        }
        next();
        let shown = line::field(&self.reason, "reason or ticket: ", theme.prompt, next(), buf);
        if self.focus == Focus::Reason {
            picture = shown;
        }
        let minutes = format!("for {} minutes", MINUTES[self.minutes]);
        line::spans(&[(&minutes, focus(Focus::Minutes, theme.text))], next(), buf);
        next();
        line::spans(
            &[
                ("[ Cancel ]", focus(Focus::Cancel, theme.button)),
                ("  ", theme.text),
                ("[ Act ]", focus(Focus::Act, theme.button)),
                ("   ", theme.text),
                (self.hint(), theme.dim),
            ],
            next(),
            buf,
        );
        next();
        let room = usize::from(inner.bottom().saturating_sub(next().y + 1)) + 1;
        let top = self.top.min(below.len().saturating_sub(room));
        y = y.saturating_sub(1);
        for ((said, style), y) in below[top..].iter().zip(y..inner.bottom()) {
            let at = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            line::spans(&[(said, *style)], at, buf);
        }
        if below.len() > room {
            frame::foot("page down: the rest of the SQL", theme.warn, area, buf);
        }
        picture
    }
}
