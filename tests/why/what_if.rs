//! What a person reads about policies that do not exist yet, and how a draft is written.

use purview::{
    pg::{Kind, Problem},
    rls::{Change, Draft, Effect, Opening, Statement, Warranted, WhatIf},
    tui::{ask::AnyQuestion, msg},
};

use super::driver::{Driver, World};

const OPENING: &str =
    "ALTER POLICY \"own\" ON \"public\".\"emails\"\n  TO PUBLIC\n  USING (owner = me());\n";

fn change(
    user: &str,
    command: Statement,
    class: usize,
    rows: [u64; 4],
    keys: [&[&str]; 2],
) -> Change {
    let [before, after, gained, lost] = rows.map(Some);
    let [gains, losses] = keys.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
    Change {
        user_id: Some(format!("id-of-{user}")),
        user: format!("{user}@acme.test"),
        organization: Some("Acme".into()),
        command,
        before,
        after,
        gained,
        lost,
        gains,
        losses,
        problem: None,
        label: None,
        class,
        organization_id: Some("acme".into()),
    }
}

fn effect() -> Effect {
    let many = (0..30).map(|n| {
        change(&format!("user{n:02}"), Statement::Select, 2, [0, 5720, 5720, 0], [&[], &[]])
    });
    let mut changes: Vec<Change> = many.collect();
    changes[0].gains = vec!["row-8".into()];
    changes.push(change(
        "alice",
        Statement::Select,
        1,
        [120, 80, 10, 50],
        [&["row-1", "row-2"], &["row-\u{1b}[2J"]],
    ));
    changes.push(Change {
        before: None,
        after: None,
        gained: None,
        lost: None,
        problem: Some("invalid input syntax for type uuid: \"x\"".into()),
        ..change("mallory", Statement::Update, 3, [0; 4], [&[], &[]])
    });
    Effect {
        changes,
        same: 1170,
        up: "ALTER POLICY own …;\n".into(),
        down: "DROP POLICY own …;\n".into(),
    }
}

fn asked(question: &dyn AnyQuestion) -> Option<WhatIf> {
    question.as_any().downcast_ref::<Warranted<WhatIf>>().map(|it| it.question.clone())
}

fn serve<'a>(app: &'a mut Driver, effect: &Result<Effect, Problem>) -> &'a mut Driver {
    let world = World { rows: 30 };
    for _ in 0..20 {
        app.answer(|question| {
            if asked(question).is_some() {
                let effect = effect.clone()?;
                return Ok(Box::new(effect));
            }
            if question.as_any().is::<Opening>() {
                return Ok(Box::new(OPENING.to_owned()));
            }
            world.answer(question)
        });
    }
    app
}

/// A console with the editor open on a policy.
fn console(width: u16, height: u16) -> Driver {
    let mut app = Driver::new(width, height);
    app.write(":what-if public.emails own").press("enter");
    serve(&mut app, &Ok(effect()));
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

fn draft(text: &str) -> Draft {
    Draft::read(&"public.emails".parse().unwrap(), text).unwrap()
}

#[test]
fn the_policy_is_edited_and_the_effect_stands_by_command_and_class() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = console(width, height);
        insta::assert_snapshot!(format!("what_if_editor_{width}x{height}"), app.screen());
        app.press("f5");
        serve(&mut app, &Ok(effect()));
        insta::assert_snapshot!(format!("what_if_{width}x{height}"), app.screen());
        assert!(!app.screen().contains('\u{1b}'));
    }
}

#[test]
fn what_is_asked_is_what_was_written_and_never_for_somebody_in_particular() {
    let mut app = console(100, 40);
    app.press("down down end left left").write(" OR true").press("ctrl-s");
    let question = app.questions().iter().find_map(|(_, _, it)| asked(*it)).unwrap();
    let wanted = "ALTER POLICY own ON public.emails TO PUBLIC USING (owner = me() OR true)";
    let wanted = WhatIf {
        draft: draft(wanted),
        statements: Vec::new(),
        organization: None,
        users: Vec::new(),
    };
    assert_eq!(question, wanted);
}

