//! What a person sees after pressing keys.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod driver;

use driver::{Driver, World};
use purview::{
    list::{Ask, From, Query, Sort},
    pg::{Identity, Kind, Problem},
    tables::{Policies, Rows, Tables},
    tui::{ask::AnyQuestion, msg::Effect},
};

const WORLD: World = World { rows: 300 };

/// A console that shows the tables.
fn tables(width: u16, height: u16) -> Driver {
    let mut app = Driver::new(width, height);
    app.press("g t").serve(&WORLD);
    app.effects.clear();
    app
}

/// What the one open question asks for.
fn query(app: &Driver) -> &Query {
    let questions = app.questions();
    assert_eq!(questions.len(), 1, "{questions:?}");
    query_of(questions[0].2)
}

fn query_of(question: &dyn AnyQuestion) -> &Query {
    let any = question.as_any();
    let tables = any.downcast_ref::<Ask<Tables>>().map(|ask| &ask.query);
    let policies = || any.downcast_ref::<Ask<Policies>>().map(|ask| &ask.query);
    let rows = || any.downcast_ref::<Ask<Rows>>().map(|ask| &ask.query);
    tables.or_else(policies).or_else(rows).unwrap()
}

fn denied() -> Problem {
    Problem::new(Kind::Permission, "permission denied for table users")
        .hint("grant select on users to support")
}

