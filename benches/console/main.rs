//! How fast the console is: the real programs in real terminals on a real database, as ratios to the yardstick.
//!
//! Nothing is asserted. Both programs are measured in turn in one run, so that ratios travel to other machines; milliseconds do not. Data is the large demo, which is built
//! once and kept; `PURVIEW_BENCH_SCALE` chooses another size. Words choose parts: `browse`, `held`, `quiet`, `activity`, `endings`, `trips`, `spending`, `audit`, `demo`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a benchmark reads the clock and prints figures"
)]

mod activity;
mod audit;
mod browse;
mod endings;
mod figures;
mod held;
mod quiet;
mod spending;
mod subject;
#[path = "../../tests/terminal/pty.rs"]
mod terminal;
mod trips;
mod world;

use std::process::ExitCode;

use self::{figures::Goal, figures::Unit, world::World};

/// A measurement of one kind.
type Part = (&'static str, fn(&mut World) -> anyhow::Result<()>);

const PARTS: [Part; 9] = [
    ("browse", browse::measure),
    ("held", held::measure),
    ("quiet", quiet::measure),
    ("activity", activity::measure),
    ("endings", endings::measure),
    ("trips", trips::measure),
    ("spending", spending::measure),
    ("audit", audit::measure),
    ("demo", demo),
];

fn main() -> ExitCode {
    let held = std::env::args().any(|word| word == endings::HOLD);
    match if held { endings::hold() } else { measure() } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> anyhow::Result<()> {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let mut world = World::open()?;
    println!(
        "org-assistant, {}; short runs: what is near its goal may fall on either side",
        world.scale
    );
    figures::head();
    let mut failed = false;
    for (name, part) in PARTS {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        if let Err(error) = part(&mut world) {
            failed = true;
            let told = format!("{error:#}");
            figures::unmeasured(name, told.lines().next().unwrap_or_default());
            eprintln!("{told}");
        }
    }
    world.close()?;
    anyhow::ensure!(!failed, "not everything could be measured");
    Ok(())
}

/// How long the demo takes to start.
fn demo(world: &mut World) -> anyhow::Result<()> {
    let goal = [Goal::Most(300.0)];
    match world.built {
        Some(seconds) => {
            figures::line("demo of this size, built", Unit::Seconds, seconds, None, &goal);
        }
        None => figures::unmeasured("demo of this size, built", "it was kept from an earlier run"),
    }
    let folder = world::target().join("bench-demo-new");
    let home = purview::demo::Home::at(&folder)?;
    world.runtime.block_on(purview::demo::reset(&home, &|_| ()))?;
    let (_, first, _) = world::start(&world.runtime, &folder, purview::demo::Scale::Small)?;
    world.runtime.block_on(purview::demo::stop(&home, &|_| ()))?;
    let (_, later, _) = world::start(&world.runtime, &folder, purview::demo::Scale::Small)?;
    world.runtime.block_on(purview::demo::reset(&home, &|_| ()))?;
    figures::line("small demo, first start", Unit::Seconds, first, None, &[Goal::Most(15.0)]);
    figures::line("small demo, later start", Unit::Seconds, later, None, &[Goal::Most(1.0)]);
    Ok(())
}
