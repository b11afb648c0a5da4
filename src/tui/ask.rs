//! Questions of any type under way: who asked, which one it is, and its answer without a type.
//!
//! Types come back where they left: a [`Remote`](super::remote::Remote) knows what its own question answers.

use std::{
    any::Any,
    fmt::{self, Debug},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The pane with this number.
    Pane(u64),
    /// The popup with this number.
    Popup(u64),
    /// The program itself, on an errand.
    Program,
}

/// Identifies one question, so that a late answer to an older one is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    /// Who asked.
    pub owner: Owner,
    /// Grows with every question.
    pub seq: u64,
}

/// An answer of any type.
pub type AnyAnswer = Box<dyn Any + Send>;

/// A task that will have an answer.
pub type Answering = Pin<Box<dyn Future<Output = Result<AnyAnswer, Problem>> + Send>>;

/// A question of any type.
pub trait AnyQuestion: Debug + Send + Sync {
    /// The question itself, to look into.
    fn as_any(&self) -> &dyn Any;

    /// Whether `other` is the same question.
    fn is(&self, other: &dyn AnyQuestion) -> bool;

    /// Asks it.
    fn ask(&self, database: Arc<Database>, identity: Identity, run: Run) -> Answering;

    /// The question for what comes after `answer`, where answers come in pages and there is more.
    fn after(&self, answer: &AnyAnswer) -> Option<Box<dyn AnyQuestion>>;
}

impl<Q: Question> AnyQuestion for Q {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn AnyQuestion) -> bool {
        other.as_any().downcast_ref::<Q>().is_some_and(|other| other == self)
    }

    fn ask(&self, database: Arc<Database>, identity: Identity, run: Run) -> Answering {
        let question = self.clone();
        Box::pin(async move {
            let answer = Question::ask(question, database, identity, run).await?;
            Ok(Box::new(answer) as AnyAnswer)
        })
    }

    fn after(&self, answer: &AnyAnswer) -> Option<Box<dyn AnyQuestion>> {
        let next = Question::after(self, answer.downcast_ref()?)?;
        Some(Box::new(next))
    }
}

impl PartialEq for dyn AnyQuestion {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

/// A question that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Which one.
    pub ticket: Ticket,
    /// Since when, on the clock of [`Moment`](super::msg::Moment).
    pub since: Duration,
}

/// The questions under way.
#[derive(Debug, Default)]
pub struct Asked {
    seq: u64,
    open: Vec<Open>,
}

impl Asked {
    /// A ticket for a new question.
    pub fn begin(&mut self, owner: Owner, now: Duration) -> Ticket {
        self.seq += 1;
        let ticket = Ticket { owner, seq: self.seq };
        self.open.push(Open { ticket, since: now });
        ticket
    }

    /// Takes note that the question ended; whether it was still open.
    pub fn end(&mut self, ticket: Ticket) -> Option<Open> {
        let at = self.open.iter().position(|open| open.ticket == ticket)?;
        Some(self.open.swap_remove(at))
    }

    /// Whether the question is still open.
    pub fn is_open(&self, ticket: Ticket) -> bool {
        self.open.iter().any(|open| open.ticket == ticket)
    }

    /// Gives up on everything that `which` asked.
    pub fn abandon(&mut self, which: impl Fn(Owner) -> bool) -> Vec<Ticket> {
        let (gone, kept) = std::mem::take(&mut self.open)
            .into_iter()
            .partition::<Vec<_>, _>(|open| which(open.ticket.owner));
        self.open = kept;
        gone.into_iter().map(|open| open.ticket).collect()
    }

    /// All that is under way.
    pub fn tickets(&self) -> Vec<Ticket> {
        self.open.iter().map(|open| open.ticket).collect()
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.seq)
    }
}
