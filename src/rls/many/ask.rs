//! The statement that asks how many rows of one table pass: for classes of identities at once, or for one as it stands.
//!
//! Where something may raise, the text stays as the policy has it: what is evaluated first matters then.

use super::{
    Class, Classes,
    count::{By, Passing, View, Wanted},
    look::Look,
    looked::{Column, Condensed, Looked},
    names::Names,
    plan::{Plan, told_of},
    signature::{Fact, Signatures, Worth},
};
use crate::{
    list::TypeName,
    pg::{Deparsed, Problem, Row, Sql, Trial, sql::join},
    rls::catalog::Table,
};

/// What is asked about one table.
pub(super) struct Ask<'a> {
    pub(super) view: View<'a>,
    pub(super) plan: &'a Plan,
    pub(super) wanted: Wanted<'a>,
    pub(super) signatures: &'a Signatures,
    pub(super) rows: Rows<'a>,
}

/// The rows that are asked about.
pub(super) enum Rows<'a> {
    /// By their own columns.
    Own(&'a Classes),
    /// With those of other tables.
    Looked(&'a Looked, Condensed),
}

impl Rows<'_> {
    fn all(&self) -> &[Class] {
        match self {
            Self::Own(classes) => &classes.all,
            Self::Looked(_, condensed) => &condensed.all,
        }
    }

    /// The columns by which they are told apart, each with what it is called and its type.
    fn columns<'t>(
        &'t self,
        table: &'t Table,
        names: &Names,
    ) -> Vec<(usize, String, Option<&'t TypeName>)> {
        let own = |name: &String| Some(&table.attribute(name)?.type_name);
        match self {
            Self::Own(classes) => {
                let columns = classes.columns.iter().enumerate();
                columns.map(|(at, name)| (at, name.clone(), own(name))).collect()
            }
            Self::Looked(looked, condensed) => {
                let columns = condensed.columns.iter().enumerate();
                let of = |column: &Column| Some(&looked.attribute(table, column)?.type_name);
                columns.map(|(at, column)| (at, column.name(names), of(column))).collect()
            }
        }
    }
}

