//! The signals that concern a terminal program.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Woken;

/// What is listened to.
pub(super) struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
    stop: Signal,
    go_on: Signal,
    resize: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Woken {
        let number =
            |signal: rustix::process::Signal| Woken::Signal(signal.as_raw().unsigned_abs() as u8);
        tokio::select! {
            _ = self.terminate.recv() => number(rustix::process::Signal::TERM),
            _ = self.hang_up.recv() => number(rustix::process::Signal::HUP),
            _ = self.interrupt.recv() => number(rustix::process::Signal::INT),
            _ = self.quit.recv() => number(rustix::process::Signal::QUIT),
            _ = self.stop.recv() => Woken::Stopped,
            _ = self.go_on.recv() => Woken::Continued,
            _ = self.resize.recv() => Woken::Resized,
        }
    }
}
