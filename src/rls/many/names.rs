//! Names for what a statement needs besides the table, which nothing in the table or in its policies is called.

use crate::pg::Sql;

/// Such names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    stem: String,
}

impl Names {
    /// Names that occur in none of `texts`.
    pub(crate) fn beside<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let texts: Vec<_> = texts.collect();
        let mut stem = "purview".to_owned();
        while texts.iter().any(|text| text.contains(&stem)) {
            stem.push('_');
        }
        Self { stem }
    }

    /// The name for `what`.
    pub(crate) fn name(&self, what: &str) -> String {
        format!("{}_{what}", self.stem)
    }

    /// The same, quoted.
    pub(crate) fn sql(&self, what: &str) -> Sql {
        let mut sql = Sql::default();
        sql.ident(&self.name(what));
        sql
    }
}
