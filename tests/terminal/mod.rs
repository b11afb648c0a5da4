//! The real program in a real terminal: keys in, screens out, whatever ends it.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed; how long things take is what is tested here"
)]
#![allow(dead_code, reason = "each test binary uses a part of it")]

mod pty;

use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus};

use self::pty::Terminal;

/// A program in a terminal, in surroundings of its own.
pub(crate) struct Console {
    terminal: Terminal,
}

/// The program under test, with `arguments`.
pub(crate) fn purview(arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_purview"));
    command.args(arguments);
    command
}

impl Console {
    /// Starts `command` in a terminal of this size.
    pub(crate) fn start(mut command: CommandBuilder, width: u16, height: u16) -> Self {
        for name in ["XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(name, env!("CARGO_TARGET_TMPDIR"));
        }
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        Self { terminal: Terminal::start(command, (width, height)).unwrap() }
    }

    /// The screen as it stands.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.terminal.screen()
    }

    /// Types bytes.
    pub(crate) fn send(&mut self, bytes: &str) -> &mut Self {
        self.terminal.press(bytes).unwrap();
        self
    }

    /// Waits until the screen is as wanted, and returns how long that took.
    pub(crate) fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&vt100::Screen) -> bool,
    ) -> Duration {
        let began = Instant::now();
        self.terminal.until(what, wanted).unwrap().saturating_duration_since(began)
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn shows(&mut self, text: &str) -> Duration {
        self.until(text, |screen| screen.contents().contains(text))
    }

    /// Takes what comes within `span`, and returns how many bytes that were.
    pub(crate) fn listen(&mut self, span: Duration) -> usize {
        self.terminal.watch(span)
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.resize((width, height)).unwrap();
    }

    /// The number of the program's process.
    pub(crate) fn pid(&self) -> rustix::process::Pid {
        let pid = i32::try_from(self.terminal.pid()).unwrap();
        rustix::process::Pid::from_raw(pid).unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Closes the terminal, as when a line goes dead.
    pub(crate) fn hang_up(&mut self) {
        self.terminal.hang_up().unwrap();
    }

    /// Waits until the program has ended, takes its last bytes, and says how long that took.
    pub(crate) fn ended(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let (status, at) = self.terminal.ended().unwrap();
        (status, at.saturating_duration_since(began))
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        self.terminal.echoes()
    }

    /// Whether the terminal is as a shell wants it.
    pub(crate) fn is_given_back(&mut self) -> Result<(), String> {
        let left = self.terminal.left_behind();
        if left.is_empty() { Ok(()) } else { Err(left.join(", ")) }
    }
}
