//! Files of purview's own: whether others can read or change them, and whether the record of acting is whole.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::finding::Finding;
use crate::pg::Journal;

/// What others may do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    Nothing,
    Read,
    Write,
}

impl Others {
    const fn of(mode: u32) -> Self {
        match mode & 0o077 {
            0 => Self::Nothing,
            bits if bits & 0o022 != 0 => Self::Write,
            _ => Self::Read,
        }
    }
}

/// What is to be said about the files and directories of the configuration, in the order of `paths`; of the first, if it is not there.
pub fn configuration(paths: &[PathBuf]) -> Vec<Finding> {
    const ABOUT: &str = "files";
    let finding = |path: &PathBuf| {
        let shown = path.display();
        let mode = match mode(path) {
            Ok(mode) => mode,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(Finding::wrong(ABOUT, format!("{shown}: {error}"))),
        };
        let text = format!("{shown} ({mode:04o})");
        Some(match Others::of(mode) {
            // It names commands that are run and servers that passwords are sent to.
            Others::Write => Finding::wrong(ABOUT, format!("{text}: others can change it"))
                .hint(format!("chmod go-w {shown}")),
            Others::Read | Others::Nothing => Finding::ok(ABOUT, text),
        })
    };
    let mut findings: Vec<_> = paths.iter().filter_map(finding).collect();
    if let Some(path) = paths.first().filter(|path| !path.exists()) {
        findings.insert(
            0,
            Finding::ok(ABOUT, format!("no {}: the defaults are in force", path.display())),
        );
    }
    findings
}

/// What is to be said about the journal at `path`.
pub fn journal(path: &Path) -> Vec<Finding> {
    const ABOUT: &str = "journal";
    let shown = path.display();
    let mode = match mode(path) {
        Ok(mode) => mode,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return vec![Finding::ok(
                ABOUT,
                format!("nobody was acted as yet; it will be {shown}"),
            )];
        }
        Err(error) => return vec![Finding::wrong(ABOUT, format!("{shown}: {error}"))],
    };
    let mut findings = Vec::new();
    if Others::of(mode) != Others::Nothing {
        findings.push(
            Finding::wrong(ABOUT, format!("{shown} ({mode:04o}): others can read it"))
                .hint(format!("chmod 600 {shown}")),
        );
    }
    findings.push(match Journal::verify(path) {
        Ok(Ok(entries)) => Finding::ok(ABOUT, format!("{entries} entries, their chain is whole ({shown})")),
        Ok(Err(line)) => Finding::wrong(ABOUT, format!("the chain is broken at line {line} of {shown}"))
            .hint("somebody changed or removed an entry before it, or that line itself; keep the file and begin a new one"),
        Err(error) => Finding::wrong(ABOUT, format!("{shown}: {error}")),
    });
    findings
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_file_that_others_can_change_is_wrong_and_one_that_is_not_there_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let configuration = |path: &Path| configuration(&[path.to_owned()]);
        assert_eq!(configuration(&path)[0].level, Level::Ok);
        fs::write(&path, "").unwrap();
        for (mode, level) in
            [(0o600, Level::Ok), (0o644, Level::Ok), (0o664, Level::Wrong), (0o602, Level::Wrong)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(configuration(&path)[0].level, level, "{mode:o}");
        }
    }

    #[test]
    fn a_journal_that_was_tampered_with_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        assert_eq!(journal(&path)[0].level, Level::Ok);
        let entry = crate::pg::Entry::End { role: "app".into(), user: "ann".into() };
        let writer = Journal::new(&path, "me@here");
        for _ in 0..3 {
            writer.write(chrono::DateTime::UNIX_EPOCH, &entry).unwrap();
        }
        assert!(journal(&path)[0].text.starts_with("3 entries"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("ann", "bob", 1)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let findings = journal(&path);
        assert!(findings.iter().all(|finding| finding.level == Level::Wrong));
        assert!(findings[1].text.contains("line 2"), "{findings:?}");
    }
}
