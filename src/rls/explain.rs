//! The question "why": what an identity can do with certain rows, and by what.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    catalog::{Catalog, RowSecurity},
    check::Check,
    composite,
    gate::Statement,
    label, masked,
    row::Row,
    subject::{Choice, Judged, Subject, equals},
    tree::GateNode,
    turn::{Turn, turns},
    verdict::{Outcome, Verdict},
    why::{Explainer, Names, applies, put_names, sentence, values_beside},
};
use crate::{
    database::Database,
    pg::{Acting, Fence, Identity, Kind, Problem, RelationName, Run, Sql, Trial, sql::join},
    question::Question,
    tables::{ForeignKeys, RelationKind},
};

/// Why can or cannot the identity do something with rows of a table?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explain {
    /// The table or view.
    pub table: RelationName,
    /// Which rows.
    pub choice: Choice,
    /// What is to be done with them.
    pub statement: Statement,
    /// Columns that are given other values: the row as somebody would like to write it.
    pub edits: Vec<(String, Option<String>)>,
    /// Whether the real statement is tried too.
    pub check: Check,
    /// How many rows at most.
    pub most: u64,
}

/// Whether there is such a row at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It is there.
    There,
    /// The operator, from whom nothing is hidden, does not find it either.
    Absent,
    /// Behind a view nobody but the one who asks can look.
    Unknown,
}

/// A policy of the table that does not count for this question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Idle {
    /// Its name.
    pub policy: String,
    /// Its command.
    pub command: &'static str,
    /// Why it does not count.
    pub because: String,
}

/// A table behind a view, and whether its policies count there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Through {
    /// The table.
    pub table: String,
    /// With whose rights it is read.
    pub role: String,
    /// Whether its policies count.
    pub row_security: RowSecurity,
}

/// A value of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The column.
    pub column: String,
    /// Its value; absent where it is secret too.
    pub value: Option<String>,
    /// Whether it must not be shown.
    pub secret: bool,
    /// Whether the server computes it.
    pub computed: bool,
}

/// The answer about one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The key of the row; empty where none was found.
    pub key: Map<String, Json>,
    /// What was to be done.
    pub command: Statement,
    /// As which role.
    pub role: String,
    /// As which user.
    pub user: Option<String>,
    /// Whether the row is there.
    pub presence: Presence,
    /// One sentence that says it all.
    pub because: String,
    /// What would happen, by the catalog.
    pub predicted: Option<Outcome>,
    /// What the real statement did; absent where it was not tried.
    pub actual: Option<Outcome>,
    /// Whether they agree.
    pub agrees: Option<bool>,
    /// The server's code, where it refuses.
    pub sqlstate: Option<String>,
    /// What the server says.
    pub message: Option<String>,
    /// Why the verdict may not be the last word.
    pub label: Option<String>,
    /// Whether policies count.
    pub row_security: RowSecurity,
    /// Whom the table belongs to.
    pub owner: String,
    /// What the role may do with the table before any policy is asked.
    pub rights: super::catalog::Rights,
    /// How strong the fence was behind which it was found out.
    pub fence: String,
    /// The gates that the statement consults, each with its policies.
    pub gates: Vec<GateNode>,
    /// What single change would turn the verdict.
    pub turns: Vec<Turn>,
    /// Policies of the table that do not count for this question.
    pub idle: Vec<Idle>,
    /// What the real statement said where it failed.
    pub actual_message: Option<String>,
    /// The server's code for that.
    pub actual_sqlstate: Option<String>,
    /// The row as it is, to be edited; nothing that a ticket needs.
    #[serde(skip)]
    pub row: Vec<Cell>,
    /// The tables behind a view.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Through>,
}

impl Question for Explain {
    type Answer = Vec<Why>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Why>, Problem> {
        let acting = whom(&database, &identity, &run).await?;
        let mut trial = database.door.trial(&acting, &run).await?;
        let subject = Subject::open(&mut trial, &database, &self.table, &acting.role, &run).await?;
        let fence = database.door.fence().await?;
        let answer = if subject.catalog.table.is_plain() {
            self.of_rows(&mut trial, &database, &subject, fence, &run).await?
        } else {
            vec![self.of_view(&mut trial, &database, &subject, fence, &run).await?]
        };
        trial.end().await;
        Ok(answer)
    }
}

