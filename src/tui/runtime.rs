//! The edge: turns the world into messages and effects into deeds.
//!
//! The only file that spawns, sleeps or reads the clock for the console. What is ready is drained before a frame is drawn, and a timer runs only while
//! something on screen counts: when nothing happens, nothing wakes up.

use std::{
    collections::HashMap,
    future,
    path::{Path, PathBuf},
    pin::Pin,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt as _,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::AbortHandle,
    time::{self, Instant},
};

use super::{
    ask::Ticket,
    clipboard::{self, Surroundings, Way},
    facts::Facts,
    input::{Event, Input},
    model::{Beginning, Model},
    msg::{Effect, Moment, Msg},
    past::Shelf,
    screen::{Abilities, Screen},
    term::{READ, Term},
    update::update,
    view::view,
};
use crate::{
    config::theme::Theme,
    database::Database,
    pg::{Kind, Problem, Run},
};

/// How long an Esc waits for what may belong to it, when a line is so slow that sequences come in pieces.
const ESCAPE: Duration = Duration::from_millis(20);
/// How long the end waits for the server to hear that nobody wants its answers.
const FAREWELL: Duration = Duration::from_millis(30);

/// A connection being made.
pub type Connecting = Pin<Box<dyn Future<Output = Result<(Arc<Database>, Facts), Problem>> + Send>>;

/// Whoever can connect to a database.
pub trait Connect: Send {
    /// Connects to the context with this name, or to the one of now.
    fn connect(&mut self, context: Option<&str>) -> Connecting;
}

/// What the console begins with.
pub struct Start {
    /// How to connect.
    pub connect: Box<dyn Connect>,
    /// The state at the beginning; what is remembered is added to it.
    pub beginning: Beginning,
    /// Where what is typed is kept.
    pub shelf: Option<Shelf>,
    /// What the terminal can do.
    pub abilities: Abilities,
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Somebody left.
    Quit,
    /// A signal ended it: its number.
    Signal(u8),
    /// The terminal is gone.
    HungUp,
}

impl Ended {
    /// The exit code that says so.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => 128 + number,
            Self::HungUp => 129,
        }
    }
}

/// What the environment tells about the terminal.
pub fn abilities(variable: impl Fn(&str) -> Option<String>) -> Abilities {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let plain = variable("PURVIEW_SCROLL").is_some_and(|wanted| wanted == "plain");
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    Abilities { scrolls: !plain && !dumb, utf8 }
}

/// Whether the environment asks for no colour, or the terminal has none (<https://no-color.org>).
pub fn is_colourless(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    variable("NO_COLOR").is_some_and(|value| !value.is_empty())
        || matches!(term.as_str(), "dumb" | "vt100" | "vt102" | "vt220")
        || term.ends_with("-mono")
        || term.ends_with("-m")
}

/// Runs the console until somebody leaves.
pub async fn run(start: Start) -> Result<Ended, Problem> {
    let mut term = Term::enter()?;
    let ended = Runtime::new(start, &term).run(&mut term).await;
    drop(term);
    Ok(ended)
}

/// The world's side of the console.
struct Runtime {
    connect: Box<dyn Connect>,
    shelf: Option<Shelf>,
    around: Surroundings,
    model: Model,
    screen: Screen,
    input: Input,
    began: Instant,
    database: Option<Arc<Database>>,
    running: HashMap<Ticket, (Run, AbortHandle)>,
    sender: UnboundedSender<Happened>,
    receiver: UnboundedReceiver<Happened>,
    /// Sent before the next frame.
    sequences: Vec<u8>,
    first: Vec<Effect>,
    ended: Option<Ended>,
}

/// What a task brings.
enum Happened {
    Msg(Msg),
    Connected(Result<(Arc<Database>, Facts), Problem>),
    Copied(Result<String, Problem>, Option<Vec<u8>>),
}

/// What woke the loop.
enum Woken {
    Input(std::io::Result<Vec<u8>>),
    Task(Box<Option<Happened>>),
    Signal(u8),
    Stopped,
    Continued,
    Resized,
    Time,
    Writable(std::io::Result<()>),
}

