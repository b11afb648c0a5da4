//! The screens, one file each, and which of them shows what.

mod absent;
mod home;
pub mod list;
mod policies;
mod rows;
mod tables;

use super::{pane::Pane, place::Place};
use crate::address::View;

/// The pane that shows `place`.
pub fn open(id: u64, place: Place) -> Box<dyn Pane> {
    match place.address.view {
        View::Home => Box::new(home::Home::new(place)),
        View::Tables => Box::new(list::ListPane::new(id, place, Box::new(tables::TableList))),
        View::Policies | View::Table => {
            Box::new(list::ListPane::new(id, place, Box::new(policies::PolicyList)))
        }
        View::Rows => Box::new(list::ListPane::new(id, place, Box::new(rows::RowList))),
        View::Organizations
        | View::Departments
        | View::Users
        | View::Roles
        | View::Memberships
        | View::Grants
        | View::Organization
        | View::Department
        | View::User
        | View::Role => Box::new(absent::Absent::new(place)),
    }
}
