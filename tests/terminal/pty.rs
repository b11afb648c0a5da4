//! A real terminal around a real program: keys go in, and what is on screen is known together with when it came.
//!
//! One file for all who need one: the tests, the benchmark, and whoever draws the picture.
#![allow(dead_code, reason = "each program that includes it uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "how long things take is what is measured here")]

use std::{
    io::{Read as _, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize};
use vt100::{Parser, Screen};

/// A picture is complete when nothing follows for so long.
const STILL: Duration = Duration::from_millis(2);
/// Longer than this nobody waits: far more than anything should take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program in a terminal.
pub(crate) struct Terminal {
    parser: Parser,
    child: Box<dyn Child + Send + Sync>,
    /// Absent once the terminal is closed.
    ends: Option<Ends>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    /// Whether what the program says is no longer read.
    deaf: Arc<AtomicBool>,
    /// How the terminal was before.
    before: String,
    /// When the program was started.
    pub(crate) started: Instant,
    /// Bytes that came so far.
    pub(crate) bytes: usize,
    /// When the last of them came.
    pub(crate) last: Instant,
}

/// Our side of the terminal.
struct Ends {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
}

/// What a key was answered with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// From the key to the last byte.
    pub(crate) took: Duration,
    pub(crate) bytes: usize,
}

impl Terminal {
    /// Starts `command` in a terminal of its own, with so many columns and rows.
    pub(crate) fn start(
        mut command: CommandBuilder,
        (cols, rows): (u16, u16),
    ) -> anyhow::Result<Self> {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size)?;
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        // Nothing of the terminal in which this runs; and writing a backtrace would take longer than ending.
        for name in [
            "TMUX",
            "STY",
            "SSH_CONNECTION",
            "SSH_TTY",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "NO_COLOR",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        let before = format!("{:?}", pair.master.get_termios());
        let ends = Ends { writer: pair.master.take_writer()?, master: pair.master };
        let deaf = Arc::new(AtomicBool::new(false));
        let chunks = read(ends.master.try_clone_reader()?, Arc::clone(&deaf));
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        let parser = Parser::new(rows, cols, 0);
        let (ends, last) = (Some(ends), started);
        Ok(Self { parser, child, ends, chunks, deaf, before, started, bytes: 0, last })
    }

    /// The screen as it stands.
    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// The number of the program's process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }

    /// Presses keys and tells when.
    pub(crate) fn press(&mut self, keys: &str) -> anyhow::Result<Instant> {
        self.drain();
        let now = Instant::now();
        let ends = self.ends.as_mut().context("the terminal is closed")?;
        ends.writer.write_all(keys.as_bytes())?;
        ends.writer.flush()?;
        Ok(now)
    }

    /// Waits until the screen is still and as wished; tells when its last byte came.
    pub(crate) fn until(
        &mut self,
        what: &str,
        wished: impl Fn(&Screen) -> bool,
    ) -> anyhow::Result<Instant> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.chunks.recv_timeout(STILL) {
                Ok(chunk) => self.take(chunk),
                Err(_) if wished(self.screen()) => return Ok(self.last),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("the program ended before {what}:\n{}", self.screen().contents())
                }
            }
        }
        bail!("in vain waited for {what}:\n{}", self.screen().contents())
    }

    /// Presses keys, waits until the screen is as wished, and tells how long that took.
    pub(crate) fn ask(
        &mut self,
        keys: &str,
        wished: impl Fn(&Screen) -> bool,
    ) -> anyhow::Result<Answer> {
        let at = self.press(keys)?;
        let bytes = self.bytes;
        let last = self.until(keys.escape_debug().to_string().as_str(), wished)?;
        Ok(Answer { took: last.saturating_duration_since(at), bytes: self.bytes - bytes })
    }

    /// Presses a key that changes something on screen, and tells when the picture was complete.
    pub(crate) fn tap(&mut self, key: &str) -> anyhow::Result<Answer> {
        let at = self.press(key)?;
        let bytes = self.bytes;
        let chunk = self.chunks.recv_timeout(PATIENCE).context("a key was not answered")?;
        self.take(chunk);
        self.settle(STILL);
        Ok(Answer { took: self.last.saturating_duration_since(at), bytes: self.bytes - bytes })
    }

    /// Takes what comes for so long, and returns how many bytes that were.
    pub(crate) fn watch(&mut self, duration: Duration) -> usize {
        let (end, before) = (Instant::now() + duration, self.bytes);
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => self.take(chunk),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        self.bytes - before
    }

    /// Takes what comes until nothing comes for so long.
    pub(crate) fn settle(&mut self, still: Duration) {
        while let Ok(chunk) = self.chunks.recv_timeout(still) {
            self.take(chunk);
        }
    }

    /// Waits for the end of the program, takes its last bytes, and tells how it ended and when.
    pub(crate) fn ended(&mut self) -> anyhow::Result<(ExitStatus, Instant)> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait()? {
                let at = Instant::now();
                self.settle(Duration::from_millis(100));
                return Ok((status, at));
            }
            if let Ok(chunk) = self.chunks.recv_timeout(Duration::from_micros(200)) {
                self.take(chunk);
            }
        }
        self.child.kill()?;
        bail!("the program did not end:\n{}", self.screen().contents())
    }

    /// What of the terminal was not given back.
    pub(crate) fn left_behind(&mut self) -> Vec<&'static str> {
        self.settle(Duration::from_millis(20));
        let screen = self.screen();
        let modes = self.ends.as_ref().map(|ends| format!("{:?}", ends.master.get_termios()));
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        let flaws = [
            (screen.alternate_screen(), "alternate screen"),
            (screen.hide_cursor(), "hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (mouse, "mouse"),
            (modes.is_some_and(|modes| modes != self.before), "raw mode"),
        ];
        flaws.into_iter().filter_map(|(left, what)| left.then_some(what)).collect()
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        // ECHO.
        let termios = self.ends.as_ref().and_then(|ends| ends.master.get_termios());
        termios.is_some_and(|termios| termios.local_flags.bits() & 0o10 != 0)
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, (cols, rows): (u16, u16)) -> anyhow::Result<()> {
        let ends = self.ends.as_ref().context("the terminal is closed")?;
        ends.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        self.parser.screen_mut().set_size(rows, cols);
        Ok(())
    }

    /// Closes the terminal, as when a line goes dead.
    pub(crate) fn hang_up(&mut self) -> anyhow::Result<()> {
        self.deaf.store(true, Ordering::Relaxed);
        // Something to show, so that the reader wakes up and lets go of its end.
        self.press(":")?;
        while self.chunks.recv_timeout(PATIENCE).is_ok() {}
        self.ends = None;
        Ok(())
    }

    fn take(&mut self, (at, bytes): (Instant, Vec<u8>)) {
        self.parser.process(&bytes);
        self.bytes += bytes.len();
        self.last = at;
    }

    fn drain(&mut self) {
        while let Ok(chunk) = self.chunks.try_recv() {
            self.take(chunk);
        }
    }
}

/// Reads what the program says, and when it said it, until nobody wants to know any more.
fn read(
    mut from: Box<dyn std::io::Read + Send>,
    deaf: Arc<AtomicBool>,
) -> Receiver<(Instant, Vec<u8>)> {
    let (sender, chunks) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = vec![0; 65536];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let chunk = (Instant::now(), bytes[..count].to_vec());
            if deaf.load(Ordering::Relaxed) || sender.send(chunk).is_err() {
                break;
            }
        }
    });
    chunks
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Whatever was tested or measured, nothing is left running.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
