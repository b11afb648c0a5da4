//! What there is to see of the server: lists that look again by themselves, but never behind themselves, and the dialog that ends a session.

use purview::{
    list::{Ask, Column, Item, Kind, Page, Position},
    monitor::{Act, End, Ended, Session, SessionId, Target, Topic, Waiter, Watch},
    pg::{Kind as Sort, Problem},
    tui::{ask::AnyQuestion, model::Beginning, msg::Msg},
};

use super::{
    asked, console,
    driver::{self, Driver},
    world,
};

fn page(columns: Vec<Column>, rows: &[&[&str]]) -> Page {
    let cell = |text: &&str| (*text != "∅").then(|| (*text).to_owned());
    let items = rows.iter().map(|row| Item {
        position: Position { value: None, key: vec![row[0].to_owned()] },
        cells: row.iter().map(cell).collect(),
    });
    Page {
        items: items.collect(),
        columns: columns.into(),
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat: None,
    }
}

fn activity() -> Page {
    let columns = vec![
        Column::new("pid", Kind::Number).pinned(),
        Column::new("query_seconds", Kind::Duration).called("runs"),
        Column::new("state", Kind::Text),
        Column::new("query", Kind::Text),
        Column::new("backend_start", Kind::Time).hidden(),
        Column::new("readable", Kind::Boolean).hidden(),
    ];
    let start = "2026-03-04 11:00:00.123456+00";
    let mut page = page(
        columns,
        &[
            &["4711", "125.25", "active", "UPDATE deals SET stage = 2", start, "true"],
            &["4712", "0.5", "active", "SELECT 1", start, "true"],
            &["4713", "∅", "∅", "∅", "∅", "false"],
        ],
    );
    let caveat = Problem::new(Sort::Permission, "what one of them does is hidden from `support`");
    page.caveat = Some(caveat.hint("grant pg_read_all_stats to \"support\""));
    page
}

fn locks() -> Page {
    let columns = vec![
        Column::new("tree", Kind::Text).pinned(),
        Column::new("holds_up", Kind::Number),
        Column::new("wait_seconds", Kind::Duration).called("waits"),
        Column::new("relation", Kind::Text),
        Column::new("also_blocked_by", Kind::Text),
        Column::new("pid", Kind::Number).hidden(),
    ];
    page(
        columns,
        &[
            &["1", "2", "∅", "∅", "∅", "1"],
            &["└ 2", "1", "12.4", "public.deals", "∅", "2"],
            &["  └ 3", "0", "3.1", "public.deals", "1", "3"],
        ],
    )
}

fn session() -> Session {
    Session {
        id: SessionId { pid: 4711, backend_start: "2026-03-04 11:00:00.123456+00".into() },
        role: Some("app".into()),
        database: Some("crm".into()),
        application: Some("worker".into()),
        client: None,
        state: Some("active".into()),
        transaction: Some(std::time::Duration::from_secs(130)),
        query: Some("UPDATE deals SET stage = 2".into()),
        waiters: vec![
            Waiter { pid: 4712, role: None, others: Vec::new() },
            Waiter { pid: 4714, role: None, others: vec![4712] },
        ],
        refusal: None,
        superuser: false,
    }
}

/// Answers what is asked about the server, and everything else as ever.
fn serve(app: &mut Driver) -> &mut Driver {
    for _ in 0..20 {
        app.answer(|question: &dyn AnyQuestion| {
            let any = question.as_any();
            if let Some(Ask { view: Watch(topic), .. }) = any.downcast_ref::<Ask<Watch>>() {
                let page = if *topic == Topic::Locks { locks() } else { activity() };
                return Ok(Box::new(page));
            }
            if any.is::<Target>() {
                return Ok(Box::new(session()));
            }
            if let Some(end) = any.downcast_ref::<End>() {
                let said = format!("{} 4711: {}", end.act.done(), end.consequence());
                return Ok(Box::new(Ended { said }));
            }
            Ok(world::answer(question))
        });
    }
    app
}

/// How many questions for lists are open.
fn lists(app: &Driver) -> usize {
    asked(app).iter().filter(|question| question.contains("Watch")).count()
}

#[test]
fn sessions_are_shown_with_a_lock_before_what_is_hidden_and_the_grant_that_opens_it() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  <^k> end  <.> idle  </> filter  <d> describe  <y> json  <c> copy
    ┌─ activity ───────────────────────────────────────────────────────────────────┐
    │    PID      RUNS  STATE   QUERY                                              │
    │>  4711  2 m 05 s  active  UPDATE deals SET stage = 2                         │
    │   4712     0.5 s  active  SELECT 1                                           │
    │   4713         ∅  ∅       🔒 grant pg_read_all_stats to "supp…               │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │ what one of them does is hidden from `support`                               │
    │ grant pg_read_all_stats to "support"                                         │
    └────────────────────────────────────────────────────────── 1–3 of 3 · < 1 ms ─┘
     home > activity
    "#);
}

