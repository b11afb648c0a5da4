//! Which columns of an answer may hold a secret, and therefore are not shown.
//!
//! A column that is a secret column as it stands is known by its origin, which the server tells. What is made of columns has no origin: it counts as a
//! secret wherever the statement names a table that has one, unless it is a number, a time or a truth value, or the parse shows that it is made of other
//! columns. A view over such a table counts as made of all of it, and samples of values that the server keeps count as secrets. What a function returns,
//! nobody can tell. A condition on a secret is no secret: who may type SQL may compare; this keeps secrets off screens and out of files, not from whoever
//! is out to guess them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    database::Database,
    pg::{Head, Identity, Problem, Run, Sql, Target, Typed},
};

/// Types that hold no secret: truth values, numbers, instants, and ids of the server's own (`pg_type.dat`).
const HARMLESS: [u32; 14] = [16, 20, 21, 23, 26, 700, 701, 790, 1082, 1083, 1114, 1184, 1266, 1700];

/// The secrets of a database, as its catalog knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Secrets {
    /// Secret columns by relation and number, with what people call them.
    columns: BTreeMap<(u32, i16), String>,
    /// Their names.
    names: BTreeSet<String>,
    /// Names of relations that have one, and of views over them.
    relations: BTreeSet<String>,
    /// The views.
    views: BTreeMap<u32, String>,
}

impl Secrets {
    /// Those that the mapping of `database` names.
    pub(super) async fn of(database: &Database, run: &Run) -> Result<Self, Problem> {
        let named = database.mapping.as_ref().map_or(&[][..], |it| it.secrets.as_slice());
        if named.is_empty() {
            return Ok(Self::default());
        }
        let list = |part: &dyn Fn(&crate::pg::ColumnName) -> &str| {
            named.iter().map(|it| Some(part(it).to_owned())).collect::<Vec<_>>()
        };
        let mut columns = Sql::new("SELECT s.* FROM (");
        columns
            .push(include_str!("sql/descendants.sql"))
            .push(") s JOIN ROWS FROM (pg_catalog.unnest(")
            .bind_list(&list(&|it| &it.relation.schema), "pg_catalog.text[]")
            .push("), pg_catalog.unnest(")
            .bind_list(&list(&|it| &it.relation.name), "pg_catalog.text[]")
            .push("), pg_catalog.unnest(")
            .bind_list(&list(&|it| &it.column), "pg_catalog.text[]")
            .push(")) w (schema, relation, column_name) USING (schema, relation, column_name)\nUNION ALL\n")
            // What is secret in a table is so in what the server knows of its values, and it has secrets of its own.
            .push(include_str!("sql/servers_own.sql"));
        let columns = database.door.read(&Identity::Observer, &columns, run).await?;
        let mut secrets = Self::default();
        let mut oids = BTreeSet::new();
        for row in &columns.rows {
            let [Some(schema), Some(relation), Some(column), Some(called), Some(oid), Some(number)] =
                row.as_slice()
            else {
                return Err(Problem::bug("a column without a name"));
            };
            let key = oid.parse().ok().zip(number.parse().ok());
            let key = key.ok_or_else(|| Problem::bug("a column without a number"))?;
            secrets.columns.insert(key, format!("{schema}.{relation}.{column}"));
            secrets.names.insert(column.clone());
            secrets.relations.insert(called.clone());
            oids.insert(oid.clone());
        }
        secrets.find_views(oids, database, run).await?;
        Ok(secrets)
    }

    async fn find_views(
        &mut self,
        oids: BTreeSet<String>,
        database: &Database,
        run: &Run,
    ) -> Result<(), Problem> {
        let oids: Vec<_> = oids.into_iter().map(Some).collect();
        let mut views = Sql::new("SELECT DISTINCT v.oid, v.name FROM (");
        views
            .push(include_str!("sql/views.sql"))
            .push(") v WHERE v.relation OPERATOR(pg_catalog.=) ANY (")
            .bind_list(&oids, "pg_catalog.text[]")
            .push(")");
        let views = database.door.read(&Identity::Observer, &views, run).await?;
        for row in &views.rows {
            let [Some(oid), Some(name)] = row.as_slice() else {
                return Err(Problem::bug("a view without a name"));
            };
            let oid = oid.parse().map_err(|_| Problem::bug("a view without a number"))?;
            self.views.insert(oid, name.clone());
            self.relations.insert(name.clone());
        }
        Ok(())
    }

    /// Whether the statement names a relation that has a secret.
    pub(super) fn touched(&self, typed: &Typed) -> bool {
        !self.relations.is_disjoint(&typed.reading().names)
    }

    /// Why each of the columns `heads` of the answer to `typed` is not shown; `None` for those that are.
    pub(super) fn judge(&self, typed: &Typed, heads: &[Head]) -> Vec<Option<String>> {
        let touched = self.touched(typed);
        heads
            .iter()
            .enumerate()
            .map(|(index, head)| match head.origin {
                Some(origin) => self.by_origin(origin, head),
                None if !touched || HARMLESS.contains(&head.type_oid) => None,
                None if self.is_clean(typed, index, heads.len()) => None,
                None => Some("it may be made of a secret".to_owned()),
            })
            .collect()
    }

    fn by_origin(&self, origin: (u32, i16), head: &Head) -> Option<String> {
        if let Some(column) = self.columns.get(&origin) {
            return Some(format!("it is `{column}`"));
        }
        let view = self.views.get(&origin.0).filter(|_| !HARMLESS.contains(&head.type_oid))?;
        Some(format!("what the view `{view}` makes it of cannot be told"))
    }

