//! What is in this database and what is wrong with it: the few lines that matter, each leading somewhere.
//!
//! The rooms tell them, each its own ([`Line`](crate::headline::Line)); what one room cannot tell says why, and hides no other.

mod outlook;
mod overview;

pub use self::{
    outlook::Outlook,
    overview::{Found, Overview},
};
