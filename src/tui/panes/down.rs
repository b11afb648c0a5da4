//! One level down from a thing: where its name leads, wherever it is shown.

use super::list::Record;
use crate::{
    address::{Address, Concept, View, Within},
    cost::Dimension,
    list::{Filter, Operator, Term},
    pg::RelationName,
    tui::{facts::Facts, place::Place},
};

/// Into an organization: its departments, or its users where the schema has none.
pub(in crate::tui) fn organization(id: &str, name: &str, facts: Option<&Facts>) -> Place {
    let words = facts.and_then(|facts| facts.words.as_ref());
    let flat = words.is_some_and(|words| words.department.is_none());
    let mut place = Place::of(if flat { View::Users } else { View::Departments });
    place.label = Some(name.to_owned());
    place.address.organization = Some(id.to_owned());
    place
}

/// Into a department: its users, or what there is to say about it where the schema does not tell who is in it.
pub(in crate::tui) fn department(id: &str, name: &str, facts: Option<&Facts>) -> Place {
    let words = facts.and_then(|facts| facts.words.as_ref());
    if words.is_some_and(|words| !words.department_has_people) {
        return Place::one(View::Department, id, name);
    }
    within(View::Users, Concept::Department, id, name)
}

/// Into a role: who has it.
pub(in crate::tui) fn role(name: &str) -> Place {
    within(View::Grants, Concept::Role, name, name)
}

/// To the user that a row is about.
pub(in crate::tui) fn user(row: Record<'_>, from: &Place) -> Option<Place> {
    let id = row.get("user_id")?;
    let mut place = Place::one(View::User, id, row.get("user").unwrap_or(id));
    place.address.organization.clone_from(&from.address.organization);
    Some(place)
}

/// To what happened to the thing with this id, or what it did.
pub(in crate::tui) fn history(id: &str, name: &str) -> Place {
    within(View::Audit, Concept::Entity, id, name)
}

/// To what one organization, department or user consumed.
pub(in crate::tui) fn usage(of: Dimension, id: &str, name: &str) -> Place {
    let mut place = Place::of(View::Usage);
    place.label = Some(name.to_owned());
    place.address.cut.by = Some(match of {
        Dimension::Organization => Dimension::Department,
        Dimension::Department => Dimension::User,
        Dimension::User | Dimension::Model | Dimension::Operation | Dimension::Record => {
            Dimension::Model
        }
    });
    if of == Dimension::Organization {
        place.address.organization = Some(id.to_owned());
    } else {
        place.address.filter = exactly([(of.key(), id)]).to_string();
    }
    place
}

/// A list limited to what belongs to one thing.
pub(in crate::tui) fn within(view: View, concept: Concept, id: &str, name: &str) -> Place {
    let mut place = Place::of(view);
    place.label = Some(name.to_owned());
    place.address.within = Some(Within { concept, id: id.to_owned() });
    place
}

/// Rows of `table` that pass `filter`, or the one.
pub(in crate::tui) fn rows(view: View, table: &RelationName, filter: &Filter) -> Place {
    let name = table.to_string();
    let mut place = Place::one(view, name.clone(), name);
    place.address.filter = filter.to_string();
    place
}

/// To why somebody sees the row of `table` that passes `filter`.
pub(in crate::tui) fn why(table: &RelationName, filter: &str) -> Place {
    let mut place = Place::one(View::Why, table.to_string(), format!("why {table}"));
    filter.clone_into(&mut place.address.filter);
    place
}

/// The same row in another view that is about one.
pub(in crate::tui) fn about(view: View, why: Place) -> Place {
    if view == View::Why {
        return why;
    }
    let named = why.label.as_deref().unwrap_or_default();
    let named = named.strip_prefix("why ").unwrap_or(named);
    let label = Some(format!("{} {named}", view.name()));
    let mut place = Place { label, address: Address { view, ..why.address } };
    (place.address.within, place.address.organization) = (None, None);
    place
}

/// The filter that lets only rows with these values pass.
pub(in crate::tui) fn exactly<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Filter {
    let terms = values.into_iter().map(|(column, value)| Term::Compare {
        column: column.to_owned(),
        operator: Operator::Equal,
        value: value.to_owned(),
    });
    Filter { terms: terms.collect() }
}

/// To the plan of a statement.
pub(super) fn plan(statement: &str) -> Place {
    let words: Vec<_> = statement.split_whitespace().take(4).collect();
    Place::one(View::Explain, statement, format!("plan of {}", words.join(" ")))
}