#[test]
fn home_leads_to_the_lists() {
    let app = Driver::new(80, 14);
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
    app.write(":rows public.users").press("enter").serve(&WORLD).press("l l");
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
     demo [RO]  support@l…  pg15.6 primary  org all  you support
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
fn a_refused_list_says_why_and_what_to_do() {
    let mut app = Driver::new(80, 12);
    app.press("g t").refuse(&denied());
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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

#[test]
fn help_lists_what_can_be_done_here_and_does_it() {
    let mut app = tables(100, 30);
    app.press("?");
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <enter> open  </> filter    <d> describe  <y> json      <c> copy      <Y> copy as   <o> sort
     <C> columns   <space> mark  <!> problems  <:> command   <?> help      <^p> find     <q> back
    ┌─ keys: Enter does it, typing filters, @ looks for a key ─────────────────────────────────────────┐
    │>                                                                                                 │
    │    enter  open              go down one level                                                    │
    │        i  act-as            only users can be acted as                                           │
    │        /  filter            filter: words, !word, column op value                                │
    │        d  describe          show the whole record                                                │
    │        y  json              show the record as JSON                                              │
    │        c  copy              copy the value under the cursor                                      │
    │        Y  copy-as           copy the row or the marked rows as CSV, TSV, JSON, INSERT or Markdown│
    │        <  column-before     choose the column to the left                                        │
    │        >  column-after      choose the column to the right                                       │
    │        o  sort              sort by the chosen column; again: other direction; again: not        │
    │        O  sort-picker       choose what to sort by                                               │
    │        C  columns           choose which columns are shown, and in which order                   │
    │        W  wide              show columns in their full width                                     │
    │    space  mark              mark the row                                                         │
    │        V  mark-range        mark all rows from the last marked one to this                       │
    │        \  clear-marks       nothing is marked                                                    │
    │        !  only-problems     show only rows with problems                                         │
    │        j  down              next row                                                             │
    │        k  up                row before                                                           │
    │        h  left              columns to the left; key columns stay                                │
    │ 59/59 go down one level                                                                          │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
    └─────────────────────────────────────── 1–21 of ~300 est. · < 1 ms ─┘└────────────────────────────┘
     home > tables
    "#);
    app.write("reload").press("enter");
    assert_eq!(query(&app).from, From::Start);
}

#[test]
fn help_says_why_something_cannot_be_done_now() {
    let mut app = tables(100, 24);
    app.press("?").write("stop-acting");
    assert!(app.screen().contains("not now: nobody is acted as"), "{}", app.screen());
    app.press("enter");
    assert!(app.screen().contains("note: stop-acting: nobody is acted as"), "{}", app.screen());
}

#[test]
fn a_sequence_of_keys_lists_how_it_may_go_on_after_a_moment() {
    let mut app = Driver::new(80, 24);
    app.press("g").wait(200);
    assert!(!app.screen().contains("go to the users"));
    app.wait(150);
    assert!(app.screen().contains("go to the users"), "{}", app.screen());
    assert_eq!(app.model.wakes(), None);
    app.press("esc");
    assert!(!app.screen().contains("go to the users"));
}

#[test]
fn an_unbound_alt_key_is_escape_and_the_key() {
    let mut app = tables(80, 12);
    app.press("/").write("a").press("alt-j");
    // The prompt is left, and the cursor moves.
    assert!(app.model.prompt.is_none());
    assert!(app.screen().contains(">  public   table_1 "), "{}", app.screen());
}

#[test]
fn commands_complete_and_come_back() {
    let mut app = Driver::new(80, 12);
    app.press(":").write("tab");
    assert!(app.screen().contains(":tables"), "{}", app.screen());
    app.press("tab enter").serve(&WORLD);
    assert!(app.screen().contains("┌─ tables"));
    assert!(
        app.effects.contains(&Effect::Remember(purview::tui::msg::Book::Commands, "tables".into()))
    );
    app.press(": up");
    assert!(app.screen().contains(":tables"), "{}", app.screen());
}

#[test]
fn a_command_that_does_not_exist_names_those_that_do() {
    let mut app = Driver::new(110, 12);
    app.write(":usres").press("enter");
    assert!(
        app.screen()
            .contains("failed: there is no view or command called `usres` (views: users, user)"),
        "{}",
        app.screen()
    );
}

#[test]
fn what_is_pasted_never_acts_as_keys() {
    let mut app = tables(80, 12);
    app.paste(":q\nq\x1b");
    assert!(
        app.effects.is_empty() && app.screen().contains("pasting only works where text is typed"),
        "{}",
        app.screen()
    );
    app.press("/").paste("two\nlines");
    assert!(app.screen().contains("/two lines"), "{}", app.screen());
}

#[test]
fn what_a_database_returns_is_shown_and_not_obeyed() {
    let mut app = tables(80, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Refused, "bad \x1b[2J\u{202e}name\u{200b}"));
    assert!(app.screen().contains("bad ␛[2J‹U+202E›name‹U+200B›"), "{}", app.screen());
}

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
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
     demo [RO]  support@l…  pg15.6 primary  org all  you support
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
fn leaving_from_the_root_is_asked_and_the_harmless_button_is_under_enter() {
    let mut app = Driver::new(60, 12);
    app.press("q");
    assert!(app.screen().contains("Leave purview?"));
    app.press("enter");
    assert!(!app.screen().contains("Leave purview?") && !app.effects.contains(&Effect::Quit));
    app.press("q tab enter");
    assert!(app.effects.contains(&Effect::Quit));
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
fn a_lost_connection_greys_the_rows_and_tries_again_for_ever() {
    let mut app = tables(100, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Connection, "the connection failed"));
    assert_eq!(app.effects, [Effect::Connect(None)]);
    let screen = app.screen();
    assert!(
        screen.contains("LOST: reconnecting")
            && screen.contains("table_1")
            && screen.contains("data from 12:00:00 UTC"),
        "{screen}"
    );
    assert_eq!(app.style_of("table_1").fg, app.model.theme.stale.fg);
    let mut waits = Vec::new();
    for _ in 0..12 {
        app.effects.clear();
        app.send(purview::tui::msg::Msg::Connected(Err(Problem::new(Kind::Connection, "refused"))));
        let before = app.model.now.steady;
        while app.effects.is_empty() {
            app.wait(50);
        }
        waits.push(app.model.now.steady.saturating_sub(before).as_millis());
    }
    assert!(
        waits.windows(2).all(|pair| pair[0] <= pair[1]) && *waits.last().unwrap() <= 30_100,
        "{waits:?}"
    );
    app.effects.clear();
    app.press(": q enter");
    assert!(app.effects.contains(&Effect::Quit), "quitting always works");
}

#[test]
fn a_wrong_password_is_not_tried_again_by_itself() {
    let mut app = Driver::unconnected(100, 12, purview::tui::model::Beginning::default());
    let mut problem = Problem::new(Kind::Connection, "password authentication failed");
    problem.sqlstate = Some("28P01".into());
    app.effects.clear();
    app.send(purview::tui::msg::Msg::Connected(Err(problem))).wait(120_000);
    assert!(app.effects.is_empty(), "{:?}", app.effects);
    app.press("ctrl-r");
    assert_eq!(app.effects, [Effect::Connect(None)]);
}

#[test]
fn when_the_connection_is_back_the_rows_are_asked_for_again() {
    let mut app = tables(100, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Connection, "the connection failed"));
    app.connect();
    assert_eq!(query(&app).from, From::Start);
    app.serve(&WORLD);
    assert!(
        !app.screen().contains("LOST") && app.screen().contains("connected"),
        "{}",
        app.screen()
    );
}

