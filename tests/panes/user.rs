//! One user: what is said, what they see, how they are found and acted as.

use purview::directory::Look;

use super::{ALICE, asked, console, folded, serve, to, world::answer};

#[test]
fn a_user_is_told_whole_and_what_a_schema_lacks_is_said() {
    let mut app = console(200, 60);
    serve(app.press("g u"));
    serve(app.press("enter"));
    insta::assert_snapshot!(folded(&app), @r#"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <w> why       <enter> open  <i> act as    </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ user(alice@acme.test) ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │    id               0f9619ff-8b86-d011-b42d-00cf4fc964ff                                                                                                                                             │
    │    organization_id  7                                                                                                                                                                                │
    │    email            alice@acme.test                                                                                                                                                                  │
    │    name             Zoë O'Brien                                                                                                                                                                      │
    │>   workspace        Acme                                                                                                                                                                             │
    │    last_login_at    2026-03-03 10:11:12                                                                                                                                                              │
    │    state            locked                                                                                                                                                                           │
    │    preferences                                                                                                                                                                                       │
    │      {                                                                                                                                                                                               │
    │        "theme": "dark",                                                                                                                                                                              │
    │        "n": [1, 2]                                                                                                                                                                                   │
    │      }                                                                                                                                                                                               │
    │                                                                                                                                                                                                      │
    │  may see                                                                                                                                                                                             │
    │    as acme_app in Acme                                                                                                                                                                               │
    │      1 000+  public.emails                                                                                                                                                                           │
    │           0  public.files                                                                                                                                                                            │
    │           –  public.tokens                                                                                                                                                                           │
    │              permission denied for table tokens                                                                                                                                                      │
    │                                                                                                                                                                                                      │
    │  memberships                                                                                                                                                                                         │
    │    Acme  member  suspended  2026-01-05 00:00:00                                                                                                                                                      │
    │                                                                                                                                                                                                      │
    │  pipelines                                                                                                                                                                                           │
    │    Partners  lead                                                                                                                                                                                    │
    │                                                                                                                                                                                                      │
    │  grants                                                                                                                                                                                              │
    │    Acme Mail has no grants                                                                                                                                                                           │
    │                                                                                                                                                                                                      │
    │  permissions                                                                                                                                                                                         │
    │    from the membership in Acme                                                                                                                                                                       │
    │      {                                                                                                                                                                                               │
    │        "deals": ["read"]                                                                                                                                                                             │
    │      }                                                                                                                                                                                               │
    │                                                                                                                                                                                                      │
    │  last events                                                                                                                                                                                         │
    │    2026-03-03 10:11:12  login          email 9d2c  audit log                                                                                                                                         │
    │    2026-03-02 09:00:00  email_deleted  email 9d2c  audit log                                                                                                                                         │
    │                                                                                                                                                                                                      │
    └─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: pipelines of Acme ─┘
     home > users > alice@acme.test
    "#);
    let mut app = console(80, 24);
    serve(app.press("g u"));
    serve(app.press("enter"));
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <w> why  <enter> open  <i> act as  </> search  <c> copy  <Y> copy all
    ┌─ user(alice@acme.test) ──────────────────────────────────────────────────────┐
    │    id               0f9619ff-8b86-d011-b42d-00cf4fc964ff                     │
    │    organization_id  7                                                        │
    │    email            alice@acme.test                                          │
    │    name             Zoë O'Brien                                              │
    │>   workspace        Acme                                                     │
    │    last_login_at    2026-03-03 10:11:12                                      │
    │    state            locked                                                   │
    │    preferences                                                               │
    │      {                                                                       │
    │        "theme": "dark",                                                      │
    │        "n": [1, 2]                                                           │
    │      }                                                                       │
    │                                                                              │
    │  may see                                                                     │
    │    as acme_app in Acme                                                       │
    │      1 000+  public.emails                                                   │
    │           0  public.files                                                    │
    │           –  public.tokens                                                   │
    └─────────────────────────────────── 20 more below · enter: pipelines of Acme ─┘
     home > users > alice@acme.test
    "#);
}

#[test]
fn what_a_user_may_see_is_looked_at_as_the_user_with_a_reason_and_an_end() {
    let mut app = console(80, 24);
    serve(app.press("g u"));
    app.press("enter");
    for _ in 0..2 {
        let look = app
            .questions()
            .into_iter()
            .find_map(|(_, _, question)| question.as_any().downcast_ref::<Look>().cloned());
        if let Some(Look { acting }) = look {
            assert_eq!(acting.person.as_ref().unwrap().id.as_deref(), Some(ALICE));
            assert!(acting.reason.contains("alice@acme.test") && acting.until > acting.since);
            return;
        }
        app.answer(|question| Ok(answer(question)));
    }
    panic!("nobody looked: {:?}", asked(&app));
}

#[test]
fn lines_about_a_user_lead_on() {
    for (line, wanted) in [
        ("Acme", "Departments"),
        ("Partners", "department: Some(\"3\")"),
        ("email_deleted", "audit_logs"),
    ] {
        let mut app = console(200, 60);
        serve(app.press("g u"));
        serve(app.press("enter"));
        to(&mut app, line);
        app.press("enter");
        assert!(
            asked(&app).iter().any(|asked| asked.contains(wanted)),
            "{line}: {:?}",
            asked(&app)
        );
    }
}

#[test]
fn a_sheet_that_was_stopped_says_so_and_how_to_go_on() {
    let mut app = console(80, 24);
    serve(app.press("g u"));
    app.press("enter esc");
    let screen = app.screen();
    assert!(screen.contains("stopped") && screen.contains("ctrl-r loads it again"), "{screen}");
    serve(app.press("ctrl-r"));
    let screen = app.screen();
    assert!(screen.contains("alice@acme.test") && !screen.contains("stopped"), "{screen}");
}

#[test]
fn an_organization_that_is_entered_has_its_name_and_a_digit_wherever_one_comes_from() {
    let mut app = console(100, 24);
    serve(app.press("g u"));
    serve(app.press("enter"));
    to(&mut app, "Acme");
    serve(app.press("enter"));
    assert!(app.screen().contains("workspace Acme"), "{}", app.screen());
    serve(app.press("0"));
    assert!(app.screen().contains("workspace all"), "{}", app.screen());
    serve(app.press("1"));
    assert!(app.screen().contains("workspace Acme"), "{}", app.screen());
}

#[test]
fn a_table_that_a_user_sees_is_gone_to_as_that_user() {
    let mut app = console(80, 24);
    serve(app.press("g u"));
    serve(app.press("enter"));
    to(&mut app, "public.emails");
    serve(app.press("enter"));
    assert!(app.screen().contains("act as"), "{}", app.screen());
    serve(app.write("TICKET-7").press("enter enter"));
    serve(app.press("esc"));
    assert!(
        app.screen().contains("AS alice@acme.test") && app.screen().contains("rows(public.emails)"),
        "{}",
        app.screen()
    );
}

#[test]
fn an_identity_that_is_no_user_is_acted_as_by_its_name_and_nothing_filtered_is_said() {
    let mut app = console(80, 24);
    serve(app.write(":as anon").press("enter"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
    ┌─ act as ─────────────────────────────────────────────────────────────────────┐
    │ (*) anon as anon                                                             │
    │                                                                              │
    │ reason or ticket:                                                            │
    │ for 30 minutes                                                               │
    │                                                                              │
    │ [ Cancel ]  [ Act ]   enter goes on                                          │
    │                                                                              │
    │ no table here has row security: nothing will be filtered                     │
    │ fence jailed: the session's login has no rights of its own; whoever leaves   │
    │ the role has nothing                                                         │
    │ what is sent around every statement:                                         │
    │ BEGIN READ ONLY;                                                             │
    │ SELECT set_config('statement_timeout', '60s', true) FROM date_part('epoch',  │
    │ current_setting('statement_timeout')::interval) AS s WHERE s OPERATOR(<)     │
    │ 0.001 OR s OPERATOR(>) 60;                                                   │
    │ SET LOCAL row_security = on;                                                 │
    │ SET LOCAL lock_timeout = '2s';                                               │
    │ SET LOCAL idle_in_transaction_session_timeout = '30s';                       │
    │ SET LOCAL client_min_messages = 'error';                                     │
    │ SET LOCAL TimeZone = 'UTC';                                                  │
    └───────────────────────────────────────────── page down: the rest of the SQL ─┘
    ");
    serve(app.write("TICKET-8").press("enter enter"));
    serve(app.press("esc"));
    assert!(app.screen().contains("AS anon"), "{}", app.screen());
    serve(app.press("I"));
    assert!(!app.screen().contains("AS anon"), "{}", app.screen());
}

#[test]
fn somebody_is_found_by_any_of_their_names_and_a_row_by_its_id() {
    let mut app = console(80, 24);
    app.press("ctrl-p").write("zoë").wait(200);
    serve(&mut app);
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
    ┌─ find anything: a name, an e-mail address, an id ────────────────────────────┐
    │> zoë                                                                         │
    │           alice@acme.test    user Zoë O'Brien                                │
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
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │ 1/86 user Zoë O'Brien                                                        │
    └──────────────────────────────────────────────────────────────────────────────┘
    ");
    app.press("enter");
    assert!(asked(&app).iter().any(|asked| asked.contains("UserDetail")), "{:?}", asked(&app));
    let mut app = console(80, 24);
    app.press("ctrl-p").paste(ALICE).wait(200);
    serve(&mut app);
    app.press("enter");
    let asked = asked(&app);
    assert!(asked[0].contains("emails") && asked[0].contains(ALICE), "{asked:?}");
}
