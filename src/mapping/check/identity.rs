//! Whether a mapping's identities can be had: roles, who may take them, and the settings that the policies read.

use super::{Findings, Severity};
use crate::{
    mapping::{JsonTemplate, Recipe, SettingValue, catalog::Catalog, settings},
    pg::{Door, Identity, Kind, Problem, Run, Sql},
};

/// The older names of single claims, which older applications read before `request.jwt.claims` came.
const OLD_CLAIM: &str = "request.jwt.claim.";

/// What the catalog alone can say.
pub(super) fn check(findings: &mut Findings<'_>, catalog: &Catalog) {
    let Some(recipe) = &findings.mapping.identity else {
        let read = settings::read_by_policies(catalog);
        if !read.is_empty() {
            findings
                .warning(1, "policies read who the user is, and the mapping has no `[identity]`")
                .hint("without it nobody can be acted as");
        }
        return;
    };
    check_roles(findings, catalog, recipe);
    for setting in settings::read_by_policies(catalog) {
        if makes(recipe, &setting.name) {
            continue;
        }
        let through = setting.through.map(|it| format!(" through {it}")).unwrap_or_default();
        let many = if setting.policies == 1 { "y reads" } else { "ies read" };
        let text = format!(
            "{} polic{many} the setting `{}`, which the identity does not make",
            setting.policies, setting.name
        );
        findings.warning(recipe.line, text).hint(format!("{}{through} reads it", setting.example));
    }
}

fn check_roles(findings: &mut Findings<'_>, catalog: &Catalog, recipe: &Recipe) {
    for (name, line) in roles(recipe) {
        let Some(role) = catalog.roles.iter().find(|role| role.name == name) else {
            findings
                .error(line, format!("there is no role {name}"))
                .hint("`identity.role` is the role that the application works as");
            continue;
        };
        if role.is_superuser {
            findings
                .error(line, format!("the role {name} is a superuser"))
                .hint("no fence holds a superuser; name the role that the application works as");
        } else if role.bypasses_rls && name == recipe.role {
            findings
                .warning(line, format!("the role {name} has BYPASSRLS"))
                .hint("no policy applies to it, so nothing will be filtered");
        } else if role.owned > 0 {
            findings
                .warning(line, format!("the role {name} owns {} tables", role.owned))
                .hint("policies do not apply to a table's owner unless they are forced");
        }
    }
}

fn roles(recipe: &Recipe) -> impl Iterator<Item = (&str, usize)> {
    let others = recipe.others.iter().map(|other| (other.role.as_str(), other.line));
    std::iter::once((recipe.role.as_str(), recipe.line)).chain(others)
}

/// Whether the identity makes the setting `name`, by itself or as one of the claims.
fn makes(recipe: &Recipe, name: &str) -> bool {
    recipe.settings.iter().any(|setting| {
        if setting.name.as_str() == name {
            return true;
        }
        let claim = (setting.name.as_str() == "request.jwt.claims")
            .then(|| name.strip_prefix(OLD_CLAIM))
            .flatten();
        matches!((&setting.value, claim), (SettingValue::Json(JsonTemplate::Object(items)), Some(claim))
            if items.iter().any(|(key, _)| key == claim))
    })
}

/// What the server has to be asked: who may take the roles, and whether it knows the zone.
pub(super) async fn ask(
    findings: &mut Findings<'_>,
    catalog: &Catalog,
    door: &Door,
    run: &Run,
) -> Result<(), Problem> {
    let mapping = findings.mapping;
    let mut zone = Sql::new("SELECT pg_catalog.timezone(");
    zone.bind(Some(&mapping.zone), "pg_catalog.text");
    zone.push(", '2000-01-01 00:00:00'::pg_catalog.timestamp)::pg_catalog.text");
    match door.read(&Identity::Observer, &zone, run).await {
        Ok(_) => {}
        Err(problem) if problem.kind == Kind::Refused => {
            findings.error(1, format!("`zone`: the server does not know {}", mapping.zone));
        }
        Err(problem) => return Err(problem),
    }
    let Some(recipe) = &mapping.identity else { return Ok(()) };
    let login = door.jail().map_or(door.probe().login.as_str(), |jail| jail.role());
    // From version 16 on, to be a member of a role and to be allowed to take it are two things.
    let right = if door.probe().major() >= 16 { "SET" } else { "MEMBER" };
    for (name, line) in roles(recipe) {
        let Some(role) = catalog.roles.iter().find(|role| role.name == name) else { continue };
        let mut sql = Sql::new("SELECT pg_catalog.pg_has_role(");
        sql.bind(Some(login), "pg_catalog.name").push(", ");
        sql.bind(Some(name), "pg_catalog.name").push(", ");
        sql.bind(Some(right), "pg_catalog.text").push(")::pg_catalog.text");
        let answer = door.read(&Identity::Observer, &sql, run).await?;
        // A login for acting is kept out of roles that no policy holds; they stand in a mapping to be known.
        let is_kept_out = role.bypasses_rls && name != recipe.role;
        if answer.scalar() == Some("true") || is_kept_out {
            continue;
        }
        let (to, from) = (crate::pg::quote_ident(login), crate::pg::quote_ident(name));
        let text = format!("the login {to} may not take the role {from}");
        let severity = if name == recipe.role { Severity::Error } else { Severity::Warning };
        findings.add(severity, line, text).hint(format!("grant {from} to {to}"));
    }
    Ok(())
}
