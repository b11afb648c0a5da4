//! The mappings that purview knows: those that ship with it, and a person's own, which come first.

use std::{collections::BTreeSet, fs, path::Path};

use super::{Mapping, Refusals};
use crate::pg::{Door, Identity, Problem, RelationName, Run, Sql};

/// The mappings that ship, each with the name of its file.
const SHIPPED: &[(&str, &str)] = &[
    ("hastecrm", include_str!("../../mappings/hastecrm.toml")),
    ("jenifer", include_str!("../../mappings/jenifer.toml")),
    ("org-assistant", include_str!("../../mappings/org-assistant.toml")),
    ("rishi", include_str!("../../mappings/rishi.toml")),
    ("sekretarka", include_str!("../../mappings/sekretarka.toml")),
];

/// Known mappings.
#[derive(Debug, Clone)]
pub struct Library {
    entries: Vec<Entry>,
}

/// A mapping by what it is recognised by. What ships is read when it is needed, and not at every start.
#[derive(Debug, Clone)]
enum Entry {
    Shipped { name: &'static str, text: &'static str, fingerprint: Vec<RelationName> },
    Own(Box<Mapping>),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Shipped { name, .. } => name,
            Self::Own(mapping) => &mapping.name,
        }
    }

    fn fingerprint(&self) -> &[RelationName] {
        match self {
            Self::Shipped { fingerprint, .. } => fingerprint,
            Self::Own(mapping) => &mapping.fingerprint,
        }
    }

    fn read(&self) -> Mapping {
        match self {
            Self::Shipped { name, text, .. } => {
                Mapping::read_shipped(&format!("mappings/{name}.toml"), text)
                    .expect("a test reads every mapping that ships")
            }
            Self::Own(mapping) => mapping.as_ref().clone(),
        }
    }
}

impl Library {
    /// The mappings that ship.
    pub fn shipped() -> Self {
        let entry = |(name, text): &(&'static str, &'static str)| Entry::Shipped {
            name,
            text,
            fingerprint: Mapping::fingerprint_of(text)
                .expect("a test reads every mapping that ships"),
        };
        Self { entries: SHIPPED.iter().map(entry).collect() }
    }

    /// The names of the mappings that ship.
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// Those that ship and those in `folder`, which come before a shipped one of the same name. Files that are refused are left out and returned
    /// beside the rest, so that one bad file does not take the others with it.
    pub fn with_folder(folder: &Path) -> (Self, Vec<Problem>) {
        let mut library = Self::shipped();
        let mut problems = Vec::new();
        let Ok(entries) = fs::read_dir(folder) else { return (library, problems) };
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        for path in paths {
            match read_file(&path) {
                Ok(mapping) => library.add(mapping),
                Err(problem) => problems.push(problem),
            }
        }
        (library, problems)
    }

    /// Adds a mapping before the others, in place of one of the same name.
    pub fn add(&mut self, mapping: Mapping) {
        self.entries.retain(|known| known.name() != mapping.name);
        self.entries.insert(0, Entry::Own(Box::new(mapping)));
    }

