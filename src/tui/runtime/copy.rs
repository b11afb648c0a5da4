//! Copying by the first way that works.

use std::{process::Stdio, time::Duration};

use tokio::{io::AsyncWriteExt as _, time};

use super::Happened;
use crate::{
    pg::Problem,
    tui::clipboard::{self, Surroundings, Way},
};

/// Copies by the first program that works, else by asking the terminal.
pub(super) async fn copy(text: String, around: Surroundings) -> Happened {
    for way in clipboard::programs(&around) {
        if let Way::Program { command, name } = way
            && feed(command, &text).await.is_ok()
        {
            return Happened::Copied(Ok(name.to_owned()), None);
        }
    }
    let Some(sequence) = clipboard::sequence(&text, &around) else {
        let problem = Problem::usage(format!("too long to copy: {} bytes", text.len()));
        return Happened::Copied(Err(problem.hint("ctrl-s writes it to a file")), None);
    };
    Happened::Copied(Ok("terminal, OSC 52".to_owned()), Some(sequence))
}

/// Runs a program that takes `text`.
async fn feed(command: &[&str], text: &str) -> std::io::Result<()> {
    let mut child = tokio::process::Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    let status = time::timeout(Duration::from_secs(2), child.wait()).await??;
    if status.success() { Ok(()) } else { Err(std::io::Error::other("it failed")) }
}
