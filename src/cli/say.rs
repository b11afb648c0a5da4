//! What a command says: data on standard output, everything else on standard error.
//!
//! Nothing that is said on standard error can harm a terminal or hold a password. A reader that goes away is no failure.

use std::{
    cell::Cell,
    io::{self, BufWriter, StdoutLock, Write},
    rc::Rc,
};

use super::redact::redact;
use crate::{
    list::{Column, Kind as ColumnKind},
    pg::{Kind, Problem},
    report::{Format, Report},
    text,
};

/// Standard output. What is written after its reader has gone is dropped: `purview get users | head` is a success.
pub(super) struct Stdout {
    inner: BufWriter<StdoutLock<'static>>,
    gone: Rc<Cell<bool>>,
}

impl Stdout {
    pub(super) fn open() -> Self {
        Self { inner: BufWriter::new(io::stdout().lock()), gone: Rc::default() }
    }

    /// Tells, whenever it is asked, whether the reader has gone.
    pub(super) fn watch(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.gone)
    }

    fn forgive<T>(&self, outcome: io::Result<T>, instead: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone.set(true);
                Ok(instead)
            }
            other => other,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone.get() {
            return Ok(bytes.len());
        }
        let outcome = self.inner.write(bytes);
        self.forgive(outcome, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone.get() {
            return Ok(());
        }
        let outcome = self.inner.flush();
        self.forgive(outcome, ())
    }
}

impl Drop for Stdout {
    fn drop(&mut self) {
        // The buffer of a pipe without a reader would be written once more.
        drop(self.flush());
    }
}

/// Writes `text` as data.
pub(super) fn data(text: &str) -> Result<(), Problem> {
    let mut out = Stdout::open();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| unwritable(&error))
}

/// Writes `rows` as data, each value as text or, where it is one, as a number.
pub(super) fn records<const N: usize>(
    format: Format,
    columns: [&str; N],
    rows: impl Iterator<Item = [Option<String>; N]>,
) -> Result<(), Problem> {
    let columns = columns.map(|name| {
        Column::new(name, if name == "line" { ColumnKind::Number } else { ColumnKind::Text })
    });
    let write = || {
        let mut report = Report::begin(format, columns.to_vec(), Stdout::open())?;
        for row in rows {
            report.row(&row.map(|cell| cell.map(|text| redact(&text))).to_vec())?;
        }
        report.end()
    };
    write().map(drop).map_err(|error| unwritable(&error))
}

/// What a failed write to standard output means.
pub(super) fn unwritable(error: &io::Error) -> Problem {
    Problem::new(Kind::Usage, format!("cannot write to standard output: {error}"))
}

/// `text` without passwords and without what could harm a terminal.
pub(super) fn harmless(text: &str) -> String {
    text::clean(&redact(text)).into_owned()
}

/// Says something that is not data.
pub(super) fn note(message: &str) {
    line(&format!("purview: {}", harmless(message)));
}

/// Says what failed and what to do about it.
pub(super) fn complain(problem: &Problem) {
    line(&format!("error: {}", harmless(&problem.summary)));
    if let Some(hint) = &problem.hint {
        line(&format!("hint: {}", harmless(hint)));
    }
}

/// Says what the parser of arguments has to say, which repeats what was typed.
pub(super) fn complain_of_arguments(message: &str) {
    for part in message.trim_end().lines() {
        line(&harmless(part));
    }
}

fn line(text: &str) {
    // Nobody may be listening, and there is nowhere else to say so.
    drop(writeln!(io::stderr(), "{text}"));
}
