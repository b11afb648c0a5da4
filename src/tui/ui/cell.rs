//! A value as people read it in a grid: harmless, on one line, in one zone.

use std::borrow::Cow;

use crate::{
    list::{Column, Kind},
    text,
};

/// What stands for a value that is not there.
pub const NULL: &str = "∅";
/// What stands for a value that must not be seen.
pub const SECRET: &str = "••••••";

/// A longer list is shown as it is.
const READABLE: usize = 4096;

/// The value of `column`, to be shown. This is the one place at which a list's values become harmless.
pub fn shown<'a>(column: &Column, value: Option<&'a str>) -> Cow<'a, str> {
    if column.secret {
        return Cow::Borrowed(SECRET);
    }
    let Some(value) = value else { return Cow::Borrowed(NULL) };
    match column.kind {
        Kind::Time => text::clean(time(value)),
        Kind::Bytes => match value.parse::<u64>() {
            Ok(bytes) => Cow::Owned(size(bytes)),
            Err(_) => text::clean(value),
        },
        Kind::Duration => match value.parse::<f64>() {
            Ok(seconds) => Cow::Owned(duration(seconds)),
            Err(_) => text::clean(value),
        },
        Kind::Boolean => Cow::Borrowed(match value {
            "t" | "true" => "yes",
            "f" | "false" => "no",
            other => return text::clean(other),
        }),
        Kind::Json => match words(value) {
            Some(words) => Cow::Owned(text::clean(&words).into_owned()),
            None => text::clean(value),
        },
        Kind::Text | Kind::Number | Kind::Decimal => text::clean(value),
    }
}

/// A list of words or of grants as people write it: `HR, Sales` or `admin, user@HR`.
fn words(json: &str) -> Option<String> {
    if !json.starts_with('[') || json.len() > READABLE {
        return None;
    }
    let list: Vec<serde_json::Value> = serde_json::from_str(json).ok()?;
    let words: Option<Vec<String>> = list.iter().map(word).collect();
    let words = words?;
    Some(if words.is_empty() { "none".to_owned() } else { words.join(", ") })
}

fn word(value: &serde_json::Value) -> Option<String> {
    if let Some(word) = value.as_str() {
        return Some(word.to_owned());
    }
    if value.is_i64() {
        return Some(value.to_string());
    }
    let grant = value.as_object().filter(|grant| grant.len() == 2)?;
    let role = grant.get("role")?.as_str()?;
    let scope = grant.get("scope")?;
    if scope.is_null() {
        Some(role.to_owned())
    } else {
        Some(format!("{role}@{}", scope.as_str()?))
    }
}

/// Whether values of this kind stand at the right edge of their column.
pub const fn is_right(kind: Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration)
}

/// A time to the second; the zone is the same for all and is said elsewhere.
fn time(value: &str) -> &str {
    let bytes = value.as_bytes();
    let clock =
        bytes.len() >= 19 && bytes[10] == b' ' && bytes[13] == b':' && !value.ends_with("BC");
    let zoned = value.len() == 19 || matches!(bytes.get(19), Some(b'.' | b'+'));
    let in_utc = !value.get(19..).unwrap_or_default().contains('+') || value.ends_with("+00");
    match value.get(..19) {
        Some(short) if clock && zoned && in_utc => short,
        _ => value,
    }
}

/// A size with three digits at most.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1023.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A length of time in its two largest units.
#[expect(clippy::cast_possible_truncation, reason = "no session lasts longer than i64 seconds")]
pub fn duration(seconds: f64) -> String {
    let whole = seconds as i64;
    match whole {
        ..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} m {:02} s", whole / 60, whole % 60),
        3600..86_400 => format!("{} h {:02} m", whole / 3600, whole / 60 % 60),
        _ => format!("{} d {:02} h", whole / 86_400, whole / 3600 % 24),
    }
}

/// A count with a thin mark between thousands.
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_read_as_people_expect() {
        let shown = |kind, value| shown(&Column::new("c", kind), Some(value)).into_owned();
        assert_eq!(shown(Kind::Time, "2026-11-21 12:00:01.123+00"), "2026-11-21 12:00:01");
        assert_eq!(shown(Kind::Time, "2026-11-21 12:00:01"), "2026-11-21 12:00:01");
        assert_eq!(shown(Kind::Time, "2026-11-21 12:00:01+05:30"), "2026-11-21 12:00:01+05:30");
        assert_eq!(shown(Kind::Time, "infinity"), "infinity");
        assert_eq!(shown(Kind::Bytes, "1023"), "1023 B");
        assert_eq!(shown(Kind::Bytes, "1536"), "1.5 kB");
        for (seconds, said) in [
            ("0.049", "0.0 s"),
            ("9.94", "9.9 s"),
            ("59.999", "59 s"),
            ("60", "1 m 00 s"),
            ("7265.2", "2 h 01 m"),
            ("273600", "3 d 04 h"),
        ] {
            assert_eq!(shown(Kind::Duration, seconds), said);
        }
        assert_eq!(shown(Kind::Bytes, "1073741824"), "1.0 GB");
        assert_eq!(shown(Kind::Boolean, "t"), "yes");
        assert_eq!(shown(Kind::Text, "a\x1b[2Jb"), "a␛[2Jb");
        let grants = r#"[{"role": "admin", "scope": null}, {"role": "user", "scope": "HR"}]"#;
        assert_eq!(shown(Kind::Json, grants), "admin, user@HR");
        assert_eq!(shown(Kind::Json, r#"["HR", "Sales"]"#), "HR, Sales");
        assert_eq!(shown(Kind::Json, r#"[1, {"a": 2}]"#), r#"[1, {"a": 2}]"#);
        assert_eq!(count(-1_234_567), "-1 234 567");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let mut column = Column::new("password", Kind::Text);
        column.secret = true;
        assert_eq!(super::shown(&column, Some("hunter2")), SECRET);
    }

    proptest! {
        #[test]
        fn nothing_harmful_passes(value in any::<String>(), kind in prop::sample::select(vec![Kind::Text, Kind::Number, Kind::Time, Kind::Bytes, Kind::Boolean, Kind::Json, Kind::Decimal, Kind::Duration])) {
            let shown = shown(&Column::new("c", kind), Some(&value));
            prop_assert!(shown.chars().all(text::is_harmless), "{shown}");
        }

        #[test]
        fn a_size_takes_few_cells(bytes in any::<u64>()) {
            prop_assert!(size(bytes).len() <= 8, "{}", size(bytes));
        }
    }
}
