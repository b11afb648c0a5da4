//! `purview sql` as people and pipelines run it.

use std::{io::Write as _, process::Stdio};

use purview::demo::{LoginKind, System};

use crate::{
    common::{self, TestDatabase},
    program::{Program, Ran},
};

fn program(database: &TestDatabase, login: LoginKind) -> Program {
    Program::new()
        .with("PURVIEW_URL", database.url(login))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Jail))
}

#[tokio::test]
async fn a_statement_comes_as_an_argument_from_a_file_or_on_standard_input() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let text = "SELECT count(*) AS users, true AS yes, NULL AS nothing FROM users";
    let expected = database.workshop().await.script("SELECT count(*) FROM users").await.unwrap()[0]
        [0]
    .clone()
    .unwrap();
    let by_argument = program.run(["sql", text, "-o", "ndjson"]).data();
    assert_eq!(by_argument, format!("{{\"users\":{expected},\"yes\":true,\"nothing\":null}}\n"));
    let file = program.home().join("q.sql");
    std::fs::write(&file, text).unwrap();
    assert_eq!(
        program.run(["sql", "-f", &file.display().to_string(), "-o", "ndjson"]).data(),
        by_argument
    );
    let mut child = program
        .command(["sql", "-o", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).data(), by_argument);
    let csv = program.run(["sql", "VALUES (1, 'a,b'), (2, NULL)", "-o", "csv"]).data();
    assert_eq!(csv, "column1,column2\n1,\"a,b\"\n2,\n");
    assert_eq!(program.run(["sql", "SELECT 1 WHERE false", "-o", "csv"]).data(), "?column?\n");
    let limited = program.run(["sql", "SELECT * FROM generate_series(1, 5000)"]);
    assert_eq!(limited.code, 0);
    assert!(limited.said.contains("more than the first 1000 rows"), "{}", limited.said);
    assert_eq!(
        program
            .run(["sql", "SELECT * FROM generate_series(1, 5000)", "-o", "csv"])
            .data()
            .lines()
            .count(),
        5001
    );
}

#[tokio::test]
async fn the_exit_code_says_who_refused() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    for (text, code, said) in [
        ("DELETE FROM users", 2, "`DELETE` does more than read, at line 1, column 1"),
        ("SELECT 1; SELECT 2", 2, "one statement at a time, at line 1, column 11"),
        ("SELECT\n nextval('x')", 2, "`nextval` does more than read, at line 2, column 2"),
        ("SELECT * FORM users", 2, "cannot be read"),
        (
            "SELECT 1,\n  nothing FROM users",
            5,
            "column \"nothing\" does not exist, at line 2, column 3",
        ),
        ("SELECT 1/0", 5, "division by zero"),
        ("SELECT * FROM pg_authid", 4, "permission denied"),
    ] {
        let ran = program.run(["sql", text]);
        assert_eq!(ran.code, code, "{text}: {}", ran.said);
        assert!(ran.said.contains(said) && ran.out.is_empty(), "{text}: {}{}", ran.out, ran.said);
    }
    let nobody = Program::new().with("PURVIEW_URL", database.url(LoginKind::Admin));
    let ran = nobody.run([
        "sql",
        "SELECT 1",
        "--role",
        "org_assistant_app",
        "--set",
        "app.current_user_id=x",
    ]);
    assert_eq!(ran.code, 4, "{}", ran.said);
}

#[tokio::test]
async fn it_runs_as_a_user_and_without_a_mapping_as_a_role_with_settings() {
    let database = common::database(System::OrgAssistant).await;
    let mut workshop = database.workshop().await;
    let program = program(&database, LoginKind::Support);
    let user = workshop
        .script("SELECT id, email FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT 1")
        .await
        .unwrap()
        .remove(0);
    let [Some(id), Some(email)] = user.as_slice() else { panic!("{user:?}") };
    let text = "SELECT current_user AS role, current_setting('app.current_user_id') AS id";
    let found = program.run(["sql", text, "--as", email, "-o", "json"]).objects();
    assert_eq!(
        (found[0]["role"].as_str(), found[0]["id"].as_str()),
        (Some("org_assistant_app"), Some(id.as_str()))
    );
    let found = program.run(["sql", "SELECT email, password_hash FROM users", "-o", "json"]);
    assert!(found.said.contains("left out because secret: password_hash"), "{}", found.said);
    assert!(found.objects().iter().all(|row| row.len() == 1));

    let empty = common::empty_database().await;
    let mut workshop = empty.workshop().await;
    let world = "DO $$ BEGIN CREATE ROLE cmd_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; GRANT cmd_app TO purview_jail";
    workshop.script(world).await.unwrap();
    let program = crate::command::program(&empty, LoginKind::Support);
    let words = [
        "sql",
        "SELECT current_user AS role, current_setting('a.b') AS b",
        "--role",
        "cmd_app",
        "--set",
        "a.b=c d",
        "-o",
        "ndjson",
    ];
    assert_eq!(program.run(words).data(), "{\"role\":\"cmd_app\",\"b\":\"c d\"}\n");
    let journal =
        std::fs::read_to_string(program.home().join(".local/state/purview/journal.jsonl")).unwrap();
    assert!(
        journal.contains("current_user AS role") && journal.contains("\"event\":\"end\""),
        "{journal}"
    );
}
