//! Where one is: an address, and what people call what is there.

use crate::{
    address::{Address, View},
    pg::{Acting, Person},
};

/// A place that can be gone to. Two places are the same if their addresses are.
#[derive(Debug, Clone, Eq)]
pub struct Place {
    /// Where it is.
    pub address: Address,
    /// What people call what is there, where the address only has an id.
    pub label: Option<String>,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl From<Address> for Place {
    fn from(address: Address) -> Self {
        Self { address, label: None }
    }
}

impl Place {
    /// The view with nothing else said.
    pub const fn of(view: View) -> Self {
        Self { address: Address::of(view), label: None }
    }

    /// One thing, called `label`.
    pub fn one(view: View, object: impl Into<String>, label: impl Into<String>) -> Self {
        Self { address: Address::one(view, object), label: Some(label.into()) }
    }

    /// The organization into which it leads, where people have a name for it.
    pub fn organization(&self) -> Option<Organization> {
        let Address { organization, object: None, within: None, .. } = &self.address else {
            return None;
        };
        Some(Organization { id: organization.clone()?, name: self.label.clone()? })
    }

    /// What stands for it in the line that says where one is; `view` is what its view is called.
    pub fn crumb(&self, view: String) -> String {
        match (&self.label, &self.address.object) {
            // What happened to somebody is not somebody.
            (Some(label), _) if self.address.view == View::Audit => format!("{view} of {label}"),
            (Some(label), _) => label.clone(),
            (None, Some(object)) if explains(self.address.view) => format!("{view} {object}"),
            (None, Some(object)) => object.clone(),
            (None, None) => view,
        }
    }

    /// What people call what is there, where it is one thing or of one thing.
    pub fn named(&self) -> Option<&str> {
        self.label.as_deref().or(self.address.object.as_deref())
    }
}

/// Whether `view` tells something about what it is of, which other views are of too.
pub const fn explains(view: View) -> bool {
    matches!(
        view,
        View::Why
            | View::Hidden
            | View::Who
            | View::Reach
            | View::PolicyCost
            | View::WhatIf
            | View::Compare
            | View::Explain
    )
}

/// Somebody whose rights are asked about without acting as them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// The user's id; the name of an identity that is no user.
    pub id: String,
    /// What people call them.
    pub label: String,
    /// In which organization, where somebody is somebody else in each.
    pub organization: Option<String>,
}

impl Whom {
    /// Whoever is acted as; nobody where that is a role and no more. The organization counts where they are somebody else `in_memberships`.
    pub fn of(acting: &Acting, in_memberships: bool) -> Option<Self> {
        let Person { id, label, organization } = acting.person.clone()?;
        let organization = organization.filter(|_| in_memberships);
        Some(Self { id: id.unwrap_or_else(|| label.clone()), label, organization })
    }
}

/// The organization to which everything is limited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Organization {
    /// Its id, or what a person typed instead.
    pub id: String,
    /// Its name.
    pub name: String,
}
