//! A statement that a person types, and its answer as rows of text.
//!
//! Nothing in an answer that may be a secret leaves this room.

pub mod history;
mod secrets;
mod statement;

pub use self::statement::{Beside, Statement};
