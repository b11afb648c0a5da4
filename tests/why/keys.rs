//! What the keys do where an explanation stands, and how one comes there.

use purview::{
    directory::{Find, Found, Identities, What},
    pg::{Identity, Kind, Problem},
    rls::{Apart, Check, Choice, Explain, Statement},
    tui::{facts::Facts, msg::Effect},
};

use super::{
    acting,
    driver::{Driver, World},
    explain, explanations as of, serve,
};

/// The last explanation that was asked for.
fn asked(app: &Driver) -> Explain {
    app.questions().iter().rev().find_map(|(_, _, question)| explain(*question)).unwrap()
}

fn copied(app: &Driver) -> String {
    app.effects
        .iter()
        .rev()
        .find_map(|effect| if let Effect::Copy(text) = effect { Some(text.clone()) } else { None })
        .unwrap()
}

#[test]
fn a_row_leads_to_why_and_the_address_comes_back() {
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":rows public.users").press("enter");
    serve(&mut app, &of::hidden()).press("j j w");
    let question = asked(&app);
    assert_eq!(question.table.to_string(), "public.users");
    assert_eq!(question.choice, Choice::Columns(vec![("id".into(), "2".into())]));
    assert!(matches!(app.questions()[0].1, Identity::Acting(_)), "as whoever is acted as");
    serve(&mut app, &of::hidden());
    let address = app.model.trail.top().pane.place().address.to_string();
    assert_eq!(address, "why public.users /id=2");
    app.press("-");
    serve(&mut app, &of::hidden()).press("-");
    serve(&mut app, &of::hidden());
    assert_eq!(app.model.trail.top().pane.place().address.to_string(), address);
    assert!(app.screen().contains("HIDDEN"), "{}", app.screen());
}

#[test]
fn parts_fold_and_unfold_and_the_cursor_stays_with_its_part() {
    let mut app = acting(100, 40, &of::hidden());
    assert!(app.screen().contains("- ✗ any of"));
    app.press("/").write("any of").press("enter space");
    let screen = app.screen();
    assert!(screen.contains(">     + ✗ any of"), "{screen}");
    assert!(!screen.contains("get_user_department_ids(‹user_id›) →"), "{screen}");
    app.press("l");
    assert!(app.screen().contains(">     - ✗ any of"));
    // Folded twice: the part, then the policy that it is in, to which the cursor goes.
    app.press("h h");
    let screen = app.screen();
    assert!(screen.contains(">   + ✗ email_access_policy"), "{screen}");
    // Everything open, everything folded, and what matters.
    app.press("F");
    assert!(app.screen().contains("any of"));
    app.press("F");
    assert!(app.screen().contains("+ ✗ SELECT USING") && !app.screen().contains("any of"));
    app.press("F");
    assert!(app.screen().contains("- ✗ any of"));
}

#[test]
fn what_did_not_decide_is_folded() {
    let app = acting(100, 40, &of::restricted());
    let screen = app.screen();
    assert!(screen.contains("- ✗ not_deleted  RESTRICTIVE"), "{screen}");
    assert!(screen.contains("+ ✓ email_access_policy"), "{screen}");
    assert!(screen.contains("deleted_at → 2026-02-01"), "{screen}");
}

#[test]
fn one_key_goes_through_the_commands_and_another_chooses_among_all() {
    let mut app = acting(100, 30, &of::hidden());
    for wanted in [Statement::Insert, Statement::Update, Statement::Delete, Statement::Select] {
        app.press("t");
        let question = asked(&app);
        assert_eq!(question.statement, wanted);
        assert_eq!(question.check, Check::Reads, "what writes is not run unasked");
        serve(&mut app, &of::hidden());
    }
    app.press("T").write("upsert-update").press("enter");
    assert_eq!(asked(&app).statement, Statement::UpsertUpdate);
    serve(&mut app, &of::hidden());
    let address = app.model.trail.top().pane.place().address;
    assert_eq!(address.to_string(), "why public.users for=upsert-update /id=0");
}

#[test]
fn what_writes_is_run_only_after_somebody_agreed_and_never_where_nothing_may_be_written() {
    let mut app = acting(100, 30, &of::hidden());
    app.press("r");
    assert!(app.questions().is_empty() && app.model.popups.is_empty(), "reading needs no leave");
    app.press("t");
    serve(&mut app, &of::hidden()).press("r");
    assert!(app.screen().contains("rolled back"), "{}", app.screen());
    app.press("enter");
    assert!(app.questions().is_empty(), "the button under Enter does nothing");
    app.press("r tab enter");
    assert_eq!((asked(&app).statement, asked(&app).check), (Statement::Insert, Check::Writes));
    serve(&mut app, &of::hidden());
    // The next command asks anew.
    app.press("t");
    assert_eq!((asked(&app).statement, asked(&app).check), (Statement::Update, Check::Reads));
    serve(&mut app, &of::hidden());
    let facts = super::driver::facts();
    app.model.facts = Some(Facts { read_only: true, ..facts });
    app.press("r");
    assert!(app.model.popups.is_empty() && app.screen().contains("read only"), "{}", app.screen());
}

