//! What a person reads about migrations, and what it takes until one runs.
use purview::{
    list::Ask,
    migrate::{
        Counting, Danger, Finding, Foreseen, Foresight, Foretold, Job, Looked, Looking, Order,
        Plan, Planned, Planning, Progress, Seen, Shift, Sight, Source, Stand, Standing, State,
        Step, Taken, Target, Tool, Watched, lint, locks, split,
    },
    pg::{Kind as ProblemKind, Problem, RelationName},
    rls::Lints,
    tui::{
        ask::{AnyAnswer, AnyQuestion, Ticket},
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
            ..Sight::default()
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
    if any.is::<Foresight>() {
        return Box::new(Foretold {
            titles: vec!["0007_harden_identity".into()],
            sight: taken().sight,
        });
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
fn what_was_seen_before_a_run_is_asked_anew_after_it() {
    let mut app = console(80, 24);
    app.write(":lints").press("enter");
    serve(&mut app);
    app.press("g m");
    serve(&mut app);
    let lints = |app: &Driver| {
        app.questions().iter().any(|(_, _, question)| question.as_any().is::<Ask<Lints>>())
    };
    app.write(":lints").press("enter");
    assert!(!lints(&app), "nothing has happened since");
    app.press("g m u");
    serve(&mut app);
    app.press("tab enter");
    serve(&mut app);
    app.answer(|question| {
        Ok(if question.as_any().is::<Watched>() { Box::new(taken()) } else { told(question) })
    });
    app.press("enter").write(":lints").press("enter");
    assert!(lints(&app), "the database is another one now");
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

#[test]
fn migrations_are_read_on_small_screens_and_large_ones() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = opened(width, height);
        insta::assert_snapshot!(format!("migrations_{width}x{height}"), app.screen());
        app.press("enter");
        serve(&mut app);
        insta::assert_snapshot!(format!("migration_{width}x{height}"), app.screen());
        app.press("q F");
        serve(&mut app);
        insta::assert_snapshot!(format!("forecast_{width}x{height}"), app.screen());
    }
}

/// The forecasts that were asked for.
fn foreseen(app: &Driver) -> Vec<(Ticket, Order)> {
    let asked = app.questions().into_iter();
    asked
        .filter_map(|(ticket, _, question)| {
            Some((ticket, question.as_any().downcast_ref::<Foresight>()?.order))
        })
        .collect()
}

#[test]
fn who_would_see_what_is_told_of_the_line_under_the_cursor_and_nothing_runs() {
    let mut app = console(80, 24);
    // What may not be written through may be looked through.
    app.model.facts = Some(Facts { read_only: true, ..driver::facts() });
    app.press("g m");
    serve(&mut app);
    to(&mut app, "harden_content");
    app.press("F");
    let [(_, order)] = foreseen(&app)[..] else { panic!("{}", app.screen()) };
    assert_eq!(order, Order::Up(Some(8)));
    serve(&mut app);
    says(
        &app,
        &["0007_harden_identity", "9000 rows → 120 rows", "which they did not", "[ Close ]"],
    );
    app.press("enter");
    assert!(app.model.popups.is_empty() && !runs(&app) && app.questions().is_empty());
    // From the migration itself it is the same.
    app.press("enter");
    serve(&mut app);
    app.press("F");
    assert_eq!(foreseen(&app)[0].1, Order::Up(Some(8)), "the migration on screen");
}

#[test]
fn a_forecast_shows_that_it_counts_and_is_stopped_on_the_server() {
    let mut app = opened(80, 24);
    app.press("F").wait(2_500);
    says(&app, &["nothing runs; counting what everybody would see", "loading 2 s", "[ Stop ]"]);
    let (ticket, _) = foreseen(&app)[0];
    app.press("esc");
    assert_eq!(app.cancelled(), [ticket]);
    assert!(app.model.popups.is_empty());
}

#[test]
fn what_cannot_be_foretold_is_said_with_what_would_run() {
    let mut app = opened(80, 24);
    app.press("F");
    let refusal = Problem::new(ProblemKind::Refused, "it has `CREATE OR REPLACE …`")
        .hint("it is counted when the migrations run");
    let told = Foretold { titles: vec!["0007_harden_identity".into()], sight: Err(refusal) };
    app.answer(|_| Ok(Box::new(told.clone())));
    says(&app, &["0007_harden_identity", "CREATE OR REPLACE", "counted when the migrations run"]);
    // Where there is nothing to run, nothing changes.
    let mut app = opened(80, 24);
    app.press("F");
    let none = Foretold { titles: Vec::new(), sight: Ok(Sight::default()) };
    app.answer(|_| Ok(Box::new(none.clone())));
    says(&app, &["nothing is to be done: nothing changes"]);
}

#[test]
fn a_key_that_needs_the_migrations_says_that_they_are_not_there_yet() {
    let mut app = console(80, 24);
    app.press("g m");
    for key in ["u", "D", "R", "F", "enter"] {
        app.press(key);
        says(&app, &["it is still loading; press it again once it is there"]);
        assert!(app.model.popups.is_empty());
    }
    serve(&mut app);
    app.press("u");
    assert!(!app.model.popups.is_empty());
}

/// A run of so many statements, about which is being asked.
fn long(height: u16, production: bool) -> Driver {
    let mut app = Driver::new(80, height);
    app.send(Msg::Connected(Ok(Facts { production, ..driver::facts() })));
    app.press("g m");
    serve(&mut app);
    to(&mut app, "harden_identity");
    app.press("u");
    app.answer(|question| {
        let Some(planning) = question.as_any().downcast_ref::<Planning>() else {
            return Ok(told(question));
        };
        let many: Vec<_> = (0..40)
            .flat_map(|at| {
                let one = planned().statements.remove(1);
                [Foreseen { text: format!("CREATE INDEX number_{at} ON emails (id)"), ..one }]
            })
            .collect();
        let steps = vec![Planned { statements: many, ..planned() }];
        Ok(Box::new(Plan { stand: stand(), order: planning.order, steps, leftovers: Vec::new() }))
    });
    app
}

#[test]
fn all_that_would_run_is_read_with_the_keys_of_any_list() {
    let mut app = long(24, false);
    says(&app, &["harden_identity (one transaction)", "more below: pgdn, end", "[ Keep ]"]);
    for (to_end, to_start) in [("G", "g g"), ("end", "home")] {
        app.press(to_end);
        says(&app, &["number_39", "more above: pgup, home", "[ Keep ]"]);
        app.press(to_start);
        says(&app, &["harden_identity (one transaction)"]);
    }
    // Every line comes by, page by page, and back.
    let mut seen = app.screen();
    while !app.screen().contains("more above") {
        app.press("pagedown");
        seen.push_str(&app.screen());
    }
    assert!((0..40).all(|at| seen.contains(&format!("number_{at} "))), "{seen}");
    app.press("j j j k pageup");
    assert!(!app.screen().contains("number_39"), "{}", app.screen());
    app.press("ctrl-d ctrl-d ctrl-d ctrl-d");
    says(&app, &["number_39"]);
    app.press("tab enter");
    assert!(runs(&app), "it was read, and agreed to");
}

#[test]
fn where_a_name_is_typed_letters_are_letters_and_the_end_can_be_reached() {
    let mut app = long(24, true);
    app.press("end");
    says(&app, &["number_39", "type `demo`"]);
    app.press("home pagedown");
    assert!(!app.screen().contains("harden_identity (one transaction)"), "{}", app.screen());
    app.write("Ggjk");
    says(&app, &["type `demo`: Ggjk"]);
}
