//! What a person reads about why somebody sees a row or not, and what the keys of that screen do.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod contract;
#[path = "../driver/mod.rs"]
mod driver;
mod explanations;
mod hidden;
mod keys;
mod leaks;
mod screens;
mod what_if;
mod who;

use driver::{Driver, World};
use purview::{
    rls::{Apart, Explain, Why},
    tui::{ask::AnyQuestion, msg::Effect},
};

/// The question that the screen asks, about whoever it is.
fn explain(question: &dyn AnyQuestion) -> Option<Explain> {
    let any = question.as_any();
    any.downcast_ref::<Explain>()
        .or_else(|| any.downcast_ref::<Apart<Explain>>().map(|apart| &apart.question))
        .cloned()
}

/// Answers what was asked, explanations with `why`.
fn serve<'a>(app: &'a mut Driver, why: &Why) -> &'a mut Driver {
    let world = World { rows: 30 };
    for _ in 0..20 {
        app.answer(|question| match explain(question) {
            Some(asked) => {
                let why = Why { command: asked.statement, ..why.clone() };
                Ok(Box::new(vec![why]))
            }
            None => world.answer(question),
        });
    }
    app.effects.retain(|effect| !matches!(effect, Effect::Title(_)));
    app
}

/// A console that acts as alice and shows `why` about the first user.
fn acting(width: u16, height: u16, why: &Why) -> Driver {
    let mut app = Driver::new(width, height);
    app.act_as_alice(&World { rows: 30 }).press("esc");
    app.write(":rows public.users").press("enter");
    serve(&mut app, why).press("w");
    serve(&mut app, why);
    app
}
