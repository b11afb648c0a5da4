//! A real terminal around a real program: keys go in, and what is on screen is known together with when it came.

use std::{
    io::{Read as _, Write as _},
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize};
use vt100::{Parser, Screen};

/// A picture is complete when nothing follows for so long.
const STILL: Duration = Duration::from_millis(2);
/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub(super) struct Terminal {
    parser: Parser,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    /// How the terminal was before.
    before: String,
    /// When the program was started.
    pub(super) started: Instant,
    /// Bytes that came so far.
    pub(super) bytes: usize,
    /// When the last of them came.
    pub(super) last: Instant,
}

/// What a key was answered with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// From the key to the last byte.
    pub(super) took: Duration,
    pub(super) bytes: usize,
}

impl Terminal {
    /// Starts `program` in a terminal of its own.
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        variables: &[(String, String)],
        (cols, rows): (u16, u16),
    ) -> anyhow::Result<Self> {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        // As people have it; writing a backtrace would take longer than ending.
        command.env_remove("RUST_BACKTRACE");
        for (name, value) in variables {
            command.env(name, value);
        }
        let before = format!("{:?}", pair.master.get_termios());
        let (mut reader, writer) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send((Instant::now(), bytes[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        let parser = Parser::new(rows, cols, 0);
        let (master, last) = (pair.master, started);
        Ok(Self { parser, child, master, writer, chunks, before, started, bytes: 0, last })
    }

    pub(super) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }

    /// Presses keys and tells when.
    pub(super) fn press(&mut self, keys: &str) -> anyhow::Result<Instant> {
        self.drain();
        let now = Instant::now();
        self.writer.write_all(keys.as_bytes())?;
        self.writer.flush()?;
        Ok(now)
    }

    /// Waits until the screen is still and as wished; tells when its last byte came.
    pub(super) fn until(
        &mut self,
        what: &str,
        wished: impl Fn(&Screen) -> bool,
    ) -> anyhow::Result<Instant> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.chunks.recv_timeout(STILL) {
                Ok(chunk) => self.take(chunk),
                Err(RecvTimeoutError::Timeout) if wished(self.screen()) => return Ok(self.last),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("the program ended before {what}:\n{}", self.screen().contents())
                }
            }
        }
        bail!("in vain waited for {what}:\n{}", self.screen().contents())
    }

    /// Presses keys, waits until the screen is as wished, and tells how long that took.
    pub(super) fn ask(
        &mut self,
        keys: &str,
        wished: impl Fn(&Screen) -> bool,
    ) -> anyhow::Result<Answer> {
        let at = self.press(keys)?;
        let bytes = self.bytes;
        let last = self.until(keys.escape_debug().to_string().as_str(), wished)?;
        Ok(Answer { took: last.duration_since(at), bytes: self.bytes - bytes })
    }

    /// Presses a key that changes something on screen, and tells when the picture was complete.
    pub(super) fn tap(&mut self, key: &str) -> anyhow::Result<Answer> {
        let at = self.press(key)?;
        let bytes = self.bytes;
        let chunk = self.chunks.recv_timeout(PATIENCE).context("a key was not answered")?;
        self.take(chunk);
        self.settle(STILL);
        Ok(Answer { took: self.last.duration_since(at), bytes: self.bytes - bytes })
    }

    /// Takes what comes for so long.
    pub(super) fn watch(&mut self, duration: Duration) {
        let end = Instant::now() + duration;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => self.take(chunk),
                Err(RecvTimeoutError::Timeout) => return,
                // It ended; the time passes all the same.
                Err(RecvTimeoutError::Disconnected) => return thread::sleep(left),
            }
        }
    }

    /// Takes what comes until nothing comes for so long.
    pub(super) fn settle(&mut self, still: Duration) {
        while let Ok(chunk) = self.chunks.recv_timeout(still) {
            self.take(chunk);
        }
    }

    /// Waits for the end of the program and tells when it was.
    pub(super) fn ended(&mut self) -> anyhow::Result<Instant> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(Instant::now());
            }
            thread::sleep(Duration::from_micros(200));
        }
        self.child.kill()?;
        bail!("the program did not end")
    }

    /// What of the terminal was not given back.
    pub(super) fn left_behind(&mut self) -> Vec<&'static str> {
        self.settle(Duration::from_millis(20));
        let screen = self.screen();
        let modes = format!("{:?}", self.master.get_termios());
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        let flaws = [
            (screen.alternate_screen(), "alternate screen"),
            (screen.hide_cursor(), "hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (mouse, "mouse"),
            (modes != self.before, "raw mode"),
        ];
        flaws.into_iter().filter_map(|(left, what)| left.then_some(what)).collect()
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

impl Drop for Terminal {
    fn drop(&mut self) {
        // Whatever was measured, nothing is left running.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
