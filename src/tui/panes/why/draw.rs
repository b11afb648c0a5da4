//! An explanation written down: the verdict first, then the tree, then what would turn it.

use ratatui::style::Style;

use super::fold::{Folds, node_matters, policy_matters};
use crate::{
    address::View,
    config::theme::Theme,
    pg::RelationName,
    rls::{
        Outcome, Presence, Why,
        gate::{Failing, Image},
        tree::{GateNode, Hidden, Node, Op, OperandValue, PolicyNode, Worth},
    },
    tui::{
        panes::{
            down,
            sheet::{Draft, Lead, Mark},
        },
        place::Place,
    },
};

/// Names of what stands before the tree are as wide as the widest of them.
const NAMES: usize = 6;
/// How far a part stands to the right of the one that it is in.
const STEP: usize = 2;

/// How it is looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) folds: &'a Folds,
    /// Whether expressions stand there as the server prints them.
    pub(super) raw: bool,
    /// The row as somebody would like to write it.
    pub(super) edits: &'a [(String, Option<String>)],
}

/// Writes down `why`, which the sheet at `place` shows.
pub(super) fn write(why: &Why, place: &Place, look: &Look<'_>, draft: &mut Draft<'_>) {
    verdict(why, draft);
    about(why, look, draft);
    if !why.gates.is_empty() {
        draft.line(Vec::new(), None);
    }
    let mut writer = Writer { why, place, look, draft };
    for (at, gate) in why.gates.iter().enumerate() {
        writer.gate(gate, at);
    }
    draft.part(Mark::new());
    turns(why, draft);
    idle(why, draft);
    through(why, draft);
}

/// Whether the part at `mark` is open.
pub(super) fn is_open(why: &Why, folds: &Folds, mark: &[u16]) -> bool {
    let at = |depth: usize| mark.get(depth).map(|at| usize::from(*at));
    let Some(gate) = at(0).and_then(|at| why.gates.get(at)) else { return false };
    let Some(policy) = at(1) else { return folds.is_open(mark, gate_matters(why, gate)) };
    let Some(policy) = gate.policies.get(policy) else { return false };
    let Some(path) = mark.get(2..).filter(|path| !path.is_empty()) else {
        return folds.is_open(mark, policy_matters(gate, policy));
    };
    let mut node = &policy.expression;
    let mut matters = true;
    for at in &path[1..] {
        let Some(child) = node.children.get(usize::from(*at)) else { return false };
        matters = node_matters(node, child);
        node = child;
    }
    folds.is_open(mark, matters)
}

/// Whether a gate has a share in the verdict.
fn gate_matters(why: &Why, gate: &GateNode) -> bool {
    let passes = |gate: &GateNode| gate.passes() == Some(true);
    !passes(gate) || why.gates.iter().all(passes)
}

fn verdict(why: &Why, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    let reads = why.command.only_reads();
    let outcome = why.predicted.or(why.actual);
    let (word, style) = match (why.presence, outcome) {
        (Presence::Absent, _) => ("NOT THERE", theme.warn),
        (_, Some(Outcome::Allowed)) => (if reads { "VISIBLE" } else { "ALLOWED" }, theme.ok),
        (_, Some(Outcome::Filtered)) => {
            (if reads { "HIDDEN" } else { "PASSED OVER" }, theme.danger)
        }
        (_, Some(Outcome::Refused)) => ("REFUSED", theme.danger),
        (_, Some(Outcome::Error)) => ("ERROR", theme.danger),
        (_, None) => ("UNKNOWN", theme.warn),
    };
    draft.item(
        0,
        (&format!("{word}  "), style),
        (&why.because, theme.text),
        None,
        Some(&why.because),
    );
}

