//! What a person reads about rows that are seen across organizations, and where it leads.

use purview::{
    rls::{Border, Crosser, Crossing, Leaks, Opening, Proposal, Proposed, RowKey, Warranted},
    tui::{ask::AnyQuestion, ask::Ticket, msg::Effect, msg::Msg},
};

use super::driver::{Driver, World};

fn crosser(name: &str, rows: u64) -> Crosser {
    Crosser {
        user_id: Some(format!("id-of-{name}")),
        user: format!("{name}@acme.test"),
        organization_id: Some("acme".into()),
        rows,
    }
}

fn border(table: &str, of: &str, users: Vec<Crosser>) -> Border {
    Border {
        table: format!("public.{table}"),
        policy: Some("admins_read".into()),
        user_organization: Some("Acme".into()),
        row_organization: of.into(),
        row_organization_id: of.to_lowercase(),
        count: users.len() as u64,
        rows: users.iter().map(|it| it.rows).max().unwrap_or_default(),
        users,
        label: None,
    }
}

fn of_role(table: &str, of: &str, rows: u64) -> Border {
    Border {
        policy: None,
        user_organization: None,
        label: Some("the table has no row security".into()),
        ..border(
            table,
            of,
            vec![Crosser { user_id: None, user: "role app".into(), organization_id: None, rows }],
        )
    }
}

/// What is told, table by table.
fn parts() -> Vec<Vec<Border>> {
    let emails = vec![
        border("emails", "Globex", vec![crosser("alice", 1203), crosser("bob\u{1b}[2J", 7)]),
        border("emails", "Initech", vec![crosser("alice", 40)]),
    ];
    let files = vec![border("files", "Globex", vec![crosser("alice", 3)])];
    let organizations = vec![of_role("plans", "Globex", 2), of_role("plans", "Acme", 1)];
    vec![emails, files, organizations]
}

fn asked(question: &dyn AnyQuestion) -> Option<Leaks> {
    question.as_any().downcast_ref::<Warranted<Leaks>>().map(|it| it.question.clone())
}

fn crossing(question: &dyn AnyQuestion) -> Option<Crossing> {
    question.as_any().downcast_ref::<Warranted<Crossing>>().map(|it| it.question.clone())
}

/// The scan that is under way.
fn scan(app: &Driver) -> (Ticket, Leaks) {
    let found = app.questions().into_iter().find_map(|(ticket, _, it)| Some((ticket, asked(it)?)));
    found.unwrap()
}

fn serve<'a>(app: &'a mut Driver, parts: &[Vec<Border>]) -> &'a mut Driver {
    let world = World { rows: 30 };
    for _ in 0..20 {
        let scans = app.questions().into_iter().filter(|(_, _, it)| asked(*it).is_some());
        let tickets: Vec<Ticket> = scans.map(|(ticket, ..)| ticket).collect();
        for ticket in tickets {
            for part in parts {
                app.send(Msg::Part(ticket, Box::new(part.clone())));
            }
        }
        app.answer(|question| {
            if asked(question).is_some() {
                let aside =
                    vec!["public.settings: nothing tells the organization of a row".to_owned()];
                return Ok(Box::new(aside));
            }
            if let Some(crossing) = crossing(question) {
                let key = |n: u32| {
                    vec![("id".to_owned(), format!("{}-{n}", crossing.row_organization_id))]
                };
                let keys: Vec<RowKey> = vec![key(1), key(2)];
                return Ok(Box::new(keys));
            }
            if question.as_any().is::<Proposal>() {
                return Ok(Box::new(proposed()));
            }
            world.answer(question)
        });
    }
    app
}

fn proposed() -> Proposed {
    Proposed {
        up: "ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON public.plans;".into(),
        down: "DROP POLICY own ON public.plans;".into(),
        without_path: vec!["public.settings".parse().unwrap()],
    }
}

fn console(width: u16, height: u16) -> Driver {
    let mut app = Driver::new(width, height);
    app.write(":leaks").press("enter");
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
fn what_leaks_stands_by_table_policy_and_pair_of_organizations() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = console(width, height);
        serve(&mut app, &parts());
        to(&mut app, "Acme → Globex");
        app.press("enter");
        serve(&mut app, &parts());
        insta::assert_snapshot!(format!("leaks_{width}x{height}"), app.screen());
        assert!(!app.screen().contains('\u{1b}'));
    }
}

#[test]
fn what_is_found_is_shown_before_everything_is_looked_at_and_stopping_keeps_it() {
    let mut app = console(100, 40);
    let (ticket, _) = scan(&app);
    app.send(Msg::Part(ticket, Box::new(parts().remove(0))));
    let screen = app.screen();
    assert!(screen.contains("Acme → Globex") && screen.contains("more may be found"), "{screen}");
    app.wait(1500).press("esc");
    assert!(app.cancelled().contains(&ticket));
    // A part that was on its way when it was stopped changes nothing.
    app.send(Msg::Part(ticket, Box::new(parts().remove(1))));
    let screen = app.screen();
    assert!(screen.contains("Acme → Globex") && screen.contains("stopped"), "{screen}");
    assert!(!screen.contains("public.files"), "{screen}");
}

