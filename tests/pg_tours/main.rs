//! The stories of the README, played key by key in the real program on the demo: after each key the screen shows what the README says.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../terminal/keys.rs"]
mod keys;
mod page;
#[path = "../terminal/mod.rs"]
mod terminal;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use chrono::Utc;
use page::{Case, Step};
use portable_pty::CommandBuilder;
use purview::demo::{self, Cluster};
use rustix::process::Signal;
use terminal::Console;

/// The terminal in which the stories are told: nothing of them needs more.
const SIZE: (u16, u16) = (100, 30);

/// The demo as `purview demo` makes it today once the night is over. Limits hold for a day: before that it would be made of the day before, whose limits have
/// ended with it. What a month costs depends on the day.
#[expect(clippy::disallowed_methods, reason = "the program that is played reads the clock")]
async fn demonstrated() -> (demo::Home, Cluster) {
    let home = common::passing_home("tours");
    let tests = common::options(home.clone());
    let noon = Utc::now().date_naive().and_hms_opt(12, 0, 0).unwrap().and_utc();
    let options = demo::Options { anchor: noon, scale: Some(demo::Scale::Small), ..tests };
    let cluster = demo::start(&options, &|_| ()).await.unwrap();
    (home, cluster)
}

/// Where `purview` and `psql` are found.
fn path() -> OsString {
    let purview = Path::new(env!("CARGO_BIN_EXE_purview")).parent().unwrap().to_owned();
    let others = env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = [purview].into_iter().chain(env::split_paths(&others)).collect();
    env::join_paths(all).unwrap()
}

/// Something that somebody else does meanwhile; it ends with the story.
struct Meanwhile(Child);

impl Meanwhile {
    fn begin(command: &str, home: &demo::Home) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec {command}")]);
        shell.env("PATH", path()).env("PURVIEW_DEMO_DIR", home.path());
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.spawn().unwrap())
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The console as `purview demo` opens it.
fn opened(home: &demo::Home) -> Console {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_purview"));
    command.args(["--context", "demo-org-assistant"]);
    command.env("PURVIEW_DEMO_DIR", home.path());
    let mut console = Console::start(command, SIZE.0, SIZE.1);
    console.shows("in this database");
    console
}

/// Presses what a step says, and waits for what it promises.
fn play(case: &Case, step: &Step, console: &mut Console) {
    let what = format!("{}: {:?} shows {:?}", case.title, step.keys, step.shown);
    let all = |text: &str| step.shown.iter().all(|shown| text.contains(shown));
    assert!(!step.shown.is_empty(), "{what}: nothing is promised");
    assert!(!all(&console.screen().contents()), "{what}: it was there before the key");
    for press in step.keys.iter().flat_map(|keys| keys::presses(keys)) {
        console.send(&press);
    }
    console.until(&what, |screen| all(&screen.contents()));
}

#[tokio::test]
async fn the_cases_of_the_readme_show_what_it_says_after_every_key() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let cases = page::cases(&readme);
    let titles: Vec<_> = cases.iter().map(|case| case.title.split(':').next().unwrap()).collect();
    assert_eq!(titles, ["Support", "Sysadmin", "DBA"]);
    let (home, _cluster) = demonstrated().await;
    for case in &cases {
        assert!((8..=16).contains(&case.steps.len()), "{}: about a dozen keys", case.title);
        let _meanwhile: Vec<_> =
            case.commands.iter().map(|command| Meanwhile::begin(command, &home)).collect();
        let mut console = opened(&home);
        for step in &case.steps {
            play(case, step, &mut console);
        }
        // A story may end anywhere.
        console.signal(Signal::TERM);
        console.ended();
    }
}