/// Whom the question concerns, with the search path that a login of the role would have.
pub(crate) async fn whom(
    database: &Database,
    identity: &Identity,
    run: &Run,
) -> Result<Arc<Acting>, Problem> {
    let Identity::Acting(acting) = identity else {
        return Err(Problem::usage(
            "nobody is said to ask, and the operator is subject to no policy",
        )
        .hint("say as whom: `--as USER`, or `--role ROLE` with `--set NAME=VALUE`"));
    };
    if acting.search_path.is_some() {
        return Ok(Arc::clone(acting));
    }
    let statement = super::catalog::search_path_statement(&acting.role);
    let found = database.door.read(&Identity::Observer, &statement, run).await?;
    let path = found.scalar().map(str::to_owned);
    Ok(Arc::new(Acting { search_path: path, ..Acting::clone(acting) }))
}

impl Explain {
    async fn of_rows(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        fence: Fence,
        run: &Run,
    ) -> Result<Vec<Why>, Problem> {
        let rows = subject.rows(trial, &self.choice, self.most).await?;
        if rows.is_empty() {
            return Ok(vec![self.absent(trial, subject, fence)]);
        }
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(self.of_row(trial, database, subject, row, fence, run).await?);
        }
        Ok(found)
    }

    async fn of_row(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        row: &Row,
        fence: Fence,
        run: &Run,
    ) -> Result<Why, Problem> {
        let edits: &[_] = if self.statement.makes_new() { &self.edits } else { &[] };
        let new = subject.edited(trial, row, self.statement, edits).await?;
        let (old, new) = (
            Some(row).filter(|_| self.statement.needs_old()),
            Some(&new).filter(|_| self.statement.makes_new()),
        );
        let edited: Vec<String> = edits.iter().map(|(name, _)| name.clone()).collect();
        let check = self.check.covers(self.statement);
        let judged = subject.judge(trial, self.statement, &[(old, new)], &edited, check).await?;
        let judged =
            judged.into_iter().next().ok_or_else(|| Problem::bug("a row was not judged"))?;
        let secrets = secrets(database, subject);
        let explainer = Explainer { subject, statement: self.statement, secrets: &secrets };
        let mut gates = if judged.predicted.whole_statement && missing_schema(&judged.predicted) {
            Vec::new()
        } else {
            explainer.gates(trial, old, new).await?
        };
        name_keys(trial, database, subject, &mut gates, run).await?;
        let catalog = &subject.catalog;
        let key = row.key.iter().map(|(name, value)| {
            let secret = database.is_secret(&catalog.table.name, name);
            let shown = value.as_deref().map(|value| if secret { masked::MASK } else { value });
            (name.clone(), shown.map_or(Json::Null, Json::from))
        });
        let tell = |problem: &Problem| {
            masked::message(
                problem,
                !secrets.is_empty()
                    && problem
                        .sqlstate
                        .as_deref()
                        .is_some_and(|code| code.starts_with("22") || code.starts_with("23")),
            )
        };
        let failed = judged.actual.as_ref().and_then(|actual| actual.problem.as_ref());
        let mut labels = judged.labels.clone();
        labels.extend(disagreement(&judged));
        Ok(Why {
            key: key.collect(),
            presence: Presence::There,
            because: sentence(catalog, self.statement, &judged, &gates),
            predicted: Some(judged.predicted.outcome),
            actual: judged.actual.as_ref().map(|actual| actual.outcome),
            agrees: judged.agrees,
            sqlstate: judged.predicted.sqlstate().map(str::to_owned),
            message: judged.predicted.problem.as_ref().map(tell),
            actual_message: failed.map(tell),
            actual_sqlstate: failed.and_then(|problem| problem.sqlstate.clone()),
            row: cells(database, subject, row),
            label: joined(&labels),
            turns: turns(&gates),
            idle: self.idle(catalog),
            gates,
            ..self.absent(trial, subject, fence)
        })
    }

    /// The answer where there is no such row.
    fn absent(&self, trial: &Trial<'_>, subject: &Subject, fence: Fence) -> Why {
        let table = &subject.catalog.table;
        Why {
            schema: table.name.schema.clone(),
            table: table.name.name.clone(),
            key: Map::new(),
            command: self.statement,
            role: trial.acting().role.clone(),
            user: trial.acting().person.as_ref().map(|person| person.label.clone()),
            presence: Presence::Absent,
            because:
                "there is no such row, not even for the operator, from whom no policy hides one"
                    .to_owned(),
            predicted: None,
            actual: None,
            agrees: None,
            sqlstate: None,
            message: None,
            label: None,
            row_security: table.access.row_security,
            owner: table.owner.clone(),
            rights: table.access.rights,
            fence: fence.to_string(),
            gates: Vec::new(),
            turns: Vec::new(),
            idle: Vec::new(),
            actual_message: None,
            actual_sqlstate: None,
            row: Vec::new(),
            through: Vec::new(),
        }
    }

    /// Policies that do not count here, and why.
    fn idle(&self, catalog: &Catalog) -> Vec<Idle> {
        let gates = self.statement.gates();
        let because = |policy: &super::catalog::Policy| {
            if catalog.table.access.row_security != RowSecurity::On {
                return Some(catalog.table.access.row_security.sentence().to_owned());
            }
            if !policy.is_for_role() {
                return Some(applies(catalog, policy));
            }
            if !gates.iter().any(|gate| policy.is_for(gate.set)) {
                return Some(format!("it is for {} alone", policy.command_name()));
            }
            let skipped = gates
                .iter()
                .all(|gate| !policy.is_for(gate.set) || policy.expression(gate.set).is_none());
            skipped
                .then(|| "it has no expression for this command, so the server skips it".to_owned())
        };
        let idle = catalog.policies.iter().filter_map(|policy| {
            let because = because(policy)?;
            Some(Idle { policy: policy.name.clone(), command: policy.command_name(), because })
        });
        idle.collect()
    }

    /// What can be said about rows of a view: what the server shows of them, and with whose rights it reads the tables behind it.
    async fn of_view(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        fence: Fence,
        run: &Run,
    ) -> Result<Why, Problem> {
        let table = &subject.catalog.table;
        if self.statement != Statement::Select {
            return Err(Problem::usage(format!(
                "only `--command select` is explained for what is no table: {}",
                table.name
            ))
            .hint("ask about the tables that it reads"));
        }
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.relation(&table.name).push(" AS t");
        match &self.choice {
            Choice::All => {}
            Choice::Where(condition) => {
                sql.push(" WHERE ").append(condition);
            }
            Choice::Columns(values) => {
                let values = values.iter().map(|(name, value)| (name, value));
                sql.push(" WHERE ").append(&equals(table, values)?);
            }
            Choice::Key(_) => {
                return Err(Problem::usage(format!("it has no key: {}", table.name))
                    .hint("choose rows with `--where`"));
            }
        }
        sql.push(" LIMIT 1");
        let said = trial.act(&sql).await?;
        let actual = match &said {
            Ok(rows) if rows.rows.is_empty() => Verdict::plain(Outcome::Filtered),
            Ok(_) => Verdict::plain(Outcome::Allowed),
            Err(problem) => Verdict::failed(problem.clone()),
        };
        let role = if table.invoker || table.kind != RelationKind::View {
            trial.acting().role.clone()
        } else {
            table.owner.clone()
        };
        let mut through = Vec::new();
        for name in &table.reads {
            let relation = database.relation(&name.parse()?, run).await?;
            let read = Catalog::read(trial, &relation, &role).await?;
            through.push(Through {
                table: name.clone(),
                role: role.clone(),
                row_security: read.table.access.row_security,
            });
        }
        let because = match actual.outcome {
            Outcome::Allowed => "such a row is visible through it".to_owned(),
            Outcome::Filtered => "no such row is visible through it; whether one is hidden, the tables behind it tell".to_owned(),
            Outcome::Refused | Outcome::Error => said.as_ref().err().map(|problem| problem.summary.clone()).unwrap_or_default(),
        };
        Ok(Why {
            presence: Presence::Unknown,
            because,
            actual: Some(actual.outcome),
            sqlstate: actual.sqlstate().map(str::to_owned),
            message: actual.problem.as_ref().map(|problem| problem.summary.clone()),
            label: joined(&label::of(&subject.catalog, self.statement)),
            through,
            ..self.absent(trial, subject, fence)
        })
    }
}

