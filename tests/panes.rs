//! What a person reads on Home, about one user, organization, table or row, and where Enter leads from there.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod driver;

use std::sync::Arc;

use driver::Driver;
use purview::{
    directory::{
        Candidate, Count, Detail, Event, Find, Found, Identities, IdentitiesAnswer, Look, Member,
        Organizations, Others, Session, UserDetail, Users, Visible, What,
    },
    home::{self, Line, Overview, Severity},
    list::{Ask, Column, Filter, Item, Kind, Page, Position, Query, TypeName},
    mapping::Label,
    pg::{Fence, Kind as Sort, Person, Problem, RelationName},
    tables::{
        Attribute, Columns, ForeignKey, ForeignKeys, Policies, Relation, RelationKind, Rows, Tables,
    },
    tui::{
        ask::{AnyAnswer, AnyQuestion},
        facts::{Facts, Words},
        model::Beginning,
        msg::{Effect, Msg},
        popup::{Began, Begin},
    },
};

const ALICE: &str = "0f9619ff-8b86-d011-b42d-00cf4fc964ff";

/// A console of this size on a database whose mapping has its own words.
fn console(width: u16, height: u16) -> Driver {
    let label = |one: &str, many: &str| Label { one: one.into(), many: many.into() };
    let words = Words {
        system: "Acme Mail".into(),
        organization: label("workspace", "workspaces"),
        department: Some(label("pipeline", "pipelines")),
        user: label("user", "users"),
        others: vec!["anon".into()],
        zone: "UTC".into(),
    };
    let mut app = Driver::unconnected(width, height, Beginning::default());
    app.effects.retain(|effect| !matches!(effect, Effect::Connect(_)));
    let facts = Facts { words: Some(Box::new(words)), ..driver::facts() };
    app.send(Msg::Connected(Ok(facts)));
    serve(&mut app);
    app
}

/// Answers what was asked, and what follows from it.
fn serve(app: &mut Driver) -> &mut Driver {
    for _ in 0..20 {
        app.answer(|question| Ok(answer(question)));
    }
    app
}

