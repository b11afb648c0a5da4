//! One database as purview knows it: the door to it, and what its schema calls things.

use crate::pg::Door;

/// A connected database.
#[derive(Debug)]
pub struct Database {
    /// The only way to it.
    pub door: Door,
}
