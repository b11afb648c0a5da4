//! What happened: one sort of event over all sources of a system, merged into one timeline in exact order.
//!
//! Events are read and never written. What a secret column holds is masked on the server wherever an event copied it, by the name of its key.

mod diff;
mod event;
mod events;
mod follow;
mod mask;
mod source;

pub(crate) use self::mask::without_copies;
pub use self::{
    diff::{Change, Side, difference},
    event::{Event, EventOf},
    events::{Events, at_time},
    follow::Follow,
};
