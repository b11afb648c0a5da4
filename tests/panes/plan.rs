//! The plan of a statement as a tree: where it is opened from, what is shown of a step, and that nothing runs before somebody agrees.

use std::sync::LazyLock;

use purview::{
    explain::{Explained, Found, Guarded, PlanOf, Rule},
    list::{Ask, Column, Item, Kind, Page, Position, Query},
    monitor::Watch,
    plan::Plan,
    rls::Apart,
    tui::ask::AnyQuestion,
};

use super::{asked, console, driver::Driver, world};

/// A plan that ran, with a part of a policy in it and a condition whose parts come from both sides.
const TOLD: &str = r#"[{"Plan": {"Node Type": "Hash Join", "Join Type": "Inner", "Startup Cost": 1.0, "Total Cost": 140.5, "Plan Rows": 100, "Plan Width": 8,
  "Actual Startup Time": 0.1, "Actual Total Time": 20.0, "Actual Rows": 4, "Actual Loops": 1, "Hash Cond": "(m.id = f.mail)", "Plans": [
   {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Schema": "app", "Relation Name": "mails", "Alias": "m", "Startup Cost": 0.0, "Total Cost": 130.0, "Plan Rows": 5000, "Plan Width": 8,
    "Actual Startup Time": 0.1, "Actual Total Time": 18.0, "Actual Rows": 12, "Actual Loops": 1, "Filter": "((m.owner = $0) AND (m.state = 'new'::text))", "Rows Removed by Filter": 9000, "Shared Hit Blocks": 70, "Plans": [
     {"Node Type": "Result", "Parent Relationship": "InitPlan", "Subplan Name": "InitPlan 1 (returns $0)", "Startup Cost": 0.0, "Total Cost": 0.3, "Plan Rows": 1, "Plan Width": 4,
      "Actual Startup Time": 0.0, "Actual Total Time": 0.2, "Actual Rows": 1, "Actual Loops": 1, "Output": ["app.me()"]}]},
   {"Node Type": "Hash", "Parent Relationship": "Inner", "Startup Cost": 0.0, "Total Cost": 5.0, "Plan Rows": 5, "Plan Width": 4, "Actual Startup Time": 0.0, "Actual Total Time": 0.0, "Actual Rows": 0, "Actual Loops": 0}
  ]}, "Planning Time": 0.4, "Execution Time": 20.5}]"#;

fn explained(asked: &PlanOf) -> Explained {
    let mut plan = Plan::read(TOLD).unwrap();
    let scan = &mut plan.root.nodes[0];
    scan.conditions[0].pieces = [("(m.owner = $0)", true), ("(m.state = 'new'::text)", false)]
        .map(|(text, policy)| purview::plan::Piece { text: text.into(), policy })
        .into();
    scan.nodes[0].policy = true;
    Explained {
        statement: asked.statement.clone(),
        user: None,
        role: "support".into(),
        generic: false,
        tables: vec![Guarded {
            schema: "app".into(),
            table: "mails".into(),
            policies: vec![Rule {
                name: "own".into(),
                command: '*',
                permissive: true,
                using: Some("(owner = ( SELECT app.me() AS me))".into()),
            }],
            found: Found::All,
            problem: None,
        }],
        plan,
    }
}

/// As much of a long statement as a grid is sent, and what follows.
static CLAMPED: LazyLock<String> = LazyLock::new(|| format!("SELECT '{}", "x".repeat(292)));
const REST: &str = "', a FROM mails";

/// The same where the whole of the last one was asked for.
fn whole(query: &Query) -> Page {
    let mut page = sessions();
    if query.whole {
        page.items.drain(..6);
        page.items[0].cells[1] = Some(format!("{}{REST}", *CLAMPED));
    }
    page
}

