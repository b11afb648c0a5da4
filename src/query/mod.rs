//! A statement that a person types: read here, refused or sent, and its answer as rows of text.
//!
//! Nothing that a person typed reaches the server but as a [`Typed`], and nothing in an answer that may be a secret leaves this room.

mod acts;
mod functions;
mod guard;
pub mod history;
mod refusal;
mod secrets;
mod statement;
mod typed;

pub use self::{
    refusal::{Refusal, Sort},
    statement::{Beside, Statement},
    typed::{Called, Form, Typed},
};
