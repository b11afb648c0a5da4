//! What the catalog says of a table, and the statement for a page of it.

use sqlx::{AssertSqlSafe, Row as _};

use super::Server;

/// One row; NULL is `None`.
pub(super) type Row = Vec<Option<String>>;

/// From where a page goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From<'a> {
    Start,
    End,
    After(&'a Row),
    Before(&'a Row),
}

/// A table, the columns of its key first.
pub(super) struct Table {
    name: String,
    pub(super) columns: Vec<Column>,
    pub(super) key: usize,
}

pub(super) struct Column {
    pub(super) name: String,
    type_name: String,
    pub(super) json: bool,
    searched: bool,
}

const COLUMNS: &str = "
    SELECT quote_ident(a.attname), t.typname::text, array_position(i.indkey::int2[], a.attnum) IS NOT NULL
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY array_position(i.indkey::int2[], a.attnum), a.attnum";

/// What no word is looked for in.
const UNSEARCHED: &str =
    " int2 int4 int8 float4 float8 numeric oid timestamptz timestamp date bool json jsonb bytea ";

impl Table {
    pub(super) fn read(server: &mut Server, name: &str) -> anyhow::Result<Self> {
        let query = sqlx::query(COLUMNS).bind(name);
        let rows = server.runtime.block_on(query.fetch_all(&mut server.connection))?;
        let mut table = Self { name: name.to_owned(), columns: Vec::new(), key: 0 };
        for row in rows {
            let (name, type_name): (String, String) = (row.get(0), row.get(1));
            if server.hidden.contains(&name) {
                continue;
            }
            table.key += usize::from(row.get::<bool, _>(2));
            table.columns.push(Column {
                json: type_name.starts_with("json"),
                searched: !UNSEARCHED.contains(&format!(" {type_name} ")),
                name,
                type_name,
            });
        }
        Ok(table)
    }

    /// A page of 200 rows in the table's order.
    pub(super) fn page(
        &self,
        server: &mut Server,
        filter: &str,
        from: From<'_>,
    ) -> anyhow::Result<Vec<Row>> {
        let (statement, values) = self.statement(filter, from);
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for value in values {
            query = query.bind(value);
        }
        let rows = server.runtime.block_on(query.fetch_all(&mut server.connection))?;
        let mut rows: Vec<Row> =
            rows.iter().map(|row| (0..row.len()).map(|index| row.get(index)).collect()).collect();
        if matches!(from, From::End | From::Before(_)) {
            rows.reverse();
        }
        Ok(rows)
    }

    fn statement(&self, filter: &str, from: From<'_>) -> (String, Vec<String>) {
        let key = &self.columns[..self.key];
        let names = |columns: &[Column]| {
            columns.iter().map(|column| format!("t.{}", column.name)).collect::<Vec<_>>()
        };
        let mut columns: Vec<_> = names(key).iter().map(|key| format!("{key}::text")).collect();
        columns.extend(
            names(&self.columns[self.key..]).iter().map(|name| format!("left({name}::text, 300)")),
        );
        let (mut conditions, mut values) = (Vec::new(), Vec::new());
        if !filter.is_empty() {
            values.push(format!("%{filter}%"));
            let searched = self.columns.iter().filter(|column| column.searched);
            let tests: Vec<_> =
                searched.map(|column| format!("t.{}::text ILIKE $1", column.name)).collect();
            conditions.push(format!("({})", tests.join(" OR ")));
        }
        if let From::After(row) | From::Before(row) = from {
            let mut bounds = Vec::new();
            for (column, value) in key.iter().zip(row) {
                values.extend(value.clone());
                bounds.push(format!("${}::{}", values.len(), column.type_name));
            }
            let sign = if matches!(from, From::After(_)) { ">" } else { "<" };
            conditions.push(format!("({}) {sign} ({})", names(key).join(", "), bounds.join(", ")));
        }
        let filter = if conditions.is_empty() { "" } else { " WHERE " };
        let down = if matches!(from, From::End | From::Before(_)) { " DESC" } else { "" };
        let order: Vec<_> = names(key).iter().map(|key| format!("{key}{down}")).collect();
        let statement = format!(
            "SELECT {} FROM {} t{filter}{} ORDER BY {} LIMIT 200",
            columns.join(", "),
            self.name,
            conditions.join(" AND "),
            order.join(", ")
        );
        (statement, values)
    }
}