#[test]
fn acting_shows_its_sql_asks_why_and_cannot_be_overlooked() {
    let mut app = tables(110, 30);
    app.write(":tables as=alice").press("enter").serve(&WORLD);
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <ent┌─ act as ─────────────────────────────────────────────────────────────────────────────────────────┐
     <C> │ (*) alice@acme.test in Acme (admin) as app_user                                                  │
     <^r>│ ( ) alice@acme.test in Globex (member) as app_user                                               │
    ┌─ ta│                                                                                                  │────┐
    │   S│ reason or ticket:                                                                                │    │
    │>  p│ for 30 minutes                                                                                   │    │
    │   p│                                                                                                  │    │
    │   p│ [ Cancel ]  [ Act ]   up and down choose, enter goes on                                          │    │
    │   p│                                                                                                  │    │
    │   p│ fence jailed: the session's login has no rights of its own; whoever leaves the role has nothing  │    │
    │   p│ what is sent around every statement:                                                             │    │
    │   p│ BEGIN READ ONLY;                                                                                 │    │
    │   p│ SET LOCAL row_security = on;                                                                     │    │
    │   p│ SET LOCAL statement_timeout = '60s';                                                             │    │
    │   p│ SET LOCAL lock_timeout = '2s';                                                                   │    │
    │   p│ SET LOCAL idle_in_transaction_session_timeout = '30s';                                           │    │
    │   p│ SET LOCAL TimeZone = 'UTC';                                                                      │    │
    │   p│ SELECT set_config($1, $2, true), set_config($3, $4, true), set_config($5, $6, true);             │    │
    │   p│ -- $1 = app.current_user_id, $2 = 7, $3 = application_name, $4 = purview:sam:as:alice@acme.test, │    │
    │   p│ $5 = role, $6 = app_user                                                                         │    │
    │   p│ -- … the list that is looked at …                                                                │    │
    │   p│ SELECT current_user, session_user, current_setting('transaction_read_only'),                     │    │
    │   p│ (current_setting('row_security')), current_setting('app.current_user_id', true);                 │    │
    │   p│ ROLLBACK;                                                                                        │    │
    │   p│ SELECT pg_advisory_unlock_all();                                                                 │    │
    │   p│ differs from a real login: session_user is purview's login; hooks that the application runs at   │    │
    └────└───────────────────────────────────────────────────────────────── page down: the rest of the SQL ─┘────┘
     home > tables
    ");
    // Without a reason nobody is acted as.
    app.press("enter enter");
    assert!(app.screen().contains("give a reason"), "{}", app.screen());
    app.write("TICKET-7").press("enter enter").serve(&WORLD);
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
     AS alice@acme.test  role app_user  jailed  reason TICKET-7  30 min left                              I stops
    ┌─ acting as alice@acme.test ────────────────────────────────────────────────────────────────────────────────┐
    │ current_user   app_user                                                                                    │
    │ session_user   purview_jail                                                                                │
    │ read-only      yes                                                                                         │
    │ row security   yes                                                                                         │
    │ fence          jailed: the session's login has no rights of its own; whoever leaves the role has nothing   │
    │ until          12:30 UTC                                                                                   │
    │ reason         TICKET-7                                                                                    │
    │                                                                                                            │
    │ settings                                                                                                   │
    │   app.current_user_id = 7                                                                                  │
    │                                                                                                            │
    │ rows visible now                                                                                           │
    │   public.emails                    120                                                                     │
    │   public.files                     permission denied for table files                                       │
    │                                                                                                            │
    │ differs from a real login                                                                                  │
    │   session_user is purview's login                                                                          │
    │   hooks that the application runs at sign-in did not run                                                   │
    │   claims are assumed from the mapping, not issued                                                          │
    │                                                                                                            │
    │ from now on every list is what they see; esc closes this, I stops acting                                   │
    │                                                                                                            │
    │                                                                                                            │
    │                                                                                                            │
    │                                                                                                            │
    └──────────────────────────────────────────────────────────────────────────────────────────────────── 21/21 ─┘
     ok: everything runs as alice@acme.test from now on
    ");
    app.press("esc");
    assert_eq!(app.style_of("AS alice"), app.style_of("AS alice").patch(app.model.theme.acting));
    assert!(app.effects.contains(&Effect::Title("AS alice@acme.test · purview demo".into())));
}

