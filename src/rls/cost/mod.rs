//! What the policies of a table cost somebody who reads or writes it: which functions are called for each row, what a call takes, and a form that takes less.
//!
//! Everything is asked as the identity, by statements that only read: the plan of the real statement, which is not run, and the policies over some rows of the
//! table that are handed in as values. Nothing in the database is changed; what would change it is only written down.

mod call;
mod deed;
mod measure;
mod plan;
mod tell;

use std::sync::Arc;

use serde::Serialize;

use self::{
    call::calls,
    deed::{Consulted, Deed},
    measure::Meter,
    plan::Plan,
};
pub use self::{
    deed::COMMANDS,
    plan::Evaluated,
    tell::{NO_GAIN, tell},
};
use super::{
    catalog::{Catalog, RowSecurity},
    explain::{secrets, whom},
    gate::Statement,
    many::{Fact, Form, Formula, Taken},
    masked, scope,
    subject::{Choice, Subject},
};
use crate::{
    database::Database,
    pg::{Deparsed, Identity, Kind, Problem, RelationName, Run, Sql, Trial, quote_ident},
    question::Question,
};

/// On how many rows the policies are measured.
const ROWS: u64 = 1000;

/// What do the policies of a table cost the identity that reads or writes it?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCost {
    /// The table.
    pub table: RelationName,
    /// What is done, one of [`COMMANDS`].
    pub statement: Statement,
}

/// What they cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// What is done.
    pub command: Statement,
    /// The user who does it, if it is one.
    pub user: Option<String>,
    /// The role.
    pub role: String,
    /// Why there is nothing to pay, where there is not.
    pub free: Option<String>,
    /// How many rows the table has, by the planner's estimate.
    pub rows: i64,
    /// On how many of them it was measured.
    pub measured_rows: usize,
    /// The calls of functions in the policies.
    pub calls: Vec<Call>,
    /// What all policies together take for one row as they are, in microseconds.
    pub before_us: Option<f64>,
    /// The same in the other form; absent where there is none.
    pub after_us: Option<f64>,
    /// What the server says where something could not be measured.
    pub problem: Option<String>,
    /// The plan of the real statement.
    pub plan: Vec<String>,
    /// The plan of the policies as they are, over the rows that were handed in.
    pub before: Vec<String>,
    /// The same in the other form.
    pub after: Vec<String>,
    /// The plan of the real statement with the other form as a condition of its own, beside the policies: whether an index helps then.
    pub beside: Vec<String>,
    /// What would make it cheaper, as SQL that nobody has run.
    pub cures: Vec<String>,
}

/// A call of a function in a policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// The policy.
    pub policy: String,
    /// Which of its conditions: USING or WITH CHECK.
    pub clause: &'static str,
    /// The function.
    pub function: String,
    /// The call as it stands there.
    pub text: String,
    /// How the plan evaluates it.
    pub evaluated: Evaluated,
    /// Where in the plan.
    pub place: Option<String>,
    /// What one call takes, in microseconds.
    pub microseconds: Option<f64>,
    /// Whether it claims to be volatile.
    pub volatile: bool,
    /// The form in which it is called once.
    pub rewritten: Option<String>,
    /// What the server says where it could not be measured.
    pub problem: Option<String>,
}

impl Bill {
    /// What the whole table takes as it is, in milliseconds, if no index helps.
    pub fn before_ms(&self) -> Option<f64> {
        Some(self.before_us? * self.all_rows() / 1000.0)
    }

    /// Whether the other form took no less where both were measured: then nobody is advised to take it.
    pub fn gains_nothing(&self) -> bool {
        self.before_us.zip(self.after_us).is_some_and(|(before, after)| after >= before)
    }

