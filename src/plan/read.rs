//! A plan out of the server's JSON.
//!
//! No key has to be there but the tree itself, and none is unknown: what is not looked for by its name becomes a [`Fact`].

use serde_json::{Map, Value};

use super::{
    mark,
    node::{Condition, Estimate, Fact, Measure, Node, Own, Plan, Relation, Workers},
    own,
};

/// What is a condition.
const CONDITIONS: [&str; 11] = [
    "Index Cond",
    "Recheck Cond",
    "TID Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "Filter",
    "One-Time Filter",
    "Run Condition",
    "Conflict Filter",
    "Order By",
];

/// What is looked for by its name and told in other places.
const KNOWN: [&str; 22] = [
    "Node Type",
    "Parent Relationship",
    "Subplan Name",
    "Relation Name",
    "Schema",
    "Alias",
    "Index Name",
    "CTE Name",
    "Function Name",
    "Startup Cost",
    "Total Cost",
    "Plan Rows",
    "Plan Width",
    "Actual Startup Time",
    "Actual Total Time",
    "Actual Rows",
    "Actual Loops",
    "Workers Planned",
    "Workers Launched",
    "Plans",
    "Join Type",
    "Partial Mode",
];

/// Reads a plan, and finds out what each step takes by itself and what is worth a look.
pub(super) fn plan(text: &str) -> Option<Plan> {
    let told: Value = serde_json::from_str(text).ok()?;
    let told = told.get(0).unwrap_or(&told).as_object()?;
    let mut number = 0;
    let root = node(told.get("Plan")?.as_object()?, &mut number);
    let rest = told
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "Plan" | "Planning Time" | "Execution Time"));
    let mut plan = Plan {
        planning_ms: told.get("Planning Time").and_then(Value::as_f64),
        execution_ms: told.get("Execution Time").and_then(Value::as_f64),
        facts: rest.map(fact).filter(|fact| !fact.value.is_empty()).collect(),
        root,
    };
    own::fill(&mut plan);
    mark::fill(&mut plan);
    Some(plan)
}

fn node(told: &Map<String, Value>, number: &mut usize) -> Node {
    *number += 1;
    let here = *number;
    let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
    let figure = |name: &str| told.get(name).and_then(Value::as_f64);
    let relation = text("Relation Name").map(|name| Relation {
        schema: text("Schema"),
        alias: text("Alias").unwrap_or_else(|| name.clone()),
        name,
    });
    let conditions = CONDITIONS.iter().filter_map(|name| {
        let text = said(told.get(*name)?);
        Some(Condition { name: (*name).to_owned(), text, pieces: Vec::new() })
    });
    let rest = told.iter().filter(|(name, _)| {
        !KNOWN.contains(&name.as_str()) && !CONDITIONS.contains(&name.as_str())
    });
    let loops = figure("Actual Loops");
    let removed =
        ["Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck"];
    let removed = removed.iter().filter_map(|name| figure(name)).reduce(|all, one| all + one);
    Node {
        number: here,
        kind: text("Node Type").unwrap_or_else(|| "?".to_owned()),
        relationship: text("Parent Relationship"),
        part: text("Subplan Name"),
        title: title(told, relation.as_ref()),
        relation,
        index: text("Index Name"),
        estimate: figure("Total Cost").map(|total_cost| Estimate {
            startup_cost: figure("Startup Cost").unwrap_or_default(),
            total_cost,
            rows: figure("Plan Rows").unwrap_or_default(),
            width: figure("Plan Width").unwrap_or_default(),
        }),
        measure: loops.map(|loops| Measure {
            startup_ms: figure("Actual Startup Time"),
            total_ms: figure("Actual Total Time"),
            rows: figure("Actual Rows").unwrap_or_default(),
            loops,
        }),
        own: Own::default(),
        removed: removed.map(|each| each * loops.unwrap_or(1.0)),
        workers: figure("Workers Planned")
            .map(|planned| Workers { planned, launched: figure("Workers Launched") }),
        conditions: conditions.collect(),
        policy: false,
        marks: Vec::new(),
        facts: rest.map(fact).collect(),
        nodes: told
            .get("Plans")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(|told| node(told, number))
            .collect(),
    }
}

/// A step in a line: `Hash Left Join`, `Index Scan using mails_pkey on app.mails m`, `InitPlan 1: Result`.
fn title(told: &Map<String, Value>, relation: Option<&Relation>) -> String {
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut kind = match text("Node Type") {
        "" => "?".to_owned(),
        kind => kind.to_owned(),
    };
    if let join @ ("Left" | "Right" | "Full" | "Semi" | "Anti" | "Right Anti" | "Right Semi") =
        text("Join Type")
    {
        // As psql has it: `Hash Left Join`, `Nested Loop Left Join`.
        kind = match kind.strip_suffix(" Join") {
            Some(stem) => format!("{stem} {join} Join"),
            None => format!("{kind} {join} Join"),
        };
    }
    if let mode @ ("Partial" | "Finalize") = text("Partial Mode") {
        kind = format!("{mode} {kind}");
    }
    let operation = text("Operation");
    if kind == "ModifyTable" && !operation.is_empty() {
        operation.clone_into(&mut kind);
    }
    if told.get("Parallel Aware").and_then(Value::as_bool) == Some(true) {
        kind = format!("Parallel {kind}");
    }
    let part = match text("Subplan Name") {
        "" => String::new(),
        name => format!("{name}: "),
    };
    let index = match text("Index Name") {
        "" => String::new(),
        name => format!(" using {name}"),
    };
    let on = match relation {
        Some(Relation { schema, name, alias }) => {
            let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            let alias = if alias == name { String::new() } else { format!(" {alias}") };
            format!(" on {schema}{name}{alias}")
        }
        None => match (text("CTE Name"), text("Function Name"), text("Alias")) {
            ("", "", "") => String::new(),
            ("", "", alias) => format!(" {alias}"),
            ("", function, _) => format!(" on {function}"),
            (cte, ..) => format!(" on {cte}"),
        },
    };
    format!("{part}{kind}{index}{on}")
}

fn fact((name, value): (&String, &Value)) -> Fact {
    Fact { name: name.clone(), value: said(value) }
}

/// A value in a line.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(values) if values.iter().all(|it| !it.is_object() && !it.is_array()) => {
            values.iter().map(said).collect::<Vec<_>>().join(", ")
        }
        Value::Object(values) if values.values().all(|it| !it.is_object() && !it.is_array()) => {
            let pairs = values.iter().map(|(name, value)| format!("{name} = {}", said(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
