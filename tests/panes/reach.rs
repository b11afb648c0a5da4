//! What a person reads about one cell of the matrix, and where it leads.

use purview::{
    rls::{Breakdown, Broken, ClassValue, Portion, RowClass, State, Statement},
    tui::ask::AnyAnswer,
};

use super::{console, driver::Driver, driver::World, folded, to};

fn class(rows: u64, department: &str, examples: &[&str]) -> RowClass {
    let value = |column: &str, value: Option<&str>, name: Option<&str>| ClassValue {
        column: column.into(),
        value: value.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    RowClass {
        rows,
        values: vec![
            value("department_id", Some("2"), Some(department)),
            value("deleted_at", None, None),
        ],
        examples: examples.iter().map(|id| vec![("id".to_owned(), (*id).to_owned())]).collect(),
    }
}

fn broken(command: Statement) -> Broken {
    Broken {
        table: "public.emails".into(),
        command,
        user: "alice@acme.test".into(),
        role: "app_user".into(),
        visible: Some(4888),
        total: 9000,
        state: State::Rows,
        problem: None,
        label: None,
        policies: [vec!["own_department".into()], vec!["not_deleted".into()]],
        passing: Portion { classes: vec![class(4888, "Sales", &["11", "12"])], more: (0, 0) },
        others: Portion { classes: vec![class(4000, "H\u{1b}[2JR", &["13"])], more: (2, 112) },
    }
}

fn opened(width: u16, height: u16, broken: impl Fn(Statement) -> Broken) -> Driver {
    let mut app = console(width, height);
    app.write(":reach public.emails user=7").press("enter");
    let world = World { rows: 3 };
    let serve = |app: &mut Driver| {
        for _ in 0..10 {
            app.answer(|question| match question.as_any().downcast_ref::<Breakdown>() {
                Some(asked) => Ok(Box::new(broken(asked.statement)) as AnyAnswer),
                None => world.answer(question),
            });
        }
    };
    serve(&mut app);
    // The user is somebody else in each organization: which is asked.
    app.write("glob").press("enter");
    serve(&mut app);
    app
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

#[test]
fn it_is_read_at_both_sizes() {
    for (width, height) in [(80, 24), (200, 60)] {
        let app = opened(width, height, broken);
        insta::assert_snapshot!(format!("reach_{width}x{height}"), folded(&app));
        assert!(!app.screen().contains('\u{1b}'));
    }
}

#[test]
fn a_row_leads_to_why_and_the_rest_to_what_hides_it() {
    let mut app = opened(100, 40, broken);
    let from = address(&app);
    let whom = from.strip_prefix("reach public.emails ").unwrap().to_owned();
    to(&mut app, "id = 13");
    app.press("enter");
    let place = address(&app);
    assert!(place.starts_with("why public.emails ") && place.ends_with("/id=13"), "{place}");
    let user = whom.split(' ').find(|word| word.starts_with("user=")).unwrap();
    assert!(place.contains(user), "{place}");
    let mut app = opened(100, 40, broken);
    to(&mut app, "what hides them");
    app.press("enter");
    assert_eq!(address(&app), format!("hidden public.emails {whom}"));
}

#[test]
fn every_state_has_a_word_of_its_own() {
    let said = |change: &dyn Fn(&mut Broken)| {
        let app = opened(100, 40, |command| {
            let mut told = broken(command);
            change(&mut told);
            told
        });
        app.screen()
    };
    assert!(said(&|_| ()).contains("SOME  select reaches 4 888 of 9 000 rows"));
    assert!(said(&|it| it.visible = Some(0)).contains("NONE  "));
    assert!(said(&|it| it.visible = Some(9000)).contains("ALL  "));
    assert!(said(&|it| it.state = State::Bypass).contains("BYPASS  "));
    assert!(said(&|it| it.state = State::NoRls).contains("NO RLS  "));
    assert!(said(&|it| it.state = State::Deny).contains("DENY  "));
    let failed = said(&|it| (it.visible, it.problem) = (None, Some("no such setting".into())));
    assert!(
        failed.contains("ERROR  select fails for alice@acme.test: no such setting"),
        "{failed}"
    );
}
