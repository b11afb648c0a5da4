//! One thing that is wrong, with what shows it and what mends it; and the question for all that the catalogs tell.

use std::sync::Arc;

use serde::Serialize;

use super::Severity;
use crate::{
    database::Database,
    pg::{Identity, Problem, Run, Sql},
    question::Question,
};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// How bad it is.
    #[serde(skip)]
    pub rank: Severity,
    /// The name of the rule.
    pub code: String,
    /// How bad it is, as a word.
    pub severity: &'static str,
    /// What it concerns.
    pub object: String,
    /// What is wrong with it.
    pub detail: String,
    /// SQL that shows it again, as it stands.
    pub evidence: String,
    /// SQL that mends it, as it stands; where only a person can say what is meant, a comment that says so.
    pub cure: String,
}

/// What do the catalogs tell?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings;

impl Question for Findings {
    type Answer = Vec<Finding>;

    /// The observer is asked, whoever asks: the catalogs are the same for all.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<Finding>, Problem> {
        let mut sql =
            Sql::new("SELECT t.severity, t.code, t.object, t.detail, t.evidence, t.cure ");
        let worked_out = super::constant::findings(&database, &run).await?;
        sql.append(&super::findings(&worked_out)).push(" ORDER BY t.rank, t.object, t.detail");
        let rows = database.door.read(&Identity::Observer, &sql, &run).await?.rows;
        rows.into_iter()
            .map(|row| {
                let cells: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
                let [severity, code, object, detail, evidence, cure] = cells
                    .try_into()
                    .map_err(|_| Problem::bug("a rule came with other columns than were asked"))?;
                let rank = Severity::ALL
                    .into_iter()
                    .find(|it| it.word() == severity)
                    .ok_or_else(|| Problem::bug(format!("no such severity: {severity}")))?;
                Ok(Finding { rank, code, severity: rank.word(), object, detail, evidence, cure })
            })
            .collect()
    }
}
