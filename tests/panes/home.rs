//! What Home says, and where its lines lead.

use purview::{
    pg::{Kind as Sort, Problem},
    tui::{model::Beginning, msg::Msg},
};

use super::{asked, console, folded, serve, to};
use crate::driver::{self, Driver};

#[test]
fn home_says_what_is_here_in_the_schemas_words_and_what_is_wrong_worst_first() {
    insta::assert_snapshot!(console(80, 24).screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  </> search  <c> copy  <Y> copy all  <:> command  <?> help
    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────┐
    │  in this database                                                            │
    │>        3  workspaces      with how many belong to each                      │
    │        12  pipelines       with their workspace and who is in them           │
    │    1 000+  users           with their roles, last login and problems         │
    │            roles           what each is for, and how many have it            │
    │            memberships     which user belongs to which workspace, as what    │
    │         ?  grants          permission denied for table user_roles            │
    │        23  tables          with their size, row security and problems        │
    │            policies        which rows they let pass, for whom                │
    │                                                                              │
    │  looked for                                                                  │
    │         8  WRONG   deleted users that still have access                      │
    │         4  notice  locked users                                              │
    │         0  ok      workspaces without an admin                               │
    │                                                                              │
    │  acting as a user                                                            │
    │    jailed: the session's login has no rights of its own; whoever leaves the  │
    │    role has nothing                                                          │
    └─────────────────────────────────────────── 3 more below · enter: workspaces ─┘
     home
    ");
    insta::assert_snapshot!(folded(&console(200, 60)), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │  in this database                                                                                                                                                                                    │
    │>        3  workspaces      with how many belong to each                                                                                                                                              │
    │        12  pipelines       with their workspace and who is in them                                                                                                                                   │
    │    1 000+  users           with their roles, last login and problems                                                                                                                                 │
    │            roles           what each is for, and how many have it                                                                                                                                    │
    │            memberships     which user belongs to which workspace, as what                                                                                                                            │
    │         ?  grants          permission denied for table user_roles                                                                                                                                    │
    │        23  tables          with their size, row security and problems                                                                                                                                │
    │            policies        which rows they let pass, for whom                                                                                                                                        │
    │                                                                                                                                                                                                      │
    │  looked for                                                                                                                                                                                          │
    │         8  WRONG   deleted users that still have access                                                                                                                                              │
    │         4  notice  locked users                                                                                                                                                                      │
    │         0  ok      workspaces without an admin                                                                                                                                                       │
    │                                                                                                                                                                                                      │
    │  acting as a user                                                                                                                                                                                    │
    │    jailed: the session's login has no rights of its own; whoever leaves the role has nothing                                                                                                         │
    │                                                                                                                                                                                                      │
    │  good to know                                                                                                                                                                                        │
    │    Only contacts and deals have row security.                                                                                                                                                        │
    │                                                                                                                                                                                                      │
    └────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: workspaces ─┘
     home
    ");
}

#[test]
fn each_line_of_home_leads_to_its_list_with_its_filter() {
    let mut app = console(80, 24);
    to(&mut app, "deleted users");
    app.press("enter");
    assert!(
        asked(&app)[0].contains("Users") && asked(&app)[0].contains(r#"value: "access""#),
        "{:?}",
        asked(&app)
    );
    serve(&mut app);
    assert!(app.screen().contains("users </problem~access>"), "{}", app.screen());
    app.press("esc");
    assert!(
        app.screen().contains("│>        8  WRONG"),
        "the cursor is where it was\n{}",
        app.screen()
    );
}

#[test]
fn home_shows_where_to_go_before_anything_is_counted() {
    let mut app = Driver::unconnected(80, 24, Beginning::default());
    app.send(Msg::Connected(Ok(driver::facts())));
    assert!(app.screen().contains("tables"), "{}", app.screen());
    app.refuse(&Problem::new(Sort::Cancelled, "canceling statement due to statement timeout"));
    assert!(
        app.screen().contains("canceling statement") && app.screen().contains("tables"),
        "{}",
        app.screen()
    );
}
