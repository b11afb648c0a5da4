//! The edge: turns the world into messages and effects into deeds.
//!
//! The only place that spawns, sleeps or reads the clock for the console. What is ready is drained before a frame is drawn, and a timer runs only while
//! something on screen counts: when nothing happens, nothing wakes up.

mod copy;
mod deeds;
mod export;
mod outside;
mod save;
mod signals;

use std::{collections::HashMap, future, pin::Pin, sync::Arc, time::Duration};

use ratatui::layout::Size;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::AbortHandle,
    time::{self, Instant},
};

pub use self::export::export;
use self::signals::Signals;
use super::{
    ask::Ticket,
    clipboard::Surroundings,
    environment::is_colourless,
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
    pg::{Problem, Run},
};

/// How long an Esc waits for what may belong to it, when a line is so slow that sequences come in pieces.
const ESCAPE: Duration = Duration::from_millis(20);
/// How often what was asked for has its turn before a frame is drawn: a socket is made, is ready, and is written to.
const DEPARTURE: usize = 3;
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

/// Runs the console until somebody leaves.
pub async fn run(start: Start) -> Result<Ended, Problem> {
    let mut term = Term::enter()?;
    let ended = Runtime::new(start).run(&mut term).await;
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
    /// Whether the terminal was another program's: signals that were meant for that are none of ours.
    lent: bool,
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
    fn new(start: Start) -> Self {
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
            // It takes room when its size is told, which is after the server was asked for.
            screen: Screen::new(Size::default(), start.abilities),
            input: Input::default(),
            began: Instant::now(),
            database: None,
            running: HashMap::new(),
            sender,
            receiver,
            sequences: Vec::new(),
            first,
            ended: None,
            lent: false,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn moment(&self) -> Moment {
        Moment { steady: self.began.elapsed(), wall: chrono::Utc::now() }
    }

    async fn run(mut self, term: &mut Term) -> Ended {
        let Ok(mut signals) = Signals::new() else { return Ended::Quit };
        let first = std::mem::take(&mut self.first);
        for effect in first {
            self.perform(effect, term);
        }
        set_out().await;
        self.apply(vec![Msg::Tick(self.moment()), Msg::Resize(term.size())], term);
        loop {
            if let Some(ended) = self.ended {
                self.farewell().await;
                return ended;
            }
            set_out().await;
            if self.draw(term).is_err() {
                return Ended::HungUp;
            }
            let woken = self.sleep(term, &mut signals).await;
            self.wake(woken, term);
            if std::mem::take(&mut self.lent) {
                signals.forget().await;
            }
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
            Happened::Msg(Msg::Part(ticket, _)) if !self.running.contains_key(&ticket) => None,
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

    /// Hands a text to an editor, which has the terminal until it ends.
    fn edit_outside(&mut self, text: &str, term: &mut Term) {
        self.lent = true;
        let edited = term.lend(|| outside::edit(text, |name| std::env::var(name).ok()));
        match edited {
            Ok(edited) => {
                self.screen.resize(term.size());
                let size = term.size();
                let msgs = [Msg::Tick(self.moment()), Msg::Resize(size), Msg::Resumed];
                self.apply(msgs.into_iter().chain([Msg::Edited(edited)]).collect(), term);
            }
            Err(_) => self.ended = Some(Ended::HungUp),
        }
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
}

/// Lets what was just asked for leave, so that the server works while a frame is drawn.
async fn set_out() {
    for _ in 0..DEPARTURE {
        tokio::task::yield_now().await;
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
