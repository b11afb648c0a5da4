//! A table as an identity meets it: what is judged, and the way from rows to verdicts.

use std::sync::Arc;

use super::{
    catalog::{self, Attribute, Catalog},
    evaluate::Value,
    examination::{Case, Examination},
    gate::{Failing, Set, Statement},
    real::Real,
    row::{self, Row},
    source::Source,
    verdict::{Outcome, Verdict, agrees},
};
use crate::{
    database::Database,
    list::TypeName,
    pg::{Acting, Kind, Problem, RelationName, Rows, Run, Sql, Trial, sql::join},
    tables::{Relation, RelationKind},
};

/// Which rows are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// All of them.
    All,
    /// The one with this key: values in the order of the key's columns.
    Key(Vec<String>),
    /// Those in which these columns, of which any may be a system column, have these values.
    Columns(Vec<(String, String)>),
    /// Those for which the condition is true.
    Where(Sql),
}

/// A table, with its policies, under a role.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What the catalog says.
    pub catalog: Catalog,
    source: Source,
}

/// A row with what was predicted and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What would happen, by the catalog.
    pub predicted: Verdict,
    /// What the real statement did; absent where it was not tried.
    pub actual: Option<Verdict>,
    /// Whether they agree, where both are there.
    pub agrees: Option<bool>,
    /// Why the verdict may not be the last word, or why it was not tried.
    pub labels: Vec<String>,
}

impl Judged {
    /// The same, where `secrets` are among what is read: no value is repeated that may be one.
    pub(crate) fn veiled(self, secrets: &[String]) -> Self {
        let actual = self.actual.map(|actual| actual.veiled(secrets));
        Self { predicted: self.predicted.veiled(secrets), actual, ..self }
    }
}

impl Subject {
    /// The table `name` as `role` meets it.
    pub async fn open(
        trial: &mut Trial<'_>,
        database: &Database,
        name: &RelationName,
        role: &str,
        run: &Run,
    ) -> Result<Self, Problem> {
        let relation = database.relation(name, run).await?;
        let catalog = Catalog::read(trial, &relation, role).await?;
        let source = Source::of(&catalog);
        Ok(Self { catalog, source })
    }

