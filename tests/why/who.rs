//! What a person reads about who can do something with a row, and where it leads.

use purview::{
    rls::{Able, Choice, Statement, Warranted, Who},
    tui::{ask::AnyQuestion, msg::Effect},
};

use super::driver::{Driver, World};

fn able(name: &str, organization: &str, can: Option<bool>, class: usize, how: &str) -> Able {
    Able {
        kind: "user".into(),
        id: Some(format!("id-of-{name}")),
        name: format!("{name}@{}.test", organization.to_lowercase()),
        organization: Some(organization.into()),
        can,
        class: Some(class),
        how: how.into(),
        organization_id: Some(organization.to_lowercase()),
    }
}

fn around(kind: &str, name: &str, how: &str) -> Able {
    Able {
        kind: kind.into(),
        id: None,
        name: name.into(),
        organization: None,
        can: Some(true),
        class: None,
        how: how.into(),
        organization_id: None,
    }
}

fn everybody() -> Vec<Able> {
    let mut all: Vec<Able> = ["alice", "bob"]
        .map(|name| able(name, "Acme", Some(true), 1, "policy `email_access_policy`"))
        .into();
    let many = (0..20).map(|n| {
        let name = format!("reader{n:02}");
        able(&name, "Acme", Some(true), 2, "policy `admins_read`")
    });
    all.extend(many);
    let outside = (0..30)
        .map(|n| able(&format!("user{n:02}"), "Globex", Some(false), 3, "no policy lets it"));
    all.extend(outside);
    all.push(able(
        "mallory",
        "Globex",
        None,
        4,
        "invalid input syntax for type uuid: \"\u{1b}[2J\"",
    ));
    all.push(Able {
        kind: "identity".into(),
        id: None,
        name: "anon".into(),
        organization: None,
        organization_id: None,
        ..able("anon", "", Some(false), 5, "no policy lets it")
    });
    all.push(around("superuser", "postgres", "logs in"));
    all.push(around(
        "materialized view",
        "public.deal_totals",
        "holds what its owner app_owner saw; readable by app_user",
    ));
    all.push(Able {
        can: None,
        ..around("role", "auditor", "the jail may not take the role `auditor`")
    });
    all
}

fn asked(question: &dyn AnyQuestion) -> Option<Warranted<Who>> {
    question.as_any().downcast_ref::<Warranted<Who>>().cloned()
}

fn serve<'a>(app: &'a mut Driver, able: &[Able]) -> &'a mut Driver {
    let world = World { rows: 30 };
    for _ in 0..20 {
        app.answer(|question| match asked(question) {
            Some(_) => Ok(Box::new(able.to_vec())),
            None => world.answer(question),
        });
    }
    app
}

/// A console that shows who can see the first row of a table.
fn console(width: u16, height: u16) -> Driver {
    let mut app = Driver::new(width, height);
    app.write(":rows public.emails").press("enter");
    serve(&mut app, &everybody()).press("U");
    app
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

/// Down to the line that says `wanted`.
fn to(app: &mut Driver, wanted: &str) {
    app.press("g g");
    for _ in 0..200 {
        if app.screen().lines().any(|line| line.contains("│> ") && line.contains(wanted)) {
            return;
        }
        app.press("j");
    }
    panic!("no line says {wanted}:\n{}", app.screen());
}

#[test]
fn users_stand_by_class_with_the_reason_and_then_what_gets_around_the_policies() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = console(width, height);
        serve(&mut app, &everybody());
        insta::assert_snapshot!(format!("who_{width}x{height}"), app.screen());
    }
}

#[test]
fn it_is_asked_about_everybody_whoever_is_acted_as() {
    let mut app = console(100, 40);
    let question = app.questions().iter().find_map(|(_, _, question)| asked(*question)).unwrap();
    let wanted = Who {
        table: "public.emails".parse().unwrap(),
        choice: Choice::Columns(vec![("id".into(), "0".into())]),
        statement: Statement::Select,
    };
    assert_eq!(question.question, wanted);
    assert_eq!(question.warrant.reason, "who can select public.emails");
    assert_eq!(address(&app), "who public.emails /id=0");
    serve(&mut app, &everybody());
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":who public.emails 7").press("enter");
    let question = app.questions().iter().find_map(|(_, _, question)| asked(*question)).unwrap();
    assert_eq!(question.question.choice, Choice::Key(vec!["7".into()]));
    // Nobody in particular is asked about: the title does not say that it is what alice sees.
    assert!(!app.screen().contains("7 as alice"), "{}", app.screen());
}

#[test]
fn enter_on_somebody_goes_to_why_they_can_or_cannot() {
    let mut app = console(100, 60);
    serve(&mut app, &everybody());
    to(&mut app, "bob@acme.test");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails in=acme user=id-of-bob /id=0");
    serve(&mut app, &everybody()).press("q");
    serve(&mut app, &everybody()).press("t");
    serve(&mut app, &everybody());
    to(&mut app, "anon");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails user=anon for=update /id=0");
}

#[test]
fn one_key_goes_through_what_can_be_done_with_the_row() {
    let mut app = console(100, 40);
    serve(&mut app, &everybody());
    for wanted in [Statement::Update, Statement::Delete, Statement::Select] {
        app.press("t");
        let question = app.questions().iter().find_map(|(_, _, question)| asked(*question));
        assert_eq!(question.unwrap().question.statement, wanted);
        serve(&mut app, &everybody());
    }
}

#[test]
fn a_large_class_is_folded_until_somebody_unfolds_it() {
    let mut app = console(100, 60);
    serve(&mut app, &everybody());
    assert!(!app.screen().contains("user17"), "{}", app.screen());
    to(&mut app, "30 identities");
    app.press("space");
    assert!(app.screen().contains("user17"), "{}", app.screen());
    app.press("h");
    assert!(!app.screen().contains("user17"), "{}", app.screen());
}

#[test]
fn a_wait_for_it_can_be_stopped_and_nothing_of_the_answer_reaches_the_terminal_as_it_is() {
    let mut app = console(100, 60);
    app.wait(2000);
    assert!(app.screen().contains("2 s"), "{}", app.screen());
    app.press("esc");
    assert_eq!(app.cancelled().len(), 1);
    assert!(app.screen().contains("stopped"), "{}", app.screen());
    app.press("ctrl-r");
    serve(&mut app, &everybody());
    assert!(!app.screen().contains('\u{1b}'));
    assert!(app.screen().contains("mallory@globex.test"), "{}", app.screen());
    app.effects.retain(|effect| !matches!(effect, Effect::Title(_)));
}

#[test]
fn a_row_of_the_catalog_and_a_thing_without_a_row_have_nobody_to_ask_about() {
    let mut app = Driver::new(100, 30);
    app.press("g p");
    serve(&mut app, &everybody()).press("U");
    assert!(app.screen().contains("this is no row of a table"), "{}", app.screen());
    assert_eq!(address(&app), "policies");
}
