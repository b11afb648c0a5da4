//! One running question: the handle by which it is cancelled on the server.
//!
//! While a cancel is being sent, the session cannot finish its question and start another, so a cancel never hits a stranger's statement.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Problem, lane::Lane};

/// The handle of one question. Clones are the same question.
#[derive(Debug, Clone, Default)]
pub struct Run {
    place: Arc<Mutex<Place>>,
}

#[derive(Debug, Default)]
enum Place {
    /// No statement has been sent yet.
    #[default]
    Waiting,
    /// The backend `pid`, reached by `lane`, works on it.
    Running { pid: i32, lane: Arc<Lane> },
    /// It ended, or was cancelled before it began.
    Over { cancelled: bool },
}

impl Run {
    /// A question that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it was cancelled.
    pub async fn is_cancelled(&self) -> bool {
        matches!(*self.place.lock().await, Place::Over { cancelled: true })
    }

    /// Cancels the question on the server, from a connection of its own.
    ///
    /// A question that has not begun never will; one that is over stays as it is.
    pub async fn cancel(&self) -> Result<(), Problem> {
        let mut place = self.place.lock().await;
        let (pid, lane) = match &*place {
            Place::Waiting => {
                *place = Place::Over { cancelled: true };
                return Ok(());
            }
            Place::Over { .. } => return Ok(()),
            Place::Running { pid, lane } => (*pid, Arc::clone(lane)),
        };
        // Still locked: the session cannot go on to another question meanwhile.
        lane.cancel_backend(pid).await
    }

    /// Notes who works on it; fails if it was cancelled meanwhile.
    pub(super) async fn begin(&self, pid: i32, lane: &Arc<Lane>) -> Result<(), Problem> {
        let mut place = self.place.lock().await;
        if let Place::Over { cancelled: true } = *place {
            return Err(cancelled());
        }
        *place = Place::Running { pid, lane: Arc::clone(lane) };
        Ok(())
    }

    /// Notes that no backend works on it any more.
    pub(super) async fn end(&self) {
        let mut place = self.place.lock().await;
        if !matches!(*place, Place::Over { .. }) {
            *place = Place::Over { cancelled: false };
        }
    }
}

/// What a cancelled question answers.
fn cancelled() -> Problem {
    Problem::new(super::Kind::Cancelled, "cancelled")
}