    /// The same table with the rows that are meant, at most `most`, and the trial in which all of it was asked at once.
    pub(crate) async fn begin<'d>(
        database: &'d Database,
        acting: &Arc<Acting>,
        relation: &Relation,
        (choice, most): (&Choice, u64),
        run: &Run,
    ) -> Result<(Trial<'d>, Self, Vec<Row>), Problem> {
        let [table, policies] = catalog::statements(relation, &acting.role);
        let mut fetch = fetch(relation, choice)?;
        fetch.push(" LIMIT ").number(most);
        let (mut trial, said) =
            database.door.trial_asking(acting, &[table, policies, fetch], run).await?;
        let role = &acting.role;
        let Ok(found) = said else {
            // One of them failed; asked alone each says what is the matter with it.
            let catalog = Catalog::read(&mut trial, relation, role).await?;
            let subject = Self { source: Source::of(&catalog), catalog };
            let rows = subject.rows(&mut trial, choice, most).await?;
            return Ok((trial, subject, rows));
        };
        let [table, policies, rows] = <[Rows; 3]>::try_from(found)
            .map_err(|_| Problem::bug("the server answered for other statements"))?;
        let catalog = Catalog::of(relation, role, &table, &policies)?;
        let subject = Self { source: Source::of(&catalog), catalog };
        let rows = row::read_all(rows.rows, &subject.catalog.table)?;
        Ok((trial, subject, rows))
    }

    /// An examination of `statement`, which gives the columns `edited` other values.
    pub(crate) const fn examine<'a>(
        &'a self,
        statement: Statement,
        edited: &'a [String],
    ) -> Examination<'a> {
        let real = Real { table: &self.catalog.table, statement, edited };
        Examination { catalog: &self.catalog, source: &self.source, real }
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// The rows that are meant, as the operator sees them, at most `most`.
    pub async fn rows(
        &self,
        trial: &mut Trial<'_>,
        choice: &Choice,
        most: u64,
    ) -> Result<Vec<Row>, Problem> {
        let mut sql = self.fetch(choice)?;
        sql.push(" LIMIT ").number(most);
        let rows = trial.observe(&sql).await?.map_err(|it| self.unreadable(choice, it))?;
        row::read_all(rows.rows, &self.catalog.table)
    }

    /// Begins to read the rows that are meant, in portions, so that no more than one of them is ever held.
    pub async fn begin_rows(&self, trial: &mut Trial<'_>, choice: &Choice) -> Result<(), Problem> {
        let mut sql = Sql::new("DECLARE ");
        sql.append(&self.cursor()).push(" NO SCROLL CURSOR FOR ").append(&self.fetch(choice)?);
        trial.observe(&sql).await?.map_err(|it| self.unreadable(choice, it))?;
        Ok(())
    }

    /// The next portion; none are left when it is empty.
    pub async fn next_rows(&self, trial: &mut Trial<'_>, most: u64) -> Result<Vec<Row>, Problem> {
        let mut sql = Sql::new("FETCH ");
        sql.number(most).push(" FROM ").append(&self.cursor());
        row::read_all(trial.observe(&sql).await??.rows, &self.catalog.table)
    }

    /// The name of the cursor over the table's rows: its own, since a session that knows a statement by its text knows which columns it returns.
    fn cursor(&self) -> Sql {
        let mut name = Sql::new("purview_rows_of_");
        name.number(self.catalog.table.oid.parse().unwrap_or_default());
        name
    }

    fn fetch(&self, choice: &Choice) -> Result<Sql, Problem> {
        let table = &self.catalog.table;
        let columns: Vec<_> =
            table.attributes.iter().map(|it| (it.name.as_str(), &it.base)).collect();
        fetch_of(&table.name, table.is_plain(), &table.key, &columns, choice)
    }

    /// What it means that the operator cannot read the rows.
    fn unreadable(&self, choice: &Choice, problem: Problem) -> Problem {
        if problem.kind == Kind::Permission {
            let hint = problem.hint.clone().unwrap_or_else(|| {
                "without a look at all rows nobody can tell a hidden row from one that is not there; `purview roles --print` makes logins that have it".to_owned()
            });
            return problem.hint(hint);
        }
        // A value that no key can have; no policy was looked at yet, of which the server's code would speak otherwise.
        let unfit = problem.sqlstate.as_deref().is_some_and(|code| code.starts_with("22"));
        if unfit && matches!(choice, Choice::Key(_) | Choice::Columns(_)) {
            return problem.hint(format!(
                "`{}` is known by: {}",
                self.catalog.table.name,
                self.known_by()
            ));
        }
        problem
    }

    /// The columns of the key with their types.
    fn known_by(&self) -> String {
        let table = &self.catalog.table;
        let column = |name: &String| match table.attribute(name).map(|it| &it.type_name) {
            Some(built_in) if built_in.schema == "pg_catalog" => {
                format!("{name} ({})", built_in.name)
            }
            Some(other) => format!("{name} ({other})"),
            None => name.clone(),
        };
        table.key.iter().map(column).collect::<Vec<_>>().join(", ")
    }

    /// The row that comes out of `row` under `statement` when columns are given other values, computed as the identity computes it; what is generated is generated anew.
    pub async fn edited(
        &self,
        trial: &mut Trial<'_>,
        row: &Row,
        statement: Statement,
        edits: &[(String, Option<String>)],
    ) -> Result<Row, Problem> {
        let rows = self.edited_all(trial, std::slice::from_ref(row), statement, edits).await?;
        rows.into_iter().next().ok_or_else(|| Problem::bug("the edited row has no value"))
    }

    /// The same for many rows, in as many statements.
    pub async fn edited_all(
        &self,
        trial: &mut Trial<'_>,
        rows: &[Row],
        statement: Statement,
        edits: &[(String, Option<String>)],
    ) -> Result<Vec<Row>, Problem> {
        let table = &self.catalog.table;
        let withheld = self.withheld(statement);
        for (name, _) in edits {
            let attribute = table
                .attribute(name)
                .ok_or_else(|| Problem::usage(format!("`{}` has no column: {name}", table.name)))?;
            if attribute.generated.is_some() {
                return Err(Problem::usage(format!(
                    "the column is computed and cannot be given a value: {name}"
                )));
            }
        }
        let rows: Vec<Row> = rows.iter().map(|row| self.placed(row, statement)).collect();
        if edits.is_empty() && withheld.is_empty() {
            return Ok(rows);
        }
        let given = table.attributes.iter().map(|attribute| {
            match edits.iter().find(|(name, _)| *name == attribute.name) {
                Some((_, value)) => {
                    let mut sql = Sql::default();
                    sql.bind_as(value.as_deref(), &attribute.type_name);
                    sql
                }
                None if withheld.contains(&attribute.name) => {
                    let mut sql = Sql::default();
                    sql.bind_as(None, &attribute.type_name);
                    sql
                }
                None => self.own(attribute),
            }
        });
        let new = self.rebuilt(trial, &rows, given.collect()).await?;
        self.generated(trial, new).await
    }

    /// The rows with what is computed computed anew.
    async fn generated(&self, trial: &mut Trial<'_>, rows: Vec<Row>) -> Result<Vec<Row>, Problem> {
        let attributes = &self.catalog.table.attributes;
        if attributes.iter().all(|attribute| attribute.generated.is_none()) {
            return Ok(rows);
        }
        let values = attributes.iter().map(|attribute| match &attribute.generated {
            Some(expression) => self.source.expression(expression),
            None => self.own(attribute),
        });
        self.rebuilt(trial, &rows, values.collect()).await
    }

    /// The value that a row has in a column.
    fn own(&self, attribute: &Attribute) -> Sql {
        let mut sql = Sql::default();
        sql.ident(&self.catalog.table.name.name).push(".").ident(&attribute.name);
        sql
    }

    /// The row that an upsert makes of `old`, where the row that it would insert lacks columns that the role may not write.
    async fn merged(
        &self,
        trial: &mut Trial<'_>,
        old: &Row,
        new: &Row,
        changed: &[String],
    ) -> Result<Option<Row>, Problem> {
        let table = &self.catalog.table;
        if self.withheld(Statement::UpsertUpdate).is_empty() {
            return Ok(None);
        }
        let given = table.attributes.iter().map(|attribute| {
            if !changed.contains(&attribute.name) {
                return self.own(attribute);
            }
            let mut sql = Sql::new("(");
            sql.bind_as(Some(&new.text), table.row_type()).push(").").ident(&attribute.name);
            sql
        });
        let merged = match self.rebuilt(trial, std::slice::from_ref(old), given.collect()).await {
            Ok(merged) => merged,
            // Who may not even name the type of a row is refused for that.
            Err(problem) if problem.kind == Kind::Permission => return Ok(None),
            Err(problem) => return Err(problem),
        };
        Ok(self.generated(trial, merged).await?.pop())
    }

    /// The row as it lies where `statement` puts it: what is inserted goes to the table that is named, not to the child from which it was copied. Of a
    /// partitioned table it goes to the partition that has it already.
    fn placed(&self, row: &Row, statement: Statement) -> Row {
        let table = &self.catalog.table;
        let mut placed = row.clone();
        if inserts(statement)
            && table.kind == RelationKind::Table
            && let Some(relation) = placed.system.first_mut()
        {
            *relation = Some(table.oid.clone());
        }
        placed
    }

    /// Whether there are columns to which the role may give no value when it inserts.
    pub(crate) fn withholds(&self, statement: Statement) -> bool {
        !self.withheld(statement).is_empty()
    }

    /// The columns to which the role may give no value when it inserts, where there are others to which it may; they stay NULL.
    fn withheld(&self, statement: Statement) -> Vec<String> {
        let table = &self.catalog.table;
        if !inserts(statement) || table.attributes.iter().all(|attribute| !attribute.rights.insert)
        {
            return Vec::new();
        }
        let withheld =
            table.attributes.iter().filter(|it| it.generated.is_none() && !it.rights.insert);
        withheld.map(|attribute| attribute.name.clone()).collect()
    }

    /// Rows that nobody has written yet and that have `values`, which are computed over each of `rows`.
    async fn rebuilt(
        &self,
        trial: &mut Trial<'_>,
        rows: &[Row],
        values: Vec<Sql>,
    ) -> Result<Vec<Row>, Problem> {
        let mut whole = Sql::new("ROW(");
        whole
            .append(&join(&values, ", "))
            .push(")::")
            .relation(self.catalog.table.row_type())
            .push("::pg_catalog.text");
        let bench = self.examine(Statement::Select, &[]).bench();
        let refs: Vec<&Row> = rows.iter().collect();
        let values = bench.evaluate(trial, &[whole], &refs).await?;
        let made = rows.iter().zip(values).map(|(row, mut values)| match values.pop() {
            Some(Value::Text(Some(text))) => Ok(row.unwritten(text)),
            Some(Value::Error(problem)) => Err(problem),
            Some(Value::Text(None)) | None => Err(Problem::bug("the edited row has no value")),
        });
        made.collect()
    }

    /// Why a verdict on `statement` may not be the last word.
    pub(crate) fn labels(&self, statement: Statement) -> Vec<String> {
        let mut labels = super::label::of(&self.catalog, statement);
        let withheld = self.withheld(statement);
        if !withheld.is_empty() {
            labels.push(format!(
                "columns that the role may not write are taken as NULL: {}",
                withheld.join(", ")
            ));
        }
        labels
    }

    /// What becomes of `rows` under `statement`, each as it is; the real statement is tried too if `check`.
    pub async fn judge(
        &self,
        trial: &mut Trial<'_>,
        statement: Statement,
        rows: &[(Option<&Row>, Option<&Row>)],
        edited: &[String],
        check: bool,
    ) -> Result<Vec<Judged>, Problem> {
        let examination = self.examine(statement, edited);
        let mut merged = Vec::with_capacity(rows.len());
        for (old, new) in rows {
            merged.push(match (old, new) {
                (Some(old), Some(new)) if statement == Statement::UpsertUpdate => {
                    self.merged(trial, old, new, &examination.real.changed()).await?
                }
                _ => None,
            });
        }
        let cases: Vec<Case<'_>> = rows
            .iter()
            .zip(&merged)
            .map(|((old, new), merged)| Case { old: *old, new: *new, merged: merged.as_ref() })
            .collect();
        let predicted = examination.predict(trial, &cases).await?;
        let mut labels = self.labels(statement);
        let mut actual = vec![None; cases.len()];
        if check {
            match examination.can_try(trial.door().probe().standby) {
                Ok(()) => {
                    let tried = match try_once(examination, trial, &cases, &predicted).await? {
                        Some(verdict) => vec![verdict; cases.len()],
                        None => examination.try_all(trial, &cases).await?,
                    };
                    actual = tried.into_iter().map(Some).collect();
                }
                Err(reason) => labels.push(reason.to_owned()),
            }
        }
        let filters = statement.gates().iter().all(|gate| gate.failing == Failing::Filters);
        let judged =
            predicted.into_iter().zip(actual).zip(&cases).map(|((predicted, actual), case)| {
                let agrees = actual.as_ref().map(|actual| agrees(&predicted, actual));
                let mut labels = labels.clone();
                // Where a statement only filters, a refusal comes from within an expression too.
                let fails = |verdict: &Verdict| {
                    verdict.outcome == Outcome::Error
                        || (filters && verdict.outcome == Outcome::Refused)
                };
                let only_one_fails = agrees == Some(false)
                    && actual.as_ref().is_some_and(|actual| fails(actual) != fails(&predicted));
                if predicted.depends_on_order || only_one_fails {
                    labels.push(super::label::DEPENDS_ON_ORDER.to_owned());
                }
                let cut = case.old.or(case.new).map_or(&[][..], |row| &row.cut);
                if !cut.is_empty() {
                    labels.push(super::label::cut(cut));
                }
                Judged { predicted, actual, agrees, labels }
            });
        Ok(judged.collect())
    }
}

