//! What every list keeps to: columns, a filter and a sort that the server runs, and keyset pages both ways.
//!
//! Never an OFFSET, never an unasked `count(*)`; a page costs the same at any depth. Rooms say what a list is made of ([`Select`]); nothing else differs.

mod ask;
mod column;
mod compile;
mod filter;
mod follow;
mod keyset;
mod merged;
mod moment;
mod page;
mod select;

pub use self::{
    ask::{Ask, Paged, View},
    column::{Column, Kind},
    filter::{Filter, Operator, Term},
    follow::{Arrived, Mark},
    page::{From, Item, Page, Position, Query, Sort},
    select::{Field, KeyPart, Select, TypeName},
};
pub(crate) use self::{
    ask::{count, page},
    compile::{conditions as filter_conditions, escaped as escape_like},
    follow::arrived,
    keyset::CLAMP,
    merged::{Part, merged},
    moment::Moment,
};
