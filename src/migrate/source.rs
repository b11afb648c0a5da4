//! Migration files: `NNNN_name.up.sql` with its `NNNN_name.down.sql`, or `NNNN_name.sql` where there is no way back; and what other tools keep instead.
//!
//! A source is sorted as its tool takes the steps. A version that occurs twice is known, and nothing is run from such a source.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha384};

use super::{Tool, layout, step::in_order};
use crate::{pg::Problem, text::hex};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// One step of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The number before the name; steps are taken in this order.
    pub version: i64,
    /// By what the history of its tool knows it.
    pub key: String,
    /// The version as its tool writes it.
    pub(super) shown: String,
    /// The name as in the file's.
    pub name: String,
    /// What it does.
    pub up: Cow<'static, str>,
    /// What undoes it.
    pub down: Option<Cow<'static, str>>,
}

impl Migration {
    /// The name as sqlx records it.
    pub fn description(&self) -> String {
        self.name.replace('_', " ")
    }

    /// SHA-384 of the file's bytes in hexadecimal digits, as sqlx records it.
    pub fn checksum(&self) -> String {
        sha384(&self.up)
    }

    /// The file's name, without what tells up from down.
    pub fn file(&self) -> String {
        format!("{:04}_{}", self.version, self.name)
    }

    /// The version as its tool writes it.
    pub(super) fn shown_version(&self) -> String {
        self.shown.clone()
    }

    /// Whether it mends the documented schema instead of making it, as its name says.
    fn mends(&self) -> bool {
        self.name.split('_').any(|word| word == "harden")
    }

    /// Whether the file asks not to be put into a transaction.
    pub(super) fn wants_no_transaction(text: &str) -> bool {
        text.starts_with("-- no-transaction")
    }
}

/// SHA-384 of the bytes of `text`, in hexadecimal digits.
pub(super) fn sha384(text: &str) -> String {
    hex(&Sha384::digest(text.as_bytes()))
}

/// The migrations of one schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    migrations: Vec<Migration>,
    /// Keys that more than one file has.
    twice: BTreeSet<String>,
    /// Whose files they are, where their form says so; files with a number and a name may be sqlx's or Supabase's.
    tool: Option<Tool>,
}

impl Source {
    /// The migrations that the program brings for one of its systems.
    pub fn embedded(system: &str) -> Result<Self, Problem> {
        let folder = EMBEDDED.get_dir(system).ok_or_else(|| {
            Problem::usage(format!("there are no migrations for the system: {system}"))
                .hint("name a directory with `--source DIR`, or as `migrations` in the context")
        })?;
        Self::of(folder.files().filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            Some((name.to_owned(), Cow::Borrowed(file.contents_utf8()?)))
        }))
    }

    /// The migrations in the directory `path`, in whichever form; other files in it are left alone.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let wrong = |error: std::io::Error| {
            Problem::usage(format!("cannot read migrations in `{}`: {error}", path.display()))
        };
        if let Some((tool, migrations)) = layout::read(path).map_err(wrong)? {
            return Ok(Self::sorted(migrations, Some(tool)));
        }
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if FileName::read(&name).is_some() {
                files.push((
                    name,
                    Cow::Owned(std::fs::read_to_string(entry.path()).map_err(wrong)?),
                ));
            }
        }
        // Read in one order wherever the files lie.
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self::of(files)
    }

    /// The steps, in order.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The step of that version.
    pub fn get(&self, version: i64) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version)
    }

    /// Whether more than one file has this version.
    pub(super) fn has_twice(&self, key: &str) -> bool {
        self.twice.contains(key)
    }

    /// Whether the files may be those of `tool`.
    pub(super) fn fits(&self, tool: Tool) -> bool {
        match self.tool {
            Some(own) => own == tool,
            None => matches!(tool, Tool::Sqlx | Tool::Supabase),
        }
    }

    /// Whose files they are by themselves.
    pub(super) fn tool(&self) -> Tool {
        self.tool.unwrap_or(Tool::Sqlx)
    }

    /// The last step before the first that mends the documented schema instead of making it.
    pub fn baseline(&self) -> Option<i64> {
        let making = self.migrations.iter().take_while(|step| !step.mends());
        making.last().map(|step| step.version)
    }

    fn of(files: impl IntoIterator<Item = (String, Cow<'static, str>)>) -> Result<Self, Problem> {
        let mut ups: Vec<(i64, String, Cow<'static, str>)> = Vec::new();
        let mut downs = BTreeMap::new();
        for (file, text) in files {
            let Some(name) = FileName::read(&file) else { continue };
            if !name.is_down {
                ups.push((name.version, name.name.to_owned(), text));
            } else if downs.insert(name.version, text).is_some() {
                return Err(Problem::usage(format!(
                    "two `.down.sql` have the version: {}",
                    name.version
                ))
                .hint("give one of the files another number"));
            }
        }
        let without = downs.keys().find(|version| !ups.iter().any(|(it, ..)| it == *version));
        if let Some(version) = without {
            return Err(Problem::usage(format!(
                "a `.down.sql` has no `.up.sql` beside it: {version}"
            )));
        }
        let migration = |(version, name, up): (i64, String, Cow<'static, str>)| Migration {
            version,
            key: version.to_string(),
            shown: version.to_string(),
            name,
            up,
            down: downs.get(&version).cloned(),
        };
        Ok(Self::sorted(ups.into_iter().map(migration).collect(), None))
    }

    fn sorted(mut migrations: Vec<Migration>, tool: Option<Tool>) -> Self {
        migrations.sort_by(|one, other| in_order(&one.key, &other.key));
        let pairs = migrations.windows(2).filter(|pair| pair[0].key == pair[1].key);
        let twice = pairs.map(|pair| pair[0].key.clone()).collect();
        Self { migrations, twice, tool }
    }
}

/// What a file's name says.
#[derive(Debug, PartialEq, Eq)]
struct FileName<'a> {
    version: i64,
    name: &'a str,
    is_down: bool,
}

