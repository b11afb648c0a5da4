//! What is known about the database that purview is connected to, as far as a screen needs it.

use crate::{
    address::{VIEWS, View},
    cost::{Dimension, dimensions},
    database::Database,
    mapping::{Expression, Label, Mapping, Recipe, Role, Source},
    pg::{Fence, RelationName},
    tui::{
        panes::{down, list::Record},
        place::Place,
    },
};

/// What the connection line and the panes tell about the database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is found out by itself")]
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
    /// Whether nothing may be written through the connection, not even what is undone.
    pub read_only: bool,
    /// Whether the server would refuse whatever is written through the connection.
    pub refused_writing: bool,
    /// Whether a user is somebody else in each organization.
    pub in_memberships: bool,
    /// How strong the fence around acting is, once it is known.
    pub fence: Option<Fence>,
    /// What the schema calls things, where that is known.
    pub words: Option<Box<Words>>,
    /// By what usage can be told apart; nothing where none is recorded.
    pub dimensions: Vec<Dimension>,
    /// Out of which tables the rows of lists come, where that is known; several of one list in the order of its sources.
    pub origins: Vec<Origin>,
}

/// A table out of which rows of a list come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The list.
    pub view: View,
    /// The table.
    pub table: RelationName,
    /// The column of the list that tells which row it is, and the table's column for it; by its place where absent.
    pub key: Option<(&'static str, String)>,
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
    /// Whether the schema says who is in a department.
    pub department_has_people: bool,
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
            read_only: door.writable().is_err(),
            refused_writing: door.is_refused_writing(),
            in_memberships: database
                .mapping
                .as_ref()
                .and_then(|mapping| mapping.identity.as_ref())
                .is_some_and(Recipe::needs_membership),
            fence: None,
            dimensions: database.mapping.as_ref().map(dimensions).unwrap_or_default(),
            origins: database.mapping.as_ref().map(origins).unwrap_or_default(),
            words: database.mapping.as_ref().map(|mapping| {
                Box::new(Words {
                    system: mapping.title.clone(),
                    organization: mapping.organization.label.clone(),
                    department: mapping.department.as_ref().map(|concept| concept.label.clone()),
                    department_has_people: !mapping.department_members.is_empty(),
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

    /// Where it is said why somebody sees a row of the list `view`.
    pub fn origin(&self, view: View, row: Record<'_>) -> Option<Place> {
        let mut origins = self.origins.iter().filter(|origin| origin.view == view);
        let first = origins.clone().next()?;
        if let Some((column, key)) = &first.key {
            return Some(to_why(&first.table, [(key.as_str(), row.get(column)?)], &row.label()));
        }
        // The key of these lists is the number of the source, and the place in it.
        let [source, table, place] = row.item.position.key.as_slice() else { return None };
        let origin = origins.nth(source.parse().ok()?)?;
        let place = [("tableoid", table.as_str()), ("ctid", place.as_str())];
        Some(to_why(&origin.table, place, &row.label()))
    }

    /// The same for one thing, of which `view` is the sheet.
    pub fn origin_of(&self, view: View, id: &str) -> Option<Place> {
        let list = super::command::list_of(view);
        let origin = self.origins.iter().find(|origin| origin.view == list)?;
        let (_, key) = origin.key.as_ref()?;
        Some(to_why(&origin.table, [(key.as_str(), id)], id))
    }

    /// The views that go by another word here, with it.
    pub fn own_words(&self) -> impl Iterator<Item = (View, String)> + '_ {
        let views = VIEWS.iter().map(|spec| spec.view);
        let named = views.map(|view| (view, self.name(view)));
        named.filter(|(view, name)| view.name() != name && !name.contains(char::is_whitespace))
    }

    /// What `view` is called here.
    pub fn name(&self, view: View) -> String {
        let word = self.words.as_ref().and_then(|words| {
            let department = words.department.as_ref();
            let own = [
                (View::Organizations, Some(&words.organization.many)),
                (View::Organization, Some(&words.organization.one)),
                (View::Departments, department.map(|label| &label.many)),
                (View::Department, department.map(|label| &label.one)),
                (View::Users, Some(&words.user.many)),
                (View::User, Some(&words.user.one)),
            ];
            own.into_iter().find(|(of, _)| *of == view)?.1
        });
        word.cloned().unwrap_or_else(|| view.name().to_owned())
    }
}

fn to_why<'a>(
    table: &RelationName,
    key: impl IntoIterator<Item = (&'a str, &'a str)>,
    label: &str,
) -> Place {
    let place = down::why(table, &down::exactly(key).to_string());
    Place { label: Some(format!("why {label}")), ..place }
}

/// Out of which tables the rows of lists come, as `mapping` says.
fn origins(mapping: &Mapping) -> Vec<Origin> {
    let keyed = |view, source: &Source, name, id: &Expression| {
        let column = id.plain_column()?;
        Some(Origin { view, table: source.relation.clone(), key: Some((name, column.to_owned())) })
    };
    let placed = |view, source: &Source| Origin { view, table: source.relation.clone(), key: None };
    let (organization, user) = (&mapping.organization, &mapping.user);
    let department = mapping.department.as_ref();
    let roles = match mapping.roles.as_slice() {
        [Role::Table(table)] => keyed(View::Roles, &table.source, "name", &table.name),
        _ => None,
    };
    let keyed = [
        keyed(View::Organizations, &organization.source, "id", &organization.id),
        department.and_then(|it| keyed(View::Departments, &it.source, "id", &it.id)),
        keyed(View::Users, &user.source, "id", &user.id),
        roles,
    ];
    // Where no table of memberships is named, users themselves say where they belong.
    let own = mapping.memberships.is_empty().then(|| placed(View::Memberships, &user.source));
    let members = mapping.memberships.iter().map(|it| placed(View::Memberships, &it.source));
    let grants = mapping.grants.iter().map(|it| placed(View::Grants, &it.source));
    keyed.into_iter().flatten().chain(own).chain(members).chain(grants).collect()
}
