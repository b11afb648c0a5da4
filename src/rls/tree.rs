//! Why: gates, their policies, and the expressions of these down to the leaves, each with its value.
//!
//! The shape is that of the JSON that scripts read; a value that is absent is unknown or could not be had, and then there is an error.

use serde::{Serialize, Serializer};

use super::{expression::Truth, gate::Gate};
use crate::pg::RelationName;

/// What a part is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// True, false, or NULL.
    Truth(Option<bool>),
    /// It cannot be evaluated.
    Error {
        /// The server's code.
        sqlstate: Option<String>,
        /// What the server said.
        message: String,
    },
}

impl Worth {
    /// Its truth, if it has one.
    pub const fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => *truth,
            Self::Error { .. } => None,
        }
    }

    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Truth(Some(true)) => "true",
            Self::Truth(Some(false)) => "false",
            Self::Truth(None) => "NULL",
            Self::Error { .. } => "error",
        }
    }
}

impl Serialize for Worth {
    /// `true`, `false`, null, or the words of an error.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Truth(truth) => truth.serialize(serializer),
            Self::Error { message, .. } => format!("error: {message}").serialize(serializer),
        }
    }
}

/// How an expression is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Op {
    /// All of its children.
    And,
    /// At least one of them.
    Or,
    /// Not its only child.
    Not,
    /// It has a value of its own.
    Leaf,
}

/// An expression with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// How it is made.
    pub op: Op,
    /// It, as the server prints it.
    pub text: String,
    /// It, as people read it.
    pub readable: String,
    /// What it is worth.
    pub value: Worth,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Self>,
    /// What a leaf compares.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operands: Vec<OperandValue>,
    /// Tables that a leaf reads and of which the identity does not see every row: whether the leaf would have another value if it did, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
}

/// Something a leaf compares, with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperandValue {
    /// It, as the server prints it.
    pub text: String,
    /// It, as people read it.
    pub readable: String,
    /// Its value; NULL is absent.
    pub value: Option<String>,
    /// The name behind the value, where that is the key of something that has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The table and the column of it to which the value points.
    #[serde(skip)]
    pub leads: Option<(RelationName, String)>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Tables that a leaf reads and that have row security themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// The tables.
    pub tables: Vec<String>,
    /// What the leaf would be worth if no row of them were hidden; absent where nobody may find out.
    pub otherwise: Option<bool>,
    /// Whether that is another value.
    pub matters: Option<bool>,
    /// Why nobody may find out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_because: Option<String>,
}

/// A policy with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyNode {
    /// Its name.
    pub policy: String,
    /// Whether it lets rows pass, instead of holding them back.
    pub permissive: bool,
    /// Its command.
    pub command: &'static str,
    /// Whom it is for.
    pub roles: Vec<String>,
    /// Why it concerns the role.
    pub applies: String,
    /// Which of its expressions counts here.
    pub clause: &'static str,
    /// What it is worth.
    pub value: Worth,
    /// Its expression.
    pub expression: Node,
}

/// A gate with its policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateNode {
    /// Which gate.
    #[serde(flatten)]
    pub gate: Gate,
    /// What it is worth: the policies, combined.
    pub value: Worth,
    /// Whether nothing can pass, since no permissive policy is for this command and role.
    pub default_deny: bool,
    /// The policies that it consults.
    pub policies: Vec<PolicyNode>,
}

impl GateNode {
    /// Whether rows pass.
    pub fn passes(&self) -> Option<bool> {
        match &self.value {
            Worth::Truth(truth) => Some(*truth == Some(true)),
            Worth::Error { .. } => None,
        }
    }
}

impl OperandValue {
    /// What is written `text`, of which no value is known.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_owned();
        Self { readable: text.clone(), text, value: None, name: None, leads: None, error: None }
    }
}

impl Node {
    /// A leaf that compares `operands`, of which no value is known.
    pub(crate) fn leaf(text: &str, operands: Vec<OperandValue>) -> Self {
        Self {
            op: Op::Leaf,
            text: text.to_owned(),
            readable: text.to_owned(),
            value: Worth::Truth(None),
            children: Vec::new(),
            operands,
            hidden: None,
        }
    }

    /// What it would be worth with other values for its leaves, which come from left to right.
    pub(crate) fn fold(&self, leaves: &mut impl Iterator<Item = Option<bool>>) -> Option<bool> {
        match self.op {
            Op::And => Truth::all(self.children.iter().map(|child| child.fold(leaves)).collect()),
            Op::Or => Truth::any(self.children.iter().map(|child| child.fold(leaves)).collect()),
            Op::Not => self.children.first().and_then(|child| child.fold(leaves)).not(),
            Op::Leaf => leaves.next().flatten(),
        }
    }

    /// Its leaves, from left to right.
    pub fn leaves(&self) -> Vec<&Self> {
        if self.op == Op::Leaf {
            return vec![self];
        }
        self.children.iter().flat_map(Self::leaves).collect()
    }
}