/// What fetches the rows of `relation` that are meant.
fn fetch(relation: &Relation, choice: &Choice) -> Result<Sql, Problem> {
    // Given as what is under a domain, whose check would run as the operator.
    let columns: Vec<_> =
        relation.attributes.iter().map(|it| (it.name.as_str(), &it.base)).collect();
    fetch_of(&relation.name, is_plain(relation.kind), &relation.key, &columns, choice)
}

/// Whether something has rows of its own, on which policies could be judged.
pub(crate) const fn is_plain(kind: RelationKind) -> bool {
    matches!(kind, RelationKind::Table | RelationKind::Partitioned)
}

fn fetch_of(
    name: &RelationName,
    is_plain: bool,
    key: &[String],
    columns: &[(&str, &TypeName)],
    choice: &Choice,
) -> Result<Sql, Problem> {
    if !is_plain {
        return Err(Problem::usage(format!(
            "it is no table, so its rows cannot be judged one by one: {name}"
        ))
        .hint("ask about the tables that it reads"));
    }
    let types = |name: &str| {
        columns.iter().find(|(column, _)| *column == name).map(|(_, type_name)| *type_name)
    };
    let pairs =
        |values: &[(String, String)]| equals(name, &types, values.iter().map(|it| (&it.0, &it.1)));
    let condition = match choice {
        Choice::All => None,
        Choice::Where(condition) => Some(condition.clone()),
        Choice::Columns(values) => Some(pairs(values)?),
        Choice::Key(_) if key.is_empty() => {
            return Err(Problem::usage(format!("the table has no key: {name}"))
                .hint("choose the row with `--where`"));
        }
        Choice::Key(values) if values.len() != key.len() => {
            return Err(Problem::usage(format!("the key of `{name}` is: {}", key.join(", ")))
                .hint("give one value for each of its columns, in this order"));
        }
        Choice::Key(values) => Some(equals(name, &types, key.iter().zip(values))?),
    };
    let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
    Ok(row::fetch(name, &names, &row::key_names(key), condition.as_ref()))
}

