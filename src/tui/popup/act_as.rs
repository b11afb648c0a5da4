//! Acting as a user: which of their identities, why, for how long, and the exact SQL that will be sent.
//!
//! Acting begins in the journal, and the session is checked, before anything is shown as somebody else.

use std::sync::Arc;

use chrono::TimeDelta;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Dialog, Outcome, middle};
use crate::{
    database::Database,
    directory::{Candidate, Identities, SelfCheck, Session},
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
        ui::{frame, line, record, wait},
    },
};

/// As wide as statements are still pleasant to read.
const WIDTH: u16 = 100;
/// How long one may act: the first is what is proposed.
const MINUTES: [i64; 4] = [30, 10, 60, 120];

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

/// The dialog.
#[derive(Debug)]
pub struct ActAs {
    user: String,
    /// Where to go then; stays where one is when absent.
    then: Option<Place>,
    identities: Remote<Identities>,
    chosen: usize,
    reason: Field,
    minutes: usize,
    focus: Focus,
    /// How far what will be sent is scrolled.
    scrolled: usize,
    began: Remote<Begin>,
}

impl ActAs {
    /// Asks about acting as the user with the id `user`, and goes to `then`.
    pub fn new(user: impl Into<String>, then: Option<Place>) -> Self {
        Self {
            user: user.into(),
            then,
            identities: Remote::default(),
            chosen: 0,
            reason: Field::default(),
            minutes: 0,
            focus: Focus::Reason,
            scrolled: 0,
            began: Remote::default(),
        }
    }

    fn candidates(&self) -> &[Candidate] {
        self.identities.value().map(|answer| answer.candidates.as_slice()).unwrap_or_default()
    }

    /// Whom one would act as, as things stand.
    fn acting(&self, now: chrono::DateTime<chrono::Utc>) -> Option<Acting> {
        let candidate = self.candidates().get(self.chosen)?;
        Some(Acting {
            role: candidate.role.clone(),
            settings: candidate.settings.clone(),
            search_path: None,
            person: Some(candidate.person.clone()),
            reason: self.reason.text().trim().to_owned(),
            since: now,
            until: now + TimeDelta::minutes(MINUTES[self.minutes]),
        })
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
            Focus::Identity | Focus::Reason | Focus::Minutes => self.turn(1),
            Focus::Act => match self.acting(cx.now.wall) {
                _ if self.began.wait().since().is_some() => {}
                None => cx.say(Note::warning("there is no identity to act as")),
                Some(acting) if acting.reason.is_empty() => {
                    cx.say(Note::warning("give a reason or a ticket first: it is written down"));
                    self.focus = Focus::Reason;
                }
                Some(acting) => self.began.ask(Begin { acting: Arc::new(acting) }, cx),
            },
        }
        Outcome::Stay
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

    fn lines(&self, stage: &Stage<'_>) -> Vec<(String, ratatui::style::Style)> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        let waiting = self.identities.wait().since().or(self.began.wait().since());
        if let Some(problem) = self.began.problem().or(self.identities.problem()) {
            lines.push((problem.summary.clone(), theme.danger));
            lines.extend(problem.hint.clone().map(|hint| (hint, theme.text)));
        } else if let Some(said) = waiting.and_then(|since| wait::said(since, stage.now)) {
            lines.push((said, theme.dim));
        }
        let Some(answer) = self.identities.value() else { return lines };
        if !answer.filters {
            lines.push((
                "no table here has row security: nothing will be filtered".to_owned(),
                theme.warn,
            ));
        }
        if answer.fence != Fence::Jailed {
            let said = match answer.fence {
                Fence::Advisory => {
                    "advisory only: a function that a policy calls could return to your login"
                }
                Fence::Wrapped | Fence::Jailed => "wrapped: the role cannot be left",
            };
            lines.push((format!("fence: {said}"), theme.warn));
        }
        if let Some(acting) = self.acting(stage.now.wall) {
            lines.push(("what is sent around every statement:".to_owned(), theme.dim));
            lines.extend(
                acting.statements(answer.fence).into_iter().map(|line| (line, theme.string)),
            );
        }
        lines.push((
            "differs from a real login: session_user is another, hooks of the application do not run, claims are assumed".to_owned(),
            theme.dim,
        ));
        lines
    }
}

