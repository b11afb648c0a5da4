//! What the program has to find on each baseline, by the number of the finding, and must not find any more once it is hardened.
//!
//! Of every finding that is not looked for here [`no_access`] says why: it changes neither who reaches a row nor who is kept from one.

use std::collections::BTreeSet;

use purview::demo::{LoginKind, System};
use serde_json::{Map, Value};

use crate::{common::TestDatabase, program::Program};

/// What the program says about a database.
struct Said {
    /// The code and the object of what `rls lint` finds, tried and read.
    findings: BTreeSet<(String, String)>,
    /// The codes of those that are errors.
    errors: BTreeSet<String>,
    /// The tables of which `rls leaks` finds that rows are seen in other organizations.
    leaky: BTreeSet<String>,
}

fn lines(program: &Program, words: &[&str]) -> Vec<Map<String, Value>> {
    let said = program.run(words.iter().chain(&["-o", "ndjson"]).copied()).data();
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn program(database: &TestDatabase) -> Program {
    Program::new()
        .with("PURVIEW_URL", database.url(LoginKind::Support))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Jail))
}

fn said(program: &Program, system: System) -> Said {
    let text = |line: &Map<String, Value>, name: &str| line[name].as_str().unwrap().to_owned();
    let mut findings = lines(program, &["rls", "lint"]);
    // Who may be whom concerns the cluster, not the steps.
    findings.retain(|it| it["code"] != "login-can-bypass");
    let errors = findings.iter().filter(|it| it["severity"] == "error");
    Said {
        errors: errors.map(|it| format!("{} {}", text(it, "code"), text(it, "object"))).collect(),
        findings: findings.iter().map(|it| (text(it, "code"), text(it, "object"))).collect(),
        leaky: leaky(program, system),
    }
}

/// The tables whose rows are seen in other organizations; who administers all of them is meant to see them.
fn leaky(program: &Program, system: System) -> BTreeSet<String> {
    let tables: Vec<&str> = leaks_of(system).iter().flat_map(|it| it.1).copied().collect();
    if tables.is_empty() {
        return BTreeSet::new();
    }
    let (tables, allowed) = (tables.join(","), "admin@rishi.internal");
    let mut words = vec!["rls", "leaks", "--tables", &tables];
    if system == System::Rishi {
        words.extend(["--allow", allowed]);
    }
    let found = lines(program, &words);
    found.iter().map(|it| it["table"].as_str().unwrap().to_owned()).collect()
}

/// How many of the rows that somebody sees they may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    None,
    Some,
    All,
}

/// What `rls matrix` has to show of somebody: the number of the finding, who, table, command, before and after.
type Cell = (u8, &'static str, &'static str, &'static str, Share, Share);

const fn cells_of(system: System) -> &'static [Cell] {
    match system {
        System::OrgAssistant => &[
            (4, "alice.moreau", "emails", "update", Share::Some, Share::All),
            (4, "alice.moreau", "emails", "insert", Share::Some, Share::All),
            (5, "sean.obrien", "emails", "delete", Share::None, Share::All),
            (6, "hana.pospisil", "emails", "update", Share::All, Share::Some),
            // Mail of no department, and nobody but administrators saw it, whoever's it was.
            (8, "noor.devries", "emails", "select", Share::None, Share::All),
            (8, "noor.devries", "files", "select", Share::None, Share::All),
        ],
        System::Jenifer => &[(10, "siobhan.obrien", "meetings", "delete", Share::All, Share::Some)],
        System::Hastecrm => &[
            (6, "xiaoming.wang", "contacts", "insert", Share::All, Share::None),
            (6, "xiaoming.wang", "contacts", "update", Share::All, Share::None),
            (6, "xiaoming.wang", "contacts", "delete", Share::All, Share::None),
        ],
        System::Rishi => &[(9, "theo.grant", "bookings", "update", Share::All, Share::None)],
        System::Sekretarka => &[],
    }
}

fn share(program: &Program, (_, who, table, command, ..): &Cell) -> Share {
    let words = ["rls", "matrix", "--users", who, "--tables", table];
    let cells = lines(
        program,
        &[words.as_slice(), &["--command", "select", "--command", command]].concat(),
    );
    let rows = |command: &str| {
        let cell = cells.iter().find(|it| it["command"] == command).unwrap();
        cell["visible"].as_u64().unwrap()
    };
    let seen = rows("select");
    if *command == "select" {
        return if seen == 0 { Share::None } else { Share::All };
    }
    assert!(seen > 0, "{who} sees nothing of {table}");
    match rows(command) {
        0 => Share::None,
        some if some < seen => Share::Some,
        _ => Share::All,
    }
}

/// The number of the finding, the rule, and the objects in which it is found.
type Found = &'static [(u8, &'static str, &'static [&'static str])];