#[test]
fn a_command_that_the_server_does_not_have_is_not_offered() {
    let mut app = acting(100, 30, &of::hidden());
    app.press("T").write("merge");
    assert!(app.screen().contains("merge-update"));
    let mut facts = super::driver::facts();
    facts.version = "13.4".into();
    app.model.facts = Some(facts);
    app.press("esc T").write("merge");
    assert!(app.screen().contains("nothing matches"), "{}", app.screen());
}

#[test]
fn the_text_of_policies_is_one_key_away() {
    let mut app = acting(100, 40, &of::hidden());
    assert!(!app.screen().contains("::text"));
    app.press("p");
    assert!(app.screen().contains("(is_user_admin(‹user_id›)::text)"), "{}", app.screen());
    app.press("p");
    assert!(!app.screen().contains("::text"));
}

#[test]
fn an_explanation_is_copied_for_an_e_mail_a_ticket_or_a_script() {
    let mut app = acting(100, 30, &of::hidden());
    app.press("Y").write("text").press("enter");
    assert!(copied(&app).starts_with("select on public.emails where id = "));
    app.press("Y").write("mark").press("enter");
    assert!(copied(&app).starts_with("### select on public.emails"));
    app.press("Y").write("json").press("enter");
    let json: serde_json::Value = serde_json::from_str(&copied(&app)).unwrap();
    assert_eq!(json[0]["predicted"], "filtered");
    // The value on a line.
    app.press("/").write("department_id →").press("enter c");
    assert_eq!(copied(&app), "f620bf28-ab58-4e1b-51e9-fc2afac5f5be");
}

#[test]
fn a_value_that_points_to_a_row_leads_there_and_a_table_that_hides_rows_too() {
    let mut app = acting(100, 40, &of::hidden());
    app.press("/").write("Finance").press("enter enter");
    let address = app.model.trail.top().pane.place().address.to_string();
    assert_eq!(address, "row public.departments /id=f620bf28-ab58-4e1b-51e9-fc2afac5f5be");
    let mut app = acting(100, 40, &of::nested());
    app.press("/").write("hides rows").press("enter enter");
    let address = app.model.trail.top().pane.place().address.to_string();
    assert!(address.contains("public.members"), "{address}");
}

#[test]
fn a_row_that_should_be_here_is_asked_about_by_its_key() {
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":rows public.users").press("enter");
    serve(&mut app, &of::absent()).press("M").write("\"a b\" 7").press("enter");
    assert_eq!(asked(&app).choice, Choice::Key(vec!["a b".into(), "7".into()]));
    serve(&mut app, &of::absent());
    assert!(app.screen().contains("NOT THERE"), "{}", app.screen());
    // The same, typed as a command.
    app.write(":why public.users 5 for=delete").press("enter");
    assert_eq!(asked(&app).choice, Choice::Key(vec!["5".into()]));
    assert_eq!(asked(&app).statement, Statement::Delete);
}

#[test]
fn a_condition_that_names_no_row_is_refused() {
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    for typed in [":why public.users", ":why public.users /id>5", ":why public.users /anna"] {
        app.write(typed).press("enter");
        serve(&mut app, &of::hidden());
        assert!(app.screen().contains("no row is named"), "{typed}: {}", app.screen());
        assert!(app.questions().is_empty());
    }
}

/// Answers what a person is found by, and the rest.
fn served(app: &mut Driver) {
    for _ in 0..20 {
        let world = World { rows: 30 };
        app.answer(|question| {
            let any = question.as_any();
            if any.is::<Find>() {
                let user = |id: &str, label: &str| Found {
                    what: What::User,
                    id: id.into(),
                    label: label.into(),
                    also: None,
                };
                return Ok(Box::new(vec![
                    user("7", "alice@acme.test"),
                    user("8", "bob@acme.test"),
                ]));
            }
            match explain(question) {
                Some(_) => Ok(Box::new(vec![of::hidden()])),
                None => world.answer(question),
            }
        });
    }
}

