//! Acting as somebody else.

use purview::{
    directory::{Identities, IdentitiesAnswer, Noting},
    mapping::Library,
    pg::{Identity, Kind, Problem},
    tui::{
        facts::Facts,
        model::Beginning,
        msg::{Effect, Msg},
        popup::{Begin, Entry},
    },
};

use super::{WORLD, tables};
use crate::driver::{self, Driver};

#[test]
fn acting_shows_its_sql_asks_why_and_cannot_be_overlooked() {
    let mut app = tables(110, 30);
    app.write(":tables as=alice").press("enter").serve(&WORLD);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
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
    │   p│ SELECT set_config('statement_timeout', '60s', true) FROM date_part('epoch',                      │    │
    │   p│ current_setting('statement_timeout')::interval) AS s WHERE s OPERATOR(<) 0.001 OR s OPERATOR(>)  │    │
    │   p│ 60;                                                                                              │    │
    │   p│ SET LOCAL row_security = on;                                                                     │    │
    │   p│ SET LOCAL lock_timeout = '2s';                                                                   │    │
    │   p│ SET LOCAL idle_in_transaction_session_timeout = '30s';                                           │    │
    │   p│ SET LOCAL client_min_messages = 'error';                                                         │    │
    │   p│ SET LOCAL TimeZone = 'UTC';                                                                      │    │
    │   p│ SET LOCAL plan_cache_mode = force_custom_plan;                                                   │    │
    │   p│ SELECT set_config($1, $2, true), set_config($3, $4, true), set_config($5, $6, true), (SELECT     │    │
    │   p│ json_agg(current_setting(s.name)) FROM                                                           │    │
    │   p│ unnest(CAST('{search_path,client_encoding,standard_conforming_strings,transform_null_equals,arra │    │
    │   p│ y_nulls,TimeZone,DateStyle,IntervalStyle,extra_float_digits,bytea_output,lc_monetary,xmloption,t │    │
    │   p│ ransaction_isolation,statement_timeout,lock_timeout,idle_in_transaction_session_timeout}' AS     │    │
    └────│ text[])) AS s(name));                                                                            │────┘
     home└───────────────────────────────────────────────────────────────── page down: the rest of the SQL ─┘
    ");
    // Without a reason nobody is acted as.
    app.press("enter enter");
    assert!(app.screen().contains("give a reason"), "{}", app.screen());
    app.write("TICKET-7").press("enter enter").serve(&WORLD);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  org all  you support
     AS alice@acme.test  30 min left  role app_user  jailed  reason TICKET-7                              I stops
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
fn the_time_that_is_left_is_there_at_eighty_columns_however_long_a_name_or_a_reason_is() {
    let mut app = tables(80, 24);
    app.write(":tables as=alice").press("enter").serve(&WORLD);
    app.press("enter").write(&"because ".repeat(20)).press("enter enter").serve(&WORLD);
    app.press("esc");
    let banner = app.screen().lines().nth(1).unwrap().to_owned();
    assert!(
        banner.contains("alice@acme.test  30 min left") && banner.contains("I stops"),
        "{banner}"
    );
}

#[test]
fn a_list_says_as_whom_it_is_seen_unless_everybody_sees_the_same() {
    let mut app = tables(110, 30);
    app.act_as_alice(&WORLD).press("esc");
    assert!(app.screen().contains("─ tables ─"), "{}", app.screen());
    app.write(":rows public.users").press("enter").serve(&WORLD);
    assert!(app.screen().contains("rows(public.users) as alice ─"), "{}", app.screen());
    app.press("I").serve(&WORLD);
    assert!(app.screen().contains("rows(public.users) ─"), "{}", app.screen());
}

#[test]
fn whoever_is_quicker_than_the_answer_loses_nothing_they_gave() {
    let mut app = tables(110, 30);
    // Who is meant is known; who that is to the database is not yet.
    app.write(":tables as=alice").press("enter").serve_but("Identities", &WORLD);
    app.write("TICKET-7").press("enter enter");
    assert!(app.screen().contains("not known yet who this is"), "{}", app.screen());
    // There are two of them: one is chosen.
    app.serve(&WORLD).press("enter enter enter").serve(&WORLD);
    assert!(app.screen().contains("AS alice@acme.test"), "{}", app.screen());
    assert!(app.screen().contains("TICKET-7"), "{}", app.screen());
}