const fn found_in(system: System) -> Found {
    match system {
        System::OrgAssistant => ORG_ASSISTANT,
        System::Jenifer => JENIFER,
        System::Hastecrm => HASTECRM,
        System::Sekretarka => SEKRETARKA,
        System::Rishi => RISHI,
    }
}

const HELPERS: &[&str] = &["public.get_user_department_ids(uuid)", "public.is_user_admin(uuid)"];

const ORG_ASSISTANT: Found = &[
    (
        1,
        "table-without-policy",
        &["messages", "calendar_events", "email_accounts", "calendar_accounts"],
    ),
    (2, "command-without-policy", &["emails", "files", "conversations", "embeddings"]),
    (7, "soft-delete-not-in-policies", &["emails", "files"]),
    (7, "former-user-sees-rows", &["emails", "files", "conversations", "embeddings"]),
    (
        9,
        "table-without-row-security",
        &[
            "users",
            "roles",
            "user_roles",
            "user_departments",
            "audit_logs",
            "api_usage",
            "usage_limits",
            "cost_settings",
            "notifications",
            "email_attachments",
            "file_content_chunks",
            "ai_tool_calls",
            "organizations",
            "departments",
        ],
    ),
    (9, "password-readable", &["users"]),
    // What comes of it where a right is missing, or where row security is turned on: `planted_of`.
    (10, "policy-function-as-caller", HELPERS),
    (11, "policy-function-as-caller", HELPERS),
    (12, "policy-function-as-caller", HELPERS),
    (13, "setting-raises", &["emails", "files", "conversations", "embeddings"]),
    (13, "identity-raises", &["emails", "files", "conversations", "embeddings"]),
    (
        15,
        "reference-across-tenants",
        &[
            "user_departments",
            "user_roles",
            "email_accounts",
            "files",
            "api_usage",
            "cost_settings",
            "audit_logs",
        ],
    ),
    (0, "owner-not-forced", &["emails", "messages"]),
    (0, "function-for-each-row", &["emails", "files", "conversations", "embeddings"]),
];

const JENIFER: Found = &[
    (
        1,
        "table-without-policy",
        &[
            "user_executive_assignments",
            "delegations",
            "key_dates",
            "contacts",
            "concierge_services",
            "ai_insights",
            "ai_patterns",
        ],
    ),
    (
        2,
        "table-without-row-security",
        &[
            "direct_reports",
            "family_members",
            "memberships",
            "ai_embeddings",
            "calendar_sync_tokens",
            "invitations",
            "feature_flags",
            "org_feature_overrides",
        ],
    ),
    (3, "command-without-policy", &["users", "organizations", "notifications", "ai_messages"]),
    (4, "privilege-column-may-be-changed", &["users"]),
    (5, "privilege-column-may-be-changed", &["organizations"]),
    (6, "definer-function-search-path", &["auth.user_org_id()"]),
    (7, "volatile-function-in-policy", &["meetings"]),
    (9, "former-user-sees-rows", &["meetings", "tasks", "approvals", "users"]),
    (12, "function-ignores-expiry", &["public.handle_new_user()"]),
    (21, "reference-across-tenants", &["meetings", "tasks", "approvals", "delegations"]),
    (22, "redundant-policy", &["meetings"]),
    (0, "owner-not-forced", &["meetings"]),
    (0, "privilege-beside-policies", &["meetings"]),
];

const HASTECRM: Found = &[
    (1, "table-without-policy", &["emails"]),
    (2, "table-without-row-security", &["notes", "activities", "companies", "ai_tasks"]),
    (3, "claimed-organization", &["contacts"]),
    (4, "setting-raises", &["contacts", "deals"]),
    (4, "identity-raises", &["contacts", "deals"]),
    (5, "former-user-sees-rows", &["contacts", "deals"]),
    (7, "owner-cannot-hand-over", &["deals"]),
    (8, "soft-delete-not-in-policies", &["contacts"]),
    (9, "materialized-view-of-protected-rows", &["contact_engagement_scores"]),
    (0, "owner-not-forced", &["contacts", "deals"]),
    (0, "password-readable", &["users"]),
    (0, "reference-across-tenants", &["deals", "contact_tags", "company_contacts", "activities"]),
];

const SEKRETARKA: Found = &[
    (
        1,
        "table-without-row-security",
        &[
            "users",
            "organizations",
            "ai_agents",
            "conversations",
            "appointments",
            "messages",
            "staff",
            "sessions",
        ],
    ),
    (4, "reference-across-tenants", &["conversations", "appointments", "messages"]),
    (0, "password-readable", &["users"]),
];

