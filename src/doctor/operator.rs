//! Whether the operator's login can do what it is for, and not more than it should.

use super::{
    finding::{Finding, some},
    rights::Rights,
};
use crate::pg::{Probe, Row, Sql, quote_ident};

const ABOUT: &str = "operator";

/// Tables that the login does not see whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    unreadable: Vec<String>,
    schemas: Vec<String>,
    filtered: Vec<String>,
}

impl Hidden {
    /// The question to the server.
    pub(super) fn question() -> Sql {
        Sql::new(include_str!("sql/tables.sql"))
    }

    /// Reads the answer.
    pub(super) fn read(rows: Vec<Row>) -> Self {
        let mut hidden = Self::default();
        for row in rows {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let (what, name, schema) = (cells.next(), cells.next(), cells.next());
            if what.as_deref() == Some("unreadable") {
                hidden.unreadable.extend(name);
                hidden.schemas.extend(schema);
            } else {
                hidden.filtered.extend(name);
            }
        }
        hidden.schemas.dedup();
        hidden
    }
}

/// What is to be said about the login that `probe` found.
pub(super) fn judge(probe: &Probe, rights: &Rights, hidden: &Hidden) -> Vec<Finding> {
    let login = &probe.login;
    let role = quote_ident(login);
    let mut findings = power(probe, rights);
    if !hidden.filtered.is_empty() {
        findings.push(
            Finding::note(
                ABOUT,
                format!(
                    "`{login}` sees only what policies let through: {}",
                    names(&hidden.filtered)
                ),
            )
            .hint(format!("to see what they hide, a superuser runs: ALTER ROLE {role} BYPASSRLS")),
        );
    }
    if !hidden.unreadable.is_empty() {
        let schemas = hidden.schemas.join(", ");
        findings.push(
            Finding::note(ABOUT, format!("`{login}` cannot read {}", names(&hidden.unreadable)))
                .hint(format!("GRANT USAGE ON SCHEMA {schemas} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {schemas} TO {role}")),
        );
    }
    for (has, name, why) in [
        (
            probe.monitor,
            "pg_monitor",
            "other sessions' statements and the server's settings stay hidden",
        ),
        (probe.signal, "pg_signal_backend", "other sessions cannot be cancelled or ended"),
    ] {
        findings.push(if has {
            Finding::ok(ABOUT, format!("`{login}` may use {name}"))
        } else {
            Finding::note(ABOUT, format!("`{login}` lacks {name}: {why}"))
                .hint(format!("GRANT {name} TO {role}"))
        });
    }
    findings
}

/// How much the login could break.
fn power(probe: &Probe, rights: &Rights) -> Vec<Finding> {
    let login = &probe.login;
    let safer = "`purview roles --print` makes logins that can do less";
    if probe.superuser {
        return vec![
            Finding::wrong(
                ABOUT,
                format!("`{login}` is a superuser: a mistake can break everything"),
            )
            .hint(safer),
        ];
    }
    let mut findings = Vec::new();
    if probe.create_role {
        findings.push(
            Finding::note(ABOUT, format!("`{login}` may create roles, and with them rights"))
                .hint(safer),
        );
    }
    if rights.has("REPLICATION") {
        findings.push(
            Finding::note(ABOUT, format!("`{login}` may replicate: it can copy the whole server"))
                .hint(safer),
        );
    }
    let files = ["pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"];
    let inherited = rights.subjects("inherits");
    for role in files.into_iter().filter(|role| inherited.contains(role)) {
        findings.push(
            Finding::wrong(
                ABOUT,
                format!("`{login}` may use {role}: it acts outside of the database"),
            )
            .hint(format!("REVOKE {role} FROM {}", quote_ident(login))),
        );
    }
    let writes = rights.subjects("writes");
    findings.push(match writes.len() {
        0 => Finding::ok(ABOUT, format!("`{login}` looks and changes nothing")),
        _ => Finding::ok(ABOUT, format!("`{login}` may change rows of {} tables", writes.len())),
    });
    if probe.bypass_rls {
        findings.push(Finding::ok(ABOUT, format!("`{login}` sees what policies hide (BYPASSRLS)")));
    }
    findings
}

fn names(names: &[String]) -> String {
    some(names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn probe() -> Probe {
        Probe {
            login: "support".into(),
            bypass_rls: true,
            monitor: true,
            signal: true,
            ..Probe::default()
        }
    }

    #[test]
    fn a_login_with_exactly_what_it_needs_is_fine() {
        let findings = judge(&probe(), &Rights::default(), &Hidden::default());
        assert!(findings.iter().all(|finding| finding.level == Level::Ok), "{findings:?}");
    }

    #[test]
    fn a_missing_right_names_the_grant_that_cures_it() {
        let probe = Probe { monitor: false, bypass_rls: false, ..probe() };
        let hidden = Hidden::read(vec![
            vec![Some("unreadable".into()), Some("auth.users".into()), Some("auth".into())],
            vec![Some("filtered".into()), Some("public.emails".into()), Some("public".into())],
        ]);
        let findings = judge(&probe, &Rights::default(), &hidden);
        let hints: Vec<_> = findings.iter().filter_map(|finding| finding.hint.as_deref()).collect();
        assert!(hints.contains(&"GRANT pg_monitor TO \"support\""), "{hints:?}");
        assert!(
            hints.iter().any(|hint| hint.contains("GRANT USAGE ON SCHEMA auth TO \"support\""))
        );
        assert!(hints.iter().any(|hint| hint.contains("ALTER ROLE \"support\" BYPASSRLS")));
    }

    #[test]
    fn a_superuser_is_wrong() {
        let probe = Probe { superuser: true, ..probe() };
        assert_eq!(judge(&probe, &Rights::default(), &Hidden::default())[0].level, Level::Wrong);
    }
}
