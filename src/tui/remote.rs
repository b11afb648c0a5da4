//! Data that lives in the database: what we have, what went wrong, what we are waiting for.
//!
//! Old data stays while new data is on its way, and an answer to an older question changes nothing.

use std::time::Duration;

use super::{
    ask::{AnyAnswer, Ticket},
    cx::Cx,
    msg::Moment,
};
use crate::{
    pg::{Kind, Problem},
    question::Question,
};

/// The answer to a question, as far as it is known.
#[derive(Debug)]
pub struct Remote<Q: Question> {
    value: Option<Q::Answer>,
    problem: Option<Problem>,
    wait: Wait,
}

/// How a question fares, whatever its type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wait {
    open: Option<(Ticket, Duration)>,
    /// When the last answer came.
    pub answered: Option<Moment>,
    /// How long the last answer took.
    pub took: Option<Duration>,
}

impl<Q: Question> Default for Remote<Q> {
    fn default() -> Self {
        Self { value: None, problem: None, wait: Wait::default() }
    }
}

impl<Q: Question> Remote<Q> {
    /// Asks for a fresh value, giving up on the question still open.
    pub fn ask(&mut self, question: Q, cx: &mut Cx<'_>) {
        self.wait.ask(Box::new(question), cx);
    }

    /// Gives up on the open question.
    pub fn cancel(&mut self, cx: &mut Cx<'_>) {
        self.wait.cancel(cx);
    }

    /// Gives up on the open question because somebody said so: where there is nothing to look at instead, that is told.
    pub fn stop(&mut self, cx: &mut Cx<'_>) {
        if self.wait.since().is_some() && self.value.is_none() {
            self.problem = Some(stopped());
        }
        self.cancel(cx);
    }

    /// Takes an answer; whether it was the one that is awaited.
    pub fn settle(
        &mut self,
        ticket: Ticket,
        answer: Result<AnyAnswer, Problem>,
        now: Moment,
    ) -> bool {
        if !self.wait.settle(ticket, now) {
            return false;
        }
        match answer {
            Ok(value) => match value.downcast::<Q::Answer>() {
                Ok(value) => (self.value, self.problem) = (Some(*value), None),
                Err(_) => {
                    self.problem =
                        Some(Problem::bug("an answer has another type than its question"));
                }
            },
            // Whoever cancels wants to go on with what there is.
            Err(problem) if problem.kind == Kind::Cancelled && self.value.is_some() => {}
            Err(problem) => self.problem = Some(problem),
        }
        true
    }

    /// Forgets everything; the open question is given up.
    pub fn forget(&mut self, cx: &mut Cx<'_>) {
        self.cancel(cx);
        *self = Self::default();
    }

    /// The last value received.
    pub const fn value(&self) -> Option<&Q::Answer> {
        self.value.as_ref()
    }

    /// What went wrong last, if anything did.
    pub const fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// How the question fares.
    pub const fn wait(&self) -> &Wait {
        &self.wait
    }
}

/// What is said in place of what somebody did not want to wait for.
pub fn stopped() -> Problem {
    Problem::new(Kind::Cancelled, "stopped").hint("ctrl-r loads it again")
}

impl Wait {
    /// Asks, giving up on the question still open.
    pub fn ask(&mut self, question: Box<dyn super::ask::AnyQuestion>, cx: &mut Cx<'_>) {
        self.cancel(cx);
        self.open = Some((cx.ask(question), cx.now.steady));
    }

    /// Has all that `question` and those after it answer written into the file `name`.
    pub fn export(
        &mut self,
        question: Box<dyn super::ask::AnyQuestion>,
        name: &str,
        cx: &mut Cx<'_>,
    ) {
        self.cancel(cx);
        self.open = Some((cx.export(question, name), cx.now.steady));
    }

    /// Gives up on the open question.
    pub fn cancel(&mut self, cx: &mut Cx<'_>) {
        if let Some((ticket, _)) = self.open.take() {
            cx.cancel(ticket);
        }
    }

    /// Takes note of an answer; whether it was the one that is awaited.
    pub fn settle(&mut self, ticket: Ticket, now: Moment) -> bool {
        let Some((_, since)) = self.open.take_if(|(open, _)| *open == ticket) else { return false };
        self.answered = Some(now);
        self.took = Some(now.steady.saturating_sub(since));
        true
    }

    /// Since when an answer is awaited.
    pub fn since(&self) -> Option<Duration> {
        self.open.map(|(_, since)| since)
    }

    /// Whether `ticket` is the question that is open.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.open.is_some_and(|(open, _)| open == ticket)
    }
}
