//! What a person reads about why a list is empty, and where it leads.

use purview::{
    rls::{Apart, Hidden, HiddenGroup, HiddenValue, Statement, Unseen, catalog::RowSecurity},
    tui::ask::AnyQuestion,
};
use serde_json::{Map, Value};

use super::{
    driver::{Driver, World},
    explanations::{leaf, operand},
};

fn key(id: &str) -> Map<String, Value> {
    [("id".to_owned(), id.into())].into_iter().collect()
}

fn unseen() -> Unseen {
    let theirs = operand("get_user_department_ids(‹user_id›)", Some("{1}"), Some("{Sales}"));
    let department = leaf(
        "department_id = ANY (get_user_department_ids(‹user_id›))",
        Some(false),
        vec![operand("department_id", Some("2"), Some("HR")), theirs],
    );
    let value = |value: &str, name: &str, rows| HiddenValue {
        column: "department_id".into(),
        value: Some(value.into()),
        name: Some(name.into()),
        rows,
    };
    let deleted = leaf(
        "deleted_at IS NULL",
        Some(false),
        vec![operand("deleted_at", Some("2026-01-01"), None)],
    );
    let group = |rows, policy: &str, leaf, values, examples| HiddenGroup {
        rows,
        policy: Some(policy.to_owned()),
        leaf: Some(leaf),
        message: None,
        values,
        examples,
    };
    Unseen {
        schema: "public".into(),
        table: "emails".into(),
        command: Statement::Select,
        role: "app_user".into(),
        user: Some("alice@acme.test".into()),
        row_security: RowSecurity::On,
        because: "4112 rows are hidden from alice@acme.test, most because \
                  `department_id = ANY (get_user_department_ids(‹user_id›))` is false (policy `email_access_policy`)"
            .into(),
        rows: 9000,
        visible: 4888,
        hidden: 4112,
        label: None,
        groups: vec![
            group(
                4100,
                "email_access_policy",
                department,
                vec![value("2", "HR", 4000), value("3", "Finance", 100)],
                vec![key("00038eac-19c6-6831-92e2-c5240e7ccd97"), key("0004beca-f712-35eb-5b96-2b1c1f4f4f4f")],
            ),
            group(12, "not_deleted", deleted, Vec::new(), vec![key("7")]),
        ],
    }
}

fn asked(question: &dyn AnyQuestion) -> Option<Hidden> {
    let any = question.as_any();
    any.downcast_ref::<Hidden>()
        .or_else(|| any.downcast_ref::<Apart<Hidden>>().map(|apart| &apart.question))
        .cloned()
}

fn serve<'a>(app: &'a mut Driver, unseen: &Unseen) -> &'a mut Driver {
    let world = World { rows: 30 };
    for _ in 0..20 {
        app.answer(|question| match asked(question) {
            Some(question) => {
                Ok(Box::new(Unseen { command: question.statement, ..unseen.clone() }))
            }
            None => world.answer(question),
        });
    }
    app
}

fn acting(width: u16, height: u16, unseen: &Unseen) -> Driver {
    let mut app = Driver::new(width, height);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":rows public.emails").press("enter");
    serve(&mut app, unseen).press("H");
    serve(&mut app, unseen);
    app
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

#[test]
fn what_hides_rows_is_grouped_and_counted() {
    for (width, height) in [(80, 24), (160, 50)] {
        let app = acting(width, height, &unseen());
        insta::assert_snapshot!(format!("groups_{width}x{height}"), app.screen());
        assert_eq!(address(&app), "hidden public.emails");
    }
}

#[test]
fn an_example_leads_to_why_it_is_hidden_from_the_same_person() {
    let mut app = acting(100, 30, &unseen());
    app.press("/").write("0004beca").press("enter enter");
    assert_eq!(address(&app), "why public.emails /id=0004beca-f712-35eb-5b96-2b1c1f4f4f4f");
    // About somebody who is named the next question is about the same one.
    let mut app = Driver::new(100, 30);
    app.write(":why-empty public.emails user=7").press("enter");
    serve(&mut app, &unseen()).write("glob").press("enter");
    serve(&mut app, &unseen()).press("t");
    serve(&mut app, &unseen());
    assert_eq!(address(&app), "hidden public.emails globex user=id-of-7 for=update");
    app.press("/").write("00038eac").press("enter enter");
    let place = address(&app);
    let wanted = "why public.emails in=globex user=id-of-7 for=update /id=00038eac";
    assert!(place.starts_with(wanted), "{place}");
}

#[test]
fn one_key_goes_through_the_commands_that_can_pass_a_row_over() {
    let mut app = acting(100, 30, &unseen());
    for wanted in [Statement::Update, Statement::Delete, Statement::Select] {
        app.press("t");
        let question = app.questions().iter().find_map(|(_, _, question)| asked(*question));
        assert_eq!(question.unwrap().statement, wanted);
        serve(&mut app, &unseen());
    }
}

#[test]
fn a_table_in_the_list_of_tables_tells_what_it_hides_too() {
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.press("g t");
    serve(&mut app, &unseen()).press("j H");
    serve(&mut app, &unseen());
    assert_eq!(address(&app), "hidden public.table_1");
}

#[test]
fn nothing_hidden_is_said_as_clearly() {
    let none = Unseen {
        because: "nothing is hidden from alice@acme.test: the policies let every row pass".into(),
        visible: 9000,
        hidden: 0,
        groups: Vec::new(),
        ..unseen()
    };
    let screen = acting(100, 30, &none).screen();
    assert!(screen.contains("NOTHING HIDDEN") && !screen.contains("what hides them"), "{screen}");
}