/// Who, what, and what the server says.
fn about(why: &Why, look: &Look<'_>, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    let who = why
        .user
        .as_ref()
        .map_or_else(|| format!("role {}", why.role), |user| format!("{user} as {}", why.role));
    draft.value("who", NAMES, &format!("{who} ({})", why.fence), theme.text, None);
    let key: Vec<_> = why
        .key
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or("NULL")))
        .collect();
    if !key.is_empty() {
        draft.value("row", NAMES, &key.join(", "), theme.text, None);
    }
    if why.command.makes_new() && !look.edits.is_empty() {
        let edits = look.edits.iter().map(|(name, value)| {
            value
                .as_ref()
                .map_or_else(|| format!("{name} NULL"), |value| format!("{name} = {value}"))
        });
        let edits = edits.collect::<Vec<_>>().join(", ");
        draft.value("with", NAMES, &edits, theme.string, None);
    }
    let (server, style) = server(why, theme);
    draft.value("server", NAMES, &server, style, None);
    for label in why.label.iter().flat_map(|label| label.split("; ")) {
        draft.value("mind", NAMES, label, theme.warn, None);
    }
    if let Some(message) = why.message.as_ref().filter(|message| !why.because.contains(*message)) {
        draft.value("says", NAMES, message, theme.danger, None);
    }
    let rights = [
        ("select", why.rights.select),
        ("insert", why.rights.insert),
        ("update", why.rights.update),
        ("delete", why.rights.delete),
    ];
    let list = |wanted: bool| {
        let names: Vec<_> =
            rights.iter().filter(|(_, has)| *has == wanted).map(|(name, _)| *name).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let not =
        if list(false) == "nothing" { String::new() } else { format!(", not {}", list(false)) };
    let before = format!(
        "{}; may {}{not}; the owner is {}",
        why.row_security.sentence(),
        list(true),
        why.owner
    );
    draft.value("before", NAMES, &before, theme.dim, None);
}

fn server(why: &Why, theme: &Theme) -> (String, Style) {
    match (why.predicted, why.actual, why.agrees) {
        (Some(Outcome::Allowed), Some(Outcome::Error), Some(true)) => {
            let said = why.actual_message.as_deref().unwrap_or("an error");
            (
                format!("agrees: the policies let it pass; then the statement fails: {said}"),
                theme.ok,
            )
        }
        (Some(_), Some(actual), Some(true)) => {
            (format!("agrees: the real statement is {actual}"), theme.ok)
        }
        (Some(predicted), Some(actual), _) => {
            let said = why.actual_message.as_ref().map(|said| format!(" ({said})"));
            let said = said.unwrap_or_default();
            let told = format!(
                "DISAGREES: the real statement is {actual}{said}, predicted was {predicted}"
            );
            (told, theme.danger)
        }
        (None, Some(actual), _) => (format!("the real statement is {actual}"), theme.text),
        (None, None, _) => ("not asked".to_owned(), theme.dim),
        (Some(_), None, _) if why.command.only_reads() || why.command.takes_all() => {
            ("not asked".to_owned(), theme.dim)
        }
        (Some(_), None, _) => {
            ("not asked; `r` runs the real statement and undoes it".to_owned(), theme.dim)
        }
    }
}

struct Writer<'w, 'd, 't> {
    why: &'w Why,
    place: &'w Place,
    look: &'w Look<'w>,
    draft: &'d mut Draft<'t>,
}

