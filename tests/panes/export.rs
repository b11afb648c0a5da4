//! What a person reads who writes a list into a file.

use std::path::PathBuf;

use purview::{
    directory::Users,
    list::{Ask, From},
    pg::{Kind, Problem},
    tui::{
        ask::Ticket,
        msg::{Effect, Exported, Msg, Written},
    },
};

use crate::{Driver, console, serve};

/// The file that is to be written, and what it is asked of.
fn begun(app: &mut Driver) -> Option<(Ticket, String, Ask<Users>)> {
    let at = app.effects.iter().position(|effect| matches!(effect, Effect::Export { .. }))?;
    let Effect::Export { ticket, question, name, .. } = app.effects.swap_remove(at) else {
        unreachable!()
    };
    Some((ticket, name, question.as_any().downcast_ref::<Ask<Users>>().unwrap().clone()))
}

fn users() -> Driver {
    let mut app = console(100, 24);
    app.write(":users").press("enter").write("/state=locked").press("enter");
    serve(&mut app);
    app.press("E");
    app
}

#[test]
fn a_list_is_written_with_its_filter_into_the_file_that_was_named() {
    let mut app = users();
    let screen = app.screen();
    assert!(screen.contains("pass the filter into which file") && screen.contains("users.ndjson"));
    app.press("ctrl-u").write("locked.csv").press("enter");
    let (ticket, name, ask) = begun(&mut app).unwrap();
    assert_eq!(
        (name.as_str(), ask.query.filter.to_string().as_str()),
        ("locked.csv", "state=locked")
    );
    assert!(ask.query.whole && ask.query.from == From::Start);
    assert!(app.screen().contains("0 rows written into locked.csv; esc stops it"));
    app.send(Msg::Part(ticket, Box::new(Written { rows: 5000 })));
    assert!(app.screen().contains("5000 rows written"), "{}", app.screen());
    // Meanwhile the list is looked at as ever, and nothing else is written.
    app.press("j E enter");
    assert!(begun(&mut app).is_none() && app.screen().contains("is being written"));
    app.send(Msg::Exported(Ok(Exported { path: PathBuf::from("locked.csv"), rows: 5004 })));
    app.send(Msg::Answer(ticket, Ok(Box::new(()))));
    assert!(app.screen().contains("saved, 5004 rows: locked.csv"), "{}", app.screen());
    app.press("E enter");
    assert!(begun(&mut app).is_some());
}

#[test]
fn escape_stops_it_and_so_does_whoever_leaves_the_list() {
    for keys in ["esc", "q"] {
        let mut app = users();
        app.press("enter");
        let (ticket, ..) = begun(&mut app).unwrap();
        app.press(keys);
        assert!(app.effects.contains(&Effect::Cancel(ticket)), "{keys}");
        let stopped = Problem::new(Kind::Cancelled, "the export was stopped");
        app.send(Msg::Exported(Err(stopped.hint("what was written of it is removed"))));
        assert!(app.screen().contains("written of it is removed"), "{}", app.screen());
        // What comes late changes nothing.
        app.send(Msg::Part(ticket, Box::new(Written { rows: 5000 })));
        assert!(!app.screen().contains("5000"), "{keys}");
    }
}

#[test]
fn a_name_that_does_not_say_the_format_is_refused_before_anything_is_asked() {
    let mut app = users();
    app.press("ctrl-u").write("locked").press("enter");
    assert!(begun(&mut app).is_none());
    assert!(app.screen().contains("let it end with"), "{}", app.screen());
}