#[test]
fn while_nobody_is_acted_as_a_user_is_asked_for_and_remembered() {
    let mut app = Driver::new(100, 30);
    app.write(":rows public.users").press("enter");
    served(&mut app);
    app.press("w");
    assert!(app.screen().contains("about whom?"), "{}", app.screen());
    app.write("ali").wait(200);
    served(&mut app);
    app.press("enter");
    assert!(app.questions().iter().any(|(_, _, it)| it.as_any().is::<Identities>()));
    served(&mut app);
    // The user is somebody else in each organization: which one is meant is asked.
    assert!(app.screen().contains("which membership?"), "{}", app.screen());
    app.write("glob").press("enter");
    let (_, identity, question) = app.questions().pop().unwrap();
    assert_eq!(*identity, Identity::Observer, "nobody is acted as");
    let apart = question.as_any().downcast_ref::<Apart<Explain>>().unwrap();
    assert_eq!(apart.acting.person.as_ref().unwrap().organization.as_deref(), Some("globex"));
    assert!(apart.acting.reason.starts_with("why select"), "{}", apart.acting.reason);
    served(&mut app);
    assert!(app.screen().contains("HIDDEN"));
    let address = app.model.trail.top().pane.place().address.to_string();
    assert_eq!(address, "why public.users in=globex user=7 /id=0");
    // The next row is about the same user.
    app.press("q j w");
    served(&mut app);
    assert!(app.screen().contains("HIDDEN"), "{}", app.screen());
    let address = app.model.trail.top().pane.place().address.to_string();
    assert_eq!(address, "why public.users in=globex user=7 /id=1");
    assert_eq!(app.model.identity, Identity::Observer);
}

#[test]
fn enter_before_the_names_are_there_is_kept_for_them() {
    let mut app = Driver::new(100, 30);
    app.write(":rows public.users").press("enter");
    served(&mut app);
    // As quick as hands are: before typing rests, and before the database has answered.
    app.press("w").write("ali").press("enter");
    assert!(app.screen().contains("enter is kept"), "{}", app.screen());
    app.wait(200);
    served(&mut app);
    assert!(app.screen().contains("which membership?"), "alice was chosen: {}", app.screen());
    // Whoever goes on typing chooses anew.
    let mut app = Driver::new(100, 30);
    app.write(":rows public.users").press("enter");
    served(&mut app);
    app.press("w").write("ali").press("enter").write("ce").wait(200);
    served(&mut app);
    assert!(app.screen().contains("about whom?"), "{}", app.screen());
    // Nobody by that name: that is said.
    app.press("esc a").write("nobody").press("enter").wait(200);
    app.answer(|_| Ok(Box::new(Vec::<Found>::new())));
    assert!(app.screen().contains("nothing goes by that name: nobody"), "{}", app.screen());
}

#[test]
fn what_is_typed_for_a_row_stays_whoever_one_acts_as() {
    let edits = [("subject".to_owned(), Some("Invoice 7".to_owned()))];
    let tried = |app: &mut Driver| {
        app.press("e").press("down down").write(" 7").press("enter");
        serve(app, &of::hidden());
    };
    let mut app = acting(100, 30, &of::hidden());
    tried(&mut app);
    app.model.facts = Some(Facts { in_memberships: true, ..super::driver::facts() });
    app.press("I").serve_but("Apart", &World { rows: 30 });
    let (_, _, question) = app.questions().pop().unwrap();
    let apart = question.as_any().downcast_ref::<Apart<Explain>>().unwrap();
    assert_eq!(apart.question.edits, edits, "stopped acting");
    // The time is over while the form is open: what stands in it is there when somebody is asked about again.
    let mut app = acting(100, 30, &of::hidden());
    app.press("e").press("down down").write(" 7").wait(30 * 60_000);
    assert!(app.screen().contains("the time for acting is over"), "{}", app.screen());
    app.write("bob").press("enter").wait(200);
    served(&mut app);
    app.write("acme").press("enter");
    let (_, _, question) = app.questions().pop().unwrap();
    let apart = question.as_any().downcast_ref::<Apart<Explain>>().unwrap();
    assert_eq!(apart.question.edits, edits, "the time was over");
}

