//! What a person reads where they type SQL of their own.

use std::sync::Arc;

use purview::{
    explain::PlanOf,
    list::{Ask, Column, Item, Kind, Page, Position},
    pg::{Kind as ProblemKind, Problem},
    query::Statement,
    tui::{
        ask::{AnyAnswer, AnyQuestion},
        msg::{Book, Effect, Msg},
    },
};

use crate::{console, driver::Driver, serve};

fn page(rows: usize, caveat: Option<Problem>) -> Page {
    let mut columns = vec![
        Column::new("id", Kind::Number).derived(),
        Column::new("name", Kind::Text).derived(),
        Column::new("password_hash", Kind::Text).derived(),
    ];
    columns[2].secret = true;
    let item = |number: usize| Item {
        position: Position { value: None, key: vec![number.to_string()] },
        cells: vec![Some(number.to_string()), Some(format!("na\u{1b}[2Jme {number}")), None],
    };
    Page {
        columns: Arc::from(columns),
        items: (0..rows).map(item).collect(),
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat,
    }
}

fn statement(question: &dyn AnyQuestion) -> Option<Statement> {
    question.as_any().downcast_ref::<Ask<Statement>>().map(|ask| ask.view.clone())
}

fn asked(app: &Driver) -> Vec<Statement> {
    app.questions().iter().filter_map(|(_, _, it)| statement(*it)).collect()
}

/// The statements of which the plan was asked for.
fn planned(app: &Driver) -> Vec<String> {
    let asked = app.questions();
    let plans = asked.iter().filter_map(|(_, _, it)| it.as_any().downcast_ref::<PlanOf>());
    plans.map(|plan| plan.statement.clone()).collect()
}

fn answer(app: &mut Driver, outcome: &Result<Page, Problem>) {
    app.answer(|question| match statement(question) {
        Some(_) => outcome.clone().map(|page| Box::new(page) as AnyAnswer),
        None => Err(Problem::new(ProblemKind::Missing, "not here")),
    });
}

/// The pane with its editor open.
fn open(width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    app.write(":sql").press("enter");
    app
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

#[test]
fn a_statement_is_written_in_an_editor_and_its_answer_stands_below_it() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = open(width, height);
        app.write("select id, name,").press("enter").write("  password_hash from users");
        insta::assert_snapshot!(format!("sql_editor_{width}x{height}"), app.screen());
        app.press("f5");
        assert_eq!(asked(&app)[0].typed.text(), "select id, name,\n  password_hash from users");
        let caveat = "these are the first 200 rows; there are more; not shown, password_hash: it is `public.users.password_hash`";
        answer(&mut app, &Ok(page(200, Some(Problem::usage(caveat)))));
        insta::assert_snapshot!(format!("sql_answer_{width}x{height}"), app.screen());
        assert!(!app.screen().contains('\u{1b}'));
        assert_eq!(address(&app), "sql");
    }
}

#[test]
fn what_is_refused_is_never_asked_and_the_cursor_stands_on_it() {
    let mut app = open(80, 24);
    app.write("select 1;").press("enter").write("drop table users").press("ctrl-s");
    assert!(asked(&app).is_empty());
    insta::assert_snapshot!("sql_refused_80x24", app.screen());
    let cursor = app.draw().1.cursor.unwrap();
    let line = app.screen().lines().nth(cursor.y.into()).unwrap().to_owned();
    assert!(line.contains("drop table users"), "{line}");
    app.press("esc");
    assert!(app.screen().contains("one statement at a time"), "{}", app.screen());
}

#[test]
fn an_error_of_the_server_opens_the_editor_at_its_place() {
    let mut app = open(80, 24);
    app.write("select nothing").press("f5");
    let mut problem = Problem::new(ProblemKind::Missing, "column \"nothing\" does not exist");
    problem.at = Some(8);
    answer(&mut app, &Err(problem));
    let screen = app.screen();
    assert!(
        screen.contains("does not exist") && screen.contains("one statement that only reads"),
        "{screen}"
    );
    app.write("no").press("f5");
    assert_eq!(asked(&app)[0].typed.text(), "select nonothing");
}

#[test]
fn more_rows_a_plan_and_the_same_again_are_a_key_away_and_filter_and_order_are_the_statements() {
    let mut app = open(80, 24);
    app.write("table users").press("f5");
    assert_eq!(asked(&app)[0].rows, 200);
    answer(&mut app, &Ok(page(3, None)));
    app.press("+");
    assert_eq!(asked(&app)[0].rows, 2000);
    answer(&mut app, &Ok(page(3, None)));
    app.press("E");
    assert_eq!(planned(&app), ["table users"]);
    assert_eq!(address(&app), "explain \"table users\"");
    app.press("q f5");
    assert_eq!(asked(&app)[0].typed.text(), "table users");
    answer(&mut app, &Ok(page(3, None)));
    app.press("/");
    assert!(app.model.prompt.is_none() || !app.screen().contains("no such"), "{}", app.screen());
    app.press("esc").press("o");
    assert!(app.screen().contains("the statement says"), "{}", app.screen());
}

