//! One database as purview knows it: the door to it, what its schema calls things, and what its relations look like.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Mutex;

use crate::{
    mapping::{Library, Mapping},
    pg::{Door, Problem, RelationName, Run},
    tables::Relation,
};

/// A connected database.
#[derive(Debug)]
pub struct Database {
    /// The only way to it.
    pub door: Door,
    /// What its schema calls things, where that is known; what needs no vocabulary works without.
    pub mapping: Option<Mapping>,
    /// Relations that have been looked up. Emptied by [`Database::forget`] when somebody reloads.
    relations: Mutex<HashMap<RelationName, Arc<Relation>>>,
}

impl Database {
    /// The database behind `door`, whose schema calls things as `mapping` says.
    pub fn new(door: Door, mapping: Option<Mapping>) -> Self {
        Self { door, mapping, relations: Mutex::default() }
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

    /// Forgets what relations look like, because somebody may have changed them.
    pub async fn forget(&self) {
        self.relations.lock().await.clear();
    }

    /// Whether the values of `column` must never leave the server.
    pub fn is_secret(&self, table: &RelationName, column: &str) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.is_secret(table, column))
    }
}
