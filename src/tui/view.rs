//! The model as a picture: the lines around the pane, the pane, and what is open above it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    action::{ACTIONS, Action},
    facts::Facts,
    layout::Form,
    model::{Link, Model, Retry, WHICH_KEY},
    note::{Note, Tone},
    stage::{Picture, Stage},
    ui::{frame, line, wait, words::words},
};
use crate::{config::theme::Theme, pg::Identity, text};

/// A message has no more lines than this.
const MESSAGE: usize = 4;

/// Draws the model into `buf`, which is empty and as large as the screen.
pub fn view(model: &Model, buf: &mut Buffer) -> Picture {
    let places = model.places();
    let scope = model.scope();
    let stage = model.stage(scope.as_ref());
    buf.set_style(buf.area, stage.theme.text);
    link(model, &stage, places.link, buf);
    banner(model, &stage, places.banner, buf);
    menu(model, &stage, places.menu, buf);
    let mut picture = model.trail.top().pane.view(&stage, places.body, places.preview, buf);
    crumbs(model, &stage, places.crumbs, buf);
    picture = picture.under(message(model, &stage, (places.message, picture.selected), buf));
    for (_, popup) in &model.popups {
        picture = picture.under(popup.view(&stage, model.popup_area(), buf));
    }
    which_key(model, &stage, buf);
    picture
}

/// The connection line.
fn link(model: &Model, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let theme = stage.theme;
    let Some(facts) = &model.facts else {
        let said = match &model.link {
            Link::Connecting | Link::Up => " connecting…".to_owned(),
            Link::Lost { problem, .. } => format!(" no connection: {}", problem.summary),
        };
        line::spans(&[(&text::clean(&said), theme.warn)], area, buf);
        return;
    };
    let clean = |text: &str| text::clean(text).into_owned();
    let production = if facts.production { " PROD " } else { "" };
    let role = if facts.standby { "standby" } else { "primary" };
    let pooled = if facts.pooled { " pooled" } else { "" };
    let scope = stage.scope.map_or_else(|| "all".to_owned(), |scope| clean(&scope.name));
    let word = facts.words.as_ref().map_or("org", |words| words.organization.one.as_str());
    let before = [
        (production.to_owned(), theme.production),
        (format!(" {} ", clean(&facts.context)), theme.title),
        door(facts, theme),
    ];
    let connected = match &model.link {
        Link::Lost { attempts, retry, .. } => {
            let trying = match retry {
                Retry::Now | Retry::At(_) => format!("reconnecting {}/∞", (*attempts).max(1)),
                Retry::WhenAsked => "refused".to_owned(),
            };
            (format!("  LOST: {trying} (^r now, :q quits)"), theme.danger)
        }
        Link::Connecting | Link::Up => {
            (format!("  pg{} {role}{pooled}", clean(&facts.version)), theme.dim)
        }
    };
    let after = [
        connected,
        (format!("  {} {scope}", clean(word)), theme.text),
        (format!("  you {}", clean(&facts.login)), theme.dim),
        (if model.frozen { "  FROZEN".to_owned() } else { String::new() }, theme.warn),
    ];
    // The place is what can be cut: everything else says what one is about to do.
    let used = |pieces: &[(String, Style)]| {
        pieces.iter().map(|(text, _)| text::width(text)).sum::<usize>()
    };
    let room = usize::from(area.width).saturating_sub(used(&before) + used(&after) + 2);
    let place = clean(&facts.place);
    let place = if room < 8 { String::new() } else { format!("  {}", text::fit(&place, room)) };
    let middle = [(place, theme.text)];
    let all = before.iter().chain(&middle).chain(&after);
    let all: Vec<_> = all.map(|(text, style)| (text.as_str(), *style)).collect();
    line::spans(&all, area, buf);
}

/// Whether anything can be written through the connection; even then nothing is that was not shown and agreed to.
fn door(facts: &Facts, theme: &Theme) -> (String, Style) {
    if facts.read_only || facts.refused_writing {
        ("[RO]".to_owned(), theme.ok)
    } else {
        ("[RW]".to_owned(), theme.warn)
    }
}

