//! Explanations of every sort, as the room gives them.

use purview::rls::{
    Held, Idle, Outcome, Presence, Statement, Turn, Why,
    catalog::{Rights, RowSecurity},
    tree::{GateNode, Hidden, Node, Op, OperandValue, PolicyNode, Worth},
};

fn row() -> Vec<Held> {
    let cell = |column: &str, value: Option<&str>, secret, computed| Held {
        column: column.into(),
        value: value.map(str::to_owned),
        secret,
        computed,
    };
    vec![
        cell("id", Some("00038eac-19c6-6831-92e2-c5240e7ccd97"), false, false),
        cell("department_id", Some("f620bf28-ab58-4e1b-51e9-fc2afac5f5be"), false, false),
        cell("subject", Some("Invoice"), false, false),
        cell("deleted_at", None, false, false),
        cell("token", None, true, false),
        cell("length", Some("7"), false, true),
    ]
}

fn truth(value: Option<bool>) -> Worth {
    Worth::Truth(value)
}

pub(crate) fn operand(text: &str, value: Option<&str>, name: Option<&str>) -> OperandValue {
    OperandValue {
        text: text.into(),
        readable: text.into(),
        value: value.map(str::to_owned),
        name: name.map(str::to_owned),
        leads: name
            .filter(|name| !name.starts_with('{'))
            .map(|_| ("public.departments".parse().unwrap(), "id".to_owned())),
        error: None,
    }
}

pub(crate) fn leaf(text: &str, value: Option<bool>, operands: Vec<OperandValue>) -> Node {
    Node {
        op: Op::Leaf,
        text: format!("({text}::text)"),
        readable: text.into(),
        value: truth(value),
        children: Vec::new(),
        operands,
        hidden: None,
    }
}

fn node(op: Op, value: Option<bool>, children: Vec<Node>) -> Node {
    Node { op, children, ..leaf("whole", value, Vec::new()) }
}

fn policy(name: &str, permissive: bool, expression: Node) -> PolicyNode {
    PolicyNode {
        policy: name.into(),
        permissive,
        command: "SELECT",
        roles: vec!["public".into()],
        applies: "it is for everybody".into(),
        clause: "USING",
        value: expression.value.clone(),
        expression,
    }
}

fn gate(value: Option<bool>, policies: Vec<PolicyNode>) -> GateNode {
    GateNode {
        gate: Statement::Select.gates()[0],
        value: truth(value),
        default_deny: policies.iter().all(|policy| !policy.permissive),
        policies,
    }
}

fn why(because: &str, predicted: Outcome, gates: Vec<GateNode>) -> Why {
    Why {
        schema: "public".into(),
        table: "emails".into(),
        key: [("id".to_owned(), "00038eac-19c6-6831-92e2-c5240e7ccd97".into())]
            .into_iter()
            .collect(),
        command: Statement::Select,
        role: "app_user".into(),
        user: Some("alice@acme.test".into()),
        presence: Presence::There,
        because: because.into(),
        predicted: Some(predicted),
        actual: Some(predicted),
        agrees: Some(true),
        sqlstate: None,
        message: None,
        label: None,
        row_security: RowSecurity::On,
        owner: "app_owner".into(),
        rights: Rights { select: true, insert: true, update: true, delete: false },
        fence: "jailed".into(),
        gates,
        turns: Vec::new(),
        idle: Vec::new(),
        actual_message: None,
        actual_sqlstate: None,
        row: row(),
        through: Vec::new(),
    }
}

fn admin(value: bool) -> Node {
    let user = operand("‹user_id›", Some("3ea28789-d0d0-2cc9-a8ff-2d9db200ba44"), None);
    leaf("is_user_admin(‹user_id›)", Some(value), vec![user])
}

fn department(value: bool) -> Node {
    let of_row =
        operand("department_id", Some("f620bf28-ab58-4e1b-51e9-fc2afac5f5be"), Some("Finance"));
    let theirs = if value { "{Sales, Finance}" } else { "{Sales, Support}" };
    let theirs = operand(
        "get_user_department_ids(‹user_id›)",
        Some("{75025bf3-cf84-9610-132e-7867686f3910,785cf960-eed6-727f-22d3-0ac5f1a2b3c4}"),
        Some(theirs),
    );
    leaf(
        "department_id = ANY (get_user_department_ids(‹user_id›))",
        Some(value),
        vec![of_row, theirs],
    )
}

fn access(value: bool) -> Node {
    node(Op::Or, Some(value), vec![admin(false), department(value)])
}

pub(crate) fn visible() -> Why {
    let gates = vec![gate(Some(true), vec![policy("email_access_policy", true, access(true))])];
    let turn = Turn {
        policy: "email_access_policy".into(),
        leaf: Some("department_id = ANY (get_user_department_ids(‹user_id›))".into()),
        to: false,
    };
    Why {
        turns: vec![turn],
        ..why("the row is visible: let through by `email_access_policy`", Outcome::Allowed, gates)
    }
}

