//! Whether the login for acting is a jail: whoever breaks out of a role in it must find nothing.

use super::{
    finding::{Finding, some},
    rights::Rights,
};
use crate::pg::quote_ident;

const ABOUT: &str = "jail";

/// What is wrong with `login` as a jail in `database`; `major` is the server's version.
pub(super) fn judge(login: &str, rights: &Rights, database: &str, major: u32) -> Vec<Finding> {
    let jail = Jail { login, role: quote_ident(login), database: quote_ident(database), major };
    let mut findings = jail.attributes(rights);
    findings.extend(jail.roles(rights));
    findings.extend(jail.objects(rights));
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, format!("`{login}` has no rights of its own")));
    }
    findings.push(jail.becomes(rights));
    findings.extend(jail.records(rights));
    findings
}

struct Jail<'a> {
    login: &'a str,
    /// Quoted, for SQL.
    role: String,
    database: String,
    major: u32,
}

impl Jail<'_> {
    fn wrong(&self, what: &str, cure: impl Into<String>) -> Finding {
        Finding::wrong(ABOUT, format!("`{}` {what}", self.login)).hint(cure)
    }

    fn attributes(&self, rights: &Rights) -> Vec<Finding> {
        let attribute = |name: &str| {
            self.wrong(&format!("has {name}"), format!("ALTER ROLE {} NO{name}", self.role))
        };
        rights.subjects("attribute").into_iter().map(attribute).collect()
    }

    fn roles(&self, rights: &Rights) -> Vec<Finding> {
        let role = &self.role;
        let mut findings = Vec::new();
        for inherited in rights.subjects("inherits") {
            let cure = if self.major >= 16 {
                format!("GRANT {} TO {role} WITH INHERIT FALSE, SET TRUE", quote_ident(inherited))
            } else {
                format!("ALTER ROLE {role} NOINHERIT")
            };
            findings.push(
                self.wrong(&format!("has the rights of `{inherited}` without taking it"), cure),
            );
        }
        for (taken, danger) in rights.of("takes") {
            let danger =
                danger.or_else(|| taken.starts_with("pg_").then_some("is the server's own"));
            if let Some(danger) = danger {
                findings.push(self.wrong(
                    &format!("may become `{taken}`, which {danger}"),
                    format!("REVOKE {} FROM {role}", quote_ident(taken)),
                ));
            }
        }
        for granted in rights.subjects("grants") {
            findings.push(self.wrong(
                &format!("may make others members of `{granted}`"),
                format!("REVOKE ADMIN OPTION FOR {} FROM {role}", quote_ident(granted)),
            ));
        }
        findings
    }

    fn objects(&self, rights: &Rights) -> Vec<Finding> {
        let (role, database) = (&self.role, &self.database);
        let mut findings = Vec::new();
        let mut several = |what: &str, verb: &str, cure: String| {
            let names = rights.subjects(what);
            if !names.is_empty() {
                findings.push(self.wrong(&format!("{verb} {}", some(names)), cure));
            }
        };
        several("owns", "owns", format!("REASSIGN OWNED BY {role} TO somebody else"));
        several("reads", "may read", format!("REVOKE SELECT on them FROM PUBLIC and from {role}"));
        several("writes", "may write", format!("REVOKE ALL on them FROM PUBLIC and from {role}"));
        several(
            "creates",
            "may create in the schema",
            format!("REVOKE CREATE ON SCHEMA … FROM PUBLIC, {role}"),
        );
        for right in rights.subjects("database") {
            let what =
                if right == "CREATE" { "may create schemas" } else { "may make temporary tables" };
            findings.push(
                self.wrong(
                    what,
                    format!("REVOKE {right} ON DATABASE {database} FROM PUBLIC, {role}"),
                ),
            );
        }
        findings
    }

    fn becomes(&self, rights: &Rights) -> Finding {
        let roles = rights.subjects("takes");
        if roles.is_empty() {
            return self.wrong(
                "may become nobody",
                format!("GRANT the application's role TO {}", self.role),
            );
        }
        Finding::ok(ABOUT, format!("`{}` may become {}", self.login, some(roles)))
    }

    /// What is not part of the fence and worth knowing.
    fn records(&self, rights: &Rights) -> Vec<Finding> {
        let mut findings = Vec::new();
        let functions: Vec<_> = rights
            .of("calls")
            .map(|(name, owner)| format!("{name} ({})", owner.unwrap_or("?")))
            .collect();
        if !functions.is_empty() {
            findings.push(
                Finding::note(
                    ABOUT,
                    format!(
                        "functions run with their powerful owners' rights: {}",
                        some(functions.iter().map(String::as_str))
                    ),
                )
                .hint("read them as if everybody called them; or REVOKE EXECUTE … FROM PUBLIC"),
            );
        }
        if rights.setting("log_statement") != Some("all") {
            findings.push(
                Finding::note(
                    ABOUT,
                    "the server's log keeps no record of what runs as somebody else",
                )
                .hint(format!("ALTER ROLE {} SET log_statement = 'all'", self.role)),
            );
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn wrong(rights: &[(&str, &str, Option<&str>)]) -> Vec<(String, String)> {
        let findings = judge("jail", &Rights::made_of(rights), "shop", 15);
        let wrong = findings.into_iter().filter(|finding| finding.level == Level::Wrong);
        wrong.map(|finding| (finding.text, finding.hint.unwrap())).collect()
    }

    const GOOD: [(&str, &str, Option<&str>); 2] =
        [("takes", "app", None), ("setting", "log_statement", Some("all"))];

    #[test]
    fn a_login_that_may_only_take_plain_roles_is_a_jail() {
        assert_eq!(wrong(&GOOD), []);
        assert!(
            judge("jail", &Rights::made_of(&GOOD), "shop", 15)
                .iter()
                .all(|it| it.level == Level::Ok)
        );
    }

    #[test]
    fn every_way_out_of_the_jail_is_wrong_and_has_a_cure() {
        for (what, subject, detail, cure) in [
            ("attribute", "SUPERUSER", None, "NOSUPERUSER"),
            ("attribute", "BYPASSRLS", None, "NOBYPASSRLS"),
            ("inherits", "app", None, "NOINHERIT"),
            ("takes", "boss", Some("is a superuser"), "REVOKE \"boss\" FROM \"jail\""),
            ("takes", "pg_write_server_files", None, "REVOKE"),
            ("grants", "app", None, "ADMIN OPTION"),
            ("owns", "public.t", None, "REASSIGN"),
            ("reads", "public.t", None, "REVOKE SELECT"),
            ("writes", "public.t", None, "REVOKE ALL"),
            ("creates", "public", None, "ON SCHEMA"),
            ("database", "TEMPORARY", None, "REVOKE TEMPORARY ON DATABASE \"shop\""),
            ("database", "CREATE", None, "REVOKE CREATE ON DATABASE"),
        ] {
            let mut rights = GOOD.to_vec();
            rights.push((what, subject, detail));
            let found = wrong(&rights);
            assert_eq!(found.len(), 1, "{what} {subject}: {found:?}");
            assert!(found[0].1.contains(cure), "{found:?}");
        }
    }

    #[test]
    fn a_jail_that_nobody_can_be_acted_from_is_wrong() {
        assert_eq!(wrong(&[]).len(), 1);
    }
}
