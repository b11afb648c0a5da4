//! Which panes there are pictures of: how each is come by, and when it is complete.
//!
//! The README names each of them, which `tests/tidy.rs` keeps.
#![allow(dead_code, reason = "the test reads the names alone")]

/// A picture.
#[derive(Debug)]
pub(crate) struct Shot {
    /// What its file is called in `docs`, without `.svg`.
    pub(crate) name: &'static str,
    /// The address at which the program is opened.
    pub(crate) at: &'static str,
    /// Columns and rows of the terminal.
    pub(crate) size: (u16, u16),
    /// What is pressed, as the README writes keys, and what the screen shows then; first what it shows before any key.
    pub(crate) steps: &'static [(&'static str, &'static str)],
}

/// All of them, in the order of the README; the first is the one that it begins with.
pub(crate) const SHOTS: &[Shot] = &[
    shot("screen", "tables", (120, 30), &[("", "preview"), ("j j j j j j j j j j j", "problem")]),
    shot("home", "home", (110, 36), &[("", "organizations without")]),
    shot(
        "users",
        "users meridian",
        (120, 24),
        &[("", "preview"), ("j j j j j j j", "last_login_at")],
    ),
    shot(
        "user",
        "user noor.devries@meridian-freight.example",
        (100, 32),
        &[("", "0  public.emails")],
    ),
    shot(
        "acting",
        "rows emails as=agnieszka.grabowski@meridian-freight.example",
        (120, 24),
        ACTING,
    ),
    shot("hidden", "hidden emails as=noor.devries@meridian-freight.example", (110, 24), HIDDEN),
    shot("why", "hidden emails as=noor.devries@meridian-freight.example", (110, 30), WHY),
    shot("matrix", "matrix", (130, 28), &[("", "counted")]),
    shot("leaks", "leaks", (110, 24), &[("", "as of")]),
    shot("what-if", "what-if emails", (110, 30), WHAT_IF),
    shot(
        "policy-cost",
        "policy-cost emails as=agnieszka.grabowski@meridian-freight.example",
        (110, 30),
        COST,
    ),
    shot("audit", "audit", (120, 24), &[("", "preview"), ("j j j", "acted_by")]),
    shot(
        "event",
        "audit /settings_changed",
        (100, 24),
        &[("", "entity_type"), ("Enter", "home > audit > ")],
    ),
    shot("usage", "usage", (120, 30), &[("", "Okonkwo")]),
    shot("limits", "limits", (120, 24), &[("", "viktor"), ("j j j", "measured")]),
    shot("migrations", "migrations", (100, 24), &[("", "pending")]),
    shot("migration", "migration 8", (110, 30), &[("", "AccessExclusiveLock")]),
    shot("activity", "activity", (130, 28), &[("", "waits for"), ("j", "blocked_by")]),
    shot("locks", "locks", (110, 20), &[("", "public.departments"), ("Ctrl-K", "[ Keep ]")]),
    shot("statements", "statements", (130, 24), &[("", "preview"), ("j", "query")]),
    shot("explain", "tables as=agnieszka.grabowski@meridian-freight.example", (120, 30), EXPLAIN),
    shot("query", "sql", (110, 26), QUERY),
];

/// The dialog about acting as the one that an address names.
const ACTING: &[(&str, &str)] = &[
    ("", "in Meridian Freight as"),
    ("4711", "4711"),
    ("Enter", "enter does it"),
    ("Enter", "rows visible now"),
    ("Esc", "stop acting"),
];

const HIDDEN: &[(&str, &str)] = &[
    ("", "in Meridian Freight as"),
    ("4711", "4711"),
    ("Enter", "enter does it"),
    ("Enter", "rows visible now"),
    ("Esc", "what hides them"),
];

const WHY: &[(&str, &str)] = &[
    ("", "in Meridian Freight as"),
    ("4711", "4711"),
    ("Enter", "enter does it"),
    ("Enter", "rows visible now"),
    ("Esc", "what hides them"),
    ("Enter", "what alone would turn it"),
];

/// A draft in place of the policy that there is.
const WHAT_IF: &[(&str, &str)] = &[
    ("", "f5 or ctrl-s"),
    ("DROP POLICY email_access_policy ON emails;", "DROP POLICY email_access_policy"),
    ("Enter", "DROP POLICY"),
    ("F5", "draft"),
];

const COST: &[(&str, &str)] = &[
    ("", "in Meridian Freight as"),
    ("4711", "4711"),
    ("Enter", "enter does it"),
    ("Enter", "rows visible now"),
    ("Esc", "is_user_admin"),
];

const EXPLAIN: &[(&str, &str)] = &[
    ("", "in Meridian Freight as"),
    ("4711", "4711"),
    ("Enter", "enter does it"),
    ("Enter", "rows visible now"),
    ("Esc", "stop acting"),
    (
        ":explain SELECT subject FROM emails WHERE unread ORDER BY received_at DESC LIMIT 20",
        "LIMIT 20",
    ),
    ("Enter", "the statement"),
];

const QUERY: &[(&str, &str)] = &[
    ("", "sql"),
    (
        "SELECT o.name, count(*) AS mails, max(e.received_at) AS newest FROM emails e JOIN departments d ON d.id = e.department_id JOIN organizations o ON o.id = d.organization_id GROUP BY o.name ORDER BY mails DESC",
        "DESC",
    ),
    ("F5", "Okonkwo"),
];

const fn shot(
    name: &'static str,
    at: &'static str,
    size: (u16, u16),
    steps: &'static [(&'static str, &'static str)],
) -> Shot {
    Shot { name, at, size, steps }
}
