//! A list written into a file of its own, page by page, whatever its length.
//!
//! Nothing that is there is ever replaced. Until the last row is written the file is called `….partial`: what has the name that was asked for is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::{
    database::Database,
    list::Page,
    pg::{Identity, Kind, Problem, Run},
    report::{Format, Listed},
    tui::{
        ask::AnyQuestion,
        msg::{Exported, Written},
    },
};

/// Writes all that `question` and those after it answer into a new private file. `run` is told how many rows there are so far.
///
/// What somebody stopped is taken away again; what failed keeps what it has under the name of a part.
pub async fn export(
    question: Box<dyn AnyQuestion>,
    name: &str,
    database: Arc<Database>,
    identity: Identity,
    run: Run,
) -> Result<Exported, Problem> {
    let format = Format::of_file(name)?;
    let mut draft = Draft::begin(Path::new(name))?;
    let mut next = Some(question);
    while let Some(question) = next {
        let asked = question.ask(Arc::clone(&database), identity.clone(), run.clone()).await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(problem) => return Err(draft.abandon(problem, &run).await),
        };
        next = question.after(&answer);
        let Ok(page) = answer.downcast::<Page>() else {
            return Err(Problem::bug("a list was not answered with a page"));
        };
        // Rows are written beside the loop that answers keys.
        let written = tokio::task::spawn_blocking(move || {
            let outcome = draft.write(format, *page);
            (draft, outcome)
        });
        let outcome;
        (draft, outcome) = written.await.map_err(|_| Problem::bug("writing a page panicked"))?;
        if let Err(error) = outcome {
            let problem = draft.unwritable(&error);
            return Err(draft.abandon(problem, &run).await);
        }
        run.tell(Written { rows: draft.rows });
    }
    draft.finish()
}

/// A file that is not whole yet; it goes away unless somebody keeps it.
struct Draft {
    path: PathBuf,
    partial: PathBuf,
    state: State,
    rows: usize,
    kept: bool,
}

/// How far the file is.
enum State {
    Opened(Option<File>),
    Listed(Box<Listed<BufWriter<File>>>),
}

