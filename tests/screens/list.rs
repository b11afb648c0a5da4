//! A list on screens of every size, and what stands there when there are no rows.

use purview::pg::{Kind, Problem};

use super::{WORLD, denied, tables};
use crate::driver::{Driver, World};

#[test]
fn home_leads_to_the_lists() {
    let app = Driver::new(80, 14);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ home ───────────────────────────────────────────────────────────────────────┐
    │  in this database                                                            │
    │>           tables          with their size, row security and problems        │
    │            policies        which rows they let pass, for whom                │
    │                                                                              │
    │  acting as a user                                                            │
    │    jailed: the session's login has no rights of its own; whoever leaves the  │
    │    role has nothing                                                          │
    │                                                                              │
    │  no mapping                                                                  │
    └─────────────────────────────────────────────── 3 more below · enter: tables ─┘
     home
    ");
}

#[test]
fn a_list_comes_in_columns_with_its_keys_pinned() {
    let mut app = tables(100, 16);
    app.press("j j j");
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <enter> open  </> filter  <d> describe  <y> json  <c> copy  <Y> copy as  <o> sort  <C> columns
    ┌─ tables ─────────────────────────────────────────────────────────────────────────────────────────┐
    │   SCHEMA   TABLE       ROWS_ESTIMATE    BYTES  RLS     PROBLEM                                   │
    │   public   table_0                 0      0 B  forced  ∅                                         │
    │   public   table_1              1000   8.0 kB  forced  ∅                                         │
    │   public   table_2              2000    16 kB  forced  ∅                                         │
    │>  public   table_3              3000    24 kB  off     row security is off                       │
    │   public   table_4              4000    32 kB  forced  ∅                                         │
    │   public   table_5              5000    40 kB  forced  ∅                                         │
    │   public   table_6              6000    48 kB  forced  ∅                                         │
    │   public   table_7              7000    56 kB  forced  ∅                                         │
    │   public   table_8              8000    64 kB  forced  ∅                                         │
    └────────────────────────────────────────────────────────────────────── 1–9 of ~300 est. · < 1 ms ─┘
     home > tables
    ");
}

#[test]
fn a_wide_screen_has_a_preview_that_follows_the_cursor_after_a_moment() {
    let mut app = tables(120, 24);
    app.press("j");
    assert!(!app.screen().contains("comment"), "blank while the cursor moves");
    app.press("j j").wait(200);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <enter> open  </> filter  <d> describe  <y> json  <c> copy  <Y> copy as  <o> sort  <C> columns  <space> mark
    ┌─ tables ─────────────────────────────────────────────────────────────────────────┐┌─ preview ────────────────────────┐
    │   SCHEMA   TABLE       ROWS_ESTIMATE    BYTES  RLS     PROBLEM                   ││ schema public                    │
    │   public   table_0                 0      0 B  forced  ∅                         ││ table table_3                    │
    │   public   table_1              1000   8.0 kB  forced  ∅                         ││ rows_estimate 3000               │
    │   public   table_2              2000    16 kB  forced  ∅                         ││ bytes 24 kB                      │
    │>  public   table_3              3000    24 kB  off     row security is off       ││ rls off                          │
    │   public   table_4              4000    32 kB  forced  ∅                         ││ problem row security is off      │
    │   public   table_5              5000    40 kB  forced  ∅                         ││ comment —                        │
    │   public   table_6              6000    48 kB  forced  ∅                         ││                                  │
    │   public   table_7              7000    56 kB  forced  ∅                         ││                                  │
    │   public   table_8              8000    64 kB  forced  ∅                         ││                                  │
    │   public   table_9              9000    72 kB  forced  ∅                         ││                                  │
    │   public   table_10            10000    80 kB  off     row security is off       ││                                  │
    │   public   table_11            11000    88 kB  forced  ∅                         ││                                  │
    │   public   table_12            12000    96 kB  forced  ∅                         ││                                  │
    │   public   table_13            13000   104 kB  forced  ∅                         ││                                  │
    │   public   table_14            14000   112 kB  forced  ∅                         ││                                  │
    │   public   table_15            15000   120 kB  forced  ∅                         ││                                  │
    │   public   table_16            16000   128 kB  forced  ∅                         ││                                  │
    └───────────────────────────────────────────────────── 1–17 of ~300 est. · < 1 ms ─┘└──────────────────────────────────┘
     home > tables
    ");
}