#[test]
fn a_new_identity_leaves_nothing_of_what_the_old_one_saw() {
    let mut app = tables(110, 30);
    app.press("enter").serve(&WORLD).press("g p").serve(&WORLD).press("g t j j j ctrl-r");
    assert!(app.screen().contains("table_5"));
    let open = app.questions()[0].0;
    app.write(":tables as=alice").press("enter").serve_but_lists(&WORLD);
    app.press("enter").write("why").press("enter enter").serve_but_lists(&WORLD).press("esc");
    assert!(app.cancelled().contains(&open));
    // Every pane was made anew: no row is there before the server has answered as alice.
    assert!(!app.screen().contains("table_5"), "{}", app.screen());
    let (_, identity, question) = *app.questions().last().unwrap();
    assert!(matches!(identity, Identity::Acting(_)), "{question:?} as {identity:?}");
    app.press("- -");
    assert!(!app.screen().contains("table_5"), "{}", app.screen());
}

#[test]
fn acting_ends_when_its_time_is_over_or_when_somebody_says_so() {
    let mut app = tables(110, 30);
    app.act_as_alice(&WORLD).press("esc");
    assert!(app.screen().contains("30 min left"), "{}", app.screen());
    app.wait(10 * 60_000);
    assert!(app.screen().contains("20 min left"), "{}", app.screen());
    app.effects.clear();
    app.wait(20 * 60_000);
    assert!(!app.screen().contains("AS alice"), "{}", app.screen());
    assert!(app.screen().contains("the time for acting is over"), "{}", app.screen());
    assert!(
        app.effects.iter().any(|effect| matches!(effect, Effect::StopActing(Identity::Acting(_))))
    );
    app.act_as_alice(&WORLD).press("esc");
    app.effects.clear();
    app.press("I");
    assert!(app.screen().contains("no longer acting as alice@acme.test"), "{}", app.screen());
    assert!(app.questions().iter().all(|(_, identity, _)| **identity == Identity::Observer));
}

#[test]
fn the_banner_is_there_whatever_the_size() {
    for (width, height) in [(120, 40), (80, 24), (60, 20), (39, 9), (20, 3)] {
        let mut app = tables(110, 30);
        app.act_as_alice(&WORLD).press("esc");
        app.send(purview::tui::msg::Msg::Resize(ratatui::layout::Size::new(width, height)));
        assert!(app.screen().contains("AS alice"), "{width}x{height}\n{}", app.screen());
    }
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
fn production_is_said_in_words_and_in_the_frame() {
    let mut app = Driver::unconnected(80, 12, purview::tui::model::Beginning::default());
    let facts = purview::tui::facts::Facts { production: true, ..driver::facts() };
    app.send(purview::tui::msg::Msg::Connected(Ok(facts))).press("g t").serve(&WORLD);
    assert!(app.screen().contains("PROD"));
    assert_eq!(app.style_of("┌").bg, app.model.theme.production.bg);
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

#[test]
fn the_row_under_the_cursor_stands_out_without_colour_too() {
    let app = tables(80, 12);
    assert!(app.screen().contains(">  public   table_0"));
    let style = app.style_of(">  public");
    assert_eq!(style, style.patch(app.model.theme.selected));
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
