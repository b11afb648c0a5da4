//! Which single change would turn the verdict: one leaf, one policy.
//!
//! Counted on the values that are there, by the logic by which the server combines them; nothing is asked of it.

use serde::Serialize;

use super::{expression::Truth, tree::GateNode};

/// One thing that, if it were otherwise, would turn the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The policy in which it stands.
    pub policy: String,
    /// The leaf; absent where it takes the policy as a whole.
    pub leaf: Option<String>,
    /// What it would have to be worth.
    pub to: bool,
}

/// What would turn the verdict that these gates make.
///
/// The verdict is whether all of them pass; where they do, what would stop the row is looked for, else what would let it through.
pub(crate) fn turns(gates: &[GateNode]) -> Vec<Turn> {
    let values: Vec<Vec<Option<bool>>> = gates.iter().map(policies).collect();
    let passes = passes(gates, &values);
    let mut found = Vec::new();
    for (gate, node) in gates.iter().enumerate() {
        for (at, policy) in node.policies.iter().enumerate() {
            let with = |value: Option<bool>| {
                let mut values = values.clone();
                // The same policy may stand at several gates, with the same expression or another.
                for (other, node) in gates.iter().enumerate() {
                    for (place, same) in node.policies.iter().enumerate() {
                        if same.policy == policy.policy
                            && same.expression.text == policy.expression.text
                            && node.gate.row == gates[gate].gate.row
                        {
                            values[other][place] = value;
                        }
                    }
                }
                values
            };
            let leaves: Vec<_> =
                policy.expression.leaves().iter().map(|leaf| leaf.value.truth()).collect();
            let mut by_leaf = false;
            for (leaf, now) in leaves.iter().enumerate() {
                let to = *now != Some(true);
                let mut changed = leaves.clone();
                changed[leaf] = Some(to);
                let value = policy.expression.fold(&mut changed.into_iter());
                if self::passes(gates, &with(value)) != passes {
                    by_leaf = true;
                    let text = policy.expression.leaves()[leaf].readable.clone();
                    push(&mut found, Turn { policy: policy.policy.clone(), leaf: Some(text), to });
                }
            }
            let to = values[gate][at] != Some(true);
            if !by_leaf && self::passes(gates, &with(Some(to))) != passes {
                push(&mut found, Turn { policy: policy.policy.clone(), leaf: None, to });
            }
        }
    }
    found
}

fn push(found: &mut Vec<Turn>, turn: Turn) {
    if !found.contains(&turn) {
        found.push(turn);
    }
}

fn policies(gate: &GateNode) -> Vec<Option<bool>> {
    gate.policies.iter().map(|policy| policy.value.truth()).collect()
}

/// Whether a row passes all gates, where their policies have these values.
fn passes(gates: &[GateNode], values: &[Vec<Option<bool>>]) -> bool {
    gates.iter().zip(values).all(|(gate, values)| {
        let of = |permissive: bool| {
            let chosen =
                gate.policies.iter().zip(values).filter(|(it, _)| it.permissive == permissive);
            chosen.map(|(_, value)| *value).collect::<Vec<_>>()
        };
        let let_through = !gate.default_deny && Truth::any(of(true)) == Some(true);
        let_through && Option::<bool>::all(of(false)) == Some(true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rls::{
        gate::Statement,
        tree::{Node, Op, PolicyNode, Worth},
    };

    fn leaf(text: &str, value: Option<bool>) -> Node {
        Node {
            op: Op::Leaf,
            text: text.into(),
            readable: text.into(),
            value: Worth::Truth(value),
            children: Vec::new(),
            operands: Vec::new(),
            hidden: None,
        }
    }

    fn both(op: Op, children: Vec<Node>) -> Node {
        let mut node = Node { op, children, ..leaf("both", None) };
        let values: Vec<_> = node.leaves().iter().map(|leaf| leaf.value.truth()).collect();
        node.value = Worth::Truth(node.fold(&mut values.into_iter()));
        node
    }

    fn policy(name: &str, permissive: bool, expression: Node) -> PolicyNode {
        PolicyNode {
            policy: name.into(),
            permissive,
            command: "ALL",
            roles: Vec::new(),
            applies: String::new(),
            clause: "USING",
            value: expression.value.clone(),
            expression,
        }
    }

    fn gate(policies: Vec<PolicyNode>) -> GateNode {
        GateNode {
            gate: Statement::Select.gates()[0],
            value: Worth::Truth(None),
            default_deny: !policies.iter().any(|policy| policy.permissive),
            policies,
        }
    }

    fn shown(gate: GateNode) -> Vec<String> {
        turns(&[gate])
            .into_iter()
            .map(|turn| format!("{} {} {}", turn.policy, turn.leaf.unwrap_or_default(), turn.to))
            .collect()
    }

    #[test]
    fn one_failing_leaf_of_two_alternatives_is_enough() {
        let own = policy("own", true, leaf("mine", Some(false)));
        let team = policy(
            "team",
            true,
            both(Op::And, vec![leaf("member", Some(true)), leaf("open", None)]),
        );
        assert_eq!(shown(gate(vec![own, team])), ["own mine true", "team open true"]);
    }

    #[test]
    fn two_failing_parts_are_no_single_change_but_the_policy_is() {
        let team = policy(
            "team",
            true,
            both(Op::And, vec![leaf("member", Some(false)), leaf("open", Some(false))]),
        );
        assert_eq!(shown(gate(vec![team])), ["team  true"]);
    }

    #[test]
    fn what_a_restrictive_policy_holds_back_no_permissive_one_lets_through() {
        let own = policy("own", true, leaf("mine", Some(false)));
        let open = policy("open", false, leaf("open", Some(false)));
        assert_eq!(shown(gate(vec![own, open])), Vec::<String>::new());
        assert_eq!(shown(gate(Vec::new())), Vec::<String>::new());
    }
}
