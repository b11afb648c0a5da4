//! The question "why": what an identity can do with certain rows, and by what.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    catalog::{Catalog, RowSecurity},
    check::Check,
    examination::Case,
    gate::Statement,
    label, masked,
    names::name_keys,
    row::Row,
    subject::{Choice, Judged, Subject, equals, is_plain},
    tree::GateNode,
    turn::{Turn, turns},
    verdict::{Outcome, Verdict, agrees},
    why::{Explainer, applies, sentence},
};
use crate::{
    database::Database,
    pg::{Acting, Fence, Identity, Kind, Problem, RelationName, Run, Sql, Trial, composite},
    question::Question,
    tables::RelationKind,
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
pub struct Held {
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
    pub row: Vec<Held>,
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
        let relation = database.relation(&self.table, &run).await?;
        let fence = database.door.fence().await?;
        if !is_plain(relation.kind) {
            let mut trial = database.door.trial(&acting, &run).await?;
            let catalog = Catalog::read(&mut trial, &relation, &acting.role).await?;
            let answer = self.of_view(&mut trial, &database, &catalog, fence, &run).await?;
            trial.end().await?;
            return Ok(vec![answer]);
        }
        let wanted = (&self.choice, self.most);
        let (mut trial, subject, rows) =
            Subject::begin(&database, &acting, &relation, wanted, &run).await?;
        let mut answer = Vec::with_capacity(rows.len());
        let alone = rows.len() == 1;
        for row in &rows {
            answer.push(self.of_row(&mut trial, &database, &subject, (row, alone), fence).await?);
        }
        if rows.is_empty() {
            answer.push(self.absent(&trial, &subject.catalog, fence));
        }
        let policies =
            answer.iter_mut().flat_map(|why| &mut why.gates).flat_map(|gate| &mut gate.policies);
        let expressions = policies.map(|policy| &mut policy.expression);
        name_keys(&mut trial, &database, &relation.name, expressions, &run).await?;
        trial.end().await?;
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
    with_search_path(database, acting, run).await
}

/// The same identity with the search path that a login of its role would have, where somebody set one.
pub(crate) async fn with_search_path(
    database: &Database,
    acting: &Arc<Acting>,
    run: &Run,
) -> Result<Arc<Acting>, Problem> {
    if acting.search_path.is_some() {
        return Ok(Arc::clone(acting));
    }
    let statement = super::catalog::search_path_statement(&acting.role);
    let path = database.search_path(&acting.role, &statement, run).await?;
    Ok(Arc::new(Acting { search_path: path, ..Acting::clone(acting) }))
}

impl Explain {
    async fn of_row(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        (row, alone): (&Row, bool),
        fence: Fence,
    ) -> Result<Why, Problem> {
        let edits: &[_] = if self.statement.makes_new() { &self.edits } else { &[] };
        let new = subject.edited(trial, row, self.statement, edits).await?;
        let (old, new) = (
            Some(row).filter(|_| self.statement.needs_old()),
            Some(&new).filter(|_| self.statement.makes_new()),
        );
        let edited: Vec<String> = edits.iter().map(|(name, _)| name.clone()).collect();
        let secrets = secrets(database, subject);
        let explainer = Explainer { subject, statement: self.statement, secrets: &secrets };
        let (judged, gates) = self.judge(trial, explainer, (old, new), &edited, alone).await?;
        let catalog = &subject.catalog;
        let key = row.key.iter().map(|(name, value)| {
            let secret = database.is_secret(&catalog.table.name, name);
            let shown = value.as_deref().map(|value| if secret { masked::MASK } else { value });
            (name.clone(), shown.map_or(Json::Null, Json::from))
        });
        let judged = judged.veiled(&secrets);
        let failed = judged.actual.as_ref().and_then(|actual| actual.problem.as_ref());
        let tell = |problem: &Problem| problem.summary.clone();
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
            ..self.absent(trial, catalog, fence)
        })
    }

    /// The verdict on one row and the gates by which it comes about: at once where nothing fails, else step by step.
    async fn judge(
        &self,
        trial: &mut Trial<'_>,
        explainer: Explainer<'_>,
        (old, new): (Option<&Row>, Option<&Row>),
        edited: &[String],
        alone: bool,
    ) -> Result<(Judged, Vec<GateNode>), Problem> {
        let (subject, statement) = (explainer.subject, self.statement);
        let check = self.check.covers(statement);
        let examination = subject.examine(statement, edited);
        let reads = check && statement.only_reads();
        let real = (examination.real.sql(old, new), reads, alone);
        if let Some(found) = explainer.at_once(trial, old, new, real).await? {
            let mut labels = subject.labels(statement);
            let actual = if let Some(said) = &found.said {
                Some(match said {
                    Ok(rows) if rows.rows.is_empty() => Verdict::plain(Outcome::Filtered),
                    Ok(_) => Verdict::plain(Outcome::Allowed),
                    Err(problem) => Verdict::failed(problem.clone()),
                })
            } else if check {
                match examination.can_try(trial.door().probe().standby) {
                    Ok(()) => {
                        examination.try_all(trial, &[Case { old, new, merged: None }]).await?.pop()
                    }
                    Err(reason) => {
                        labels.push(reason.to_owned());
                        None
                    }
                }
            } else {
                None
            };
            let agrees = actual.as_ref().map(|actual| agrees(&found.predicted, actual));
            return Ok((
                Judged { predicted: found.predicted, actual, agrees, labels },
                found.gates,
            ));
        }
        let judged = subject.judge(trial, statement, &[(old, new)], edited, check).await?;
        let judged =
            judged.into_iter().next().ok_or_else(|| Problem::bug("a row was not judged"))?;
        let gates = if judged.predicted.whole_statement && missing_schema(&judged.predicted) {
            Vec::new()
        } else {
            explainer.gates(trial, old, new).await?
        };
        Ok((judged, gates))
    }

    /// The answer where there is no such row.
    fn absent(&self, trial: &Trial<'_>, catalog: &Catalog, fence: Fence) -> Why {
        let table = &catalog.table;
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
        catalog: &Catalog,
        fence: Fence,
        run: &Run,
    ) -> Result<Why, Problem> {
        let table = &catalog.table;
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
                let types =
                    |name: &str| table.attribute(name).map(|attribute| &attribute.type_name);
                sql.push(" WHERE ").append(&equals(&table.name, &types, values)?);
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
        let secrets = every_secret(database);
        let because = match actual.outcome {
            Outcome::Allowed => "such a row is visible through it".to_owned(),
            Outcome::Filtered => "no such row is visible through it; whether one is hidden, the tables behind it tell".to_owned(),
            Outcome::Refused | Outcome::Error => said.as_ref().err().map(|it| masked::told(it, &secrets)).unwrap_or_default(),
        };
        Ok(Why {
            presence: Presence::Unknown,
            because,
            actual: Some(actual.outcome),
            sqlstate: actual.sqlstate().map(str::to_owned),
            message: actual.problem.as_ref().map(|problem| masked::told(problem, &secrets)),
            label: joined(&label::of(catalog, self.statement)),
            through,
            ..self.absent(trial, catalog, fence)
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
fn cells(database: &Database, subject: &Subject, row: &Row) -> Vec<Held> {
    let table = &subject.catalog.table;
    let values = composite::fields(&row.text).unwrap_or_default();
    let attributes = table.attributes.iter().zip(values);
    let cells = attributes.map(|(attribute, value)| {
        let secret = database.is_secret(&table.name, &attribute.name);
        Held {
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

/// The names of all columns that must not be shown.
pub(crate) fn every_secret(database: &Database) -> Vec<String> {
    let secrets = database.mapping.iter().flat_map(|mapping| &mapping.secrets);
    secrets.map(|secret| secret.column.clone()).collect()
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
