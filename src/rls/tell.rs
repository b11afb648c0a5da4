//! An explanation as text: for people, and as Markdown for a ticket.

use std::fmt::Write as _;

use super::{
    explain::{Presence, Why},
    gate::{Failing, Image},
    hidden::Unseen,
    tree::{GateNode, Node, Op, Worth},
    verdict::Outcome,
};
use crate::text::clean;

/// How an explanation is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// For a terminal or an e-mail.
    Text,
    /// For a ticket.
    Markdown,
}

/// The explanation of one row.
pub fn tell(why: &Why, layout: Layout) -> String {
    let mut out = Page { text: String::new(), layout };
    let who = why
        .user
        .as_ref()
        .map_or_else(|| why.role.clone(), |user| format!("{user} as role {}", why.role));
    let key: Vec<_> =
        why.key.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
    let row = if key.is_empty() { String::new() } else { format!(" where {}", key.join(", ")) };
    out.heading(&format!("{} on {}.{}{row}, {who}", why.command, why.schema, why.table));
    out.line(0, &out.strong(&why.because));
    if why.presence != Presence::Absent {
        out.checked(why);
        for gate in &why.gates {
            out.gate(gate);
        }
        out.rest(why);
    }
    out.text
}

/// What of a table is hidden, and by what.
pub fn tell_unseen(unseen: &Unseen, layout: Layout) -> String {
    let mut out = Page { text: String::new(), layout };
    let who = unseen
        .user
        .as_ref()
        .map_or_else(|| unseen.role.clone(), |user| format!("{user} as role {}", unseen.role));
    out.heading(&format!("{} on {}.{}, {who}", unseen.command, unseen.schema, unseen.table));
    out.line(0, &out.strong(&unseen.because));
    let Unseen { rows, visible, hidden, .. } = unseen;
    out.line(0, &format!("{rows} rows: {visible} visible, {hidden} hidden"));
    for label in unseen.label.iter().flat_map(|label| label.split("; ")) {
        out.line(0, &format!("note: {label}"));
    }
    for group in &unseen.groups {
        out.line(1, &format!("{} hidden: {}", group.rows, group.sentence()));
        for operand in group.leaf.iter().flat_map(|leaf| &leaf.operands) {
            if group.values.iter().all(|value| value.column != operand.text) {
                let value = operand.name.as_ref().or(operand.value.as_ref());
                let code = out.code(&operand.readable);
                out.line(2, &format!("{code} → {}", value.map_or("NULL", String::as_str)));
            }
        }
        for value in &group.values {
            let shown = value.value.as_deref().unwrap_or("NULL");
            let name = value.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            out.line(2, &format!("{} of them: {} = {shown}{name}", value.rows, value.column));
        }
        for key in &group.examples {
            let key: Vec<_> =
                key.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
            out.line(2, &format!("for example {}", key.join(", ")));
        }
    }
    out.text
}

struct Page {
    text: String,
    layout: Layout,
}

impl Page {
    fn heading(&mut self, text: &str) {
        let mark = if self.layout == Layout::Markdown { "### " } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{mark}{}\n", clean(text));
    }

    fn line(&mut self, depth: usize, text: &str) {
        let text = clean(text);
        let _ = match (self.layout, depth) {
            (Layout::Markdown, 0) => writeln!(self.text, "{text}\n"),
            (Layout::Markdown, _) => writeln!(self.text, "{}- {text}", "  ".repeat(depth - 1)),
            (Layout::Text, _) => writeln!(self.text, "{}{text}", "  ".repeat(depth)),
        };
    }

    fn strong(&self, text: &str) -> String {
        if self.layout == Layout::Markdown { format!("**{text}**") } else { text.to_owned() }
    }

    /// Code, which Markdown must not read as anything else.
    fn code(&self, text: &str) -> String {
        if self.layout == Layout::Markdown { format!("`` {text} ``") } else { text.to_owned() }
    }

    fn checked(&mut self, why: &Why) {
        let told = match (why.predicted, why.actual, why.agrees) {
            (Some(_), Some(actual), Some(true)) => {
                format!("the server, asked by the real statement: {actual}; it agrees")
            }
            (Some(predicted), Some(actual), _) => format!(
                "the server, asked by the real statement: {actual}; predicted was: {predicted}. THEY DISAGREE"
            ),
            (None, Some(actual), _) => format!("the server, asked by the real statement: {actual}"),
            (_, None, _) if why.command.only_reads() => {
                "not checked against the real statement".to_owned()
            }
            (_, None, _) => {
                "not checked against the real statement, which would have to run and be undone"
                    .to_owned()
            }
        };
        self.line(0, &told);
        if let (Some(Outcome::Allowed), Some(said)) = (why.predicted, &why.actual_message) {
            self.line(0, &format!("the policies let it pass; then it fails: {said}"));
        }
        for label in why.label.iter().flat_map(|label| label.split("; ")) {
            self.line(0, &format!("note: {label}"));
        }
        if self.layout == Layout::Text {
            self.text.push('\n');
        }
    }

