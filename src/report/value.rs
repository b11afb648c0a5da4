//! A value as programs read it: times as RFC 3339, numbers as numbers where they are.

use std::borrow::Cow;

/// A time that the server printed, as RFC 3339; a time without a zone is read as UTC. Dates and what is no time stay as they are.
pub(super) fn time(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() >= 19
        && bytes[4] == b'-'
        && bytes[10] == b' '
        && bytes[13] == b':'
        && !text.ends_with("BC");
    if !shaped {
        return Cow::Borrowed(text);
    }
    let (date, clock) = text.split_at(10);
    let clock = &clock[1..];
    let zone = clock.find(['+', '-']);
    let (clock, zone) = zone.map_or((clock, ""), |at| clock.split_at(at));
    let zone = match zone {
        "" | "+00" | "+00:00" => "Z".to_owned(),
        short if short.len() == 3 => format!("{short}:00"),
        other => other.to_owned(),
    };
    Cow::Owned(format!("{date}T{clock}{zone}"))
}

/// Whether `text` can stand in JSON as a number.
pub(super) fn is_json_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<serde_json::Number>(text).is_ok()
}
