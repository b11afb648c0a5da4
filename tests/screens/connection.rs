//! The connection: lost, refused, found again, and of what kind it is.

use purview::{
    list::From,
    pg::{Kind, Problem},
    tui::{
        facts::Facts,
        model::Beginning,
        msg::{Effect, Msg},
        note::Note,
    },
};

use super::{WORLD, query, tables};
use crate::driver::{self, Driver};

#[test]
fn the_first_line_says_whether_anything_can_be_written_through_the_connection() {
    let shown = |facts: Facts| {
        let mut app = Driver::unconnected(100, 24, Beginning::default());
        app.send(Msg::Connected(Ok(facts)));
        app.screen().lines().next().unwrap().to_owned()
    };
    let facts = driver::facts();
    assert!(shown(facts.clone()).contains(" demo [RW]  "), "{}", shown(facts));
    let refused = Facts { refused_writing: true, ..facts.clone() };
    for facts in [Facts { read_only: true, ..facts }, refused] {
        assert!(shown(facts.clone()).contains(" demo [RO]  "), "{}", shown(facts));
    }
}

#[test]
fn of_several_faults_in_files_the_first_is_said_and_where_all_are_told() {
    let notes = |count: usize| {
        let note = |at| Note::warning(&format!("config.toml:{at}: there is no theme"));
        let notes = (1..=count).map(note).collect();
        let app = Driver::unconnected(100, 24, Beginning { notes, ..Beginning::default() });
        app.screen()
    };
    assert!(notes(1).contains("note: config.toml:1: there is no theme"), "{}", notes(1));
    let said = "note: 1 of 3, `purview doctor` tells all: config.toml:1: there is no theme";
    assert!(notes(3).contains(said), "{}", notes(3));
}

#[test]
fn a_lost_connection_greys_the_rows_and_tries_again_for_ever() {
    let mut app = tables(100, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Connection, "the connection failed"));
    assert_eq!(app.effects, [Effect::Connect(None)]);
    let screen = app.screen();
    assert!(
        screen.contains("LOST: reconnecting")
            && screen.contains("table_1")
            && screen.contains("data from 12:00:00 UTC"),
        "{screen}"
    );
    assert_eq!(app.style_of("table_1").fg, app.model.theme.stale.fg);
    let mut waits = Vec::new();
    for _ in 0..12 {
        app.effects.clear();
        app.send(purview::tui::msg::Msg::Connected(Err(Problem::new(Kind::Connection, "refused"))));
        let before = app.model.now.steady;
        while app.effects.is_empty() {
            app.wait(50);
        }
        waits.push(app.model.now.steady.saturating_sub(before).as_millis());
    }
    assert!(
        waits.windows(2).all(|pair| pair[0] <= pair[1]) && *waits.last().unwrap() <= 30_100,
        "{waits:?}"
    );
    app.effects.clear();
    app.press(": q enter");
    assert!(app.effects.contains(&Effect::Quit), "quitting always works");
}

#[test]
fn without_any_connection_it_is_said_whole_what_is_wrong_and_nothing_is_called_data() {
    let mut app = Driver::unconnected(80, 14, purview::tui::model::Beginning::default());
    let problem = Problem::new(Kind::Permission, "permission denied for database \"jenifer\"")
        .hint("grant connect on database \"jenifer\" to \"app_login\", then try again with ctrl-r");
    app.send(purview::tui::msg::Msg::Connected(Err(problem)));
    for list in ["g h", "g t"] {
        app.press(list);
        let screen = app.screen();
        assert!(screen.contains("then try again with ctrl-r"), "{screen}");
        assert!(!screen.contains("data from"), "{screen}");
    }
}

#[test]
fn a_wrong_password_is_not_tried_again_by_itself() {
    let mut app = Driver::unconnected(100, 12, purview::tui::model::Beginning::default());
    let mut problem = Problem::new(Kind::Connection, "password authentication failed");
    problem.sqlstate = Some("28P01".into());
    app.effects.clear();
    app.send(purview::tui::msg::Msg::Connected(Err(problem))).wait(120_000);
    assert!(app.effects.is_empty(), "{:?}", app.effects);
    app.press("ctrl-r");
    assert_eq!(app.effects, [Effect::Connect(None)]);
}

#[test]
fn when_the_connection_is_back_the_rows_are_asked_for_again() {
    let mut app = tables(100, 12);
    app.press("ctrl-r").refuse(&Problem::new(Kind::Connection, "the connection failed"));
    app.connect();
    assert_eq!(query(&app).from, From::Start);
    app.serve(&WORLD);
    assert!(
        !app.screen().contains("LOST") && app.screen().contains("connected"),
        "{}",
        app.screen()
    );
}

#[test]
fn production_is_said_in_words_and_in_the_frame() {
    let mut app = Driver::unconnected(80, 12, purview::tui::model::Beginning::default());
    let facts = purview::tui::facts::Facts { production: true, ..driver::facts() };
    app.send(purview::tui::msg::Msg::Connected(Ok(facts))).press("g t").serve(&WORLD);
    assert!(app.screen().contains("PROD"));
    assert_eq!(app.style_of("┌").bg, app.model.theme.production.bg);
}
