//! Why a list is empty, or shorter than somebody expects: what of a table is hidden from an identity, by what, and how much.
//!
//! Rows are not looked at one by one. Rows that no policy tells apart are one class, of which one row is judged and counts for all of them.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    catalog::{Policy, RowSecurity},
    explain::{secrets, whom},
    expression::token::{Token, tokens},
    gate::{Failing, Statement},
    label,
    many::{Class, Classes, Grouping},
    masked,
    names::name_keys,
    row::Row,
    subject::{Choice, Subject},
    tree::{GateNode, Node, Op, OperandValue},
    verdict::{Outcome, Verdict},
    why::Explainer,
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run, Sql, Trial},
    question::Question,
};

/// How many classes are judged at once.
const PORTION: usize = 500;
/// How many rows of a group are named, and how many values of a column.
const EXAMPLES: u64 = 3;
const VALUES: usize = 5;

/// What of a table is hidden from somebody?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The table.
    pub table: RelationName,
    /// For what they want to have the rows.
    pub statement: Statement,
}

/// What somebody sees of a table, and what not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unseen {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// What was to be done.
    pub command: Statement,
    /// As which role.
    pub role: String,
    /// As which user.
    pub user: Option<String>,
    /// Whether policies count.
    pub row_security: RowSecurity,
    /// One sentence that says it all.
    pub because: String,
    /// How many rows there are.
    pub rows: u64,
    /// How many of them they can have.
    pub visible: u64,
    /// How many they cannot have.
    pub hidden: u64,
    /// Why the counts may not be the last word.
    pub label: Option<String>,
    /// What hides them, most rows first.
    pub groups: Vec<HiddenGroup>,
}

/// Rows that the same part of the same policy hides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HiddenGroup {
    /// How many.
    pub rows: u64,
    /// The policy; absent where nothing permits anything, or the server refuses the statement.
    pub policy: Option<String>,
    /// The first part of it that is not true, with what it compares; of several alternatives the first that looks at the row.
    pub leaf: Option<Node>,
    /// What the server says, where it refuses.
    pub message: Option<String>,
    /// The values that the rows have in the columns that this part reads, most rows first.
    pub values: Vec<HiddenValue>,
    /// The keys of a few of the rows.
    pub examples: Vec<Map<String, Json>>,
}

/// A value that hidden rows have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HiddenValue {
    /// The column.
    pub column: String,
    /// The value; NULL is absent.
    pub value: Option<String>,
    /// The name behind it.
    pub name: Option<String>,
    /// How many of the rows have it.
    pub rows: u64,
}

/// A group that is being counted.
#[derive(Debug)]
struct Counted<'a> {
    group: HiddenGroup,
    classes: Vec<&'a Class>,
}

/// By what groups are told apart.
type Reason = (Option<String>, Option<String>, Option<String>);

impl Question for Hidden {
    type Answer = Unseen;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Unseen, Problem> {
        let filters = |statement: Statement| {
            statement.needs_old()
                && statement.gates().first().is_some_and(|gate| gate.failing == Failing::Filters)
        };
        if !filters(self.statement) {
            let names: Vec<_> =
                Statement::ALL.into_iter().filter(|it| filters(*it)).map(Statement::name).collect();
            return Err(Problem::usage(format!("`{}` hides no row", self.statement))
                .hint(format!("one of: {}", names.join(", "))));
        }
        let acting = whom(&database, &identity, &run).await?;
        let mut trial = database.door.trial(&acting, &run).await?;
        let subject = Subject::open(&mut trial, &database, &self.table, &acting.role, &run).await?;
        let mut unseen = self.count(&mut trial, &database, &subject).await?;
        let leaves = unseen.groups.iter_mut().filter_map(|group| group.leaf.as_mut());
        name_keys(&mut trial, &database, &self.table, leaves, &run).await?;
        self.name_values(&mut trial, &database, &mut unseen, &run).await?;
        trial.end().await?;
        Ok(unseen)
    }
}

