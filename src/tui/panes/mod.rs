//! The screens, one file each, and which of them shows what.

mod absent;
mod departments;
mod down;
mod grants;
mod home;
pub mod list;
mod memberships;
mod organizations;
mod policies;
mod roles;
mod rows;
mod tables;
mod users;

use super::{pane::Pane, place::Place};
use crate::address::View;

/// The pane that shows `place`.
pub fn open(id: u64, place: Place) -> Box<dyn Pane> {
    let listing: Box<dyn list::Listing> = match place.address.view {
        View::Home => return Box::new(home::Home::new(place)),
        View::Organizations => Box::new(organizations::OrganizationList),
        View::Departments => Box::new(departments::DepartmentList),
        View::Users => Box::new(users::UserList),
        View::Roles => Box::new(roles::RoleList),
        View::Memberships => Box::new(memberships::MembershipList),
        View::Grants => Box::new(grants::GrantList),
        View::Tables => Box::new(tables::TableList),
        View::Policies | View::Table => Box::new(policies::PolicyList),
        View::Rows => Box::new(rows::RowList),
        View::Organization | View::Department | View::User | View::Role => {
            return Box::new(absent::Absent::new(place));
        }
    };
    Box::new(list::ListPane::new(id, place, listing))
}