#[test]
fn who_waits_stands_below_who_is_waited_for() {
    let mut app = console(80, 24);
    serve(app.press("g l"));
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  </> filter  <d> describe  <y> json  <c> copy  <Y> copy as
    ┌─ locks ──────────────────────────────────────────────────────────────────────┐
    │   TREE    HOLDS_UP   WAITS  RELATION      ALSO_BLOCKED_BY                    │
    │>  1              2       ∅  ∅             ∅                                  │
    │   └ 2            1    12 s  public.deals  ∅                                  │
    │     └ 3          0   3.1 s  public.deals  1                                  │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └────────────────────────────────────────────────────────── 1–3 of 3 · < 1 ms ─┘
     home > locks
    "#);
}

#[test]
fn a_list_of_the_server_is_asked_for_again_by_itself_but_never_behind_itself() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    assert_eq!(lists(app.wait(1900)), 0);
    assert_eq!(lists(app.wait(200)), 1);
    // As long as the answer is awaited no other is asked for.
    assert_eq!(lists(app.wait(60_000)), 1);
    // It took a minute: it is left alone for twenty.
    serve(&mut app);
    assert_eq!(lists(app.wait(19 * 60_000)), 0);
    assert_eq!(lists(app.wait(2 * 60_000)), 1);
}

#[test]
fn nothing_is_asked_of_a_list_that_is_not_on_screen_or_is_frozen() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    serve(app.press("g t"));
    assert_eq!(lists(app.wait(60_000)), 0);
    assert_eq!(app.model.wakes(), None);
    serve(app.press("-"));
    serve(app.press("z"));
    assert_eq!(lists(app.wait(60_000)), 0);
    app.press("z");
    assert_eq!(lists(app.wait(2100)), 1);
}

#[test]
fn what_is_not_permitted_is_not_asked_for_again_until_somebody_does() {
    let mut app = console(80, 24);
    serve(app.press("g e"));
    serve(app.press("g q"));
    app.wait(2100);
    let denied = Problem::new(Sort::Permission, "permission denied for function f");
    app.refuse(&denied.hint("grant execute on function f to support"));
    assert!(app.screen().contains("permission denied"), "{}", app.screen());
    assert!(app.screen().contains("grant execute"), "{}", app.screen());
    // What was there before stays.
    assert!(app.screen().contains("4711"), "{}", app.screen());
    assert_eq!(lists(app.wait(600_000)), 0);
    assert_eq!(lists(app.press("ctrl-r")), 1);
    serve(&mut app);
    assert_eq!(lists(app.wait(2100)), 1);
}

#[test]
fn idle_sessions_are_left_out_and_come_back() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    serve(app.press("/").write("role=app").press("enter"));
    app.press(".");
    assert!(asked(&app)[0].contains("value: \"idle\""), "{:?}", asked(&app));
    serve(&mut app);
    assert!(app.screen().contains("</role=app state!=idle>"), "{}", app.screen());
    serve(app.press("."));
    assert!(app.screen().contains("</role=app>"), "{}", app.screen());
}

#[test]
fn the_whole_record_is_that_of_the_row_wherever_it_is_by_now() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("d");
    let asked = asked(&app);
    assert!(asked[0].contains("column: \"pid\"") && asked[0].contains("\"4711\""), "{asked:?}");
    assert!(asked[0].contains("from: Start") && asked[0].contains("limit: 1,"), "{asked:?}");
}

#[test]
fn the_dialog_says_whom_it_frees_and_enter_keeps_the_session() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    serve(app.press("ctrl-k"));
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  <^k> end  <.> idle  </> filter  <d> describe  <y> json  <c> copy
    ┌─ activity ───────────────────────────────────────────────────────────────────┐
    │    PID      RUNS  STATE   QUERY                                              │
    │>  4711  2 m 05 s  active  UPDATE deals SET stage = 2                         │
    │   4712     0.5 s  active  SELECT 1                                           │
    ┌─ session 4711 ───────────────────────────────────────────────────────────────┐
    │ app · crm · worker                                                           │
    │ active, its transaction lasts for 2 m 10 s                                   │
    │ since 2026-03-04 11:00:00 UTC                                                │
    │ UPDATE deals SET stage = 2                                                   │
    │                                                                              │
    │ cancel the query: frees 4712; 4714 still waits for 4712                      │
    │ end the session: frees 4712; 4714 still waits for 4712                       │
    │                                                                              │
    │ [ Keep ]  [ Cancel query ]  [ End session ]  c, t or tab choose              │
    └──────────────────────────────────────────────────────────────────────────────┘
    │                                                                              │
    │                                                                              │
    │ what one of them does is hidden from `support`                               │
    │ grant pg_read_all_stats to "support"                                         │
    └────────────────────────────────────────────────────────── 1–3 of 3 · < 1 ms ─┘
     home > activity
    "#);
    serve(app.press("enter"));
    assert!(!app.screen().contains("session 4711"), "{}", app.screen());
}

