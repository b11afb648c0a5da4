//! The GRANT that cures a missing privilege.
//!
//! The server names the object only in the (possibly translated) text of its message, and without its schema (`aclcheck_error` in `aclchk.c`). So the
//! full name is asked of the catalog, among what the role really lacks; what cannot be read stays without a hint.
//!
//! That policies would hide rows it says before it looks at privileges; so what the statement names is looked at here.

use super::{Problem, RelationName, Rows, Sql, quote_ident, wire::Wire};

/// How many objects of one name are told.
const TOLD: u64 = 3;

/// What the server says is not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lack<'a> {
    /// `table`, which stands for all that rows are read from, or another word of GRANT's.
    object: &'static str,
    /// The bare name.
    name: &'a str,
}

impl<'a> Lack<'a> {
    fn read(problem: &'a Problem) -> Option<Self> {
        // The place in the statement, which `server_said` adds, is no part of the name.
        let message = problem.summary.split(", at character ").next()?;
        let rest = message.strip_prefix("permission denied for ")?;
        let (object, name) = rest.split_once(' ')?;
        // At connect the server quotes the name (`InitPostgres` in `postinit.c`), and nowhere else.
        let name = name.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(name);
        Some(match object {
            "table" | "view" | "relation" => Self { object: "table", name },
            "materialized" => Self { object: "table", name: name.strip_prefix("view ")? },
            "sequence" => Self { object: "sequence", name },
            "schema" => Self { object: "schema", name },
            "function" | "procedure" | "aggregate" => Self { object: "function", name },
            "database" => Self { object: "database", name },
            "type" => Self { object: "type", name },
            _ => return None,
        })
    }

    /// What is granted on it.
    fn privilege(self) -> &'static str {
        match self.object {
            "table" => "select",
            "function" => "execute",
            "database" => "connect",
            _ => "usage",
        }
    }

    /// The GRANT, where the object's full name, quoted where it has to be, is known.
    fn grant(self, name: &str, role: &str) -> String {
        let (privilege, role) = (self.privilege(), quote_ident(role));
        match self.object {
            "table" => format!("grant {privilege} on {name} to {role}"),
            object => format!("grant {privilege} on {object} {name} to {role}"),
        }
    }

    /// Asks for the full names of the objects of that name on which `role` lacks the privilege.
    fn question(self, role: &str) -> Option<Sql> {
        let lacks = match self.object {
            "table" => "NOT pg_catalog.has_table_privilege(r.oid, o.oid, 'SELECT')",
            "sequence" => "NOT pg_catalog.has_sequence_privilege(r.oid, o.oid, 'USAGE')",
            "function" => "NOT pg_catalog.has_function_privilege(r.oid, o.oid, 'EXECUTE')",
            "type" => "NOT pg_catalog.has_type_privilege(r.oid, o.oid, 'USAGE')",
            // These have no schema.
            _ => return None,
        };
        let mut sql = Sql::new("SELECT o.full_name FROM (\n");
        sql.push(include_str!("sql/objects.sql"))
            .push("\n) o JOIN pg_catalog.pg_roles r ON r.rolname = ")
            .bind(Some(role), "pg_catalog.name")
            .push(" WHERE o.object = ")
            .bind(Some(self.object), "pg_catalog.text")
            .push(" AND o.name = ")
            .bind(Some(self.name), "pg_catalog.name")
            .push(" AND ")
            .push(lacks)
            .push(" ORDER BY 1 LIMIT ")
            .number(TOLD);
        Some(sql)
    }
}

/// What the server says of a statement of which policies would hide rows, where it was told to hide none.
const WOULD_HIDE: &str = "query would be affected by row-level security policy";

/// What lets `role` see what policies hide.
fn bypass(role: &str) -> String {
    let role = quote_ident(role);
    format!("act as somebody, or, to see what the policies hide: alter role {role} bypassrls")
}

/// The GRANT that the server's message asks for, with the name as the server told it.
pub(super) fn hint(problem: &Problem, role: &str) -> Option<String> {
    if problem.summary.starts_with(WOULD_HIDE) {
        return Some(bypass(role));
    }
    let lack = Lack::read(problem)?;
    Some(lack.grant(&quote_ident(lack.name), role))
}

/// What a look at the catalog is to tell.
#[derive(Debug)]
enum Asked<'a> {
    /// The full names of what the server named.
    Full(Lack<'a>, Sql),
    /// Which of the relations of a statement are not to be read at all.
    Unread(Sql),
}

