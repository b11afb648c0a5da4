//! What is asked at the terminal: a password, which never shows, and consent; and that the terminal is as it was, however the question ends.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod terminal;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use common::TestDatabase;
use portable_pty::CommandBuilder;
use purview::demo::{LoginKind, System};
use rustix::process::Signal;
use tempfile::TempDir;
use terminal::Console;

/// The program in a terminal of its own, with nothing of the tester's that knows a password.
struct Asked {
    console: Console,
    state: TempDir,
}

impl Asked {
    fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new("env");
        for name in ["PGPASSWORD", "PGPASSFILE", "PURVIEW_CONTEXT"] {
            command.env_remove(name);
        }
        command.env("HOME", state.path());
        // A machine at work on something else is no server that does not answer.
        command.env("PGCONNECT_TIMEOUT", "60");
        // What the harness sets is the same for all tests.
        command.arg(format!("XDG_STATE_HOME={}", state.path().display()));
        command.args(variables.iter().map(|(name, value)| format!("{name}={value}")));
        command.arg(env!("CARGO_BIN_EXE_purview"));
        command.args(arguments);
        Self { console: Console::start(command, 120, 40), state }
    }

    /// A command that wants the password of the support login.
    fn of(database: &TestDatabase, arguments: &[&str]) -> Self {
        let (url, _) = without_password(&database.url(LoginKind::Support));
        let jail = database.url(LoginKind::Jail);
        Self::start(&[("PURVIEW_URL", &url), ("PURVIEW_ACTING_URL", &jail)], arguments)
    }

    /// Ends it and returns its exit code; the terminal has to be as it was.
    fn ended(&mut self) -> u32 {
        let (status, _) = self.console.ended();
        assert_eq!(self.console.is_given_back(), Ok(()));
        status.exit_code()
    }

    /// Everything that was shown, and that is kept: on the screen, in the list of processes, in the journal and whatever else is written.
    fn leaks(&self, secret: &str) -> bool {
        let kept = files(self.state.path()).iter().any(|text| text.contains(secret));
        // Of a process that has ended, and where processes are no files, there is nothing to read.
        let pid = self.console.pid().as_raw_nonzero();
        let listed = ["cmdline", "environ"].iter().any(|name| {
            let text = fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
            String::from_utf8_lossy(&text).contains(secret)
        });
        kept || listed || self.console.screen().contents().contains(secret)
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(files(&path));
        } else {
            texts.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
        }
    }
    texts
}

/// The URL without its password, and the password.
fn without_password(url: &str) -> (String, String) {
    let (start, rest) = url.split_once("://").unwrap();
    let (login, place) = rest.split_once('@').unwrap();
    let (user, password) = login.split_once(':').unwrap();
    (format!("{start}://{user}@{place}"), password.to_owned())
}

const PROMPT: &str = "Password for purview_support@127.0.0.1:";
const ROWS: [&str; 8] =
    ["get", "rows", "public.emails", "--role", "org_assistant_app", "--limit", "1", "-ojson"];

#[tokio::test]
async fn a_password_is_asked_for_without_showing_it_and_goes_nowhere_but_to_the_server() {
    let database = common::database(System::OrgAssistant).await;
    let (_, password) = without_password(&database.url(LoginKind::Support));
    let mut asked = Asked::of(&database, &ROWS);
    asked.console.shows(PROMPT);
    assert!(!asked.console.echoes());
    asked.console.send(&format!("{password}\r"));
    assert_eq!(asked.ended(), 0, "{}", asked.console.screen().contents());
    assert!(asked.console.screen().contents().contains('['));
    assert!(!asked.leaks(&password));
    // The journal is there, so that looking for the password in it means something.
    assert!(asked.leaks("\"event\":\"start\""));
}

#[tokio::test]
async fn a_wrong_password_may_be_mended_and_ends_with_3() {
    let database = common::database(System::OrgAssistant).await;
    let mut asked = Asked::of(&database, &ROWS);
    for times in 1..=3 {
        let prompts = |screen: &vt100::Screen| screen.contents().matches(PROMPT).count();
        asked.console.until("the next question", |screen| prompts(screen) == times);
        assert!(!asked.console.echoes());
        asked.console.send("hunter2\r");
    }
    assert_eq!(asked.ended(), 3, "{}", asked.console.screen().contents());
    assert!(asked.console.screen().contents().contains("password authentication failed"));
    assert!(!asked.leaks("hunter2"));

    let (_, password) = without_password(&database.url(LoginKind::Support));
    let mut asked = Asked::of(&database, &ROWS);
    asked.console.shows(PROMPT);
    asked.console.send("hunter2\r");
    asked
        .console
        .until("the next question", |screen| screen.contents().matches(PROMPT).count() == 2);
    asked.console.send(&format!("{password}\r"));
    assert_eq!(asked.ended(), 0, "{}", asked.console.screen().contents());
    assert!(!asked.leaks("hunter2") && !asked.leaks(&password));
}

