//! A password, and the command that tells one.
//!
//! Neither a password nor what a command printed ever becomes part of a message or a print.

use std::{fmt, process::Stdio, time::Duration};

use serde::Deserialize;
use tokio::process::Command;

use super::{Kind, Problem};

/// A password.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A command whose first line of output is a password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a command as a string, or its words as an array of strings")]
pub enum PasswordCommand {
    /// For the shell.
    Shell(String),
    /// A program and its arguments, run as they are.
    Words(Vec<String>),
}

/// How long a command may take; it may have to ask somebody.
const PATIENCE: Duration = Duration::from_mins(2);

impl PasswordCommand {
    /// Runs the command.
    pub(super) async fn run(&self) -> Result<Password, Problem> {
        let mut command = self.command()?;
        command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output())
            .await
            .map_err(|_| failed("it did not end"))?
            .map_err(|error| failed(&error.kind().to_string()))?;
        if !output.status.success() {
            return Err(failed(&output.status.to_string()));
        }
        let text = String::from_utf8(output.stdout).map_err(|_| failed("it printed no text"))?;
        match text.lines().next() {
            Some(line) if !line.is_empty() => Ok(Password::new(line)),
            Some(_) | None => Err(failed("its first line is empty")),
        }
    }

    fn command(&self) -> Result<Command, Problem> {
        match self {
            Self::Shell(text) => {
                let mut command = Command::new("sh");
                command.args(["-c", text]);
                Ok(command)
            }
            Self::Words(words) => {
                let (program, arguments) =
                    words.split_first().ok_or_else(|| failed("it names no program"))?;
                let mut command = Command::new(program);
                command.args(arguments);
                Ok(command)
            }
        }
    }
}

/// The words may hold a secret of their own.
impl fmt::Debug for PasswordCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordCommand")
    }
}

fn failed(why: &str) -> Problem {
    Problem::new(Kind::Connection, format!("`password_command` failed: {why}"))
        .hint("run it by hand; its first line has to be the password")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(command: &PasswordCommand) -> Result<Password, Problem> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(command.run())
    }

    #[test]
    fn the_first_line_that_the_command_prints_is_the_password() {
        let shell = PasswordCommand::Shell("echo two words; echo more".into());
        assert_eq!(run(&shell).unwrap(), Password::new("two words"));
        let words = PasswordCommand::Words(vec!["printf".into(), "%s\n".into(), "$HOME;a".into()]);
        assert_eq!(run(&words).unwrap(), Password::new("$HOME;a"));
    }

    #[test]
    fn a_failing_command_is_told_without_what_it_printed() {
        let commands = [
            PasswordCommand::Shell("echo hunter2; echo hunter2 >&2; exit 3".into()),
            PasswordCommand::Shell("echo; echo hunter2".into()),
            PasswordCommand::Words(vec!["/no/such/hunter2".into()]),
            PasswordCommand::Words(Vec::new()),
        ];
        for command in &commands {
            let problem = run(command).unwrap_err();
            assert_eq!(problem.kind, Kind::Connection);
            assert!(!format!("{problem} {problem:?} {command:?}").contains("hunter2"));
        }
    }
}
