//! An organization, a table, a row: what is said of each, and where Enter leads.

use super::{ALICE, asked, console, console_on, folded, serve, to};

#[test]
fn an_organization_is_described_with_what_belongs_to_it() {
    let mut app = console(80, 24);
    serve(app.press("g o"));
    serve(app.press("d"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <0> all  <1> Acme  <w> why  <enter> open  </> search  <c> copy  <Y> copy all
    ┌─ workspace(Acme) ────────────────────────────────────────────────────────────┐
    │    id          7                                                             │
    │    name        Acme                                                          │
    │>   pipelines   12                                                            │
    │    users       300                                                           │
    │    created_at  2026-01-02 03:04:05                                           │
    │    problem     ∅                                                             │
    │                                                                              │
    │  what belongs to it                                                          │
    │    pipelines                                                                 │
    │    users                                                                     │
    │    memberships                                                               │
    │    grants                                                                    │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └─────────────────────────────────────────────────── enter: pipelines of Acme ─┘
     home > workspaces > Acme
    ");
    to(&mut app, "pipelines");
    app.press("enter");
    assert!(
        asked(&app)[0].contains("Departments { organization: Some(\"7\")"),
        "{:?}",
        asked(&app)
    );
}

#[test]
fn a_department_leads_to_its_people_only_where_the_schema_tells_who_they_are() {
    let mut app = console(80, 24);
    serve(app.press("g d"));
    serve(app.press("enter"));
    assert!(app.screen().contains("users(Sales)"), "{}", app.screen());
    let mut app = console_on(80, 24, false);
    serve(app.press("g d"));
    serve(app.press("enter"));
    assert!(
        app.screen().contains("    name             Sales") && !app.screen().contains("users("),
        "{}",
        app.screen()
    );
    assert!(!app.screen().contains("what belongs to it"), "{}", app.screen());
}

#[test]
fn a_table_is_described_with_columns_policies_and_keys_both_ways() {
    let mut app = console(200, 60);
    serve(app.press("g t"));
    serve(app.press("d"));
    insta::assert_snapshot!(folded(&app), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ table(public.emails) ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │    schema         public                                                                                                                                                                             │
    │>   table          emails                                                                                                                                                                             │
    │    rows_estimate  20000                                                                                                                                                                              │
    │    rls            forced                                                                                                                                                                             │
    │    policies       1                                                                                                                                                                                  │
    │                                                                                                                                                                                                      │
    │  columns                                                                                                                                                                                             │
    │    id       bigint  key, not null, indexed                                                                                                                                                           │
    │    user_id  uuid    not null, indexed  -> public.users (id)                                                                                                                                          │
    │    subject  text    not null                                                                                                                                                                         │
    │    body     text                                                                                                                                                                                     │
    │                                                                                                                                                                                                      │
    │  policies                                                                                                                                                                                            │
    │    own_department  SELECT permissive, for acme_app                                                                                                                                                   │
    │      using (department_id = ANY (my_departments()))                                                                                                                                                  │
    │                                                                                                                                                                                                      │
    │  referred to by                                                                                                                                                                                      │
    │    public.files (email_id)                                                                                                                                                                           │
    │                                                                                                                                                                                                      │
    └─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: rows of public.emails ─┘
     home > tables > public.emails
    ");
}

#[test]
fn a_row_is_loaded_whole_and_its_foreign_keys_are_followed() {
    let mut app = console(80, 24);
    serve(app.press("g t"));
    serve(app.press("enter"));
    assert!(!app.screen().contains("last line of a long body"));
    serve(app.press("j d"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <w> why  <enter> open  </> search  <c> copy  <Y> copy all  <:> command
    ┌─ public.emails </id=42> ─────────────────────────────────────────────────────┐
    │    id       42                                                               │
    │>   user_id  0f9619ff-8b86-d011-b42d-00cf4fc964ff                             │
    │    subject  Re: Invoice                                                      │
    │    body                                                                      │
    │      first line                                                              │
    │      last line of a long body                                                │
    │                                                                              │
    │  referred to by                                                              │
    │    public.files  email_id                                                    │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └──────────────────────────────────────────────────── enter: row public.users ─┘
     home > tables > public.emails > 42
    ");
    to(&mut app, "user_id");
    app.press("enter");
    let asked = asked(&app);
    assert!(
        asked[0].contains("users") && asked[0].contains(ALICE) && asked[0].contains("whole: true"),
        "{asked:?}"
    );
}

#[test]
fn there_is_a_preview_where_there_is_room_and_it_keeps_still_while_the_cursor_moves() {
    let mut app = console(200, 60);
    serve(app.press("g u"));
    app.wait(200);
    assert!(app.screen().contains("preview") && app.screen().contains(ALICE), "{}", app.screen());
    // A held key: nothing is asked, and nothing is shown that is not under the cursor.
    for _ in 0..3 {
        app.press("j").wait(30);
        assert!(app.questions().is_empty(), "{:?}", asked(&app));
        assert!(!app.screen().contains(ALICE), "{}", app.screen());
    }
    app.wait(90);
    assert!(app.screen().contains(ALICE), "{}", app.screen());
    let mut app = console(80, 24);
    serve(app.press("g u"));
    app.wait(200);
    assert!(!app.screen().contains("preview"), "{}", app.screen());
    // Where there is none, the keys stay with the list.
    app.press("tab j");
    assert!(app.screen().contains("│>  bob@acme.test"), "{}", app.screen());
}
