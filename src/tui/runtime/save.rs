//! Files that are written for whoever asked, and for nobody else.

use std::{
    fs::OpenOptions,
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

fn unwritable(error: &std::io::Error) -> Problem {
    Problem::usage(format!("the file cannot be written: {error}"))
        .hint("start purview in a directory of your own")
}

#[cfg(test)]
mod tests {
    use super::*;

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
