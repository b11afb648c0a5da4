//! Takes a snapshot: the rules, as the operator reads them, and what one identity reaches.

use std::sync::Arc;

use serde::Deserialize;

use super::{Access, Granted, PolicyRules, SAMPLE, TableRules};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, Run, Sql, Trial, sql::join},
    question::Question,
    rls::{
        catalog::RowSecurity,
        explain::whom,
        gate::{Set, Statement},
        masked, scope,
        subject::Subject,
    },
};

/// What are the rules of the tables?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules;

#[derive(Deserialize)]
struct GrantCell {
    role: String,
    privileges: Vec<String>,
}

impl Question for Rules {
    type Answer = Vec<TableRules>;

    /// The observer is asked, whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<TableRules>, Problem> {
        let mut sql = Sql::new(
            "SELECT r.relation, r.owner, r.rls, r.grants::text, r.policies::text FROM (\n",
        );
        sql.push(include_str!("../sql/rules.sql")).push(") r ORDER BY r.relation COLLATE \"C\"");
        let rows = database.door.read(&Identity::Observer, &sql, &run).await?.rows;
        rows.into_iter()
            .map(|row| {
                let cells: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
                let [table, owner, rls, grants, policies] = <[String; 5]>::try_from(cells)
                    .map_err(|_| Problem::bug("the catalog told other columns than were asked"))?;
                let unread = |error: serde_json::Error| {
                    Problem::bug(format!("the catalog's answer cannot be read: {error}"))
                };
                let grants: Vec<GrantCell> = serde_json::from_str(&grants).map_err(unread)?;
                let grants = grants
                    .into_iter()
                    .map(|it| Granted { role: it.role, privileges: it.privileges })
                    .collect();
                let policies: Vec<PolicyRules> = serde_json::from_str(&policies).map_err(unread)?;
                Ok(TableRules { table, owner, rls, grants, policies })
            })
            .collect()
    }
}

/// What does the identity that asks reach?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach;

impl Question for Reach {
    type Answer = Vec<Access>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Access>, Problem> {
        let who = whom(&database, &identity, &run).await?;
        let user = if who.person.is_none() && who.settings.is_empty() {
            format!("{} (no setting made)", who.role)
        } else {
            who.label().to_owned()
        };
        let mut trial = database.door.trial(&who, &run).await?;
        let mut found = Vec::new();
        for table in scope::tables(&database, &run).await? {
            let subject =
                Subject::open(&mut trial, &database, &table.name, &who.role, &run).await?;
            let secret =
                subject.catalog.table.key.iter().any(|it| database.is_secret(&table.name, it));
            let entries = of_table(&mut trial, &subject, secret).await?;
            let name = table.name.to_string();
            found.extend(entries.into_iter().map(|entry| Access {
                user: user.clone(),
                role: who.role.clone(),
                table: name.clone(),
                ..entry
            }));
        }
        trial.end().await?;
        Ok(found)
    }
}

async fn of_table(
    trial: &mut Trial<'_>,
    subject: &Subject,
    secret: bool,
) -> Result<Vec<Access>, Problem> {
    let access = &subject.catalog.table.access;
    let rights = access.rights;
    let reads = access.usage && rights.select;
    let allowed = [
        ("select", reads, Statement::Select),
        ("update", reads && rights.update, Statement::Update),
        ("delete", reads && rights.delete, Statement::Delete),
    ];
    let entry = |command: &str, state: &str| Access {
        user: String::new(),
        role: String::new(),
        table: String::new(),
        command: command.to_owned(),
        state: state.to_owned(),
        count: 0,
        digest: "0".to_owned(),
        sample: Vec::new(),
    };
    let mut entries = Vec::new();
    for (command, may, statement) in allowed {
        if !may {
            entries.push(entry(command, "denied"));
            continue;
        }
        match trial.act(&counted(subject, statement, secret)).await? {
            Ok(rows) => {
                let cells = rows.rows.into_iter().next().unwrap_or_default();
                let text = |at: usize| cells.get(at).cloned().flatten();
                let sample = text(2).and_then(|text| serde_json::from_str(&text).ok());
                entries.push(Access {
                    count: text(0).and_then(|it| it.parse().ok()).unwrap_or_default(),
                    digest: text(1).unwrap_or_else(|| "0".to_owned()),
                    sample: sample.unwrap_or_default(),
                    ..entry(command, "rows")
                });
            }
            Err(problem) if problem.kind == Kind::Cancelled => return Err(problem),
            Err(problem) => {
                let denied = problem.kind == Kind::Permission;
                entries.push(entry(command, if denied { "denied" } else { "error" }));
            }
        }
    }
    Ok(entries)
}

/// Counts the rows that `statement` reaches; what SELECT hides, the server hides here too.
fn counted(subject: &Subject, statement: Statement, secret: bool) -> Sql {
    let table = &subject.catalog.table;
    let mut key = Sql::new("pg_catalog.concat_ws(',', ");
    let names = crate::rls::row::key_names(&table.key);
    let parts: Vec<Sql> = names
        .iter()
        .map(|name| {
            let mut part = Sql::default();
            part.ident(&table.name.name).push(".").ident(name).push("::pg_catalog.text");
            part
        })
        .collect();
    key.append(&join(&parts, ", ")).push(")");
    let mut sql = Sql::new(
        "SELECT pg_catalog.count(*)::pg_catalog.text, coalesce(pg_catalog.sum(v.h), 0)::pg_catalog.text, \
        coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(v.h, v.k) ORDER BY v.h) FILTER (WHERE v.place <= ",
    );
    sql.number(SAMPLE as u64).push("), '[]')::pg_catalog.text FROM (SELECT w.h, w.k, pg_catalog.row_number() OVER (ORDER BY w.h) AS place FROM (SELECT ");
    sql.push("('x' || pg_catalog.left(pg_catalog.md5(")
        .append(&key)
        .push("), 12))::pg_catalog.bit(48)::pg_catalog.int8 AS h, ");
    if secret {
        sql.bind(Some(masked::MASK), "pg_catalog.text");
    } else {
        sql.append(&key);
    }
    sql.push(" AS k FROM ").relation(&table.name).push(" AS ").ident(&table.name.name);
    if table.access.row_security == RowSecurity::On {
        let sets = [(Statement::Update, Set::UpdateUsing), (Statement::Delete, Set::Delete)];
        if let Some((_, set)) = sets.into_iter().find(|(it, _)| *it == statement) {
            let examination = subject.examine(statement, &[]);
            let condition = examination.condition(&subject.catalog.combination(set));
            sql.push(" WHERE ").append(&condition);
        }
    }
    sql.push(") w) v");
    sql
}
