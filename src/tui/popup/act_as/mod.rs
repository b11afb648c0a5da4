//! Acting as a user: which of their identities, why, for how long, and the exact SQL that will be sent.
//!
//! Acting begins in the journal, and the session is checked, before anything is shown as somebody else.

mod begin;
mod draw;

use std::sync::Arc;

use chrono::TimeDelta;
use ratatui::{buffer::Buffer, layout::Rect};

pub use self::begin::{Began, Begin, Entry};
use super::{Dialog, Outcome};
use crate::{
    directory::{Candidate, Identities, IdentitiesAnswer, Noting, Others},
    pg::{Acting, Identity, Kind, Problem},
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::{Cx, Wish},
        facts::Facts,
        field::Field,
        note::Note,
        place::Place,
        popup::{Content, Viewer},
        remote::{Remote, Wait},
        stage::{Picture, Stage},
    },
};

/// How long one may act, besides what the configuration proposes.
const MINUTES: [u32; 4] = [30, 10, 60, 120];
/// How many lines the text below is scrolled at once, and at most.
const SCROLL: usize = 5;
const MOST: usize = 200;

/// What has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Identity,
    Reason,
    Minutes,
    Word,
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
    /// How many minutes one may act, what is proposed first, and which of them is chosen.
    lengths: Vec<u32>,
    minutes: usize,
    focus: Focus,
    /// In production the context's name has to be typed before anything is written.
    word: Option<(String, Field)>,
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
            lengths: MINUTES.to_vec(),
            minutes: 0,
            focus: Focus::Reason,
            word: None,
            top: 0,
            began: Remote::default(),
        }
    }

    fn answer(&self) -> Option<&IdentitiesAnswer> {
        self.identities.value().or(self.others.value())
    }

    fn waits(&self) -> bool {
        [self.identities.wait(), self.others.wait()].iter().any(|wait| wait.since().is_some())
    }

    /// The user's identities, and after them those that are no users.
    fn candidates(&self) -> Vec<&Candidate> {
        self.answer()
            .map(|answer| answer.candidates.iter().chain(&answer.others).collect())
            .unwrap_or_default()
    }

    /// For how many minutes.
    fn lasts(&self) -> u32 {
        self.lengths.get(self.minutes).copied().unwrap_or(MINUTES[0])
    }

    /// Whom one would act as, as things stand.
    fn acting(&self, now: chrono::DateTime<chrono::Utc>) -> Option<Acting> {
        let until = now + TimeDelta::minutes(self.lasts().into());
        Some(self.candidates().get(self.chosen)?.acting(self.reason.text().trim(), now, until))
    }

    /// What is noted in the application's own audit first, as things stand.
    fn entry(&self, acting: &Acting, facts: Option<&Facts>) -> Entry {
        let cannot = |problem: &Problem| Entry::Cannot(problem.to_string());
        let (Some(answer), Some(facts)) = (self.answer(), facts) else { return Entry::None };
        match &answer.noting {
            Noting::Off => Entry::None,
            Noting::Cannot(problem) => cannot(problem),
            noting @ Noting::Entry(_) => {
                match noting.statement(acting, &facts.account, &facts.login) {
                    Ok(statement) => statement.map_or(Entry::None, Entry::Write),
                    Err(problem) => cannot(&problem),
                }
            }
        }
    }

    /// What can have the keys, in order.
    fn stops(&self) -> Vec<Focus> {
        let several = (self.candidates().len() > 1).then_some(Focus::Identity);
        let word = self.word.as_ref().map(|_| Focus::Word);
        let first = several.into_iter().chain([Focus::Reason, Focus::Minutes]);
        first.chain(word).chain([Focus::Cancel, Focus::Act]).collect()
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
            Focus::Reason | Focus::Word => "enter goes on",
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
            Focus::Minutes => self.minutes = round(self.minutes, self.lengths.len()),
            Focus::Cancel | Focus::Act => {
                self.focus = if self.focus == Focus::Act { Focus::Cancel } else { Focus::Act };
            }
            Focus::Reason | Focus::Word => {}
        }
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Outcome {
        match self.focus {
            Focus::Cancel => return Outcome::Close,
            // Of several identities one is chosen, then the reason is given, then Enter begins.
            Focus::Identity | Focus::Word => self.turn(1),
            Focus::Reason if self.reason.text().trim().is_empty() => cx.say(Note::warning(REASON)),
            Focus::Reason | Focus::Minutes if self.word.is_some() => self.focus = Focus::Word,
            Focus::Reason | Focus::Minutes => self.focus = Focus::Act,
            Focus::Act => match self.acting(cx.now.wall) {
                _ if self.began.wait().since().is_some() => {}
                None if self.answer().is_none() && self.waits() => {
                    cx.say(Note::warning("it is not known yet who this is to the database"));
                }
                None => cx.say(Note::warning("there is no identity to act as")),
                Some(acting) if acting.reason.is_empty() => {
                    cx.say(Note::warning(REASON));
                    self.focus = Focus::Reason;
                }
                Some(acting) => match &self.word {
                    Some((word, field)) if field.text().trim() != word => {
                        cx.say(Note::warning(&format!(
                            "type `{word}` first: something is written"
                        )));
                        self.focus = Focus::Word;
                    }
                    _ => {
                        let entry = self.entry(&acting, cx.facts);
                        self.began.ask(Begin { acting: Arc::new(acting), entry }, cx);
                    }
                },
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
        let writes = self.answer().is_some_and(|it| matches!(it.noting, Noting::Entry(_)));
        let production = cx.facts.filter(|facts| writes && facts.production);
        self.word = production.map(|facts| (facts.context.clone(), Field::default()));
        self.chosen = chosen;
        if self.answer().is_some() && empty {
            let problem = Problem::new(Kind::Missing, "there is no identity to act as");
            cx.say(Note::from(&problem));
        }
        // Whoever has given a reason meanwhile goes on from there; of several identities one is chosen first.
        if several {
            self.focus = Focus::Identity;
        }
    }

    /// Acting has begun: from now on everything runs as somebody else.
    fn begin(&self, began: &Began, cx: &mut Cx<'_>) {
        cx.wish(Wish::Become(Identity::Acting(Arc::clone(&began.acting)), Some(began.fence)));
        if let Some(place) = &self.then {
            cx.wish(Wish::Visit(place.clone()));
        }
        let title = format!("acting as {}", began.acting.label());
        cx.open(Box::new(Viewer::new(&title, Content::Text(began.report()), None)));
    }
}

const REASON: &str = "give a reason or a ticket first: it is written down";

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
        match self.focus {
            Focus::Reason => Some(&mut self.reason),
            Focus::Word => self.word.as_mut().map(|(_, field)| field),
            Focus::Identity | Focus::Minutes | Focus::Cancel | Focus::Act => None,
        }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        let others = MINUTES.into_iter().filter(|minutes| *minutes != cx.minutes);
        self.lengths = std::iter::once(cx.minutes).chain(others).collect();
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

    fn waits_since(&self) -> Option<std::time::Duration> {
        let waits = [self.identities.wait(), self.others.wait(), self.began.wait()];
        waits.into_iter().find_map(Wait::since)
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        self.draw(stage, screen, buf)
    }
}
