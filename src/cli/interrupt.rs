//! Ctrl-C: what runs on the server is cancelled there before the program ends, and the terminal is as it was.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

use crate::pg::{Kind, Problem, Run};

/// How long the server has to answer a cancel, and the command to end after it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `work`, whose statements are all those of the run it is given, until it is done or somebody interrupts it.
///
/// Work that has not begun a statement is left at once, whatever it waits for: a connection, a command, an answer at the terminal.
pub(super) async fn until_interrupted<T>(
    work: impl AsyncFnOnce(&Run) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let run = Run::new();
    let mut stops = Stops::listen()?;
    let mut work = Box::pin(work(&run));
    tokio::select! {
        outcome = &mut work => outcome,
        () = stops.next() => {
            let stopped = async {
                // A cancel that fails leaves nothing to do but to go.
                drop(run.cancel().await);
                if run.has_begun().await {
                    // What is left writes its last line in the journal.
                    drop(work.await);
                }
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
    quit: Signal,
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
            quit: listen(SignalKind::quit())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
            _ = self.quit.recv() => {}
        }
    }
}
