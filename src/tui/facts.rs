//! What is known about the database that purview is connected to, as far as a screen needs it.

use crate::{
    address::{VIEWS, View},
    database::Database,
    mapping::Label,
    pg::Fence,
};

/// What the connection line and the panes tell about the database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The context's name.
    pub context: String,
    /// `user@host:port/database`.
    pub place: String,
    /// The login.
    pub login: String,
    /// The account of the person at the keyboard.
    pub account: String,
    /// The server's version.
    pub version: String,
    /// Whether the server is a standby.
    pub standby: bool,
    /// Whether a pooler stands in between.
    pub pooled: bool,
    /// Whether a mistake here would be seen by customers.
    pub production: bool,
    /// How strong the fence around acting is, once it is known.
    pub fence: Option<Fence>,
    /// What the schema calls things, where that is known.
    pub words: Option<Box<Words>>,
}

/// What a schema calls things: one of them, and many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What people call the system.
    pub system: String,
    /// An organization.
    pub organization: Label,
    /// A department, where there is anything like it.
    pub department: Option<Label>,
    /// A user.
    pub user: Label,
    /// Identities that are no users: they can be acted as too.
    pub others: Vec<String>,
    /// The zone in which times without a zone are read.
    pub zone: String,
}

impl Facts {
    /// What is known about `database`.
    pub fn of(database: &Database, context: &str, production: bool) -> Self {
        let (door, probe) = (&database.door, database.door.probe());
        Self {
            context: context.to_owned(),
            place: door.login().to_string(),
            login: probe.login.clone(),
            account: door.login().account().to_owned(),
            version: probe.version.clone(),
            standby: probe.standby,
            pooled: probe.pooled,
            production,
            fence: None,
            words: database.mapping.as_ref().map(|mapping| {
                Box::new(Words {
                    system: mapping.title.clone(),
                    organization: mapping.organization.label.clone(),
                    department: mapping.department.as_ref().map(|concept| concept.label.clone()),
                    user: mapping.user.label.clone(),
                    others: mapping
                        .identity
                        .iter()
                        .flat_map(|recipe| recipe.others.iter().map(|other| other.name.clone()))
                        .collect(),
                    zone: mapping.zone.clone(),
                })
            }),
        }
    }

    /// The views that go by another word here, with it.
    pub fn own_words(&self) -> impl Iterator<Item = (View, String)> + '_ {
        let views = VIEWS.iter().map(|spec| spec.view);
        let named = views.map(|view| (view, self.name(view)));
        named.filter(|(view, name)| view.name() != name && !name.contains(char::is_whitespace))
    }

    /// What `view` is called here.
    pub fn name(&self, view: View) -> String {
        let word = self.words.as_ref().and_then(|words| match view {
            View::Organizations => Some(&words.organization.many),
            View::Organization => Some(&words.organization.one),
            View::Departments => words.department.as_ref().map(|label| &label.many),
            View::Department => words.department.as_ref().map(|label| &label.one),
            View::Users => Some(&words.user.many),
            View::User => Some(&words.user.one),
            View::Home
            | View::Roles
            | View::Memberships
            | View::Grants
            | View::Tables
            | View::Policies
            | View::Lints
            | View::Rows
            | View::Row
            | View::Role
            | View::Table => None,
        });
        word.cloned().unwrap_or_else(|| view.name().to_owned())
    }
}