/// Whether not even the type of the table's rows can be named, so that nothing can be evaluated.
fn missing_schema(verdict: &Verdict) -> bool {
    verdict.problem.as_ref().is_some_and(|problem| {
        problem.kind == Kind::Permission && problem.summary.contains("schema")
    })
}

/// What a disagreement means.
fn disagreement(judged: &Judged) -> Option<String> {
    if judged.agrees != Some(false) {
        return None;
    }
    let unstable = judged.labels.iter().any(|label| label::is_unstable(label));
    let what = if unstable {
        "the policies differ from call to call or from session to session"
    } else if judged.predicted.outcome == Outcome::Error
        || judged.actual.as_ref().is_some_and(|actual| actual.outcome == Outcome::Error)
    {
        "an expression fails, and the server chooses in which order it evaluates them"
    } else {
        "something outside of the catalogs takes part: a policy of an extension, a trigger, or a change made meanwhile"
    };
    Some(format!("the prediction and the server disagree: {what}"))
}

/// The values of a row, without those that must not be shown.
fn cells(database: &Database, subject: &Subject, row: &Row) -> Vec<Cell> {
    let table = &subject.catalog.table;
    let values = composite::fields(&row.text).unwrap_or_default();
    let attributes = table.attributes.iter().zip(values);
    let cells = attributes.map(|(attribute, value)| {
        let secret = database.is_secret(&table.name, &attribute.name);
        Cell {
            column: attribute.name.clone(),
            value: value.filter(|_| !secret),
            secret,
            computed: attribute.generated.is_some(),
        }
    });
    cells.collect()
}