/// What the session turned out to be.
fn report(began: &Began) -> String {
    let Began { acting, fence, session } = began;
    let yes = |truth: bool| if truth { "yes" } else { "NO" };
    let mut lines = vec![
        format!("current_user   {}", session.current_user),
        format!("session_user   {}", session.session_user),
        format!("read-only      {}", yes(session.read_only)),
        format!("row security   {}", yes(session.row_security)),
        format!("fence          {fence}"),
        format!("until          {} UTC", acting.until.format("%H:%M")),
        String::new(),
        "rows visible now".to_owned(),
    ];
    for visible in &session.visible {
        let said = match &visible.rows {
            Ok(count) => format!("{}{}", count.rows, if count.more { "+" } else { "" }),
            Err(problem) => problem.to_string(),
        };
        lines.push(format!("  {:<32} {said}", visible.table.to_string()));
    }
    lines.join("\n")
}

impl Dialog for ActAs {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        match action {
            Action::NextItem | Action::Newer => self.turn(1),
            Action::PreviousItem | Action::Older => self.turn(-1),
            Action::NextItemPage => self.scrolled = self.scrolled.saturating_add(5).min(200),
            Action::PreviousItemPage => self.scrolled = self.scrolled.saturating_sub(5),
            Action::Toggle | Action::CursorRight => self.choose(1),
            Action::CursorLeft => self.choose(-1),
            Action::Accept | Action::Submit => return self.accept(cx),
            Action::Close | Action::Cancel => return Outcome::Close,
            _ => {}
        }
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        (self.focus == Focus::Reason).then_some(&mut self.reason)
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.identities.ask(Identities { user: self.user.clone() }, cx);
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.identities.wait().awaits(ticket) {
            self.identities.settle(ticket, answer, cx.now);
            if self.identities.value().is_some_and(|answer| answer.candidates.is_empty()) {
                let problem = Problem::new(Kind::Missing, "the user has no identity to act as");
                cx.say(Note::from(&problem));
            }
            self.focus = self.stops()[0];
        } else if self.began.settle(ticket, answer, cx.now)
            && let Some(began) = self.began.value()
        {
            self.begin(began, cx);
        }
    }

    fn wakes(&self) -> Option<std::time::Duration> {
        let since = self.identities.wait().since().or(self.began.wait().since())?;
        Some(since + wait::SHOWN)
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let below: Vec<_> = self
            .lines(stage)
            .into_iter()
            .flat_map(|(line, style)| {
                let pieces = record::wrap(&text::clean(&line), width.saturating_sub(4).into());
                pieces.into_iter().map(move |piece| (piece, style))
            })
            .collect();
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
            let said =
                format!("{}{of}{role}, database role {}", candidate.person.label, candidate.role);
            line::spans(&[(sign, style), (&text::clean(&said), style)], next(), buf);
        }
        next();
        let shown = line::field(&self.reason, "reason or ticket: ", theme.prompt, next(), buf);
        if self.focus == Focus::Reason {
            picture = shown;
        }
        let minutes = format!("for {} minutes", MINUTES[self.minutes]);
        line::spans(
            &[
                (&minutes, focus(Focus::Minutes, theme.text)),
                ("   left and right change it", theme.dim),
            ],
            next(),
            buf,
        );
        next();
        line::spans(
            &[
                ("[ Cancel ]", focus(Focus::Cancel, theme.button)),
                ("  ", theme.text),
                ("[ Act ]", focus(Focus::Act, theme.button)),
                ("   Tab goes on", theme.dim),
            ],
            next(),
            buf,
        );
        next();
        let room = usize::from(inner.bottom().saturating_sub(y));
        let skip = self.scrolled.min(below.len().saturating_sub(room));
        for ((said, style), y) in below.iter().skip(skip).zip(y..inner.bottom()) {
            let at = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            line::spans(&[(said, *style)], at, buf);
        }
        if below.len() > room {
            frame::foot("pgdn and pgup scroll", theme.dim, area, buf);
        }
        picture
    }
}
