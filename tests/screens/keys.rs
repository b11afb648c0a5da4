//! Keys, commands and what is pasted.

use purview::{list::From, tui::msg::Effect};

use super::{WORLD, query, tables};
use crate::driver::Driver;

#[test]
fn help_lists_what_can_be_done_here_and_does_it() {
    let mut app = tables(100, 30);
    app.press("?");
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <enter> open  </> filter    <d> describe  <y> json      <c> copy      <Y> copy as   <o> sort
     <C> columns   <space> mark  <!> problems  <:> command   <?> help      <^p> find     <q> back
    ┌─ keys: Enter does it, typing filters, @ looks for a key ─────────────────────────────────────────┐
    │>                                                                                                 │
    │    enter  open              go down one level                                                    │
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
    │        H  hidden            why the list is empty, or short: what of the table is hidden, by wha…│
    │        X  matrix            who may do what with how many rows, for what the row is              │
    │        !  only-problems     show only rows with problems                                         │
    │        E  export-list       write all rows that pass the filter into a new file, as NDJSON or CS…│
    │        j  down              next row                                                             │
    │        k  up                row before                                                           │
    │ 90/90 go down one level                                                                          │
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
fn a_key_that_means_nothing_here_says_so() {
    let mut app = tables(100, 14);
    app.press("%");
    assert!(
        app.screen().contains("`%` means nothing here; `?` lists all keys"),
        "{}",
        app.screen()
    );
    app.press("j");
    assert!(!app.screen().contains("means nothing"), "{}", app.screen());
    let asked = app.press("ctrl-p").screen();
    app.press("f12");
    assert_eq!(app.screen(), asked, "a popup is better without it");
}

#[test]
fn escape_closes_what_is_open_above_a_list_and_lets_the_list_load() {
    let mut app = tables(100, 14);
    app.press("ctrl-r ?");
    assert_eq!((app.model.popups.len(), app.questions().len()), (1, 1));
    app.press("esc");
    assert!(app.model.popups.is_empty() && app.cancelled().is_empty(), "{}", app.screen());
    app.press("esc");
    assert_eq!(app.cancelled().len(), 1);
}

#[test]
fn what_to_do_about_a_failure_is_never_cut_off() {
    let mut app = tables(80, 14);
    app.press(":").write("nonsense").press("enter");
    let screen = app.screen();
    let said: String = screen.split("failed: ").nth(1).unwrap().split_whitespace().collect();
    assert!(said.contains("users") && said.ends_with(')'), "{screen}");
    app.press("j");
    assert!(app.screen().contains("home > tables"), "{}", app.screen());
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
        app.screen().contains(
            "failed: there is no view or command called `usres` (views: users, usage, user)"
        ),
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
fn leaving_from_the_root_is_asked_and_the_harmless_button_is_under_enter() {
    let mut app = Driver::new(60, 12);
    app.press("q");
    assert!(app.screen().contains("Leave purview?"));
    app.press("enter");
    assert!(!app.screen().contains("Leave purview?") && !app.effects.contains(&Effect::Quit));
    app.press("q tab enter");
    assert!(app.effects.contains(&Effect::Quit));
}
