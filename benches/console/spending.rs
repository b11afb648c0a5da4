//! A month of cost on the sample, against the same statements by hand.

use std::{sync::Arc, time::Instant};

use chrono::Utc;
use purview::{
    cost::{Dimension, Per, Span, Usage},
    database::Database,
    list::{Ask, Query},
    pg::{Identity, Run},
    question::Question as _,
};

use super::{
    figures::{self, Goal, Series, Unit},
    world::World,
};

/// How often each is done.
const ROUNDS: usize = 7;

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let database = world.database()?;
    let month = Span::month(Utc::now().date_naive());
    for (by, column) in [
        (Dimension::Organization, "organization_id"),
        (Dimension::Model, "model"),
        (Dimension::User, "user_id"),
    ] {
        let statement = format!(
            "SELECT row_to_json(x)::text FROM (SELECT {column}, count(*), sum(input_tokens), sum(output_tokens), sum(total_tokens), sum(cost_usd) AS cost FROM api_usage \
             WHERE created_at >= '{}' AND created_at < '{}' GROUP BY {column} ORDER BY cost DESC, {column} LIMIT 201) x",
            month.from, month.to
        );
        let usage = Usage { by: vec![by], span: Some(month), ..Usage::default() };
        let (ours, by_hand) =
            world.against_hand(&database, (&usage, &Query::default()), &statement, ROUNDS)?;
        let what = format!("a month of cost by {by}, against SQL by hand");
        let goal = [Goal::Ratio(1.5)];
        figures::line(&what, Unit::Milliseconds, ours.median(), Some(by_hand.median()), &goal);
    }
    bars(world, &database, month)
}

/// What stands beside a page: how each row came about.
fn bars(world: &World, database: &Arc<Database>, month: Span) -> anyhow::Result<()> {
    let mut took = Series::default();
    for _ in 0..ROUNDS {
        let by = vec![Dimension::User];
        let usage = Usage { by, span: Some(month), trend: Some(Per::Day), ..Usage::default() };
        let ask = Ask { view: usage, query: Query::default() };
        let began = Instant::now();
        world.runtime.block_on(ask.ask(Arc::clone(database), Identity::Observer, Run::new()))?;
        took.time(began.elapsed());
    }
    let what = "the same by user, with a line of bars for each";
    figures::line(what, Unit::Milliseconds, took.median(), None, &[Goal::Shown]);
    Ok(())
}
