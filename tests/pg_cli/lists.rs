//! Lists are limited, filtered, sorted and printed page by page.

use std::{collections::BTreeSet, io::BufRead as _, process::Stdio};

use purview::demo::{LoginKind, System};

use crate::{Ran, common, get, journal, program, program::Program};

#[tokio::test]
async fn lists_are_limited_filtered_and_sorted_by_the_server() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let organizations = get(&program, "organizations -o json --sort -users").objects();
    let counts: Vec<u64> = organizations.iter().map(|row| row["users"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|one, next| one >= next) && counts.len() == 3, "{counts:?}");
    let name = organizations[0]["name"].as_str().unwrap();
    let users = program.run(["get", "users", "-o", "json", "--org", name]).objects();
    assert_eq!(users.len() as u64, counts[0]);
    assert!(users.iter().all(|user| user["organization"] == name));
    assert_eq!(get(&program, "users -o json --limit 3").objects().len(), 3);
    assert_eq!(get(&program, "users -o json --limit 0").objects().len(), 0);
    let deleted = get(&program, "users -o json --filter state=deleted").objects();
    assert!(!deleted.is_empty() && deleted.iter().all(|user| user["state"] == "deleted"));
    let department = &get(&program, "departments -o json --sort -users").objects()[0];
    let id = department["id"].as_str().unwrap();
    let members = get(&program, &format!("users -o json --department {id}")).objects();
    assert_eq!(Some(members.len() as u64), department["users"].as_u64());
    let wrong = get(&program, "users --filter colour=red");
    assert_eq!(wrong.code, 2);
    assert!(wrong.said.contains("there is no column `colour`"), "{}", wrong.said);
}

#[tokio::test]
async fn more_rows_than_a_page_come_each_once() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    let count = workshop.script("SELECT count(*)::text FROM public.api_usage").await.unwrap();
    let count: usize = count[0][0].as_deref().unwrap().parse().unwrap();
    assert!(count > 2000);
    let lines = get(&program, "rows public.api_usage -o ndjson").data();
    assert_eq!(lines.lines().collect::<BTreeSet<_>>().len(), count);
    let json = get(&program, "rows public.api_usage -o json").objects();
    assert_eq!(json.len(), count);
    assert!(json[0]["cost_usd"].is_string(), "money is a decimal string: {:?}", json[0]);
}

#[tokio::test]
async fn a_reader_that_has_enough_is_no_failure() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    for format in ["ndjson", "json", "csv", "md", "table"] {
        let words =
            ["get", "rows", "public.api_usage", "-o", format, "--role", "org_assistant_app"];
        let mut child =
            program.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = std::io::BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.said.as_str()), (0, ""), "{format}");
    }
    let journal = std::fs::read_to_string(journal(&program)).unwrap();
    assert_eq!(journal.matches("\"event\":\"end\"").count(), 5, "{journal}");
}

#[tokio::test]
async fn without_a_mapping_tables_and_rows_work_and_users_say_why_not() {
    let database = common::empty_database().await;
    let program = Program::new().with("PURVIEW_URL", database.url(LoginKind::Superuser));
    let mut workshop = database.workshop().await;
    workshop.script("CREATE TABLE public.t (id int PRIMARY KEY, x text); INSERT INTO public.t VALUES (1, 'one'), (2, NULL)").await.unwrap();
    assert_eq!(get(&program, "tables -o json").objects().len(), 1);
    let rows = get(&program, "rows t -o ndjson").data();
    assert_eq!(rows, "{\"id\":1,\"x\":\"one\"}\n{\"id\":2,\"x\":null}\n");
    let ran = get(&program, "users");
    assert_eq!(ran.code, 2);
    assert!(ran.said.contains("purview mapping init"), "{}", ran.said);
    assert!(program.run(["doctor"]).data().contains("purview does not know"));
}
