//! One database as purview knows it: the door to it, what its schema calls things, and what its relations look like.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Mutex;

use crate::{
    pg::{Door, Problem, RelationName, Run},
    tables::Relation,
};

/// A connected database.
#[derive(Debug)]
pub struct Database {
    /// The only way to it.
    pub door: Door,
    /// Relations that have been looked up. Emptied by [`Database::forget`] when somebody reloads.
    relations: Mutex<HashMap<RelationName, Arc<Relation>>>,
}

impl Database {
    /// The database behind `door`.
    pub fn new(door: Door) -> Self {
        Self { door, relations: Mutex::default() }
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
    pub fn is_secret(&self, _table: &RelationName, _column: &str) -> bool {
        false
    }
}
