//! Which identity settings the policies read, in their own text and in the functions that they call.
//!
//! Found in the text: a setting whose name is put together at run time is not found.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{Catalog, Function, Policy};
use crate::pg::ColumnName;

/// A setting that policies read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SettingRead {
    /// Its name.
    pub(super) name: String,
    /// How many policies read it.
    pub(super) policies: usize,
    /// One of them, as `schema.table: policy`.
    pub(super) example: String,
    /// The function by which it is read, if not by the policy itself.
    pub(super) through: Option<String>,
    /// The column that a policy compares it with, if it does so directly.
    pub(super) compared: Option<ColumnName>,
    /// The claims that are taken out of it, where it is read as JSON.
    pub(super) claims: Option<BTreeSet<String>>,
}

/// The settings that the policies of `catalog` read, each once, by name.
pub(super) fn read_by_policies(catalog: &Catalog) -> Vec<SettingRead> {
    let mut found: BTreeMap<String, SettingRead> = BTreeMap::new();
    for policy in &catalog.policies {
        let own = places_in(&policy.text).into_iter().map(|place| (place, None));
        let called = functions_of(policy, &catalog.functions).into_iter().flat_map(|function| {
            let through = Some(function.name.to_string());
            places_in(&function.text).into_iter().map(move |place| (place, through.clone()))
        });
        let mut seen = BTreeSet::new();
        for (place, through) in own.chain(called) {
            let entry = found.entry(place.name.clone()).or_insert_with(|| SettingRead {
                name: place.name.clone(),
                policies: 0,
                example: format!("{}: {}", policy.relation, policy.name),
                through: through.clone(),
                compared: None,
                claims: None,
            });
            if let Some(claims) = place.claims {
                entry.claims.get_or_insert_default().extend(claims);
            }
            if let (None, None, Some(column)) = (&entry.compared, &through, place.compared) {
                let relation = policy.relation.clone();
                entry.compared = Some(ColumnName { relation, column });
            }
            entry.policies += usize::from(seen.insert(place.name));
        }
    }
    found.into_values().collect()
}

/// The functions that `policy` calls, and those that they call.
fn functions_of<'a>(policy: &Policy, functions: &'a [Function]) -> Vec<&'a Function> {
    let mut reached: Vec<&Function> = Vec::new();
    let mut texts = vec![policy.text.as_str()];
    while let Some(text) = texts.pop() {
        for function in functions {
            let known = reached.iter().any(|it| std::ptr::eq(*it, function));
            if !known && calls(text, &function.name.name) {
                reached.push(function);
                texts.push(&function.text);
            }
        }
    }
    reached
}

/// Whether `text` holds a call of a function of that name, in whatever schema.
fn calls(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].trim_start_matches('"').trim_start();
        !before.is_some_and(word) && after.starts_with('(')
    })
}

/// One place where a setting is read.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    name: String,
    compared: Option<String>,
    claims: Option<Vec<String>>,
}

/// The places of `text` where settings are read.
fn places_in(text: &str) -> Vec<Place> {
    let function = "current_setting";
    let lower = text.to_ascii_lowercase();
    lower
        .match_indices(function)
        .filter_map(|(at, _)| {
            let after = text[at + function.len()..].trim_start().strip_prefix('(')?.trim_start();
            let (name, rest) = after.strip_prefix('\'')?.split_once('\'')?;
            let place = Place {
                name: name.to_owned(),
                compared: column_before(&text[..at]),
                claims: claims_after(rest),
            };
            // Settings without a dot are the server's own and carry no identity.
            name.contains('.').then_some(place)
        })
        .collect()
}

/// The column in `… column = (` at the end of `text`.
fn column_before(text: &str) -> Option<String> {
    let left = text.trim_end().trim_end_matches('(').trim_end().strip_suffix('=')?.trim_end();
    let start =
        left.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '"').map_or(0, |at| at + 1);
    let column = left[start..].trim_matches('"');
    (!column.is_empty()).then(|| column.to_owned())
}

/// The claims in `…)::jsonb ->> 'sub'`, if what was read is taken for JSON; `rest` begins after the setting's name.
fn claims_after(rest: &str) -> Option<Vec<String>> {
    let near: String = rest.chars().take_while(|c| *c != ';').take(120).collect();
    let (before, after) = near.split_once("::json")?;
    if before.contains("current_setting") {
        return None;
    }
    let mut claims = Vec::new();
    for piece in after.split("->").skip(1) {
        if let Some((claim, _)) = piece
            .trim_start_matches('>')
            .trim_start()
            .strip_prefix('\'')
            .and_then(|it| it.split_once('\''))
        {
            claims.push(claim.to_owned());
        }
    }
    Some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(policy: &str, functions: &[(&str, &str)]) -> Catalog {
        let relation = "public.mails".parse().unwrap();
        Catalog {
            policies: vec![Policy { relation, name: "own".into(), text: policy.into() }],
            functions: functions
                .iter()
                .map(|(name, text)| Function { name: name.parse().unwrap(), text: (*text).into() })
                .collect(),
            ..Catalog::default()
        }
    }

    #[test]
    fn settings_are_found_in_policies_and_in_the_functions_behind_them() {
        let catalog = catalog(
            "(owner = who()) AND tenant = current_setting('app.tenant'::text)",
            &[
                ("app.who", "SELECT app.claim ( 'sub' )"),
                ("app.claim", "SELECT current_setting( 'jwt.claims', true)::jsonb ->> 'sub'"),
                ("app.whoever", "SELECT current_setting('app.other')"),
                ("app.unused", "SELECT current_setting('app.unused')"),
            ],
        );
        let found = read_by_policies(&catalog);
        let names: Vec<_> =
            found.iter().map(|it| (it.name.as_str(), it.through.as_deref())).collect();
        assert_eq!(names, [("app.tenant", None), ("jwt.claims", Some("app.claim"))]);
        assert_eq!(found[0].compared.as_ref().unwrap().column, "tenant");
        assert_eq!(found[0].claims, None);
        assert!(found[1].claims.as_ref().unwrap().contains("sub"));
    }

    #[test]
    fn functions_that_call_themselves_are_followed_once() {
        let catalog = catalog("f(1)", &[("public.f", "SELECT f($1 - 1), current_setting('a.b')")]);
        assert_eq!(read_by_policies(&catalog).len(), 1);
    }

    #[test]
    fn settings_of_the_server_are_no_identity() {
        assert_eq!(places_in("current_setting('role') = 'x' OR current_setting(name)"), []);
    }
}
