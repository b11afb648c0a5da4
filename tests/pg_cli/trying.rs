//! Real statements are tried where that harms nothing, or where somebody asks for it.

use std::os::unix::fs::PermissionsExt as _;

use purview::demo::{LoginKind, System};
use serde_json::Value;

use crate::{Ran, common, program::Program};

/// A user of nobody's, who sees no e-mail.
const ALICE: &str = "00000000-0000-0000-0000-00000000a11c";

#[tokio::test]
async fn what_writes_is_tried_only_when_asked_for_and_where_it_may_be() {
    let database = common::database(System::OrgAssistant).await;
    let (url, jail) = (database.url(LoginKind::Support), database.url(LoginKind::Jail));
    let context = |name: &str, rest: &str| {
        format!("[contexts.{name}]\nurl = \"{url}\"\nacting_url = \"{jail}\"\n{rest}\n")
    };
    let contexts = [
        context("plain", ""),
        context("shut", "read_only = true"),
        context("careful", "production = true"),
        context("live", "production = true\nread_only = false"),
    ];
    let program = Program::new();
    let path = program.home().join("config.toml");
    std::fs::write(&path, contexts.concat()).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    let why = |context: &str, more: &str| {
        let words = format!(
            "--context {context} rls why public.emails --role org_assistant_app --set app.current_user_id={ALICE} \
             --where true --limit 1 -o json {more}"
        );
        program.run(words.split_ascii_whitespace())
    };
    let actual = |ran: Ran| ran.objects()[0]["actual"].clone();
    for context in ["plain", "shut", "careful", "live"] {
        assert_eq!(actual(why(context, "")), "filtered", "{context}");
        assert_eq!(actual(why(context, "--no-check")), Value::Null, "{context}");
        assert_eq!(
            actual(why(context, "--try")),
            "filtered",
            "reading asks for nothing: {context}"
        );
        let ran = why(context, "--command update");
        assert!(ran.said.contains("`--try`"), "{}", ran.said);
        assert_eq!(actual(ran), Value::Null, "{context}");
    }
    assert_eq!(actual(why("plain", "--command update --try")), "filtered");
    for context in ["shut", "careful"] {
        for yes in ["", "--yes"] {
            let ran = why(context, &format!("--command update --try {yes}"));
            assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{context}: {}", ran.said);
            assert!(ran.said.contains("the context is read only"), "{context}: {}", ran.said);
        }
    }
    let ran = why("live", "--command update --try");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.said);
    assert!(
        ran.said.contains("`live` is production") && ran.said.contains("`--yes`"),
        "{}",
        ran.said
    );
    assert_eq!(actual(why("live", "--command update --try --yes")), "filtered");
}
