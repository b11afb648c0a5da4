//! The logins that purview should have in a database, as SQL for a person to read and to run.
//!
//! None of them is a superuser. The text can be run again and holds no password.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    pg::{Problem, Row, Sql, spell_ident},
    text::clean,
};

/// What the SQL depends on, as the server told it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    version: u32,
    database: String,
    /// Each role, and whether it passes by row security.
    roles: BTreeMap<String, bool>,
    schemas: Vec<String>,
    /// Each owner of tables, and whether it is a superuser.
    owners: BTreeMap<String, bool>,
}

impl Survey {
    /// The question to the server.
    pub fn question() -> Sql {
        Sql::new(include_str!("sql/survey.sql"))
    }

    /// Reads the answer.
    pub fn read(rows: &[Row]) -> Result<Self, Problem> {
        let mut survey = Self::default();
        for row in rows {
            let mut values = row.iter().map(|value| value.clone().unwrap_or_default());
            let mut next = || values.next().unwrap_or_default();
            let (what, name, detail) = (next(), next(), next());
            match what.as_str() {
                "server" => {
                    survey.version = name
                        .parse()
                        .map_err(|_| Problem::bug(format!("the survey gave no version: {name}")))?;
                    survey.database = detail;
                }
                "role" => drop(survey.roles.insert(name, detail == "true")),
                "schema" => survey.schemas.push(name),
                "owner" => drop(survey.owners.insert(name, detail == "true")),
                _ => return Err(Problem::bug(format!("the survey knows no such thing: {what}"))),
            }
        }
        Ok(survey)
    }

    /// The SQL that makes the logins, `roles` being those of the application that purview is to act as.
    pub fn sql(&self, roles: &[&str]) -> String {
        let mut text = self.heading();
        text.push_str("BEGIN;\n\n");
        text.push_str(include_str!("sql/roles.sql"));
        self.newer_rights(&mut text);
        self.connecting(&mut text);
        self.acting(&mut text, roles);
        self.looking(&mut text);
        self.changing(&mut text);
        text.push_str("\nCOMMIT;\n");
        text
    }

    fn heading(&self) -> String {
        let logins = ["purview_jail", "purview_support", "purview_dba", "purview_admin"];
        let passwords = logins.map(|login| format!("--   \\password {login}\n")).concat();
        format!(
            "-- The logins of purview for this database, on PostgreSQL {}. Can be run again. Best run by a superuser: what others\n\
             -- may not do is told in a warning. Passwords are given afterwards, each login its own:\n{passwords}\n",
            self.version / 10_000
        )
    }

    /// Rights that newer versions have as roles.
    fn newer_rights(&self, text: &mut String) {
        if self.version >= 170_000 {
            text.push_str("\n-- VACUUM, ANALYZE, REINDEX and the like on every table.\nGRANT pg_maintain TO purview_dba;\n");
        }
        if self.version >= 180_000 {
            text.push_str("GRANT pg_signal_autovacuum_worker TO purview_dba;\n");
        }
    }

    fn connecting(&self, text: &mut String) {
        let database = spell_ident(&self.database);
        add(
            text,
            &format!(
                "\n-- To connect is all the jail may; it makes no temporary tables. Where PUBLIC may, everybody still can; if no application relies on that:\n\
             --   REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC;\n\
             REVOKE ALL ON DATABASE {database} FROM purview_jail;\n\
             GRANT CONNECT ON DATABASE {database} TO purview_jail, purview_support, purview_dba, purview_admin;",
                clean(&database),
            ),
        );
    }

    /// The one thing that the jail may.
    fn acting(&self, text: &mut String, roles: &[&str]) {
        text.push_str("\n-- Whom the jail may become.\n");
        for role in roles {
            match self.roles.get(*role) {
                Some(false) => add(text, &membership(role, "purview_jail", false, self.version)),
                Some(true) => add(
                    text,
                    &format!(
                        "-- Not {}: it passes by row security, so code that breaks out of another role could read everything through it.",
                        clean(role)
                    ),
                ),
                None => add(text, &format!("-- Not {}: there is no such role.", clean(role))),
            }
        }
        if roles.is_empty() {
            text.push_str("-- (no role of the application is known: name them in the mapping, or GRANT them here)\n");
        }
    }