/// The screen, each run of blank lines as one.
fn folded(app: &Driver) -> String {
    let screen = app.screen();
    let mut lines: Vec<&str> = Vec::new();
    for line in screen.lines() {
        let blank = line.chars().all(|c| c == ' ' || c == '│');
        if !(blank && lines.last() == Some(&line)) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn answer(question: &dyn AnyQuestion) -> AnyAnswer {
    let any = question.as_any();
    if any.is::<Overview>() {
        return Box::new(overview());
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
        return Box::new(Began { acting, fence: Fence::Jailed, session: session() });
    }
    if let Some(find) = any.downcast_ref::<Find>() {
        return Box::new(found(&find.needle));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Organizations>>() {
        return Box::new(organizations(&ask.query));
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

fn overview() -> home::Found {
    let line = |what: &str, count, severity, view, filter: &str| Line {
        what: what.into(),
        count,
        more: false,
        severity,
        lead: home::Lead { view, filter: Filter::parse(filter).unwrap() },
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
            Line { more: true, ..line("users", Ok(1000), Severity::Fact, "users", "") },
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
        base: shown.into(),
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

/// Down to the line that says `wanted`, and what the foot says there.
fn to(app: &mut Driver, wanted: &str) {
    for _ in 0..100 {
        if app.screen().lines().any(|line| line.contains("│> ") && line.contains(wanted)) {
            return;
        }
        app.press("j");
    }
    panic!("no line says {wanted}:\n{}", app.screen());
}

fn asked(app: &Driver) -> Vec<String> {
    app.questions().iter().map(|(_, _, question)| format!("{question:?}")).collect()
}

#[test]
fn home_says_what_is_here_in_the_schemas_words_and_what_is_wrong_worst_first() {
    insta::assert_snapshot!(console(80, 24).screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  </> search  <c> copy  <Y> copy all  <:> command  <?> help
    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────┐
    │  in this database                                                            │
    │>        3  workspaces      with how many belong to each                      │
    │        12  pipelines       with their workspace and who is in them           │
    │    1 000+  users           with their roles, last login and problems         │
    │            roles           what each is for, and how many have it            │
    │            memberships     which user belongs to which workspace, as what    │
    │         ?  grants          permission denied for table user_roles            │
    │        23  tables          with their size, row security and problems        │
    │            policies        which rows they let pass, for whom                │
    │                                                                              │
    │  looked for                                                                  │
    │         8  WRONG   deleted users that still have access                      │
    │         4  notice  locked users                                              │
    │         0  ok      workspaces without an admin                               │
    │                                                                              │
    │  acting as a user                                                            │
    │    jailed: the session's login has no rights of its own; whoever leaves the  │
    │    role has nothing                                                          │
    └─────────────────────────────────────────── 3 more below · enter: workspaces ─┘
     home
    ");
    insta::assert_snapshot!(folded(&console(200, 60)), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ Acme Mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │  in this database                                                                                                                                                                                    │
    │>        3  workspaces      with how many belong to each                                                                                                                                              │
    │        12  pipelines       with their workspace and who is in them                                                                                                                                   │
    │    1 000+  users           with their roles, last login and problems                                                                                                                                 │
    │            roles           what each is for, and how many have it                                                                                                                                    │
    │            memberships     which user belongs to which workspace, as what                                                                                                                            │
    │         ?  grants          permission denied for table user_roles                                                                                                                                    │
    │        23  tables          with their size, row security and problems                                                                                                                                │
    │            policies        which rows they let pass, for whom                                                                                                                                        │
    │                                                                                                                                                                                                      │
    │  looked for                                                                                                                                                                                          │
    │         8  WRONG   deleted users that still have access                                                                                                                                              │
    │         4  notice  locked users                                                                                                                                                                      │
    │         0  ok      workspaces without an admin                                                                                                                                                       │
    │                                                                                                                                                                                                      │
    │  acting as a user                                                                                                                                                                                    │
    │    jailed: the session's login has no rights of its own; whoever leaves the role has nothing                                                                                                         │
    │                                                                                                                                                                                                      │
    │  good to know                                                                                                                                                                                        │
    │    Only contacts and deals have row security.                                                                                                                                                        │
    │                                                                                                                                                                                                      │
    └────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: workspaces ─┘
     home
    ");
}

#[test]
fn each_line_of_home_leads_to_its_list_with_its_filter() {
    let mut app = console(80, 24);
    to(&mut app, "deleted users");
    app.press("enter");
    assert!(
        asked(&app)[0].contains("Users") && asked(&app)[0].contains(r#"value: "access""#),
        "{:?}",
        asked(&app)
    );
    serve(&mut app);
    assert!(app.screen().contains("users </problem~access>"), "{}", app.screen());
    app.press("esc");
    assert!(
        app.screen().contains("│>        8  WRONG"),
        "the cursor is where it was\n{}",
        app.screen()
    );
}

#[test]
fn home_shows_where_to_go_before_anything_is_counted() {
    let mut app = Driver::unconnected(80, 24, Beginning::default());
    app.send(Msg::Connected(Ok(driver::facts())));
    assert!(app.screen().contains("tables"), "{}", app.screen());
    app.refuse(&Problem::new(Sort::Cancelled, "canceling statement due to statement timeout"));
    assert!(
        app.screen().contains("canceling statement") && app.screen().contains("tables"),
        "{}",
        app.screen()
    );
}

#[test]
fn a_user_is_told_whole_and_what_a_schema_lacks_is_said() {
    let mut app = console(200, 60);
    serve(app.press("g u"));
    serve(app.press("enter"));
    insta::assert_snapshot!(folded(&app), @r#"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  <i> act as    </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ user(alice@acme.test) ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │    id               0f9619ff-8b86-d011-b42d-00cf4fc964ff                                                                                                                                             │
    │    organization_id  7                                                                                                                                                                                │
    │    email            alice@acme.test                                                                                                                                                                  │
    │    name             Zoë O'Brien                                                                                                                                                                      │
    │>   workspace        Acme                                                                                                                                                                             │
    │    last_login_at    2026-03-03 10:11:12                                                                                                                                                              │
    │    state            locked                                                                                                                                                                           │
    │    preferences                                                                                                                                                                                       │
    │      {                                                                                                                                                                                               │
    │        "theme": "dark",                                                                                                                                                                              │
    │        "n": [1, 2]                                                                                                                                                                                   │
    │      }                                                                                                                                                                                               │
    │                                                                                                                                                                                                      │
    │  may see                                                                                                                                                                                             │
    │    as acme_app in Acme                                                                                                                                                                               │
    │      1 000+  public.emails                                                                                                                                                                           │
    │           0  public.files                                                                                                                                                                            │
    │           –  public.tokens                                                                                                                                                                           │
    │              permission denied for table tokens                                                                                                                                                      │
    │                                                                                                                                                                                                      │
    │  memberships                                                                                                                                                                                         │
    │    Acme  member  suspended  2026-01-05 00:00:00                                                                                                                                                      │
    │                                                                                                                                                                                                      │
    │  pipelines                                                                                                                                                                                           │
    │    Partners  lead                                                                                                                                                                                    │
    │                                                                                                                                                                                                      │
    │  grants                                                                                                                                                                                              │
    │    Acme Mail has no grants                                                                                                                                                                           │
    │                                                                                                                                                                                                      │
    │  permissions                                                                                                                                                                                         │
    │    from the membership in Acme                                                                                                                                                                       │
    │      {                                                                                                                                                                                               │
    │        "deals": ["read"]                                                                                                                                                                             │
    │      }                                                                                                                                                                                               │
    │                                                                                                                                                                                                      │
    │  last events                                                                                                                                                                                         │
    │    2026-03-03 10:11:12  login          email 9d2c  audit log                                                                                                                                         │
    │    2026-03-02 09:00:00  email_deleted  email 9d2c  audit log                                                                                                                                         │
    │                                                                                                                                                                                                      │
    └─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: pipelines of Acme ─┘
     home > users > alice@acme.test
    "#);
    let mut app = console(80, 24);
    serve(app.press("g u"));
    serve(app.press("enter"));
    insta::assert_snapshot!(app.screen(), @r#"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  <i> act as  </> search  <c> copy  <Y> copy all  <:> command
    ┌─ user(alice@acme.test) ──────────────────────────────────────────────────────┐
    │    id               0f9619ff-8b86-d011-b42d-00cf4fc964ff                     │
    │    organization_id  7                                                        │
    │    email            alice@acme.test                                          │
    │    name             Zoë O'Brien                                              │
    │>   workspace        Acme                                                     │
    │    last_login_at    2026-03-03 10:11:12                                      │
    │    state            locked                                                   │
    │    preferences                                                               │
    │      {                                                                       │
    │        "theme": "dark",                                                      │
    │        "n": [1, 2]                                                           │
    │      }                                                                       │
    │                                                                              │
    │  may see                                                                     │
    │    as acme_app in Acme                                                       │
    │      1 000+  public.emails                                                   │
    │           0  public.files                                                    │
    │           –  public.tokens                                                   │
    └─────────────────────────────────── 20 more below · enter: pipelines of Acme ─┘
     home > users > alice@acme.test
    "#);
}

#[test]
fn what_a_user_may_see_is_looked_at_as_the_user_with_a_reason_and_an_end() {
    let mut app = console(80, 24);
    serve(app.press("g u"));
    app.press("enter");
    for _ in 0..2 {
        let look = app
            .questions()
            .into_iter()
            .find_map(|(_, _, question)| question.as_any().downcast_ref::<Look>().cloned());
        if let Some(Look { acting }) = look {
            assert_eq!(acting.person.as_ref().unwrap().id.as_deref(), Some(ALICE));
            assert!(acting.reason.contains("alice@acme.test") && acting.until > acting.since);
            return;
        }
        app.answer(|question| Ok(answer(question)));
    }
    panic!("nobody looked: {:?}", asked(&app));
}

#[test]
fn lines_about_a_user_lead_on() {
    for (line, wanted) in [
        ("Acme", "Departments"),
        ("Partners", "department: Some(\"3\")"),
        ("email_deleted", "audit_logs"),
    ] {
        let mut app = console(200, 60);
        serve(app.press("g u"));
        serve(app.press("enter"));
        to(&mut app, line);
        app.press("enter");
        assert!(
            asked(&app).iter().any(|asked| asked.contains(wanted)),
            "{line}: {:?}",
            asked(&app)
        );
    }
}

#[test]
fn a_table_that_a_user_sees_is_gone_to_as_that_user() {
    let mut app = console(80, 24);
    serve(app.press("g u"));
    serve(app.press("enter"));
    to(&mut app, "public.emails");
    serve(app.press("enter"));
    assert!(app.screen().contains("act as"), "{}", app.screen());
    serve(app.write("TICKET-7").press("enter enter"));
    serve(app.press("esc"));
    assert!(
        app.screen().contains("AS alice@acme.test") && app.screen().contains("rows(public.emails)"),
        "{}",
        app.screen()
    );
}

#[test]
fn an_organization_is_described_with_what_belongs_to_it() {
    let mut app = console(80, 24);
    serve(app.press("g o"));
    serve(app.press("d"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <0> all  <1> Acme  <enter> open  </> search  <c> copy  <Y> copy all
    ┌─ workspace(Acme) ────────────────────────────────────────────────────────────┐
    │    id          7                                                             │
    │    name        Acme                                                          │
    │>   pipelines   12                                                            │
    │    users       300                                                           │
    │    created_at  2026-01-02 03:04:05                                           │
    │    problem     ∅                                                             │
    │                                                                              │
    │  what belongs to it                                                          │
    │    pipelines                                                                 │
    │    users                                                                     │
    │    memberships                                                               │
    │    grants                                                                    │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └─────────────────────────────────────────────────── enter: pipelines of Acme ─┘
     home > workspaces > Acme
    ");
    to(&mut app, "pipelines");
    app.press("enter");
    assert!(
        asked(&app)[0].contains("Departments { organization: Some(\"7\")"),
        "{:?}",
        asked(&app)
    );
}

#[test]
fn a_table_is_described_with_columns_policies_and_keys_both_ways() {
    let mut app = console(200, 60);
    serve(app.press("g t"));
    serve(app.press("d"));
    insta::assert_snapshot!(folded(&app), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  workspace all  you support
     <enter> open  </> search    <c> copy      <Y> copy all  <:> command   <?> help      <^p> find     <q> back      <^r> reload

    ┌─ table(public.emails) ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │    schema         public                                                                                                                                                                             │
    │>   table          emails                                                                                                                                                                             │
    │    rows_estimate  20000                                                                                                                                                                              │
    │    rls            forced                                                                                                                                                                             │
    │    policies       1                                                                                                                                                                                  │
    │                                                                                                                                                                                                      │
    │  columns                                                                                                                                                                                             │
    │    id       bigint  key, not null, indexed                                                                                                                                                           │
    │    user_id  uuid    not null, indexed  -> public.users (id)                                                                                                                                          │
    │    subject  text    not null                                                                                                                                                                         │
    │    body     text                                                                                                                                                                                     │
    │                                                                                                                                                                                                      │
    │  policies                                                                                                                                                                                            │
    │    own_department  SELECT permissive, for acme_app                                                                                                                                                   │
    │      using (department_id = ANY (my_departments()))                                                                                                                                                  │
    │                                                                                                                                                                                                      │
    │  referred to by                                                                                                                                                                                      │
    │    public.files (email_id)                                                                                                                                                                           │
    │                                                                                                                                                                                                      │
    └─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── enter: rows of public.emails ─┘
     home > tables > public.emails
    ");
}

#[test]
fn a_row_is_loaded_whole_and_its_foreign_keys_are_followed() {
    let mut app = console(80, 24);
    serve(app.press("g t"));
    serve(app.press("enter"));
    assert!(!app.screen().contains("last line of a long body"));
    serve(app.press("j d"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
     <enter> open  </> search  <c> copy  <Y> copy all  <:> command  <?> help
    ┌─ public.emails </id=42> ─────────────────────────────────────────────────────┐
    │    id       42                                                               │
    │>   user_id  0f9619ff-8b86-d011-b42d-00cf4fc964ff                             │
    │    subject  Re: Invoice                                                      │
    │    body                                                                      │
    │      first line                                                              │
    │      last line of a long body                                                │
    │                                                                              │
    │  referred to by                                                              │
    │    public.files  email_id                                                    │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    └──────────────────────────────────────────────────── enter: row public.users ─┘
     home > tables > public.emails > 42
    ");
    to(&mut app, "user_id");
    app.press("enter");
    let asked = asked(&app);
    assert!(
        asked[0].contains("users") && asked[0].contains(ALICE) && asked[0].contains("whole: true"),
        "{asked:?}"
    );
}

#[test]
fn there_is_a_preview_where_there_is_room_and_it_keeps_still_while_the_cursor_moves() {
    let mut app = console(200, 60);
    serve(app.press("g u"));
    app.wait(200);
    assert!(app.screen().contains("preview") && app.screen().contains(ALICE), "{}", app.screen());
    // A held key: nothing is asked, and nothing is shown that is not under the cursor.
    for _ in 0..3 {
        app.press("j").wait(30);
        assert!(app.questions().is_empty(), "{:?}", asked(&app));
        assert!(!app.screen().contains(ALICE), "{}", app.screen());
    }
    app.wait(90);
    assert!(app.screen().contains(ALICE), "{}", app.screen());
    let mut app = console(80, 24);
    serve(app.press("g u"));
    app.wait(200);
    assert!(!app.screen().contains("preview"), "{}", app.screen());
    // Where there is none, the keys stay with the list.
    app.press("tab j");
    assert!(app.screen().contains("│>  bob@acme.test"), "{}", app.screen());
}

#[test]
fn an_identity_that_is_no_user_is_acted_as_by_its_name_and_nothing_filtered_is_said() {
    let mut app = console(80, 24);
    serve(app.write(":as anon").press("enter"));
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
    ┌─ act as ─────────────────────────────────────────────────────────────────────┐
    │ (*) anon as anon                                                             │
    │                                                                              │
    │ reason or ticket:                                                            │
    │ for 30 minutes                                                               │
    │                                                                              │
    │ [ Cancel ]  [ Act ]   enter goes on                                          │
    │                                                                              │
    │ no table here has row security: nothing will be filtered                     │
    │ fence jailed: the session's login has no rights of its own; whoever leaves   │
    │ the role has nothing                                                         │
    │ what is sent around every statement:                                         │
    │ BEGIN READ ONLY;                                                             │
    │ SET LOCAL row_security = on;                                                 │
    │ SET LOCAL statement_timeout = '60s';                                         │
    │ SET LOCAL lock_timeout = '2s';                                               │
    │ SET LOCAL idle_in_transaction_session_timeout = '30s';                       │
    │ SET LOCAL TimeZone = 'UTC';                                                  │
    │ SELECT set_config($1, $2, true), set_config($3, $4, true), set_config($5,    │
    │ $6, true);                                                                   │
    │ -- $1 = app.current_user_id, $2 = 0f9619ff-8b86-d011-b42d-00cf4fc964ff, $3 = │
    └───────────────────────────────────────────── page down: the rest of the SQL ─┘
    ");
    serve(app.write("TICKET-8").press("enter enter"));
    serve(app.press("esc"));
    assert!(app.screen().contains("AS anon"), "{}", app.screen());
    serve(app.press("I"));
    assert!(!app.screen().contains("AS anon"), "{}", app.screen());
}

#[test]
fn somebody_is_found_by_any_of_their_names_and_a_row_by_its_id() {
    let mut app = console(80, 24);
    app.press("ctrl-p").write("zoë").wait(200);
    serve(&mut app);
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/…  pg15.6 primary  workspace all  you support
    ┌─ find anything: a name, an e-mail address, an id ────────────────────────────┐
    │> zoë                                                                         │
    │           alice@acme.test    user Zoë O'Brien                                │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │                                                                              │
    │ 1/50 user Zoë O'Brien                                                        │
    └──────────────────────────────────────────────────────────────────────────────┘
    ");
    app.press("enter");
    assert!(asked(&app).iter().any(|asked| asked.contains("UserDetail")), "{:?}", asked(&app));
    let mut app = console(80, 24);
    app.press("ctrl-p").paste(ALICE).wait(200);
    serve(&mut app);
    app.press("enter");
    let asked = asked(&app);
    assert!(asked[0].contains("emails") && asked[0].contains(ALICE), "{asked:?}");
}
