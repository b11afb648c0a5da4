//! How a wait shows itself: nothing for a moment, then a word, then its age.

use std::time::Duration;

use crate::tui::msg::Moment;

/// A wait shorter than this does not show.
pub const SHOWN: Duration = Duration::from_millis(150);
/// From here on its age is told.
const AGED: Duration = Duration::from_secs(1);

/// What to say about a wait that began at `since`.
pub fn said(since: Duration, now: Moment) -> Option<String> {
    let waited = now.steady.saturating_sub(since);
    if waited < SHOWN {
        return None;
    }
    if waited < AGED {
        return Some("loading…".to_owned());
    }
    Some(format!("loading {} · esc stops", age(waited)))
}

/// A length of time, short: `3 s`, `2 min`, `5 h`.
pub fn age(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

/// How long an answer took: `18 ms`, `1.2 s`.
pub fn took(length: Duration) -> String {
    match length.as_millis() {
        0 => "< 1 ms".to_owned(),
        millis @ 1..1000 => format!("{millis} ms"),
        millis => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}
