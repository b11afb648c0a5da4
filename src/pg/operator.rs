//! Writes, in one explicit transaction, after a person has seen the SQL and said yes.

use super::{Problem, Sql, bound::LIMIT, lane::Lane};

/// Proof that a person saw exactly these statements and agreed.
///
/// The only way to have one is to show the text: it is made out of what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    shown: Vec<String>,
}

impl Confirmed {
    /// A person read `statements`, as [`Sql::render`] shows them, and agreed.
    pub fn by_person(statements: &[Sql]) -> Self {
        Self { shown: statements.iter().map(|sql| sql.render().0).collect() }
    }

    /// Fails unless `statements` are those that were shown.
    pub(super) fn cover(&self, statements: &[Sql]) -> Result<(), Problem> {
        if statements.iter().map(|sql| sql.render().0).eq(self.shown.iter().cloned()) {
            return Ok(());
        }
        Err(Problem::bug("the statements are not those that were confirmed"))
    }
}

/// Runs `statements` in one transaction and returns how many rows each touched; all or nothing.
///
/// What is written to may have triggers, whose code then runs as the operator and may leave things behind on the session: settings, temporary functions,
/// prepared statements with the names of ours. So the session is used for nothing else.
pub(super) async fn write(
    lane: &Lane,
    statements: &[Sql],
    confirmed: &Confirmed,
) -> Result<Vec<u64>, Problem> {
    confirmed.cover(statements)?;
    let opening = format!(
        "BEGIN; {LIMIT}; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'"
    );
    let mut wire = lane.begin_alone(&opening).await?;
    let mut touched = Vec::with_capacity(statements.len());
    for statement in statements {
        // What fails leaves nothing: the session ends with it.
        touched.push(wire.execute(statement).await?);
    }
    wire.batch("COMMIT").await?;
    wire.close().await;
    Ok(touched)
}