const RISHI: Found = &[
    (
        1,
        "table-without-row-security",
        &["users", "organizations", "bookings", "locations", "user_organizations", "system_events"],
    ),
    (2, "trigger-copies-secrets", &["users"]),
    (4, "trigger-writes-as-caller", &["public.audit_trigger_function()"]),
    (0, "password-readable", &["users"]),
    (0, "reference-across-tenants", &["bookings", "tasks", "brand_locations"]),
];

/// How many findings there are of a system, and why those of them that are not looked for do not concern who reaches what.
const fn no_access(system: System) -> (u8, &'static [(u8, &'static str)]) {
    match system {
        System::OrgAssistant => (
            21,
            &[
                (14, "a grant or a setting that is there twice gives no more than once"),
                (16, "the sum of costs is rounded"),
                (17, "a cost that is too big, tokens that do not add up"),
                (18, "records go with the organization that they are of"),
                (19, "an event that ends before it begins is refused"),
                (20, "columns for times that are not there or not kept"),
                (21, "an index with a low recall"),
            ],
        ),
        System::Jenifer => (
            23,
            &[
                (11, "signing up fails, so nobody is there to reach anything: `jenifer::CASES`"),
                (13, "deleting an organization fails: `jenifer::CASES`"),
                (14, "deleting oneself fails"),
                (15, "the record of a write fails, and the write with it: nothing is written"),
                (16, "a trigger that fails wherever it is put"),
                (17, "what the record of changes calls things"),
                (18, "changes of which there is no record"),
                (19, "times that are not kept"),
                (20, "a role that is no word of a policy's gives nothing; a second invitation"),
            ],
        ),
        System::Hastecrm => (
            20,
            &[
                (10, "a job that fails"),
                (11, "rows of a month without a partition are refused"),
                (12, "a month that is made too late"),
                (13, "bounds of months that follow the session's zone"),
                (14, "times that are not kept and records that the application writes"),
                (15, "a cost that is rounded"),
                (16, "a lock that is too strong"),
                (17, "a backup that fails"),
                (18, "a setting that needs a restart"),
                (19, "the scheduler's own policy on its own jobs, as it is meant"),
                (20, "columns for times that are not there"),
            ],
        ),
        System::Sekretarka => (
            13,
            &[
                (2, "what goes with the owner who is deleted"),
                (3, "whoever is on the staff twice reaches what once reaches"),
                (5, "signing in by another service fails"),
                (6, "which addresses are the same"),
                (7, "a time that is not kept"),
                (8, "two words for one state of a subscription"),
                (9, "values and periods that say nothing"),
                (10, "references without an index"),
                (11, "an adapter that expects other names"),
                (12, "advice that breaks references"),
                (13, "what another tool leaves out"),
            ],
        ),
        System::Rishi => (
            11,
            &[
                (3, "records that do not say who did it: `rishi::CASES`"),
                (5, "rules about bookings and names that nothing keeps"),
                (6, "JSON in columns of text"),
                (7, "sample data that fits nothing"),
                (8, "rows that cannot be deleted"),
                (10, "what the document says of itself"),
                (11, "what another tool leaves out"),
            ],
        ),
    }
}

#[test]
fn every_finding_of_the_five_systems_is_looked_for_or_does_not_concern_access() {
    for system in System::ALL {
        let (count, aside) = no_access(system);
        let found = found_in(system).iter().map(|it| it.0);
        let leaks = leaks_of(system).iter().map(|it| it.0);
        let cells = cells_of(system).iter().map(|it| it.0);
        let planted = planted_of(system).iter().map(|it| it.0);
        let looked_for: BTreeSet<u8> = found.chain(leaks).chain(cells).chain(planted).collect();
        let aside: BTreeSet<u8> = aside.iter().map(|(number, _)| *number).collect();
        assert!(aside.is_disjoint(&looked_for), "{system}: {aside:?}");
        let all: BTreeSet<u8> = looked_for.union(&aside).copied().filter(|it| *it > 0).collect();
        assert_eq!(all, (1..=count).collect(), "{system}");
    }
}

/// What shows a finding that only comes out once something is done to the baseline, or as somebody made up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown {
    /// `rls lint` as somebody: the code and the object.
    Lint(&'static [&'static str], &'static str, &'static str),
    /// `rls matrix`: somebody sees nothing of a table.
    Nothing(&'static str, &'static str),
}

