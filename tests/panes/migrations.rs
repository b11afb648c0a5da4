//! What a person reads about migrations, and what it takes until one runs.
use purview::{
    migrate::{
        Counting, Danger, Finding, Foreseen, Job, Looked, Looking, Order, Plan, Planned, Planning,
        Progress, Seen, Shift, Sight, Source, Stand, Standing, State, Step, Taken, Target, Tool,
        Watched, lint, locks, split,
    },
    pg::RelationName,
    tui::{
        ask::{AnyAnswer, AnyQuestion},
        facts::Facts,
        msg::Msg,
    },
};

use super::{answer, console, driver, driver::Driver, to};

fn step(version: &str, name: &str, state: State) -> Step {
    let done = state.is_done();
    Step {
        version: version.into(),
        name: name.into(),
        state,
        at: done.then(|| "2026-03-01T10:11:12.000Z".into()),
        by: done.then(|| "owner (sam)".into()),
        milliseconds: done.then_some(12.4),
        tool: Tool::Sqlx,
    }
}

fn stand() -> Stand {
    Stand {
        tool: Tool::Sqlx,
        table: Some(RelationName::new("public", "_sqlx_migrations")),
        files: Some("those that purview brings for org-assistant".into()),
        source: Some(Source::embedded("org-assistant").unwrap()),
        steps: vec![
            step("5", "policies", State::Applied),
            step("6", "default_\u{1b}[2Jroles", State::Modified(purview::migrate::Edit::LineEnds)),
            step("7", "harden_identity", State::Pending),
            step("8", "harden_content", State::Pending),
        ],
        caveats: Vec::new(),
    }
}

const SQL: &str =
    "DROP POLICY all_mail ON emails;\nCREATE INDEX emails_sender ON emails (sender_id);";

fn planned() -> Planned {
    let migration = Source::embedded("org-assistant").unwrap().get(7).unwrap().clone();
    let statements = split(SQL).unwrap();
    let findings: Vec<Finding> = lint(SQL);
    let target = Target {
        table: RelationName::new("public", "emails"),
        rows: 9000,
        bytes: 4 << 20,
        written: 17,
    };
    let foreseen = statements.iter().map(|statement| Foreseen {
        line: statement.line,
        text: statement.text.clone(),
        locks: locks(statement),
        target: Some(target.clone()),
        danger: Danger::of(statement),
        findings: findings
            .iter()
            .filter(|it| (it.group.word() == "blocks") == (statement.line == 2))
            .cloned()
            .collect(),
        alone: None,
        done: false,
    });
    Planned {
        statements: foreseen.collect(),
        job: Job { migration, up: true, statements: Ok(statements), apart: false, done: 0 },
        opaque: None,
    }
}

fn taken() -> Taken {
    let shift = |before, after, users: usize| Shift {
        table: RelationName::new("public", "emails"),
        before: Seen::Rows(before),
        after: Seen::Rows(after),
        users,
        names: vec!["alice@acme.test".into(), "bob@acme.test".into()],
    };
    let shifts = vec![shift(9000, 120, 280), shift(10, 11, 2)];
    Taken {
        done: 1,
        sight: Ok(Sight {
            shifts,
            same: 18,
            tables: vec![RelationName::new("public", "emails")],
            uncounted: Vec::new(),
        }),
    }
}

fn told(question: &dyn AnyQuestion) -> AnyAnswer {
    let any = question.as_any();
    if any.is::<Standing>() {
        return Box::new(stand());
    }
    if any.is::<Looking>() {
        let step = step("7", "harden_identity", State::Pending);
        return Box::new(Looked { step, up: Some(planned()), down: None });
    }
    if let Some(planning) = any.downcast_ref::<Planning>() {
        let steps = vec![planned()];
        return Box::new(Plan {
            stand: stand(),
            order: planning.order,
            steps,
            leftovers: Vec::new(),
        });
    }
    answer(question)
}

fn serve(app: &mut Driver) {
    for _ in 0..10 {
        app.answer(|question| Ok(told(question)));
    }
}

fn opened(width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    app.press("g m");
    serve(&mut app);
    to(&mut app, "harden_identity");
    app
}

/// All of this is on the screen.
fn says(app: &Driver, wanted: &[&str]) {
    let screen = app.screen();
    for said in wanted {
        assert!(screen.contains(said), "{said} is not there:\n{screen}");
    }
}

/// Whether a run was asked for.
fn runs(app: &Driver) -> bool {
    app.questions().iter().any(|(_, _, question)| question.as_any().is::<Watched>())
}