#[test]
fn the_editor_takes_lines_as_they_are_typed_and_pasted() {
    let mut app = console(100, 40);
    for _ in 0..200 {
        app.press("delete");
    }
    app.write("DROP POLICY a").press("enter").write("ON emails; -- x").press("enter");
    app.paste("-- pasted, of two lines\nDROP POLICY b ON emails;\n")
        .press("up end backspace")
        .write(";");
    app.press("f5");
    let question = app.questions().iter().find_map(|(_, _, it)| asked(*it)).unwrap();
    assert_eq!(question.draft, draft("DROP POLICY a ON emails; DROP POLICY b ON emails"));
}

#[test]
fn leaving_the_editor_asks_nothing_and_loses_nothing() {
    let mut app = console(100, 40);
    app.write("-- mine ").press("esc");
    assert!(app.questions().iter().all(|(_, _, it)| asked(*it).is_none()));
    let screen = app.screen();
    assert!(screen.contains("-- mine ALTER POLICY") && screen.contains("`r` asks"), "{screen}");
    app.press("e");
    assert!(app.screen().contains("-- mine ALTER POLICY"), "{}", app.screen());
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_asked() {
    let mut app = console(100, 40);
    app.write("GRANT ALL ON emails TO public; ").press("f5");
    assert!(app.questions().iter().all(|(_, _, it)| asked(*it).is_none()));
    assert!(app.screen().contains("a draft has no such statement: GRANT"), "{}", app.screen());
    app.press("E");
    assert!(app.screen().contains("ask first what it would change"), "{}", app.screen());
    // What the server says to it stands where the effect would.
    let mut app = console(100, 40);
    app.press("f5");
    let refused = Problem::new(Kind::Refused, "policy `own`: column \"owner\" does not exist");
    serve(&mut app, &Err(refused));
    assert!(app.screen().contains("column \"owner\" does not exist"), "{}", app.screen());
}

#[test]
fn an_effect_is_not_shown_for_a_draft_that_was_changed_after_it() {
    let mut app = console(100, 40);
    app.press("f5");
    serve(&mut app, &Ok(effect()));
    assert!(app.screen().contains("EFFECT"), "{}", app.screen());
    app.press("e").write("-- other ").press("esc");
    assert!(!app.screen().contains("EFFECT"), "{}", app.screen());
    app.press("E");
    assert!(app.screen().contains("ask first"), "{}", app.screen());
}

#[test]
fn enter_on_a_row_that_would_be_gained_goes_to_why_it_cannot_be_had_now() {
    let mut app = console(100, 60);
    app.press("f5");
    serve(&mut app, &Ok(effect()));
    to(&mut app, "row-2");
    app.press("enter");
    assert_eq!(address(&app), "why public.emails row-2 in=acme user=id-of-alice");
}

#[test]
fn one_key_leaves_one_command_after_the_other() {
    let mut app = console(100, 60);
    app.press("f5");
    serve(&mut app, &Ok(effect()));
    app.press("t");
    assert!(!app.screen().contains("mallory"), "{}", app.screen());
    app.press("t t");
    assert!(
        app.screen().contains("mallory") && !app.screen().contains("alice"),
        "{}",
        app.screen()
    );
}

#[test]
fn the_migration_is_written_only_after_a_directory_is_named_and_confirmed() {
    let mut app = console(100, 60);
    app.press("f5");
    serve(&mut app, &Ok(effect()));
    app.effects.clear();
    app.press("E").write("migrations").press("enter enter");
    assert!(app.effects.is_empty(), "{:?}", app.effects);
    app.press("E").write("migrations").press("enter tab enter");
    let wanted = msg::Effect::SavePair {
        directory: "migrations".into(),
        stem: "emails_policies".into(),
        up: effect().up,
        down: effect().down,
    };
    assert_eq!(app.effects, [wanted]);
}

#[test]
fn a_key_on_a_policy_opens_it_and_on_nothing_else() {
    let mut app = Driver::new(100, 30);
    app.press("g t");
    serve(&mut app, &Ok(effect())).press("e");
    assert!(app.screen().contains("this is no policy"), "{}", app.screen());
    assert_eq!(address(&app), "tables");
}
