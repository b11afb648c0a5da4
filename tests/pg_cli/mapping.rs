//! `mapping`: drafts, proves and shows what a schema calls things.

use purview::demo::{LoginKind, System};

use crate::{Object, common, get, program};

#[tokio::test]
async fn a_mapping_is_drafted_proved_and_shown() {
    let database = common::database(System::Rishi).await;
    let program = program(&database, LoginKind::Support);
    let ran = program.run(["mapping", "check", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.said);
    assert!(program.run(["mapping", "show"]).data().starts_with("Rishi Platform (rishi)"));

    let draft = program.run(["mapping", "init"]).data();
    let path = program.home().join("draft.toml");
    std::fs::write(&path, &draft).unwrap();
    let path = path.display().to_string();
    let ran = program.run(["--mapping", &path, "mapping", "check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.said);
    let users = program.run(["--mapping", &path, "get", "users", "-o", "json"]).objects();
    assert_eq!(users.len(), get(&program, "users -o json").objects().len());

    let broken = draft
        .replacen("public.users\"", "public.people\"", 1)
        .replace("\"public.users.", "\"public.people.");
    assert_ne!(broken, draft);
    std::fs::write(&path, broken).unwrap();
    let ran = program.run(["--mapping", &path, "mapping", "check", "-o", "json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.said);
    let findings: Vec<Object> = serde_json::from_str(&ran.out).unwrap();
    assert!(
        findings.iter().any(|finding| finding["severity"] == "error" && finding["line"].is_u64())
    );
    std::fs::write(&path, "name = 7").unwrap();
    assert_eq!(program.run(["--mapping", &path, "mapping", "check"]).code, 2);
    assert_eq!(program.run(["--mapping", "nothing", "get", "users"]).code, 2);
}
