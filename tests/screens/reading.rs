//! Reading a record, marking rows, and taking something along.

use purview::tui::msg::Effect;

use super::{WORLD, query, tables};
use crate::driver::Driver;

#[test]
fn marked_rows_are_copied_in_the_format_that_is_chosen() {
    let mut app = tables(80, 16);
    app.press("space j space Y").write("tsv").press("enter");
    let copied = app.effects.iter().find_map(|effect| {
        if let Effect::Copy(text) = effect { Some(text.as_str()) } else { None }
    });
    insta::assert_snapshot!(copied.unwrap(), @"
    schema	table	rows_estimate	bytes	rls	problem	comment
    public	table_0	0	0	forced		—
    public	table_2	2000	16384	forced		—
    ");
}

#[test]
fn it_is_said_what_was_copied() {
    let mut app = tables(80, 16);
    let done = |app: &mut Driver| {
        app.send(purview::tui::msg::Msg::Copied(Ok("tmux buffer".into())));
        app.screen()
    };
    app.press("c");
    assert!(done(&mut app).contains("copied schema (tmux buffer)"), "{}", app.screen());
    app.press("Y");
    assert!(app.screen().contains("copy 1 row as"), "{}", app.screen());
    app.write("mark").press("enter");
    assert!(done(&mut app).contains("copied 1 row as Markdown (tmux"), "{}", app.screen());
    app.press("space space Y").write("json").press("enter");
    assert!(done(&mut app).contains("copied 2 rows as JSON (tmux"), "{}", app.screen());
}

#[test]
fn what_the_keys_of_the_column_chooser_do_is_read_whole() {
    let mut app = tables(80, 20);
    app.press("C");
    assert!(app.screen().contains("esc takes back"), "{}", app.screen());
}

#[test]
fn a_range_is_marked_and_unmarked() {
    let mut app = tables(80, 16);
    app.press("space j j j V");
    assert!(app.screen().contains("marks 5"), "{}", app.screen());
    app.press("\\");
    assert!(!app.screen().contains("marks"));
}

#[test]
fn columns_are_chosen_while_the_list_changes_behind() {
    let mut app = tables(90, 16);
    app.press("C down down space");
    assert!(!app.screen().contains("ROWS_ESTIMATE"), "{}", app.screen());
    app.press("esc");
    assert!(app.screen().contains("ROWS_ESTIMATE"), "{}", app.screen());
}

#[test]
fn a_record_is_read_whole() {
    let mut app = Driver::new(90, 20);
    app.press("g p").serve(&WORLD).press("j d");
    let whole = query(&app);
    assert!(whole.whole && whole.limit == 1);
    app.serve(&WORLD);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ public.table_1 ───────────────────────────────────────────────────────────────────────┐
    │ schema        public                                                                   │
    │ table         table_1                                                                  │
    │ rows_estimate 1000                                                                     │
    │ bytes         8.0 kB                                                                   │
    │ rls           forced                                                                   │
    │ problem       ∅                                                                        │
    │ comment       —                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    │                                                                                        │
    └────────────────────────────────────────────────────────────────────────────────── 7/7 ─┘
    ");
}

#[test]
fn json_is_read_and_searched() {
    let mut app = Driver::new(60, 14);
    app.write(":rows public.users").press("enter").serve(&WORLD).press("y").serve(&WORLD);
    app.press("/").write("theme").press("enter");
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@l…  pg15.6 primary  org all  you support
    ┌─ 0 ──────────────────────────────────────────────────────┐
    │   "id": 0,                                               │
    │   "email": "anna.0@example.test",                        │
    │   "full_name": "Anna Novák",                             │
    │   "organization": null,                                  │
    │   "last_login_at": "2026-02-01T00:00:00.12Z",            │
    │   "preferences": {                                       │
    │     "theme": "dark",                                     │
    │     "n": 0                                               │
    │   }                                                      │
    │ }                                                        │
    └────────────────────────────────────────────────── 11/11 ─┘
    "#);
    app.press("/").write("nowhere").press("enter");
    assert!(app.screen().contains("not found: nowhere"));
}

#[test]
fn the_statements_that_ran_can_be_read() {
    let mut app = tables(80, 12);
    app.press("@").serve(&WORLD);
    let screen = app.screen();
    assert!(
        screen.contains("12:00:00 UTC · operator · 12 ms · 1 row") && screen.contains("SELECT 1;"),
        "{screen}"
    );
}
