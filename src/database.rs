//! One database as purview knows it: the door to it, what its schema calls things, and what its relations look like.

use std::{
    any::Any,
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

use tokio::sync::Mutex;

use crate::{
    mapping::{Library, Mapping},
    pg::{Door, Identity, Problem, RelationName, Run, Sql},
    question::Question as _,
    tables::{ForeignKey, ForeignKeys, Relation},
};

/// A connected database.
#[derive(Debug)]
pub struct Database {
    /// The only way to it.
    pub door: Door,
    /// What its schema calls things, where that is known; what needs no vocabulary works without.
    pub mapping: Option<Mapping>,
    /// Where the files of its migrations lie, where a person said so.
    pub migrations: Option<PathBuf>,
    /// Relations that have been looked up. Emptied by [`Database::forget`] when somebody reloads.
    relations: Mutex<HashMap<RelationName, Arc<Relation>>>,
    /// Foreign keys by the table that they leave from or arrive at, and search paths by role; the same holds for them.
    keys: Mutex<HashMap<RelationName, Arc<Vec<ForeignKey>>>>,
    paths: Mutex<HashMap<String, Option<String>>>,
    /// Answers that took long, by what was asked. Each knows itself how old it is.
    kept: Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>,
}

impl Database {
    /// The database behind `door`, whose schema calls things as `mapping` says.
    pub fn new(door: Door, mapping: Option<Mapping>) -> Self {
        let (relations, keys, paths, kept) = Default::default();
        Self { door, mapping, migrations: None, relations, keys, paths, kept }
    }

    /// The same, the files of whose migrations lie in `folder`.
    #[must_use]
    pub fn with_migrations(mut self, folder: Option<PathBuf>) -> Self {
        self.migrations = folder;
        self
    }

    /// The database behind `door`, with the mapping that a person chose (a name out of `library` or a file), or else the one that is recognised.
    pub async fn open(
        door: Door,
        library: &Library,
        chosen: Option<&str>,
    ) -> Result<Self, Problem> {
        let mapping = match chosen {
            Some(chosen) => Some(library.choose(chosen)?),
            None => library.recognise(&door, &Run::new()).await?,
        };
        Ok(Self::new(door, mapping))
    }

    /// What its schema calls things; that nobody knows is a problem.
    pub fn mapping(&self) -> Result<&Mapping, Problem> {
        self.mapping.as_ref().ok_or_else(|| {
            Problem::usage(
                "purview does not know what this schema calls its organizations and users",
            )
            .hint("`purview mapping init` drafts a mapping from the catalog")
        })
    }

    /// What the catalog says about `name`; asked once.
    pub async fn relation(&self, name: &RelationName, run: &Run) -> Result<Arc<Relation>, Problem> {
        if let Some(relation) = self.relations.lock().await.get(name) {
            return Ok(Arc::clone(relation));
        }
        let relation = Arc::new(Relation::read(&self.door, name, run).await?);
        self.relations.lock().await.insert(name.clone(), Arc::clone(&relation));
        Ok(relation)
    }

    /// Looks up, in one transaction, those of `names` that nobody has asked for yet. One that is not there is told of where it is needed.
    pub(crate) async fn know<'n>(
        &self,
        names: impl Iterator<Item = &'n RelationName>,
        run: &Run,
    ) -> Result<(), Problem> {
        let names: BTreeSet<_> = {
            let known = self.relations.lock().await;
            names.filter(|name| !known.contains_key(name)).collect()
        };
        let questions: Vec<Sql> = names.iter().map(|name| Relation::question(name)).collect();
        if questions.is_empty() {
            return Ok(());
        }
        let found = self.door.read_all(&Identity::Observer, &questions, run).await?;
        let mut known = self.relations.lock().await;
        for (name, rows) in names.into_iter().zip(found) {
            if let Some(relation) = Relation::of(name, &rows.rows) {
                known.insert(name.clone(), Arc::new(relation));
            }
        }
        Ok(())
    }

    /// The foreign keys that leave from or arrive at `table`; asked once.
    pub async fn foreign_keys(
        self: &Arc<Self>,
        table: &RelationName,
        run: &Run,
    ) -> Result<Arc<Vec<ForeignKey>>, Problem> {
        if let Some(keys) = self.keys.lock().await.get(table) {
            return Ok(Arc::clone(keys));
        }
        let question = ForeignKeys { table: table.clone() };
        let keys = question.ask(Arc::clone(self), Identity::Observer, run.clone()).await?;
        let keys = Arc::new(keys);
        self.keys.lock().await.insert(table.clone(), Arc::clone(&keys));
        Ok(keys)
    }

    /// The search path that a login of `role` would have, where somebody set one; asked once, by `statement`.
    pub async fn search_path(
        &self,
        role: &str,
        statement: &Sql,
        run: &Run,
    ) -> Result<Option<String>, Problem> {
        if let Some(path) = self.paths.lock().await.get(role) {
            return Ok(path.clone());
        }
        let found = self.door.read(&Identity::Observer, statement, run).await?;
        let path = found.scalar().map(str::to_owned);
        self.paths.lock().await.insert(role.to_owned(), path.clone());
        Ok(path)
    }

    /// The last answer to what is called `asked`, if one was kept.
    pub async fn kept<T: Any + Send + Sync>(&self, asked: &str) -> Option<Arc<T>> {
        Arc::clone(self.kept.lock().await.get(asked)?).downcast().ok()
    }

    /// Keeps an answer to what is called `asked`, for whoever asks the same again.
    pub async fn keep<T: Any + Send + Sync>(&self, asked: String, answer: Arc<T>) {
        self.kept.lock().await.insert(asked, answer);
    }

    /// Forgets what relations look like, because somebody may have changed them.
    pub async fn forget(&self) {
        self.relations.lock().await.clear();
        self.keys.lock().await.clear();
        self.paths.lock().await.clear();
    }

    /// Whether the values of `column` must never leave the server.
    pub fn is_secret(&self, table: &RelationName, column: &str) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.is_secret(table, column))
    }
}