    /// The mapping that a person chose: the name of a known one, or a file.
    pub fn choose(&self, chosen: &str) -> Result<Mapping, Problem> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.name() == chosen) {
            return Ok(entry.read());
        }
        if Path::new(chosen).extension().is_some_and(|extension| extension == "toml") {
            return read_file(Path::new(chosen));
        }
        let known: Vec<_> = self.names().collect();
        Err(Problem::usage(format!("there is no mapping of that name: {chosen}"))
            .hint(format!("there is `{}`, or the path of a `.toml` file", known.join("`, `"))))
    }

    /// The text of `mapping`, and whether it is one that ships and not a person's own file.
    pub fn text(&self, mapping: &Mapping) -> Result<(String, bool), Problem> {
        let known = self.entries.iter().find(|entry| entry.name() == mapping.name);
        // The name of its file says nothing: a person may have one of the same name wherever they stand.
        match known {
            Some(entry @ Entry::Shipped { text, .. }) if entry.read() == *mapping => {
                Ok(((*text).to_owned(), true))
            }
            _ => Ok((read_text(Path::new(&mapping.file))?, false)),
        }
    }

    /// The names of the known mappings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(Entry::name)
    }

    /// The mapping whose fingerprint is in the database, found with one query; of several the one with the longest fingerprint, a person's own first.
    pub async fn recognise(&self, door: &Door, run: &Run) -> Result<Option<Mapping>, Problem> {
        let answer = door.read(&Identity::Observer, &self.question(), run).await?;
        let there: BTreeSet<RelationName> = answer
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Some(schema), Some(relation)] => Some(RelationName::new(schema, relation)),
                _ => None,
            })
            .collect();
        Ok(self.fitting(&there).map(Entry::read))
    }

    /// The mapping whose fingerprint is among `relations`.
    fn fitting(&self, relations: &BTreeSet<RelationName>) -> Option<&Entry> {
        let fits = |entry: &&Entry| {
            entry.fingerprint().iter().all(|relation| relations.contains(relation))
        };
        // `max_by_key` takes the last of equals, and a person's own stand first.
        self.entries.iter().rev().filter(fits).max_by_key(|entry| entry.fingerprint().len())
    }

    /// Which relations of all fingerprints are there.
    fn question(&self) -> Sql {
        let names: BTreeSet<_> = self.entries.iter().flat_map(Entry::fingerprint).collect();
        let names: Vec<_> = names.into_iter().map(|name| [&name.schema, &name.name]).collect();
        let names = serde_json::json!(names).to_string();
        let mut sql = Sql::new(include_str!("sql/relations.sql"));
        sql.push(" AND (n.nspname, c.relname) IN (SELECT w.value ->> 0, w.value ->> 1 FROM pg_catalog.jsonb_array_elements(");
        sql.bind(Some(&names), "pg_catalog.jsonb").push(") w)");
        sql
    }
}

/// Reads the mapping in the file at `path`.
pub(super) fn read_file(path: &Path) -> Result<Mapping, Problem> {
    let file = path.display().to_string();
    let text = read_text(path)?;
    Mapping::read(&file, &text).map_err(|refusals: Refusals| refusals.into())
}

fn read_text(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| {
        Problem::usage(format!("cannot read the mapping: {}: {error}", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_that_ships_is_read_and_named_like_its_file() {
        for (name, text) in SHIPPED {
            let mapping = Mapping::read(&format!("mappings/{name}.toml"), text);
            let mapping = mapping.unwrap_or_else(|refusals| panic!("{refusals}"));
            assert_eq!(mapping.name, *name);
            let shipped = Mapping::read_shipped(&mapping.file, text);
            assert_eq!(shipped.as_ref(), Ok(&mapping), "what is read later is the same");
        }
    }

    #[test]
    fn a_database_is_recognised_by_all_of_its_fingerprint_and_by_nothing_less() {
        let library = Library::shipped();
        for entry in &library.entries {
            let mut there: BTreeSet<_> = entry.fingerprint().iter().cloned().collect();
            assert_eq!(entry.fingerprint(), entry.read().fingerprint);
            assert_eq!(library.fitting(&there).map(Entry::name), Some(entry.name()));
            there.pop_first();
            assert!(library.fitting(&there).is_none());
        }
    }

    #[test]
    fn a_mapping_of_ones_own_comes_before_a_shipped_one() {
        let mut library = Library::shipped();
        let mut own = library.choose("rishi").unwrap();
        own.name = "mine".to_owned();
        library.add(own.clone());
        let there = own.fingerprint.iter().cloned().collect();
        assert_eq!(library.fitting(&there).unwrap().name(), "mine");
        own.title = "Rishi, ours".to_owned();
        own.name = "rishi".to_owned();
        library.add(own);
        assert_eq!(library.choose("rishi").unwrap().title, "Rishi, ours");
        assert!(library.choose("nothing").unwrap_err().hint.unwrap().contains("mine"));
    }
}
