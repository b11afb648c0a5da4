//! What has to come of a test.

use std::{fmt, str::FromStr};

use crate::rls::Outcome;

/// What has to come of the rows that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// All of them are read, written or deleted.
    All,
    /// Every one of them comes to this.
    Every(Outcome),
    /// So many of them are read, written or deleted.
    Count(Comparison, u64),
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// What came of the rows that are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub rows: u64,
    /// How many were read, written or deleted.
    pub allowed: u64,
    /// How many the statement passes over.
    pub filtered: u64,
    /// On how many it is refused.
    pub refused: u64,
    /// On how many it fails for another reason.
    pub error: u64,
}

impl Tally {
    /// Counts one more.
    pub const fn add(&mut self, outcome: Outcome) {
        self.rows += 1;
        match outcome {
            Outcome::Allowed => self.allowed += 1,
            Outcome::Filtered => self.filtered += 1,
            Outcome::Refused => self.refused += 1,
            Outcome::Error => self.error += 1,
        }
    }

    /// How many came to `outcome`.
    pub const fn of(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Allowed => self.allowed,
            Outcome::Filtered => self.filtered,
            Outcome::Refused => self.refused,
            Outcome::Error => self.error,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.allowed, self.rows)?;
        for (count, word) in [(self.refused, "refused"), (self.error, "error")] {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        Ok(())
    }
}

impl Expect {
    /// Whether that came of it.
    pub const fn holds(self, tally: &Tally) -> bool {
        match self {
            Self::All => tally.allowed == tally.rows,
            // Whatever holds a row back: that nothing is read or done is what counts.
            Self::Every(outcome) => tally.of(outcome) == tally.rows,
            Self::Count(comparison, number) => comparison.holds(tally.allowed, number),
        }
    }

    /// Whether a row that came to `outcome` speaks against it, where it does not hold.
    pub const fn is_against(self, outcome: Outcome, tally: &Tally) -> bool {
        match self {
            Self::All => !matches!(outcome, Outcome::Allowed),
            Self::Every(expected) => outcome as u8 != expected as u8,
            // Too many: those that came through; too few: the others.
            Self::Count(_, number) => {
                matches!(outcome, Outcome::Allowed) == (tally.allowed > number)
            }
        }
    }
}

impl Comparison {
    const fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Different => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Different => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text {
            "all" => return Ok(Self::All),
            "none" => return Ok(Self::Count(Comparison::Equal, 0)),
            "filtered" => return Ok(Self::Every(Outcome::Filtered)),
            "refused" => return Ok(Self::Every(Outcome::Refused)),
            "error" => return Ok(Self::Every(Outcome::Error)),
            _ => {}
        }
        let signs = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("<>", Comparison::Different),
            ("!=", Comparison::Different),
            (">", Comparison::More),
            ("<", Comparison::Less),
            ("=", Comparison::Equal),
            ("", Comparison::Equal),
        ];
        let number = signs.iter().find_map(|(sign, comparison)| {
            let rest = text.strip_prefix(sign)?.trim();
            Some(Self::Count(*comparison, rest.parse().ok()?))
        });
        number.ok_or_else(|| {
            format!("write `none`, `all`, `filtered`, `refused`, `error`, a number, or a comparison such as `>= 1`, not: {text}")
        })
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Every(outcome) => write!(f, "{outcome}"),
            Self::Count(Comparison::Equal, 0) => f.write_str("none"),
            Self::Count(Comparison::Equal, number) => write!(f, "{number}"),
            Self::Count(comparison, number) => write!(f, "{} {number}", comparison.sign()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(allowed: u64, filtered: u64, refused: u64) -> Tally {
        Tally { rows: allowed + filtered + refused, allowed, filtered, refused, error: 0 }
    }

    #[test]
    fn what_is_expected_is_what_has_to_come() {
        let rows = [
            ("none", tally(0, 3, 0), true),
            ("none", tally(0, 1, 2), true),
            ("none", tally(1, 2, 0), false),
            ("all", tally(3, 0, 0), true),
            ("all", tally(2, 1, 0), false),
            ("filtered", tally(0, 3, 0), true),
            ("filtered", tally(0, 2, 1), false),
            ("refused", tally(0, 0, 3), true),
            ("2", tally(2, 9, 0), true),
            ("= 2", tally(3, 9, 0), false),
            (">= 1", tally(1, 0, 0), true),
            (">1", tally(1, 0, 0), false),
            ("<= 1", tally(1, 5, 0), true),
            ("< 1", tally(1, 5, 0), false),
            ("<> 1", tally(1, 5, 0), false),
        ];
        for (text, tally, holds) in rows {
            assert_eq!(text.parse::<Expect>().unwrap().holds(&tally), holds, "{text} {tally:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in ["", "some", ">= ", "-1", "1.5", "1 row", "> all"] {
            text.parse::<Expect>().unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_told_reads_back(allowed in 0u64..9, sign in 0usize..6) {
            let comparison = [
                Comparison::Equal, Comparison::Different, Comparison::Less,
                Comparison::AtMost, Comparison::More, Comparison::AtLeast,
            ][sign];
            let expect = Expect::Count(comparison, allowed);
            prop_assert_eq!(expect.to_string().parse::<Expect>().unwrap(), expect);
        }

        #[test]
        fn a_failed_test_has_rows_that_speak_against_it(allowed in 0u64..4, filtered in 0u64..4, refused in 0u64..4, text in "none|all|filtered|refused") {
            let tally = tally(allowed, filtered, refused);
            let expect: Expect = text.parse().unwrap();
            let outcomes = [(Outcome::Allowed, allowed), (Outcome::Filtered, filtered), (Outcome::Refused, refused)];
            let against = outcomes.iter().any(|(outcome, count)| *count > 0 && expect.is_against(*outcome, &tally));
            prop_assert!(expect.holds(&tally) || against);
        }
    }
}
