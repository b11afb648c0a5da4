//! The two programs that are measured, and how each is told to do the same.

use std::{path::PathBuf, time::Duration};

use portable_pty::CommandBuilder;
use purview::demo::LoginKind;
use vt100::Screen;

use super::{
    terminal::{Answer, Terminal},
    world::{AUDIT, Known, USERS, World, programs, target},
};

pub(super) const WIDE: (u16, u16) = (200, 60);
pub(super) const NARROW: (u16, u16) = (80, 24);

pub(super) const DOWN: &str = "j";
pub(super) const PAGE_DOWN: &str = "\x1b[6~";
pub(super) const HOME: &str = "\x1b[H";
pub(super) const END: &str = "\x1b[F";
pub(super) const ESCAPE: &str = "\x1b";

/// A program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Purview,
    Floor,
}

impl Subject {
    pub(super) const BOTH: [Self; 2] = [Self::Purview, Self::Floor];

    /// Its binary, built as people get it.
    pub(super) fn path(self) -> PathBuf {
        match self {
            Self::Purview => programs().join("purview"),
            Self::Floor => programs().join("examples/floor"),
        }
    }

    /// Starts it on `table`; the other table is one key away.
    pub(super) fn start(
        self,
        world: &World,
        table: &str,
        size: (u16, u16),
    ) -> anyhow::Result<Terminal> {
        self.start_through(
            &world.url(LoginKind::Admin),
            &world.url(LoginKind::Jail),
            world,
            table,
            size,
        )
    }

    /// The same, by other URLs.
    pub(super) fn start_through(
        self,
        url: &str,
        jail: &str,
        world: &World,
        table: &str,
        size: (u16, u16),
    ) -> anyhow::Result<Terminal> {
        let other = if table == USERS { AUDIT } else { USERS };
        let words: Vec<String> = match self {
            Self::Purview => {
                let at = format!("rows {table}");
                ["--url", url, "--acting-url", jail, "--at", &at].map(str::to_owned).into()
            }
            Self::Floor => [url, table, other, "-password_hash"].map(str::to_owned).into(),
        };
        let mut command = CommandBuilder::new(self.path());
        command.args(words);
        for (name, value) in variables(world) {
            command.env(name, value);
        }
        Terminal::start(command, size)
    }

    /// The keys that open the other table.
    pub(super) fn open(self, table: &str) -> String {
        match self {
            Self::Purview => format!(":rows {table}\r"),
            Self::Floor => "\t".to_owned(),
        }
    }

    /// The keys that take a filter away.
    pub(super) const fn unfilter(self) -> &'static str {
        match self {
            Self::Purview => ESCAPE,
            Self::Floor => "/\r",
        }
    }

    pub(super) const fn quit(self) -> &'static str {
        match self {
            Self::Purview => ":quit\r",
            Self::Floor => "q",
        }
    }
}

/// Waits until the first row of what is `known` is on screen; tells how long the program took from its start.
pub(super) fn ready(terminal: &mut Terminal, known: &Known) -> anyhow::Result<Duration> {
    let first = known.keys.first().cloned().unwrap_or_default();
    let at = terminal.until("first rows", shows(&first))?;
    Ok(at.duration_since(terminal.started))
}

/// Whether `text` is on screen.
pub(super) fn shows(text: &str) -> impl Fn(&Screen) -> bool + use<> {
    let text = text.to_owned();
    move |screen| screen.contents().contains(&text)
}

/// Goes a page down and waits for rows that were not there.
pub(super) fn page_down(terminal: &mut Terminal, known: &Known) -> anyhow::Result<Answer> {
    let before = known.lowest(terminal.screen());
    terminal.ask(PAGE_DOWN, |screen| known.lowest(screen) > before)
}

/// Resident memory and its peak, in megabytes.
pub(super) fn memory(pid: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    (of("VmRSS:").unwrap_or(f64::NAN) / 1024.0, of("VmHWM:").unwrap_or(f64::NAN) / 1024.0)
}

pub(super) fn variables(world: &World) -> Vec<(String, String)> {
    let home = target().join("bench-home").to_string_lossy().into_owned();
    let demo = world.home.to_string_lossy().into_owned();
    let mut variables = vec![("HOME".to_owned(), home.clone()), ("PURVIEW_DEMO_DIR".into(), demo)];
    variables.extend(
        ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"]
            .map(|name| (name.to_owned(), format!("{home}/{name}"))),
    );
    variables
}
