//! A value as programs read it: times as RFC 3339, numbers as numbers where they are.

use std::borrow::Cow;

use serde_json::Value;

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

/// A list as people read it: names between commas, roles with where they hold; other JSON as it is.
pub(super) fn spoken(json: &str) -> Cow<'_, str> {
    let said = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        Value::Object(pair) if pair.len() == 2 => match (pair.get("role")?, pair.get("scope")?) {
            (Value::String(role), Value::Null) => Some(role.clone()),
            (Value::String(role), Value::String(scope)) => Some(format!("{role} ({scope})")),
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    };
    let Ok(Value::Array(items)) = serde_json::from_str(json) else { return Cow::Borrowed(json) };
    items
        .iter()
        .map(said)
        .collect::<Option<Vec<_>>>()
        .map_or(Cow::Borrowed(json), |items| Cow::Owned(items.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_said_as_people_say_them_and_nothing_else_is_touched() {
        for (json, text) in [
            ("[]", ""),
            (r#"["Sales", "R\u0026D"]"#, "Sales, R&D"),
            (
                r#"[{"role": "admin", "scope": null}, {"scope": "Sales", "role": "user"}]"#,
                "admin, user (Sales)",
            ),
            (r#"[{"role": "admin"}]"#, r#"[{"role": "admin"}]"#),
            ("[1, 2]", "[1, 2]"),
            (r#"{"a": 1}"#, r#"{"a": 1}"#),
            ("no json", "no json"),
        ] {
            assert_eq!(spoken(json), text);
        }
    }
}