    /// The same in the other form.
    pub fn after_ms(&self) -> Option<f64> {
        Some(self.after_us? * self.all_rows() / 1000.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
    const fn all_rows(&self) -> f64 {
        self.rows as f64
    }
}

impl Question for PolicyCost {
    type Answer = Bill;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Bill, Problem> {
        let deed = Deed::of(self.statement)?;
        let acting = whom(&database, &identity, &run).await?;
        let mut trial = database.door.trial(&acting, &run).await?;
        let subject = Subject::open(&mut trial, &database, &self.table, &acting.role, &run).await?;
        let mut bill = Bill {
            schema: self.table.schema.clone(),
            table: self.table.name.clone(),
            command: self.statement,
            user: acting.person.as_ref().map(|person| person.label.clone()),
            role: acting.role.clone(),
            free: free(&subject.catalog, self.statement),
            rows: 0,
            measured_rows: 0,
            calls: Vec::new(),
            before_us: None,
            after_us: None,
            problem: None,
            plan: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            beside: Vec::new(),
            cures: Vec::new(),
        };
        if bill.free.is_none() {
            let secrets = secrets(&database, &subject);
            fill(&mut bill, &mut trial, (&subject, &secrets), deed).await?;
        }
        trial.end().await?;
        Ok(bill)
    }
}

impl PolicyCost {
    /// The tables with row security, of which it can be asked.
    pub async fn tables(database: &Database, run: &Run) -> Result<Vec<RelationName>, Problem> {
        let tables = scope::tables(database, run).await?.into_iter();
        Ok(tables.filter(|table| table.row_security).map(|table| table.name).collect())
    }
}

/// Why no policy costs anything.
fn free(catalog: &Catalog, statement: Statement) -> Option<String> {
    let said = match catalog.table.access.row_security {
        RowSecurity::Off => "the table has no row security: no policy is asked",
        RowSecurity::Superuser | RowSecurity::BypassRls | RowSecurity::Owner => {
            "the role stands above policies: none is asked"
        }
        RowSecurity::On if Formula::of(catalog, statement).denies_all() => {
            "no policy lets anything pass, which is known without looking at a row"
        }
        RowSecurity::On => return None,
    };
    Some(said.to_owned())
}

async fn fill(
    bill: &mut Bill,
    trial: &mut Trial<'_>,
    (subject, secrets): (&Subject, &[String]),
    deed: Deed,
) -> Result<(), Problem> {
    let catalog = &subject.catalog;
    let table = &catalog.table;
    let plan = match plan::of(trial, &deed.real(table, None)).await? {
        Ok(plan) => plan,
        Err(problem) => {
            bill.problem = Some(masked::veiled(problem, secrets).to_string());
            return Ok(());
        }
    };
    bill.plan.clone_from(&plan.lines);
    bill.rows = estimate(trial, table).await?;
    let rows = match subject.rows(trial, &Choice::All, ROWS).await {
        Ok(rows) => rows,
        // Whoever may not see all rows cannot hand any of them in; calls that look at none are measured all the same.
        Err(problem) if problem.kind == Kind::Permission => {
            bill.problem = Some(problem.to_string());
            Vec::new()
        }
        Err(problem) => return Err(problem),
    };
    bill.measured_rows = rows.len();
    let from = subject.source().from(table, &rows.iter().collect::<Vec<_>>());
    let meter = Meter { from: &from, rows: rows.len(), secrets };
    let consulted = deed.consulted(catalog);
    let other = rewrite(trial, catalog, &consulted).await?;
    let formula = Formula::of(catalog, deed.statement);
    let as_is = |text: &Deparsed| subject.source().expression(text);
    // What is asked of a new row stands in no plan of the statement: it is planned over rows that are handed in.
    let checks = match formula.checking(&as_is) {
        Some(checks) => plan::of(trial, &meter.passing(&checks)).await?.ok(),
        None => None,
    };
    for it in &consulted {
        let plan = if it.filters { Some(&plan) } else { checks.as_ref() };
        for found in calls(it.policy, it.text) {
            let call = one(trial, subject, &meter, plan, it, found).await?;
            bill.calls.push(Call { rewritten: other.form_of(it.text, &call.text), ..call });
        }
    }
    if !other.is_empty() {
        let written = |text: &Deparsed| {
            let mut sql = Sql::new("(");
            sql.deparsed(&Deparsed::from_catalog(other.of(text))).push(")");
            sql
        };
        // A condition of one's own needs a right to every column in it, which a policy does not.
        if let Some(filtering) = formula.filtering(&written) {
            let real = deed.real(table, Some(&filtering));
            bill.beside = plan::of(trial, &real).await?.map(|plan| plan.lines).unwrap_or_default();
        }
    }
    let as_is = formula.condition(&as_is);
    if rows.is_empty() {
        bill.cures = cures(trial, catalog, &consulted, &other, bill).await?;
        return Ok(());
    }
    match meter.condition(trial, &as_is).await? {
        Ok((took, lines)) => {
            bill.before_us = took;
            bill.before = lines;
        }
        Err(problem) => bill.problem = Some(masked::veiled(problem, secrets).to_string()),
    }
    if !other.is_empty() && bill.problem.is_none() {
        let changed = formula.condition(&|text| {
            subject.source().expression(&Deparsed::from_catalog(other.of(text)))
        });
        match meter.condition(trial, &changed).await? {
            Ok((took, lines)) => {
                bill.after_us = took;
                bill.after = lines;
            }
            Err(problem) => bill.problem = Some(masked::veiled(problem, secrets).to_string()),
        }
    }
    bill.cures = cures(trial, catalog, &consulted, &other, bill).await?;
    Ok(())
}

async fn one(
    trial: &mut Trial<'_>,
    subject: &Subject,
    meter: &Meter<'_>,
    plan: Option<&Plan>,
    consulted: &Consulted<'_>,
    found: call::Found,
) -> Result<Call, Problem> {
    let table = &subject.catalog.table;
    let columns: Vec<String> = table.attributes.iter().map(|it| it.name.clone()).collect();
    let text = Deparsed::from_catalog(found.text.clone());
    let taken = Taken::of(&text, &table.name.name, &columns, false);
    let whole = |range: &std::ops::Range<usize>| range.start == 0 && range.end == found.text.len();
    let free = taken.parts.iter().any(|part| whole(&part.range));
    let expression = subject.source().expression(&text);
    let (microseconds, problem) = match meter.call(trial, &expression, free).await? {
        Ok(took) => (took, None),
        Err(problem) => (None, Some(masked::told(&problem, meter.secrets))),
    };
    let (evaluated, place) =
        plan.map_or((Evaluated::PerRow, None), |plan| plan.evaluates(&found.function.name));
    let checked = evaluated == Evaluated::PerRow && !consulted.filters;
    let place = if checked { Some("the check of each new row".to_owned()) } else { place };
    Ok(Call {
        policy: consulted.policy.name.clone(),
        clause: consulted.clause(),
        function: found.function.name,
        text: found.text,
        evaluated,
        place,
        microseconds,
        volatile: found.function.volatile,
        rewritten: None,
        problem,
    })
}

/// Policies in the form in which what does not look at the row stands in sub-selects.
#[derive(Debug, Default)]
struct Rewritten {
    texts: Vec<Change>,
}

/// What becomes of a text.
#[derive(Debug)]
struct Change {
    before: String,
    after: String,
    /// Its parts, and what becomes of them.
    parts: Vec<(String, String)>,
}

impl Rewritten {
    fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// What becomes of `text`, which may be that it stays.
    fn of(&self, text: &Deparsed) -> String {
        let known = self.change(text).map(|change| &change.after);
        known.map_or(text.as_str(), String::as_str).to_owned()
    }

    /// What becomes of a call in `text`.
    fn form_of(&self, text: &Deparsed, call: &str) -> Option<String> {
        let form = self.change(text)?.parts.iter().find(|(part, _)| part.contains(call));
        form.map(|(_, after)| after.clone())
    }

    fn change(&self, text: &Deparsed) -> Option<&Change> {
        self.texts.iter().find(|change| change.before == text.as_str())
    }
}

async fn rewrite(
    trial: &mut Trial<'_>,
    catalog: &Catalog,
    consulted: &[Consulted<'_>],
) -> Result<Rewritten, Problem> {
    let columns: Vec<String> = catalog.table.attributes.iter().map(|it| it.name.clone()).collect();
    let mut rewritten = Rewritten::default();
    for text in consulted.iter().map(|it| it.text) {
        let taken = Taken::of(text, &catalog.table.name.name, &columns, false);
        let mut parts = Vec::new();
        for part in &taken.parts {
            let bare = part.form == Form::Value && call::is_bare(part.text.as_str());
            if bare && let Some(kind) = type_of(trial, &part.text).await? {
                let after = format!("(SELECT {})::{kind}", part.text.as_str());
                parts.push((part.text.as_str().to_owned(), after));
            }
        }
        if parts.is_empty() {
            continue;
        }
        let written = taken.write(text, |part| {
            let known = parts.iter().find(|(before, _)| before == part.text.as_str());
            let mut sql = Sql::default();
            match known.filter(|_| part.form == Form::Value) {
                Some((_, after)) => sql.deparsed(&Deparsed::from_catalog(format!("({after})"))),
                None => sql.deparsed(&text.part(part.range.clone())),
            };
            sql
        });
        let (before, after) = (text.as_str().to_owned(), written.render().0);
        rewritten.texts.push(Change { before, after, parts });
    }
    Ok(rewritten)
}

/// The type of a part, as the server writes it; none where it returns rows.
async fn type_of(trial: &mut Trial<'_>, text: &Deparsed) -> Result<Option<String>, Problem> {
    let fact = Fact::of(text, Form::Value);
    let mut sql = Sql::new("SELECT pg_catalog.format_type(pg_catalog.pg_typeof((SELECT ");
    sql.append(&fact.sql()).push(" WHERE false))::pg_catalog.oid, NULL)");
    let said = trial.act(&sql).await?;
    Ok(said.ok().and_then(|rows| rows.scalar().map(str::to_owned)))
}

async fn estimate(trial: &mut Trial<'_>, table: &super::catalog::Table) -> Result<i64, Problem> {
    let mut sql = Sql::new(
        "SELECT greatest(c.reltuples, 0)::pg_catalog.int8::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.oid = ",
    );
    sql.bind(Some(&table.oid), "pg_catalog.oid");
    let rows = trial.observe(&sql).await??;
    Ok(rows.scalar().and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// What would make it cheaper.
async fn cures(
    trial: &mut Trial<'_>,
    catalog: &Catalog,
    consulted: &[Consulted<'_>],
    other: &Rewritten,
    bill: &Bill,
) -> Result<Vec<String>, Problem> {
    let mut cures = Vec::new();
    let table = &catalog.table;
    for it in consulted.iter().filter(|_| !bill.gains_nothing()) {
        let after = other.of(it.text);
        if after != it.text.as_str() {
            let (name, clause) = (quote_ident(&it.policy.name), it.clause());
            cures.push(format!("ALTER POLICY {name} ON {} {clause} {after};", table.name.quoted()));
        }
    }
    let mut sql = Sql::new("SELECT c.cure FROM (\n");
    sql.push(include_str!("cures.sql")).push(") c WHERE c.table_oid = ");
    sql.bind(Some(&table.oid), "pg_catalog.oid").push(" AND c.what = ANY (");
    // No index finds a row that is not there yet.
    let filtering = consulted.iter().filter(|it| it.filters);
    let columns = filtering.flat_map(|it| &it.policy.columns);
    let functions = bill.calls.iter().filter(|call| call.volatile).map(|call| &call.function);
    let what: Vec<_> = columns.chain(functions).map(|it| Some(it.clone())).collect();
    sql.bind_list(&what, "pg_catalog.text[]").push(") ORDER BY 1");
    let rows = trial.observe(&sql).await??.rows;
    cures.extend(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()));
    cures.dedup();
    Ok(cures)
}