impl Hidden {
    async fn count(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
    ) -> Result<Unseen, Problem> {
        let catalog = &subject.catalog;
        let on = catalog.table.access.row_security == RowSecurity::On;
        let consulted = catalog.policies.iter().filter(|policy| {
            on && policy.is_for_role()
                && self.statement.gates().iter().any(|gate| policy.is_for(gate.set))
        });
        let consulted: Vec<&Policy> = consulted.collect();
        // A function that somebody wrote is said to be volatile where nobody said that it is not: then the server is asked too.
        let volatile = consulted.iter().any(|policy| policy.functions.iter().any(|it| it.volatile));
        let grouping =
            Grouping::by(&catalog.table, consulted.iter().copied()).map_err(|reason| {
                Problem::new(Kind::Missing, reason)
                    .hint("`purview rls rows TABLE --all` judges every row of the table by itself")
            })?;
        let classes = Classes::read(trial, catalog, &grouping).await?;
        let rows: Vec<Row> = classes
            .all
            .iter()
            .map(|class| Row::standing(classes.row(&catalog.table, class), &catalog.table))
            .collect();
        let secrets = secrets(database, subject);
        let mut counted: BTreeMap<Reason, Counted<'_>> = BTreeMap::new();
        let (mut visible, mut failed) = (0, None);
        for (classes, rows) in classes.all.chunks(PORTION).zip(rows.chunks(PORTION)) {
            let cases: Vec<(Option<&Row>, Option<&Row>)> =
                rows.iter().map(|row| (Some(row), None)).collect();
            let judged = subject.judge(trial, self.statement, &cases, &[], false).await?;
            let judged: Vec<_> = judged.into_iter().map(|it| it.veiled(&secrets)).collect();
            let outcomes = judged.iter().map(|judged| &judged.predicted);
            let hidden: Vec<usize> = outcomes
                .clone()
                .enumerate()
                .filter(|(_, verdict)| verdict.outcome != Outcome::Allowed)
                .map(|(at, _)| at)
                .collect();
            let passing = outcomes.zip(classes).filter(|(it, _)| it.outcome == Outcome::Allowed);
            visible += passing.map(|(_, class)| class.rows).sum::<u64>();
            // What the server says is told without taking policies apart.
            let (refused, passed_over): (Vec<_>, Vec<_>) =
                hidden.into_iter().partition(|at| judged[*at].predicted.problem.is_some());
            let trees = self.trees(trial, database, subject, rows, &passed_over).await?;
            let told = refused.into_iter().map(|at| (at, Vec::new()));
            for (at, gates) in told.chain(passed_over.into_iter().zip(trees)) {
                let verdict = &judged[at].predicted;
                if verdict.whole_statement {
                    failed = verdict.problem.clone();
                }
                let (reason, group) = blame(subject, verdict, &gates);
                let counted =
                    counted.entry(reason).or_insert_with(|| Counted { group, classes: Vec::new() });
                counted.group.rows += classes[at].rows;
                counted.classes.push(&classes[at]);
            }
        }
        let mut groups = Vec::with_capacity(counted.len());
        for (_, counted) in counted {
            groups.push(self.described(trial, database, subject, &classes, counted).await?);
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.rows));
        let mut labels = label::of(catalog, self.statement);
        if volatile && self.statement.only_reads() {
            labels.push(self.recount(trial, subject, &secrets, visible).await?);
        }
        let acting = trial.acting();
        let mut unseen = Unseen {
            schema: catalog.table.name.schema.clone(),
            table: catalog.table.name.name.clone(),
            command: self.statement,
            role: acting.role.clone(),
            user: acting.person.as_ref().map(|person| person.label.clone()),
            row_security: catalog.table.access.row_security,
            because: String::new(),
            rows: classes.rows,
            visible,
            hidden: classes.rows - visible,
            label: (!labels.is_empty()).then(|| labels.join("; ")),
            groups,
        };
        unseen.because = unseen.sentence(failed.as_ref());
        Ok(unseen)
    }

    /// What the server says to the count, where a function may answer otherwise from call to call.
    async fn recount(
        &self,
        trial: &mut Trial<'_>,
        subject: &Subject,
        secrets: &[String],
        counted: u64,
    ) -> Result<String, Problem> {
        let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM ");
        sql.relation(&subject.catalog.table.name);
        Ok(match trial.act(&sql).await? {
            Ok(rows) if rows.scalar() == Some(&*counted.to_string()) => {
                "the server, asked to count, agrees".to_owned()
            }
            Ok(rows) => {
                let seen = rows.scalar().unwrap_or("none");
                format!("the server, asked to count, DISAGREES: it shows {seen} rows")
            }
            Err(problem) => {
                let said = masked::told(&problem, secrets);
                format!("the server, asked to count, refuses: {said}")
            }
        })
    }

    /// The gates of those of `rows` that are `hidden`, with all that they compare.
    async fn trees(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        rows: &[Row],
        hidden: &[usize],
    ) -> Result<Vec<Vec<GateNode>>, Problem> {
        let secrets = secrets(database, subject);
        let explainer = Explainer { subject, statement: self.statement, secrets: &secrets };
        let some: Vec<&Row> = hidden.iter().map(|at| &rows[*at]).collect();
        explainer.of_rows(trial, &some).await
    }

    /// The group with the values that its rows have, and the keys of a few of them.
    async fn described(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        subject: &Subject,
        classes: &Classes,
        counted: Counted<'_>,
    ) -> Result<HiddenGroup, Problem> {
        let Counted { mut group, classes: some } = counted;
        let table = &subject.catalog.table;
        let named: Vec<String> = group.leaf.as_ref().map_or_else(Vec::new, |leaf| {
            tokens(&leaf.text).iter().filter_map(Token::name).collect()
        });
        let read = classes.columns.iter().enumerate().take(classes.telling);
        for (at, column) in read.filter(|(_, column)| named.contains(column)) {
            let secret = database.is_secret(&table.name, column);
            let mut rows: BTreeMap<Option<&str>, u64> = BTreeMap::new();
            for class in &some {
                let value = class.values.get(at).and_then(Option::as_deref);
                let value = value.map(|value| if secret { masked::MASK } else { value });
                *rows.entry(value).or_default() += class.rows;
            }
            let mut values: Vec<_> = rows.into_iter().collect();
            values.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
            group.values.extend(values.into_iter().take(VALUES).map(|(value, rows)| HiddenValue {
                column: column.clone(),
                value: value.map(str::to_owned),
                name: None,
                rows,
            }));
        }
        if let Some(most) = some.into_iter().max_by_key(|class| class.rows) {
            let choice = Choice::Where(classes.condition(table, most));
            for row in subject.rows(trial, &choice, EXAMPLES).await? {
                let key = row.key.iter().map(|(name, value)| {
                    let secret = database.is_secret(&table.name, name);
                    let shown =
                        value.as_deref().map(|value| if secret { masked::MASK } else { value });
                    (name.clone(), shown.map_or(Json::Null, Json::from))
                });
                group.examples.push(key.collect());
            }
        }
        Ok(group)
    }

    /// Puts the names behind values that are keys of something.
    async fn name_values(
        &self,
        trial: &mut Trial<'_>,
        database: &Arc<Database>,
        unseen: &mut Unseen,
        run: &Run,
    ) -> Result<(), Problem> {
        // As if each value were compared with its column.
        let of = |value: &HiddenValue| {
            Node::leaf(
                &value.column,
                vec![OperandValue {
                    value: value.value.clone(),
                    ..OperandValue::of(&value.column)
                }],
            )
        };
        let values: Vec<&mut HiddenValue> =
            unseen.groups.iter_mut().flat_map(|group| &mut group.values).collect();
        let mut nodes: Vec<Node> = values.iter().map(|value| of(value)).collect();
        name_keys(trial, database, &self.table, nodes.iter_mut(), run).await?;
        for (value, node) in values.into_iter().zip(nodes) {
            value.name = node.operands.into_iter().next().and_then(|operand| operand.name);
        }
        Ok(())
    }
}