#[test]
fn statements_are_kept_for_their_context_and_none_that_was_refused_or_may_hold_a_secret() {
    let mut app = open(80, 24);
    for text in ["select 1", "delete from users", "select 1 where password = 'x'", "select 2"] {
        app.press("ctrl-u").write(text).press("f5");
        answer(&mut app, &Ok(page(1, None)));
        if app.model.popups.is_empty() {
            app.press("e end");
        } else {
            app.press("end");
        }
    }
    let kept: Vec<_> = app
        .effects
        .iter()
        .filter_map(|effect| {
            let Effect::Remember(Book::Statements, line) = effect else { return None };
            Some(line.clone())
        })
        .collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept[0].contains("select 1\"") && kept[1].contains("select 2\""), "{kept:?}");
    app.press("ctrl-u").press("ctrl-r");
    assert!(app.screen().contains("select 2"), "{}", app.screen());
    app.press("ctrl-r");
    assert!(app.screen().contains("select 1"), "{}", app.screen());
}

#[test]
fn what_has_no_plan_or_is_refused_is_not_planned() {
    for (text, said) in [
        ("show search_path", "no query that could have a plan"),
        ("explain select 1", "no query that could have a plan"),
        ("delete from users", "does more than read"),
    ] {
        let mut app = open(80, 24);
        app.write(text).press("esc").press("E");
        assert!(planned(&app).is_empty() && app.screen().contains(said), "{}", app.screen());
    }
}

/// The texts that were handed to another editor.
fn lent(app: &mut Driver) -> Vec<String> {
    let lent = app.effects.iter().filter_map(|effect| {
        let Effect::EditOutside(text) = effect else { return None };
        Some(text.clone())
    });
    let lent = lent.collect();
    app.effects.retain(|effect| !matches!(effect, Effect::EditOutside(_)));
    lent
}

#[test]
fn the_text_goes_to_the_editor_of_ones_choice_and_comes_back_to_be_run() {
    let mut app = open(120, 24);
    app.write("select 1").press("f4");
    assert_eq!(lent(&mut app), ["select 1"]);
    app.send(Msg::Edited(Ok("select 41 + 1\nas answer".to_owned())));
    assert!(app.screen().contains("select 41 + 1") && asked(&app).is_empty(), "{}", app.screen());
    app.press("f5");
    assert_eq!(asked(&app)[0].typed.text(), "select 41 + 1\nas answer");
    answer(&mut app, &Ok(page(1, None)));
    assert!(app.screen().contains("<v> editor"), "{}", app.screen());
    app.press("v");
    assert_eq!(lent(&mut app), ["select 41 + 1\nas answer"]);
    let failed = Problem::usage("the editor failed, and the text is as it was: code 1");
    app.send(Msg::Edited(Err(failed)));
    assert!(app.screen().contains("the text is as it was"), "{}", app.screen());
    assert!(app.screen().contains("> select 41 + 1"), "{}", app.screen());
}

#[test]
fn what_the_reader_does_not_take_is_told_apart_from_a_mistake() {
    for (text, said) in [
        ("select * form users", "it cannot be read"),
        ("select straße from users", "does not take what PostgreSQL may read"),
    ] {
        let mut app = open(120, 24);
        app.write(text).press("f5");
        assert!(asked(&app).is_empty() && app.screen().contains(said), "{}", app.screen());
    }
}

#[test]
fn a_statement_stays_whoever_one_acts_as_and_goes_to_no_other_database() {
    let mut app = open(80, 24);
    app.write("select 7").press("esc");
    app.write(":as anon").press("enter");
    serve(&mut app);
    app.write("T-7").press("enter enter");
    serve(&mut app);
    app.press("esc");
    assert!(app.screen().contains("AS anon"), "{}", app.screen());
    assert!(app.screen().contains("> select 7"), "{}", app.screen());
    app.press("I");
    assert!(app.screen().contains("> select 7"), "{}", app.screen());
    app.write(":home").press("enter").write(":sql").press("enter");
    assert!(app.screen().contains("> select 7"), "{}", app.screen());
    for view in ["users", "roles", "tables", "policies", "audit", "grants"] {
        app.write(&format!(":{view}")).press("enter");
    }
    app.write(":sql").press("enter");
    assert!(app.screen().contains("> select 7"), "however far one went: {}", app.screen());
    app.write(":ctx other").press("enter");
    assert!(!app.screen().contains("select 7"), "{}", app.screen());
}