#[test]
fn what_was_found_stays_with_its_age_until_a_new_look_has_come_to_its_end() {
    let mut app = console(100, 40);
    serve(&mut app, &parts());
    assert!(app.screen().contains("as of 12:00:00 UTC"), "{}", app.screen());
    app.wait(61_000).press("ctrl-r");
    let (ticket, _) = scan(&app);
    app.send(Msg::Part(ticket, Box::new(Vec::<Border>::new())));
    let screen = app.screen();
    assert!(screen.contains("looking again") && screen.contains("public.files"), "{screen}");
    serve(&mut app, &parts()[..1]);
    let screen = app.screen();
    assert!(screen.contains("as of 12:01:01 UTC") && !screen.contains("public.files"), "{screen}");
}

#[test]
fn enter_goes_down_to_example_rows_and_to_why_that_user_sees_them() {
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "Acme → Initech");
    app.press("enter");
    let question = app.questions().iter().find_map(|(_, _, it)| crossing(*it)).unwrap();
    let wanted = Crossing {
        table: "public.emails".parse().unwrap(),
        who: "id-of-alice".into(),
        organization_id: Some("acme".into()),
        policy: Some("admins_read".into()),
        row_organization_id: "initech".into(),
    };
    assert_eq!(question, wanted);
    serve(&mut app, &parts());
    to(&mut app, "initech-2");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails in=acme user=id-of-alice /id=initech-2");
}

#[test]
fn whoever_is_meant_to_see_everything_is_left_out_and_the_mapping_says_how_to_keep_that() {
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "Acme → Initech");
    app.press("m");
    assert_eq!(scan(&app).1.allowed, ["id-of-alice"]);
    // At once, and not only when the server has been asked again.
    let screen = app.screen();
    assert!(!screen.contains("Initech") && screen.contains("1 identity, up to"), "{screen}");
    assert!(screen.contains("global_users = [\"id-of-alice\"]"), "{screen}");
    assert!(screen.contains("purview mapping allow --write -- id-of-alice"), "{screen}");
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "public.plans");
    app.press("m");
    assert!(app.screen().contains("no user is on this line"), "{}", app.screen());
}

#[test]
fn one_key_on_what_leaks_goes_to_a_draft_of_what_mends_its_policy() {
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "Acme → Initech");
    app.press("e");
    assert_eq!(address(&app), "what-if public.emails admins_read mended");
    let opening = |question: &dyn AnyQuestion| question.as_any().downcast_ref::<Opening>().cloned();
    let asked = app.questions().iter().find_map(|(_, _, it)| opening(*it)).unwrap();
    let wanted = Opening {
        table: "public.emails".parse().unwrap(),
        policy: Some("admins_read".into()),
        mended: true,
    };
    assert_eq!(asked, wanted);
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "public.plans");
    app.press("e");
    assert!(app.screen().contains("no policy is on this line"), "{}", app.screen());
}

#[test]
fn only_the_users_of_the_organization_are_looked_at_where_one_is_named() {
    let mut app = Driver::new(100, 40);
    app.write(":leaks acme").press("enter");
    app.answer(|question| World { rows: 30 }.answer(question));
    assert_eq!(scan(&app).1.organization.as_deref(), Some("id-of-acme"));
}

#[test]
fn nothing_found_is_said_only_when_everything_was_looked_at() {
    let mut app = console(100, 40);
    assert!(!app.screen().contains("NO LEAKS"), "{}", app.screen());
    serve(&mut app, &[]);
    assert!(app.screen().contains("NO LEAKS"), "{}", app.screen());
}

#[test]
fn from_a_table_without_row_security_it_is_one_step_to_policies_for_it_and_they_are_written_only_after_asking()
 {
    let mut app = console(100, 60);
    serve(&mut app, &parts());
    to(&mut app, "public.plans");
    app.press("enter");
    assert_eq!(address(&app), "drafts table=public.plans");
    serve(&mut app, &parts());
    insta::assert_snapshot!("drafts_100x60", app.screen());
    app.effects.clear();
    app.press("E").write("my migrations").press("enter");
    assert!(app.screen().contains("my migrations"), "{}", app.screen());
    // The harmless button is under Enter.
    app.press("enter");
    let written = |app: &Driver| app.effects.iter().any(|it| matches!(it, Effect::SavePair { .. }));
    assert!(!written(&app));
    app.press("E").write("my migrations").press("enter tab enter");
    let Some(Effect::SavePair { directory, stem, up, down }) =
        app.effects.iter().find(|it| matches!(it, Effect::SavePair { .. }))
    else {
        panic!("nothing is written: {:?}", app.effects);
    };
    let Proposed { up: wanted_up, down: wanted_down, .. } = proposed();
    assert_eq!((directory.as_str(), stem.as_str()), ("my migrations", "plans_row_security"));
    assert_eq!((up, down), (&wanted_up, &wanted_down));
}
