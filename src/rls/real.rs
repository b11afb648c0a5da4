//! The real statement: what somebody would run to do it, for asking the server whether it would, and for trying it.

use super::{
    catalog::{Attribute, Table},
    gate::Statement,
    row::{Row, SYSTEM},
};
use crate::pg::{Sql, sql::join};

/// What is to be done with one row, or with several at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Real<'a> {
    pub(crate) table: &'a Table,
    pub(crate) statement: Statement,
    /// The columns that are given another value; without any, one is given its own.
    pub(crate) edited: &'a [String],
}

impl Real<'_> {
    /// The statement for one row: `old` is there, `new` is what it would become.
    pub(crate) fn sql(self, old: Option<&Row>, new: Option<&Row>) -> Sql {
        let at = || self.place(old);
        match self.statement {
            Statement::Select | Statement::CopyTo => self.select(&at()),
            Statement::SelectForUpdate => {
                let mut sql = self.select(&at());
                sql.push(" FOR UPDATE");
                sql
            }
            Statement::Insert | Statement::CopyFrom => self.insert(new, ""),
            Statement::InsertReturning => {
                let mut sql = self.insert(new, " RETURNING ");
                sql.append(&self.returned());
                sql
            }
            Statement::InsertOrNothing => self.insert(new, " ON CONFLICT DO NOTHING"),
            Statement::InsertOrNothingOnKey => {
                let mut sql = self.insert(new, " ON CONFLICT (");
                sql.append(&names(&self.table.key)).push(") DO NOTHING");
                sql
            }
            Statement::UpsertInsert | Statement::UpsertUpdate => self.upsert(new),
            Statement::Update => {
                let mut sql = self.update(new);
                sql.push(" WHERE ").append(&at());
                sql
            }
            Statement::UpdateAll => self.update_all(new),
            Statement::Delete => {
                let mut sql = self.delete();
                sql.push(" WHERE ").append(&at());
                sql
            }
            Statement::DeleteAll => self.delete(),
            Statement::MergeUpdate => {
                let mut sql = self.merge(&at());
                sql.push(" WHEN MATCHED THEN UPDATE SET ").append(&self.assignments(new));
                sql
            }
            Statement::MergeDelete => {
                let mut sql = self.merge(&at());
                sql.push(" WHEN MATCHED THEN DELETE");
                sql
            }
            Statement::MergeInsert => self.merge_insert(new),
        }
    }

    /// One statement for many rows of one table, which returns their places; where that asks for no more than one of them would.
    pub(crate) fn for_many(self, rows: &[&Row]) -> Option<Sql> {
        if !self.table.access.rights.select || !self.edited.is_empty() {
            return None;
        }
        let (table, _) = rows.first()?.place();
        let places: Vec<_> = rows.iter().map(|row| Some(row.place().1.to_owned())).collect();
        let mut at = Sql::new(" WHERE t.tableoid = ");
        at.bind(Some(table), "pg_catalog.oid")
            .push(" AND t.ctid = ANY (")
            .bind_list(&places, "pg_catalog.tid[]")
            .push(")");
        if matches!(self.statement, Statement::Select | Statement::SelectForUpdate) {
            let mut sql = Sql::new("SELECT t.ctid::pg_catalog.text FROM ");
            sql.relation(&self.table.name).push(" AS t").append(&at);
            if self.statement == Statement::SelectForUpdate {
                sql.push(" FOR UPDATE");
            }
            return Some(sql);
        }
        if self.statement != Statement::Delete {
            return None;
        }
        let mut sql = self.delete();
        sql.append(&at).push(" RETURNING t.ctid::pg_catalog.text");
        Some(sql)
    }

    fn select(self, at: &Sql) -> Sql {
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.relation(&self.table.name).push(" AS t WHERE ").append(at);
        sql
    }

    /// Whether the row is named by its place, which only those may ask for who may read the whole table.
    pub(crate) fn names_place(self) -> bool {
        self.table.access.rights.select || self.table.key.is_empty()
    }

    /// The condition that finds the row: by its place, or by its key where the role may not ask for places.
    fn place(self, row: Option<&Row>) -> Sql {
        // None; but a planner that knows that looks at no policy (18 does, and the statement as such is what is asked about).
        let Some(row) = row else { return Sql::new("(SELECT false)") };
        if self.names_place() {
            let (table, place) = row.place();
            let mut sql = Sql::new("t.tableoid = ");
            sql.bind(Some(table), "pg_catalog.oid")
                .push(" AND t.ctid = ")
                .bind(Some(place), SYSTEM[1].2);
            return sql;
        }
        let parts: Vec<Sql> = row
            .key
            .iter()
            .filter_map(|(name, value)| {
                let attribute = self.table.attribute(name)?;
                let mut sql = Sql::new("t.");
                sql.ident(name).push(" = ").bind_as(value.as_deref(), &attribute.type_name);
                Some(sql)
            })
            .collect();
        join(&parts, " AND ")
    }

    /// The columns that get a value in an UPDATE.
    pub(crate) fn changed(self) -> Vec<String> {
        if !self.edited.is_empty() {
            return self.edited.to_vec();
        }
        let writable = self.table.writable(|rights| rights.update);
        // A column outside of the key moves no index entry.
        let chosen = writable
            .iter()
            .find(|it| !it.identity && !self.table.key.contains(&it.name))
            .or_else(|| writable.iter().find(|it| !it.identity))
            .or(writable.first());
        chosen.map(|attribute| attribute.name.clone()).into_iter().collect()
    }

    /// `column = value` for every column that is changed: its own value, or that of the new row.
    fn assignments(self, new: Option<&Row>) -> Sql {
        let parts: Vec<Sql> = self
            .changed()
            .iter()
            .map(|name| {
                let mut sql = Sql::default();
                sql.ident(name).push(" = ");
                if self.edited.is_empty() {
                    sql.push("t.").ident(name);
                } else {
                    sql.append(&self.of_new(new, name));
                }
                sql
            })
            .collect();
        join(&parts, ", ")
    }

    /// A column of the new row.
    fn of_new(self, new: Option<&Row>, name: &str) -> Sql {
        let mut sql = Sql::new("(");
        sql.bind_as(new.map(|row| row.text.as_str()), self.table.row_type()).push(").").ident(name);
        sql
    }

    fn update(self, new: Option<&Row>) -> Sql {
        let mut sql = Sql::new("UPDATE ");
        sql.relation(&self.table.name).push(" AS t SET ").append(&self.assignments(new));
        sql
    }

    /// An UPDATE that reads no column: the value is that of the new row.
    fn update_all(self, new: Option<&Row>) -> Sql {
        let mut sql = Sql::new("UPDATE ");
        sql.relation(&self.table.name).push(" AS t SET ");
        let parts: Vec<Sql> = self
            .changed()
            .iter()
            .map(|name| {
                let mut part = Sql::default();
                part.ident(name).push(" = ").append(&self.of_new(new, name));
                part
            })
            .collect();
        sql.append(&join(&parts, ", "));
        sql
    }

    fn delete(self) -> Sql {
        let mut sql = Sql::new("DELETE FROM ");
        sql.relation(&self.table.name).push(" AS t");
        sql
    }

    fn merge(self, at: &Sql) -> Sql {
        let mut sql = Sql::new("MERGE INTO ");
        sql.relation(&self.table.name)
            .push(" AS t USING (VALUES (1)) AS purview(one) ON ")
            .append(at);
        sql
    }

    fn merge_insert(self, new: Option<&Row>) -> Sql {
        let columns = self.inserted();
        let values: Vec<Sql> = columns
            .iter()
            .map(|attribute| {
                let mut sql = Sql::new("r.");
                sql.ident(&attribute.name);
                sql
            })
            .collect();
        let mut sql = Sql::new("MERGE INTO ");
        sql.relation(&self.table.name)
            .push(" AS t USING ")
            .append(&self.row(new))
            .push(" ON false WHEN NOT MATCHED THEN INSERT (")
            .append(&column_names(&columns))
            .push(") OVERRIDING SYSTEM VALUE VALUES (")
            .append(&join(&values, ", "))
            .push(")");
        sql
    }

    /// The columns that an INSERT gives a value.
    fn inserted(&self) -> Vec<&Attribute> {
        self.table.writable(|rights| rights.insert)
    }

    fn insert(self, new: Option<&Row>, tail: &'static str) -> Sql {
        let columns = self.inserted();
        let mut sql = Sql::new("INSERT INTO ");
        sql.relation(&self.table.name).push(" AS t");
        if columns.is_empty() {
            sql.push(" DEFAULT VALUES").push(tail);
            return sql;
        }
        let values: Vec<Sql> = columns
            .iter()
            .map(|attribute| {
                let mut value = Sql::new("r.");
                value.ident(&attribute.name);
                value
            })
            .collect();
        sql.push(" (")
            .append(&column_names(&columns))
            .push(") OVERRIDING SYSTEM VALUE SELECT ")
            .append(&join(&values, ", "))
            .push(" FROM ")
            .append(&self.row(new))
            .push(tail);
        sql
    }

    fn upsert(self, new: Option<&Row>) -> Sql {
        let mut sql = self.insert(new, " ON CONFLICT (");
        let parts: Vec<Sql> = self
            .changed()
            .iter()
            .map(|name| {
                let mut part = Sql::default();
                part.ident(name).push(" = excluded.").ident(name);
                part
            })
            .collect();
        sql.append(&names(&self.table.key)).push(") DO UPDATE SET ").append(&join(&parts, ", "));
        sql
    }

    /// The new row as an item of FROM.
    fn row(self, new: Option<&Row>) -> Sql {
        let mut sql = Sql::new("pg_catalog.unnest(ARRAY[");
        sql.bind_as(new.map(|row| row.text.as_str()), self.table.row_type()).push("]) AS r");
        sql
    }

    /// A column that the role may read, for RETURNING.
    fn returned(self) -> Sql {
        let readable = self.table.attributes.iter().find(|attribute| attribute.rights.select);
        let mut sql = Sql::default();
        match readable.or(self.table.attributes.first()) {
            Some(attribute) => sql.push("t.").ident(&attribute.name),
            None => sql.push("t.ctid"),
        };
        // Read, but not sent: a trigger can make it as long as it likes.
        sql.push(" IS NULL");
        sql
    }
}

fn names(names: &[String]) -> Sql {
    let parts: Vec<Sql> = names
        .iter()
        .map(|name| {
            let mut sql = Sql::default();
            sql.ident(name);
            sql
        })
        .collect();
    join(&parts, ", ")
}

fn column_names(columns: &[&Attribute]) -> Sql {
    names(&columns.iter().map(|attribute| attribute.name.clone()).collect::<Vec<_>>())
}
