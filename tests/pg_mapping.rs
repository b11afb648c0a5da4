//! Mappings against real servers: recognised, proved, and drafted from nothing but the catalog.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use common::TestDatabase;
use purview::{
    demo::{LoginKind, System},
    mapping::{self, Finding, Library, Mapping, Severity},
    pg::{Door, Run},
};

async fn door(database: &TestDatabase) -> Door {
    database.door(LoginKind::Admin).await
}

fn shipped(system: System) -> Mapping {
    Library::shipped().choose(system.name()).unwrap()
}

/// The mapping of `system` with one text in its file replaced by another.
fn changed(system: System, before: &str, after: &str) -> Mapping {
    let path = format!("{}/mappings/{}.toml", env!("CARGO_MANIFEST_DIR"), system.name());
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(before), "{before}");
    Mapping::read("changed.toml", &text.replacen(before, after, 1))
        .unwrap_or_else(|refusals| panic!("{refusals}"))
}

async fn check(door: &Door, mapping: &Mapping) -> Vec<Finding> {
    mapping::check(door, mapping, &Run::new()).await.unwrap()
}

fn listed(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn each_system_is_recognised_as_itself_and_its_mapping_holds() {
    for system in System::ALL {
        let database = common::database(system).await;
        let door = door(&database).await;
        let found = Library::shipped().recognise(&door, &Run::new()).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("{system} is not recognised"));
        assert_eq!(found.name, system.name());
        let findings = check(&door, &found).await;
        assert!(findings.is_empty(), "{}", listed(&findings));
    }
}

#[tokio::test]
async fn a_check_proves_the_entry_about_acting_without_writing_it() {
    let database = common::database(System::OrgAssistant).await;
    let door = door(&database).await;
    let count = "SELECT count(*)::text FROM public.audit_logs";
    let before = database.workshop().await.script(count).await.unwrap();
    for (right, wrong, said) in [
        (
            "relation = \"public.audit_logs\"\n\n[identity.audit.values]",
            "relation = \"public.nowhere\"\n\n[identity.audit.values]",
            "there is no relation public.nowhere",
        ),
        ("tool_name = \"purview\"", "tool = \"purview\"", "public.audit_logs has no column tool"),
        (
            "resource_type = \"user\"",
            "ip_address = \"everywhere\"",
            "invalid input syntax for type inet",
        ),
    ] {
        let findings = listed(&check(&door, &changed(System::OrgAssistant, right, wrong)).await);
        assert!(findings.contains("`identity.audit`") && findings.contains(said), "{findings}");
    }
    assert_eq!(database.workshop().await.script(count).await.unwrap(), before);
}

