//! What everybody can see of three million mails, and of a tenth of them: how long it takes to say so exactly, and how much memory.
//!
//! Nothing is asserted. Each goal is a line with the figure beside it; everything is measured in one run, so that ratios travel to other machines. The world is
//! built once, in a cluster of its own, and kept; `PURVIEW_BENCH_MAILS` chooses another number of mails.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reads the clock and prints figures"
)]

mod figures;
mod measure;
mod world;

use std::process::ExitCode;

use self::{figures::Goal, world::World};

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(measure())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> anyhow::Result<()> {
    let most: u64 = match std::env::var("PURVIEW_BENCH_MAILS") {
        Ok(text) => text.parse()?,
        Err(_) => 3_000_000,
    };
    let world = World::open().await?;
    let outcome = compare(&world, most).await;
    world.close().await?;
    outcome
}

/// The smaller world first: what memory it took at most is told apart then.
async fn compare(world: &World, most: u64) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for mails in [most / 10, most] {
        let place = world.place(mails).await?;
        let found = measure::measure(&place).await?;
        println!(
            "org-assistant, 10 000 users, 2 000 departments, {mails} mails; {} classes of mails, {} different counts",
            found.classes, found.numbers
        );
        all.push(found);
    }
    let [small, large] = all.as_slice() else { return Ok(()) };
    println!(
        "\nagainst `SELECT count(*)` as one user; the grouping pass reads the table once, for everybody, and is told apart"
    );
    figures::head("COUNT(*)");
    let line = |what, took, goal| figures::line(what, "ms", took, large.count, goal);
    line("grouping pass over the table", large.grouping, Goal::Shown);
    line("one user, exact, less the grouping pass", large.one, Goal::Ratio(1.0 / 200.0));
    line("all 10 000 users, exact, less the grouping pass", large.all, Goal::Most(3000.0));
    line("who can see a row, of 10 000 users", large.who, Goal::Most(1000.0));
    line("why tree of a row", large.why, Goal::Most(20.0));
    line("leak scan of the table", large.leaks, Goal::Most(5000.0));
    println!(
        "\na tenth of the mails against all of them: what follows the rows takes a tenth, what does not is no slower"
    );
    figures::head("ALL MAILS");
    let pairs = [
        ("`SELECT count(*)` as one user", small.count, large.count),
        ("grouping pass over the table", small.grouping, large.grouping),
        ("one user, exact, less the grouping pass", small.one, large.one),
        ("all 10 000 users, exact, less the grouping pass", small.all, large.all),
        ("who can see a row, of 10 000 users", small.who, large.who),
        ("why tree of a row", small.why, large.why),
        ("leak scan of the table", small.leaks, large.leaks),
    ];
    for (what, small, large) in pairs {
        figures::line(what, "ms", small, large, Goal::Ratio(1.2));
    }
    println!("\nmost memory with all mails against most memory with a tenth of them");
    figures::head("A TENTH");
    figures::line("memory", "MB", large.memory, small.memory, Goal::Ratio(1.1));
    Ok(())
}
