//! What happens becomes state, and effects.
//!
//! Nothing here reads a clock, waits or fails; whatever comes, something reasonable is on screen afterwards.

use std::time::Duration;

use super::{
    act,
    ask::{AnyAnswer, Owner, Ticket},
    cx::{Cx, Wish},
    errand,
    facts::Facts,
    key::{Code, Key},
    keymap::Lookup,
    model::{Link, Model, Retry},
    msg::{Book, Effect, Exported, Moment, Msg},
    navigate,
    note::Note,
    pane::Pane,
    popup::{Deed, Dialog, Popup},
};
use crate::pg::{Kind, Part, Problem};

/// Longest wait between two attempts to connect.
const LONGEST: Duration = Duration::from_secs(30);

/// Applies what happened and says what to do about it.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Tick(now) => tick(model, now, &mut effects),
        Msg::Key(key) => press(model, key, &mut effects),
        Msg::Paste(text) => paste(model, &text, &mut effects),
        Msg::Resize(size) => {
            model.size = size;
            tick_top(model, &mut effects);
        }
        Msg::Part(ticket, part) => hear(model, ticket, part, &mut effects),
        Msg::Answer(ticket, answer) => receive(model, ticket, answer, &mut effects),
        Msg::Connected(outcome) => connected(model, outcome, &mut effects),
        Msg::Copied(Ok(ways)) => {
            let what = std::mem::take(&mut model.copying);
            model.note = Some(Note::done(&format!("copied {what} ({ways})")));
        }
        Msg::Saved(Ok(path)) => {
            model.note = Some(Note::done(&format!("saved: {}", path.display())));
        }
        Msg::Exported(Ok(Exported { path, rows })) => {
            let s = if rows == 1 { "" } else { "s" };
            model.note = Some(Note::done(&format!("saved, {rows} row{s}: {}", path.display())));
        }
        Msg::Exported(Err(problem)) if problem.kind == Kind::Cancelled => {
            model.note = Some(Note::warning(&problem.to_string()));
        }
        Msg::Copied(Err(problem)) | Msg::Saved(Err(problem)) | Msg::Exported(Err(problem)) => {
            model.note = Some(Note::from(&problem));
        }
        Msg::Edited(Ok(text)) => {
            with_top(model, &mut effects, |pane, cx| pane.take(Deed::Own("edited", text), cx));
        }
        Msg::Edited(Err(problem)) => model.note = Some(Note::from(&problem)),
        Msg::Resumed => effects.push(Effect::Redraw),
    }
    let title = title(model);
    if title != model.title {
        effects.push(Effect::Title(title.clone()));
        model.title = title;
    }
    effects
}

