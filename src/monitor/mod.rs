//! What the server is busy with: sessions, locks, statements, sizes, indexes, and how it fares.
//!
//! Everything is asked as the operator's own login, on a connection of its own and in transactions that end at once; each view is a statement that runs
//! as it stands in psql. What differs from version to version is found by column, never by number.

mod activity;
mod cache;
mod capability;
mod connections;
mod databases;
mod documented;
mod end;
mod headlines;
mod indexes;
mod interval;
mod locks;
mod panel;
mod progress;
mod replication;
mod sequences;
mod session;
mod settings;
mod sizes;
mod slots;
mod statements;
mod topic;
mod transactions;
mod vacuum;
mod veil;
mod wraparound;

pub use self::{
    capability::{Capability, Needs},
    end::{Act, End, Ended},
    interval::Intervals,
    panel::{Panel, Watch},
    session::{Session, SessionId, Target, Waiter},
    topic::Topic,
};
pub(crate) use self::{headlines::headlines, veil::veil};
