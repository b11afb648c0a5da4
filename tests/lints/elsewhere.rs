//! Where other linters are wrong, the rules and the evaluator say what the server does.

use purview::pg::Workshop;

use super::{common, findings, objects, program::Program};

/// What comes of a statement, asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// It reads, inserts or changes so many rows.
    Rows(u64),
    /// A policy refuses it.
    Refused,
}

use Truth::{Refused, Rows};

/// A claim that is wrong, and what is so.
struct Claim {
    /// Who claims what.
    wrong: &'static str,
    /// The table without its schema.
    table: &'static str,
    role: &'static str,
    /// Statements and what comes of them.
    truth: &'static [(&'static str, Truth)],
    /// The rules that find the table.
    told: &'static [&'static str],
    /// The rules that must not.
    untold: &'static [&'static str],
}

/// The rules that say that anything passes.
const OPEN: &[&str] = &["policy-always-true", "policy-always-passes"];

const CLAIMS: &[Claim] = &[
    Claim {
        wrong: "pgrls SEC006: without WITH CHECK a policy admits every write",
        table: "no_check",
        role: "e_app",
        truth: &[
            ("INSERT INTO e.no_check VALUES (4, 1)", Rows(1)),
            ("INSERT INTO e.no_check VALUES (4, 2)", Refused),
            ("UPDATE e.no_check SET tenant = 2", Refused),
        ],
        told: &[],
        untold: OPEN,
    },
    Claim {
        wrong: "pgrls SEC006: a restrictive policy's missing WITH CHECK defaults to true",
        table: "no_strict_check",
        role: "e_app",
        truth: &[
            ("INSERT INTO e.no_strict_check VALUES (4, 1)", Rows(1)),
            ("INSERT INTO e.no_strict_check VALUES (4, 2)", Refused),
        ],
        told: &[],
        untold: OPEN,
    },
    Claim {
        wrong: "splinter 0024: a missing USING means allow all",
        table: "no_using",
        role: "e_app",
        truth: &[
            ("SELECT count(*)::text FROM e.no_using", Rows(0)),
            ("UPDATE e.no_using SET tenant = 1", Rows(0)),
            ("DELETE FROM e.no_using", Rows(0)),
            ("INSERT INTO e.no_using VALUES (4, 2)", Rows(1)),
        ],
        told: &["command-without-policy", "policy-always-true"],
        untold: &["policy-always-passes"],
    },
    Claim {
        wrong: "splinter 0024: WITH CHECK (true) of an UPDATE lets every row be written",
        table: "no_update_using",
        role: "e_app",
        truth: &[("UPDATE e.no_update_using SET tenant = 1", Rows(0))],
        told: &["command-without-policy"],
        untold: &["policy-always-true"],
    },
    Claim {
        wrong: "splinter 0024: a policy without conditions means allow all",
        table: "no_condition",
        role: "e_app",
        truth: &[
            ("SELECT count(*)::text FROM e.no_condition", Rows(0)),
            ("INSERT INTO e.no_condition VALUES (4, 1)", Refused),
        ],
        told: &["policy-without-expression", "command-without-policy"],
        untold: OPEN,
    },
    Claim {
        wrong: "a restrictive policy is a restriction, whatever it lacks",
        table: "no_strict_condition",
        role: "e_app",
        truth: &[
            ("SELECT count(*)::text FROM e.no_strict_condition", Rows(3)),
            ("INSERT INTO e.no_strict_condition VALUES (4, 2)", Rows(1)),
        ],
        told: &["policy-always-true"],
        untold: &["only-restrictive-policies"],
    },
    Claim {
        wrong: "a restrictive policy that is true lets something pass",
        table: "only_strict",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.only_strict", Rows(0))],
        told: &["only-restrictive-policies"],
        untold: OPEN,
    },
    Claim {
        wrong: "a table with a policy is covered, whatever the command",
        table: "half",
        role: "e_app",
        truth: &[
            ("SELECT count(*)::text FROM e.half", Rows(1)),
            ("INSERT INTO e.half VALUES (4, 1)", Refused),
            ("UPDATE e.half SET tenant = 1", Rows(0)),
        ],
        told: &["command-without-policy"],
        untold: &["table-without-policy"],
    },
    Claim {
        wrong: "splinter: roles have a policy by their name, not by what they inherit",
        table: "grouped",
        role: "e_member",
        truth: &[("SELECT count(*)::text FROM e.grouped", Rows(1))],
        told: &[],
        untold: &["table-without-policy", "policy-for-unused-role"],
    },
    Claim {
        wrong: "whoever is a member of a role has its policies, inheriting or not",
        table: "grouped",
        role: "e_distant",
        truth: &[("SELECT count(*)::text FROM e.grouped", Rows(0))],
        told: &["command-without-policy"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0008: only ordinary tables have row security",
        table: "parts",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.parts", Rows(0))],
        told: &["table-without-policy"],
        untold: &[],
    },
    Claim {
        wrong: "splinter: a partition is as closed as its parent",
        table: "part",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.part", Rows(3))],
        told: &["partition-around-policies"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0003: one call in a sub-select makes all of them quick, and only auth.uid() is slow",
        table: "wrapped_once",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.wrapped_once", Rows(1))],
        told: &["function-for-each-row"],
        untold: &[],
    },
    Claim {
        wrong: "a function in a policy is slow, wherever it stands",
        table: "wrapped",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.wrapped", Rows(1))],
        told: &[],
        untold: &["function-for-each-row"],
    },
    Claim {
        wrong: "splinter 0024: true is spelled true",
        table: "one_is_one",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.one_is_one", Rows(3))],
        told: &["policy-always-passes"],
        untold: &[],
    },
    Claim {
        wrong: "what equals itself is true",
        table: "itself",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.itself", Rows(2))],
        told: &[],
        untold: OPEN,
    },
    Claim {
        wrong: "splinter 0024: a comparison says something",
        table: "itself_filled",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.itself_filled", Rows(3))],
        told: &["policy-always-passes"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0024: a condition over a column says something",
        table: "either",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.either", Rows(3))],
        told: &["policy-always-passes"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0024: NOT false is not true",
        table: "not_false",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.not_false", Rows(3))],
        told: &["policy-always-passes"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0024: OR true narrows",
        table: "or_true",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.or_true", Rows(3))],
        told: &["policy-always-passes"],
        untold: &[],
    },
    Claim {
        wrong: "a view asks the policies of what it reads",
        table: "seen_through_view",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.seen_through_view", Rows(3))],
        told: &["view-as-its-owner"],
        untold: &[],
    },
    Claim {
        wrong: "splinter 0010: every view without security_invoker goes around the policies",
        table: "forced_view",
        role: "e_app",
        truth: &[("SELECT count(*)::text FROM e.forced_view", Rows(0))],
        told: &[],
        untold: &["view-as-its-owner"],
    },
];

/// What comes of `statement` as `role`; it is undone.
async fn truth(workshop: &mut Workshop, role: &str, statement: &str) -> Truth {
    workshop.script(&format!("BEGIN; SET LOCAL ROLE {role}")).await.unwrap();
    let counted = if statement.starts_with("SELECT") {
        statement.to_owned()
    } else {
        format!("WITH done AS ({statement} RETURNING 1) SELECT count(*)::text FROM done")
    };
    let done = workshop.script(&counted).await;
    workshop.script("ROLLBACK").await.unwrap();
    match done {
        Ok(rows) => Rows(rows[0][0].as_deref().unwrap().parse().unwrap()),
        Err(problem) => {
            assert_eq!(problem.sqlstate.as_deref(), Some("42501"), "{problem}");
            Refused
        }
    }
}

#[tokio::test]
async fn where_splinter_and_pgrls_are_wrong_the_rules_say_what_the_server_does() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(include_str!("elsewhere.sql")).await.unwrap();
    let findings = findings(&test).await;
    let program = Program::new()
        .with("PURVIEW_URL", test.url(purview::demo::LoginKind::Superuser))
        .with("PURVIEW_ACTING_URL", test.url(purview::demo::LoginKind::Jail));
    for Claim { wrong, table, role, truth: expected, told, untold } in CLAIMS {
        for (statement, expected) in *expected {
            let real = truth(&mut workshop, role, statement).await;
            assert_eq!(real, *expected, "{wrong}: {statement}");
        }
        let name = format!("e.{table}");
        for rule in *told {
            assert!(objects(&findings, rule).contains(&*name), "{wrong}: {rule} {findings:#?}");
        }
        for rule in *untold {
            assert!(!objects(&findings, rule).contains(&*name), "{wrong}: {rule} {findings:#?}");
        }
        // What the evaluator says of each row and command is what the server does with it.
        if !table.ends_with("_view") {
            let words = ["rls", "rows", &name, "--all", "--try", "--role", role];
            let judged = program.run(words).data();
            let lines: Vec<serde_json::Value> =
                judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(lines.len(), 3 * 4, "{wrong}");
            for line in lines {
                // A row that is written once more is stopped by its key, after the policies.
                assert_eq!(line["agrees"], true, "{wrong}: {line}");
            }
        }
    }
    let said = |table: &str| {
        let of = |it: &&[String; 3]| it[0] == "policy-always-true" && it[1] == table;
        findings.iter().find(of).unwrap()[2].clone()
    };
    // Not more than is so: nothing but new rows.
    assert_eq!(said("e.no_using"), "policy p lets public INSERT every row");
    let distant = "e_distant may SELECT, and no policy lets it";
    assert!(findings.iter().any(|it| it[1] == "e.grouped" && it[2] == distant), "{findings:#?}");
    assert!(!findings.iter().any(|it| it[1] == "e.grouped" && it[2].contains("e_member")));
}
