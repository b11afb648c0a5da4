//! The one primitive: expressions of policies, evaluated as an identity on rows which that identity may not see.
//!
//! All rows and expressions go in one statement. Only where that fails it is looked closer: what the server refuses without looking at a row is refused
//! for all of them; else rows, and then expressions, are halved until each has its own value or its own error.

use super::{catalog::Table, row::Row, source::Source};
use crate::pg::{Problem, Rows, Sql, Trial};

/// What an expression is worth on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Its text; NULL is `None`.
    Text(Option<String>),
    /// It cannot be evaluated.
    Error(Problem),
}

impl Value {
    /// Its truth, if it has one.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Text(Some(text)) => Some(matches!(text.as_str(), "true" | "t")),
            Self::Text(None) | Self::Error(_) => None,
        }
    }

    /// What went wrong.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Text(_) => None,
            Self::Error(problem) => Some(problem),
        }
    }
}

/// Rows of a table under evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) source: &'a Source,
    pub(crate) table: &'a Table,
}

impl Bench<'_> {
    /// The value of every expression, which has to be text, on every row: one list for each row.
    pub(crate) async fn evaluate(
        self,
        trial: &mut Trial<'_>,
        expressions: &[Sql],
        rows: &[&Row],
    ) -> Result<Vec<Vec<Value>>, Problem> {
        let mut values = vec![vec![Value::Text(None); expressions.len()]; rows.len()];
        let mut blocks = vec![(0..rows.len(), 0..expressions.len())];
        while let Some((some, of)) = blocks.pop() {
            if some.is_empty() || of.is_empty() {
                continue;
            }
            let statement = self.values(&expressions[of.clone()], &rows[some.clone()]);
            match trial.act(&statement).await? {
                Ok(found) => {
                    for (row, cells) in numbered(found)? {
                        let place = values.get_mut(some.start + row).ok_or_else(unasked)?;
                        for (value, cell) in place[of.clone()].iter_mut().zip(cells) {
                            *value = Value::Text(cell);
                        }
                    }
                }
                Err(problem) => {
                    let for_all = some.len() == 1 || fails_unseen(trial, &statement).await?;
                    if !for_all {
                        let middle = some.start + some.len() / 2;
                        blocks.push((some.start..middle, of.clone()));
                        blocks.push((middle..some.end, of));
                    } else if of.len() > 1 {
                        let middle = of.start + of.len() / 2;
                        blocks.push((some.clone(), of.start..middle));
                        blocks.push((some, middle..of.end));
                    } else {
                        for row in &mut values[some] {
                            row[of.start] = Value::Error(problem.clone());
                        }
                    }
                }
            }
        }
        Ok(values)
    }

    /// Which rows pass `condition`; a row on which it cannot be evaluated has an error.
    ///
    /// The condition stands in WHERE, where the planner treats it as it treats a policy.
    pub(crate) async fn passing(
        self,
        trial: &mut Trial<'_>,
        condition: &Sql,
        rows: &[&Row],
    ) -> Result<Vec<Result<bool, Problem>>, Problem> {
        let mut passing = vec![Ok(false); rows.len()];
        let mut blocks = std::iter::once(0..rows.len()).collect::<Vec<_>>();
        while let Some(some) = blocks.pop() {
            if some.is_empty() {
                continue;
            }
            let mut statement = self.values(&[], &rows[some.clone()]);
            statement.push(" WHERE ").append(condition);
            match trial.act(&statement).await? {
                Ok(found) => {
                    for (row, _) in numbered(found)? {
                        *passing.get_mut(some.start + row).ok_or_else(unasked)? = Ok(true);
                    }
                }
                Err(problem) if some.len() == 1 || fails_unseen(trial, &statement).await? => {
                    passing[some].fill(Err(problem));
                }
                Err(_) => {
                    let middle = some.start + some.len() / 2;
                    blocks.extend([some.start..middle, middle..some.end]);
                }
            }
        }
        Ok(passing)
    }

    /// The statement that evaluates `expressions` on `rows`, each row with its number before them.
    pub(crate) fn values(self, expressions: &[Sql], rows: &[&Row]) -> Sql {
        let mut sql = Sql::new("SELECT ");
        sql.append(&self.source.number()).push("::pg_catalog.text");
        for expression in expressions {
            sql.push(", ").append(expression);
        }
        sql.append(&self.source.from(self.table, rows));
        sql
    }
}

/// Whether the server refuses `statement` before it looks at a row.
async fn fails_unseen(trial: &mut Trial<'_>, statement: &Sql) -> Result<bool, Problem> {
    let mut explain = Sql::new("EXPLAIN ");
    explain.append(statement);
    Ok(trial.act(&explain).await?.is_err())
}

/// The values of a row.
type Cells = Vec<Option<String>>;

/// Rows by the number, from 0, that they begin with.
fn numbered(rows: Rows) -> Result<Vec<(usize, Cells)>, Problem> {
    rows.rows
        .into_iter()
        .map(|mut cells| {
            let rest = cells.split_off(1.min(cells.len()));
            let number = cells.pop().flatten().and_then(|text| text.parse::<usize>().ok());
            Ok((number.and_then(|number| number.checked_sub(1)).ok_or_else(unasked)?, rest))
        })
        .collect()
}

fn unasked() -> Problem {
    Problem::bug("the server answered for a row that it was not asked about")
}
