//! The signals that concern a terminal program.

use std::task::Poll;

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

    /// Forgets keys and stops that were meant for another program; that the terminal is gone is not forgotten.
    pub(super) async fn forget(&mut self) {
        let streams = [&mut self.interrupt, &mut self.quit, &mut self.stop, &mut self.go_on];
        for stream in streams {
            std::future::poll_fn(|context| {
                while stream.poll_recv(context).is_ready() {}
                Poll::Ready(())
            })
            .await;
        }
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