    /// Whether the parse shows that no secret is in the column `index` of `count`.
    fn is_clean(&self, typed: &Typed, index: usize, count: usize) -> bool {
        let reading = typed.reading();
        let clean = |target: &Target| {
            if target.names.is_empty() && !target.star {
                return true;
            }
            // A name means the same everywhere only where nothing is called anew; a relation's own name is its whole row.
            reading.plain
                && !target.star
                && target.names.is_disjoint(&self.names)
                && target.bare.is_disjoint(&reading.sources)
                && self.views.values().all(|view| !reading.names.contains(view))
        };
        // A star is several columns, and then nobody knows which is which.
        if reading.targets.len() == count && reading.targets.iter().all(|it| !it.star) {
            return reading.targets.get(index).is_some_and(clean);
        }
        !reading.targets.is_empty()
            && reading.targets.iter().all(|it| it.star || clean(it))
            && reading.plain
            && self.names.is_disjoint(&reading.names)
            && typed.called().is_empty()
    }
}

/// What the server said, without the values in it that the statement did not bring along itself.
pub(super) fn veiled(problem: &Problem, typed: &Typed) -> String {
    let message = problem.summary.as_str();
    let told = problem.without_values();
    if told != message {
        // The value between the outermost quotes, whatever is in it.
        let own = message.find('"').zip(message.rfind('"'));
        let own = own.is_some_and(|(first, last)| {
            message.get(first + 1..last).is_some_and(|value| typed.text().contains(value))
        });
        return if own { message.to_owned() } else { told.into_owned() };
    }
    let mut veiled = String::new();
    for (index, part) in message.split('"').enumerate() {
        let quoted = index % 2 == 1;
        if index > 0 {
            veiled.push('"');
        }
        veiled.push_str(if quoted && !typed.text().contains(part) { "…" } else { part });
    }
    veiled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `users (1, id; 2, password)` with the view `people` over it.
    fn secrets() -> Secrets {
        Secrets {
            columns: BTreeMap::from([((1, 2), "public.users.password".to_owned())]),
            names: BTreeSet::from(["password".to_owned()]),
            relations: BTreeSet::from(["users".to_owned(), "people".to_owned()]),
            views: BTreeMap::from([(9, "people".to_owned())]),
        }
    }

    fn head(type_oid: u32, origin: Option<(u32, i16)>) -> Head {
        Head { name: "c".to_owned(), type_oid, origin }
    }

    /// Which columns of text without an origin are shown.
    fn shown(text: &str, count: usize) -> Vec<bool> {
        let heads = vec![head(25, None); count];
        let judged = secrets().judge(&Typed::read(text).unwrap(), &heads);
        judged.iter().map(Option::is_none).collect()
    }

    #[test]
    fn a_secret_column_is_known_by_its_origin_whatever_it_is_called() {
        let typed = Typed::read("select password as p, id from users").unwrap();
        let judged = secrets().judge(&typed, &[head(25, Some((1, 2))), head(25, Some((1, 1)))]);
        assert_eq!(judged, [Some("it is `public.users.password`".to_owned()), None]);
    }

    #[test]
    fn what_is_made_of_a_secret_is_not_shown_however_it_is_made() {
        for text in [
            "select password || '' from users",
            "select upper(u.password) from users u",
            "select \"password\"::text from users",
            "select to_json(u) from users u",
            "select users from users",
            "select u::text from users u",
            "select json_agg(u.*) from users u",
            "select x || '' from (select password as x from users) s",
            "select c || '' from users u(a, b, c)",
            "with s as (select * from users) select s::text from s",
            "with s(a, b) as (table users) select b || '' from s",
            "select (select max(password) from users)",
            "select max(password) from users union select 'x'",
            "values ((select password from users))",
            "select (array_agg(password))[1] from users",
            "select h || '' from people",
            "select * from users, lateral upper(password) x",
        ] {
            assert_eq!(shown(text, 1), [false], "{text}");
        }
    }

    #[test]
    fn what_is_made_of_other_columns_is_shown() {
        for text in [
            "select lower(email) from users",
            "select 'x' || u.email from users u where password is not null",
            "select version() from users",
            "select max(email) from users group by org",
            "select lower(password) from others",
        ] {
            assert_eq!(shown(text, 1), [true], "{text}");
        }
        assert_eq!(shown("select lower(email), lower(password) from users", 2), [true, false]);
        let typed = Typed::read("select count(*) from (select * from users) s").unwrap();
        assert_eq!(secrets().judge(&typed, &[head(20, None)]), [None]);
    }

    #[test]
    fn an_error_repeats_no_value_that_the_statement_did_not_name() {
        let typed = Typed::read("select password::int from users where email = 'a'").unwrap();
        let veiled = |code: &str, message: &str| {
            let problem = Problem { sqlstate: Some(code.to_owned()), ..Problem::usage(message) };
            super::veiled(&problem, &typed)
        };
        for value in ["$2b$12$abc", "a\"$2b$12$abc\"a"] {
            let message = format!("invalid input syntax for type integer: \"{value}\"");
            let told = "invalid input syntax for type integer: \"…\"";
            assert_eq!(veiled("22P02", &message), told);
        }
        for (code, message) in [
            ("42703", "column \"password\" does not exist"),
            ("22P02", "invalid input syntax for type integer: \"a\""),
        ] {
            assert_eq!(veiled(code, message), message);
        }
    }
}
