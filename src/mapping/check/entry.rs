//! Whether the entry about acting as somebody can be had: its relation, its columns, and that the server reads its values.

use super::Findings;
use crate::{
    mapping::{Occasion, Subject, catalog::Catalog},
    pg::{Door, Identity, Kind, Problem, Run},
};

/// Somebody of whom nothing is known but why.
const SAMPLE: Subject<'_> = Subject {
    user_id: "",
    email: None,
    organization_id: None,
    role: None,
    occasion: Some(Occasion {
        actor: "operator",
        login: "operator",
        reason: "mapping check",
        since: "2000-01-01T00:00:00Z",
        until: "2000-01-01T00:30:00Z",
        label: "somebody",
        database_role: "application",
    }),
};

/// What the catalog alone can say.
pub(super) fn check(findings: &mut Findings<'_>, catalog: &Catalog) {
    let Some(entry) = findings.mapping.identity.as_ref().and_then(|it| it.audit.as_ref()) else {
        return;
    };
    let Some(table) = catalog.tables.get(&entry.relation) else {
        let text = format!("`identity.audit`: there is no relation {}", entry.relation);
        findings.error(entry.line, text);
        return;
    };
    if !matches!(table.kind.as_str(), "r" | "p") {
        let text = format!("`identity.audit`: {} is no table", entry.relation);
        findings.error(entry.line, text).hint("a view's rules decide what is written instead");
    }
    for (column, _) in &entry.values {
        if table.own_columns().all(|own| own.name != *column) {
            let text = format!("`identity.audit`: {} has no column {column}", entry.relation);
            findings.error(entry.line, text);
        }
    }
}

/// What the server has to be asked: whether it reads the values as the columns' types. Nothing is written.
pub(super) async fn ask(
    findings: &mut Findings<'_>,
    door: &Door,
    run: &Run,
) -> Result<(), Problem> {
    let Some(entry) = findings.mapping.identity.as_ref().and_then(|it| it.audit.as_ref()) else {
        return Ok(());
    };
    if findings.all.iter().any(|finding| finding.line == entry.line) {
        return Ok(());
    }
    let reading = match entry.as_text(&SAMPLE) {
        Ok(reading) => reading,
        Err(problem) => {
            findings.warning(entry.line, format!("`identity.audit`: {problem}"));
            return Ok(());
        }
    };
    match door.read(&Identity::Observer, &reading, run).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.kind == Kind::Refused => {
            findings.error(entry.line, format!("`identity.audit`: {}", problem.summary));
            Ok(())
        }
        Err(problem) => Err(problem),
    }
}
