//! What the tables have to tell on Home.

use super::{Policies, Tables};
use crate::{
    headline::{Asker, Evidence, Lead, Line, Severity},
    list::Operator,
};

/// How many tables and policies there are, and which tables have nothing to tell rows apart.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let of_tables = [
        Line::fact("tables", "tables"),
        Line::new(
            "tables with row security and no policy",
            Severity::Wrong,
            Lead::compare("tables", "problem", Operator::Contains, "no policy"),
        ),
        Line::new(
            "tables without row security",
            Severity::Notice,
            Lead::is("tables", "rls", "off"),
        ),
    ];
    let mut lines = Vec::new();
    for line in of_tables {
        lines.push(asker.counted(line, &Tables, Evidence::Catalog).await);
    }
    let policies = Line::fact("policies", "policies");
    lines.push(asker.counted(policies, &Policies::default(), Evidence::Catalog).await);
    lines
}
