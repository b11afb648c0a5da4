//! What migrations have to tell on Home: how many are pending, and how many are not as the history has them.

use super::{Standing, Step};
use crate::headline::{Asker, Lead, Line, Severity};

/// The lines about migrations: none where there is neither a history nor a folder that somebody named. A history is nobody's own: the operator's login
/// looks, whoever is acted as.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let line = |what: &str, severity| Line::new(what, severity, Lead::to("migrations"));
    let pending = line("migrations that are pending", Severity::Notice);
    let wrong = line("migrations that failed, or are not as they were taken", Severity::Wrong);
    let database = asker.database;
    let Some(looked) =
        asker.soon(async |run| Standing::default().known(database, &run).await).await
    else {
        return vec![pending, wrong];
    };
    match looked {
        Ok(None) => Vec::new(),
        Ok(Some(stand)) => {
            let amount = stand.steps.iter().filter(|step: &&Step| step.state.is_wrong()).count();
            vec![pending.all(stand.due() as u64), wrong.all(amount as u64)]
        }
        Err(problem) => vec![Line { count: Err(problem), ..pending }],
    }
}
