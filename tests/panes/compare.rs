//! What a person reads about two users side by side, and where it leads.

use purview::{
    directory::{Candidate, Somebody},
    list::{Column, Item, Kind, Page, Position},
    pg::Person,
    rls::{Comparison, Counterpart, FactPair, SideBySide, Sides, Statement, TablePair},
    tui::msg::Effect,
};

use super::{ALICE, console, driver::Driver, driver::World, folded, serve, to};

fn somebody(id: &str, label: &str, organization: &str) -> Somebody {
    let person = Person {
        id: Some(id.into()),
        label: label.into(),
        organization: Some(organization.to_lowercase()),
    };
    let candidate = Candidate {
        person,
        organization: Some(organization.into()),
        membership: None,
        role: "app_user".into(),
        settings: Vec::new(),
    };
    Somebody { candidate, organizations: Vec::new() }
}

fn sides() -> Sides {
    let fact = FactPair {
        fact: "get_user_department_ids(current_setting('app.current_user_id'))".into(),
        worth: [Some("{Sales,HR}".into()), None],
    };
    let key = |id: &str| vec![("id".to_owned(), id.to_owned())];
    let emails = TablePair {
        table: "public.emails".into(),
        command: Statement::Select,
        rows: [Some(12), Some(40)],
        only: [Some(3), Some(31)],
        samples: [vec!["5".into()], vec!["7".into(), "8".into()]],
        keys: [vec![key("5")], vec![key("7"), key("8")]],
        problems: [None, None],
    };
    let invoices = TablePair {
        table: "public.invoices".into(),
        command: Statement::Delete,
        rows: [Some(0), None],
        only: [Some(0), None],
        samples: [Vec::new(), Vec::new()],
        keys: [Vec::new(), Vec::new()],
        problems: [None, Some("permission denied for table in\u{1b}[2Jvoices".into())],
    };
    Sides {
        people: [
            somebody("1", "alice@acme.test", "Acme"),
            somebody("2", "bob@acme.test", "Globex"),
        ],
        comparison: Comparison {
            people: ["alice@acme.test in Acme".into(), "bob@acme.test in Globex".into()],
            roles: ["app_user".into(), "app_user".into()],
            facts: vec![fact],
            tables: vec![emails, invoices],
            same: 22,
        },
    }
}

fn compared(width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    app.write(":compare 1@@acme 2@@globex").press("enter");
    let people: Vec<_> = app
        .questions()
        .iter()
        .flat_map(|(_, _, question)| {
            question.as_any().downcast_ref::<SideBySide>().unwrap().people.clone()
        })
        .collect();
    let named = |name: &str| Counterpart::Named(name.into());
    assert_eq!(people, [named("1@@acme"), named("2@@globex")]);
    app.answer(|_| Ok(Box::new(sides())));
    app
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

fn two_users() -> Page {
    let columns = [Column::new("id", Kind::Text), Column::new("email", Kind::Text).pinned()];
    let item = |id: &str| Item {
        position: Position { value: None, key: vec![id.to_owned()] },
        cells: vec![Some(id.to_owned()), Some(format!("user{id}@acme.test"))],
    };
    Page {
        columns: columns.into(),
        items: vec![item("1"), item("2")],
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat: None,
    }
}

#[test]
fn it_is_read_at_both_sizes() {
    for (width, height) in [(80, 24), (200, 60)] {
        let app = compared(width, height);
        insta::assert_snapshot!(format!("compare_{width}x{height}"), folded(&app));
        assert!(!app.screen().contains('\u{1b}'));
    }
}

#[test]
fn a_row_that_only_one_has_leads_to_why_the_other_has_not() {
    let mut app = compared(100, 40);
    to(&mut app, "id = 5");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails in=globex user=2 /id=5");
    let mut app = compared(100, 40);
    to(&mut app, "id = 8");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails in=acme user=1 /id=8");
    let mut app = compared(100, 40);
    to(&mut app, "error: permission denied");
    app.press("enter");
    assert_eq!(address(&app), "reach public.invoices globex user=2 for=delete");
}

#[test]
fn it_is_copied_for_a_mail_a_ticket_and_a_program() {
    let mut app = compared(100, 40);
    let mut copied = |choice: &str| {
        app.press("Y").press(choice);
        let text = app.effects.iter().rev().find_map(|effect| {
            if let Effect::Copy(text) = effect { Some(text.clone()) } else { None }
        });
        text.unwrap()
    };
    insta::assert_snapshot!(copied("enter"), @"
    A: alice@acme.test in Acme (role app_user)
    B: bob@acme.test in Globex (role app_user)

    What the policies know of them:
    get_user_department_ids(current_setting('app.current_user_id'))
        A: {Sales,HR}
        B: NULL

    What they can do:
    public.emails select
        A: 12 rows, 3 of them alone such as 5
        B: 40 rows, 31 of them alone such as 7 · 8
    public.invoices delete
        A: 0 rows
        B: error: permission denied for table in␛[2Jvoices

    22 tables and commands are the same for both.
    ");
    assert!(copied("down enter").starts_with("- A: alice@acme.test in Acme (role app_user)"));
    let json: serde_json::Value = serde_json::from_str(&copied("down down enter")).unwrap();
    assert_eq!(json["tables"][0]["only"][1], 31);
    assert!(json["tables"][0].get("keys").is_none(), "what scripts rely on stays as it is");
}

#[test]
fn users_of_the_list_are_put_side_by_side() {
    let mut app = console(100, 30);
    app.press("g u");
    app.answer(|_| Ok(Box::new(two_users())));
    app.press("space =");
    assert_eq!(address(&app), "compare 1 2");
    // In which order they were marked does not count, nor where the cursor is.
    let mut app = console(100, 30);
    app.press("g u");
    app.answer(|_| Ok(Box::new(two_users())));
    app.press("space space g g =");
    assert_eq!(address(&app), "compare 1 2");
    // Nobody is marked: whom with is asked.
    let mut app = console(100, 30);
    serve(app.press("g u"));
    app.press("=").write("anon").press("enter");
    assert_eq!(address(&app), format!("compare {ALICE} anon"));
    // Only users are compared.
    let mut app = console(100, 30);
    serve(app.press("g t"));
    app.press("=");
    assert!(app.screen().contains("only users are compared"), "{}", app.screen());
}

#[test]
fn whoever_is_acted_as_stands_beside_somebody_who_is_named() {
    let mut app = console(100, 30);
    app.write(":compare bob").press("enter");
    assert!(app.screen().contains("with whom? `:compare USER USER`"), "{}", app.screen());
    let world = World { rows: 3 };
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&world).press("esc");
    app.write(":compare bob").press("enter");
    let asked = app.questions().iter().find_map(|(_, _, question)| {
        question.as_any().downcast_ref::<SideBySide>().map(|it| it.people.clone())
    });
    let [one, Counterpart::Acting(now)] = asked.unwrap() else { panic!("{}", app.screen()) };
    assert_eq!((one, now.label()), (Counterpart::Named("bob".into()), "alice@acme.test"));
}