impl Ask<'_> {
    /// Whether all facts about an identity are there.
    pub(super) fn is_known(&self, at: usize) -> bool {
        self.plan
            .facts
            .iter()
            .all(|fact| matches!(self.signatures.worth(fact, at), Some(Worth::Value(_))))
    }

    /// Whether some fact about an identity cannot be had.
    pub(super) fn fails(&self, at: usize) -> bool {
        let worth = |fact| self.signatures.worth(fact, at);
        self.plan.facts.iter().any(|fact| matches!(worth(fact), Some(Worth::Error(_)) | None))
    }

    fn names(&self) -> Names {
        let table = self.view.table;
        let columns = table.attributes.iter().map(|it| it.name.as_str());
        let formulas = self.wanted.formulas();
        let texts = formulas.iter().flat_map(|formula| formula.expressions());
        let looks = match &self.rows {
            Rows::Looked(looked, _) => looked.looks.iter().flat_map(Look::all).collect(),
            Rows::Own(_) => Vec::new(),
        };
        let behind = looks.into_iter().flat_map(Look::texts);
        let texts: Vec<&str> = texts
            .map(Deparsed::as_str)
            .chain(columns)
            .chain([&*table.name.name])
            .chain(behind)
            .collect();
        Names::beside(texts.into_iter())
    }

    fn condition(&self, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        self.but_not(self.wanted.formula.condition(write), write)
    }

    fn but_not(&self, condition: Sql, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        let Some(other) = self.wanted.but_not else { return condition };
        let mut sql = Sql::new("(");
        sql.append(&condition).push(") AND (").append(&other.condition(write));
        sql.push(") IS NOT TRUE");
        sql
    }

    /// What tells the rows apart, for the class at `at`.
    fn key(&self, at: usize) -> Option<String> {
        match self.wanted.by {
            By::Nothing => None,
            By::Label => self.rows.all().get(at)?.label.clone(),
            By::Class => Some(at.to_string()),
        }
    }

    /// Joins the classes of identities `some`, whose first members are `first`, with those of the rows.
    pub(super) async fn join(
        &self,
        trial: &mut Trial<'_>,
        some: &[usize],
        first: &[usize],
        found: &mut [Option<Result<Passing, Problem>>],
    ) -> Result<(), Problem> {
        if some.is_empty() {
            return Ok(());
        }
        let names = self.names();
        let (users, rows) = (names.sql("users"), names.sql("classes"));
        let mut sql = Sql::new("WITH ");
        sql.append(&users).push(" AS MATERIALIZED (").append(&self.users(&names, some, first));
        sql.push("), ").append(&rows).push(" AS MATERIALIZED (").append(&self.rows(&names));
        sql.push(") SELECT ").append(&users).push(".").append(&names.sql("user"));
        sql.push("::pg_catalog.text, ").append(&names.sql("key")).push(", pg_catalog.sum(");
        sql.append(&names.sql("rows")).push(")::pg_catalog.text FROM ").append(&users);
        sql.push(" CROSS JOIN ").append(&rows).push(" AS ");
        sql.ident(&self.view.table.name.name);
        if let Rows::Looked(_, condensed) = &self.rows {
            // What is told of other rows keeps a name of its own, whatever stands around it.
            let others = condensed.columns.iter().filter(|it| !matches!(it, Column::Own(_)));
            let others = others.map(|column| {
                let mut sql = Sql::default();
                sql.ident(&self.view.table.name.name).push(".").ident(&column.name(&names));
                sql
            });
            sql.push(" CROSS JOIN LATERAL (SELECT ");
            sql.append(&join(&others.collect::<Vec<_>>(), ", "));
            sql.push(") AS ").append(&told_of(&names));
        }
        sql.push(" WHERE ");
        let fact = |fact: &Fact| {
            let at = self.plan.facts.iter().position(|it| it == fact)?;
            let mut sql = users.clone();
            sql.push(".").append(&names.sql(&format!("fact_{at}")));
            Some(sql)
        };
        sql.append(&self.condition(&|text| self.plan.write(&names, text, &fact)));
        sql.push(" GROUP BY 1, 2");
        // What cannot be said for all of them at once may be said for each.
        let Ok(answer) = trial.act(&sql).await? else { return Ok(()) };
        for class in some {
            found[*class] = Some(Ok(Passing::new()));
        }
        for mut row in answer.rows {
            let rest = row.split_off(1.min(row.len()));
            let class = row.pop().flatten().and_then(|text| text.parse::<usize>().ok());
            match class.and_then(|class| found.get_mut(class)) {
                Some(Some(Ok(passes))) => passes.push(passing(rest)?),
                Some(_) | None => return Err(unasked()),
            }
        }
        Ok(())
    }

    /// The facts about classes of identities.
    fn users(&self, names: &Names, some: &[usize], first: &[usize]) -> Sql {
        let numbers: Vec<_> = some.iter().map(|class| Some(class.to_string())).collect();
        let mut lists = vec![list(&numbers, "pg_catalog.int4[]")];
        let mut columns = vec![names.sql("user")];
        let mut selected = vec![names.sql("user")];
        for (at, fact) in self.plan.facts.iter().enumerate() {
            let values: Vec<Option<String>> = some
                .iter()
                .map(|class| match self.signatures.worth(fact, first[*class]) {
                    Some(Worth::Value(value)) => value.as_deref().map(str::to_owned),
                    Some(Worth::Error(_) | Worth::Long) | None => None,
                })
                .collect();
            let name = names.sql(&format!("fact_{at}"));
            let mut typed = Sql::new("(");
            typed.append(&name).push(")::");
            if let Some(type_name) = self.signatures.type_of(fact) {
                typed.relation(type_name);
            }
            typed.push(" AS ").append(&name);
            lists.push(list(&values, "pg_catalog.text[]"));
            columns.push(name);
            selected.push(typed);
        }
        side_by_side(&selected, &lists, &columns, names)
    }

    /// The classes of rows, with the columns that count.
    fn rows(&self, names: &Names) -> Sql {
        let all = self.rows.all();
        let counts: Vec<_> = all.iter().map(|it| Some(it.rows.to_string())).collect();
        let keys: Vec<_> = (0..all.len()).map(|at| self.key(at)).collect();
        let mut lists = vec![list(&counts, "pg_catalog.int8[]"), list(&keys, "pg_catalog.text[]")];
        let mut columns = vec![names.sql("rows"), names.sql("key")];
        let mut selected = columns.clone();
        for (at, name, type_name) in self.rows.columns(self.view.table, names) {
            let values: Vec<_> =
                all.iter().map(|class| class.values.get(at).cloned().flatten()).collect();
            lists.push(list(&values, "pg_catalog.text[]"));
            let mut column = Sql::default();
            column.ident(&name);
            let mut typed = Sql::new("(");
            typed.append(&column).push(")::");
            match type_name {
                Some(type_name) => typed.relation(type_name),
                None => typed.push("pg_catalog.bool"),
            };
            typed.push(" AS ").append(&column);
            columns.push(column);
            selected.push(typed);
        }
        side_by_side(&selected, &lists, &columns, names)
    }

    /// The same for one identity, which the session is: the policies' own text over the rows that stand for their classes.
    pub(super) fn alone(&self, classes: &Classes, known: bool) -> Sql {
        let (names, table) = (self.names(), self.view.table);
        let rows: Vec<_> =
            classes.all.iter().map(|class| Some(classes.row(table, class))).collect();
        let counts: Vec<_> = classes.all.iter().map(|it| Some(it.rows.to_string())).collect();
        let keys: Vec<_> = (0..classes.all.len()).map(|at| self.key(at)).collect();
        let lists = [
            list(&rows, "pg_catalog.text[]"),
            list(&counts, "pg_catalog.int8[]"),
            list(&keys, "pg_catalog.text[]"),
        ];
        let columns = ["row", "rows", "key"].map(|what| names.sql(what));
        let mut sql = Sql::new("SELECT ");
        // What does not look at the row is evaluated once, where it is evaluated at all.
        let fact = |fact: &Fact| {
            let type_name = self.signatures.type_of(fact).filter(|_| known && !fact.is_list)?;
            let mut sql = Sql::new("(SELECT ");
            sql.append(&fact.sql()).push(")::").relation(type_name);
            Some(sql)
        };
        let write = |text: &Deparsed| self.plan.write(&names, text, &fact);
        let mut given = from(&lists, &columns, &names);
        let formula = self.wanted.formula;
        let (filters, checks) = (formula.filtering(&write), formula.checking(&write));
        let last = match (filters, checks) {
            (Some(filters), Some(checks)) => {
                // The checks are for what the filters let pass.
                let mut first = Sql::new("(SELECT ");
                first.append(&names.sql("given")).push(".* FROM ").append(&given);
                first.append(&self.as_row(&names)).push(" WHERE ").append(&filters);
                first.push(" OFFSET 0) AS ").append(&names.sql("given"));
                given = first;
                checks
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => Sql::new("true"),
        };
        sql.append(&names.sql("key")).push(", pg_catalog.sum(").append(&names.sql("rows"));
        sql.push(")::pg_catalog.text FROM ").append(&given).append(&self.as_row(&names));
        sql.push(" WHERE ").append(&self.but_not(last, &write)).push(" GROUP BY 1");
        sql
    }

    /// The row that stands for a class, under the table's own name.
    fn as_row(&self, names: &Names) -> Sql {
        let table = self.view.table;
        let mut sql = Sql::new(" CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[(");
        sql.append(&names.sql("row")).push(")::").relation(table.row_type()).push("]) AS ");
        sql.ident(&table.name.name);
        sql
    }
}

fn list(values: &[Option<String>], type_name: &'static str) -> Sql {
    let mut sql = Sql::new("pg_catalog.unnest(");
    sql.bind_list(values, type_name).push(")");
    sql
}

/// `SELECT … FROM` lists of the same length, side by side.
fn side_by_side(selected: &[Sql], lists: &[Sql], columns: &[Sql], names: &Names) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.append(&join(selected, ", ")).push(" FROM ").append(&from(lists, columns, names));
    sql
}

fn from(lists: &[Sql], columns: &[Sql], names: &Names) -> Sql {
    let mut sql = Sql::new("ROWS FROM (");
    sql.append(&join(lists, ", ")).push(") AS ").append(&names.sql("given")).push("(");
    sql.append(&join(columns, ", ")).push(")");
    sql
}

/// A row of the answer.
pub(super) fn passing(row: Row) -> Result<(Option<String>, u64), Problem> {
    let [key, rows] = <[_; 2]>::try_from(row).map_err(|_| unasked())?;
    let rows = rows.and_then(|text| text.parse().ok()).ok_or_else(unasked)?;
    Ok((key, rows))
}

fn unasked() -> Problem {
    Problem::bug("the server counted for somebody about whom it was not asked")
}
