//! Migrations: where they stand, what each would do, and taking or undoing them safely.
//!
//! Histories of several tools are read by their shape. Only the history of sqlx is written, so that programs on sqlx and purview read each other's; two
//! runners never work on one database at a time, and a migration and its row in the history are one transaction wherever that can be.

mod alone;
mod bearing;
mod crc;
mod danger;
mod edit;
mod forecast;
mod foresight;
mod found;
mod headlines;
mod job;
mod layout;
mod leftover;
mod lint;
mod lock;
mod memory;
mod plan;
mod progress;
mod record;
mod runner;
mod scope;
mod sight;
mod source;
mod standing;
mod statement;
mod step;
mod taking;
mod tool;
mod touched;

pub(crate) use self::headlines::headlines;
pub use self::{
    alone::{Alone, Index},
    danger::Danger,
    edit::Edit,
    forecast::Forecast,
    foresight::{Foresight, Foretold},
    found::Found,
    job::{Job, Order},
    lint::{Finding, Group, lint},
    lock::{Lock, Mode, Work, locks},
    memory::{Begun, Event, Memory, Note},
    plan::{Foreseen, Looked, Looking, Plan, Planned, Planning, Target},
    progress::{Holder, Progress},
    record::{Outcome, Record},
    runner::{Pace, Runner},
    sight::{Counting, Said, Seen, Shift, Sight, Taken, Watched},
    source::{Migration, Source},
    standing::{Stand, Standing},
    statement::{Statement, meaning, split},
    step::{Remembered, State, Step, compare},
    taking::Taking,
    tool::Tool,
};