#[test]
fn columns_scroll_and_key_columns_stay() {
    let mut app = Driver::new(80, 10);
    app.write(":rows public.users").press("enter").serve(&WORLD).press("right right");
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ rows(public.users) ─────────────────────────────────────────────────────────┐
    │  ‹ ID  ORGANIZATION     LAST_LOGIN_AT        PASSWORD_HASH   PREFERENCES    ›│
    │>    0  ∅                2026-02-01 00:00:00  ••••••          {"theme": "dark…│
    │     1  Organization 13  2026-02-02 01:01:07  ••••••          {"theme": "dark…│
    │     2  Organization 26  2026-02-03 02:02:14  ••••••          {"theme": "dark…│
    │     3  Organization 39  2026-02-04 03:03:21  ••••••          {"theme": "dark…│
    └────────────────────────────────────────────────── 1–4 of ~300 est. · < 1 ms ─┘
     home > tables > public.users
    "#);
}

#[test]
fn a_narrow_screen_has_cards() {
    let app = tables(60, 18);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@l…  pg15.6 primary  org all  you support
     <enter> open  </> filter  <d> describe  <y> json  <c> copy
    ┌─ tables ─────────────────────────────────────────────────┐
    │>  schema:        public                                  │
    │   table:         table_0                                 │
    │   rows_estimate: 0                                       │
    │   bytes:         0 B                                     │
    │   rls:           forced                                  │
    │                                                          │
    │   schema:        public                                  │
    │   table:         table_1                                 │
    │   rows_estimate: 1000                                    │
    │   bytes:         8.0 kB                                  │
    │   rls:           forced                                  │
    │                                                          │
    └────────────────────────────── 1–2 of ~300 est. · < 1 ms ─┘
     home > tables
    ");
}

#[test]
fn a_tiny_screen_has_the_list_and_one_line() {
    let mut app = tables(36, 6);
    app.press("j");
    insta::assert_snapshot!(app.screen(), @"
       SCHEMA   TABLE      ROWS_ESTIMAT›
       public   table_0                0
    >  public   table_1             1000
       public   table_2             2000
       public   table_3             3000
    tables
    ");
}

#[test]
fn the_row_under_the_cursor_stands_out_without_colour_too() {
    let app = tables(80, 12);
    assert!(app.screen().contains(">  public   table_0"));
    let style = app.style_of(">  public");
    assert_eq!(style, style.patch(app.model.theme.selected));
}

#[test]
fn what_a_database_returns_is_shown_and_not_obeyed() {
    let mut app = tables(80, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Refused, "bad \x1b[2J\u{202e}name\u{200b}"));
    assert!(app.screen().contains("bad ␛[2J‹U+202E›name‹U+200B›"), "{}", app.screen());
}

#[test]
fn another_theme_is_a_command_away() {
    let mut app = tables(80, 12);
    let before = app.style_of("SCHEMA");
    app.write(":theme high-contrast").press("enter");
    assert_ne!(app.style_of("SCHEMA"), before);
    app.write(":theme puce").press("enter");
    assert!(app.screen().contains("there is no theme `puce`"), "{}", app.screen());
}

#[test]
fn a_refused_list_says_why_and_what_to_do() {
    let mut app = Driver::new(80, 12);
    app.press("g t").refuse(&denied());
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ tables ─────────────────────────────────────────────────────────────────────┐
    │                                                                              │
    │  permission denied for table users                                           │
    │  grant select on users to support                                            │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └───────────────────────────────────────────────────────────────────── < 1 ms ─┘
     home > tables
    ");
}

#[test]
fn a_refused_reload_keeps_the_rows() {
    let mut app = tables(80, 14);
    app.press("ctrl-r").refuse(&denied());
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ tables ─────────────────────────────────────────────────────────────────────┐
    │   SCHEMA   TABLE       ROWS_ESTIMATE    BYTES  RLS     PROBLEM               │
    │>  public   table_0                 0      0 B  forced  ∅                     │
    │   public   table_1              1000   8.0 kB  forced  ∅                     │
    │   public   table_2              2000    16 kB  forced  ∅                     │
    │   public   table_3              3000    24 kB  off     row security is off   │
    │   public   table_4              4000    32 kB  forced  ∅                     │
    │   public   table_5              5000    40 kB  forced  ∅                     │
    │ permission denied for table users                                            │
    │ grant select on users to support                                             │
    └────────────────────────────────────────────────── 1–6 of ~300 est. · < 1 ms ─┘
     home > tables
    ");
}

#[test]
fn nothing_is_called_empty_before_the_answer_is_there() {
    let mut app = Driver::new(80, 12);
    app.press("g t");
    assert!(!app.screen().contains("there are none"));
    app.serve(&World { rows: 0 });
    assert!(app.screen().contains("there are none"), "{}", app.screen());
}

#[test]
fn an_empty_list_says_which_key_shows_more() {
    let mut app = tables(80, 12);
    app.press("/").write("nobody").press("enter").serve(&World { rows: 0 });
    let screen = app.screen();
    assert!(
        screen.contains("nothing matches /nobody") && screen.contains("esc clears the filter"),
        "{screen}"
    );
}

#[test]
fn a_key_that_needs_a_row_says_that_the_rows_are_still_loading() {
    let mut app = Driver::new(100, 24);
    app.press("g p");
    for key in ["d", "e", "enter", "w", "X", "space"] {
        app.press(key);
        let screen = app.screen();
        assert!(screen.contains("still loading; press it again"), "{key}: {screen}");
    }
    // What needs no row is done.
    app.press("H");
    assert!(app.screen().contains("still loading"), "of which table is not known yet");
    app.serve(&WORLD).press("enter");
    assert!(!app.screen().contains("still loading"), "{}", app.screen());
    let mut app = Driver::new(100, 24);
    app.write(":rows public.users").press("enter H");
    let place = app.model.trail.top().pane.place();
    assert_eq!(place.address.to_string(), "hidden public.users", "the table is known");
}