/// The banner that nobody may overlook while somebody is acted as.
fn banner(model: &Model, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let Identity::Acting(acting) = &model.identity else { return };
    if area.is_empty() {
        return;
    }
    buf.set_style(area, stage.theme.acting);
    let left = (acting.until - stage.now.wall).to_std().unwrap_or_default();
    let left = std::time::Duration::from_secs(left.as_secs().div_ceil(60) * 60);
    let fence = stage.facts.and_then(|facts| facts.fence).map_or("", crate::pg::Fence::word);
    let stops = model.keymap.shown(&model.pane_scopes(), Action::StopActing).unwrap_or_default();
    let stop = format!("{stops} stops ");
    let room = usize::from(area.width).saturating_sub(text::width(&stop) + 1);
    // Whom, and for how long, is what has to be known; the rest as far as there is room.
    let left = format!("  {} left", wait::age(left));
    let whom = format!(" AS {}", text::clean(acting.label()));
    let whom = text::fit(&whom, room.saturating_sub(left.len()).max(16));
    let rest = format!("  role {}  {fence}  reason {}", acting.role, acting.reason);
    let said = format!("{whom}{left}{}", text::clean(&rest));
    line::spans(&[(&text::fit(&said, room), stage.theme.acting)], area, buf);
    line::right(&stop, stage.theme.acting, area, buf);
}

/// What the keys do here: read off the table of actions, as much as there is room for.
fn menu(model: &Model, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = stage.theme;
    let mut entries: Vec<(String, String)> = model
        .favourites
        .iter()
        .enumerate()
        .map(|(index, known)| {
            ((index + 1).to_string(), text::fit(&text::clean(&known.name), 14).into_owned())
        })
        .collect();
    if !entries.is_empty() {
        entries.insert(0, ("0".to_owned(), "all".to_owned()));
        entries.truncate(usize::from(area.height) * 2);
    }
    let scopes = model.pane_scopes();
    let all =
        scopes.iter().flat_map(|scope| ACTIONS.iter().filter(move |spec| spec.scope == *scope));
    for spec in all.filter(|spec| MENU.contains(&spec.action)) {
        if let (Some(chord), None) = (model.keymap.keys(spec).first(), model.refuses(spec)) {
            let key = super::keymap::short(chord);
            // What an inner scope does with a key is what the key does.
            if entries.iter().all(|(known, _)| *known != key) {
                entries.push((key, spec.label.to_owned()));
            }
        }
    }
    let widest = entries
        .iter()
        .map(|(key, label)| text::width(key) + text::width(label) + 3)
        .max()
        .unwrap_or(1);
    let cell = (widest as u16 + 2).min(area.width.max(1));
    let columns = if area.height == 1 { u16::MAX } else { (area.width / cell).max(1) };
    let (mut x, mut y, mut column) = (area.x, area.y, 0);
    for (key, label) in entries {
        let width = if area.height == 1 {
            (text::width(&key) + text::width(&label)) as u16 + 5
        } else {
            cell
        };
        if column == columns {
            (x, y, column) = (area.x, y + 1, 0);
        }
        if y >= area.bottom() || x + width > area.right() + 1 {
            break;
        }
        let at = Rect { x, y, width: width.min(area.right() - x), height: 1 };
        line::spans(
            &[(" <", theme.dim), (&key, theme.key), ("> ", theme.dim), (&label, theme.label)],
            at,
            buf,
        );
        x += width;
        column += 1;
    }
}

/// What the menu shows, if it can be done: what people look for first, not how to move.
const MENU: [Action; 35] = [
    Action::Open,
    Action::ActAs,
    Action::Why,
    Action::NextCommand,
    Action::Letters,
    Action::Compare,
    Action::Whom,
    Action::EditRow,
    Action::TryIt,
    Action::Intend,
    Action::Export,
    Action::EditOutside,
    Action::MigrateUp,
    Action::MigrateDown,
    Action::MigrateAgain,
    Action::Foresee,
    Action::Filter,
    Action::Describe,
    Action::Json,
    Action::Copy,
    Action::CopyAs,
    Action::Sort,
    Action::Columns,
    Action::Mark,
    Action::OnlyProblems,
    Action::EndSession,
    Action::Idle,
    Action::Search,
    Action::Wrap,
    Action::CommandLine,
    Action::Help,
    Action::Find,
    Action::Back,
    Action::StopActing,
    Action::Reload,
];

