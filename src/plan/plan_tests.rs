//! What steps take by themselves, what is marked, and that no plan breaks the reader.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn read(told: &Value) -> Plan {
    Plan::read(&json!([told]).to_string()).unwrap()
}

/// A step in the form of the server; times and costs are at least those of what is below, as they are on a server.
fn step(kind: &str, own_ms: f64, loops: f64, children: &[Value]) -> Value {
    let below = |name: &str| -> f64 {
        let each = children.iter().map(|it| {
            it[name].as_f64().unwrap()
                * if name == "Actual Total Time" {
                    it["Actual Loops"].as_f64().unwrap()
                } else {
                    1.0
                }
        });
        each.sum()
    };
    let (time, cost) = (below("Actual Total Time") + own_ms, below("Total Cost") + own_ms);
    json!({
        "Node Type": kind, "Startup Cost": 0.0, "Total Cost": cost, "Plan Rows": 10, "Plan Width": 4,
        "Actual Startup Time": 0.0, "Actual Total Time": time / loops, "Actual Rows": 5, "Actual Loops": loops, "Plans": children,
    })
}

fn any_step() -> impl Strategy<Value = Value> {
    let leaf =
        (0.0..50.0, 1_u32..9).prop_map(|(ms, loops)| step("Seq Scan", ms, loops.into(), &[]));
    leaf.prop_recursive(5, 40, 3, |inner| {
        let children = proptest::collection::vec(inner, 1..4);
        (0.0..50.0, 1_u32..9, children)
            .prop_map(|(ms, loops, children)| step("Nested Loop", ms, loops.into(), &children))
    })
}

