//! Plans: what the server means to do for a statement, or did, as a tree of steps, each with what it takes by itself and what is worth a look at it.
//!
//! The one reader of plans. Nothing that a server says of a step is lost: what is not known here is told as it was said, whatever its name.

mod mark;
mod node;
mod own;
mod read;
mod tell;

pub use self::{
    mark::Mark,
    node::{Condition, Estimate, Fact, Measure, Node, Own, Piece, Plan, Relation, Workers},
    tell::{Line, details, factor, heading, lines, short, tell},
};

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