pub(crate) fn hidden() -> Why {
    let gates = vec![gate(Some(false), vec![policy("email_access_policy", true, access(false))])];
    let turn = |leaf: &str| Turn {
        policy: "email_access_policy".into(),
        leaf: Some(leaf.into()),
        to: true,
    };
    let idle = Idle {
        policy: "email_insert_policy".into(),
        command: "INSERT",
        because: "it is for INSERT alone".into(),
    };
    Why {
        turns: vec![
            turn("is_user_admin(‹user_id›)"),
            turn("department_id = ANY (get_user_department_ids(‹user_id›))"),
        ],
        idle: vec![idle],
        ..why(
            "the row is there and hidden: none of these policies is true: `email_access_policy`",
            Outcome::Filtered,
            gates,
        )
    }
}

pub(crate) fn denied() -> Why {
    why(
        "the row is there and hidden: no policy lets `app_user` pass SELECT USING: what nothing permits is denied",
        Outcome::Filtered,
        vec![gate(Some(false), Vec::new())],
    )
}

pub(crate) fn unknown() -> Why {
    let compared = leaf(
        "owner_id = ‹user_id›",
        None,
        vec![operand("owner_id", None, None), operand("‹user_id›", Some("7"), None)],
    );
    let open = leaf("status = 'open'", Some(true), vec![operand("status", Some("open"), None)]);
    let both = node(Op::And, None, vec![open, compared]);
    why(
        "the row is there and hidden: none of these policies is true: `own`",
        Outcome::Filtered,
        vec![gate(None, vec![policy("own", true, both)])],
    )
}

pub(crate) fn failing() -> Why {
    let error = Worth::Error {
        sqlstate: Some("22P02".into()),
        message: "invalid input syntax for type uuid: \"\"".into(),
    };
    let mut compared =
        leaf("owner_id = ‹user_id›", None, vec![operand("owner_id", Some("7"), None)]);
    compared.value = error.clone();
    let mut gate = gate(None, vec![policy("own", true, compared)]);
    gate.value = error;
    Why {
        sqlstate: Some("22P02".into()),
        message: Some("invalid input syntax for type uuid: \"\"".into()),
        ..why(
            "`select` would fail: invalid input syntax for type uuid: \"\"",
            Outcome::Error,
            vec![gate],
        )
    }
}

pub(crate) fn restricted() -> Why {
    let not_deleted = leaf(
        "deleted_at IS NULL",
        Some(false),
        vec![operand("deleted_at", Some("2026-02-01 10:00:00+00"), None)],
    );
    let policies = vec![
        policy("not_deleted", false, not_deleted),
        policy("email_access_policy", true, access(true)),
    ];
    why(
        "the row is there and hidden: held back by `not_deleted`",
        Outcome::Filtered,
        vec![gate(Some(false), policies)],
    )
}

pub(crate) fn bypassed() -> Why {
    Why {
        row_security: RowSecurity::BypassRls,
        ..why(
            "the row is visible: the role has BYPASSRLS: no policy counts",
            Outcome::Allowed,
            Vec::new(),
        )
    }
}

pub(crate) fn unguarded() -> Why {
    Why {
        row_security: RowSecurity::Off,
        ..why(
            "the row is visible: row security is off: no policy counts, the privileges decide alone",
            Outcome::Allowed,
            Vec::new(),
        )
    }
}

pub(crate) fn disagreeing() -> Why {
    Why {
        actual: Some(Outcome::Filtered),
        agrees: Some(false),
        label: Some(
            "policy `own` calls `random`, which is volatile: it may answer otherwise next time"
                .into(),
        ),
        ..visible()
    }
}

pub(crate) fn nested() -> Why {
    let mut member = leaf(
        "department_id IN (SELECT m.department_id FROM members m WHERE m.user_id = ‹user_id›)",
        Some(false),
        vec![
            operand("department_id", Some("2"), Some("HR")),
            operand("SELECT m.department_id FROM members m …", Some("{1}"), Some("{Sales}")),
        ],
    );
    member.hidden = Some(Hidden {
        tables: vec!["public.members".into()],
        otherwise: Some(true),
        matters: Some(true),
        unknown_because: None,
    });
    why(
        "the row is there and hidden: none of these policies is true: `member`",
        Outcome::Filtered,
        vec![gate(Some(false), vec![policy("member", true, member)])],
    )
}

pub(crate) fn absent() -> Why {
    Why {
        presence: Presence::Absent,
        predicted: None,
        actual: None,
        agrees: None,
        key: serde_json::Map::new(),
        ..why(
            "there is no such row, not even for the operator, from whom no policy hides one",
            Outcome::Filtered,
            Vec::new(),
        )
    }
}
