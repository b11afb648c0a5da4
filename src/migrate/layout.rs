//! How other tools lay out their migrations in a directory, read so that their histories can be compared with the files.
//!
//! The form decides, not a name: a journal, or directories with a `migration.sql` in each.

use std::{borrow::Cow, fs, io, path::Path};

use serde::Deserialize;

use super::{Migration, Tool};

/// Drizzle's list of its files.
#[derive(Debug, Deserialize)]
struct Journal {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    when: i64,
    tag: String,
}

/// The migrations in `path`, if they are in a form of another tool than files with a number and a name.
pub(super) fn read(path: &Path) -> io::Result<Option<(Tool, Vec<Migration>)>> {
    let journal = path.join("meta/_journal.json");
    if journal.is_file() {
        return Ok(Some((Tool::Drizzle, by_journal(path, &fs::read_to_string(journal)?)?)));
    }
    let mut migrations = Vec::new();
    let mut tool = Tool::Prisma;
    for entry in fs::read_dir(path)? {
        let folder = entry?.path();
        let file = folder.join("migration.sql");
        let Some(name) = folder.file_name().and_then(|it| it.to_str()) else { continue };
        if !file.is_file() {
            continue;
        }
        if folder.join("snapshot.json").is_file() {
            tool = Tool::Drizzle;
        }
        migrations.push(migration(name, name, fs::read_to_string(file)?));
    }
    Ok((!migrations.is_empty()).then_some((tool, migrations)))
}

fn by_journal(path: &Path, journal: &str) -> io::Result<Vec<Migration>> {
    let journal: Journal = serde_json::from_str(journal)?;
    let read = |entry: Entry| {
        let text = fs::read_to_string(path.join(format!("{}.sql", entry.tag)))?;
        Ok(migration(&entry.when.to_string(), &entry.tag, text))
    };
    journal.entries.into_iter().map(read).collect()
}

/// A migration that its tool knows by `key`, and people by `called`: a number and a name.
fn migration(key: &str, called: &str, text: String) -> Migration {
    let (number, name) = called.split_once('_').unwrap_or((called, called));
    Migration {
        version: number.parse().unwrap_or_default(),
        key: key.to_owned(),
        shown: number.to_owned(),
        name: name.to_owned(),
        up: Cow::Owned(text),
        down: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::Source;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn keys(folder: &tempfile::TempDir) -> (Tool, Vec<String>) {
        let source = Source::read(folder.path()).unwrap();
        (source.tool(), source.migrations().iter().map(|it| it.key.clone()).collect())
    }

    #[test]
    fn each_tool_is_known_by_the_form_of_its_directory() {
        let prisma = folder(&[
            ("migration_lock.toml", ""),
            ("20240102000000_b/migration.sql", "SELECT 2"),
            ("20240101000000_a/migration.sql", "SELECT 1"),
        ]);
        let names = ["20240101000000_a", "20240102000000_b"].map(str::to_owned);
        assert_eq!(keys(&prisma), (Tool::Prisma, names.to_vec()));
        let journal = r#"{"version":"7","entries":[{"idx":0,"when":17,"tag":"0000_a","breakpoints":true},{"idx":1,"when":18,"tag":"0001_b","breakpoints":true}]}"#;
        let drizzle = folder(&[
            ("meta/_journal.json", journal),
            ("0000_a.sql", "SELECT 1"),
            ("0001_b.sql", "SELECT 2"),
        ]);
        assert_eq!(keys(&drizzle), (Tool::Drizzle, vec!["17".to_owned(), "18".to_owned()]));
        let newer = folder(&[
            ("20240101000000_a/migration.sql", "SELECT 1"),
            ("20240101000000_a/snapshot.json", "{}"),
        ]);
        assert_eq!(keys(&newer).0, Tool::Drizzle);
        let supabase = folder(&[("20240101000000_a.sql", "SELECT 1")]);
        let source = Source::read(supabase.path()).unwrap();
        assert!(
            source.fits(Tool::Supabase) && source.fits(Tool::Sqlx) && !source.fits(Tool::Prisma)
        );
    }

    #[test]
    fn a_journal_that_names_no_file_is_a_problem() {
        let journal = r#"{"entries":[{"when":1,"tag":"0000_gone"}]}"#;
        assert!(Source::read(folder(&[("meta/_journal.json", journal)]).path()).is_err());
    }
}