/// Where one is, and how much is marked.
fn crumbs(model: &Model, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let theme = stage.theme;
    let marks = model.trail.top().pane.marks();
    let counters = if marks > 0 { format!("marks {marks} ") } else { String::new() };
    let places = model.trail.places();
    let mut pieces = vec![(" ".to_owned(), theme.crumb)];
    for (index, place) in places.iter().enumerate() {
        let here = index + 1 == places.len();
        let style = if here { theme.here } else { theme.crumb };
        let name = place.crumb(stage.name(place.address.view));
        let name = text::clean(&name).into_owned();
        pieces.push((text::fit(&name, 40).into_owned(), style));
        if !here {
            pieces.push((" > ".to_owned(), theme.dim));
        }
    }
    let pieces: Vec<_> = pieces.iter().map(|(text, style)| (text.as_str(), *style)).collect();
    let room = area.width.saturating_sub(text::width(&counters) as u16);
    line::spans(&pieces, Rect { width: room, ..area }, buf);
    if area.height > 0 {
        line::right(&counters, theme.marked, area, buf);
    }
}

/// The message line: the prompt while there is one, else what was said last.
fn message(
    model: &Model,
    stage: &Stage<'_>,
    (area, selected): (Rect, Option<u16>),
    buf: &mut Buffer,
) -> Picture {
    let theme = stage.theme;
    if area.is_empty() {
        return Picture::default();
    }
    if let Some(prompt) = &model.prompt {
        let picture = line::field(&prompt.field, prompt.purpose.sign(), theme.prompt, area, buf);
        if let (Some(ghost), Some(cursor), true) =
            (&prompt.ghost, picture.cursor, prompt.field.is_at_end())
        {
            let at = Rect { x: cursor.x, width: area.right() - cursor.x, ..area };
            line::spans(&[(&text::clean(ghost), theme.ghost)], at, buf);
        }
        return picture;
    }
    if let Some(errand) = &model.errand {
        if errand.waits_since().and_then(|since| wait::said(since, stage.now)).is_some() {
            let said = format!(" looking for {}… (esc stops)", errand.needle());
            line::spans(&[(&text::clean(&said), theme.dim)], area, buf);
        }
        return Picture::default();
    }
    if let Some(note) = &model.note {
        said(note, stage, (area, selected), buf);
    } else if let (None, Link::Lost { problem, .. }) = (&model.facts, &model.link) {
        // Nothing was ever there to be looked at: what to do is all that matters.
        said(&Note::from(problem), stage, (area, selected), buf);
    } else if stage.form == Form::Bare {
        // There is no other line that says so.
        let said = model.trail.top().pane.title(stage);
        line::spans(&[(&text::clean(&said), theme.dim)], area, buf);
    }
    Picture::default()
}

/// A message, above the line that is its own where that is too short for it, but never over the selected row.
fn said(note: &Note, stage: &Stage<'_>, (area, selected): (Rect, Option<u16>), buf: &mut Buffer) {
    let theme = stage.theme;
    let style = match note.tone {
        Tone::Done => theme.ok,
        Tone::Warning => theme.warn,
        Tone::Failure => theme.danger,
    };
    let word = format!(" {}: ", note.tone.word());
    let indent = " ".repeat(text::width(&word));
    let room = usize::from(area.width).saturating_sub(indent.len() + 1).max(8);
    let mut lines = words(&note.text, room);
    let free = area.y.saturating_sub(selected.unwrap_or(0)).max(1);
    lines.truncate(usize::from(free).min(MESSAGE));
    let top = area.y - (lines.len().max(1) as u16 - 1);
    for (y, text) in (top..=area.y).zip(&lines) {
        let at = Rect { y, ..area };
        ratatui::widgets::Widget::render(ratatui::widgets::Clear, at, buf);
        buf.set_style(at, theme.text);
        let head = if y == top { &word } else { &indent };
        line::spans(&[(head, style), (text, theme.text)], at, buf);
    }
}

/// How a sequence of keys may go on, once it has waited for a moment.
fn which_key(model: &Model, stage: &Stage<'_>, buf: &mut Buffer) {
    let (chord, since) = &model.chord;
    if chord.is_empty() || stage.now.steady < *since + WHICH_KEY {
        return;
    }
    let next = model.keymap.continuations(&model.scopes(), chord);
    let screen = model.popup_area();
    let width = 44.min(screen.width);
    let height = (next.len() as u16 + 2).min(screen.height);
    let area = Rect { x: screen.right() - width, y: screen.bottom() - height, width, height };
    let inner = frame::popup(&super::keymap::short(chord), stage.theme, area, buf);
    for (y, (keys, spec)) in (inner.y..inner.bottom()).zip(next) {
        let at = Rect { y, height: 1, ..inner };
        line::spans(
            &[(&format!(" {keys:>3}  "), stage.theme.key), (spec.doc, stage.theme.text)],
            at,
            buf,
        );
    }
}
