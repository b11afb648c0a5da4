//! What is different between two JSON values, or two texts.
//!
//! Whoever makes the changes to the value before gets the value after, and there are no changes between equal values.

use std::fmt;

use serde_json::Value;

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where: the names and numbers that lead to it; nothing where the values themselves differ.
    pub path: Vec<Step>,
    /// What is different there.
    pub side: Side,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Name(String),
    /// Into a list.
    Number(usize),
}

/// What is different.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// It was there before, and is not any more.
    Removed(Value),
    /// It was not there before.
    Added(Value),
    /// It was one thing and is another.
    Changed(Value, Value),
}

impl Change {
    /// The path as people write it: `address.lines[2]`.
    pub fn place(&self) -> String {
        let steps = self.path.iter().enumerate().map(|(at, step)| match step {
            Step::Name(name) if at == 0 => name.clone(),
            Step::Name(name) => format!(".{name}"),
            Step::Number(number) => format!("[{number}]"),
        });
        steps.collect()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match &self.side {
            Side::Removed(before) => write!(f, "- {place} {before}"),
            Side::Added(after) => write!(f, "+ {place} {after}"),
            Side::Changed(before, after) => write!(f, "~ {place} {before} → {after}"),
        }
    }
}

/// The differences between `before` and `after`; what is no JSON is a text.
pub fn difference(before: &str, after: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&mut Vec::new(), &read(before), &read(after), &mut changes);
    changes
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn compare(path: &mut Vec<Step>, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(new)) => {
            for (name, before) in old {
                path.push(Step::Name(name.clone()));
                one(path, Some(before), new.get(name), changes);
                path.pop();
            }
            for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                path.push(Step::Name(name.clone()));
                one(path, None, Some(after), changes);
                path.pop();
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for number in 0..old.len().max(new.len()) {
                path.push(Step::Number(number));
                one(path, old.get(number), new.get(number), changes);
                path.pop();
            }
        }
        _ => {
            let side = Side::Changed(before.clone(), after.clone());
            changes.push(Change { path: path.clone(), side });
        }
    }
}

fn one(
    path: &mut Vec<Step>,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    let side = match (before, after) {
        (Some(before), Some(after)) => return compare(path, before, after, changes),
        (Some(before), None) => Side::Removed(before.clone()),
        (None, Some(after)) => Side::Added(after.clone()),
        (None, None) => return,
    };
    changes.push(Change { path: path.clone(), side });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3i32..3).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[abc]", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Makes one change; lists lose their last items first.
    fn make(value: &mut Value, path: &[Step], side: &Side) {
        let Some((last, way)) = path.split_last() else {
            if let Side::Changed(before, after) = side {
                assert_eq!(value, before);
                *value = after.clone();
            }
            return;
        };
        let mut at = value;
        for step in way {
            at = match step {
                Step::Name(name) => &mut at[name.as_str()],
                Step::Number(number) => &mut at[*number],
            };
        }
        match (last, side) {
            (Step::Name(name), Side::Removed(before)) => {
                assert_eq!(at.as_object_mut().unwrap().remove(name).as_ref(), Some(before));
            }
            (Step::Name(name), Side::Added(after)) => {
                assert_eq!(at.as_object_mut().unwrap().insert(name.clone(), after.clone()), None);
            }
            (Step::Name(name), Side::Changed(before, after)) => {
                assert_eq!(&at[name.as_str()], before);
                at[name.as_str()] = after.clone();
            }
            (Step::Number(number), Side::Removed(before)) => {
                assert_eq!(&at.as_array_mut().unwrap().remove(*number), before);
            }
            (Step::Number(number), Side::Added(after)) => {
                assert_eq!(at.as_array().unwrap().len(), *number);
                at.as_array_mut().unwrap().push(after.clone());
            }
            (Step::Number(number), Side::Changed(before, after)) => {
                assert_eq!(&at[*number], before);
                at[*number] = after.clone();
            }
        }
    }

    proptest! {
        #[test]
        fn making_the_changes_leads_from_one_to_the_other(before in any_json(), after in any_json()) {
            let changes = difference(&before.to_string(), &after.to_string());
            let mut value = before;
            let removed = |change: &&Change| matches!(change.side, Side::Removed(_));
            for change in changes.iter().filter(|change| !removed(change)) {
                make(&mut value, &change.path, &change.side);
            }
            for change in changes.iter().filter(removed).rev() {
                make(&mut value, &change.path, &change.side);
            }
            prop_assert_eq!(value, after);
        }

        #[test]
        fn equal_values_have_no_differences(value in any_json()) {
            prop_assert!(difference(&value.to_string(), &value.to_string()).is_empty());
        }

        #[test]
        fn backwards_every_change_has_its_opposite(before in any_json(), after in any_json()) {
            let (before, after) = (before.to_string(), after.to_string());
            let there = difference(&before, &after);
            let mut back = difference(&after, &before);
            prop_assert_eq!(there.len(), back.len());
            for change in there {
                let opposite = match change.side {
                    Side::Removed(value) => Side::Added(value),
                    Side::Added(value) => Side::Removed(value),
                    Side::Changed(one, other) => Side::Changed(other, one),
                };
                let at = back.iter().position(|it| it.path == change.path && it.side == opposite);
                back.swap_remove(at.unwrap());
            }
        }
    }

    #[test]
    fn people_read_it_like_this() {
        let before = json!({"stage": "Won", "lines": [1, 2], "owner": {"id": 7}}).to_string();
        let after =
            json!({"stage": "Lost", "lines": [1], "owner": {"id": 7, "at": null}}).to_string();
        let said: Vec<_> = difference(&before, &after).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(said.join("\n"), @r#"
        ~ stage "Won" → "Lost"
        - lines[1] 2
        + owner.at null
        "#);
        assert_eq!(difference("18950", "19175")[0].to_string(), "~  18950 → 19175");
        assert_eq!(difference("Won", "Lost")[0].to_string(), "~  \"Won\" → \"Lost\"");
    }
}
