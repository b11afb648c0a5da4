//! A time as people type it: a date, a date with a time, or so long ago.

use chrono::{DateTime, Months, TimeDelta, Utc};

/// A time as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Moment {
    /// So long before now.
    Ago(String),
    /// A date or a date and a time.
    At(String),
}

impl Moment {
    /// Reads what was typed.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let unit = match text.char_indices().last()? {
            (at, 's') => Some((at, "seconds")),
            (at, 'm') => Some((at, "minutes")),
            (at, 'h') => Some((at, "hours")),
            (at, 'd') => Some((at, "days")),
            (at, 'w') => Some((at, "weeks")),
            (at, 'y') => Some((at, "years")),
            _ => None,
        };
        if let Some((at, unit)) = unit {
            let count: u32 = text[..at].parse().ok()?;
            return (count <= 100_000).then(|| Self::Ago(format!("{count} {unit}")));
        }
        let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
        let minute = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
            .iter()
            .any(|format| chrono::NaiveDateTime::parse_from_str(text, format).is_ok());
        let zoned = chrono::DateTime::parse_from_rfc3339(text).is_ok();
        (date || minute || zoned).then(|| Self::At(text.to_owned()))
    }

    /// The time, as the server reads it, where `now` is now.
    pub(crate) fn at(&self, now: DateTime<Utc>) -> Option<String> {
        let interval = match self {
            Self::At(text) => return Some(text.clone()),
            Self::Ago(interval) => interval,
        };
        let (count, unit) = interval.split_once(' ')?;
        let count: u32 = count.parse().ok()?;
        let seconds = match unit {
            "years" => {
                let then = now.checked_sub_months(Months::new(count.checked_mul(12)?))?;
                return Some(then.to_rfc3339());
            }
            "seconds" => 1,
            "minutes" => 60,
            "hours" => 3600,
            "days" => 86_400,
            _ => 604_800,
        };
        let then = now.checked_sub_signed(TimeDelta::seconds(i64::from(count) * seconds))?;
        Some(then.to_rfc3339())
    }
}
