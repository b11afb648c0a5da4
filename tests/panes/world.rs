//! A small world that answers every question of the panes.

use std::sync::Arc;

use purview::{
    directory::{
        Candidate, Count, Departments, Detail, Event, Find, Found, Identities, IdentitiesAnswer,
        Look, Member, Noting, Organizations, Others, Session, UserDetail, Users, Visible, What,
    },
    headline::{Amount, Counted, Lead, Line, Severity},
    home::{self, Outlook, Overview},
    list::{Ask, Column, Filter, Item, Kind, Page, Position, Query, TypeName},
    pg::{Fence, Kind as Sort, Person, Problem, RelationName},
    tables::{
        Attribute, Columns, ForeignKey, ForeignKeys, Policies, Relation, RelationKind, Rows, Tables,
    },
    tui::{
        ask::{AnyAnswer, AnyQuestion},
        popup::{Began, Begin},
    },
};

use super::ALICE;

/// What the world says to a question; an empty page where it has nothing to say.
pub(crate) fn answer(question: &dyn AnyQuestion) -> AnyAnswer {
    let any = question.as_any();
    if any.is::<Overview>() {
        return Box::new(overview());
    }
    if any.is::<Outlook>() {
        return Box::new(Vec::<Line>::new());
    }
    if any.is::<UserDetail>() {
        return Box::new(detail());
    }
    if any.is::<Identities>() {
        return Box::new(identities(true));
    }
    if any.is::<Others>() {
        return Box::new(identities(false));
    }
    if any.is::<Look>() {
        return Box::new(session());
    }
    if let Some(begin) = any.downcast_ref::<Begin>() {
        let acting = Arc::clone(&begin.acting);
        return Box::new(Began { acting, fence: Fence::Jailed, session: session(), noted: None });
    }
    if let Some(find) = any.downcast_ref::<Find>() {
        return Box::new(found(&find.needle));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Organizations>>() {
        return Box::new(organizations(&ask.query));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Departments>>() {
        return Box::new(departments(&ask.query));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Users>>() {
        return Box::new(users(&ask.query));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Rows>>() {
        return Box::new(emails(&ask.query));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Tables>>() {
        return Box::new(tables(&ask.query));
    }
    if any.is::<Ask<Policies>>() {
        return Box::new(policies());
    }
    if any.is::<Columns>() {
        return Box::new(relation());
    }
    if any.is::<ForeignKeys>() {
        return Box::new(foreign_keys());
    }
    let empty: [(Column, &str); 0] = [];
    Box::new(page(&empty, Vec::new(), &Query::default()))
}

pub(crate) fn overview() -> home::Found {
    let line = |what: &str, count: Result<u64, Problem>, severity, view, filter: &str| Line {
        what: what.into(),
        count: count.map(|rows| Counted::All(Amount { rows, more: false })),
        severity,
        lead: Lead { view, filter: Filter::parse(filter).unwrap() },
        found: None,
    };
    let denied = Problem::new(Sort::Permission, "permission denied for table user_roles");
    home::Found {
        lines: vec![
            line("workspaces", Ok(3), Severity::Fact, "organizations", ""),
            line(
                "workspaces without an admin",
                Ok(0),
                Severity::Wrong,
                "organizations",
                "problem~admin",
            ),
            line("pipelines", Ok(12), Severity::Fact, "departments", ""),
            Line {
                count: Ok(Counted::All(Amount { rows: 1000, more: true })),
                ..line("users", Ok(1000), Severity::Fact, "users", "")
            },
            line("locked users", Ok(4), Severity::Notice, "users", "state=locked"),
            line(
                "deleted users that still have access",
                Ok(8),
                Severity::Wrong,
                "users",
                "problem~access",
            ),
            line("grants", Err(denied), Severity::Fact, "grants", ""),
            line("tables", Ok(23), Severity::Fact, "tables", ""),
        ],
        notes: vec!["Only contacts and deals have row security.".into()],
        fence: Ok(Fence::Jailed),
    }
}

/// The same as it is told to somebody who does not see everything.
pub(crate) fn seen() -> home::Found {
    let mut found = overview();
    for line in &mut found.lines {
        let Ok(Counted::All(amount)) = line.count else { continue };
        line.count = Ok(match (line.lead.view, line.what.contains("without")) {
            ("tables", _) => continue,
            (_, true) => Counted::Unknown,
            (view, false) => Counted::Visible(Amount {
                rows: if view == "departments" { 0 } else { amount.rows.min(5) },
                more: false,
            }),
        });
    }
    found.lines[4].count = Ok(Counted::Visible(Amount { rows: 0, more: false }));
    found
}

/// A page of rows with these columns, as far as the query's limit goes.
fn page(columns: &[(Column, &str)], rows: Vec<Vec<Option<String>>>, query: &Query) -> Page {
    let columns: Vec<_> = columns.iter().map(|(column, _)| column.clone()).collect();
    let items = rows.into_iter().take(query.limit).enumerate().map(|(index, cells)| Item {
        position: Position { value: None, key: vec![index.to_string()] },
        cells,
    });
    Page {
        columns: columns.into(),
        items: items.collect(),
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat: None,
    }
}

/// A page of one row: columns with their values, `∅` for none.
fn one(columns: &[(Column, &str)], query: &Query) -> Page {
    let cells = columns.iter().map(|(_, value)| (*value != "∅").then(|| (*value).to_owned()));
    page(columns, vec![cells.collect()], query)
}

fn text(name: &str) -> Column {
    Column::new(name, Kind::Text)
}

fn organizations(query: &Query) -> Page {
    let columns = vec![
        (text("id").hidden(), "7"),
        (text("name").pinned(), "Acme"),
        (Column::new("departments", Kind::Number).called("pipelines"), "12"),
        (Column::new("users", Kind::Number), "300"),
        (Column::new("created_at", Kind::Time), "2026-01-02 03:04:05+00"),
        (text("problem"), "∅"),
    ];
    one(&columns, query)
}

fn departments(query: &Query) -> Page {
    let columns = vec![
        (text("id").hidden(), "3"),
        (text("name").pinned(), "Sales"),
        (text("organization_id").hidden(), "7"),
        (text("organization").called("workspace"), "Acme"),
    ];
    one(&columns, query)
}

fn user_columns(name: &'static str) -> Vec<(Column, &'static str)> {
    vec![
        (text("id").hidden(), ALICE),
        (text("organization_id").hidden(), "7"),
        (text("email").pinned(), name),
        (text("name"), "Zoë O'Brien"),
        (text("organization").called("workspace"), "Acme"),
        (Column::new("last_login_at", Kind::Time), "2026-03-03 10:11:12+00"),
        (text("state"), "locked"),
        (Column::new("preferences", Kind::Json), r#"{"theme":"dark","n":[1,2]}"#),
    ]
}

fn users(query: &Query) -> Page {
    let names = ["alice@acme.test", "bob@acme.test", "carla@acme.test", "dirk@acme.test"];
    let rows = names.map(|name| {
        user_columns(name).iter().map(|(_, value)| Some((*value).to_owned())).collect()
    });
    page(&user_columns("alice@acme.test"), rows.into(), query)
}

fn detail() -> Detail {
    let query = Query::default();
    let memberships = vec![
        (text("organization_id"), "7"),
        (text("organization"), "Acme"),
        (text("role"), "member"),
        (text("status"), "suspended"),
        (Column::new("joined_at", Kind::Time), "2026-01-05 00:00:00+00"),
    ];
    let event = |at: &str, action: &str| Event {
        at: at.into(),
        action: action.into(),
        entity: "email 9d2c".into(),
        source: "audit log".into(),
        row: Some((RelationName::new("public", "audit_logs"), "id".into(), "42".into())),
    };
    Detail {
        user: one(&user_columns("alice@acme.test"), &query),
        memberships: Ok(one(&memberships, &query)),
        departments: Ok(vec![Member {
            id: "3".into(),
            name: "Partners".into(),
            role: "lead".into(),
        }]),
        grants: Err(Problem::new(Sort::Missing, "Acme Mail has no grants")),
        permissions: Ok(vec![("membership in Acme".into(), r#"{"deals":["read"]}"#.into())]),
        events: Ok(vec![
            event("2026-03-03 10:11:12+00", "login"),
            event("2026-03-02 09:00:00+00", "email_deleted"),
        ]),
    }
}

fn identities(filters: bool) -> IdentitiesAnswer {
    let candidate = |label: &str, id: Option<&str>, role: &str| Candidate {
        person: Person { id: id.map(str::to_owned), label: label.into(), organization: None },
        organization: id.map(|_| "Acme".to_owned()),
        membership: id.map(|_| "member".to_owned()),
        role: role.into(),
        settings: vec![("app.current_user_id".parse().unwrap(), ALICE.into())],
    };
    let of = |candidate, wanted: bool| if wanted { vec![candidate] } else { Vec::new() };
    IdentitiesAnswer {
        candidates: of(candidate("alice@acme.test", Some(ALICE), "acme_app"), filters),
        others: of(candidate("anon", None, "anon"), !filters),
        fence: Fence::Jailed,
        filters,
        noting: Noting::Off,
    }
}

fn session() -> Session {
    let visible = |name: &str, rows| Visible { table: RelationName::new("public", name), rows };
    Session {
        current_user: "acme_app".into(),
        session_user: "purview_jail".into(),
        read_only: true,
        row_security: true,
        visible: vec![
            visible("emails", Ok(Count { rows: 1000, more: true })),
            visible("files", Ok(Count { rows: 0, more: false })),
            visible(
                "tokens",
                Err(Problem::new(Sort::Permission, "permission denied for table tokens")),
            ),
        ],
    }
}

fn found(needle: &str) -> Vec<Found> {
    let user = Found {
        what: What::User,
        id: ALICE.into(),
        label: "alice@acme.test".into(),
        also: Some("Zoë O'Brien".into()),
    };
    let row = What::Row { table: RelationName::new("public", "emails"), key: "id".into() };
    let row = Found {
        what: row,
        id: needle.into(),
        label: format!("public.emails · {needle}"),
        also: None,
    };
    if needle.len() == 36 { vec![row] } else { vec![user] }
}

fn tables(query: &Query) -> Page {
    let columns = vec![
        (text("schema").pinned(), "public"),
        (text("table").pinned(), "emails"),
        (Column::new("rows_estimate", Kind::Number), "20000"),
        (text("rls"), "forced"),
        (Column::new("policies", Kind::Number), "1"),
    ];
    one(&columns, query)
}

fn policies() -> Page {
    let columns = vec![
        (text("policy"), "own_department"),
        (text("command"), "SELECT"),
        (Column::new("permissive", Kind::Boolean), "true"),
        (text("roles"), "acme_app"),
        (text("using"), "(department_id = ANY (my_departments()))"),
        (text("with_check"), "∅"),
    ];
    one(&columns, &Query::default())
}

/// Two mails; the second one's body is longer than the grid shows it.
fn emails(query: &Query) -> Page {
    let columns = vec![
        (Column::new("id", Kind::Number).pinned(), ""),
        (text("user_id"), ""),
        (text("subject"), ""),
        (text("body"), ""),
    ];
    let body = if query.whole { "first line\nlast line of a long body" } else { "first line…" };
    let row = |id: &str, subject: &str| {
        [id, ALICE, subject, body].map(|value| Some(value.to_owned())).to_vec()
    };
    let all = [row("41", "Invoice"), row("42", "Re: Invoice")];
    let wanted = query.filter.to_string();
    let is_wanted = |row: &Vec<Option<String>>| {
        wanted.is_empty() || wanted == format!("id={}", row[0].as_deref().unwrap())
    };
    page(&columns, all.into_iter().filter(is_wanted).collect(), query)
}

fn relation() -> Arc<Relation> {
    let attribute = |name: &str, shown: &str, indexed| Attribute {
        name: name.into(),
        type_name: TypeName::new("pg_catalog", shown),
        shown: shown.into(),
        base: TypeName::new("pg_catalog", shown),
        not_null: name != "body",
        indexed,
    };
    Arc::new(Relation {
        name: RelationName::new("public", "emails"),
        kind: RelationKind::Table,
        estimate: Some(20_000),
        attributes: vec![
            attribute("id", "bigint", true),
            attribute("user_id", "uuid", true),
            attribute("subject", "text", false),
            attribute("body", "text", false),
        ],
        key: vec!["id".into()],
    })
}

fn foreign_keys() -> Vec<ForeignKey> {
    let (users, emails) =
        (RelationName::new("public", "users"), RelationName::new("public", "emails"));
    let one = |from: &RelationName, column: &str, target: &RelationName| ForeignKey {
        from: from.clone(),
        columns: vec![column.into()],
        target: target.clone(),
        target_columns: vec!["id".into()],
    };
    vec![
        one(&emails, "user_id", &users),
        one(&RelationName::new("public", "files"), "email_id", &emails),
    ]
}
