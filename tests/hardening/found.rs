//! What the program has to find on each baseline, by the number of the finding, and must not find any more once it is hardened.

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
        ],
        System::Jenifer => &[(10, "siobhan.obrien", "meetings", "delete", Share::All, Share::Some)],
        System::Hastecrm => &[
            (6, "xiaoming.wang", "contacts", "insert", Share::All, Share::None),
            (6, "xiaoming.wang", "contacts", "update", Share::All, Share::None),
            (6, "xiaoming.wang", "contacts", "delete", Share::All, Share::None),
        ],
        System::Sekretarka | System::Rishi => &[],
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
    (13, "setting-raises", &["emails", "files", "conversations", "embeddings"]),
    (13, "identity-raises", &["emails", "files", "conversations", "embeddings"]),
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
    (8, "soft-delete-not-in-policies", &["contacts"]),
    (9, "materialized-view-of-protected-rows", &["contact_engagement_scores"]),
    (0, "owner-not-forced", &["contacts", "deals"]),
];

const SEKRETARKA: Found = &[(
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
)];

const RISHI: Found = &[
    (
        1,
        "table-without-row-security",
        &["users", "organizations", "bookings", "locations", "user_organizations", "system_events"],
    ),
    (2, "trigger-copies-secrets", &["users"]),
];

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
}

/// The object's name with its schema.
fn name(object: &str) -> String {
    if object.contains('.') { object.to_owned() } else { format!("public.{object}") }
}