#[test]
fn whoever_stops_acting_keeps_the_explanation_about_the_same_user_by_name() {
    let mut app = acting(100, 30, &of::hidden());
    assert!(app.screen().contains("HIDDEN"));
    app.model.facts = Some(Facts { in_memberships: true, ..super::driver::facts() });
    app.press("I");
    let screen = app.screen();
    assert!(!screen.contains("HIDDEN"), "what they saw is nobody's before it is asked: {screen}");
    let said = "no longer acting as alice@acme.test; this is asked about them by name";
    assert!(screen.contains(said), "{screen}");
    app.serve_but("Apart", &World { rows: 30 });
    let (_, identity, question) = app.questions().pop().unwrap();
    assert_eq!(*identity, Identity::Observer, "nobody is acted as");
    let apart = question.as_any().downcast_ref::<Apart<Explain>>().unwrap();
    let person = apart.acting.person.as_ref().unwrap();
    assert_eq!((person.id.as_deref(), person.organization.as_deref()), (Some("7"), Some("acme")));
    served(&mut app);
    assert!(app.screen().contains("HIDDEN"), "{}", app.screen());
    let address = app.model.trail.top().pane.place().address.to_string();
    assert_eq!(address, "why public.users in=acme user=7 /id=0");
}

#[test]
fn when_the_time_for_acting_is_over_nobody_is_asked_about_unasked() {
    let mut app = acting(100, 30, &of::hidden());
    app.wait(30 * 60_000);
    let screen = app.screen();
    assert!(!screen.contains("HIDDEN"), "{screen}");
    assert!(screen.contains("about whom?"), "{screen}");
    assert!(screen.contains("the time for acting is over"), "{screen}");
    assert!(app.questions().is_empty(), "{:?}", app.questions());
}

#[test]
fn another_user_is_asked_about_while_somebody_is_acted_as() {
    let mut app = acting(100, 30, &of::visible());
    app.press("a").write("bob").wait(200);
    served(&mut app);
    app.press("down").press("up").press("enter");
    served(&mut app);
    app.write("acme").press("enter");
    served(&mut app);
    let place = app.model.trail.top().pane.place().address;
    assert!(place.to_string().contains("user="), "{place}");
    // Back to whoever is acted as.
    app.press("a").write("whoever").press("enter");
    let (_, identity, question) = app.questions().pop().unwrap();
    assert!(matches!(identity, Identity::Acting(_)));
    assert!(question.as_any().is::<Explain>());
}

#[test]
fn what_goes_wrong_is_said_and_asked_again() {
    let mut app = Driver::new(100, 30);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":why public.users x").press("enter");
    app.refuse(&Problem::new(Kind::Usage, "invalid input syntax for type uuid: x").hint("a hint"));
    assert!(app.screen().contains("invalid input syntax for type uuid: x"));
    app.press("ctrl-r");
    serve(&mut app, &of::visible());
    assert!(app.screen().contains("VISIBLE") && !app.screen().contains("invalid input"));
}

#[test]
fn a_row_is_tried_with_other_values() {
    let mut app = acting(100, 30, &of::hidden());
    app.press("e");
    insta::assert_snapshot!(app.screen());
    // The subject gets a word more, and the deletion a time; what is computed takes nothing.
    app.press("down down").write(" 7").press("down").write("now").press("down down").write("x");
    app.press("enter");
    let question = asked(&app);
    assert_eq!((question.statement, question.check), (Statement::Update, Check::Reads));
    let wanted = [("subject", Some("Invoice 7")), ("deleted_at", Some("now"))];
    let wanted = wanted.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
    assert_eq!(question.edits, wanted);
    serve(&mut app, &of::hidden());
    assert!(app.screen().contains("subject = Invoice 7, deleted_at = now"), "{}", app.screen());
    // What was typed is still there, and is taken back: nothing, then NULL as it was.
    app.press("e down down down").press("ctrl-u backspace enter");
    assert_eq!(asked(&app).edits, [("subject".to_owned(), Some("Invoice 7".to_owned()))]);
    serve(&mut app, &of::hidden()).press("e down ctrl-u backspace enter");
    assert_eq!(asked(&app).edits[0], ("department_id".to_owned(), None));
    serve(&mut app, &of::hidden());
    // As an insert it keeps its values.
    app.press("T").write("insert-returning").press("enter");
    assert_eq!((asked(&app).statement, asked(&app).edits.len()), (Statement::InsertReturning, 2));
}

#[test]
fn a_constraint_after_the_policies_is_no_disagreement() {
    let why = purview::rls::Why {
        actual: Some(purview::rls::Outcome::Error),
        actual_message: Some("duplicate key value violates unique constraint".into()),
        actual_sqlstate: Some("23505".into()),
        ..of::visible()
    };
    let mut app = acting(100, 30, &why);
    app.press("t");
    serve(&mut app, &why);
    let screen = app.screen();
    assert!(
        screen.contains("agrees: the policies let it pass; then the statement fails"),
        "{screen}"
    );
}