fn joined(labels: &[String]) -> Option<String> {
    (!labels.is_empty()).then(|| labels.join("; "))
}

/// The names of columns that must not be shown: of the table, and of those that its policies read.
pub(crate) fn secrets(database: &Database, subject: &Subject) -> Vec<String> {
    let Some(mapping) = &database.mapping else { return Vec::new() };
    let catalog = &subject.catalog;
    let read = catalog
        .policies
        .iter()
        .flat_map(|policy| policy.reads.iter().map(super::catalog::Read::relation));
    let tables: Vec<RelationName> = read.chain([catalog.table.name.clone()]).collect();
    let secrets = mapping.secrets.iter().filter(|secret| tables.contains(&secret.relation));
    secrets.map(|secret| secret.column.clone()).collect()
}

/// Columns by which people know what a key stands for, best first.
const NAMES: [&str; 8] =
    ["name", "title", "label", "display_name", "full_name", "email", "slug", "code"];

/// Puts the names behind foreign keys beside their values.
async fn name_keys(
    trial: &mut Trial<'_>,
    database: &Arc<Database>,
    subject: &Subject,
    gates: &mut [GateNode],
    run: &Run,
) -> Result<(), Problem> {
    let table = &subject.catalog.table.name;
    if gates.is_empty() {
        return Ok(());
    }
    let question = ForeignKeys { table: table.clone() };
    let keys = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
    let mut names: HashMap<String, Names> = HashMap::new();
    for key in keys.iter().filter(|key| key.from == *table) {
        let ([column], [target]) = (key.columns.as_slice(), key.target_columns.as_slice()) else {
            continue;
        };
        for written in [column.clone(), format!("{}.{column}", table.name)] {
            let values: Vec<String> =
                values_beside(gates, &written).into_iter().map(str::to_owned).collect();
            if values.is_empty() {
                continue;
            }
            let there = database.relation(&key.target, run).await?;
            let label = NAMES.iter().find(|name| {
                there.attribute(name).is_some() && !database.is_secret(&key.target, name)
            });
            let (Some(label), Some(attribute)) = (label, there.attribute(target)) else { continue };
            let list: Vec<Sql> = values
                .iter()
                .map(|value| {
                    let mut sql = Sql::default();
                    sql.bind_as(Some(value), &attribute.type_name);
                    sql
                })
                .collect();
            let mut sql = Sql::new("SELECT t.");
            sql.ident(target)
                .push("::pg_catalog.text, t.")
                .ident(label)
                .push("::pg_catalog.text FROM ")
                .relation(&key.target);
            sql.push(" AS t WHERE t.")
                .ident(target)
                .push(" IN (")
                .append(&join(&list, ", "))
                .push(")");
            // A value that is no key, or a table that the operator may not read: then the value stands alone.
            let Ok(found) = trial.observe(&sql).await? else { continue };
            let known = found.rows.into_iter().filter_map(|row| {
                let [key, name] = <[Option<String>; 2]>::try_from(row).ok()?;
                Some((key?, name?))
            });
            let (table, column) = (key.target.clone(), target.clone());
            names.insert(written, Names { table, column, known: known.collect() });
        }
    }
    put_names(gates, &names);
    Ok(())
}
