//! Rows as values in a FROM clause, under the table's own name, so that a policy's expression reads them as it would read the table.
//!
//! A function in FROM keeps the row type, and so whole-row references; system columns, which it has not, stand in an item of their own.

use super::{
    catalog::{Catalog, Table},
    expression::token::{Sort, tokens},
    row::{Row, SYSTEM},
};
use crate::pg::{Deparsed, Sql};

/// Names that no policy of a table uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    relation: String,
    /// The item with the system columns.
    system: String,
    /// Its column with the row as text.
    text: String,
    /// Its column with the number of the row.
    number: String,
}

impl Source {
    /// What the rows of a table are evaluated under.
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let used: Vec<&str> = catalog
            .policies
            .iter()
            .flat_map(|policy| [&policy.using, &policy.with_check])
            .flatten()
            .map(Deparsed::as_str)
            .chain(catalog.table.attributes.iter().map(|attribute| attribute.name.as_str()))
            .chain([catalog.table.name.name.as_str()])
            .collect();
        let unused = |stem: &str| {
            let mut name = stem.to_owned();
            while used.iter().any(|text| text.contains(&name)) {
                name.push('_');
            }
            name
        };
        Self {
            relation: catalog.table.name.name.clone(),
            system: unused("purview_system"),
            text: unused("purview_text"),
            number: unused("purview_row"),
        }
    }

    /// The number of the row, from 1.
    pub(crate) fn number(&self) -> Sql {
        let mut sql = Sql::default();
        sql.ident(&self.system).push(".").ident(&self.number);
        sql
    }

    /// `FROM …` with `rows`, bound as values.
    pub(crate) fn from(&self, table: &Table, rows: &[&Row]) -> Sql {
        let texts: Vec<_> = rows.iter().map(|row| Some(row.text.clone())).collect();
        // A function in FROM runs once: as an expression, a list would be read again for every row.
        let mut sql = Sql::new(" FROM ROWS FROM (");
        for (index, (_, list, _)) in SYSTEM.iter().enumerate() {
            let values: Vec<_> =
                rows.iter().map(|row| row.system.get(index).cloned().flatten()).collect();
            sql.push("pg_catalog.unnest(").bind_list(&values, list).push("), ");
        }
        sql.push("pg_catalog.unnest(").bind_list(&texts, "pg_catalog.text[]");
        sql.push(")) WITH ORDINALITY AS ").ident(&self.system).push("(");
        for (name, _, _) in SYSTEM {
            sql.ident(name).push(", ");
        }
        sql.ident(&self.text).push(", ").ident(&self.number);
        sql.push(") CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[");
        sql.ident(&self.system).push(".").ident(&self.text);
        sql.push("::").relation(table.row_type()).push("]) AS ").ident(&self.relation);
        sql
    }

    /// An expression of a policy, with the system columns taken from where they stand.
    pub(crate) fn expression(&self, text: &Deparsed) -> Sql {
        let all = tokens(text.as_str());
        let mut sql = Sql::new("(");
        let mut copied = 0;
        for at in 0..all.len() {
            let qualified = all.get(at + 1).is_some_and(|dot| dot.is("."))
                && all.get(at + 2).is_some_and(|column| {
                    column.sort == Sort::Word
                        && SYSTEM.iter().any(|(name, ..)| *name == column.text)
                });
            let alone = at == 0 || !all[at - 1].is(".");
            let called = all.get(at + 3).is_some_and(|open| open.is("("));
            if qualified && alone && !called && all[at].name().as_deref() == Some(&*self.relation) {
                sql.deparsed(&text.part(copied..all[at].range.start)).ident(&self.system);
                copied = all[at].range.end;
            }
        }
        sql.deparsed(&text.part(copied..text.as_str().len())).push(")");
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(relation: &str) -> Source {
        Source {
            relation: relation.into(),
            system: "sys".into(),
            text: "text".into(),
            number: "n".into(),
        }
    }

    #[test]
    fn system_columns_are_taken_from_their_own_item() {
        let shown = |relation: &str, text: &str| {
            source(relation).expression(&Deparsed::from_catalog(text.to_owned())).render().0
        };
        assert_eq!(shown("t", "t.ctid = a AND x.t.ctid"), "(\"sys\".ctid = a AND x.t.ctid)");
        assert_eq!(shown("odd name", "(\"odd name\".tableoid > 5)"), "((\"sys\".tableoid > 5))");
        assert_eq!(
            shown("t", "t.ctid('t.ctid') OR t.\"ctid\""),
            "(t.ctid('t.ctid') OR t.\"ctid\")"
        );
    }
}