impl Writer<'_, '_, '_> {
    fn gate(&mut self, node: &GateNode, at: usize) {
        let mark = vec![at as u16];
        let open = self.look.folds.is_open(&mark, gate_matters(self.why, node));
        let row = match node.gate.row {
            Image::Old => "the row as it is",
            Image::New => "the row as it would be",
        };
        let failing = match node.gate.failing {
            Failing::Filters => "else it is passed over",
            Failing::Refuses => "else the statement fails",
        };
        let said = format!("{} on {row}, {failing}", node.gate.set.name());
        self.head(0, open, &node.value, &said, mark.clone());
        if !open {
            return;
        }
        if node.default_deny {
            let said = "no permissive policy is for this command and role: nothing passes";
            self.draft.text(said, self.draft.theme.danger, STEP + 4, None);
        }
        for (index, policy) in node.policies.iter().enumerate() {
            self.policy(node, policy, &[mark.as_slice(), &[index as u16]].concat());
        }
    }

    fn policy(&mut self, gate: &GateNode, policy: &PolicyNode, mark: &[u16]) {
        let open = self.look.folds.is_open(mark, policy_matters(gate, policy));
        let kind = if policy.permissive { "permissive" } else { "RESTRICTIVE" };
        let applies = policy.applies.strip_prefix("it is ").unwrap_or(&policy.applies);
        let said =
            format!("{}  {kind}, {} {}, {applies}", policy.policy, policy.command, policy.clause);
        self.head(STEP, open, &policy.value, &said, mark.to_vec());
        if !open {
            return;
        }
        if self.look.raw {
            let text = &policy.expression.text;
            let style = self.draft.theme.string;
            self.draft.item(2 * STEP + 4, ("", style), (text, style), None, Some(text));
        }
        self.node(&policy.expression, true, 2 * STEP, [mark, &[0]].concat());
    }

    fn node(&mut self, node: &Node, matters: bool, indent: usize, mark: Mark) {
        let open = self.look.folds.is_open(&mark, matters);
        match node.op {
            Op::And => self.head(indent, open, &node.value, "all of", mark.clone()),
            Op::Or => self.head(indent, open, &node.value, "any of", mark.clone()),
            Op::Not => self.head(indent, open, &node.value, "not", mark.clone()),
            Op::Leaf => return self.leaf(node, open, indent, mark),
        }
        if !open {
            return;
        }
        for (at, child) in node.children.iter().enumerate() {
            let mark = [mark.as_slice(), &[at as u16]].concat();
            self.node(child, node_matters(node, child), indent + STEP, mark);
        }
    }

    fn leaf(&mut self, node: &Node, open: bool, indent: usize, mark: Mark) {
        let theme = self.draft.theme;
        let shown: Vec<_> =
            node.operands.iter().filter(|operand| says_something(operand)).collect();
        let error = match &node.value {
            Worth::Error { message, .. } => Some(message),
            Worth::Truth(_) => None,
        };
        let text = if self.look.raw { &node.text } else { &node.readable };
        let folds = !shown.is_empty() || node.hidden.is_some() || error.is_some();
        self.draft.part(mark);
        let sign = if !folds {
            ' '
        } else if open {
            '-'
        } else {
            '+'
        };
        let (mark, style) = mark_of(&node.value, theme);
        self.draft.item(
            indent,
            (&format!("{sign} {mark} "), style),
            (text, theme.text),
            None,
            Some(text),
        );
        if !open {
            return;
        }
        let inner = indent + 4 + STEP;
        if let Some(message) = error {
            self.draft.item(
                inner,
                ("error: ", theme.danger),
                (message, theme.text),
                None,
                Some(message),
            );
        }
        for operand in shown {
            self.operand(operand, inner);
        }
        if let Some(hidden) = &node.hidden {
            self.hidden(hidden, inner);
        }
    }

    fn operand(&mut self, operand: &OperandValue, indent: usize) {
        let theme = self.draft.theme;
        let name = if self.look.raw { &operand.text } else { &operand.readable };
        let (value, style) = match (&operand.value, &operand.error) {
            (_, Some(error)) => (format!("error: {error}"), theme.danger),
            (Some(value), None) => (value.clone(), theme.string),
            (None, None) => ("NULL".to_owned(), theme.null),
        };
        // What people call it says more than its key, of which a list is nothing but long.
        let value = match &operand.name {
            Some(name) if name.starts_with('{') && !self.look.raw => name.clone(),
            Some(name) => format!("{name} ({value})"),
            None => value,
        };
        let lead =
            operand.leads.as_ref().zip(operand.value.as_deref()).map(|((table, column), value)| {
                let filter = down::exactly([(column.as_str(), value)]);
                Lead { place: down::rows(View::Row, table, &filter), user: None }
            });
        let said = format!("{name} → {value}");
        self.draft.item(
            indent,
            ("", style),
            (&said, style),
            lead.as_ref(),
            operand.value.as_deref(),
        );
    }

    fn hidden(&mut self, hidden: &Hidden, indent: usize) {
        let theme = self.draft.theme;
        let tables = hidden.tables.join(", ");
        let (said, style) = match (&hidden.unknown_because, hidden.matters) {
            (Some(because), _) => (
                format!(
                    "it reads {tables}, where rows may be hidden too; whether that matters is not known: {because}"
                ),
                theme.warn,
            ),
            (None, Some(true)) => (
                format!(
                    "a table read here hides rows: {tables}; with all of them this would be {}",
                    Worth::Truth(hidden.otherwise).word()
                ),
                theme.danger,
            ),
            (None, _) => (
                format!("it reads {tables}, which has row security too; that changes nothing here"),
                theme.dim,
            ),
        };
        let lead = hidden.tables.first().and_then(|table| table.parse().ok());
        let lead =
            lead.map(|table: RelationName| Lead { place: into(&table, self.place), user: None });
        self.draft.item(indent, ("", style), (&said, style), lead.as_ref(), Some(&tables));
    }

    fn head(&mut self, indent: usize, open: bool, value: &Worth, said: &str, mark: Mark) {
        let theme = self.draft.theme;
        self.draft.part(mark);
        let sign = if open { '-' } else { '+' };
        let (mark, style) = mark_of(value, theme);
        self.draft.item(
            indent,
            (&format!("{sign} {mark} "), style),
            (said, theme.text),
            None,
            None,
        );
    }
}

