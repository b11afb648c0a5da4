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

#[tokio::test]
async fn whoever_is_meant_to_see_everything_is_kept_in_a_mapping_once_somebody_agrees() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let leaky = || -> std::collections::BTreeSet<String> {
        let leaks = program.run(["rls", "leaks", "--tables", "emails", "-o", "json"]).objects();
        leaks.iter().map(|it| it["user"].as_str().unwrap().to_owned()).collect()
    };
    let before = leaky();
    let meant: Vec<_> = before.iter().take(2).cloned().collect();
    assert!(meant.len() == 2 && before.len() > 2, "{before:?}");
    let file = program.home().join(".config/purview/mappings/org-assistant.toml");
    // On paper: nothing is written, and nothing changes.
    let paper = program.run(["mapping", "allow", &meant[0]]).data();
    assert!(paper.contains(&format!("global_users = [\"{}\"]", meant[0])), "{paper}");
    // Without anybody there to agree nothing is written either.
    let refused = program.run(["mapping", "allow", &meant[0], "--write"]);
    assert_eq!(refused.code, 4, "{}", refused.said);
    assert!(!file.exists());
    assert_eq!(leaky(), before);
    let stranger = program.run(["mapping", "allow", "nobody@nowhere.example", "--write", "--yes"]);
    assert_eq!((stranger.code, file.exists()), (2, false), "{}", stranger.said);
    let mut left = before;
    for user in &meant {
        let ran = program.run(["mapping", "allow", user, "--write", "--yes"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.said);
        assert!(ran.said.contains("global_users = ["), "{}", ran.said);
        left.remove(user);
        assert_eq!(leaky(), left);
    }
    let ran = program.run(["mapping", "check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.said);
}
