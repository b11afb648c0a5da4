//! Organizations, departments, users, roles, memberships and grants, as the mapping finds them.
//!
//! What a schema lacks is a [`Problem`](crate::pg::Problem) that says so; nothing is faked. Every list runs as whoever asks: acting as somebody, it shows what they see.

mod departments;
mod everybody;
mod find;
mod grants;
mod headlines;
mod identities;
mod memberships;
mod named;
mod noting;
mod organizations;
pub(crate) mod part;
mod representatives;
mod resolve;
mod roles;
mod sees;
mod user;
mod users;

pub use self::{
    departments::Departments,
    everybody::{Crowd, Everybody, Somebody},
    find::{Find, Found, What},
    grants::Grants,
    identities::{Answer as IdentitiesAnswer, Candidate, Identities, Others},
    memberships::Memberships,
    named::Named,
    noting::Noting,
    organizations::Organizations,
    representatives::Representatives,
    resolve::Resolve,
    roles::Roles,
    sees::{Count, Look, SelfCheck, Session, Visible},
    user::{Detail, Event, Member, UserDetail},
    users::Users,
};
pub(crate) use self::{
    departments::{department_name, people_in},
    grants::Types,
    memberships::{organization_name, user_label},
};
pub(crate) use self::{headlines::headlines, memberships::members};
