//! What a person wants, done: by the program itself, by a popup, by the prompt or by the pane.

use super::{
    action::Action,
    command::{self, Command},
    errand,
    facts::Facts,
    menus,
    model::{Link, Model, Retry},
    msg::{Book, Effect},
    navigate,
    note::Note,
    popup::{Confirm, Deed, Outcome, SqlLog},
    prompt::{Prompt, Purpose},
    update::{close, open, receive, with_popup, with_top},
};
use crate::{
    config::theme::Theme,
    pg::{Kind, Problem},
};

/// How many lines of a history are kept.
const KEPT: usize = 500;

/// Does what is wanted.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is left goes to whoever has the keys")]
pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let again = std::mem::replace(&mut model.interrupted, action == Action::Interrupt);
    match action {
        Action::Redraw => return effects.push(Effect::Redraw),
        Action::Suspend => return effects.push(Effect::Suspend),
        Action::Interrupt => return interrupt(model, again, effects),
        _ => {}
    }
    if let Some(id) = model.popups.last().map(|(id, _)| *id) {
        return in_popup(model, id, action, effects);
    }
    if model.prompt.is_some() {
        return in_prompt(model, action, effects);
    }
    model.note = None;
    perform(model, action, effects);
}

/// Does what is wanted of the program or of the pane on screen.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is left is the pane's business")]
pub(super) fn perform(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    if let Some(reason) = model.refuses(action.spec()) {
        model.note = Some(Note::warning(&reason));
        return;
    }
    match action {
        Action::CommandLine => model.prompt = Some(Prompt::new(Purpose::Command, "")),
        Action::Filter => {
            let filter = model.trail.top().pane.place().address.filter;
            model.prompt = Some(Prompt::new(Purpose::Filter, &filter));
        }
        Action::Search => model.prompt = Some(Prompt::new(Purpose::Search, "")),
        Action::Help => open(model, menus::help(model), effects),
        Action::SqlLog => open(model, Box::new(SqlLog::default()), effects),
        Action::GoMenu => open(model, menus::go(model), effects),
        Action::Find => open(model, menus::palette(model, ""), effects),
        Action::Bookmarks => open(model, menus::bookmarks(model), effects),
        Action::Bookmark => bookmark(model, effects),
        Action::Back => back(model, effects),
        Action::Escape => escape(model, effects),
        Action::LastView => navigate::history(model, None, effects),
        Action::HistoryBack => navigate::history(model, Some(-1), effects),
        Action::HistoryForward => navigate::history(model, Some(1), effects),
        Action::Scope(digit) => navigate::scope(model, digit, effects),
        Action::Go(view) => navigate::go_view(model, view, effects),
        Action::StopActing => navigate::stop_acting(model, effects),
        Action::FullScreen => {
            model.full_screen = !model.full_screen;
            with_top(model, effects, |pane, cx| pane.tick(cx));
        }
        Action::Freeze => {
            model.frozen = !model.frozen;
            let said = if model.frozen {
                "frozen: nothing is refreshed until `z`"
            } else {
                "refreshing again"
            };
            model.note = Some(Note::done(said));
        }
        Action::Reload => reload(model, effects),
        Action::Quit => effects.push(Effect::Quit),
        other => {
            if !with_top(model, effects, |pane, cx| pane.act(other, cx)) {
                let doc = other.spec().doc;
                model.note = Some(Note::warning(&format!("not here: {doc}")));
            }
        }
    }
}

/// Does what was chosen in a popup.
pub(super) fn perform_deed(model: &mut Model, deed: Deed, effects: &mut Vec<Effect>) {
    match deed {
        Deed::Act(action) => {
            model.note = None;
            perform(model, action, effects);
        }
        Deed::Go(place) => navigate::go(model, place, effects),
        Deed::Command(text) => run(model, &text, effects),
        Deed::Quit => effects.push(Effect::Quit),
        deed @ (Deed::Columns(_) | Deed::Sort(_) | Deed::CopyAs(_) | Deed::Own(..)) => {
            with_top(model, effects, |pane, cx| pane.take(deed, cx));
        }
    }
}