/// Any JSON, under names that the server uses and others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z() $0-9=]{0,12}".prop_map(Value::from),
        Just(Value::from("InitPlan 1 (returns $0)")),
        Just(Value::from("InitPlan")),
        Just(Value::from("CTE Scan")),
        Just(Value::from("CTE x"))
    ];
    let names = prop_oneof![
        proptest::sample::select(vec![
            "Plan",
            "Plans",
            "Node Type",
            "Parent Relationship",
            "Subplan Name",
            "CTE Name",
            "Alias",
            "Relation Name",
            "Filter",
            "Output",
            "Index Cond",
            "Actual Rows",
            "Actual Loops",
            "Actual Total Time",
            "Total Cost",
            "Plan Rows",
            "Workers",
            "Workers Planned",
            "Workers Launched",
            "Sort Key",
            "Rows Removed by Filter",
            "Heap Fetches",
            "Disabled",
            "Shared Hit Blocks"
        ])
        .prop_map(str::to_owned),
        "[A-Z][a-z ]{0,10}",
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((names.clone(), inner), 0..8)
                .prop_map(|pairs| Value::from(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_steps_take_by_themselves_is_what_the_whole_takes(told in any_step()) {
        let plan = read(&json!({"Plan": told, "Planning Time": 0.1, "Execution Time": 9.0}));
        let own = |figure: fn(&Own) -> Option<f64>| -> f64 {
            plan.nodes().into_iter().filter_map(|node| figure(&node.own)).sum()
        };
        let whole = plan.root.measure.unwrap();
        let whole = whole.total_ms.unwrap() * whole.loops;
        prop_assert!((own(|it| it.ms) - whole).abs() < 1e-6 * whole.max(1.0));
        let cost = plan.root.estimate.unwrap().total_cost;
        prop_assert!((own(|it| it.cost) - cost).abs() < 1e-6 * cost.max(1.0));
        prop_assert!((own(|it| it.share) - 1.0).abs() < 1e-6 || whole == 0.0);
        // The slowest is the slowest, and there is one.
        let slowest: Vec<_> = plan.nodes().into_iter().filter(|it| it.marks.contains(&Mark::Slowest)).collect();
        if let [slowest] = slowest.as_slice() {
            prop_assert!(plan.nodes().iter().all(|it| it.own.ms <= slowest.own.ms));
        } else {
            prop_assert!(whole == 0.0 && slowest.is_empty());
        }
    }

    #[test]
    fn no_plan_breaks_the_reader_and_nothing_that_is_said_is_lost(told in any_json(), kind in "[A-Z][a-z]{1,9}") {
        let mut step = Map::new();
        step.insert("Node Type".into(), Value::from(kind.clone()));
        step.insert("Never Heard Of".into(), told.clone());
        step.insert("Plans".into(), json!([{"Node Type": "Deep"}, told.clone()]));
        if let Some(more) = told.as_object() {
            step.extend(more.clone());
        }
        let text = json!([{"Plan": step, "Some Fact": told}]).to_string();
        if let Some(plan) = Plan::read(&text) {
            prop_assert!(plan.nodes().iter().any(|node| node.fact("Never Heard Of").is_some()));
            let told = tell(&plan);
            prop_assert!(told.lines().count() > plan.nodes().len());
            prop_assert!(plan.nodes().into_iter().all(|node| !details(node).is_empty()));
        }
        let _ = Plan::read(&told.to_string());
    }

    #[test]
    fn figures_keep_their_columns(value in any::<f64>()) {
        prop_assert!(short(value).len() <= 7, "{}", short(value));
        prop_assert!(factor(value).len() <= 7 || !(1e-9..1e9).contains(&value), "{}", factor(value));
    }
}

#[test]
fn a_part_that_is_evaluated_elsewhere_counts_where_its_rows_are_asked_for() {
    let part = |name: &str, ms: f64| {
        let mut part = step("Result", ms, 1.0, &[]);
        part["Parent Relationship"] = "InitPlan".into();
        part["Subplan Name"] = name.into();
        part
    };
    let mut scan = step("CTE Scan", 12.0, 1.0, &[]);
    scan["CTE Name"] = "x".into();
    let mut filtered = step("Seq Scan", 8.0, 1.0, &[]);
    filtered["Filter"] = "(a = $0)".into();
    let mut root = step("Nested Loop", 1.0, 1.0, &[scan, filtered]);
    root["Plans"]
        .as_array_mut()
        .unwrap()
        .extend([part("CTE x", 10.0), part("InitPlan 2 (returns $0)", 5.0)]);
    let plan = read(&json!({"Plan": root}));
    let own: Vec<_> =
        plan.nodes().iter().map(|node| (node.kind.clone(), node.own.ms.unwrap())).collect();
    let expected = [
        ("Nested Loop", 1.0),
        ("CTE Scan", 2.0),
        ("Seq Scan", 3.0),
        ("Result", 10.0),
        ("Result", 5.0),
    ];
    assert_eq!(own, expected.map(|(kind, ms)| (kind.to_owned(), ms)));
}

#[test]
fn helpers_who_work_at_once_take_the_time_of_the_clock() {
    // Three processes for 30 ms each are 30 ms by the clock.
    let scan = step("Seq Scan", 90.0, 3.0, &[]);
    let mut gather = step("Gather", 0.0, 1.0, &[]);
    gather["Workers Planned"] = 4.into();
    gather["Workers Launched"] = 2.into();
    gather["Actual Total Time"] = 35.0.into();
    gather["Plans"] = json!([scan]);
    let plan = read(&json!({"Plan": gather}));
    assert_eq!(plan.root.own.ms, Some(5.0));
    assert_eq!(plan.root.nodes[0].own.ms, Some(30.0));
    assert!(plan.root.marks.contains(&Mark::ShortHanded));
}

#[test]
fn what_is_worth_a_look_is_marked() {
    let marks = |more: Value| {
        let mut node = step("Seq Scan", 1.0, 1.0, &[]);
        for (name, value) in more.as_object().unwrap() {
            node[name] = value.clone();
        }
        read(&json!({"Plan": node})).root.marks
    };
    let has =
        |more: Value, mark: Mark| assert!(marks(more.clone()).contains(&mark), "{more}: {mark:?}");
    has(json!({"Actual Rows": 1000, "Plan Rows": 10}), Mark::MoreRows);
    has(json!({"Actual Rows": 1, "Plan Rows": 10}), Mark::FewerRows);
    has(json!({"Rows Removed by Filter": 990, "Actual Rows": 10}), Mark::Discards);
    has(json!({"Sort Space Type": "Disk"}), Mark::Spills);
    has(json!({"Hash Batches": 4}), Mark::Spills);
    has(json!({"Lossy Heap Blocks": 4}), Mark::Lossy);
    has(json!({"Heap Fetches": 4}), Mark::Visits);
    has(json!({"Actual Loops": 0}), Mark::Never);
    assert_eq!(marks(json!({})), [Mark::Slowest, Mark::Costliest]);
}

#[test]
fn a_plan_is_told_as_a_tree() {
    let told = json!({"Plan": {
        "Node Type": "Hash Join", "Join Type": "Left", "Startup Cost": 1.0, "Total Cost": 40.5, "Plan Rows": 100, "Plan Width": 8,
        "Actual Startup Time": 0.1, "Actual Total Time": 20.0, "Actual Rows": 4, "Actual Loops": 1, "Hash Cond": "(m.id = f.mail)",
        "Plans": [
            {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Schema": "app", "Relation Name": "mails", "Alias": "m", "Startup Cost": 0.0, "Total Cost": 30.0,
             "Plan Rows": 5000, "Plan Width": 8, "Actual Startup Time": 0.1, "Actual Total Time": 18.0, "Actual Rows": 12345, "Actual Loops": 1, "Filter": "(m.state = 'new')", "Rows Removed by Filter": 3},
            {"Node Type": "Hash", "Parent Relationship": "Inner", "Startup Cost": 0.0, "Total Cost": 5.0, "Plan Rows": 5, "Plan Width": 4, "Actual Startup Time": 0.0, "Actual Total Time": 0.5, "Actual Rows": 0, "Actual Loops": 0}
        ]}, "Execution Time": 20.5});
    let told = tell(&read(&told));
    let lines = [
        " own ms    %    rows x est.",
        "   2.00   10       4   1/25 Hash Left Join  [fewer rows than expected]",
        "                              Hash Cond: (m.id = f.mail)",
        "   18.0   90   12.3k   2.5x   Seq Scan on app.mails m  [slowest]  [costliest]",
        "                                Filter: (m.state = 'new')",
        "   0.00    0       0          Hash  [never ran]",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), lines);
}