#[tokio::test]
async fn a_database_that_is_none_of_them_is_not_recognised() {
    let database = common::empty_database().await;
    let found = Library::shipped().recognise(&door(&database).await, &Run::new()).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
async fn a_check_names_every_relation_column_and_type_that_is_missing() {
    let database = common::database(System::OrgAssistant).await;
    let door = door(&database).await;
    let rows = [
        (
            "id = \"t.id\"",
            "id = \"t.uid\"",
            "`organization.id`: public.organizations has no column uid",
        ),
        (
            "public.user_roles",
            "public.user_rolls",
            "`grant`: there is no relation public.user_rolls",
        ),
        (
            "relation = \"public.roles\"",
            "relation = \"public.rolls\"",
            "there is no relation public.rolls",
        ),
        ("r.name", "r.title", "`grant.role`: public.roles has no column title"),
        (
            "\"t.details\"",
            "\"t.details::public.odd\"",
            "`audit.details`: there is no type public.odd",
        ),
        (
            "public.users.password_hash",
            "public.users.password",
            "`secrets`: there is no column public.users.password",
        ),
        ("\"public.emails\"", "\"public.mails\"", "`watch`: there is no relation public.mails"),
        (
            "\"public.usage_limits\"]",
            "\"public.limits\"]",
            "`fingerprint`: there is no relation public.limits",
        ),
        (
            "[\"organization_id\"]",
            "[\"tenant\"]",
            "`tenant_columns`: no relation has a column tenant",
        ),
        ("role = \"org_assistant_app\"", "role = \"nobody\"", "there is no role nobody"),
        (
            "zone = \"UTC\"",
            "zone = \"Mars/Olympus\"",
            "`zone`: the server does not know Mars/Olympus",
        ),
        (
            "role = \"org_assistant_app\"",
            "role = \"rishi_owner\"",
            "may not take the role \"rishi_owner\"",
        ),
    ];
    for (before, after, expected) in rows {
        let mapping = changed(System::OrgAssistant, before, after);
        let findings = check(&door, &mapping).await;
        let found = findings.iter().find(|it| it.text.contains(expected));
        let found = found.unwrap_or_else(|| panic!("{expected}\nin\n{}", listed(&findings)));
        assert_eq!(found.severity, Severity::Error, "{found}");
    }
}

#[tokio::test]
async fn a_check_tells_all_that_is_wrong_and_on_which_line() {
    let database = common::database(System::OrgAssistant).await;
    let door = door(&database).await;
    let path = format!("{}/mappings/org-assistant.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replacen("t.description", "t.nothing", 1).replace("t.cost_usd", "t.cost");
    let mapping = Mapping::read("two.toml", &text).unwrap();
    let findings = check(&door, &mapping).await;
    assert_eq!(findings.len(), 2, "{}", listed(&findings));
    for finding in &findings {
        let line = text.lines().nth(finding.line - 1).unwrap();
        assert!(line.contains("t.nothing") || line.contains("t.cost"), "{finding}: {line}");
        assert!(finding.to_string().starts_with("two.toml:"));
        assert!(finding.hint.as_ref().unwrap().contains("it has `id`"));
    }
}

#[tokio::test]
async fn a_check_holds_every_value_to_its_type() {
    let database = common::database(System::OrgAssistant).await;
    let door = door(&database).await;
    let rows = [
        (
            "last_login_at = \"t.last_login_at\"",
            "last_login_at = \"t.email\"",
            "`user.last_login_at` is of type character varying",
        ),
        (
            "money = \"t.cost_usd\"",
            "money = \"t.model\"",
            "`usage.money` is of type character varying",
        ),
        (
            "organization_id = \"t.organization_id\"",
            "organization_id = \"t.name\"",
            "`department.organization_id` is of type character varying",
        ),
        (
            "deleted_at = \"t.deleted_at\"",
            "locked = \"t.name\"",
            "`user.locked` is of type character varying",
        ),
        ("id = \"t.id\"", "id = \"t.settings::json\"", "`organization.id`: "),
        ("email = \"t.email\"", "email = \"t.email || 1 + 'x'\"", "`user.email`: "),
        ("email = \"t.email\"", "email = \"upper(t.created_at)\"", "`user.email`: "),
        (
            "relation = \"public.user_departments\"",
            "relation = \"public.user_departments\"\nfilter = \"t.user_id\"",
            "`department_member`: ",
        ),
    ];
    for (before, after, expected) in rows {
        let findings = check(&door, &changed(System::OrgAssistant, before, after)).await;
        let found = findings
            .iter()
            .any(|it| it.text.starts_with(expected) && it.severity == Severity::Error);
        assert!(found, "{expected}\nin\n{}", listed(&findings));
    }
}

#[tokio::test]
async fn a_check_warns_of_settings_that_the_policies_read_and_nobody_makes() {
    let database = common::database(System::Hastecrm).await;
    let door = door(&database).await;
    let mapping = changed(System::Hastecrm, "\"app.user_id\" = \"{user.id}\"\n", "");
    let findings = check(&door, &mapping).await;
    let [finding] = findings.as_slice() else { panic!("{}", listed(&findings)) };
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.text.contains("`app.user_id`"), "{finding}");
    assert!(finding.hint.as_ref().unwrap().contains("public.deals: deal_access"));
}

#[tokio::test]
async fn a_check_warns_of_columns_that_look_like_secrets_and_of_joins_that_multiply() {
    let database = common::database(System::OrgAssistant).await;
    let door = door(&database).await;
    let mapping = changed(System::OrgAssistant, "    \"public.users.password_hash\",\n", "");
    let findings = check(&door, &mapping).await;
    assert!(listed(&findings).contains("public.users.password_hash looks like a secret"));
    let mapping = changed(System::OrgAssistant, "r.id = t.role_id", "r.created_at = t.created_at");
    let findings = check(&door, &mapping).await;
    assert!(listed(&findings).contains("names no unique key of public.roles"));
    assert!(findings.iter().all(|it| it.severity == Severity::Warning), "{}", listed(&findings));
}

#[tokio::test]
async fn views_and_domains_do_not_get_into_a_mapping() {
    let database = common::database(System::OrgAssistant).await;
    let mut workshop = database.workshop().await;
    workshop
        .script(
            "CREATE VIEW public.all_users AS SELECT * FROM public.users; \
             CREATE DOMAIN public.mail AS text CHECK (value LIKE '%@%'); \
             GRANT SELECT ON public.all_users TO PUBLIC",
        )
        .await
        .unwrap();
    let door = door(&database).await;
    let mapping = changed(System::OrgAssistant, "\"t.email\"", "\"t.email::public.mail\"");
    assert!(listed(&check(&door, &mapping).await).contains("public.mail is a domain"));
    let mapping = changed(
        System::OrgAssistant,
        "relation = \"public.users\"",
        "relation = \"public.all_users\"",
    );
    let findings = check(&door, &mapping).await;
    assert_eq!(
        listed(&findings).contains("public.all_users is no table"),
        door.probe().restricts_relations,
        "{}",
        listed(&findings)
    );
}

async fn draft(door: &Door) -> (String, Mapping) {
    let text = mapping::init(door, &Run::new()).await.unwrap();
    let mapping =
        Mapping::read("draft.toml", &text).unwrap_or_else(|refusals| panic!("{refusals}\n{text}"));
    let is_wide = |line: &&str| line.chars().count() > 120 && line.starts_with(['#', 'v']);
    assert_eq!(text.lines().find(is_wide), None);
    (text, mapping)
}

#[tokio::test]
async fn a_draft_finds_tenants_and_users_of_all_five_systems_and_holds() {
    let expected = [
        (System::OrgAssistant, "public.organizations", "public.users", Some("public.departments")),
        (
            System::Jenifer,
            "public.organizations",
            "public.users",
            Some("public.executive_profiles"),
        ),
        (System::Hastecrm, "public.workspaces", "public.users", Some("public.pipelines")),
        (System::Sekretarka, "public.organizations", "public.users", None),
        (System::Rishi, "public.organizations", "public.users", Some("public.locations")),
    ];
    for (system, organization, user, department) in expected {
        let database = common::database(system).await;
        let door = door(&database).await;
        let (text, mapping) = draft(&door).await;
        let relation = |it: &mapping::Source| it.relation.to_string();
        assert_eq!(relation(&mapping.organization.source), organization, "{system}");
        assert_eq!(relation(&mapping.user.source), user, "{system}");
        let found = mapping.department.as_ref().map(|it| relation(&it.source));
        assert_eq!(found.as_deref(), department, "{system}");
        let findings = check(&door, &mapping).await;
        assert!(findings.is_empty(), "{system}\n{}\n{text}", listed(&findings));

        // What a person wrote about the same schema: who is acted as, where users belong, what is hidden.
        let known = shipped(system);
        let (drafted, written) = (mapping.recipe().unwrap(), known.recipe().unwrap());
        assert_eq!((&drafted.role, drafted.per), (&written.role, written.per), "{system}");
        let names = |it: &mapping::Recipe| {
            let mut names: Vec<_> = it.settings.iter().map(|it| it.name.to_string()).collect();
            names.sort();
            names
        };
        // What only a pending step will ask for stands in no policy yet.
        let pending = matches!(system, System::Sekretarka | System::Rishi);
        let asked = if pending { Vec::new() } else { names(written) };
        assert_eq!(names(drafted), asked, "{system}");
        let home = |it: &Mapping| it.user.organization_id.as_ref().map(ToString::to_string);
        assert_eq!(home(&mapping), home(&known), "{system}");
        let members =
            |it: &Mapping| it.memberships.iter().map(|it| relation(&it.source)).collect::<Vec<_>>();
        assert_eq!(members(&mapping), members(&known), "{system}");
        assert_eq!(mapping.tenant_columns, known.tenant_columns, "{system}");
        for secret in &mapping.secrets {
            assert!(known.secrets.contains(secret), "{system}: {secret}");
        }
        let mut library = Library::shipped();
        library.add(Mapping { name: "drafted".to_owned(), ..mapping });
        let recognised = library.recognise(&door, &Run::new()).await.unwrap().unwrap();
        assert!(["drafted", system.name()].contains(&recognised.name.as_str()));
    }
}

async fn schema(text: &str) -> (TestDatabase, Door) {
    let database = common::empty_database().await;
    database.workshop().await.script(text).await.unwrap();
    let door = door(&database).await;
    (database, door)
}

#[tokio::test]
async fn a_draft_reads_an_orm_schema_with_capitals_and_is_not_taken_in_by_lookups() {
    let (_database, door) = schema(include_str!("mappings/schemas/camel.sql")).await;
    let (text, mapping) = draft(&door).await;
    let findings = check(&door, &mapping).await;
    assert!(findings.is_empty(), "{}\n{text}", listed(&findings));
    assert_eq!(mapping.organization.source.relation.to_string(), "public.Company");
    assert_eq!(mapping.organization.name.text(), "t.\"displayName\"");
    assert_eq!(mapping.user.source.relation.to_string(), "public.User");
    assert_eq!(mapping.user.locked.as_ref().unwrap().text(), "t.\"bannedAt\" IS NOT NULL");
    assert_eq!(mapping.memberships[0].user_id.text(), "t.\"userId\"");
    assert_eq!(mapping.department.as_ref().unwrap().label.many, "teams");
    assert_eq!(mapping.department_members.len(), 1);
    assert_eq!(mapping.admin_roles, ["OWNER", "ADMIN"]);
    assert_eq!(mapping.audits[0].actor_id.as_ref().unwrap().text(), "t.\"actorId\"");
    assert_eq!(mapping.secrets[0].to_string(), "public.User.passwordHash");
    assert!(text.contains("# [identity]"), "{text}");
}

#[tokio::test]
async fn a_draft_does_without_foreign_keys_and_finds_claims() {
    let (_database, door) = schema(include_str!("mappings/schemas/unlinked.sql")).await;
    let (text, mapping) = draft(&door).await;
    assert_eq!(mapping.organization.source.relation.to_string(), "app.tenants", "{text}");
    assert_eq!(mapping.user.source.relation.to_string(), "app.people");
    assert_eq!(mapping.user.organization_id.as_ref().unwrap().text(), "t.tenant_id");
    let somebody =
        mapping::Subject { user_id: "7", organization_id: Some("9"), ..Default::default() };
    let settings = mapping.identity_for(&somebody).unwrap();
    let settings: Vec<_> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        settings,
        [
            ("app.shared_tenant", "9"),
            ("request.jwt.claims", r#"{"sub":"7","tenant_id":"9","role":"hastecrm_app"}"#)
        ],
        "{text}"
    );
    let findings = check(&door, &mapping).await;
    assert!(findings.is_empty(), "{}\n{text}", listed(&findings));
}

#[tokio::test]
async fn where_nothing_looks_like_users_a_draft_says_so() {
    let database = common::empty_database().await;
    let problem = mapping::init(&door(&database).await, &Run::new()).await.unwrap_err();
    assert!(problem.summary.contains("users") && problem.hint.is_some(), "{problem}");
}
