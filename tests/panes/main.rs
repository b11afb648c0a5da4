//! What a person reads on Home, about one user, organization, table or row, and where Enter leads from there.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod compare;
mod cost;
#[path = "../driver/mod.rs"]
mod driver;
mod export;
mod home;
mod matrix;
mod migrations;
mod plan;
mod query;
mod reach;
mod server;
mod things;
mod user;
mod world;

use driver::Driver;
use purview::{
    mapping::Label,
    tui::{
        facts::{Facts, Words},
        model::Beginning,
        msg::{Effect, Msg},
    },
};
use world::answer;

const ALICE: &str = "0f9619ff-8b86-d011-b42d-00cf4fc964ff";

/// A console of this size on a database whose mapping has its own words.
fn console(width: u16, height: u16) -> Driver {
    console_on(width, height, true)
}

/// The same, where the schema says who is in a pipeline or does not.
fn console_on(width: u16, height: u16, peopled: bool) -> Driver {
    let label = |one: &str, many: &str| Label { one: one.into(), many: many.into() };
    let words = Words {
        system: "Acme Mail".into(),
        organization: label("workspace", "workspaces"),
        department: Some(label("pipeline", "pipelines")),
        department_has_people: peopled,
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