    fn looking(&self, text: &mut String) {
        text.push_str("\n-- Every row of the application, to look at.\n");
        for schema in self.schemas.iter().map(|schema| spell_ident(schema)) {
            add(text, &format!("GRANT USAGE ON SCHEMA {schema} TO purview_support, purview_dba;"));
            add(
                text,
                &format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO purview_support;"),
            );
            add(
                text,
                &format!("GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO purview_support;"),
            );
            for owner in self.owners.keys().map(|owner| spell_ident(owner)) {
                add(
                    text,
                    &format!(
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON TABLES TO purview_support;"
                    ),
                );
            }
        }
    }

    fn changing(&self, text: &mut String) {
        text.push_str("\n-- Changing rows and, as a member of the owner, the schema.\n");
        for (owner, _) in self.owners.iter().filter(|(_, is_superuser)| !**is_superuser) {
            add(text, &membership(owner, "purview_admin", true, self.version));
        }
        if self.owners.values().any(|is_superuser| *is_superuser) {
            text.push_str("-- Some tables belong to a superuser, whom no login of purview becomes: rows only, migrations run as that superuser.\n");
            for schema in self.schemas.iter().map(|schema| spell_ident(schema)) {
                add(
                    text,
                    &format!(
                        "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO purview_admin;"
                    ),
                );
                add(
                    text,
                    &format!("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO purview_admin;"),
                );
            }
        }
    }
}

/// A membership in `role`, inherited or only by SET ROLE. Before version 16 the login's own NOINHERIT says which.
fn membership(role: &str, login: &str, inherits: bool, version: u32) -> String {
    let role = spell_ident(role);
    if version < 160_000 {
        return format!("GRANT {role} TO {login};");
    }
    let inherit = if inherits { "TRUE" } else { "FALSE" };
    format!("GRANT {role} TO {login} WITH ADMIN FALSE, INHERIT {inherit}, SET TRUE;")
}

fn add(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes whatever is written to it");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn survey(version: u32) -> Survey {
        Survey {
            version,
            database: "shop".into(),
            roles: [("shop_app", false), ("service_role", true)]
                .map(|(n, b)| (n.to_owned(), b))
                .into(),
            schemas: vec!["public".into()],
            owners: [("shop_owner", false), ("postgres", true)]
                .map(|(n, s)| (n.to_owned(), s))
                .into(),
        }
    }

    /// What is left without comments.
    fn statements(text: &str) -> String {
        text.lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_jail_becomes_the_application_and_nobody_powerful() {
        let text = statements(&survey(150_000).sql(&["shop_app", "service_role", "ghost"]));
        assert!(text.contains("GRANT \"shop_app\" TO purview_jail;"));
        assert!(!text.contains("service_role") && !text.contains("ghost"));
        assert!(!text.contains("\"postgres\" TO purview_admin"));
        let text = statements(&survey(160_000).sql(&["shop_app"]));
        assert!(text.contains(
            "GRANT \"shop_app\" TO purview_jail WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;"
        ));
    }

    #[test]
    fn rights_are_named_only_where_the_server_has_them() {
        assert!(!survey(160_000).sql(&[]).contains("pg_maintain"));
        assert!(survey(170_000).sql(&[]).contains("pg_maintain"));
        assert!(survey(180_000).sql(&[]).contains("pg_signal_autovacuum_worker"));
    }

    #[test]
    fn no_password_is_printed() {
        assert!(
            !statements(&survey(180_000).sql(&["shop_app"])).to_lowercase().contains("password")
        );
    }

    proptest! {
        #[test]
        fn no_name_reaches_the_terminal_with_what_would_act_there(name in "\\PC{0,4}[\u{1b}\u{7}\u{9b}\r\u{202e}\u{200b}]\\PC{0,4}") {
            let mut survey = survey(160_000);
            survey.database.clone_from(&name);
            survey.roles.insert(name.clone(), true);
            survey.schemas.push(name.clone());
            let text = survey.sql(&[&name]);
            prop_assert!(text.chars().all(|c| c == '\n' || crate::text::is_harmless(c)), "{text:?}");
        }

        #[test]
        fn a_name_never_becomes_a_statement(name in "[a-z\n\"';-]{1,12}") {
            let evil = format!("{name}\nDROP TABLE users; --");
            let mut survey = survey(160_000);
            survey.database.clone_from(&evil);
            survey.roles.insert(evil.clone(), true);
            let text = survey.sql(&[&evil, "ghost\nDROP TABLE users;"]);
            let quoted = spell_ident(&evil);
            prop_assert!(!statements(&text.replace(&quoted, "")).contains("DROP TABLE"));
        }
    }
}
