//! The terminal: taken over, and given back whatever ends the program.
//!
//! Reading and writing never block: a terminal that nobody reads any more must not keep the program from ending.

use std::{
    io,
    os::fd::{AsFd as _, OwnedFd},
    sync::{Mutex, OnceLock, PoisonError},
};

use ratatui::layout::Size;
use rustix::{
    fs::{Mode, OFlags},
    termios::{self, OptionalActions, QueueSelector, Termios},
};
use tokio::io::unix::AsyncFd;

use crate::pg::{Kind, Problem};

/// As much is read at once.
pub const READ: usize = 4096;

/// Alternate screen, bracketed paste, the window's title put aside.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[22;2t\x1b[?2004h\x1b[?25l";
/// All of it given back, in the opposite order.
const LEAVE: &[u8] = b"\x1b[r\x1b[m\x1b[?25h\x1b[?2004l\x1b[23;2t\x1b[?1049l";

/// What has to be given back, for whoever ends the program: also a panic in a place that knows nothing of terminals.
static TAKEN: OnceLock<Mutex<Option<Taken>>> = OnceLock::new();

#[derive(Debug)]
struct Taken {
    tty: OwnedFd,
    /// How it was before.
    before: Termios,
    /// Whether it is ours now; what was put aside is taken back once, for what lies below may be somebody else's.
    held: bool,
}

/// The terminal that the program runs in.
#[derive(Debug)]
pub struct Term {
    tty: AsyncFd<OwnedFd>,
    /// What could not be written yet.
    behind: Vec<u8>,
}

impl Term {
    /// Takes the terminal over. Has to be called inside of the runtime.
    pub fn enter() -> Result<Self, Problem> {
        let tty = open().map_err(|error| {
            Problem::new(Kind::Usage, format!("there is no terminal: {error}"))
                .hint("in a pipe use `purview get`, which prints and ends")
        })?;
        let failed = |error: io::Error| {
            Problem::new(Kind::Usage, format!("the terminal cannot be used: {error}"))
        };
        let own = tty.try_clone().map_err(failed)?;
        let before = termios::tcgetattr(&own).map_err(|error| failed(error.into()))?;
        hook();
        *taken() = Some(Taken { tty: own, before, held: false });
        let term = Self { tty: watched(tty).map_err(failed)?, behind: Vec::new() };
        enter().map_err(failed)?;
        Ok(term)
    }

    /// The terminal's size; what cannot be told is 80 × 24.
    pub fn size(&self) -> Size {
        match termios::tcgetwinsize(self.tty.get_ref()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col, size.ws_row),
            _ => Size::new(80, 24),
        }
    }

    /// Sends `bytes`, as far as they are taken without waiting; the rest follows with [`Term::catch_up`].
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.behind.is_empty() {
            self.behind.extend_from_slice(bytes);
            return Ok(());
        }
        let written = write(self.tty.get_ref(), bytes)?;
        self.behind.extend_from_slice(&bytes[written..]);
        Ok(())
    }

    /// Whether something could not be written yet.
    pub fn is_behind(&self) -> bool {
        !self.behind.is_empty()
    }

    /// Waits until the terminal takes more, and sends it.
    pub async fn catch_up(&mut self) -> io::Result<()> {
        let mut ready = self.tty.writable().await?;
        let written = write(self.tty.get_ref(), &self.behind)?;
        if written == 0 {
            ready.clear_ready();
        }
        self.behind.drain(..written);
        Ok(())
    }

    /// Waits for input and reads what is there. A terminal that is gone is an error.
    pub async fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; READ];
        loop {
            let mut ready = self.tty.readable().await?;
            match rustix::io::read(self.tty.get_ref(), &mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    bytes.truncate(count);
                    return Ok(bytes);
                }
                Err(rustix::io::Errno::AGAIN) => ready.clear_ready(),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads what is there already.
    pub fn read_now(&self) -> Vec<u8> {
        let mut bytes = vec![0; READ];
        let count = rustix::io::read(self.tty.get_ref(), &mut bytes).unwrap_or(0);
        bytes.truncate(count);
        bytes
    }

    /// Gives the terminal to the shell and stops, until somebody brings the program back.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        self.behind.clear();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.resume()
    }

    /// Gives the terminal to `work`, and takes it again.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        leave();
        self.behind.clear();
        let outcome = work();
        self.resume()?;
        Ok(outcome)
    }

    /// Takes the terminal again, after the program was stopped.
    pub fn resume(&mut self) -> io::Result<()> {
        enter()
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        leave();
        *taken() = None;
    }
}

/// The terminal, opened anew so that not blocking is our own affair and not that of the shell.
fn open() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    let stdout = io::stdout();
    if !termios::isatty(&stdout) {
        return Err(io::Error::other("standard output is not a terminal"));
    }
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let named = [stdin.as_fd(), stdout.as_fd()]
        .into_iter()
        .filter_map(|fd| termios::ttyname(fd, Vec::new()).ok())
        .find_map(|name| rustix::fs::open(name, flags, Mode::empty()).ok());
    match named {
        Some(fd) => Ok(fd),
        None => Ok(rustix::fs::open("/dev/tty", flags, Mode::empty())?),
    }
}

/// The terminal, as the runtime waits for it.
#[expect(
    deprecated,
    reason = "what replaces it is unsafe, and an owned descriptor that is moved in cannot be closed behind its back"
)]
fn watched(tty: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(tty)
}

/// Writes as much as is taken without waiting.
fn write(tty: &OwnedFd, bytes: &[u8]) -> io::Result<usize> {
    match rustix::io::write(tty, bytes) {
        Ok(count) => Ok(count),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn taken() -> std::sync::MutexGuard<'static, Option<Taken>> {
    TAKEN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

fn enter() -> io::Result<()> {
    if let Some(taken) = &mut *taken() {
        taken.held = true;
        let mut raw = taken.before.clone();
        raw.make_raw();
        termios::tcsetattr(&taken.tty, OptionalActions::Flush, &raw)?;
        write(&taken.tty, ENTER)?;
    }
    Ok(())
}

/// Gives the terminal back; does nothing if it was not taken, or given back already.
pub fn leave() {
    if let Some(taken) = &mut *taken()
        && std::mem::take(&mut taken.held)
    {
        // Whatever fails here, there is nobody left to tell.
        let _ = termios::tcsetattr(&taken.tty, OptionalActions::Now, &taken.before);
        if !matches!(write(&taken.tty, LEAVE), Ok(written) if written == LEAVE.len()) {
            // The line is full of pictures that nobody will look at any more.
            let _ = termios::tcflush(&taken.tty, QueueSelector::OFlush);
            let _ = write(&taken.tty, LEAVE);
        }
    }
}

/// Lets a panic, in whatever task, give the terminal back before it is reported: nothing is dropped when a panic aborts.
fn hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            leave();
            report(info);
        }));
    });
}
