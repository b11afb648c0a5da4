//! The program as people run it: arguments in; data, words and an exit code out.

#![allow(dead_code, reason = "each test uses what it needs")]
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The program with a home of its own and nothing of the tester's environment.
#[derive(Debug)]
pub(crate) struct Program {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// The data.
    pub(crate) out: String,
    /// What else was said.
    pub(crate) said: String,
}

impl Program {
    /// The program in an empty home.
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// The same with a variable.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Its home directory.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs it to its end.
    pub(crate) fn run<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// The command, not yet run.
    pub(crate) fn command<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_purview"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home.path()).env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        command.envs(self.environment.iter().cloned());
        command.args(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        command
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            said: text(output.stderr),
        }
    }
}

impl Ran {
    /// What becomes of `child` when it gets a signal.
    pub(crate) fn interrupted(child: Child, signal: Signal) -> Self {
        let process = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
        Self::from(child.wait_with_output().unwrap())
    }

    /// The data, of a run that has to have gone well.
    pub(crate) fn data(self) -> String {
        assert_eq!(self.code, 0, "{}", self.said);
        self.out
    }

    /// The data as an array of objects.
    pub(crate) fn objects(self) -> Vec<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_str(&self.data()).unwrap()
    }
}
