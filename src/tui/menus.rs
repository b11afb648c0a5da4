//! The menus that the program itself opens: help, places to go, the palette, bookmarks.

use super::{
    action::{ACTIONS, Action, Scope, Spec},
    model::Model,
    place::Place,
    popup::{Deed, Item, Menu, Palette, Popup},
};
use crate::address::{Address, VIEWS};

/// The keys of this place: each can be done from here, or says why not.
pub(super) fn help(model: &Model) -> Popup {
    let scopes = model.pane_scopes();
    let mut items = Vec::new();
    for scope in &scopes {
        for spec in ACTIONS.iter().filter(|spec| spec.scope == *scope) {
            if !is_shadowed(spec, &scopes) && !is_idle_digit(spec, model) {
                items.push(entry(spec, model));
            }
        }
    }
    // What cannot be done now comes last, with its reasons.
    items.sort_by_key(|item| item.refused.is_some());
    Box::new(Menu::new("keys: Enter does it, typing filters, @ looks for a key", items))
}

/// Where `g` leads.
pub(super) fn go(model: &Model) -> Popup {
    let specs = ACTIONS.iter().filter(|spec| matches!(spec.action, Action::Go(_)));
    Box::new(Menu::new("go to", specs.map(|spec| entry(spec, model)).collect()))
}

/// Everything that can be done or gone to, by name.
pub(super) fn palette(model: &Model, typed: &str) -> Popup {
    let scopes = model.pane_scopes();
    let mut items: Vec<Item> = VIEWS
        .iter()
        .filter(|spec| spec.object.is_none())
        .map(|spec| {
            let name = model.facts.as_ref().map(|facts| facts.name(spec.view));
            let name = name.unwrap_or_else(|| spec.name.to_owned());
            let mut item = Item::new(name, spec.doc, Deed::Command(spec.name.to_owned()));
            ":".clone_into(&mut item.key);
            spec.name.clone_into(&mut item.also);
            item
        })
        .collect();
    for favourite in &model.favourites {
        let address = Address {
            organization: Some(favourite.id.clone()),
            ..Address::of(crate::address::View::Users)
        };
        items.push(Item::new(
            &favourite.name,
            "the users of this organization",
            Deed::Go(address.into()),
        ));
    }
    items.extend(bookmark_items(model));
    let specs = ACTIONS.iter().filter(|spec| scopes.contains(&spec.scope));
    items.extend(
        specs
            .filter(|spec| !matches!(spec.action, Action::Go(_) | Action::Scope(_)))
            .map(|spec| entry(spec, model)),
    );
    Box::new(Palette::new(items, typed))
}

/// The views that were bookmarked, newest first.
pub(super) fn bookmarks(model: &Model) -> Popup {
    Box::new(
        Menu::new("bookmarks", bookmark_items(model).collect()).or("there is none: `b` makes one"),
    )
}

fn bookmark_items(model: &Model) -> impl Iterator<Item = Item> {
    model.past.bookmarks.iter().rev().filter_map(|line| {
        let address: Address = line.parse().ok()?;
        Some(Item::new(line, "bookmark", Deed::Go(Place::from(address))))
    })
}

fn entry(spec: &Spec, model: &Model) -> Item {
    let keys = model.keymap.keys(spec);
    Item {
        key: keys.first().map(|chord| super::keymap::short(chord)).unwrap_or_default(),
        label: spec.name.to_owned(),
        detail: spec.doc.to_owned(),
        also: String::new(),
        deed: Deed::Act(spec.action),
        refused: model.refuses(spec),
    }
}

/// Whether an inner scope has a row for the same action.
fn is_shadowed(spec: &Spec, scopes: &[Scope]) -> bool {
    let inner = scopes.iter().take_while(|scope| **scope != spec.scope);
    inner.into_iter().any(|scope| {
        ACTIONS.iter().any(|other| other.scope == *scope && other.action == spec.action)
    })
}

/// Digits that lead nowhere yet only make the list longer.
fn is_idle_digit(spec: &Spec, model: &Model) -> bool {
    matches!(spec.action, Action::Scope(digit) if usize::from(digit) > model.favourites.len())
}