/// That columns of `t` have these values.
pub(crate) fn equals<'a, 't>(
    table: &RelationName,
    types: &impl Fn(&str) -> Option<&'t TypeName>,
    values: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<Sql, Problem> {
    let mut sql = Sql::default();
    for (name, value) in values {
        let system = row::SYSTEM.iter().find(|(system, ..)| system == name);
        if !sql.is_empty() {
            sql.push(" AND ");
        }
        sql.push("t.").ident(name).push(" = ");
        match (system, types(name)) {
            (Some((.., type_name)), _) => sql.bind(Some(value), type_name),
            (None, Some(type_name)) => sql.bind_as(Some(value), type_name),
            (None, None) => {
                return Err(Problem::usage(format!("`{table}` has no column: {name}")));
            }
        };
    }
    Ok(sql)
}

/// What the real statement does with every one of `cases`, where the server refuses it as such: then one try is as good as all.
async fn try_once(
    examination: Examination<'_>,
    trial: &mut Trial<'_>,
    cases: &[Case<'_>],
    predicted: &[Verdict],
) -> Result<Option<Verdict>, Problem> {
    let Some(case) = cases.first().filter(|_| predicted.iter().all(|it| it.whole_statement)) else {
        return Ok(None);
    };
    let tried = examination.try_all(trial, &[*case]).await?.pop();
    let same = |it: &Verdict| predicted.iter().all(|known| known.sqlstate() == it.sqlstate());
    Ok(tried.filter(|it| it.problem.is_some() && same(it)))
}

/// Whether the statement inserts a row, or would.
fn inserts(statement: Statement) -> bool {
    statement.gates().iter().any(|gate| gate.set == Set::Insert)
}