/// Where a table is looked into whose rows are hidden from the same person.
fn into(table: &RelationName, from: &Place) -> Place {
    let mut place = Place::one(View::Hidden, table.to_string(), format!("hidden of {table}"));
    place.address.within.clone_from(&from.address.within);
    place.address.organization.clone_from(&from.address.organization);
    place
}

/// Whether the value of an operand is more than what the expression says already.
fn says_something(operand: &OperandValue) -> bool {
    operand.value.as_deref() != Some(operand.readable.trim_matches('\''))
}

fn mark_of(value: &Worth, theme: &Theme) -> (&'static str, Style) {
    match value {
        Worth::Truth(Some(true)) => ("✓", theme.ok),
        Worth::Truth(Some(false)) => ("✗", theme.danger),
        Worth::Truth(None) => ("? NULL:", theme.warn),
        Worth::Error { .. } => ("! ERROR:", theme.danger),
    }
}

fn turns(why: &Why, draft: &mut Draft<'_>) {
    if why.turns.is_empty() {
        return;
    }
    draft.section("what alone would turn it");
    for turn in &why.turns {
        let to = if turn.to { "true" } else { "not true" };
        let what = match &turn.leaf {
            Some(leaf) => format!("{leaf} being {to}, in policy {}", turn.policy),
            None => format!("policy {} being {to}", turn.policy),
        };
        let theme = draft.theme;
        draft.item(STEP, ("· ", theme.dim), (&what, theme.text), None, Some(&what));
    }
}

fn idle(why: &Why, draft: &mut Draft<'_>) {
    if why.idle.is_empty() {
        return;
    }
    draft.section("policies that do not count here");
    for idle in &why.idle {
        let theme = draft.theme;
        let said = format!("{} for {}: {}", idle.policy, idle.command, idle.because);
        draft.item(STEP, ("· ", theme.dim), (&said, theme.dim), None, Some(&idle.policy));
    }
}

fn through(why: &Why, draft: &mut Draft<'_>) {
    if why.through.is_empty() {
        return;
    }
    draft.section("what it reads");
    for through in &why.through {
        let theme = draft.theme;
        let said =
            format!("{} as {}: {}", through.table, through.role, through.row_security.sentence());
        let place = Place::one(View::Table, through.table.clone(), through.table.clone());
        let lead = Lead { place, user: None };
        draft.item(STEP, ("· ", theme.dim), (&said, theme.text), Some(&lead), Some(&through.table));
    }
}
