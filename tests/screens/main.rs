//! What a person sees after pressing keys.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod acting;
mod asking;
mod connection;
#[path = "../driver/mod.rs"]
mod driver;
mod going;
mod keys;
mod list;
mod reading;

use driver::{Driver, World};
use purview::{
    list::{Ask, Query},
    pg::{Kind, Problem},
    tables::{Policies, Rows, Tables},
    tui::ask::AnyQuestion,
};

const WORLD: World = World { rows: 300 };

/// A console that shows the tables.
fn tables(width: u16, height: u16) -> Driver {
    let mut app = Driver::new(width, height);
    app.press("g t").serve(&WORLD);
    app.effects.clear();
    app
}

/// What the one open question asks for.
fn query(app: &Driver) -> &Query {
    let questions = app.questions();
    assert_eq!(questions.len(), 1, "{questions:?}");
    query_of(questions[0].2)
}

fn query_of(question: &dyn AnyQuestion) -> &Query {
    let any = question.as_any();
    let tables = any.downcast_ref::<Ask<Tables>>().map(|ask| &ask.query);
    let policies = || any.downcast_ref::<Ask<Policies>>().map(|ask| &ask.query);
    let rows = || any.downcast_ref::<Ask<Rows>>().map(|ask| &ask.query);
    tables.or_else(policies).or_else(rows).unwrap()
}

fn denied() -> Problem {
    Problem::new(Kind::Permission, "permission denied for table users")
        .hint("grant select on users to support")
}
