//! What Home says, and where its lines lead.

use chrono::TimeDelta;
use purview::{
    headline::{Lead, Line, Severity},
    home::Overview,
    pg::{Kind as Sort, Problem},
    tui::{model::Beginning, msg::Msg},
};

use super::{
    asked, console, folded, serve, to,
    world::{answer, overview, seen},
};
use crate::driver::{self, Driver};

#[test]
fn home_says_what_is_here_in_the_schemas_words_and_what_is_wrong_worst_first() {
    insta::assert_snapshot!(console(80, 24).screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  </> search  <c> copy  <Y> copy all  <:> command  <?> help
    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────┐
    │  in this database                                                            │
    │>        3  workspaces      with how many belong to each                      │
    │        12  pipelines       with their workspace and who is in them           │
    │    1 000+  users           with their roles, last login and problems         │
    │            roles           what each is for, and how many have it            │
    │            memberships     which user belongs to which workspace, as what    │
    │         ?  grants          which user has which role where                   │
    │        23  tables          with their size, row security and problems        │
    │            policies        which rows they let pass, for whom                │
    │            audit           what happened, newest first                       │
    │                                                                              │
    │  not counted                                                                 │
    │    permission denied for table user_roles                                    │
    │                                                                              │
    │  looked for                                                                  │
    │         8  WRONG   deleted users that still have access                      │
    │         4  notice  locked users                                              │
    │         0  ok      workspaces without an admin                               │
    └─────────────────────────────────────────── 7 more below · enter: workspaces ─┘
     home
    ");
    insta::assert_snapshot!(folded(&console(200, 60)), @"
     demo [RW]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │  in this database                                                                                                                                                                                    │
    │>        3  workspaces      with how many belong to each                                                                                                                                              │
    │        12  pipelines       with their workspace and who is in them                                                                                                                                   │
    │    1 000+  users           with their roles, last login and problems                                                                                                                                 │
    │            roles           what each is for, and how many have it                                                                                                                                    │
    │            memberships     which user belongs to which workspace, as what                                                                                                                            │
    │         ?  grants          which user has which role where                                                                                                                                           │
    │        23  tables          with their size, row security and problems                                                                                                                                │
    │            policies        which rows they let pass, for whom                                                                                                                                        │
    │            audit           what happened, newest first                                                                                                                                               │
    │                                                                                                                                                                                                      │
    │  not counted                                                                                                                                                                                         │
    │    permission denied for table user_roles                                                                                                                                                            │
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
fn one_reason_why_many_counts_fail_is_told_once_with_its_cure() {
    let mut app = console(80, 40);
    app.press("^r");
    app.answer(|question| {
        if !question.as_any().is::<Overview>() {
            return Ok(answer(question));
        }
        let mut found = overview();
        let guarded = |table: &str| {
            Problem::new(Sort::Permission, format!("policies of {table} hide rows"))
                .hint("alter role me bypassrls")
        };
        for (line, table) in [(0, "workspaces"), (2, "pipelines"), (4, "users")] {
            found.lines[line].count = Err(guarded(table));
        }
        Ok(Box::new(found))
    });
    let screen = app.screen();
    let times = |said: &str| screen.matches(said).count();
    assert_eq!(times("alter role me bypassrls"), 1, "{screen}");
    assert_eq!(times("3 times, first: policies of workspaces hide rows"), 1, "{screen}");
    assert_eq!(times("permission denied for table user_roles"), 1, "{screen}");
    assert_eq!(times("?  "), 4, "{screen}");
    assert_eq!(times("locked users: not counted"), 1, "{screen}");
}

#[test]
fn what_takes_long_is_not_looked_at_unasked_and_what_was_found_says_when() {
    let mut app = console(80, 40);
    let leaks = |app: &Driver, told: bool| {
        let line = Line::new("tables that leak", Severity::Wrong, Lead::to("leaks"));
        let at = app.model.now.wall - TimeDelta::minutes(7);
        if told { Line { found: Some(at), ..line }.all(3) } else { line }
    };
    for (told, said) in [
        (false, "–          tables that leak: not looked yet, enter looks"),
        (true, "3  WRONG   tables that leak, 7 min ago"),
    ] {
        app.press("^r");
        let line = leaks(&app, told);
        app.answer(|question| {
            if !question.as_any().is::<Overview>() {
                return Ok(answer(question));
            }
            let mut found = overview();
            found.lines.push(line.clone());
            Ok(Box::new(found))
        });
        assert!(app.screen().contains(said), "{}", app.screen());
    }
    to(&mut app, "tables that leak");
    app.press("enter");
    assert!(asked(&app)[0].contains("Leaks"), "{:?}", asked(&app));
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
fn while_acting_nothing_is_called_missing_or_in_order_that_may_only_be_hidden() {
    let mut app = console(80, 30);
    serve(app.press("g u"));
    serve(app.press("i"));
    serve(app.write("TICKET-7").press("enter enter"));
    app.press("esc g h");
    for _ in 0..20 {
        app.answer(|question| {
            let home = question.as_any().is::<Overview>();
            Ok(if home { Box::new(seen()) } else { answer(question) })
        });
    }
    insta::assert_snapshot!(app.screen(), @"
     demo [RW]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     AS alice@acme.test  30 min left  role acme_app  jailed  reason TICKET… I stops
     <enter> open  </> search  <c> copy  <Y> copy all  <:> command  <?> help
    ┌─ Acme Mail as alice ─────────────────────────────────────────────────────────┐
    │  as alice@acme.test sees it: there may be more                               │
    │                                                                              │
    │  in this database                                                            │
    │>        3  workspaces      visible to alice                                  │
    │         0  pipelines       visible to alice                                  │
    │         5  users           visible to alice                                  │
    │            roles           what each is for, and how many have it            │
    │            memberships     which user belongs to which workspace, as what    │
    │         ?  grants          which user has which role where                   │
    │        23  tables          with their size, row security and problems        │
    │            policies        which rows they let pass, for whom                │
    │            audit           what happened, newest first                       │
    │                                                                              │
    │  not counted                                                                 │
    │    permission denied for table user_roles                                    │
    │                                                                              │
    │  looked for                                                                  │
    │         5  WRONG   deleted users that still have access, visible to alice    │
    │         –          workspaces without an admin: not known as alice           │
    │         0          locked users, visible to alice                            │
    │                                                                              │
    │  acting as a user                                                            │
    │    jailed: the session's login has no rights of its own; whoever leaves the  │
    └─────────────────────────────────────────── 4 more below · enter: workspaces ─┘
     home
    ");
    let dim = app.model.theme.dim.fg;
    for said in ["workspaces without", "0  pipelines", "0          locked"] {
        assert_eq!(app.style_of(said).fg, dim, "{said}");
    }
    assert!(!app.screen().contains("ok  "), "{}", app.screen());
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

#[test]
fn what_is_looked_for_before_it_is_there_is_looked_for_again_when_more_comes() {
    let mut app = Driver::unconnected(80, 24, Beginning::default());
    app.send(Msg::Connected(Ok(driver::facts())));
    app.press("/").write("locked").press("enter");
    let screen = app.screen();
    assert!(screen.contains("not there yet; it is looked for again"), "{screen}");
    serve(&mut app);
    let screen = app.screen();
    assert!(screen.contains("found: locked"), "{screen}");
    let line = screen.lines().find(|line| line.contains("│>")).unwrap();
    assert!(line.contains("locked users"), "{screen}");
    // All is there: what is not in it is not found.
    app.press("/").write("nowhere").press("enter");
    assert!(app.screen().contains("not found: nowhere"), "{}", app.screen());
    // Whoever goes on by hand stays where they went.
    app.press("ctrl-r /").write("nowhere").press("enter j");
    let at = |app: &Driver| app.screen().lines().position(|line| line.contains("│>"));
    let before = at(&app);
    serve(&mut app);
    assert_eq!(at(&app), before);
}
