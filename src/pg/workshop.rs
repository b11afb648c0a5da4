//! A session in which databases are built: whole files at once, as whoever owns what is built.
//!
//! Not for looking and not for acting: it has no fence, no timeout and no record. Only the demo and the migration runner open one, and `tests/tidy.rs`
//! keeps it out of the faces.

use super::{Login, Problem, Row, Rows, Sql, lane::Wire};

/// One connection of a builder; it closes when it is dropped, and with it goes every lock it held.
#[derive(Debug)]
pub struct Workshop {
    wire: Wire,
}

impl Workshop {
    /// Connects as `login`.
    pub(crate) async fn open(login: &Login) -> Result<Self, Problem> {
        Ok(Self { wire: Wire::quiet(login).await? })
    }

    /// Runs a whole file as one message of the simple protocol, so that it is one transaction unless it says otherwise, and returns the rows it gave.
    pub async fn script(&mut self, text: &str) -> Result<Vec<Row>, Problem> {
        self.wire.batch(text).await
    }

    /// Runs one statement with bound values and returns its rows, which must be text.
    pub async fn fetch(&mut self, statement: &Sql) -> Result<Rows, Problem> {
        self.wire.fetch(statement).await
    }

    /// Runs one statement with bound values and returns how many rows it touched.
    pub async fn execute(&mut self, statement: &Sql) -> Result<u64, Problem> {
        self.wire.execute(statement).await
    }

    /// Says goodbye, so that the server has forgotten the session when this returns.
    pub async fn close(self) {
        self.wire.close().await;
    }
}