/// What is done to the baseline, by the number of the finding, and what shows it then.
type Planted = (u8, &'static str, Shown);

pub(super) const fn planted_of(system: System) -> &'static [Planted] {
    match system {
        System::OrgAssistant => &[
            (
                10,
                "REVOKE SELECT ON user_roles FROM org_assistant_app",
                Shown::Lint(&["--as", "hana.pospisil"], "policy-needs-privilege", "public.emails"),
            ),
            (
                11,
                "ALTER TABLE user_departments ENABLE ROW LEVEL SECURITY",
                Shown::Nothing("hana.pospisil", "emails"),
            ),
            (
                12,
                "CREATE POLICY planted ON user_roles USING (is_user_admin(nullif(current_setting('app.current_user_id', true), '')::uuid)); ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY",
                Shown::Lint(&["--as", "alice.moreau"], "policy-recursion", "public.user_roles"),
            ),
        ],
        System::Jenifer => &[
            (
                8,
                "ALTER FUNCTION auth.user_org_id() SECURITY INVOKER",
                Shown::Lint(&["--as", "amelia.hartwell"], "policy-recursion", "public.users"),
            ),
            (23, "SELECT", Shown::Lint(NO_USER, "identity-raises", "public.meetings")),
            (23, "SELECT", Shown::Lint(NO_JSON, "identity-raises", "public.meetings")),
        ],
        System::Hastecrm | System::Sekretarka | System::Rishi => &[],
    }
}

/// Claims of a user who is no UUID, and claims that are no JSON.
const NO_USER: &[&str] =
    &["--role", "authenticated", "--set", "request.jwt.claims={\"sub\": \"nobody\"}"];
const NO_JSON: &[&str] = &["--role", "authenticated", "--set", "request.jwt.claims=nobody"];

/// Whether what was planted shows.
pub(super) fn shows(database: &TestDatabase, shown: Shown) -> bool {
    let program = program(database);
    match shown {
        Shown::Lint(identity, code, object) => {
            let words = ["rls", "lint", "--code", code];
            let found = lines(&program, &[words.as_slice(), identity].concat());
            found.iter().any(|it| it["object"] == object)
        }
        Shown::Nothing(who, table) => {
            let cell = (0, who, table, "select", Share::None, Share::None);
            share(&program, &cell) == Share::None
        }
    }
}

/// Tables of which rows are seen in other organizations, by the number of the finding.
const fn leaks_of(system: System) -> &'static [(u8, &'static [&'static str])] {
    match system {
        System::OrgAssistant => &[(3, &["emails", "files", "conversations", "embeddings"])],
        System::Jenifer => &[],
        System::Hastecrm => &[(5, &["contacts", "deals"])],
        System::Sekretarka => &[(1, &["conversations", "appointments", "staff", "messages"])],
        System::Rishi => &[(1, &["bookings", "locations", "user_organizations"])],
    }
}

/// What has to be found on the baseline is.
pub(super) fn on_the_baseline(database: &TestDatabase, system: System) {
    let program = program(database);
    let Said { findings, leaky, .. } = said(&program, system);
    for (number, code, objects) in found_in(system) {
        for object in *objects {
            let one = ((*code).to_owned(), name(object));
            assert!(findings.contains(&one), "{system} (c) {number}: {one:?} is not found");
        }
    }
    for (number, tables) in leaks_of(system) {
        for table in *tables {
            assert!(leaky.contains(&name(table)), "{system} (c) {number}: {table} leaks");
        }
    }
    for cell in cells_of(system) {
        assert_eq!(share(&program, cell), cell.4, "{system} on the baseline: {cell:?}");
    }
}

/// None of it is found any more, and nothing else that is an error.
pub(super) fn once_hardened(database: &TestDatabase, system: System) {
    let program = program(database);
    let Said { findings, errors, leaky } = said(&program, system);
    assert!(errors.is_empty(), "{system}: {errors:?}");
    for (number, code, objects) in found_in(system) {
        for object in *objects {
            let one = ((*code).to_owned(), name(object));
            assert!(!findings.contains(&one), "{system} (c) {number}: {one:?} is still found");
        }
    }
    for (number, tables) in leaks_of(system) {
        for table in *tables {
            assert!(!leaky.contains(&name(table)), "{system} (c) {number}: {table} still leaks");
        }
    }
    for cell in cells_of(system) {
        assert_eq!(share(&program, cell), cell.5, "{system} hardened: {cell:?}");
    }
    // Whoever may not read every column of users still sees who there is.
    for view in ["users", "memberships"] {
        let words = ["get", view, "--as", somebody(system), "--limit", "1"];
        assert_eq!(lines(&program, &words).len(), 1, "{system}: {view}");
    }
}

/// A user whose standing is ordinary.
const fn somebody(system: System) -> &'static str {
    match system {
        System::OrgAssistant => "hana.pospisil",
        System::Jenifer => "priya.raghunathan",
        System::Hastecrm => "samuel.adeyemi",
        System::Sekretarka => "dorota.chmielewska",
        System::Rishi => "theo.grant",
    }
}

/// The object's name with its schema.
fn name(object: &str) -> String {
    if object.contains('.') { object.to_owned() } else { format!("public.{object}") }
}