fn ends(app: &Driver) -> Vec<(Act, i32)> {
    let ends = app.questions();
    let ends = ends.iter().filter_map(|(_, _, question)| question.as_any().downcast_ref::<End>());
    ends.map(|end| (end.act, end.session.id.pid)).collect()
}

#[test]
fn a_letter_chooses_and_enter_does_it_once() {
    for (key, act) in [("c", Act::Cancel), ("t", Act::Terminate)] {
        let mut app = console(80, 24);
        serve(app.press("g q"));
        serve(app.press("ctrl-k"));
        assert!(ends(app.press(key)).is_empty());
        // What Enter would send stands there before it is sent.
        let sent = format!("SELECT pg_catalog.pg_{}_backend(a.pid)", act.word());
        assert!(app.screen().contains(&sent), "{}", app.screen());
        assert!(app.screen().contains("a.pid = '4711'::pg_catalog.int4"), "{}", app.screen());
        assert_eq!(ends(app.press("enter")), [(act, 4711)]);
        // Twice is once.
        assert_eq!(ends(app.press("enter")).len(), 1);
        serve(&mut app);
        assert!(app.screen().contains("frees 4712; 4714 still waits for 4712"), "{}", app.screen());
        // Nothing is left to be done to it.
        assert!(ends(app.press(key).press("enter")).is_empty());
        assert!(!app.screen().contains("session 4711 ─"), "{}", app.screen());
    }
}

#[test]
fn a_key_does_not_end_what_is_still_being_looked_at() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("ctrl-k").press("t");
    assert!(ends(app.press("enter")).is_empty());
    assert!(app.screen().contains("not known yet whom that frees"), "{}", app.screen());
    // What was chosen is kept, and shown; Enter does it once it was seen whom it frees.
    serve(&mut app);
    let screen = app.screen();
    assert!(screen.contains("frees 4712") && screen.contains("[ End session ]"), "{screen}");
    let style = |button: &str| app.style_of(button).patch(app.model.theme.focus);
    assert_eq!(app.style_of("[ End session ]"), style("[ End session ]"), "{screen}");
    assert_ne!(app.style_of("[ Keep ]"), style("[ Keep ]"), "{screen}");
    assert_eq!(ends(app.press("enter")), [(Act::Terminate, 4711)]);
}

#[test]
fn what_was_chosen_early_is_not_done_to_what_turns_out_not_to_be_ended() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("ctrl-k c");
    assert!(app.screen().contains("whom that frees is being looked up"), "{}", app.screen());
    let refusal = Problem::new(Sort::Refused, "the session is not ended, because it sends changes");
    app.answer(|_| Ok(Box::new(Session { refusal: Some(refusal.clone()), ..session() })));
    assert!(ends(app.press("enter")).is_empty());
    assert!(!app.screen().contains("session 4711 ─"), "{}", app.screen());
}

#[test]
fn what_a_popup_waits_for_counts_and_wakes_nobody_in_between() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("ctrl-k").wait(2_400);
    assert!(app.screen().contains("loading 2 s"), "{}", app.screen());
    assert!(app.model.wakes().unwrap() > app.model.now.steady, "it is not woken at once again");
}

#[test]
fn in_production_the_name_of_the_context_is_typed_first() {
    let mut app = Driver::unconnected(80, 24, Beginning::default());
    app.effects.clear();
    app.send(Msg::Connected(Ok(purview::tui::facts::Facts {
        production: true,
        ..driver::facts()
    })));
    serve(&mut app);
    serve(app.press("g q"));
    serve(app.press("ctrl-k"));
    // Letters are typed here; tab goes to the buttons.
    assert!(ends(app.press("tab").press("enter")).is_empty());
    assert!(app.screen().contains("type `demo`"), "{}", app.screen());
    assert!(ends(app.write("dem").press("enter")).is_empty());
    assert_eq!(ends(app.write("o").press("enter")), [(Act::Cancel, 4711)]);
}

#[test]
fn what_must_not_be_ended_has_one_button() {
    let mut app = console(80, 24);
    serve(app.press("g q"));
    app.press("ctrl-k");
    let refusal = Problem::new(Sort::Refused, "the session is not ended, because it sends changes");
    app.answer(|_| Ok(Box::new(Session { refusal: Some(refusal.clone()), ..session() })));
    assert!(app.screen().contains("because it sends changes"), "{}", app.screen());
    assert!(!app.screen().contains("End session"), "{}", app.screen());
    assert!(ends(app.press("t").press("enter")).is_empty());
}

#[test]
fn what_is_no_session_cannot_be_ended() {
    let mut app = console(80, 24);
    serve(app.press("g t"));
    app.press("ctrl-k");
    assert!(app.screen().contains("only sessions can be ended"), "{}", app.screen());
}
