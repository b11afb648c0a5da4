//! Values of secret columns inside of JSON that an event copied: masked by the name of their key, at any depth.
//!
//! The server masks before anything is compared or sent, by [`pattern`]; [`mask`] goes over what came, for values too deep for a pattern.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{mapping::Mapping, pg::Sql};

/// What stands for a masked value.
pub(super) const MASKED: &str = "***";

/// How many levels of lists and objects a pattern looks into; what is deeper is masked here, not on the server.
const LEVELS: usize = 6;
/// A text in quotes.
const TEXT: &str = r#""(?:\\.|[^"\\])*""#;

/// The names of all secret columns, each once.
pub(super) fn names(mapping: &Mapping) -> Vec<String> {
    let names: BTreeSet<_> = mapping.secrets.iter().map(|secret| secret.column.clone()).collect();
    names.into_iter().collect()
}

/// `json` without what it copied of a secret column, told by the names of its keys.
pub(crate) fn without_copies<'a>(mapping: &Mapping, json: &'a str) -> Cow<'a, str> {
    mask(json, &names(mapping))
}

/// `value`, as text, with the values of the keys `names` masked.
pub(super) fn masked(value: &Sql, names: &[String]) -> Sql {
    let mut text = Sql::new("(");
    text.append(value).push(")::pg_catalog.text");
    if names.is_empty() {
        return text;
    }
    let mut sql = Sql::new("pg_catalog.regexp_replace(");
    sql.append(&text).push(", ").bind(Some(&pattern(names)), "pg_catalog.text");
    sql.push(r#", '"\1": "***"', 'g')"#);
    sql
}

/// The regular expression (PostgreSQL's ARE) of a key out of `names` with its value.
fn pattern(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| literal(name)).collect();
    let plain = format!(r#"{TEXT}|[^][{{}}"]"#);
    let nested = (1..LEVELS).fold(format!(r"[[{{](?:{plain})*[]}}]"), |inner, _| {
        format!(r"[[{{](?:{plain}|{inner})*[]}}]")
    });
    let value = format!(r#"{TEXT}|{nested}|[^][",{{}}[:space:]]+"#);
    format!(r#""({})"[[:space:]]*:[[:space:]]*(?:{value})"#, names.join("|"))
}

/// `name` without a meaning of its own in a regular expression.
fn literal(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if !(c.is_alphanumeric() || c == '_') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `text` with the values of the keys `names` masked; a text that was cut off is cut where such a value does not end.
pub(super) fn mask<'a>(text: &'a str, names: &[String]) -> Cow<'a, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = next_secret(rest, names) {
        let end = value_end(after).unwrap_or(after.len());
        out.push_str(&rest[..before]);
        out.push('"');
        out.push_str(MASKED);
        out.push('"');
        rest = &after[end..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the value of the next key out of `names` begins, and the text from there on.
fn next_secret<'a>(text: &'a str, names: &[String]) -> Option<(usize, &'a str)> {
    let mut found: Option<usize> = None;
    for name in names {
        let key = format!("\"{name}\"");
        let mut from = 0;
        while let Some(at) = text[from..].find(&key).map(|at| at + from) {
            let after = &text[at + key.len()..];
            let colon = after.trim_start();
            if let Some(value) = colon.strip_prefix(':') {
                let value = value.trim_start();
                let begin = text.len() - value.len();
                if !value.is_empty() {
                    found = Some(found.map_or(begin, |known| known.min(begin)));
                }
                break;
            }
            from = at + key.len();
        }
    }
    found.map(|begin| (begin, &text[begin..]))
}

/// How long the JSON value at the start of `text` is; `None` if it does not end.
fn value_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut kept = false;
    for (at, c) in text.char_indices() {
        if in_string {
            match c {
                _ if kept => kept = false,
                '\\' => kept = true,
                '"' => {
                    in_string = false;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' => depth += 1,
            '}' | ']' | ',' if depth == 0 => return Some(at),
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn names() -> Vec<String> {
        vec!["password_hash".into(), "token".into()]
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z\"\\\\{}\\[\\],: ]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let key = prop_oneof![
                Just("password_hash".to_owned()),
                Just("token".to_owned()),
                "[a-z_]{1,6}"
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(key, inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// The same by a parse.
    fn masked(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(masked).collect(),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, field)| {
                        let secret = names().contains(name);
                        (name.clone(), if secret { json!(MASKED) } else { masked(field) })
                    })
                    .collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    proptest! {
        #[test]
        fn what_is_masked_is_what_a_parse_would_mask(value in any_json()) {
            let shown = mask(&value.to_string(), &names()).into_owned();
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), masked(&value));
        }

        #[test]
        fn a_text_that_was_cut_off_gives_nothing_away(secret in "[A-Z]{8,12}", deep in any::<bool>(), cut in 0usize..60) {
            let value = if deep { json!({"a": {"token": {"b": [secret]}}}) } else { json!({"token": secret, "z": 1}) };
            let whole = value.to_string();
            let text = &whole[..cut.min(whole.len())];
            let shown = mask(text, &names());
            prop_assert!(!shown.contains(|c: char| c.is_ascii_uppercase()), "{}", shown);
        }
    }

    #[test]
    fn a_name_is_taken_as_it_stands() {
        assert_eq!(literal("a.b|c"), "a\\.b\\|c");
        assert_eq!(mask("{\"n\": \"token\"}", &names()), "{\"n\": \"token\"}");
    }
}
