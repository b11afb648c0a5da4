//! One running question: the handle by which it is cancelled on the server.
//!
//! While a cancel is being sent, the session cannot finish its statement and start another, so a cancel never hits a stranger's statement.

use std::{any::Any, fmt, sync::Arc};

use tokio::sync::{Mutex, Notify};

use super::{Kind, Problem, lane::Lane};

/// The handle of one question, which may take several statements, one after the other. Clones are the same question.
#[derive(Debug, Clone, Default)]
pub struct Run {
    state: Arc<Mutex<State>>,
    /// Wakes whoever waits for its cancellation.
    told: Arc<Notify>,
    /// Who hears what was found so far.
    teller: Option<Teller>,
}

/// A part of an answer, of any type.
pub type Part = Box<dyn Any + Send>;

/// Hears the parts of an answer as they are found.
#[derive(Clone)]
struct Teller(Arc<dyn Fn(Part) + Send + Sync>);

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Teller")
    }
}

#[derive(Debug, Default)]
struct State {
    /// Who works on a statement of it now.
    worker: Option<(i32, Arc<Lane>)>,
    /// Whether any statement of it ever began.
    begun: bool,
    /// Whether nobody wants the answer any more.
    cancelled: bool,
}

impl Run {
    /// A question that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// A question that has not begun; `hear` hears the parts of its answer as they are found.
    pub fn told(hear: impl Fn(Part) + Send + Sync + 'static) -> Self {
        Self { teller: Some(Teller(Arc::new(hear))), ..Self::default() }
    }

    /// The same question, of which `hear` hears the parts.
    #[must_use]
    pub fn telling(&self, hear: impl Fn(Part) + Send + Sync + 'static) -> Self {
        Self { teller: Some(Teller(Arc::new(hear))), ..self.clone() }
    }

    /// Tells a part of the answer to whoever wants to hear it before the whole is there.
    pub fn tell(&self, part: impl Any + Send) {
        if let Some(Teller(hear)) = &self.teller {
            hear(Box::new(part));
        }
    }

    /// Cancels the question: the statement under way on the server, from a connection of its own, and all that would follow.
    ///
    /// A question that is over stays as it is.
    pub async fn cancel(&self) -> Result<(), Problem> {
        let mut state = self.state.lock().await;
        state.cancelled = true;
        self.told.notify_waiters();
        match &state.worker {
            // Still locked: the session cannot go on to another question meanwhile.
            Some((pid, lane)) => lane.cancel_backend(*pid).await,
            None => Ok(()),
        }
    }

    /// Waits until somebody cancels it.
    pub(crate) async fn cancelled(&self) {
        let told = self.told.notified();
        if !self.state.lock().await.cancelled {
            told.await;
        }
    }

    /// Whether somebody cancelled it.
    pub async fn is_cancelled(&self) -> bool {
        self.state.lock().await.cancelled
    }

    /// Notes who works on a statement of it; fails if it was cancelled.
    pub(super) async fn begin(&self, pid: i32, lane: &Arc<Lane>) -> Result<(), Problem> {
        let mut state = self.state.lock().await;
        if state.cancelled {
            return Err(Problem::new(Kind::Cancelled, "cancelled"));
        }
        state.worker = Some((pid, Arc::clone(lane)));
        state.begun = true;
        Ok(())
    }

    /// Whether any statement of it ever began: if none did, whoever asks can be left where it is.
    pub async fn has_begun(&self) -> bool {
        self.state.lock().await.begun
    }

    /// Notes that no backend works on it for now.
    pub(super) async fn end(&self) {
        self.state.lock().await.worker = None;
    }
}
