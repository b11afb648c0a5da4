//! Contexts, themes and keymaps: default, then file, then environment, then flag.
//!
//! A wrong file never stops the program: what is wrong is told with its line, and the default stands in its place. A wrong context stops whoever asks for it.

pub mod colour;
mod connection;
mod context;
mod file;
pub mod flaw;
mod sample;
mod secrets;
mod setting;
pub mod theme;

use std::path::{Path, PathBuf};

pub use self::{
    connection::Connection,
    context::Context,
    sample::sample,
    secrets::Secrets,
    setting::{SETTINGS, Setting},
};
use self::{file::File, setting::Layers};
use crate::pg::{Environment, Problem};

/// What was typed on the command line; it counts before everything else.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// A context's name or a connection string, as the program's only bare word.
    pub target: Option<String>,
    /// A context's name.
    pub context: Option<String>,
    /// A connection string.
    pub url: Option<String>,
    /// The connection string of the login for everything that runs as somebody else.
    pub acting_url: Option<String>,
    /// The theme's name.
    pub theme: Option<String>,
    /// The keymap's name.
    pub keymap: Option<String>,
}

/// All settings, each from the strongest layer that has it.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that was looked for.
    pub path: PathBuf,
    /// The theme's name.
    pub theme: String,
    /// The name of the keymap to start from.
    pub keymap: String,
    /// How long acting as somebody lasts, in minutes.
    pub acting_minutes: u32,
    /// What is wrong; the defaults stand in its place.
    pub problems: Vec<Problem>,
    contexts: Vec<(String, Result<Context, Problem>)>,
    /// The context that the file names for those who name none.
    context: Option<String>,
}

impl Config {
    /// Reads the file and settles every setting.
    pub fn load(flags: &Flags, environment: &Environment) -> Self {
        let path = path(environment);
        let File { values, contexts, problems } = File::load(&path, environment);
        let mut layers = Layers { environment, file: &values, problems };
        Self {
            theme: layers.text("theme", flags.theme.as_deref()),
            keymap: layers.text("keymap", flags.keymap.as_deref()),
            acting_minutes: layers.number("acting_minutes", 1..=1440),
            // The variable of `context` counts together with those of a place: see `Connection`.
            context: layers.of_file("context"),
            problems: layers.problems,
            path,
            contexts,
        }
    }

    /// The names of all contexts.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.contexts.iter().map(|(name, _)| name.as_str())
    }

    /// The context of that name, or why there is none.
    pub fn context(&self, name: &str) -> Result<&Context, Problem> {
        match self.contexts.iter().find(|(known, _)| known == name) {
            Some((_, context)) => context.as_ref().map_err(Clone::clone),
            None => Err(self.no_context(name)),
        }
    }

    /// Adds a context that is not in the file; one of the file's own counts before it.
    pub fn add_context(&mut self, name: impl Into<String>, context: Context) {
        let name = name.into();
        if !self.contexts().any(|known| known == name) {
            self.contexts.push((name, Ok(context)));
        }
    }

    fn no_context(&self, name: &str) -> Problem {
        let problem = Problem::usage(format!("no such context: `{name}`"));
        // What is wrong with the file may be the very reason.
        if let Some(reason) = self.problems.first() {
            return problem.hint(reason.summary.clone());
        }
        let names: Vec<_> = self.contexts().collect();
        let names = if names.is_empty() { "no contexts".to_owned() } else { names.join(", ") };
        problem.hint(format!("there are {names}; they are defined in `{}`", self.path.display()))
    }
}

/// Where the file is: where `PURVIEW_CONFIG` says, or where such files belong on this system.
fn path(environment: &Environment) -> PathBuf {
    if let Some(path) = environment.filled("PURVIEW_CONFIG") {
        return PathBuf::from(path);
    }
    directories::ProjectDirs::from("", "", "purview")
        .map_or_else(|| Path::new(".purview").to_owned(), |dirs| dirs.config_dir().to_owned())
        .join("config.toml")
}

#[cfg(test)]
mod config_tests;