    fn gate(&mut self, node: &GateNode) {
        let row = match node.gate.row {
            Image::Old => "the row as it is",
            Image::New => "the row as it would be",
        };
        let failing = match node.gate.failing {
            Failing::Filters => "else it is passed over",
            Failing::Refuses => "else the statement fails",
        };
        self.line(
            1,
            &format!("{} {} on {row} ({failing})", mark(&node.value), node.gate.set.name()),
        );
        if node.default_deny {
            self.line(2, "no permissive policy is for this command and role: nothing passes");
        }
        for policy in &node.policies {
            let kind = if policy.permissive { "permissive" } else { "restrictive" };
            self.line(
                2,
                &format!(
                    "{} {kind} policy {}, {} ({}; {})",
                    mark(&policy.value),
                    policy.policy,
                    policy.clause,
                    policy.command,
                    policy.applies
                ),
            );
            self.node(&policy.expression, 3);
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node.op {
            Op::And => self.line(depth, &format!("{} all of", mark(&node.value))),
            Op::Or => self.line(depth, &format!("{} any of", mark(&node.value))),
            Op::Not => self.line(depth, &format!("{} not", mark(&node.value))),
            Op::Leaf => {
                let code = self.code(&node.readable);
                self.line(depth, &format!("{} {code}", mark(&node.value)));
            }
        }
        if let Worth::Error { message, .. } = &node.value
            && node.op == Op::Leaf
        {
            self.line(depth + 1, &format!("error: {message}"));
        }
        for operand in node
            .operands
            .iter()
            .filter(|operand| operand.value.as_deref() != Some(operand.readable.trim_matches('\'')))
        {
            let value = match (&operand.value, &operand.error) {
                (_, Some(error)) => format!("error: {error}"),
                (Some(value), None) => value.clone(),
                (None, None) => "NULL".to_owned(),
            };
            let name = operand.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            let code = self.code(&operand.readable);
            self.line(depth + 1, &format!("{code} → {value}{name}"));
        }
        if let Some(hidden) = &node.hidden {
            let tables = hidden.tables.join(", ");
            let told = match (&hidden.unknown_because, hidden.matters) {
                (Some(because), _) => format!(
                    "it reads {tables}, where rows may be hidden too; whether that matters is not known: {because}"
                ),
                (None, Some(true)) => format!(
                    "a table read here hides rows: {tables}; with all of them this would be {}",
                    Worth::Truth(hidden.otherwise).word()
                ),
                (None, _) => format!(
                    "it reads {tables}, which has row security too; that changes nothing here"
                ),
            };
            self.line(depth + 1, &told);
        }
        for child in &node.children {
            self.node(child, depth + 1);
        }
    }

    fn rest(&mut self, why: &Why) {
        if !why.turns.is_empty() {
            self.line(0, "what alone would turn it:");
            for turn in &why.turns {
                let to = if turn.to { "true" } else { "not true" };
                let what = match &turn.leaf {
                    Some(leaf) => {
                        format!("{} being {to}, in policy {}", self.code(leaf), turn.policy)
                    }
                    None => format!("policy {} being {to}", turn.policy),
                };
                self.line(1, &what);
            }
        }
        if !why.idle.is_empty() {
            self.line(0, "policies that do not count here:");
            for idle in &why.idle {
                self.line(1, &format!("{} ({}): {}", idle.policy, idle.command, idle.because));
            }
        }
        for through in &why.through {
            self.line(
                1,
                &format!(
                    "{} is read as {}: {}",
                    through.table,
                    through.role,
                    through.row_security.sentence()
                ),
            );
        }
    }
}

fn mark(value: &Worth) -> &'static str {
    match value {
        Worth::Truth(Some(true)) => "✓",
        Worth::Truth(Some(false)) => "✗",
        Worth::Truth(None) => "? NULL:",
        Worth::Error { .. } => "!",
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| "NULL".to_owned(), str::to_owned)
}