fn in_popup(model: &mut Model, id: u64, action: Action, effects: &mut Vec<Effect>) {
    let action = if action == Action::Back { Action::Close } else { action };
    let edited = model.popups.last_mut().is_some_and(|(_, popup)| popup.edit(action));
    if edited {
        with_popup(model, id, effects, |popup, cx| popup.typed(cx));
        return;
    }
    match with_popup(model, id, effects, |popup, cx| popup.act(action, cx)) {
        None | Some(Outcome::Stay) => {}
        Some(Outcome::Close) => close(model, id, effects),
        Some(Outcome::Show(deed)) => perform_deed(model, deed, effects),
        Some(Outcome::Do(deed)) => {
            close(model, id, effects);
            perform_deed(model, deed, effects);
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not the prompt's business")]
fn in_prompt(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Some(mut prompt) = model.prompt.take() else { return };
    match action {
        Action::Cancel | Action::Escape | Action::Back => return,
        Action::Submit => return submit(model, &prompt, effects),
        Action::Help => return open(model, menus::help(model), effects),
        Action::Older | Action::Newer => {
            let past = match prompt.purpose {
                Purpose::Command => &model.past.commands,
                Purpose::Filter | Purpose::Search => &model.past.filters,
            };
            prompt.recall(action, past);
            prompt.ghost = None;
            model.prompt = Some(prompt);
            return;
        }
        Action::Complete => drop(prompt.complete()),
        Action::CursorRight if prompt.complete() => {}
        // Deleting in an empty prompt leaves it, as in vim.
        Action::DeleteBefore if prompt.field.is_empty() => return,
        other => drop(prompt.field.act(other)),
    }
    model.prompt = Some(prompt);
    prompt_changed(model);
}

/// Takes note that the text of the prompt was changed by hand.
pub(super) fn prompt_changed(model: &mut Model) {
    let Some(prompt) = &mut model.prompt else { return };
    prompt.changed();
    prompt.ghost = match prompt.purpose {
        Purpose::Command => {
            let names: Vec<_> = model.favourites.iter().map(|known| known.name.clone()).collect();
            let themes: Vec<_> = Theme::names().collect();
            command::ghost(
                prompt.field.text(),
                &model.past.commands,
                &names,
                &model.contexts,
                &themes,
            )
            .or_else(|| {
                let mut own = model.facts.iter().flat_map(Facts::own_words);
                own.find_map(|(_, word)| command::rest(&word, prompt.field.text()))
            })
        }
        Purpose::Filter | Purpose::Search => {
            let typed = prompt.field.text();
            let earlier = model.past.filters.iter().rev().filter(|_| !typed.is_empty());
            earlier
                .filter_map(|line| line.strip_prefix(typed))
                .find(|rest| !rest.is_empty())
                .map(str::to_owned)
        }
    };
}

fn submit(model: &mut Model, prompt: &Prompt, effects: &mut Vec<Effect>) {
    let text = prompt.field.text().trim().to_owned();
    model.note = None;
    let (book, lines) = match prompt.purpose {
        Purpose::Command => (Book::Commands, &mut model.past.commands),
        Purpose::Filter | Purpose::Search => (Book::Filters, &mut model.past.filters),
    };
    if !text.is_empty() {
        remember(lines, &text);
        effects.push(Effect::Remember(book, text.clone()));
    }
    match prompt.purpose {
        Purpose::Command => run(model, &text, effects),
        Purpose::Filter => {
            with_top(model, effects, |pane, cx| pane.take(Deed::Own("filter", text), cx));
        }
        Purpose::Search => {
            with_top(model, effects, |pane, cx| pane.take(Deed::Own("search", text), cx));
        }
    }
}

pub(super) fn remember(lines: &mut Vec<String>, text: &str) {
    lines.retain(|line| line != text);
    lines.push(text.to_owned());
    if lines.len() > KEPT {
        lines.remove(0);
    }
}

/// What was typed, with the program's own name for a view where it was called by the system's word for it.
fn spelled_out(model: &Model, text: &str) -> String {
    let text = text.trim();
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut own = model.facts.iter().flat_map(Facts::own_words);
    own.find(|(_, word)| word == name)
        .map_or_else(|| text.to_owned(), |(view, _)| format!("{} {rest}", view.name()))
}

/// Runs what was typed after `:`.
pub(super) fn run(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    let text = spelled_out(model, text);
    let command = match Command::parse(&text) {
        None => return,
        Some(Ok(command)) => command,
        Some(Err(problem)) => {
            model.note = Some(Note::from(&problem));
            return;
        }
    };
    match command {
        Command::Quit => effects.push(Effect::Quit),
        Command::Help => open(model, menus::help(model), effects),
        Command::As(who) => errand::act_as(model, who, effects),
        Command::Stop => perform(model, Action::StopActing, effects),
        Command::Find(text) => open(model, menus::palette(model, &text), effects),
        Command::Version => {
            model.note = Some(Note::done(concat!("purview ", env!("CARGO_PKG_VERSION"))));
        }
        Command::Theme(name) => {
            if let Some(theme) = Theme::named(&name) {
                model.theme = theme;
            } else {
                let names: Vec<_> = Theme::names().collect();
                let text = format!("there is no theme `{name}`; there are {}", names.join(", "));
                model.note = Some(Note::warning(&text));
            }
        }
        Command::Context(name) => connect(model, name, effects),
        Command::Go(address) => {
            if let Some(context) = address.context.clone() {
                connect(model, context, effects);
            }
            errand::begin(model, *address, effects);
        }
    }
}

/// Connects to another context. Nobody is acted as there.
fn connect(model: &mut Model, context: String, effects: &mut Vec<Effect>) {
    // Nobody is asked anything there any more.
    model.link = Link::Connecting;
    if model.identity.acting().is_some() {
        navigate::stop_acting(model, effects);
    }
    model.favourites.clear();
    model.whom = None;
    model.facts = None;
    // Nothing of the other database may stay on screen.
    navigate::leave_database(model, effects);
    effects.push(Effect::Connect(Some(context)));
}

fn reload(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Link::Lost { retry, .. } = &mut model.link {
        if *retry != Retry::Now {
            *retry = Retry::Now;
            effects.push(Effect::Connect(None));
        }
        return;
    }
    if model.link == Link::Up {
        navigate::reload_top(model, effects);
    }
}

/// Esc: the first that applies.
fn escape(model: &mut Model, effects: &mut Vec<Effect>) {
    if stop(model, effects) || with_top(model, effects, |pane, cx| pane.relax(cx)) {
        return;
    }
    navigate::up(model, effects);
}

/// Stops what a person waits for; whether there was anything.
fn stop(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    if errand::give_up(model, effects) {
        model.note = Some(Note::done("stopped"));
        return true;
    }
    if model.trail.top().pane.waits_since().is_none() {
        return false;
    }
    with_top(model, effects, |pane, cx| pane.stop(cx));
    model.note = Some(Note::done("stopped"));
    true
}

fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if !navigate::up(model, effects) {
        open(model, quit(), effects);
    }
}

/// Ctrl-C: cancels all that the server does for us; when there is nothing, or again, asks whether to quit.
fn interrupt(model: &mut Model, again: bool, effects: &mut Vec<Effect>) {
    let asked = model.asked.tickets();
    let any = !asked.is_empty();
    for ticket in asked {
        effects.push(Effect::Cancel(ticket));
        let cancelled = Problem::new(Kind::Cancelled, "cancelled").hint("ctrl-r asks again");
        receive(model, ticket, Err(cancelled), effects);
    }
    model.chord.0.clear();
    model.prompt = None;
    if again {
        model.popups.clear();
        open(model, quit(), effects);
    } else {
        let said =
            if any { "cancelled; again to quit" } else { "nothing to cancel; again to quit" };
        model.note = Some(Note::done(said));
    }
}

fn quit() -> super::popup::Popup {
    let lines = vec!["Leave purview?".to_owned()];
    Box::new(Confirm::new("quit", lines, "Quit", Deed::Quit))
}

fn bookmark(model: &mut Model, effects: &mut Vec<Effect>) {
    let address = model.trail.top().pane.place().address.to_string();
    remember(&mut model.past.bookmarks, &address);
    model.note = Some(Note::done(&format!("bookmarked; `B` lists bookmarks: {address}")));
    effects.push(Effect::Remember(Book::Bookmarks, address));
}