impl Runtime {
    fn new(start: Start, term: &Term) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut beginning = start.beginning;
        if is_colourless(|name| std::env::var(name).ok())
            && let Some(mono) = Theme::named("mono")
        {
            beginning.theme = mono;
        }
        if let Some(shelf) = &start.shelf {
            beginning.past = shelf.read();
        }
        let (model, first) = Model::new(beginning);
        Self {
            connect: start.connect,
            shelf: start.shelf,
            around: Surroundings::read(|name| std::env::var(name).ok()),
            model,
            screen: Screen::new(term.size(), start.abilities),
            input: Input::default(),
            began: Instant::now(),
            database: None,
            running: HashMap::new(),
            sender,
            receiver,
            sequences: Vec::new(),
            first,
            ended: None,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn moment(&self) -> Moment {
        Moment { steady: self.began.elapsed(), wall: chrono::Utc::now() }
    }

    async fn run(mut self, term: &mut Term) -> Ended {
        let Ok(mut signals) = Signals::new() else { return Ended::Quit };
        let first = std::mem::take(&mut self.first);
        self.apply(vec![Msg::Tick(self.moment()), Msg::Resize(term.size())], term);
        for effect in first {
            self.perform(effect, term);
        }
        // The server is under way while the first frame is drawn.
        tokio::task::yield_now().await;
        loop {
            if let Some(ended) = self.ended {
                self.farewell(term).await;
                return ended;
            }
            if self.draw(term).is_err() {
                return Ended::HungUp;
            }
            let woken = self.sleep(term, &mut signals).await;
            self.wake(woken, term);
        }
    }

    /// Waits until something happens.
    async fn sleep(&mut self, term: &mut Term, signals: &mut Signals) -> Woken {
        let behind = term.is_behind();
        let escape = self.input.is_unfinished().then_some(ESCAPE);
        let counts = self.model.wakes().map(|at| at.saturating_sub(self.began.elapsed()));
        let wait = [escape, counts].into_iter().flatten().min();
        let timer = async move {
            match wait {
                Some(wait) => time::sleep(wait).await,
                None => future::pending().await,
            }
        };
        if behind {
            // The terminal is slow. Nothing is drawn meanwhile, but everything else goes on.
            tokio::select! {
                biased;
                woken = signals.next() => woken,
                written = term.catch_up() => Woken::Writable(written),
                task = self.receiver.recv() => Woken::Task(Box::new(task)),
                () = timer => Woken::Time,
            }
        } else {
            tokio::select! {
                biased;
                woken = signals.next() => woken,
                bytes = term.read() => Woken::Input(bytes),
                task = self.receiver.recv() => Woken::Task(Box::new(task)),
                () = timer => Woken::Time,
            }
        }
    }

    /// Applies what woke the loop, and all that is ready besides.
    fn wake(&mut self, woken: Woken, term: &mut Term) {
        let mut messages = vec![Msg::Tick(self.moment())];
        match woken {
            Woken::Input(Ok(bytes)) => {
                let mut events = self.input.feed(&bytes);
                if bytes.len() == READ {
                    events.extend(self.input.feed(&term.read_now()));
                }
                messages.extend(events.into_iter().map(Msg::from));
            }
            Woken::Input(Err(_)) | Woken::Writable(Err(_)) => self.ended = Some(Ended::HungUp),
            Woken::Task(happened) => {
                messages.extend(happened.and_then(|happened| self.arrive(happened)));
            }
            Woken::Signal(number) => self.ended = Some(Ended::Signal(number)),
            Woken::Stopped => self.suspend(term),
            Woken::Continued => {
                if term.resume().is_err() {
                    self.ended = Some(Ended::HungUp);
                }
                messages.push(Msg::Resumed);
            }
            Woken::Resized => messages.push(Msg::Resize(term.size())),
            Woken::Time if self.input.is_unfinished() => {
                messages.extend(self.input.flush().into_iter().map(Msg::from));
            }
            Woken::Time | Woken::Writable(Ok(())) => {}
        }
        while let Ok(happened) = self.receiver.try_recv() {
            messages.extend(self.arrive(happened));
        }
        self.apply(messages, term);
    }

    fn apply(&mut self, messages: Vec<Msg>, term: &mut Term) {
        for msg in messages {
            if let Msg::Resize(size) = msg {
                self.screen.resize(size);
            }
            for effect in update(&mut self.model, msg) {
                self.perform(effect, term);
            }
        }
    }

    /// What a task brought, as the model should hear it.
    fn arrive(&mut self, happened: Happened) -> Option<Msg> {
        match happened {
            Happened::Msg(Msg::Answer(ticket, answer)) => {
                self.running.remove(&ticket)?;
                Some(Msg::Answer(ticket, answer))
            }
            Happened::Msg(msg) => Some(msg),
            Happened::Connected(Ok((database, facts))) => {
                self.database = Some(database);
                Some(Msg::Connected(Ok(facts)))
            }
            Happened::Connected(Err(problem)) => Some(Msg::Connected(Err(problem))),
            Happened::Copied(outcome, sequence) => {
                self.sequences.extend(sequence.unwrap_or_default());
                Some(Msg::Copied(outcome))
            }
        }
    }

    fn draw(&mut self, term: &mut Term) -> std::io::Result<()> {
        if term.is_behind() {
            return Ok(());
        }
        let model = &self.model;
        let frame = self.screen.draw(|buffer| view(model, buffer));
        let mut bytes = std::mem::take(&mut self.sequences);
        if bytes.is_empty() {
            return if frame.is_empty() { Ok(()) } else { term.send(frame) };
        }
        bytes.extend_from_slice(frame);
        term.send(&bytes)
    }

    fn perform(&mut self, effect: Effect, term: &mut Term) {
        match effect {
            Effect::Ask(ticket, identity, question) => self.ask(ticket, identity, question),
            Effect::Cancel(ticket) => drop(self.cancel(ticket)),
            Effect::Connect(context) => {
                let connecting = self.connect.connect(context.as_deref());
                self.spawn(async move { Happened::Connected(connecting.await) });
            }
            Effect::Copy(text) => {
                let around = self.around.clone();
                self.spawn(async move { copy(text, around).await });
            }
            Effect::Save { name, text } => {
                self.spawn(async move {
                    Happened::Msg(Msg::Saved(save_in(Path::new(""), &name, &text)))
                });
            }
            Effect::Remember(book, line) => {
                // A history that cannot be kept is not worth a word.
                let _ = self.shelf.as_ref().map(|shelf| shelf.keep(book, &line));
            }
            Effect::StopActing(identity) => {
                if let (Some(database), Some(acting)) = (&self.database, identity.acting()) {
                    let _ = database.door.end_acting(acting);
                }
            }
            Effect::Title(title) => {
                self.sequences.extend(format!("\x1b]2;{title}\x07").into_bytes());
            }
            Effect::Redraw => self.screen.forget(),
            Effect::Suspend => self.suspend(term),
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
    }

    fn spawn(&self, task: impl Future<Output = Happened> + Send + 'static) -> AbortHandle {
        let sender = self.sender.clone();
        let task = tokio::spawn(async move {
            // The receiver is gone only while the program ends.
            let _ = sender.send(task.await);
        });
        task.abort_handle()
    }

    fn ask(
        &mut self,
        ticket: Ticket,
        identity: crate::pg::Identity,
        question: Box<dyn super::ask::AnyQuestion>,
    ) {
        let Some(database) = self.database.clone() else {
            let problem = Problem::new(Kind::Connection, "there is no connection");
            let _ = self.sender.send(Happened::Msg(Msg::Answer(ticket, Err(problem))));
            return;
        };
        let run = Run::new();
        let handle = run.clone();
        let task = self.spawn(async move {
            Happened::Msg(Msg::Answer(ticket, question.ask(database, identity, handle).await))
        });
        self.running.insert(ticket, (run, task));
    }

    /// Cancels a question on the server; its task ends by itself, or with the connection.
    fn cancel(&mut self, ticket: Ticket) -> Option<tokio::task::JoinHandle<()>> {
        let (run, _) = self.running.remove(&ticket)?;
        Some(tokio::spawn(async move {
            // Who cannot be reached cannot be told; the statement timeout remains.
            let _ = run.cancel().await;
        }))
    }

    fn suspend(&mut self, term: &mut Term) {
        match term.suspend() {
            Ok(()) => {
                self.screen.resize(term.size());
                let size = term.size();
                self.apply(vec![Msg::Tick(self.moment()), Msg::Resize(size), Msg::Resumed], term);
            }
            Err(_) => self.ended = Some(Ended::HungUp),
        }
    }

    /// Gives the terminal back first, then tells the server that nobody waits any more.
    async fn farewell(&mut self, term: &mut Term) {
        let _ = term;
        super::term::leave();
        let tickets: Vec<_> = self.running.keys().copied().collect();
        let cancelling: Vec<_> =
            tickets.into_iter().filter_map(|ticket| self.cancel(ticket)).collect();
        let all = async {
            for task in cancelling {
                let _ = task.await;
            }
        };
        let _ = time::timeout(FAREWELL, all).await;
    }
}

impl From<Event> for Msg {
    fn from(event: Event) -> Self {
        match event {
            Event::Key(key) => Self::Key(key),
            Event::Paste(text) => Self::Paste(text),
        }
    }
}

/// The signals that concern a terminal program.
struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
    stop: Signal,
    go_on: Signal,
    resize: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
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

    async fn next(&mut self) -> Woken {
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

/// Copies by the first program that works, else by asking the terminal.
async fn copy(text: String, around: Surroundings) -> Happened {
    for way in clipboard::programs(&around) {
        if let Way::Program { command, name } = way
            && feed(command, &text).await.is_ok()
        {
            return Happened::Copied(Ok(name.to_owned()), None);
        }
    }
    let Some(sequence) = clipboard::sequence(&text, &around) else {
        let problem = Problem::usage(format!("too long to copy: {} bytes", text.len()));
        return Happened::Copied(Err(problem.hint("ctrl-s writes it to a file")), None);
    };
    Happened::Copied(Ok("terminal, OSC 52".to_owned()), Some(sequence))
}

/// Runs a program that takes `text`.
async fn feed(command: &[&str], text: &str) -> std::io::Result<()> {
    let mut child = tokio::process::Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    let status = time::timeout(Duration::from_secs(2), child.wait()).await??;
    if status.success() { Ok(()) } else { Err(std::io::Error::other("it failed")) }
}

/// Writes a private file into a directory, never over another.
fn save_in(directory: &Path, name: &str, text: &str) -> Result<PathBuf, Problem> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, "txt"));
    for number in 0..1000 {
        let suffix = if number == 0 { String::new() } else { format!("-{number}") };
        let path = directory.join(format!("{stem}{suffix}.{extension}"));
        let opened =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        match opened {
            Ok(mut file) => {
                let written = file.write_all(text.as_bytes());
                return written.map(|()| path).map_err(|error| unwritable(&error));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(&error)),
        }
    }
    Err(Problem::usage(format!("there are a thousand files like it: {name}")))
}

