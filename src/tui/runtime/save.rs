//! Files that are written for whoever asked, and for nobody else.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::pg::Problem;

/// Writes a private file into a directory, never over another.
pub(super) fn save_in(directory: &Path, name: &str, text: &str) -> Result<PathBuf, Problem> {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, "txt"));
    for number in 0..1000 {
        let suffix = if number == 0 { String::new() } else { format!("-{number}") };
        let path = directory.join(format!("{stem}{suffix}.{extension}"));
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        match opened {
            Ok(mut file) => {
                let written = file.write_all(text.as_bytes());
                return written.map(|()| path).map_err(|error| unwritable(&error));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(&error)),
        }
    }
    Err(Problem::usage(format!("there are a thousand files like it: {name}")))
}

/// Writes a migration and the one that undoes it into `directory`, under the number after its last; neither where one of them is there. Returns the first.
pub(super) fn save_pair(
    directory: &Path,
    stem: &str,
    [up, down]: [&str; 2],
) -> Result<PathBuf, Problem> {
    let shown = directory.display();
    let unreadable = |error: std::io::Error| {
        Problem::usage(format!("`{shown}` cannot be read: {error}"))
            .hint("name a directory that is there")
    };
    let mut last = (0, 4);
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let name = name.to_string_lossy();
        let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Ok(number) = name[..digits].parse::<u64>() {
            last = last.max((number, digits));
        }
    }
    let (number, width) = (last.0.saturating_add(1), last.1);
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let stem: String = stem.chars().map(plain).collect();
    let path = |ending: &str| directory.join(format!("{number:0width$}_{stem}.{ending}.sql"));
    let first = write_new(&path("up"), up)?;
    if let Err(problem) = write_new(&path("down"), down) {
        // Half of a pair is worse than none.
        let _ = fs::remove_file(&first);
        return Err(problem);
    }
    Ok(first)
}

/// Writes a file that is not there yet. It is to be shared: who may read it is for the directory to say.
fn write_new(path: &Path, text: &str) -> Result<PathBuf, Problem> {
    let unwritable = |error: std::io::Error| {
        Problem::usage(format!("`{}` cannot be written: {error}", path.display()))
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(unwritable)?;
    if let Err(error) = file.write_all(text.as_bytes()) {
        let _ = fs::remove_file(path);
        return Err(unwritable(error));
    }
    Ok(path.to_owned())
}

fn unwritable(error: &std::io::Error) -> Problem {
    Problem::usage(format!("the file cannot be written: {error}"))
        .hint("start purview in a directory of your own")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_takes_the_next_number_and_changes_no_other_file() {
        let directory = tempfile::tempdir().unwrap();
        let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
        let pair = ["up", "down"];
        let first = save_pair(directory.path(), "emails policies", pair).unwrap();
        assert!(first.ends_with("0001_emails_policies.up.sql"), "{first:?}");
        assert_eq!(read("0001_emails_policies.down.sql"), "down");
        fs::write(directory.path().join("0009_x.up.sql"), "theirs").unwrap();
        save_pair(directory.path(), "../y", pair).unwrap();
        assert_eq!(read("0010____y.up.sql"), "up");
        assert_eq!(read("0009_x.up.sql"), "theirs");
        fs::write(directory.path().join("20260101000000_z.sql"), "theirs").unwrap();
        let dated = save_pair(directory.path(), "z", pair).unwrap();
        assert!(dated.ends_with("20260101000001_z.up.sql"), "{dated:?}");
        let nowhere = directory.path().join("nowhere");
        assert!(save_pair(&nowhere, "z", pair).unwrap_err().hint.is_some());
        assert!(write_new(&first, "other").is_err());
        assert_eq!(read("0001_emails_policies.up.sql"), "up");
    }

    #[test]
    fn a_saved_file_is_private_and_never_replaces_another() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
        let first = save_in(directory.path(), "users/acme.csv", "a").unwrap();
        let second = save_in(directory.path(), "users/acme.csv", "b").unwrap();
        assert_eq!(
            (first.to_string_lossy().into_owned(), second.to_string_lossy().into_owned()),
            (path("users-acme.csv"), path("users-acme-1.csv"))
        );
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "a");
        assert_eq!(std::fs::metadata(first).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