impl Draft {
    fn begin(path: &Path) -> Result<Self, Problem> {
        if path.symlink_metadata().is_ok() {
            return Err(taken(path));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
        let file = opened.map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                return taken(&partial);
            }
            unwritable(path, &error).hint("name a file in a directory that is there")
        })?;
        let state = State::Opened(Some(file));
        Ok(Self { path: path.to_owned(), partial, state, rows: 0, kept: false })
    }

    fn write(&mut self, format: Format, page: Page) -> io::Result<()> {
        if let State::Opened(file) = &mut self.state
            && let Some(file) = file.take()
        {
            let listed = Listed::begin(format, &page.columns, BufWriter::new(file))?;
            self.state = State::Listed(Box::new(listed));
        }
        let State::Listed(listed) = &mut self.state else { return Ok(()) };
        let rows = page.items.len();
        listed.items(page.items)?;
        self.rows += rows;
        Ok(())
    }

    /// Gives the whole file the name that was asked for, unless something got it meanwhile.
    fn finish(mut self) -> Result<Exported, Problem> {
        let state = std::mem::replace(&mut self.state, State::Opened(None));
        if let State::Listed(listed) = state
            && let Err(error) = listed.end()
        {
            let problem = self.unwritable(&error);
            return Err(self.keep(problem));
        }
        if let Err(error) =
            renameat_with(CWD, &self.partial, CWD, &self.path, RenameFlags::NOREPLACE)
        {
            let error = io::Error::from(error);
            let is_there = error.kind() == ErrorKind::AlreadyExists;
            let problem = if is_there { taken(&self.path) } else { unwritable(&self.path, &error) };
            let hint = format!("all {} rows are in `{}`", self.rows, self.partial.display());
            self.kept = true;
            return Err(problem.hint(hint));
        }
        self.kept = true;
        Ok(Exported { path: self.path.clone(), rows: self.rows })
    }

    /// What is left where it did not go on to the end.
    async fn abandon(self, problem: Problem, run: &Run) -> Problem {
        if run.is_cancelled().await {
            return Problem::new(Kind::Cancelled, "the export was stopped")
                .hint("what was written of it is removed");
        }
        self.keep(problem)
    }

    /// Leaves what there is, as a part; nothing where there is nothing.
    fn keep(mut self, problem: Problem) -> Problem {
        if self.rows == 0 {
            return problem;
        }
        let mut said = format!("the first {} rows are in `{}`", self.rows, self.partial.display());
        if let State::Listed(listed) = &mut self.state
            && let Err(error) = listed.flush()
        {
            said = format!("a part of the rows is in `{}`: {error}", self.partial.display());
        }
        self.kept = true;
        let hint = problem.hint.as_ref().map_or_else(|| said.clone(), |it| format!("{it}; {said}"));
        problem.hint(hint)
    }

    fn unwritable(&self, error: &io::Error) -> Problem {
        unwritable(&self.partial, error)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // Where it cannot be removed its name still says what it is.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn taken(path: &Path) -> Problem {
    Problem::usage(format!("there is such a file, and it stays as it is: {}", path.display()))
        .hint("export into another")
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::usage(format!("`{}` cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use proptest::prelude::*;

    use super::*;
    use crate::list::{Column, Item, Kind as ColumnKind, Position};

    fn page(rows: std::ops::Range<usize>) -> Page {
        let item = |n: usize| Item {
            position: Position { value: None, key: vec![n.to_string()] },
            cells: vec![Some(n.to_string())],
        };
        Page {
            columns: Arc::new([Column::new("n", ColumnKind::Number)]),
            items: rows.map(item).collect(),
            at_start: true,
            at_end: true,
            estimate: None,
            sort: None,
            caveat: None,
        }
    }

    /// Writes so many rows, page by page.
    fn write(path: &Path, rows: usize) -> Result<Draft, Problem> {
        let mut draft = Draft::begin(path)?;
        for first in (0..rows.max(1)).step_by(3) {
            draft.write(Format::Csv, page(first..rows.min(first + 3))).unwrap();
        }
        Ok(draft)
    }

    #[test]
    fn a_list_without_rows_is_a_file_of_its_own_all_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("none.csv");
        assert_eq!(write(&path, 0).unwrap().finish().unwrap().rows, 0);
        assert_eq!(fs::read_to_string(path).unwrap(), "n\n");
        let nowhere = Draft::begin(&directory.path().join("no/where.csv")).err().unwrap();
        assert!(nowhere.hint.is_some(), "{nowhere}");
    }

    #[tokio::test]
    async fn what_is_stopped_is_removed_and_what_failed_is_kept_and_called_a_part() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.csv");
        let failed = || Problem::new(Kind::Connection, "gone");
        let run = Run::new();
        let told = write(&path, 5).unwrap().abandon(failed(), &run).await;
        let partial = directory.path().join("x.csv.partial");
        assert_eq!(fs::read_to_string(&partial).unwrap(), "n\n0\n1\n2\n3\n4\n");
        assert_eq!((told.kind, told.summary.as_str()), (Kind::Connection, "gone"));
        assert!(told.hint.unwrap().contains("the first 5 rows are in"));
        assert!(!path.exists());
        fs::remove_file(&partial).unwrap();
        let nothing = Draft::begin(&path).unwrap().abandon(failed(), &run).await;
        assert!(nothing.hint.is_none() && !partial.exists());
        run.cancel().await.unwrap();
        let told = write(&path, 5).unwrap().abandon(failed(), &run).await;
        assert!(told.kind == Kind::Cancelled && !partial.exists() && !path.exists(), "{told}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_file_that_is_there_is_ever_touched(
            name in "[a-z./-]{0,6}[a-z]\\.csv", rows in 0usize..20,
            [there, part, late, link] in any::<[bool; 4]>(), finishes in any::<bool>(),
        ) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join(name.replace(['.', '/'], "-") + ".csv");
            let partial = PathBuf::from(format!("{}.partial", path.display()));
            let put = |path: &Path| fs::write(path, "theirs").unwrap();
            if there && link {
                std::os::unix::fs::symlink("nowhere", &path).unwrap();
            } else if there {
                put(&path);
            }
            if part {
                put(&partial);
            }
            let begun = write(&path, rows);
            prop_assert_eq!(begun.is_err(), there || part);
            if let Ok(draft) = begun {
                let mode = fs::metadata(&partial).unwrap().permissions().mode();
                prop_assert_eq!(mode & 0o777, 0o600);
                if late {
                    put(&path);
                }
                let outcome = finishes.then(|| draft.finish());
                match outcome {
                    Some(Ok(exported)) => {
                        prop_assert!(!late && exported.rows == rows && !partial.exists());
                        prop_assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), rows + 1);
                    }
                    Some(Err(problem)) => {
                        prop_assert!(late && problem.hint.unwrap().contains("are in"));
                        prop_assert_eq!(fs::read_to_string(&partial).unwrap().lines().count(), rows + 1);
                    }
                    None => prop_assert!(!partial.exists() && path.exists() == late),
                }
            }
            if late && !there && !part || there && !link {
                prop_assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
            }
            if part {
                prop_assert_eq!(fs::read_to_string(&partial).unwrap(), "theirs");
            }
        }
    }
}
