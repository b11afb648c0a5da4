//! Asks the person at the terminal.
//!
//! The terminal is as it was when the question ends, also where nobody waits for the answer any more.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _},
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::text;

/// Whether what is typed shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    On,
    Off,
}

/// Whether there is somebody to ask.
pub(super) fn is_anybody_there() -> bool {
    io::stdin().is_terminal()
}

/// Shows `prompt` and returns the line that is typed.
pub(super) async fn ask(prompt: &str, echo: Echo) -> io::Result<String> {
    let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
    let quiet = match echo {
        Echo::On => None,
        Echo::Off => Some(Quiet::begin(terminal.try_clone()?)?),
    };
    let prompt = text::clean(prompt).into_owned();
    terminal.write_all(prompt.as_bytes())?;
    let mut resumed = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
    let mut told = read_line(terminal.try_clone()?);
    loop {
        tokio::select! {
            line = &mut told => return line.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into())),
            // Whoever stopped the program had the terminal meanwhile.
            _ = resumed.recv() => {
                if let Some(quiet) = &quiet {
                    quiet.hush()?;
                }
                terminal.write_all(prompt.as_bytes())?;
            }
        }
    }
}

/// Reads a line in a thread of its own: nothing else can wait for a terminal and be left. An empty line is an answer, the end of all input is none.
fn read_line(terminal: File) -> oneshot::Receiver<io::Result<String>> {
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let outcome = match BufReader::new(terminal).read_line(&mut line) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
            Err(error) => Err(error),
        };
        // Nobody may be waiting any more.
        drop(tell.send(outcome));
    });
    told
}

/// A terminal that does not show what is typed, as long as this lives.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn begin(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let quiet = Self { terminal, before };
        quiet.hush()?;
        Ok(quiet)
    }

    fn hush(&self) -> io::Result<()> {
        let mut modes = self.before.clone();
        modes.local_modes -= LocalModes::ECHO;
        // The end of the line shows, so that what follows stands on its own.
        modes.local_modes |= LocalModes::ECHONL;
        Ok(tcsetattr(&self.terminal, OptionalActions::Flush, &modes)?)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What was typed of a password must not reach the shell; a terminal that is gone needs nothing.
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}
