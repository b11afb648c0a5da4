//! Writes, in one explicit transaction, after a person has seen the SQL and said yes.

use super::{Problem, Sql, lane::Lane};

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
pub(super) async fn write(
    lane: &Lane,
    statements: &[Sql],
    confirmed: &Confirmed,
) -> Result<Vec<u64>, Problem> {
    confirmed.cover(statements)?;
    let mut wire = lane.begin("BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'").await?;
    let outcome = async {
        let mut touched = Vec::with_capacity(statements.len());
        for statement in statements {
            touched.push(wire.execute(statement).await?);
        }
        wire.batch("COMMIT").await?;
        Ok(touched)
    }
    .await;
    if outcome.is_err() && wire.batch("ROLLBACK").await.is_err() {
        return outcome;
    }
    lane.give_back(wire).await;
    outcome
}
