//! Every row of a table under several statements: predicted and actual verdict, in portions, so that memory stays flat.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    check::Check,
    explain::whom,
    gate::Statement,
    masked,
    row::Row,
    subject::{Choice, Judged, Subject},
    verdict::Outcome,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run},
};

/// How many rows are judged at once.
const PORTION: u64 = 500;

/// What becomes of rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// The table.
    pub table: RelationName,
    /// Which rows.
    pub choice: Choice,
    /// What is to be done with them.
    pub statements: Vec<Statement>,
    /// Whether the real statements are tried too.
    pub check: Check,
}

/// What becomes of one row under one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The key of the row.
    pub key: Map<String, Json>,
    /// What was to be done.
    pub command: Statement,
    /// What would happen, by the catalog.
    pub predicted: Outcome,
    /// What the real statement did; absent where it was not tried.
    pub actual: Option<Outcome>,
    /// Whether they agree.
    pub agrees: Option<bool>,
    /// The server's code, where it refuses.
    pub sqlstate: Option<String>,
    /// Why the verdict may not be the last word.
    pub label: Option<String>,
}

impl Sweep {
    /// Judges row after row; `tell` hears of each and says whether to go on.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        identity: &Identity,
        run: &Run,
        mut tell: impl FnMut(Line) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let acting = whom(database, identity, run).await?;
        let mut trial = database.door.trial(&acting, run).await?;
        let subject = Subject::open(&mut trial, database, &self.table, &acting.role, run).await?;
        subject.begin_rows(&mut trial, &self.choice).await?;
        let since = database.door.probe().major();
        'rows: loop {
            let rows = subject.next_rows(&mut trial, PORTION).await?;
            if rows.is_empty() {
                break;
            }
            let mut judged: Vec<(Statement, Vec<Judged>)> = Vec::new();
            for statement in
                self.statements.iter().copied().filter(|statement| statement.since() <= since)
            {
                judged.push((statement, self.judge(&mut trial, &subject, statement, &rows).await?));
            }
            // Nothing is told before there is a record of it.
            trial.record()?;
            for (at, row) in rows.iter().enumerate() {
                for (statement, judged) in &judged {
                    let Some(judged) = judged.get(at) else { continue };
                    if !tell(self.line(database, row, *statement, judged))? {
                        break 'rows;
                    }
                }
            }
        }
        trial.end().await?;
        Ok(())
    }

    async fn judge(
        &self,
        trial: &mut crate::pg::Trial<'_>,
        subject: &Subject,
        statement: Statement,
        rows: &[Row],
    ) -> Result<Vec<Judged>, Problem> {
        let news = if statement.makes_new() {
            subject.edited_all(trial, rows, statement, &[]).await?
        } else {
            Vec::new()
        };
        let cases: Vec<(Option<&Row>, Option<&Row>)> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| (Some(row).filter(|_| statement.needs_old()), news.get(at)))
            .collect();
        subject.judge(trial, statement, &cases, &[], self.check.covers(statement)).await
    }

    fn line(&self, database: &Database, row: &Row, statement: Statement, judged: &Judged) -> Line {
        let key = row.key.iter().map(|(name, value)| {
            let secret = database.is_secret(&self.table, name);
            let shown = value.as_deref().map(|value| if secret { masked::MASK } else { value });
            (name.clone(), shown.map_or(Json::Null, Json::from))
        });
        Line {
            schema: self.table.schema.clone(),
            table: self.table.name.clone(),
            key: key.collect(),
            command: statement,
            predicted: judged.predicted.outcome,
            actual: judged.actual.as_ref().map(|actual| actual.outcome),
            agrees: judged.agrees,
            sqlstate: judged.predicted.sqlstate().map(str::to_owned),
            label: (!judged.labels.is_empty()).then(|| judged.labels.join("; ")),
        }
    }
}
