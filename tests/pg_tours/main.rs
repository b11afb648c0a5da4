//! The stories of the README and of the page about row security, played key by key in the real program on the demo: after each key the screen shows what
//! the page says.
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

/// The terminal in which the stories of the README are told: nothing of them needs more.
const SIZE: (u16, u16) = (100, 30);
/// The terminal in which those of the page about row security are told.
const SMALL: (u16, u16) = (80, 24);

/// The demo as `purview demo` makes it today once the night is over. Limits hold for a day: before that it would be made of the day before, whose limits have
/// ended with it. What a month costs depends on the day.
#[expect(clippy::disallowed_methods, reason = "the program that is played reads the clock")]
async fn demonstrated(name: &str) -> (demo::Home, Cluster) {
    let home = common::passing_home(name);
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

/// The console as the case opens it; as `purview demo` does where it does not say.
fn opened(case: &Case, home: &demo::Home, (width, height): (u16, u16)) -> Console {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_purview"));
    command.args(case.opened.as_deref().unwrap_or("demo-org-assistant").split_whitespace());
    command.env("PURVIEW_DEMO_DIR", home.path());
    let mut console = Console::start(command, width, height);
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

/// Plays every case of a page, one after the other.
fn play_all(cases: &[Case], home: &demo::Home, size: (u16, u16)) {
    for case in cases {
        let _meanwhile: Vec<_> =
            case.commands.iter().map(|command| Meanwhile::begin(command, home)).collect();
        let mut console = opened(case, home, size);
        for step in &case.steps {
            play(case, step, &mut console);
        }
        // A story may end anywhere.
        console.signal(Signal::TERM);
        console.ended();
    }
}

fn cases(page: &str) -> Vec<Case> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    page::cases(&std::fs::read_to_string(page).unwrap())
}

#[tokio::test]
async fn the_cases_of_the_readme_show_what_it_says_after_every_key() {
    let cases = cases("README.md");
    let titles: Vec<_> = cases.iter().map(|case| case.title.split(':').next().unwrap()).collect();
    assert_eq!(titles, ["Support", "Sysadmin", "DBA"]);
    for case in &cases {
        assert!((8..=16).contains(&case.steps.len()), "{}: about a dozen keys", case.title);
    }
    let (home, _cluster) = demonstrated("tours").await;
    play_all(&cases, &home, SIZE);
}

#[tokio::test]
async fn what_is_wrong_with_the_row_security_of_the_five_systems_is_seen_without_typing_sql() {
    let cases = cases("docs/row-security.md");
    let titles: Vec<_> = cases.iter().map(|case| case.title.split(':').next().unwrap()).collect();
    assert_eq!(
        titles,
        ["org-assistant", "org-assistant", "jenifer", "hastecrm", "sekretarka and rishi"]
    );
    for case in &cases {
        assert!((4..=16).contains(&case.steps.len()), "{}: about a dozen keys", case.title);
    }
    let (home, _cluster) = demonstrated("row-security").await;
    play_all(&cases, &home, SMALL);
}
