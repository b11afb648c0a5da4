//! What is asked of the server for a why tree, and how its answers become one.
//!
//! Values come back in the order in which they were asked for: [`Asked`] and [`Answers`] walk the same way.

use super::{
    catalog::{Catalog, Combination, Policy},
    evaluate::Value,
    expression::{Expression, Form, Operand, Truth, operands, readable},
    gate::{Gate, Set},
    masked,
    tree::{GateNode, Hidden, Node, Op, OperandValue, PolicyNode, Worth},
    why::{Explainer, applies},
};
use crate::pg::{Deparsed, Problem, Sql};

/// How many values of a query are shown.
const SHOWN_VALUES: u64 = 20;
/// How many characters of a value are shown.
const SHOWN_CHARACTERS: u64 = 1_000;
/// How far the rows of a query are counted.
const COUNTED_ROWS: u64 = 50;

/// The text of a value, cut on the server: a function can return a gigabyte.
fn shortened(value: &Sql) -> Sql {
    let mut sql = Sql::new("pg_catalog.left((");
    sql.append(value).push(")::pg_catalog.text, ").number(SHOWN_CHARACTERS).push(")");
    sql
}

/// The expressions that are asked for, in the order in which [`Answers`] takes their values.
pub(super) struct Asked<'a> {
    pub(super) explainer: Explainer<'a>,
    pub(super) expressions: Vec<Sql>,
}

impl Asked<'_> {
    pub(super) fn push(&mut self, text: &Deparsed) {
        let mut sql = self.explainer.subject.source().expression(text);
        sql.push("::pg_catalog.text");
        self.expressions.push(sql);
    }

    pub(super) fn whole(&mut self, text: &Deparsed) {
        self.push(text);
    }

    pub(super) fn combination(&mut self, combination: &Combination<'_>) {
        let examination = self.explainer.subject.examine(self.explainer.statement, &[]);
        let mut sql = Sql::new("(");
        sql.append(&examination.condition(combination)).push(")::pg_catalog.text");
        self.expressions.push(sql);
    }

    pub(super) fn parts(&mut self, expression: &Expression) {
        for leaf in expression.leaves() {
            self.push(leaf);
            for operand in operands(leaf) {
                self.operand(&operand);
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        let expression = self.explainer.subject.source().expression(&operand.text);
        match operand.form {
            Form::Literal => {}
            Form::Value => self.expressions.push(shortened(&expression)),
            Form::Values => {
                let mut sql = Sql::new("ARRAY(");
                sql.append(&expression).push(" LIMIT ").number(SHOWN_VALUES).push(")");
                self.expressions.push(shortened(&sql));
            }
            Form::Rows => {
                let mut sql = Sql::new("(SELECT pg_catalog.count(*) FROM (");
                sql.append(&expression)
                    .push(" LIMIT ")
                    .number(COUNTED_ROWS)
                    .push(") AS purview_rows)::pg_catalog.text");
                self.expressions.push(sql);
            }
        }
    }
}

/// Values in the order in which they were asked for.
pub(super) struct Answers<'a> {
    pub(super) values: std::vec::IntoIter<Value>,
    pub(super) hidden: std::vec::IntoIter<Option<Hidden>>,
    pub(super) secrets: &'a [String],
}

