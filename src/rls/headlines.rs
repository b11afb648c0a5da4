//! What row security has to tell on Home: what is wrong with it, and what leaks as far as somebody has looked.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};

use super::{Border, Lints};
use crate::{
    database::Database,
    headline::{Asker, Evidence, Lead, Line, Severity},
};

/// What a look for leaks came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Only to users of this organization.
    organization: Option<String>,
    /// The tables of which rows leak.
    tables: BTreeSet<String>,
    /// Whether some table could not be looked at.
    partly: bool,
    /// As of when.
    at: DateTime<Utc>,
}

impl Scanned {
    /// Nothing found yet, in a look that began `at`.
    pub(super) const fn begin(organization: Option<String>, at: DateTime<Utc>) -> Self {
        Self { organization, tables: BTreeSet::new(), partly: false, at }
    }

    /// Takes note of what was found.
    pub(super) fn add(&mut self, borders: &[Border]) {
        self.tables.extend(borders.iter().map(|border| border.table.clone()));
    }

    /// Keeps it for Home, now that the look has come to its end.
    pub(super) async fn keep(self, partly: bool, database: &Database) {
        let asked = asked(self.organization.as_deref());
        database.keep(asked, Arc::new(Self { partly, ..self })).await;
    }

    fn tell(&self, line: Line) -> Line {
        let what =
            format!("{}{}", line.what, if self.partly { ", as far as was looked" } else { "" });
        Line { what, found: Some(self.at), ..line }.all(self.tables.len() as u64)
    }
}

/// Under which name a look for leaks is kept.
fn asked(organization: Option<&str>) -> String {
    format!("leaks to users of {organization:?}")
}

/// The lines about lints and leaks; for leaks nothing is looked at, which would take long.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let errors = Lead::is("lints", "severity", "error");
    let errors = Line::new("errors in row security", Severity::Wrong, errors);
    let leaks = "tables of which rows leak to other organizations";
    let leaks = Line::new(leaks, Severity::Wrong, Lead::to("leaks"));
    let scanned = asker.database.kept::<Scanned>(&asked(asker.organization)).await;
    vec![
        asker.counted(errors, &Lints, Evidence::Catalog).await,
        scanned.map_or_else(|| leaks.clone(), |scanned| scanned.tell(leaks.clone())),
    ]
}
