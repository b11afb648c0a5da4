//! Going from place to place, and from identity to identity.

use super::{
    ask::Owner,
    command,
    model::{Link, Model},
    msg::Effect,
    note::Note,
    place::{Place, Whom},
    trail::{Left, Trail},
    update::with_top,
};
use crate::{
    address::{Address, Concept, View},
    pg::Identity,
};

/// Goes one level down.
pub(super) fn down(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    if let Some(organization) = place.organization() {
        model.favour(organization);
    }
    let left = model.trail.down(place);
    arrive(model, left, effects);
}

/// Goes one level up; whether there is one.
pub(super) fn up(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let Some(left) = model.trail.up() else { return false };
    arrive(model, left, effects);
    true
}

/// Goes `by` steps through the history, or to the view before where that is asked.
pub(super) fn history(model: &mut Model, by: Option<isize>, effects: &mut Vec<Effect>) {
    let left = match by {
        Some(by) => model.trail.history(by),
        None => model.trail.last_view(),
    };
    match left {
        Some(left) => arrive(model, left, effects),
        None => model.note = Some(Note::warning("the history ends here")),
    }
}

/// Goes to `place` from the root.
pub(super) fn go(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    let organization = place.address.organization.clone();
    let at =
        |view| Place::from(Address { organization: organization.clone(), ..Address::of(view) });
    let mut places = vec![at(View::Home)];
    let list = command::list_of(place.address.view);
    if list != place.address.view {
        places.push(at(list));
    }
    if place.address.view == View::Home {
        places.clear();
    }
    places.push(place);
    let left = model.trail.go(places);
    arrive(model, left, effects);
}

/// Goes to `view` within the organization of now.
pub(super) fn go_view(model: &mut Model, view: View, effects: &mut Vec<Effect>) {
    let organization = model.trail.top().pane.place().address.organization;
    go(model, Address { organization, ..Address::of(view) }.into(), effects);
}

/// Limits what is on screen to the organization with the digit `digit`; to none with 0.
pub(super) fn scope(model: &mut Model, digit: u8, effects: &mut Vec<Effect>) {
    let organization = match usize::from(digit).checked_sub(1) {
        None => None,
        Some(index) => {
            let Some(known) = model.favourites.get(index) else {
                let text = format!(
                    "no organization has the digit {digit} yet; those that are opened get one"
                );
                model.note = Some(Note::warning(&text));
                return;
            };
            Some(known.id.clone())
        }
    };
    let here = model.trail.top().pane.place().address;
    let view = command::list_of(here.view);
    let same = view == here.view;
    let address = Address {
        organization,
        filter: if same { here.filter } else { String::new() },
        sort: here.sort.filter(|_| same),
        ..Address::of(view)
    };
    go(model, address.into(), effects);
}

/// Runs everything as `identity` from now on. Nothing that was seen before is left: every pane is made anew, and has only what was typed into it.
pub(super) fn become_(model: &mut Model, identity: Identity, effects: &mut Vec<Effect>) {
    if let Some(deed) = model.popups.last().and_then(|(_, popup)| popup.typed_so_far()) {
        with_top(model, effects, |pane, cx| pane.take(deed, cx));
    }
    anew(model, identity, Trail::renew, effects);
}

/// Leaves the database for another one: nothing goes there that was seen or typed here.
pub(super) fn leave_database(model: &mut Model, effects: &mut Vec<Effect>) {
    anew(model, Identity::Observer, Trail::forget, effects);
}

fn anew(
    model: &mut Model,
    identity: Identity,
    panes: impl FnOnce(&mut Trail) -> Left,
    effects: &mut Vec<Effect>,
) {
    let open = model.asked.abandon(|_| true);
    effects.extend(open.into_iter().map(Effect::Cancel));
    model.identity = identity;
    model.popups.clear();
    model.prompt = None;
    model.errand = None;
    let left = panes(&mut model.trail);
    arrive(model, left, effects);
}

/// Begins to act as somebody; whoever was acted as before no longer is.
pub(super) fn begin_acting(model: &mut Model, identity: Identity, effects: &mut Vec<Effect>) {
    if model.identity.acting().is_some() {
        effects.push(Effect::StopActing(model.identity.clone()));
    }
    let label = identity.acting().map(|acting| acting.label().to_owned()).unwrap_or_default();
    become_(model, identity, effects);
    model.note = Some(Note::done(&format!("everything runs as {label} from now on")));
}

/// Stops acting, because somebody says so. What is about whoever was acted as stays about them, by name: it is asked anew without acting as them.
pub(super) fn stop_acting(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(acting) = model.identity.acting() else { return };
    let label = acting.label().to_owned();
    let several = model.facts.as_ref().is_some_and(|facts| facts.in_memberships);
    let whom = Whom::of(acting, several);
    let before = about(model);
    model.whom = whom.or(model.whom.take());
    leave(model, effects);
    let stays = before.is_none() && about(model).is_some();
    let rest = if stays { "; this is asked about them by name" } else { "" };
    model.note = Some(Note::done(&format!("no longer acting as {label}{rest}")));
}

/// Stops acting, because its time is over. Nothing more is asked about whoever was acted as before somebody says so.
pub(super) fn end_acting(model: &mut Model, effects: &mut Vec<Effect>) {
    model.whom = None;
    leave(model, effects);
    model.note = Some(Note::warning("the time for acting is over; begin again with a reason"));
}

fn leave(model: &mut Model, effects: &mut Vec<Effect>) {
    effects.push(Effect::StopActing(model.identity.clone()));
    become_(model, Identity::Observer, effects);
}

/// About whom by name the pane on screen is.
fn about(model: &Model) -> Option<String> {
    let within = model.trail.top().pane.place().address.within?;
    (within.concept == Concept::User).then_some(within.id)
}

/// Lets the pane on screen ask for what it shows, if it has not.
pub(super) fn load_top(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.link != Link::Up || model.trail.top().loaded {
        return;
    }
    reload_top(model, effects);
}

/// Lets the pane on screen ask for what it shows, whether it has or not.
pub(super) fn reload_top(model: &mut Model, effects: &mut Vec<Effect>) {
    model.trail.top_mut().loaded = true;
    model.refreshed = model.now.steady;
    with_top(model, effects, |pane, cx| pane.load(cx));
}

/// Gives up on what nobody waits for any more, and shows what is there.
fn arrive(model: &mut Model, left: Left, effects: &mut Vec<Effect>) {
    for owner in left {
        let gone = model.asked.abandon(|known| known == owner);
        if let (Owner::Pane(id), false) = (owner, gone.is_empty())
            && let Some(numbered) = model.trail.find_mut(id)
        {
            // It never got its answer: it asks again if it comes back.
            numbered.loaded = false;
        }
        effects.extend(gone.into_iter().map(Effect::Cancel));
    }
    model.chord.0.clear();
    load_top(model, effects);
    // It may have had another size when it was on screen last.
    with_top(model, effects, |pane, cx| pane.tick(cx));
}
