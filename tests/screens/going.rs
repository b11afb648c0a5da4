//! From one screen to another and back.

use super::{WORLD, tables};
use purview::tui::model::Beginning;

use crate::driver::Driver;

#[test]
fn where_one_is_says_what_is_told_of_a_table_and_not_the_table_alone() {
    let mut app = Driver::new(100, 24);
    for view in ["policy-cost", "what-if", "hidden", "why", "reach", "who"] {
        app.write(&format!(":{view} public.emails")).press("enter");
        // About whom it is may be asked first.
        app.model.popups.clear();
        let screen = app.screen();
        let crumbs = format!("home > tables > {view} public.emails");
        assert!(screen.contains(&crumbs), "{crumbs}: {screen}");
    }
    // What a table holds is called after it.
    app.write(":rows public.emails").press("enter");
    assert!(app.screen().contains("home > tables > public.emails"), "{}", app.screen());
}

#[test]
fn history_goes_back_and_forth() {
    let mut app = tables(80, 12);
    app.press("g p").serve(&WORLD);
    let here = |app: &Driver| app.screen().lines().rev().nth(1).unwrap().trim().to_owned();
    assert_eq!(here(&app), "home > policies");
    app.press("-").serve(&WORLD);
    assert_eq!(here(&app), "home > tables");
    app.press("-").serve(&WORLD);
    assert_eq!(here(&app), "home > policies");
    app.press("[ [ [ [").serve(&WORLD);
    assert_eq!(here(&app), "home");
    app.press("]").serve(&WORLD);
    assert_eq!(here(&app), "home > tables");
}

#[test]
fn going_back_shows_the_row_one_came_from() {
    let mut app = tables(80, 16);
    app.press("j j j enter").serve(&WORLD).press("q");
    assert!(app.screen().contains(">  public   table_3"), "{}", app.screen());
    // Nothing is asked: what was there is there.
    assert!(app.questions().is_empty());
}

#[test]
fn names_that_are_typed_are_looked_up_first() {
    let mut app = Driver::new(100, 20);
    app.write(":tables acme").press("enter").wait(200);
    assert!(app.screen().contains("looking for acme"), "{}", app.screen());
    app.serve(&WORLD);
    assert!(app.screen().contains("org acme@acme.test"), "{}", app.screen());
    // What was found has a digit from now on.
    app.press("0").serve(&WORLD);
    assert!(app.screen().contains("org all"), "{}", app.screen());
    app.press("1").serve(&WORLD);
    assert!(app.screen().contains("org acme@acme.test"), "{}", app.screen());
}

#[test]
fn anything_is_found_by_what_is_typed() {
    let mut app = Driver::new(100, 20);
    app.press("ctrl-p").write("bob");
    assert!(app.questions().is_empty(), "typing rests first");
    app.wait(150).serve(&WORLD);
    assert!(app.screen().contains("bob@acme.test"), "{}", app.screen());
    app.press("ctrl-u").write("reload").press("enter");
    assert!(app.model.popups.is_empty());
}

#[test]
fn what_was_typed_before_the_connection_was_there_is_looked_for_once_it_is() {
    let mut app = Driver::unconnected(100, 20, Beginning::default());
    app.press("ctrl-p").write("bob").wait(500).connect().wait(500).serve(&WORLD);
    assert!(app.screen().contains("bob@acme.test"), "{}", app.screen());
}

#[test]
fn a_bookmark_leads_back() {
    let mut app = tables(80, 16);
    app.press("/")
        .write("rls=off")
        .press("enter")
        .serve(&WORLD)
        .press("b g h B")
        .write("rls")
        .press("enter");
    assert!(app.screen().contains("</rls=off>"), "{}", app.screen());
}