#[test]
fn the_list_and_a_migration_are_read_at_80x24() {
    let mut app = opened(80, 24);
    says(&app, &["2 are pending", "harden_identity", "modified", "only line ends differ"]);
    assert!(!app.screen().contains('\u{1b}'));
    app.press("enter");
    serve(&mut app);
    says(
        &app,
        &["DROP POLICY all_mail ON emails", "AccessExclusiveLock on emails", "opens a border"],
    );
}

#[test]
fn what_would_run_is_shown_and_nothing_runs_unless_it_is_chosen() {
    let mut app = opened(80, 24);
    app.press("u");
    let asked: Vec<Order> = app
        .questions()
        .iter()
        .filter_map(|(_, _, question)| Some(question.as_any().downcast_ref::<Planning>()?.order))
        .collect();
    assert_eq!(asked, [Order::Up(Some(7))]);
    serve(&mut app);
    says(&app, &["[ Keep ]", "[ Run ]", "DROP POLICY all_mail", "opens a border"]);
    app.press("enter");
    assert!(!runs(&app));
    app.press("u");
    serve(&mut app);
    app.press("tab enter");
    assert!(runs(&app));
}

#[test]
fn a_run_is_told_as_it_goes_and_then_who_sees_more_or_fewer() {
    let mut app = opened(80, 24);
    app.press("u");
    serve(&mut app);
    app.press("tab enter");
    let ticket = app.questions()[0].0;
    app.send(Msg::Part(ticket, Box::new(Counting { after: false })));
    let begins =
        Progress::Begins { title: "0007_harden_identity".into(), statements: Some(2), whole: true };
    let statement = Progress::Statement { number: 1, of: 2, text: "DROP POLICY \u{1b}[2J".into() };
    let far = |done| Progress::Building {
        phase: "building index".into(),
        done,
        total: 70,
        unit: "blocks".into(),
    };
    for progress in [begins, statement, far(3), far(42)] {
        app.send(Msg::Part(ticket, Box::new(progress)));
    }
    says(&app, &["building index: 42 of 70 blocks"]);
    assert!(!app.screen().contains("3 of 70"), "how far it was is no news any more");
    app.press("u enter");
    says(&app, &["2 statements, in one transaction", "[ Stop ]"]);
    assert!(!app.screen().contains('\u{1b}'));
    app.answer(|question| {
        Ok(if question.as_any().is::<Watched>() { Box::new(taken()) } else { told(question) })
    });
    says(&app, &["9000 rows → 120 rows", "280 users", "[ Close ]"]);
    let screen = app.screen();
    let at = |said: &str| screen.find(said).unwrap();
    assert!(at("280 users") < at("2 statements, in one transaction"), "{screen}");
    app.press("enter");
    assert!(
        app.questions().iter().any(|(_, _, question)| question.as_any().is::<Standing>()),
        "it is looked at anew"
    );
}

#[test]
fn esc_stops_a_run_on_the_server() {
    let mut app = opened(80, 24);
    app.press("u");
    serve(&mut app);
    app.press("tab enter");
    let ticket = app.questions()[0].0;
    app.press("esc");
    assert_eq!(app.cancelled(), [ticket]);
    assert!(app.screen().contains("stopped"));
}

#[test]
fn in_production_the_context_has_to_be_typed_first() {
    let mut app = Driver::new(80, 24);
    let facts = Facts { production: true, ..driver::facts() };
    app.send(Msg::Connected(Ok(facts)));
    app.press("g m");
    serve(&mut app);
    to(&mut app, "harden_identity");
    app.press("u");
    serve(&mut app);
    app.press("tab enter");
    assert!(!runs(&app) && app.screen().contains("type `demo` first"), "{}", app.screen());
    app.write("demo").press("enter");
    assert!(runs(&app));
}

#[test]
fn the_cursor_begins_at_what_is_to_be_taken_first() {
    let mut app = console(80, 24);
    app.press("g m");
    serve(&mut app);
    says(&app, &["> 7        harden_identity", "<u> up"]);
}

#[test]
fn each_key_means_the_line_under_the_cursor() {
    for (key, line, order) in [
        ("u", "harden_content", Order::Up(Some(8))),
        ("D", "policies", Order::Down(Some(0))),
        ("D", "harden_content", Order::Down(Some(7))),
        ("R", "policies", Order::Redo(Some(5))),
    ] {
        let mut app = console(80, 24);
        app.press("g m");
        serve(&mut app);
        app.press("g g");
        to(&mut app, line);
        app.press(key);
        let asked = app.questions();
        let planning =
            asked.iter().find_map(|(_, _, question)| question.as_any().downcast_ref::<Planning>());
        assert_eq!(planning.unwrap().order, order);
    }
}
