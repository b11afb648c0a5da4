//! A real terminal around the real program: keys in, screens out, whatever ends it.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed; how long things take is what is tested here"
)]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::{
    io::{Read as _, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take before a test fails; far more than it should.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub(crate) struct Console {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    deaf: Arc<AtomicBool>,
    parser: vt100::Parser,
    /// How many bytes came so far.
    pub(crate) received: usize,
}

/// The program under test, with `arguments`, in surroundings of its own.
pub(crate) fn purview(arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_purview"));
    command.args(arguments);
    command
}

impl Console {
    /// Starts `command` in a terminal of this size.
    pub(crate) fn start(mut command: CommandBuilder, width: u16, height: u16) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        for name in
            ["TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR"]
        {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        let deaf = Arc::new(AtomicBool::new(false));
        let hears = Arc::clone(&deaf);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if hears.load(Ordering::Relaxed) || sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self {
            master: Some(pair.master),
            writer: Some(writer),
            child,
            bytes,
            deaf,
            parser: vt100::Parser::new(height, width, 0),
            received: 0,
        }
    }

    /// The screen as it stands.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Types bytes.
    pub(crate) fn send(&mut self, bytes: &str) -> &mut Self {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes.as_bytes()).unwrap();
        writer.flush().unwrap();
        self
    }

    /// Waits until the screen is as wanted, and returns how long that took.
    pub(crate) fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&vt100::Screen) -> bool,
    ) -> Duration {
        let began = Instant::now();
        while !wanted(self.parser.screen()) {
            match self.bytes.recv_timeout(PATIENCE.saturating_sub(began.elapsed())) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => {
                    panic!("waited for {what}, but ({error}):\n{}", self.screen().contents())
                }
            }
        }
        began.elapsed()
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn shows(&mut self, text: &str) -> Duration {
        self.until(text, |screen| screen.contents().contains(text))
    }

    /// Takes what comes within `span`, and returns how many bytes that were.
    pub(crate) fn listen(&mut self, span: Duration) -> usize {
        let (began, before) = (Instant::now(), self.received);
        while let Some(left) = span.checked_sub(began.elapsed()) {
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        self.received - before
    }

    fn take(&mut self, bytes: &[u8]) {
        self.received += bytes.len();
        self.parser.process(bytes);
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.parser.screen_mut().set_size(height, width);
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// The number of the program's process.
    pub(crate) fn pid(&self) -> rustix::process::Pid {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::Pid::from_raw(pid).unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Closes the terminal, as when a line goes dead.
    pub(crate) fn hang_up(&mut self) {
        self.deaf.store(true, Ordering::Relaxed);
        // Something to show, so that the reader wakes up and lets go of its end.
        self.send(":");
        while self.bytes.recv_timeout(PATIENCE).is_ok() {}
        self.writer = None;
        self.master = None;
    }

    /// Waits until the program has ended, takes its last bytes, and says how long that took.
    pub(crate) fn ended(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "it does not end:\n{}", self.screen().contents());
            let _ =
                self.bytes.recv_timeout(Duration::from_millis(1)).map(|bytes| self.take(&bytes));
        };
        let took = began.elapsed();
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(100)) {
            self.take(&bytes);
        }
        (status, took)
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        let termios = self.master.as_ref().unwrap().get_termios().unwrap();
        termios.local_flags.bits() & 0o10 != 0
    }

    /// Whether the terminal is as a shell wants it.
    pub(crate) fn is_given_back(&self) -> Result<(), String> {
        let screen = self.screen();
        let termios = self.master.as_ref().unwrap().get_termios().unwrap();
        let wrong = [
            (screen.alternate_screen(), "the alternate screen is still there"),
            (screen.hide_cursor(), "the cursor is hidden"),
            (screen.bracketed_paste(), "pasting is still bracketed"),
            // ICANON and ECHO.
            (termios.local_flags.bits() & 0o12 != 0o12, "the terminal is raw"),
        ];
        wrong.into_iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, what)| Err(what.to_owned()))
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