fn sessions() -> Page {
    let columns = vec![
        Column::new("pid", Kind::Number).pinned(),
        Column::new("query", Kind::Text),
        Column::new("database", Kind::Text),
        Column::new("here", Kind::Boolean).hidden(),
        Column::new("readable", Kind::Boolean).hidden(),
        Column::new("application", Kind::Text).hidden(),
    ];
    let rows = [
        ["1", "SELECT * FROM mails", "crm", "true", "true", "worker"],
        ["2", "SELECT 1", "other", "false", "true", "worker"],
        ["3", "SELECT a, b, …", "crm", "true", "true", "worker"],
        ["4", "", "crm", "true", "false", "worker"],
        ["5", "", "crm", "true", "true", "worker"],
        ["6", "ROLLBACK; SELECT pg_catalog.count(*)", "crm", "true", "true", "purview"],
        ["7", CLAMPED.as_str(), "crm", "true", "true", "worker"],
    ];
    let items = rows.map(|row| Item {
        position: Position { value: None, key: vec![row[0].to_owned()] },
        cells: row.map(|cell| Some(cell.to_owned())).into(),
    });
    Page {
        items: items.into(),
        columns: columns.into(),
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat: None,
    }
}

fn serve(app: &mut Driver) -> &mut Driver {
    for _ in 0..20 {
        app.answer(|question: &dyn AnyQuestion| {
            let any = question.as_any();
            if let Some(ask) = any.downcast_ref::<Ask<Watch>>() {
                return Ok(Box::new(whole(&ask.query)));
            }
            if let Some(asked) = any.downcast_ref::<PlanOf>() {
                return Ok(Box::new(explained(asked)));
            }
            if let Some(Apart { question, .. }) = any.downcast_ref::<Apart<PlanOf>>() {
                return Ok(Box::new(explained(question)));
            }
            Ok(world::answer(question))
        });
    }
    app
}

fn opened(width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    serve(app.press("g q"));
    serve(app.press("x"));
    app
}

#[test]
fn the_plan_of_what_a_session_runs_is_one_key_away() {
    insta::assert_snapshot!(opened(80, 24).screen());
}

#[test]
fn beside_the_tree_stands_all_that_is_known_of_the_step_under_the_cursor() {
    let mut app = opened(160, 40);
    app.press("j").press("j");
    insta::assert_snapshot!(app.screen());
}

#[test]
fn a_statement_that_is_hidden_cut_elsewhere_or_none_says_so() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    for said in [
        "another database: other",
        "the server cut it",
        "hidden from this login",
        "has run no statement yet",
        "purview's own session",
    ] {
        serve(app.press("j").press("x"));
        assert!(app.screen().contains(said), "{said}: {}", app.screen());
    }
}

#[test]
fn a_statement_longer_than_a_grid_shows_is_planned_whole() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("G x");
    assert!(asked(&app).iter().any(|it| it.contains("whole: true")), "{:?}", asked(&app));
    serve(&mut app);
    let address = app.model.trail.top().pane.place().address;
    assert_eq!(address.object, Some(format!("{}{REST}", *CLAMPED)));
}

#[test]
fn steps_fold_and_enter_tells_all_of_one() {
    let mut app = opened(80, 24);
    let lines = |app: &Driver| app.screen().lines().filter(|line| line.contains("Filter")).count();
    assert_eq!(lines(&app), 2);
    app.press("j").press("j").press("space");
    assert_eq!(lines(&app), 0);
    assert!(app.screen().contains("app.mails m"), "{}", app.screen());
    app.press("enter");
    assert!(app.screen().contains("one step"), "{}", app.screen());
    assert!(app.screen().contains("Rows Removed by Filter: 9000"), "{}", app.screen());
}

fn measured(app: &Driver) -> Vec<bool> {
    let asked = app.questions();
    let asked = asked.iter().filter_map(|(_, _, question)| question.as_any().downcast_ref());
    asked.map(|plan: &PlanOf| plan.measured).collect()
}

#[test]
fn nothing_is_run_before_somebody_agrees() {
    let mut app = opened(80, 24);
    assert!(measured(app.press("r")).is_empty());
    assert!(app.screen().contains("rolled back"), "{}", app.screen());
    // The button that does nothing has the keys first.
    assert!(measured(app.press("enter")).is_empty());
    app.press("r");
    assert_eq!(measured(app.press("tab").press("enter")), [true]);
}

#[test]
fn an_address_holds_the_statement_as_it_is_typed() {
    let mut app = console(80, 24);
    app.press(":").write("explain select * from t where a = 'b c'").press("enter");
    let open = asked(&app).join(" ");
    assert!(open.contains("select * from t where a = 'b c'"), "{open}");
}
