//! What makes a verdict less than the last word: policies whose value differs from call to call or from session to session.

use super::{
    catalog::{Catalog, Policy, RowSecurity},
    expression::token::{Sort, tokens},
    gate::{Image, Set, Statement},
    row::SYSTEM,
};
use crate::{pg::Deparsed, tables::RelationKind};

/// Built-in functions and key words that tell about the session, not about who acts.
const OF_SESSION: [&str; 13] = [
    "current_query",
    "pg_backend_pid",
    "inet_client_addr",
    "inet_client_port",
    "inet_server_addr",
    "inet_server_port",
    "pg_current_xact_id",
    "pg_current_xact_id_if_assigned",
    "pg_current_snapshot",
    "txid_current",
    "txid_current_snapshot",
    "pg_trigger_depth",
    "session_user",
];

/// The label of a verdict on a row on which an expression fails only if it is evaluated before another one.
pub(crate) const DEPENDS_ON_ORDER: &str = "an expression fails on this row unless another one is evaluated first, and the server chooses the order";

/// What the label of a row begins with of which long values were not fetched.
const CUT: &str = "too long to be fetched, and taken as NULL: ";

/// The label of a row without the values of `columns`.
pub(crate) fn cut(columns: &[String]) -> String {
    format!("{CUT}{}", columns.join(", "))
}

/// The labels of verdicts on `statement`.
pub(crate) fn of(catalog: &Catalog, statement: Statement) -> Vec<String> {
    let table = &catalog.table;
    let mut labels = Vec::new();
    if table.access.row_security == RowSecurity::On {
        let sets: Vec<Set> = statement.gates().iter().map(|gate| gate.set).collect();
        for policy in catalog.policies.iter().filter(|policy| policy.is_for_role()) {
            if sets.iter().any(|set| policy.is_for(*set)) {
                labels.extend(of_policy(policy));
            }
            let new = statement.gates().iter().filter(|gate| gate.row == Image::New);
            if new.map(|gate| gate.set).any(|set| policy.is_for(set)) {
                labels.extend(of_unstored(policy));
            }
        }
    }
    if let Some(parent) = &table.partition_of {
        labels.push(format!(
            "a partition of {parent}, whose policies do not count where the partition is named"
        ));
    }
    if statement.makes_new() {
        let inserts = statement.gates().iter().any(|gate| gate.set == Set::Insert);
        let concerned =
            table.triggers.iter().filter(|it| if inserts { it.insert } else { it.update });
        labels.extend(
            concerned
                .map(|it| format!("the trigger `{}` runs first and may change the row", it.name)),
        );
    }
    if matches!(statement, Statement::MergeUpdate | Statement::MergeDelete | Statement::MergeInsert)
    {
        labels.push("a MERGE reads every row that its condition may need: an error on another row fails it too".to_owned());
    }
    if table.kind == RelationKind::View {
        let runs_as = if table.invoker { "whoever asks" } else { &table.owner };
        labels.push(format!("a view: its tables are read with the rights of {runs_as}"));
    }
    labels
}

/// Why a policy cannot be evaluated on a row that is not stored yet: the server puts there what it has at hand.
fn of_unstored(policy: &Policy) -> Option<String> {
    let texts = [&policy.using, &policy.with_check].into_iter().flatten();
    let mut known = SYSTEM.iter().map(|(name, ..)| *name).filter(|name| *name != "tableoid");
    let asked = known.find(|name| texts.clone().any(|text| mentions(text.as_str(), name)))?;
    Some(format!(
        "policy `{}` looks at the {asked} of a row that is not stored yet, which is no more than what the server has at hand",
        policy.name
    ))
}

/// Why the value of a policy may be another one next time, or in another session.
pub(crate) fn of_policy(policy: &Policy) -> Vec<String> {
    let mut labels = Vec::new();
    for function in &policy.functions {
        if function.volatile {
            labels.push(format!(
                "policy `{}` calls `{}`, which is volatile: it may answer otherwise next time",
                policy.name, function.name
            ));
        }
        let source = function.source.as_deref().unwrap_or_default();
        if let Some(word) =
            OF_SESSION.iter().find(|word| function.name == **word || mentions(source, word))
        {
            labels.push(format!(
                "policy `{}` depends on the session, not only on who acts: {word}",
                policy.name
            ));
        }
    }
    let texts = [&policy.using, &policy.with_check].into_iter().flatten();
    if texts.clone().any(|text| mentions(text.as_str(), "session_user")) {
        labels.push(format!(
            "policy `{}` depends on the session, not only on who acts: session_user",
            policy.name
        ));
    }
    if texts.clone().any(|text| text.as_str().contains("'application_name'")) {
        labels.push(format!(
            "policy `{}` depends on the session, not only on who acts: application_name",
            policy.name
        ));
    }
    labels.extend(of_touched(policy));
    labels.dedup();
    labels
}

/// Why the value of a policy changes although nobody wrote the row: these columns tell about whoever tried, and stay when that is undone (`heap_update` and
/// `heap_lock_tuple` in `heapam.c`).
fn of_touched(policy: &Policy) -> Option<String> {
    let mut texts = [&policy.using, &policy.with_check].into_iter().flatten();
    let asked = texts.find_map(|text| {
        ["xmax", "cmin", "cmax"].into_iter().find(|name| mentions(text.as_str(), name))
    })?;
    Some(format!(
        "policy `{}` looks at the {asked} of a row, which is another one as soon as somebody locks the row or tries to change it",
        policy.name
    ))
}

/// Whether a verdict with these labels counts apart, because trying it again may end otherwise.
pub(crate) fn is_unstable(label: &str) -> bool {
    label.starts_with("policy `") || label == DEPENDS_ON_ORDER || label.starts_with(CUT)
}

fn mentions(text: &str, word: &str) -> bool {
    tokens(text)
        .iter()
        .any(|token| token.sort == Sort::Word && token.text.eq_ignore_ascii_case(word))
}

/// Whether an expression tells who the role is, so that only the role itself can evaluate it.
pub(crate) fn asks_who(text: &Deparsed) -> bool {
    [
        "current_user",
        "current_role",
        "user",
        "session_user",
        "system_user",
        "pg_has_role",
        "has_table_privilege",
        "row_security_active",
    ]
    .iter()
    .any(|word| mentions(text.as_str(), word))
}
