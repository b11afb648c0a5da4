//! What can happen, and what is asked of the world.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use ratatui::layout::Size;

use super::{
    ask::{AnyAnswer, AnyQuestion, Ticket},
    facts::Facts,
    key::Key,
};
use crate::pg::{Identity, Part, Problem};

/// A point in time: for people, and for measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Since the program began; never goes back.
    pub steady: Duration,
    /// On the wall.
    pub wall: DateTime<Utc>,
}

impl Default for Moment {
    fn default() -> Self {
        Self { steady: Duration::ZERO, wall: DateTime::UNIX_EPOCH }
    }
}

/// Everything that can happen.
#[derive(Debug)]
pub enum Msg {
    /// Time passed. Comes before every burst of other messages.
    Tick(Moment),
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has a new size.
    Resize(Size),
    /// A part of an answer was found; the whole comes as [`Msg::Answer`].
    Part(Ticket, Part),
    /// A question was answered.
    Answer(Ticket, Result<AnyAnswer, Problem>),
    /// A connection was made, or not.
    Connected(Result<Facts, Problem>),
    /// A copy was made: by which ways.
    Copied(Result<String, Problem>),
    /// A file was written: which one.
    Saved(Result<PathBuf, Problem>),
    /// A list was written into a file, or not.
    Exported(Result<Exported, Problem>),
    /// A text came back from the editor that a person chose, or why it did not.
    Edited(Result<String, Problem>),
    /// The program is in the foreground again.
    Resumed,
}

/// A list that is in a file, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// How many rows it has.
    pub rows: usize,
}

/// How many rows of a list are in a file so far: a part of the answer while it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// So many.
    pub rows: usize,
}

/// Everything the program may ask of the world.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Ask a question as somebody; the answer comes back as [`Msg::Answer`].
    Ask(Ticket, Identity, Box<dyn AnyQuestion>),
    /// Stop a question, here and on the server.
    Cancel(Ticket),
    /// Connect, to another context where one is named; comes back as [`Msg::Connected`].
    Connect(Option<String>),
    /// Put text where pasting finds it.
    Copy(String),
    /// Write a private file into the working directory, never over another.
    Save {
        /// A name for it.
        name: String,
        /// What is to be in it.
        text: String,
    },
    /// Write all that a question and those after it answer into a new private file; it comes back as [`Msg::Exported`], and as an answer of `()`.
    Export {
        /// The question, which is the first of its pages.
        ticket: Ticket,
        /// As whom.
        identity: Identity,
        /// For the first page.
        question: Box<dyn AnyQuestion>,
        /// The file; its ending says the format.
        name: String,
    },
    /// Write a migration and the one that undoes it into a directory, under the number after its last, never over another file.
    SavePair {
        /// The directory, which is there.
        directory: String,
        /// What they are called after the number.
        stem: String,
        /// What does it.
        up: String,
        /// What undoes it.
        down: String,
    },
    /// Keep a line in one of the histories.
    Remember(Book, String),
    /// Take note of the end of acting.
    StopActing(Identity),
    /// Give the window this title.
    Title(String),
    /// Send the whole screen anew.
    Redraw,
    /// Hand a text to the editor that a person chose; it comes back as [`Msg::Edited`].
    EditOutside(String),
    /// Go to the background.
    Suspend,
    /// End the program.
    Quit,
}

/// The histories that are kept from one day to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Book {
    /// Commands.
    Commands,
    /// Filters.
    Filters,
    /// Bookmarked views.
    Bookmarks,
    /// Statements of one's own.
    Statements,
}
