//! What scripts read of an explanation is what its page says, field by field.

use std::collections::BTreeSet;

use purview::rls::{Presence, Through, Why, catalog::RowSecurity};
use serde_json::Value;

use super::explanations as of;

/// The page for people who write scripts.
const PAGE: &str = include_str!("../../docs/rls-why.md");

/// The names of all fields below `value`, an expression by itself wherever it stands.
fn fields(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                found.insert(path.clone());
                match name.as_str() {
                    // Its names are those of the table's columns.
                    "key" => {}
                    "expression" => fields(value, "expression", found),
                    "children" => {
                        value
                            .as_array()
                            .unwrap()
                            .iter()
                            .for_each(|it| fields(it, "expression", found));
                    }
                    _ => fields(value, &path, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|it| fields(it, &format!("{at}[]"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Explanations that hold, taken together, all that can be said.
fn everything() -> Vec<Why> {
    let mut unknown = of::nested();
    let hidden = &mut unknown.gates[0].policies[0].expression.hidden;
    hidden.as_mut().unwrap().unknown_because = Some("it asks who the role is".into());
    let mut failed = of::hidden();
    failed.gates[0].policies[0].expression.children[0].operands[0].error = Some("no".into());
    let through = Through {
        table: "public.emails".into(),
        role: "owner".into(),
        row_security: RowSecurity::Owner,
    };
    let view = Why { presence: Presence::Unknown, through: vec![through], ..of::absent() };
    vec![of::visible(), failed, of::failing(), of::restricted(), of::absent(), unknown, view]
}

#[test]
fn the_page_names_every_field_and_no_other() {
    let mut told = BTreeSet::new();
    for why in everything() {
        fields(&serde_json::to_value(&why).unwrap(), "", &mut told);
    }
    let page: BTreeSet<String> = PAGE
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    let unsaid: Vec<_> = told.difference(&page).collect();
    let untold: Vec<_> = page.difference(&told).collect();
    assert!(
        unsaid.is_empty() && untold.is_empty(),
        "not on the page: {unsaid:?}; only there: {untold:?}"
    );
}

#[test]
fn values_keep_their_form() {
    let json = serde_json::to_value(of::hidden()).unwrap();
    assert_eq!(json["predicted"], "filtered");
    assert_eq!(json["presence"], "there");
    assert_eq!(json["row_security"], "on");
    assert_eq!(json["gates"][0]["set"], "SELECT USING");
    assert_eq!(json["gates"][0]["row"], "old");
    assert_eq!(json["gates"][0]["failing"], "filters");
    assert_eq!(json["gates"][0]["policies"][0]["expression"]["op"], "or");
    assert_eq!(json["gates"][0]["policies"][0]["value"], false);
    assert_eq!(serde_json::to_value(of::unknown()).unwrap()["gates"][0]["value"], Value::Null);
    let error = &serde_json::to_value(of::failing()).unwrap()["gates"][0]["value"];
    assert_eq!(error, "error: invalid input syntax for type uuid: \"\"");
    // What is only for the form in which a row is edited is nobody's business.
    assert_eq!(json.get("row"), None);
}
