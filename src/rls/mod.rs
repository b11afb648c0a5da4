//! Row level security: who sees and may do what, and why.
//!
//! Every answer comes from one primitive: rows are handed, as values, to a session of the identity, in which the policies' own expressions are evaluated
//! on them. What is predicted that way can be checked against the real statement, and a disagreement is told, never hidden.

mod apart;
mod asked;
mod asker;
pub mod assertion;
mod attempt;
mod belonging;
mod border;
mod breakdown;
pub mod catalog;
mod chart;
mod check;
mod compare;
pub mod cost;
mod crossing;
mod draft;
pub mod evaluate;
mod examination;
mod examples;
mod explain;
pub mod expression;
pub mod gate;
mod headlines;
mod hidden;
mod label;
mod leaks;
pub mod lint;
mod many;
mod masked;
mod matrix;
mod mended;
mod names;
mod opening;
mod proposal;
mod real;
mod row;
mod scope;
mod side_by_side;
mod sieve;
pub mod snapshot;
mod source;
mod subject;
mod sweep;
mod tell;
mod tenant;
pub mod tree;
mod turn;
pub mod verdict;
mod warranted;
mod what_if;
mod who;
mod why;

pub use self::{
    apart::Apart,
    border::{Border, Crosser},
    breakdown::{Breakdown, Broken, ClassValue, Portion, RowClass},
    chart::{Chart, ChartPart, Charting, Member},
    check::Check,
    compare::{Compare, Comparison, FactPair, TablePair},
    crossing::{Crossing, RowKey},
    draft::Draft,
    examples::Key,
    explain::{Explain, Held, Idle, Presence, Through, Why},
    gate::Statement,
    hidden::{Hidden, HiddenGroup, HiddenValue, Unseen},
    leaks::{Leak, Leaks, Pair},
    lint::{Findings, Lints, Tries},
    many::Warrant,
    matrix::{Cell, Matrix, Reach, Standing, State, Strip},
    opening::Opening,
    proposal::{Proposal, Proposed},
    row::Row,
    side_by_side::{Counterpart, SideBySide, Sides, tell_comparison},
    sieve::{Sieve, Spot, quoted as quoted_in_sieve},
    subject::{Choice, Judged, Subject},
    sweep::{Line, Sweep},
    tell::{Layout, tell, tell_unseen},
    turn::Turn,
    verdict::{Outcome, Verdict},
    warranted::Warranted,
    what_if::{Change, Effect, WhatIf},
    who::{Able, Who},
};
pub(crate) use self::{
    explain::with_search_path, headlines::headlines, scope::tables as tables_of_application,
};