impl Answers<'_> {
    pub(super) fn next(&mut self) -> Value {
        self.values.next().unwrap_or(Value::Text(None))
    }

    pub(super) fn gate(&mut self, catalog: &Catalog, gate: Gate) -> GateNode {
        let combination = catalog.combination(gate.set);
        let value = self.worth("");
        let policies = combination
            .policies()
            .map(|(policy, text)| self.policy(catalog, gate.set, policy, text))
            .collect();
        GateNode { gate, value, default_deny: combination.denies_all(), policies }
    }

    fn policy(
        &mut self,
        catalog: &Catalog,
        set: Set,
        policy: &Policy,
        text: &Deparsed,
    ) -> PolicyNode {
        let value = self.worth(text.as_str());
        let expression = self.node(&Expression::parse(text));
        let clause = match (set.checks(), policy.falls_back(set)) {
            (true, true) => "USING (there is no WITH CHECK)",
            (true, false) => "WITH CHECK",
            (false, _) => "USING",
        };
        PolicyNode {
            policy: policy.name.clone(),
            permissive: policy.permissive,
            command: policy.command_name(),
            roles: policy.roles.clone(),
            applies: applies(catalog, policy),
            clause,
            value,
            expression,
        }
    }

    fn node(&mut self, expression: &Expression) -> Node {
        let text = expression.text().as_str();
        let (op, children) = match expression {
            Expression::And(_, parts) => {
                (Op::And, parts.iter().map(|part| self.node(part)).collect())
            }
            Expression::Or(_, parts) => {
                (Op::Or, parts.iter().map(|part| self.node(part)).collect())
            }
            Expression::Not(_, part) => (Op::Not, vec![self.node(part)]),
            Expression::Leaf(leaf) => return self.leaf(leaf),
        };
        let values: Vec<Worth> = children.iter().map(|child: &Node| child.value.clone()).collect();
        let value = match op {
            Op::Or => Worth::any(values),
            Op::Not => values.into_iter().next().unwrap_or_else(Worth::unknown).not(),
            Op::And | Op::Leaf => Worth::all(values),
        };
        Node {
            op,
            text: text.to_owned(),
            readable: readable(text),
            value,
            children,
            operands: Vec::new(),
            hidden: None,
        }
    }

    fn leaf(&mut self, leaf: &Deparsed) -> Node {
        let text = leaf.as_str();
        let value = self.worth(text);
        let operands = operands(leaf).iter().map(|operand| self.operand(operand)).collect();
        let mut hidden = self.hidden.next().flatten();
        if let Some(hidden) = &mut hidden {
            hidden.matters =
                hidden.unknown_because.is_none().then(|| hidden.otherwise != value.truth());
        }
        Node {
            op: Op::Leaf,
            text: text.to_owned(),
            readable: readable(text),
            value,
            children: Vec::new(),
            operands,
            hidden,
        }
    }

    fn worth(&mut self, text: &str) -> Worth {
        match self.next() {
            value @ Value::Text(_) => Worth::Truth(value.truth()),
            Value::Error(problem) => {
                Worth::Error { message: self.told(&problem, text), sqlstate: problem.sqlstate }
            }
        }
    }

    /// What the server said of the expression `text`, or of all of them where there is none.
    fn told(&self, problem: &Problem, text: &str) -> String {
        if masked::names_secret(text, self.secrets) {
            return masked::message(problem, true);
        }
        masked::told(problem, self.secrets)
    }

    fn operand(&mut self, operand: &Operand) -> OperandValue {
        let text = operand.text.as_str();
        let secret = masked::names_secret(text, self.secrets);
        let (value, error) = match operand.form {
            Form::Literal => (Some(literal(text)), None),
            Form::Value | Form::Values | Form::Rows => match self.next() {
                Value::Text(Some(_)) if secret => (Some(masked::MASK.to_owned()), None),
                Value::Text(Some(count)) if operand.form == Form::Rows => {
                    (Some(counted(&count)), None)
                }
                Value::Text(value) => (value, None),
                Value::Error(problem) => (None, Some(self.told(&problem, text))),
            },
        };
        OperandValue {
            text: text.to_owned(),
            readable: readable(text),
            value,
            name: None,
            leads: None,
            error,
        }
    }
}

/// The value of a literal.
fn literal(text: &str) -> String {
    let read = readable(text);
    read.strip_prefix('\'')
        .and_then(|read| read.strip_suffix('\''))
        .map_or(read.clone(), |inner| inner.replace("''", "'"))
}

fn counted(count: &str) -> String {
    match count {
        "0" => "no rows".to_owned(),
        "1" => "1 row".to_owned(),
        more if more.parse() == Ok(COUNTED_ROWS) => format!("{more} rows or more"),
        more => format!("{more} rows"),
    }
}

impl Truth for Worth {
    fn unknown() -> Self {
        Self::Truth(None)
    }

    /// What is false decides, whatever else fails; so does an error over what is unknown.
    fn all(values: Vec<Self>) -> Self {
        let truths: Vec<_> = values.iter().map(Self::truth).collect();
        if truths.contains(&Some(false)) {
            return Self::Truth(Some(false));
        }
        let error = values.into_iter().find(|value| matches!(value, Self::Error { .. }));
        error.unwrap_or_else(|| Self::Truth(Truth::all(truths)))
    }

    fn any(values: Vec<Self>) -> Self {
        Self::all(values.into_iter().map(Truth::not).collect()).not()
    }

    fn not(self) -> Self {
        match self {
            Self::Truth(truth) => Self::Truth(truth.not()),
            error @ Self::Error { .. } => error,
        }
    }
}