/// Lets the pane `id` react, and grants its wishes.
pub(super) fn with_pane<R>(
    model: &mut Model,
    id: u64,
    effects: &mut Vec<Effect>,
    react: impl FnOnce(&mut dyn Pane, &mut Cx<'_>) -> R,
) -> Option<R> {
    let (places, scope) = (model.places(), model.scope());
    let mut wishes = Vec::new();
    let numbered = model.trail.find_mut(id)?;
    let mut cx = Cx {
        now: model.now,
        lines: places.body.height.into(),
        columns: places.body.width.into(),
        has_preview: !places.preview.is_empty(),
        theme: &model.theme,
        form: places.form,
        identity: &model.identity,
        whom: model.whom.as_ref(),
        scope: scope.as_ref(),
        facts: model.facts.as_ref(),
        statements: &model.past.statements,
        minutes: model.minutes,
        owner: numbered.owner(),
        asked: &mut model.asked,
        effects,
        wishes: &mut wishes,
    };
    let result = react(&mut *numbered.pane, &mut cx);
    grant(model, wishes, effects);
    Some(result)
}

/// Lets the pane on screen react.
pub(super) fn with_top<R>(
    model: &mut Model,
    effects: &mut Vec<Effect>,
    react: impl FnOnce(&mut dyn Pane, &mut Cx<'_>) -> R,
) -> R {
    let id = model.trail.top().id;
    with_pane(model, id, effects, react).expect("the pane on screen is one of the trail")
}

/// Lets the popup `id` react, and grants its wishes.
pub(super) fn with_popup<R>(
    model: &mut Model,
    id: u64,
    effects: &mut Vec<Effect>,
    react: impl FnOnce(&mut dyn Dialog, &mut Cx<'_>) -> R,
) -> Option<R> {
    let (area, form, scope) = (model.popup_area(), model.places().form, model.scope());
    let mut wishes = Vec::new();
    let (_, popup) = model.popups.iter_mut().find(|(known, _)| *known == id)?;
    let mut cx = Cx {
        now: model.now,
        lines: area.height.into(),
        columns: area.width.into(),
        has_preview: false,
        theme: &model.theme,
        form,
        identity: &model.identity,
        whom: model.whom.as_ref(),
        scope: scope.as_ref(),
        facts: model.facts.as_ref(),
        statements: &model.past.statements,
        minutes: model.minutes,
        owner: Owner::Popup(id),
        asked: &mut model.asked,
        effects,
        wishes: &mut wishes,
    };
    let result = react(&mut **popup, &mut cx);
    grant(model, wishes, effects);
    Some(result)
}

/// Lets the program itself ask or cancel.
pub(super) fn with_program<R>(
    model: &mut Model,
    effects: &mut Vec<Effect>,
    react: impl FnOnce(&mut Cx<'_>) -> R,
) -> R {
    let mut wishes = Vec::new();
    let (places, scope) = (model.places(), model.scope());
    let mut cx = Cx {
        now: model.now,
        lines: places.body.height.into(),
        columns: places.body.width.into(),
        has_preview: !places.preview.is_empty(),
        theme: &model.theme,
        form: places.form,
        identity: &model.identity,
        whom: model.whom.as_ref(),
        scope: scope.as_ref(),
        facts: model.facts.as_ref(),
        statements: &model.past.statements,
        minutes: model.minutes,
        owner: Owner::Program,
        asked: &mut model.asked,
        effects,
        wishes: &mut wishes,
    };
    let result = react(&mut cx);
    grant(model, wishes, effects);
    result
}

/// Opens a popup above all others.
pub(super) fn open(model: &mut Model, popup: Popup, effects: &mut Vec<Effect>) {
    model.popup_seq += 1;
    let id = model.popup_seq;
    model.popups.push((id, popup));
    with_popup(model, id, effects, |popup, cx| popup.load(cx));
}

/// Closes the popup `id`; nobody waits for its answers any more.
pub(super) fn close(model: &mut Model, id: u64, effects: &mut Vec<Effect>) {
    model.popups.retain(|(known, _)| *known != id);
    let gone = model.asked.abandon(|owner| owner == Owner::Popup(id));
    effects.extend(gone.into_iter().map(Effect::Cancel));
}

fn grant(model: &mut Model, wishes: Vec<Wish>, effects: &mut Vec<Effect>) {
    for wish in wishes {
        match wish {
            Wish::Go(place) => navigate::down(model, place, effects),
            Wish::Say(note) => model.note = Some(note),
            Wish::Open(popup) => open(model, popup, effects),
            Wish::Choose(owner, deed) => {
                if let Owner::Popup(id) = owner {
                    close(model, id, effects);
                }
                act::perform_deed(model, deed, effects);
            }
            Wish::Copying(what) => model.copying = what,
            Wish::Favour(organization) => model.favour(organization),
            Wish::Become(identity, fence) => {
                if let (Some(facts), Some(fence)) = (&mut model.facts, fence) {
                    facts.fence = Some(fence);
                }
                navigate::begin_acting(model, identity, effects);
            }
            Wish::Visit(place) => navigate::go(model, place, effects),
            Wish::Concern(whom) => model.whom = Some(whom),
            Wish::Outdate => model.trail.age(),
            Wish::Keep(line) => {
                super::act::remember(&mut model.past.statements, &line);
                effects.push(Effect::Remember(Book::Statements, line));
            }
        }
    }
}

fn tick(model: &mut Model, now: Moment, effects: &mut Vec<Effect>) {
    model.now = now;
    if let Link::Lost { retry: retry @ Retry::At(_), .. } = &mut model.link
        && matches!(retry, Retry::At(at) if *at <= now.steady)
    {
        *retry = Retry::Now;
        effects.push(Effect::Connect(None));
    }
    if model.identity.acting().is_some_and(|acting| acting.until <= now.wall) {
        navigate::end_acting(model, effects);
    }
    if model.refresh_due().is_some_and(|due| due <= now.steady) {
        navigate::reload_top(model, effects);
    }
    tick_top(model, effects);
}

fn tick_top(model: &mut Model, effects: &mut Vec<Effect>) {
    with_top(model, effects, |pane, cx| pane.tick(cx));
    if let Some(id) = model.popups.last().map(|(id, _)| *id) {
        with_popup(model, id, effects, |popup, cx| popup.tick(cx));
    }
}

fn press(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if model.chord.0.is_empty() && type_in(model, key, effects) {
        return;
    }
    model.chord.0.push(key);
    model.chord.1 = model.now.steady;
    let scopes = model.scopes();
    match model.keymap.lookup(&scopes, &model.chord.0) {
        Lookup::Pending => {}
        Lookup::Run(action) => {
            model.chord.0.clear();
            act::act(model, action, effects);
        }
        Lookup::Unbound => {
            let chord = std::mem::take(&mut model.chord.0);
            // Over a slow line Esc and the key after it come in one packet and look like Alt.
            if chord.len() == 1 && key.alt {
                press(model, Key::new(Code::Esc), effects);
                press(model, key.without_alt(), effects);
            } else if (chord.len() > 1 || asks(model)) && key.code != Code::Esc {
                let keys = super::keymap::short(&chord);
                model.note = Some(Note::warning(&format!(
                    "`{keys}` means nothing here; `?` lists all keys"
                )));
            }
        }
    }
}

/// Whether the keys belong to the pane: in a popup and in the prompt some are better without an answer.
fn asks(model: &Model) -> bool {
    model.popups.is_empty() && model.prompt.is_none()
}

/// Types into the text field that has the keys, if there is one and the key types something.
fn type_in(model: &mut Model, key: Key, effects: &mut Vec<Effect>) -> bool {
    let Some(c) = key.typed() else { return false };
    insert(model, c.encode_utf8(&mut [0; 4]), effects)
}

fn insert(model: &mut Model, text: &str, effects: &mut Vec<Effect>) -> bool {
    if let Some((id, popup)) = model.popups.last_mut() {
        let id = *id;
        if !popup.insert(text) {
            return false;
        }
        with_popup(model, id, effects, |popup, cx| popup.typed(cx));
        return true;
    }
    let Some(prompt) = &mut model.prompt else { return false };
    prompt.field.insert(text);
    act::prompt_changed(model);
    true
}

fn paste(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    model.chord.0.clear();
    if !insert(model, text, effects) {
        model.note =
            Some(Note::warning("pasting only works where text is typed: `:`, `/` or ctrl-p first"));
    }
}

/// Hands a part of an answer to the pane or popup that waits for the whole.
fn hear(model: &mut Model, ticket: Ticket, part: Part, effects: &mut Vec<Effect>) {
    if !model.asked.is_open(ticket) {
        return;
    }
    match ticket.owner {
        Owner::Pane(id) => {
            with_pane(model, id, effects, |pane, cx| pane.hear(ticket, part, cx));
        }
        Owner::Popup(id) => {
            with_popup(model, id, effects, |popup, cx| popup.hear(ticket, part, cx));
        }
        Owner::Program => {}
    }
}

/// Hands an answer to whoever waits for it.
pub(super) fn receive(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<AnyAnswer, Problem>,
    effects: &mut Vec<Effect>,
) {
    if model.asked.end(ticket).is_none() {
        return;
    }
    if let Err(problem) = &answer
        && problem.kind == Kind::Connection
    {
        lost(model, problem.clone(), effects);
    }
    match ticket.owner {
        Owner::Pane(id) => {
            with_pane(model, id, effects, |pane, cx| pane.receive(ticket, answer, cx));
        }
        Owner::Popup(id) => {
            with_popup(model, id, effects, |popup, cx| popup.receive(ticket, answer, cx));
        }
        Owner::Program => errand::receive(model, ticket, answer, effects),
    }
}

fn connected(model: &mut Model, outcome: Result<Facts, Problem>, effects: &mut Vec<Effect>) {
    match outcome {
        Ok(facts) => {
            if matches!(model.link, Link::Lost { .. }) {
                model.note = Some(Note::done(&format!("connected: {}", facts.place)));
            }
            model.link = Link::Up;
            model.facts = Some(facts);
            model.trail.age();
            match model.first.take() {
                Some(address) => errand::begin(model, address, effects),
                None => navigate::load_top(model, effects),
            }
        }
        Err(problem) => lost(model, problem, effects),
    }
}

/// Takes note that there is no connection, and when to try again.
fn lost(model: &mut Model, problem: Problem, effects: &mut Vec<Effect>) {
    let (since, attempts) = match &model.link {
        Link::Lost { since, attempts, retry: Retry::Now, .. } => (*since, attempts + 1),
        // Another question failed for the same reason.
        Link::Lost { .. } => return,
        Link::Connecting => (model.now.wall, 1),
        Link::Up => (model.now.wall, 0),
    };
    let refused = problem.sqlstate.as_deref().is_some_and(|code| code.starts_with("28"));
    let retry = match attempts {
        _ if refused => Retry::WhenAsked,
        0 => {
            effects.push(Effect::Connect(None));
            Retry::Now
        }
        _ => {
            let wait = Duration::from_millis(250).saturating_mul(1 << attempts.min(10));
            Retry::At(model.now.steady + wait.min(LONGEST))
        }
    };
    model.link = Link::Lost { since, attempts, retry, problem };
}

/// What the window is called.
fn title(model: &Model) -> String {
    let acting = model.identity.acting().map(|acting| format!("AS {} · ", acting.label()));
    let context = model.facts.as_ref().map_or("", |facts| facts.context.as_str());
    let title = format!("{}purview {context}", acting.unwrap_or_default());
    crate::text::clean(title.trim_end()).into_owned()
}