impl<'a> Asked<'a> {
    /// What is to be found out about `problem`, which a statement has that names `relations`.
    fn about(problem: &'a Problem, role: &str, relations: &[RelationName]) -> Option<Self> {
        if problem.sqlstate.as_deref() != Some("42501") {
            return None;
        }
        if problem.summary.starts_with(WOULD_HIDE) {
            return (!relations.is_empty()).then(|| Self::Unread(unread(role, relations)));
        }
        let lack = Lack::read(problem)?;
        Some(Self::Full(lack, lack.question(role)?))
    }

    const fn question(&self) -> &Sql {
        let (Self::Full(_, question) | Self::Unread(question)) = self;
        question
    }

    /// What cures it, where it is `names`; nothing where there are none.
    fn hint(&self, names: &[String], role: &str) -> Option<String> {
        if names.is_empty() {
            return None;
        }
        Some(match self {
            Self::Full(lack, _) => {
                let grants: Vec<_> = names.iter().map(|name| lack.grant(name, role)).collect();
                grants.join(", or ")
            }
            Self::Unread(_) => {
                let (names, to) = (names.join(", "), quote_ident(role));
                format!("grant select on {names} to {to}; then {}", bypass(role))
            }
        })
    }
}

/// Asks which of `relations` the role may not read anything of.
fn unread(role: &str, relations: &[RelationName]) -> Sql {
    let names: Vec<_> = relations.iter().map(|relation| Some(relation.quoted())).collect();
    let mut sql = Sql::new("SELECT o.full_name FROM (\n");
    sql.push(include_str!("sql/objects.sql"))
        .push("\n) o JOIN pg_catalog.pg_roles r ON r.rolname = ")
        .bind(Some(role), "pg_catalog.name")
        .push(" WHERE o.object = 'table' AND o.oid IN (SELECT pg_catalog.to_regclass(n.name) FROM pg_catalog.unnest(")
        .bind_list(&names, "pg_catalog.text[]")
        .push(") AS n(name)) AND NOT pg_catalog.has_any_column_privilege(r.oid, o.oid, 'SELECT') ORDER BY 1");
    sql
}

/// The same problem, with what the catalog knows of what cures it. `wire` is in a transaction that it may spoil.
pub(super) async fn name_in_full(
    problem: Problem,
    role: &str,
    relations: &[RelationName],
    wire: &mut Wire,
) -> Problem {
    let Some(asked) = Asked::about(&problem, role, relations) else { return problem };
    // Somebody who may not read the catalog either is left with the bare name.
    let names = wire.fetch(asked.question()).await.map(names).unwrap_or_default();
    match asked.hint(&names, role) {
        Some(hint) => problem.clone().hint(hint),
        None => problem,
    }
}

/// Whether a look at the catalog would tell more.
pub(super) fn has_more(problem: &Problem, role: &str, relations: &[RelationName]) -> bool {
    Asked::about(problem, role, relations).is_some()
}

fn names(rows: Rows) -> Vec<String> {
    rows.rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pg::Kind;

    #[test]
    fn a_missing_privilege_names_the_grant_that_cures_it() {
        let rows = [
            (
                "permission denied for table users",
                Some("grant select on \"users\" to \"App User\""),
            ),
            (
                "permission denied for table users, at character 15",
                Some("grant select on \"users\" to \"App User\""),
            ),
            (
                "permission denied for schema Auth x",
                Some("grant usage on schema \"Auth x\" to \"App User\""),
            ),
            (
                "permission denied for materialized view scores",
                Some("grant select on \"scores\" to \"App User\""),
            ),
            (
                "permission denied for function f",
                Some("grant execute on function \"f\" to \"App User\""),
            ),
            (
                "permission denied for sequence s",
                Some("grant usage on sequence \"s\" to \"App User\""),
            ),
            (
                "permission denied for database \"a-b\"",
                Some("grant connect on database \"a-b\" to \"App User\""),
            ),
            (
                "query would be affected by row-level security policy for table \"emails\"",
                Some(
                    "act as somebody, or, to see what the policies hide: alter role \"App User\" bypassrls",
                ),
            ),
            ("keine Berechtigung für Tabelle users", None),
            ("new row violates row-level security policy for table \"t\"", None),
        ];
        for (message, expected) in rows {
            let problem = Problem::new(Kind::Permission, message);
            assert_eq!(hint(&problem, "App User").as_deref(), expected, "{message}");
        }
    }
}
