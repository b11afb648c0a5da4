//! The command line on real servers: the contract of its fields, formats, identities and exit codes, in all five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod acting;
#[path = "../pg_cost/by_hand.rs"]
mod by_hand;
mod checks;
#[path = "../common/mod.rs"]
mod common;
mod contract;
mod endings;
mod figures;
mod lists;
mod logins;
mod mapping;
#[path = "../program/mod.rs"]
mod program;
mod trying;

use common::TestDatabase;
use program::{Program, Ran};
use purview::{
    demo::{LoginKind, System},
    pg::Workshop,
};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// The program, its operator's login and its jail being those of `database`. URLs go by the environment, where no process list shows them.
fn program(database: &TestDatabase, login: LoginKind) -> Program {
    Program::new()
        .with("PURVIEW_URL", database.url(login))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Jail))
}

fn program_of(url: String) -> Program {
    Program::new().with("PURVIEW_URL", url)
}

fn get(program: &Program, words: &str) -> Ran {
    program.run(["get"].into_iter().chain(words.split(' ')))
}

fn texts(rows: &[Object], name: &str) -> Vec<String> {
    rows.iter().filter_map(|row| row[name].as_str().map(str::to_owned)).collect()
}

/// Makes `table` with one row, to which `policy` applies.
async fn table_with_policy(workshop: &mut Workshop, table: &str, policy: &str) {
    let script = format!(
        "CREATE TABLE {table} (id int PRIMARY KEY); INSERT INTO {table} VALUES (1); GRANT SELECT ON {table} TO org_assistant_app; \
         ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON {table} USING ({policy})"
    );
    workshop.script(&script).await.unwrap();
}

fn journal(program: &Program) -> std::path::PathBuf {
    program.home().join(".local/state/purview/journal.jsonl")
}

#[tokio::test]
async fn while_the_demo_runs_its_contexts_lead_to_it() {
    let home = common::home().path().display().to_string();
    common::cluster();
    let program = Program::new().with("PURVIEW_DEMO_DIR", home);
    let status = program.run(["demo", "status"]).data();
    for system in System::ALL {
        let context = format!("demo-{system}");
        assert!(status.contains(&context), "{status}");
        let words = ["--context", &context, "get", "organizations", "-o", "json"];
        assert!(program.run(words).objects().len() >= 3, "{system}");
    }
    let url = program.run(["demo", "url", "--system", "jenifer", "--login", "support"]).data();
    assert!(url.starts_with("postgresql://purview_support:"), "{url}");
    let by_url = Program::new().with("PURVIEW_URL", url.trim());
    assert!(!get(&by_url, "users -o json").objects().is_empty());
    let ran = program.run(["--context", "demo-nothing", "get", "users"]);
    assert_eq!(ran.code, 2, "{}", ran.said);
}
