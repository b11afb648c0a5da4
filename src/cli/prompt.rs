//! Asks the person at the terminal.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _},
    thread,
};

use tokio::sync::oneshot;

use crate::text;

/// Whether there is somebody to ask.
pub(super) fn is_anybody_there() -> bool {
    io::stdin().is_terminal()
}

/// Shows `prompt` and returns the line that is typed.
pub(super) async fn ask(prompt: &str) -> io::Result<String> {
    let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
    terminal.write_all(text::clean(prompt).as_bytes())?;
    read_line(terminal).await.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into()))
}

/// Reads a line in a thread of its own: nothing else can wait for a terminal and be left. An empty line is an answer, the end of all input is none.
fn read_line(terminal: File) -> oneshot::Receiver<io::Result<String>> {
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let outcome = match BufReader::new(terminal).read_line(&mut line) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
            Err(error) => Err(error),
        };
        // Nobody may be waiting any more.
        drop(tell.send(outcome));
    });
    told
}
