//! Policy tests: what a team wants to be true of its policies, written down in files that lie in its repository.
//!
//! A test says as whom, on which rows of which table, what they do and what has to come of it. It is judged as everything else is: predicted from the catalog, and
//! checked against the real statement where that only reads. A test for which there is no row tests nothing, and fails.

mod expect;
mod file;
mod run;
mod tell;

pub use self::{
    expect::{Expect, Tally},
    file::{Suite, Test, Who},
    run::{Assert, Judgement},
    tell::{Told, junit, plain},
};
