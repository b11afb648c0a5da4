//! How a command ends, and what it says then.

use std::process::Stdio;

use purview::{
    demo::{LoginKind, System},
    pg::{Sql, Workshop, quote_ident},
};

use crate::{Ran, common, get, journal, program, program_of, table_with_policy};

#[tokio::test]
async fn exit_codes_tell_how_it_went() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    workshop.script("CREATE TABLE public.vault (id int PRIMARY KEY)").await.unwrap();
    table_with_policy(&mut workshop, "public.broken", "1 / (id - id) = 1").await;

    let ran = get(&program, "rows public.vault --role org_assistant_app");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(
        ran.said.contains("hint: grant select on public.vault to \"org_assistant_app\""),
        "{}",
        ran.said
    );

    let ran = get(&program, "rows public.broken --role org_assistant_app");
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(ran.said.contains("division by zero"), "{}", ran.said);

    assert_eq!(get(&program, "rows public.nothere").code, 5);
    assert_eq!(get(&program, "policies public.nothere").code, 5);
    assert_eq!(get(&program, "rows public.emails --role postgres").code, 4);

    let elsewhere = program_of(database.url(LoginKind::Support).replace(&database.name, "nowhere"));
    assert_eq!(get(&elsewhere, "users").code, 3);
    let wrong = database.url(LoginKind::Support).replace('@', "x@");
    let ran = get(&program_of(wrong.clone()), "users");
    assert_eq!(ran.code, 3);
    let secret = wrong.split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    assert!(!ran.said.contains(&secret), "{}", ran.said);
}

#[tokio::test]
async fn a_login_without_rights_is_told_for_each_what_would_give_it() {
    let database = common::database(System::OrgAssistant).await;
    let mut workshop = database.workshop().await;
    let name = quote_ident(&database.name);
    workshop.script("CREATE ROLE plain LOGIN PASSWORD 'plain'").await.unwrap();
    workshop.script(&format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")).await.unwrap();
    let url = database.url(LoginKind::Support);
    let program = program_of(format!("postgres://plain:plain@{}", url.split('@').nth(1).unwrap()));
    let told = |words: &str, hint: &str| {
        let ran = get(&program, words);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{words}: {}", ran.said);
        assert!(ran.said.contains(&format!("hint: {hint}")), "{words}: {}", ran.said);
    };
    let connect = format!("grant connect on database {name} to \"plain\"");
    told("users", &connect);
    workshop.script(&connect).await.unwrap();
    told("users", "grant select on public.users to \"plain\"");
    let first = "grant select on public.emails to \"plain\"; then act as somebody, or";
    told("rows public.emails", first);
    let become_app = "grant \"org_assistant_app\" to \"plain\"";
    told("rows public.emails --role org_assistant_app", become_app);
    let why = "rls why public.users --where true --role org_assistant_app";
    // What the login reads by itself comes first.
    let select = "grant select on public.users to \"plain\"";
    let ran = program.run(why.split(' '));
    assert!(ran.code == 4 && ran.said.contains(&format!("hint: {select}")), "{}", ran.said);
    workshop.script(select).await.unwrap();
    let ran = program.run(why.split(' '));
    assert!(ran.code == 4 && ran.said.contains(&format!("hint: {become_app}")), "{}", ran.said);
    assert!(ran.said.contains("--acting-url"), "{}", ran.said);
    workshop.script(become_app).await.unwrap();
    get(&program, "rows public.emails --role org_assistant_app").data();
    assert!(!get(&program, "tables -o json").objects().is_empty());
    assert!(!get(&program, "policies -o json").objects().is_empty());
}

#[tokio::test]
async fn an_interrupt_cancels_on_the_server_and_ends_with_130() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    table_with_policy(&mut workshop, "public.slow", "pg_sleep(600) IS NOT NULL").await;
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let words = ["get", "rows", "public.slow", "--role", "org_assistant_app"];
        let child =
            program.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        busy(&mut workshop, &database.name, true).await;
        let ran = Ran::interrupted(child, signal);
        assert_eq!((ran.code, ran.out.as_str()), (130, ""), "{}", ran.said);
        busy(&mut workshop, &database.name, false).await;
    }
    let journal = std::fs::read_to_string(journal(&program)).unwrap();
    assert_eq!(journal.matches("\"event\":\"end\"").count(), 2, "{journal}");
}

/// Waits until the jail's session in `database` works on something, or works no more.
async fn busy(workshop: &mut Workshop, database: &str, wanted: bool) {
    let mut statement = Sql::new(
        "SELECT count(*)::text, pg_sleep(0.02)::text FROM pg_stat_activity WHERE usename = 'purview_jail' AND state = 'active' AND query LIKE '%slow%' AND datname = ",
    );
    statement.bind(Some(database), "pg_catalog.name");
    for _ in 0..500 {
        let rows = workshop.fetch(&statement).await.unwrap();
        if (rows.scalar() != Some("0")) == wanted {
            return;
        }
    }
    panic!("the session was never seen to be {}", if wanted { "at work" } else { "done" });
}
