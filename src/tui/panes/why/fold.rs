//! Which parts of an explanation are open: those that matter, unless somebody folds or unfolds them.

use std::collections::BTreeMap;

use crate::{
    rls::{
        expression::Truth as _,
        tree::{GateNode, Node, Op, PolicyNode},
    },
    tui::{action::Action, panes::sheet::Mark},
};

/// What is open.
#[derive(Debug, Default)]
pub(in crate::tui::panes) struct Folds {
    all: All,
    /// What somebody folded (false) or unfolded by hand.
    own: BTreeMap<Mark, bool>,
}

/// What is open without anybody having said so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum All {
    /// What matters.
    #[default]
    Matters,
    Open,
    Folded,
}

impl Folds {
    /// Whether the part is open; `matters` where nobody said otherwise.
    pub(in crate::tui::panes) fn is_open(&self, mark: &[u16], matters: bool) -> bool {
        self.own.get(mark).copied().unwrap_or(match self.all {
            All::Matters => matters,
            All::Open => true,
            All::Folded => false,
        })
    }

    /// Opens or folds the part, which is `open` or not, as `action` says.
    pub(in crate::tui::panes) fn fold(&mut self, action: Action, mark: &[u16], open: bool) {
        // What is folded already folds the part that it is in.
        let outer = action == Action::FoldUp && !open && mark.len() > 1;
        let at = if outer { &mark[..mark.len() - 1] } else { mark };
        self.own.insert(at.to_vec(), action == Action::Unfold || action == Action::Fold && !open);
    }

    /// Everything, what matters, nothing: the next of them.
    pub(in crate::tui::panes) fn next(&mut self) {
        self.own.clear();
        self.all = match self.all {
            All::Matters => All::Open,
            All::Open => All::Folded,
            All::Folded => All::Matters,
        };
    }

    /// Forgets what was folded by hand: another tree is shown.
    pub(in crate::tui::panes) fn forget(&mut self) {
        self.own.clear();
    }
}

/// Whether a policy has a share in what its gate is worth.
pub(super) fn policy_matters(gate: &GateNode, policy: &PolicyNode) -> bool {
    let through = gate.passes() == Some(true);
    let passed = policy.value.truth() == Some(true);
    // What lets a row pass is a permissive policy; what holds it back is any that is not true.
    if through { passed && policy.permissive } else { !passed }
}

/// Whether a part of an expression has a share in what the whole is worth.
pub(super) fn node_matters(parent: &Node, child: &Node) -> bool {
    parent.op == Op::Not || child.value == parent.value || child.value.truth() == Option::unknown()
}
