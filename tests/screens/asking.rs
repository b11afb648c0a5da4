//! What a list asks the server, when, and what the answer, or its absence, changes.

use purview::{
    list::{From, Sort},
    tui::msg::Effect,
};

use super::{WORLD, denied, query, tables};
use crate::driver::{Driver, World};

#[test]
fn a_filter_is_run_by_the_server_and_escape_clears_it() {
    let mut app = tables(80, 12);
    app.press("/").write("rls=off !pg").press("enter");
    assert_eq!(query(&app).filter.to_string(), "rls=off !pg");
    app.serve(&WORLD);
    assert!(app.screen().contains("</rls=off !pg>"), "{}", app.screen());
    app.press("esc");
    assert!(query(&app).filter.is_empty());
}

#[test]
fn the_column_that_a_filter_is_about_is_on_screen() {
    let mut app = Driver::new(80, 12);
    app.write(":rows public.users").press("enter").serve(&WORLD);
    assert!(!app.screen().contains("PREFERENCES"), "{}", app.screen());
    app.press("/").write("preferences~dark").press("enter").serve(&WORLD);
    assert!(app.screen().contains("PREFERENCES"), "{}", app.screen());
    // What was scrolled away for it leaves it room.
    assert!(app.screen().contains(r#""dark", "n""#), "{}", app.screen());
    // Whoever scrolls away from it is not brought back by a page.
    app.press("left left left left pagedown").serve(&WORLD);
    assert!(!app.screen().contains("PREFERENCES"), "{}", app.screen());
}

#[test]
fn escape_in_the_prompt_changes_nothing() {
    let mut app = tables(80, 12);
    let before = app.screen();
    app.press("/").write("abc").press("esc");
    assert_eq!((app.screen(), app.effects.as_slice()), (before, &[][..]));
}

#[test]
fn a_filter_that_cannot_be_read_says_so_and_keeps_the_rows() {
    let mut app = tables(80, 12);
    app.press("/").write("\"open").press("enter");
    let screen = app.screen();
    assert!(
        screen.contains("a quote in the filter is not closed") && screen.contains("table_0"),
        "{screen}"
    );
}

#[test]
fn a_column_is_sorted_up_then_down_then_not() {
    let mut app = tables(80, 12);
    app.press("> > o");
    let sort = |descending| Some(Sort { column: "table".into(), descending });
    assert_eq!(query(&app).sort, sort(false));
    app.serve(&WORLD).press("o");
    assert_eq!(query(&app).sort, sort(true));
    app.serve(&WORLD);
    assert!(app.screen().contains("TABLE▼"), "{}", app.screen());
    app.press("o");
    assert_eq!(query(&app).sort, None);
}

#[test]
fn asking_again_cancels_the_question_that_is_open() {
    let mut app = Driver::new(80, 12);
    app.press("g t");
    let first = app.questions()[0].0;
    app.press("ctrl-r");
    assert_eq!(app.cancelled(), [first]);
    assert_eq!(app.questions().len(), 2);
}

#[test]
fn a_late_answer_changes_nothing() {
    let mut app = Driver::new(80, 12);
    app.press("g t ctrl-r");
    let late = app.questions()[0].0;
    app.serve(&WORLD);
    let before = app.screen();
    app.send(purview::tui::msg::Msg::Answer(late, Err(denied())));
    assert_eq!(app.screen(), before);
}

#[test]
fn a_wait_shows_after_a_moment_and_tells_its_age_after_a_second() {
    let mut app = Driver::new(80, 12);
    app.press("g t").wait(100);
    assert!(!app.screen().contains("loading"));
    app.wait(60);
    assert!(app.screen().contains("loading…"), "{}", app.screen());
    app.wait(3000);
    assert!(app.screen().contains("loading 3 s · esc stops"), "{}", app.screen());
}

#[test]
fn escape_stops_the_load_first() {
    let mut app = tables(80, 12);
    app.press("space /").write("x").press("enter");
    let open = app.questions()[0].0;
    app.press("esc");
    assert_eq!(app.cancelled(), [open]);
    // Then the filter, then the marks, then one level up.
    app.effects.clear();
    app.press("esc").serve(&WORLD);
    assert!(app.screen().contains("marks 1"));
    app.press("esc");
    assert!(!app.screen().contains("marks 1"));
    app.press("esc");
    assert!(app.screen().contains("┌─ home"), "{}", app.screen());
    // And never out of the program.
    app.press("esc esc esc");
    assert!(!app.effects.contains(&Effect::Quit));
}

#[test]
fn interrupting_cancels_and_twice_asks_to_leave() {
    let mut app = Driver::new(80, 12);
    app.press("g t");
    let open = app.questions()[0].0;
    app.press("ctrl-c");
    assert_eq!(app.cancelled(), [open]);
    assert!(app.screen().contains("cancelled"), "{}", app.screen());
    app.press("ctrl-c");
    assert!(app.screen().contains("Leave purview?"));
}

#[test]
fn rows_are_fetched_before_they_are_needed() {
    let mut app = tables(80, 24);
    for _ in 0..100 {
        app.press("j");
    }
    assert!(matches!(query(&app).from, From::After(_)), "{:?}", query(&app).from);
}

#[test]
fn the_end_of_a_list_is_asked_for_from_behind() {
    let mut app = Driver::new(80, 24);
    app.press("g t").serve(&World { rows: 100_000 });
    app.press("G");
    assert_eq!(query(&app).from, From::End);
    app.serve(&World { rows: 100_000 });
    assert!(app.screen().contains("table_99999"), "{}", app.screen());
    app.press("g g").serve(&World { rows: 100_000 });
    assert!(app.screen().contains("1–17 of ~100 000 est."), "{}", app.screen());
}
