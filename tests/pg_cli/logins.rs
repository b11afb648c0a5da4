//! `doctor` and `roles`: how safe the logins are, and the SQL that makes them.

use std::os::unix::fs::PermissionsExt as _;

use purview::{
    demo::{LoginKind, System},
    pg::quote_ident,
};

use crate::{common, program, program::Program, texts};

#[tokio::test]
async fn the_doctor_finds_the_demos_logins_safe_in_every_system() {
    for system in System::ALL {
        let database = common::database(system).await;
        let program = program(&database, LoginKind::Admin);
        let findings = program.run(["doctor", "-o", "json", "--exit-code"]).objects();
        assert!(
            findings.iter().all(|finding| finding["level"] != "wrong"),
            "{system}: {findings:?}"
        );
        for about in ["server", "operator", "fence", "jail", "mapping", "journal", "terminal"] {
            assert!(texts(&findings, "about").iter().any(|it| it == about), "{system}: {about}");
        }
    }
}

#[tokio::test]
async fn the_doctor_finds_every_hole_in_the_jail() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let name = quote_ident(&database.name);
    let mut workshop = database.workshop().await;
    for (make, cure, word) in [
        (
            format!("GRANT TEMPORARY ON DATABASE {name} TO PUBLIC"),
            format!("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"),
            "temporary tables",
        ),
        (
            "GRANT SELECT ON public.users TO PUBLIC".into(),
            "REVOKE SELECT ON public.users FROM PUBLIC".into(),
            "may read public.users",
        ),
        (
            "GRANT DELETE ON public.users TO purview_jail".into(),
            "REVOKE DELETE ON public.users FROM purview_jail".into(),
            "may write public.users",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO purview_jail".into(),
            "REVOKE CREATE ON SCHEMA public FROM purview_jail".into(),
            "may create in the schema public",
        ),
        (
            "CREATE TABLE public.own (id int); ALTER TABLE public.own OWNER TO purview_jail".into(),
            "DROP TABLE public.own".into(),
            "owns public.own",
        ),
    ] {
        workshop.script(&make).await.unwrap();
        let ran = program.run(["doctor", "--exit-code"]);
        workshop.script(&cure).await.unwrap();
        assert_eq!(ran.code, 1, "{make}: {}", ran.out);
        let wrong = ran.out.lines().find(|line| line.starts_with("wrong ") && line.contains(word));
        assert!(wrong.is_some(), "{make}: {}", ran.out);
        let after = program.run(["doctor", "--exit-code"]);
        assert_eq!(after.code, 0, "{}", after.out);
    }
}

#[tokio::test]
async fn the_doctor_finds_powerful_logins() {
    let database = common::database(System::OrgAssistant).await;
    let alone = Program::new().with("PURVIEW_URL", database.url(LoginKind::Superuser));
    let ran = alone.run(["doctor"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("is a superuser"), "{}", ran.out);
    assert!(ran.out.contains("there is no login for acting"), "{}", ran.out);
    let swapped = Program::new()
        .with("PURVIEW_URL", database.url(LoginKind::Dba))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Support));
    let ran = swapped.run(["doctor"]);
    assert!(ran.out.contains("cannot read public."), "{}", ran.out);
    assert!(ran.out.contains("`purview_support` has BYPASSRLS"), "{}", ran.out);
}

#[tokio::test]
async fn the_logins_are_printed_as_sql_without_a_password() {
    let database = common::database(System::Jenifer).await;
    let program = program(&database, LoginKind::Support);
    let sql = program.run(["roles", "--print"]).data();
    assert!(
        sql.contains("GRANT \"authenticated\" TO purview_jail")
            || sql.contains("\"authenticated\""),
        "{sql}"
    );
    assert!(sql.contains("Not service_role"), "{sql}");
    let secret = database.url(LoginKind::Support);
    let secret = secret.split([':', '@']).nth(2).unwrap();
    assert!(!sql.contains(secret));
    database.workshop().await.script(&sql).await.unwrap();
}

#[tokio::test]
async fn the_doctor_tells_what_is_wrong_with_the_themes_and_keys_that_were_asked_for() {
    let database = common::database(System::Rishi).await;
    let program = program(&database, LoginKind::Support);
    let path = program.home().join("config.toml");
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    let wrong = |text: &str| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let ran = program.run(["doctor", "--exit-code"]);
        (ran.code, ran.out)
    };
    assert_eq!(wrong("theme = \"dark\"\n").0, 0);
    let (code, told) = wrong("theme = \"nosuch\"\nkeymap = \"emacs\"\n[keys]\nnonsense = \"x\"\n");
    assert_eq!(code, 1, "{told}");
    for part in [
        "there is no theme `nosuch`",
        "there is no keymap `emacs`",
        "config.toml:4: there is no action `nonsense`",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[tokio::test]
async fn who_does_what_the_hints_say_comes_to_see_the_users() {
    let database = common::database(System::Hastecrm).await;
    let mut workshop = database.workshop().await;
    let role = "ordinary_login";
    let made = format!("CREATE ROLE {role} LOGIN PASSWORD 'plain'");
    workshop.script(&made).await.unwrap();
    let url = database.url(LoginKind::Dba);
    let (_, place) = url.split_once('@').unwrap();
    let program = Program::new().with("PURVIEW_URL", format!("postgresql://{role}:plain@{place}"));
    let mut hints = Vec::new();
    for _ in 0..6 {
        let ran = program.run(["get", "users", "-o", "json"]);
        if ran.code == 0 {
            break;
        }
        // The first that it says: what comes after it does not help before.
        let hint =
            ran.said.split_once("hint: ").and_then(|(_, hint)| hint.split([';', '\n']).next());
        let cure = hint.and_then(|hint| {
            ["grant ", "alter role "]
                .into_iter()
                .find_map(|begin| Some(hint[hint.find(begin)?..].to_owned()))
        });
        let cure = cure.unwrap_or_else(|| panic!("no hint that cures: {}", ran.said));
        assert!(!hints.contains(&cure), "{cure} cured nothing: {}", ran.said);
        workshop.script(&cure).await.unwrap();
        hints.push(cure);
    }
    assert!(!program.run(["get", "users", "-o", "json"]).objects().is_empty(), "{hints:?}");
    // That policies hide something is no help to somebody who may read nothing.
    let [.., grant, last] = hints.as_slice() else { panic!("{hints:?}") };
    assert!(grant.starts_with("grant select on ") && grant.contains("public.users,"), "{hints:?}");
    assert!(last.starts_with("alter role"), "{hints:?}");
    workshop.script(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
}
