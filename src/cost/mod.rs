//! What was consumed, what it cost, and how much may be: by organization, department, user, model and operation, day, week and month.
//!
//! Money and units are exact from end to end: the server sums, and what is reckoned here is decimal. What a schema does not record is absent and said to be;
//! no price is invented, and nothing is summed over currencies or units.

mod chart;
mod cut;
mod dimension;
mod forecast;
mod headlines;
mod limits;
mod period;
mod recorded;
mod records;
mod rows;
mod source;
mod totals;
mod trend;
mod usage;

pub(crate) use self::headlines::headlines;
pub use self::{
    chart::{change, gauge, grouped, level, short, sparkline, stack, ticks},
    cut::Cut,
    dimension::{Dimension, dimensions},
    forecast::METHOD,
    limits::Limits,
    period::{Per, Span, day},
    totals::{Amount, Measure, Quantity, Sums, Totals},
    trend::COLUMN as TREND,
    usage::Usage,
};
