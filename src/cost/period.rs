//! Days, weeks and months, and the spans of days that are looked at.
//!
//! Every day belongs to exactly one period of each length; periods neither overlap nor leave a gap. Weeks begin on Monday, as ISO 8601 counts them.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::pg::Problem;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Per {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A calendar month.
    Month,
}

impl Per {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// What people and PostgreSQL call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The next longer one, and after the longest the shortest.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Day => Self::Week,
            Self::Week => Self::Month,
            Self::Month => Self::Day,
        }
    }

    /// The first day of the period in which `day` is.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Day => 0,
            Self::Week => day.weekday().num_days_from_monday(),
            Self::Month => day.day0(),
        };
        day.checked_sub_days(Days::new(back.into())).unwrap_or(NaiveDate::MIN)
    }

    /// The first day of the period after the one in which `day` is.
    pub fn next(self, day: NaiveDate) -> NaiveDate {
        let start = self.start(day);
        let next = match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(NaiveDate::MAX)
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Per {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|per| per.name() == text).ok_or_else(|| {
            Problem::usage(format!("there is no such period: {text}"))
                .hint("there are `day`, `week` and `month`")
        })
    }
}

/// Days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
}

/// More periods than these are never looked at one by one.
const MOST: usize = 4000;

impl Span {
    /// From `from` up to the day before `to`; that there is no day is a mistake.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Problem> {
        if from < to {
            return Ok(Self { from, to });
        }
        Err(Problem::usage(format!("there is no day from {from} on and before {to}"))
            .hint("`--to` is the day after the last one"))
    }

    /// The calendar month in which `day` is.
    pub fn month(day: NaiveDate) -> Self {
        Self { from: Per::Month.start(day), to: Per::Month.next(day) }
    }

    /// How many days there are.
    pub fn days(&self) -> u64 {
        u64::try_from(self.to.signed_duration_since(self.from).num_days()).unwrap_or(0)
    }

    /// Whether `day` is one of them.
    pub fn has(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.to
    }

    /// Whether it is a calendar month, no more and no less.
    pub fn is_month(&self) -> bool {
        *self == Self::month(self.from)
    }

    /// The first days of all periods that have a day in it, in order.
    pub fn periods(&self, per: Per) -> Vec<NaiveDate> {
        let mut periods = Vec::new();
        let mut start = per.start(self.from);
        while start < self.to && periods.len() < MOST {
            periods.push(start);
            let next = per.next(start);
            if next <= start {
                break;
            }
            start = next;
        }
        periods
    }

    /// The span right before: the calendar month before a calendar month, otherwise as many days.
    #[must_use]
    pub fn before(&self) -> Self {
        let from = if self.is_month() {
            self.from.checked_sub_months(Months::new(1))
        } else {
            self.from.checked_sub_days(Days::new(self.days()))
        };
        Self { from: from.unwrap_or(NaiveDate::MIN), to: self.from }
    }

    /// The span right after, the same way.
    #[must_use]
    pub fn after(&self) -> Self {
        let to = if self.is_month() {
            self.to.checked_add_months(Months::new(1))
        } else {
            self.to.checked_add_days(Days::new(self.days()))
        };
        Self { from: self.to, to: to.unwrap_or(NaiveDate::MAX) }
    }
}

impl fmt::Display for Span {
    /// `2026-11` for a month, otherwise the first and the last day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_month() {
            return write!(f, "{}", self.from.format("%Y-%m"));
        }
        let last = self.to.pred_opt().unwrap_or(self.to);
        if last == self.from { write!(f, "{last}") } else { write!(f, "{}…{last}", self.from) }
    }
}

/// The day that somebody typed: `2026-11-30`, or the first one of `2026-11`.
pub fn day(typed: &str) -> Result<NaiveDate, Problem> {
    let day = typed.parse().or_else(|_| format!("{typed}-01").parse());
    day.map_err(|_| {
        Problem::usage(format!("cannot read the day: {typed}"))
            .hint("write a day such as `2026-11-30`, or a month such as `2026-11`")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (-200_000i32..900_000).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())
    }

    fn any_per() -> impl Strategy<Value = Per> {
        prop::sample::select(Per::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_period(day in any_day(), per in any_per()) {
            let (start, next) = (per.start(day), per.next(day));
            prop_assert!(start <= day && day < next);
            prop_assert_eq!(per.start(start), start);
            prop_assert_eq!(per.start(next), next);
            prop_assert_eq!(per.start(next.pred_opt().unwrap()), start);
        }

        #[test]
        fn periods_of_a_span_neither_overlap_nor_leave_a_gap(from in any_day(), days in 1u64..800, per in any_per()) {
            let span = Span { from, to: from + Days::new(days) };
            let periods = span.periods(per);
            prop_assert!(periods[0] <= from);
            for pair in periods.windows(2) {
                prop_assert_eq!(per.next(pair[0]), pair[1]);
            }
            prop_assert!(per.next(*periods.last().unwrap()) >= span.to);
            prop_assert!(*periods.last().unwrap() < span.to);
        }

        #[test]
        fn what_is_summed_by_days_is_summed_by_weeks_and_by_months(
            from in any_day(), spent in prop::collection::vec(0u64..1000, 1..200),
        ) {
            let span = Span { from, to: from + Days::new(spent.len() as u64) };
            let days = span.periods(Per::Day);
            prop_assert_eq!(days.len(), spent.len());
            for per in Per::ALL {
                let mut sums = std::collections::BTreeMap::new();
                for (day, spent) in days.iter().zip(&spent) {
                    *sums.entry(per.start(*day)).or_insert(0) += spent;
                }
                prop_assert_eq!(sums.values().sum::<u64>(), spent.iter().sum::<u64>());
                prop_assert!(sums.keys().eq(&span.periods(per)));
            }
        }

        #[test]
        fn before_and_after_are_neighbours(from in any_day(), days in 1u64..800) {
            let span = Span { from, to: from + Days::new(days) };
            prop_assert_eq!(span.before().to, span.from);
            prop_assert_eq!(span.after().from, span.to);
            if !span.is_month() && !span.before().is_month() {
                prop_assert_eq!(span.before().after(), span);
            }
            let month = Span::month(from);
            prop_assert_eq!(month.before().after(), month);
        }
    }

    #[test]
    fn people_write_days_and_months_like_this() {
        assert_eq!(day("2026-11-30").unwrap().to_string(), "2026-11-30");
        assert_eq!(day("2026-11").unwrap().to_string(), "2026-11-01");
        assert!(day("yesterday").unwrap_err().to_string().contains("2026-11-30"));
        let span = Span::month(day("2026-02-11").unwrap());
        assert_eq!(span.to_string(), "2026-02");
        let days = Span::new(day("2026-02-11").unwrap(), day("2026-02-13").unwrap()).unwrap();
        assert_eq!(days.to_string(), "2026-02-11…2026-02-12");
        assert!(Span::new(day("2026-02").unwrap(), day("2026-02").unwrap()).is_err());
        assert_eq!("year".parse::<Per>().unwrap_err().exit_code(), 2);
    }
}