#[test]
fn acting_lasts_as_long_as_the_configuration_says_unless_a_person_says_otherwise() {
    let beginning = Beginning { minutes: Some(5), ..Beginning::default() };
    let mut app = Driver::unconnected(110, 30, beginning);
    app.connect().write(":tables as=alice").press("enter").serve(&WORLD);
    assert!(app.screen().contains("for 5 minutes"), "{}", app.screen());
    app.press("enter").write("T-7").press("tab right");
    assert!(app.screen().contains("for 30 minutes"), "{}", app.screen());
    app.press("left enter enter").serve(&WORLD);
    assert!(app.screen().contains("5 min left"), "{}", app.screen());
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

/// The dialog about acting as alice, where `noting` is what is noted in the application's own audit.
fn dialog(production: bool, noting: &Noting) -> Driver {
    let mut app = Driver::unconnected(110, 30, Beginning::default());
    let facts = Facts { production, ..driver::facts() };
    app.send(Msg::Connected(Ok(facts))).press("g t").serve(&WORLD);
    app.write(":tables as=alice").press("enter");
    for _ in 0..3 {
        app.answer(|question| {
            if question.as_any().is::<Identities>() {
                let noting = noting.clone();
                return Ok(Box::new(IdentitiesAnswer { noting, ..driver::identities() }));
            }
            WORLD.answer(question)
        });
    }
    app
}

fn entry() -> Noting {
    let mapping = Library::shipped().choose("org-assistant").unwrap();
    Noting::Entry(mapping.identity.unwrap().audit.unwrap())
}

/// What is asked to be written when acting begins, if it does.
fn begun(app: &Driver) -> Option<Entry> {
    let mut questions = app.questions().into_iter();
    questions.find_map(|(_, _, question)| {
        question.as_any().downcast_ref::<Begin>().map(|it| it.entry.clone())
    })
}

#[test]
fn what_is_written_into_the_applications_own_audit_is_shown_before_somebody_agrees() {
    let mut app = dialog(false, &entry());
    app.press("enter").write("TICKET-7");
    let screen = app.screen();
    for said in [
        "writes one line into the application's own audit",
        "INSERT INTO \"public\".\"audit_logs\"",
        "\"reason\":\"TICKET-7\"",
    ] {
        assert!(screen.contains(said), "{said}: {screen}");
    }
    assert_eq!(begun(&app), None);
    app.press("enter enter");
    let Some(Entry::Write(statement)) = begun(&app) else { panic!("{}", app.screen()) };
    let (text, values) = statement.render();
    assert!(text.starts_with("INSERT INTO \"public\".\"audit_logs\" ("));
    assert!(values.len() == 1 && values[0].as_ref().unwrap().contains("TICKET-7"));
}

#[test]
fn enter_goes_on_from_how_long_it_lasts_to_what_begins_it() {
    let mut app = dialog(false, &Noting::Off);
    app.press("enter").write("TICKET-7").press("tab enter enter");
    assert_eq!(begun(&app), Some(Entry::None), "{}", app.screen());
}

#[test]
fn in_production_an_entry_is_written_only_after_its_name_was_typed() {
    let mut app = dialog(true, &entry());
    app.press("enter").write("TICKET-7").press("enter");
    assert!(app.screen().contains("type `demo`"), "{}", app.screen());
    app.write("dem").press("enter tab enter");
    assert_eq!(begun(&app), None, "{}", app.screen());
    app.write("o").press("enter tab enter");
    assert!(matches!(begun(&app), Some(Entry::Write(_))), "{}", app.screen());
}

#[test]
fn where_there_can_be_no_entry_the_dialog_says_why_and_acting_goes_on() {
    let problem = Problem::new(Kind::Permission, "the context is read only");
    let mut app = dialog(true, &Noting::Cannot(problem));
    let screen = app.screen();
    assert!(screen.contains("no entry in the application's own audit: the context is read only"));
    assert!(!screen.contains("type `demo`"), "{screen}");
    app.press("enter").write("TICKET-7").press("enter enter");
    assert!(matches!(begun(&app), Some(Entry::Cannot(_))), "{}", app.screen());
    let mut app = dialog(true, &Noting::Off);
    assert!(!app.screen().contains("own audit"), "{}", app.screen());
    app.press("enter").write("TICKET-7").press("enter enter");
    assert_eq!(begun(&app), Some(Entry::None));
}
