//! Ctrl-C: what runs on the server is cancelled there before the program ends.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

use crate::pg::{Kind, Problem, Run};

/// How long the server has to answer a cancel, and the command to end after it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `work`, all of whose statements are `run`'s, until it is done or somebody interrupts it.
pub(super) async fn interruptible<T>(
    run: &Run,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let mut stops = Stops::listen()?;
    let mut work = std::pin::pin!(work);
    tokio::select! {
        outcome = &mut work => outcome,
        () = stops.next() => {
            let stopped = async {
                // A cancel that fails leaves nothing to do but to go.
                drop(run.cancel().await);
                // What is left writes its last line in the journal.
                drop(work.await);
            };
            tokio::select! {
                _ = timeout(PATIENCE, stopped) => {}
                () = stops.next() => {}
            }
            Err(Problem::new(Kind::Cancelled, "interrupted"))
        }
    }
}

/// The signals that end a command.
struct Stops {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stops {
    fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| Problem::bug(format!("no signals can be had: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