impl Unseen {
    fn sentence(&self, failed: Option<&Problem>) -> String {
        let who = self.user.as_deref().unwrap_or(&self.role);
        if let Some(problem) = failed {
            return format!("`{}` fails for {who}: {}", self.command, problem.summary);
        }
        if self.rows == 0 {
            return "the table has no rows: nothing is hidden".to_owned();
        }
        if self.hidden == 0 {
            let why = if self.row_security == RowSecurity::On {
                "the policies let every row pass"
            } else {
                self.row_security.sentence()
            };
            return format!("nothing is hidden from {who}: {why}");
        }
        let most = self.groups.first().map(HiddenGroup::sentence).unwrap_or_default();
        let all = if self.visible == 0 { "all of " } else { "" };
        let rows = if self.visible == 0 { self.rows } else { self.hidden };
        format!("{all}{rows} rows are hidden from {who}, most because {most}")
    }
}

impl HiddenGroup {
    /// Why these rows are hidden.
    pub fn sentence(&self) -> String {
        match (&self.leaf, &self.policy, &self.message) {
            (_, _, Some(message)) => format!("the server says: {message}"),
            (Some(leaf), Some(policy), None) => {
                format!("`{}` is {} (policy `{policy}`)", leaf.readable, leaf.value.word())
            }
            _ => "no permissive policy is for this command and role".to_owned(),
        }
    }
}

