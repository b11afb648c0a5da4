//! Row security for many at once: classes of rows, classes of users, and who of them passes what.
//!
//! A policy looks at some columns of a row and at some facts about who asks. Rows that are alike in those columns are one class, users who are alike in those
//! facts another; what passes is found for each pair of classes, and holds for all that are in them. What cannot be taken apart that way is asked for each
//! identity by itself, and says so.

mod ask;
mod classes;
mod count;
mod crew;
mod formula;
mod keyed;
mod look;
mod looked;
mod names;
mod parts;
mod plan;
mod reach;
mod semi;
mod signature;
mod survey;

pub use self::crew::Warrant;
pub(crate) use self::{
    classes::{Class, Classes, Grouping, Label},
    count::{By, Counts, View, Wanted},
    crew::{Crew, Group, Party},
    formula::{Formula, Hurdle},
    parts::{Form, Taken},
    signature::{Fact, Signatures, Worth},
    survey::{Found, Ground, Scope, Survey},
};
