//! What the directory has to tell on Home: how many there are of each, who is locked out, and who still has access.

use super::{Departments, Grants, Memberships, Organizations, Roles, Users};
use crate::{
    headline::{Asker, Evidence, Lead, Line, Severity},
    list::View,
    mapping::Mapping,
};

/// The lines about organizations, departments, users, roles, memberships and grants; none where nobody knows what the schema calls them.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let Some(mapping) = asker.database.mapping.as_ref() else { return Vec::new() };
    let mut lines = Vec::new();
    let organization = || asker.organization.map(str::to_owned);
    counted(asker, &mut lines, organizations(mapping), &Organizations).await;
    let view = Departments { organization: organization() };
    counted(asker, &mut lines, departments(mapping), &view).await;
    let view = Users { organization: organization(), ..Users::default() };
    counted(asker, &mut lines, users(mapping), &view).await;
    counted(asker, &mut lines, roles(mapping), &Roles).await;
    let view = Memberships { organization: organization(), ..Memberships::default() };
    counted(asker, &mut lines, memberships(mapping), &view).await;
    let view = Grants { organization: organization(), ..Grants::default() };
    counted(asker, &mut lines, grants(mapping), &view).await;
    lines
}

async fn counted(
    asker: &Asker<'_>,
    lines: &mut Vec<Line>,
    of_view: Vec<(Line, Evidence)>,
    view: &impl View,
) {
    for (line, evidence) in of_view {
        lines.push(asker.counted(line, view, evidence).await);
    }
}

/// A line about rows that are there.
fn there(line: Line) -> (Line, Evidence) {
    (line, Evidence::Rows)
}

/// Rows of `view` with a problem that consists in something not being there.
fn absent(what: String, view: &'static str, problem: &str, severity: Severity) -> (Line, Evidence) {
    (Line::new(what, severity, Lead::is(view, "problem", problem)), Evidence::Absence)
}

fn organizations(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let many = &mapping.organization.label.many;
    let mut lines = vec![there(Line::fact(many, "organizations"))];
    if !mapping.grants.is_empty() && !mapping.admin_roles.is_empty() {
        let what = format!("{many} without an admin");
        lines.push(absent(what, "organizations", "no admin", Severity::Wrong));
    }
    lines
}

fn departments(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let Some(department) = &mapping.department else { return Vec::new() };
    let many = &department.label.many;
    let mut lines = vec![there(Line::fact(many, "departments"))];
    if !mapping.department_members.is_empty() {
        let what = format!("{many} with nobody");
        lines.push(absent(what, "departments", "nobody in it", Severity::Notice));
    }
    lines
}

fn users(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let (one, people) = (&mapping.organization.label.one, &mapping.user.label.many);
    let with = |what: String, severity, column: &str, value: &str| {
        there(Line::new(what, severity, Lead::is("users", column, value)))
    };
    let mut lines = vec![there(Line::fact(people, "users"))];
    if mapping.user.deleted_at.is_some() || mapping.user.deleted.is_some() {
        let what = format!("deleted {people} that still have access");
        lines.push(with(what, Severity::Wrong, "problem", "deleted, access left"));
    }
    if mapping.user.locked.is_some() {
        lines.push(with(format!("locked {people}"), Severity::Notice, "state", "locked"));
    }
    let what = format!("{people} in no {one}");
    lines.push(absent(what, "users", "in no organization", Severity::Notice));
    // A substitute (a pipeline, an executive) is nothing that everybody has to be in.
    let departments_are_such =
        mapping.department.as_ref().is_some_and(|department| department.label.one == "department");
    if departments_are_such && !mapping.department_members.is_empty() {
        let what = format!("{people} in no department");
        lines.push(absent(what, "users", "in no department", Severity::Notice));
    }
    if mapping.memberships.iter().any(|membership| membership.active.is_some()) {
        let what = format!("{people} with a membership that is not active");
        lines.push(with(what, Severity::Notice, "problem", "a membership is not active"));
    }
    lines
}

fn roles(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let known = !mapping.roles.is_empty();
    known.then(|| there(Line::fact("roles", "roles"))).into_iter().collect()
}

fn memberships(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let known = !mapping.memberships.is_empty() || mapping.user.organization_id.is_some();
    known.then(|| there(Line::fact("memberships", "memberships"))).into_iter().collect()
}

fn grants(mapping: &Mapping) -> Vec<(Line, Evidence)> {
    let known = !mapping.grants.is_empty();
    known.then(|| there(Line::fact("grants", "grants"))).into_iter().collect()
}
