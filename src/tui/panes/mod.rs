//! The screens, one file each, and which of them shows what.

mod audit;
pub(super) mod compare;
mod departments;
pub(super) mod down;
mod drafts;
mod event;
mod explain;
mod grants;
mod hidden;
mod home;
mod leaks;
mod limits;
mod lints;
pub mod list;
mod matrix;
mod memberships;
mod migration;
mod migrations;
mod organizations;
mod policies;
mod policy_cost;
mod query;
mod reach;
mod roles;
mod row;
mod rows;
pub mod sheet;
mod table;
mod tables;
mod thing;
mod usage;
mod user;
mod users;
mod watch;
mod what_if;
mod who;
mod why;

use super::{pane::Pane, place::Place};
use crate::{address::View, pg::RelationName};

/// The pane that shows `place`.
pub fn open(id: u64, place: Place) -> Box<dyn Pane> {
    use list::{ListPane, Listing};
    use sheet::{Matter, SheetPane};
    let list = |listing: Box<dyn Listing>, place| -> Box<dyn Pane> {
        Box::new(ListPane::new(id, place, listing))
    };
    let sheet = |matter: Box<dyn Matter>, place| -> Box<dyn Pane> {
        Box::new(SheetPane::new(place, matter))
    };
    let object = place.address.object.clone().unwrap_or_default();
    match place.address.view {
        View::Home => sheet(Box::<home::Home>::default(), place),
        View::Organizations => list(Box::new(organizations::OrganizationList), place),
        View::Departments => list(Box::new(departments::DepartmentList), place),
        View::Users => list(Box::new(users::UserList), place),
        View::Roles => list(Box::new(roles::RoleList), place),
        View::Memberships => list(Box::new(memberships::MembershipList), place),
        View::Grants => list(Box::new(grants::GrantList), place),
        View::Tables => list(Box::new(tables::TableList), place),
        View::Policies => list(Box::new(policies::PolicyList), place),
        View::Lints => list(Box::new(lints::LintList), place),
        View::Audit => list(Box::new(audit::AuditList), place),
        View::Event => sheet(Box::new(event::OneEvent::new(&object)), place),
        View::Migrations => sheet(Box::<migrations::Migrations>::default(), place),
        View::Migration => sheet(Box::new(migration::Migration::new(&object)), place),
        View::Usage => Box::new(usage::UsagePane::new(id, place)),
        View::Limits => list(Box::new(limits::LimitList), place),
        View::Server(topic) => list(watch::listing(topic), place),
        View::Rows => list(Box::new(rows::RowList), place),
        View::Row => sheet(Box::new(row::Row::new(table_called(&object))), place),
        View::Table => sheet(Box::new(table::Table::new(table_called(&object))), place),
        View::Why => sheet(Box::new(why::Why::new(table_called(&object))), place),
        View::Hidden => sheet(Box::new(hidden::HiddenRows::new(table_called(&object))), place),
        View::Who => sheet(Box::new(who::WhoCan::new(table_called(&object))), place),
        View::Leaks => sheet(Box::<leaks::LeakScan>::default(), place),
        View::Drafts => sheet(Box::<drafts::Drafts>::default(), place),
        View::Sql => Box::new(query::QueryPane::new(id, place)),
        View::Matrix => Box::new(matrix::MatrixPane::new(place)),
        View::Reach => sheet(Box::new(reach::ReachOf::new(table_called(&object))), place),
        View::Compare => sheet(Box::<compare::Compared>::default(), place),
        View::PolicyCost => {
            sheet(Box::new(policy_cost::PolicyCosts::new(table_called(&object))), place)
        }
        View::WhatIf => sheet(Box::new(what_if::WhatIfPane::new(table_called(&object))), place),
        View::Explain => sheet(Box::new(explain::PlanSheet::new(&object)), place),
        View::User => sheet(Box::new(user::User::new(&object)), place),
        View::Organization | View::Department | View::Role => {
            sheet(Box::<thing::Thing>::default(), place)
        }
    }
}

/// The table that is meant; a name without a schema is looked for where most tables are.
fn table_called(name: &str) -> RelationName {
    name.parse().unwrap_or_else(|_| RelationName::new("public", name))
}
