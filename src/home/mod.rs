//! What is in this database and what is wrong with it: the few lines that matter, each leading somewhere.
//!
//! A line is one count that stops at a limit, so that Home costs the same on any database. A part that cannot be asked says why, and hides no other.

mod overview;

pub use self::overview::{Amount, Counted, Found, Lead, Line, Overview, Severity};