/// What hides a row: of the first gate that it does not pass.
fn blame(subject: &Subject, verdict: &Verdict, gates: &[GateNode]) -> (Reason, HiddenGroup) {
    let message = verdict.problem.as_ref().map(|problem| problem.summary.clone());
    let gate =
        gates.iter().find(|gate| gate.passes() != Some(true)).filter(|gate| !gate.default_deny);
    let not_true = |permissive: bool| {
        let policies = gate.iter().flat_map(|gate| &gate.policies);
        policies.filter(move |policy| {
            policy.permissive == permissive && policy.value.truth() != Some(true)
        })
    };
    let columns = |name: &str| {
        let policy = subject.catalog.policies.iter().find(|policy| policy.name == name);
        policy.map(|policy| policy.columns.as_slice()).unwrap_or_default()
    };
    // What holds a row back does so whatever permits it; of what permits, what looks at the row tells most.
    let held = not_true(false)
        .next()
        .map(|policy| (policy, first(&policy.expression, columns(&policy.policy))));
    let permitted = || {
        let mut all = not_true(true)
            .map(|policy| (policy, first(&policy.expression, columns(&policy.policy))));
        let fallback = all.clone().next();
        all.find(|(policy, leaf)| reads(leaf, columns(&policy.policy))).or(fallback)
    };
    let found = if message.is_some() { None } else { held.or_else(permitted) };
    let policy = found.map(|(policy, _)| policy.policy.clone());
    let leaf = found.map(|(_, leaf)| leaf.clone());
    let text = leaf.as_ref().map(|leaf| format!("{} {}", leaf.value.word(), leaf.text));
    let group = HiddenGroup {
        rows: 0,
        policy: policy.clone(),
        leaf,
        message: message.clone(),
        values: Vec::new(),
        examples: Vec::new(),
    };
    ((policy, text, message), group)
}

/// The first leaf by which a part is not what it would have to be; of alternatives the first that looks at the row.
fn first<'n>(node: &'n Node, columns: &[String]) -> &'n Node {
    let failing = |child: &&Node| child.value == node.value;
    match node.op {
        Op::Leaf => node,
        Op::Not => node.children.first().map_or(node, |child| first(child, columns)),
        Op::And | Op::Or => {
            let alike = || node.children.iter().filter(failing).map(|child| first(child, columns));
            let looking = alike().find(|leaf| node.op == Op::Or && reads(leaf, columns));
            looking.or_else(|| alike().next()).unwrap_or(node)
        }
    }
}

/// Whether a leaf reads one of these columns.
fn reads(leaf: &Node, columns: &[String]) -> bool {
    tokens(&leaf.text).iter().filter_map(Token::name).any(|name| columns.contains(&name))
}