impl<'a> FileName<'a> {
    fn read(file: &'a str) -> Option<Self> {
        let (version, rest) = file.strip_suffix(".sql")?.split_once('_')?;
        let down = rest.strip_suffix(".down");
        let name = down.or_else(|| rest.strip_suffix(".up")).unwrap_or(rest);
        Some(Self {
            version: version.parse().ok().filter(|version| *version >= 0)?,
            name,
            is_down: down.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(files: &[&str]) -> Result<Source, Problem> {
        Source::of(files.iter().map(|file| ((*file).to_owned(), Cow::Borrowed("SELECT 1"))))
    }

    #[test]
    fn files_pair_up_by_version_whatever_their_order() {
        let source =
            of(&["0002_b.up.sql", "0001_a.down.sql", "README.md", "0001_a.up.sql", "10_c.sql"])
                .unwrap();
        let steps: Vec<_> = source
            .migrations()
            .iter()
            .map(|m| (m.version, m.name.as_str(), m.down.is_some()))
            .collect();
        assert_eq!(steps, [(1, "a", true), (2, "b", false), (10, "c", false)]);
    }

    #[test]
    fn a_version_that_occurs_twice_is_known_and_a_way_back_from_nowhere_refused() {
        let source = of(&["1_a.up.sql", "0001_b.up.sql", "2_c.sql"]).unwrap();
        assert_eq!(source.migrations().len(), 3);
        assert!(source.has_twice("1") && !source.has_twice("2"));
        assert!(of(&["1_a.down.sql"]).is_err());
        assert!(of(&["1_a.up.sql", "1_a.down.sql", "01_b.down.sql"]).is_err());
    }

    #[test]
    fn what_mends_the_documented_schema_is_not_part_of_the_baseline() {
        let source =
            of(&["1_a.up.sql", "2_b.up.sql", "3_harden_policies.up.sql", "4_c.up.sql"]).unwrap();
        assert_eq!(source.baseline(), Some(2));
        assert_eq!(of(&[]).unwrap().baseline(), None);
    }

    #[test]
    fn every_system_has_its_migrations_and_their_way_back() {
        for system in ["org-assistant", "jenifer", "hastecrm", "sekretarka", "rishi"] {
            let source = Source::embedded(system).unwrap();
            assert!(!source.migrations().is_empty(), "{system}");
            assert!(source.migrations().iter().all(|step| step.down.is_some()), "{system}");
        }
    }

    #[test]
    fn checksums_are_those_that_sqlx_writes() {
        let step = Migration {
            version: 1,
            key: "1".into(),
            shown: "1".into(),
            name: "a_b".into(),
            up: "abc".into(),
            down: None,
        };
        // FIPS 180-4, the example for SHA-384.
        assert!(step.checksum().starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"));
        assert_eq!(step.description(), "a b");
    }

    proptest! {
        #[test]
        fn no_file_name_breaks_the_reader(name in ".{0,30}") {
            let _ = FileName::read(&name);
        }
    }
}