#[tokio::test]
async fn whoever_gives_no_password_is_told_where_one_may_be() {
    let database = common::database(System::OrgAssistant).await;
    for nothing in ["\r", "\x04"] {
        let mut asked = Asked::of(&database, &ROWS);
        asked.console.shows(PROMPT);
        asked.console.send(nothing);
        assert_eq!(asked.ended(), 3, "{}", asked.console.screen().contents());
        assert!(asked.console.screen().contents().contains("`password_command`"));
    }
}

#[tokio::test]
async fn an_interrupt_at_the_question_ends_with_130_and_gives_the_terminal_back() {
    let database = common::database(System::OrgAssistant).await;
    // A command, the doctor, who looks further where nothing can be reached, and the console.
    for arguments in [&ROWS[..], &["doctor"], &[]] {
        let mut asked = Asked::of(&database, arguments);
        asked.console.shows(PROMPT);
        asked.console.send("half a secr\x03");
        assert_eq!(asked.ended(), 130, "{arguments:?}: {}", asked.console.screen().contents());
        assert!(asked.console.screen().contents().contains("error: interrupted"), "{arguments:?}");
        assert!(!asked.leaks("half a secr"));
    }
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut asked = Asked::of(&database, &ROWS);
        asked.console.shows(PROMPT);
        asked.console.signal(signal);
        assert_eq!(asked.ended(), 130, "{signal:?}");
    }
}

#[tokio::test]
async fn the_console_asks_before_it_takes_the_screen() {
    let database = common::database(System::OrgAssistant).await;
    let (_, password) = without_password(&database.url(LoginKind::Support));
    let mut asked = Asked::of(&database, &[]);
    asked.console.shows(PROMPT);
    assert!(!asked.console.screen().alternate_screen());
    asked.console.send(&format!("{password}\r"));
    asked.console.until("the console", |screen| {
        screen.alternate_screen() && screen.contents().contains("organizations")
    });
    assert!(!asked.leaks(&password));
    asked.console.send(":q\r");
    assert_eq!(asked.ended(), 0);
    assert!(!asked.leaks(&password));
}

#[tokio::test]
async fn production_is_agreed_to_by_its_name() {
    let database = common::database(System::OrgAssistant).await;
    let config = tempfile::tempdir().unwrap();
    let path = config.path().join("config.toml");
    let text = format!(
        "[contexts.live]\nurl = \"{}\"\nacting_url = \"{}\"\nproduction = true\nread_only = false\n",
        database.url(LoginKind::Support),
        database.url(LoginKind::Jail)
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let path = path.display().to_string();
    let asked = || {
        let words = "--context live rls why public.emails --where true --limit 1 --command update --try \
                     --role org_assistant_app --set app.current_user_id=00000000-0000-0000-0000-00000000a11c";
        let words: Vec<_> = words.split_ascii_whitespace().collect();
        let mut asked = Asked::start(&[("PURVIEW_CONFIG", &path)], &words);
        asked.console.shows("Type its name");
        assert!(asked.console.echoes());
        asked
    };
    for (typed, code, told) in [
        ("live\r", 0, "it agrees"),
        ("yes\r", 4, "nothing was run"),
        ("\r", 4, "nothing was run"),
        ("\x04", 4, "nobody could be asked"),
        ("li\x03", 130, "interrupted"),
    ] {
        let mut asked = asked();
        asked.console.send(typed);
        assert_eq!(asked.ended(), code, "{typed:?}: {}", asked.console.screen().contents());
        let screen = asked.console.screen().contents();
        assert!(screen.contains(told), "{typed:?}: {screen}");
        // Nobody is acted as before somebody has agreed.
        assert_eq!(asked.leaks("\"event\":\"start\""), code == 0, "{typed:?}");
    }
}
