//! Reversible migrations, in the file and table format of sqlx, so that programs on sqlx and purview read each other's history.
//!
//! Two runners never work on one database at a time, and a migration and its row in the history are one transaction.

mod crc;
mod history;
mod runner;
mod source;

pub use self::{
    history::{Applied, State, Step, compare},
    runner::Runner,
    source::{Migration, Source},
};