fn unwritable(error: &std::io::Error) -> Problem {
    Problem::usage(format!("the file cannot be written: {error}"))
        .hint("start purview in a directory of your own")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_locale_without_utf8_gets_ascii() {
        assert!(abilities(with(&[("LANG", "en_US.UTF-8")])).utf8);
        assert!(abilities(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")])).utf8);
        assert!(!abilities(with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])).utf8);
        assert!(!abilities(with(&[])).utf8);
    }

    #[test]
    fn scrolling_can_be_switched_off() {
        assert!(abilities(with(&[])).scrolls);
        assert!(!abilities(with(&[("PURVIEW_SCROLL", "plain")])).scrolls);
    }

    #[test]
    fn no_colour_is_respected_unless_it_is_empty() {
        assert!(is_colourless(with(&[("NO_COLOR", "1")])));
        assert!(!is_colourless(with(&[("NO_COLOR", ""), ("TERM", "xterm")])));
        assert!(is_colourless(with(&[("TERM", "vt220")])));
    }

    #[test]
    fn a_saved_file_is_private_and_never_replaces_another() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
        let first = save_in(directory.path(), "users/acme.csv", "a").unwrap();
        let second = save_in(directory.path(), "users/acme.csv", "b").unwrap();
        assert_eq!(
            (first.to_string_lossy().into_owned(), second.to_string_lossy().into_owned()),
            (path("users-acme.csv"), path("users-acme-1.csv"))
        );
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "a");
        assert_eq!(std::fs::metadata(first).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
