//! All state of the program, and the small facts that can be read off it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::layout::{Rect, Size};

use super::{
    action::{Need, PaneKind, Scope, Spec},
    ask::Asked,
    errand::Errand,
    facts::Facts,
    key::Key,
    keymap::Keymap,
    layout::{self, Places, Wants},
    msg::{Effect, Moment},
    note::Note,
    pane::LOADING,
    place::{Organization, Place, Whom},
    popup::Popup,
    prompt::Prompt,
    stage::Stage,
    trail::Trail,
};
use crate::{
    address::{Address, View},
    config::theme::Theme,
    pg::{Identity, Problem},
};

/// How long a sequence of keys waits before its continuations are shown.
pub const WHICH_KEY: Duration = Duration::from_millis(300);
/// How long acting lasts where nothing says so.
const MINUTES: u32 = 30;
/// How many organizations have a digit.
const FAVOURITES: usize = 9;

/// The connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It is being made, for the first time or to another context.
    Connecting,
    /// It is there.
    Up,
    /// It is lost.
    Lost {
        /// Since when: what is on screen is as old as this.
        since: DateTime<Utc>,
        /// How often it was tried to make it anew.
        attempts: u32,
        /// When it is tried again.
        retry: Retry,
        /// What was said last.
        problem: Problem,
    },
}

/// When a lost connection is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It is being tried.
    Now,
    /// At this time.
    At(Duration),
    /// When somebody asks for it: a wrong password does not become right by repetition.
    WhenAsked,
}

/// What is remembered from one day to the next, newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Commands.
    pub commands: Vec<String>,
    /// Filters.
    pub filters: Vec<String>,
    /// Bookmarked views.
    pub bookmarks: Vec<String>,
    /// Statements of one's own, as lines of their book.
    pub statements: Vec<String>,
}

/// With what the program begins.
#[derive(Debug, Default)]
pub struct Beginning {
    /// The keys.
    pub keymap: Keymap,
    /// The styles.
    pub theme: Theme,
    /// What is remembered.
    pub past: Past,
    /// The contexts that can be gone to.
    pub contexts: Vec<String>,
    /// What was wrong in files.
    pub notes: Vec<Note>,
    /// Where to go first, as it was typed.
    pub address: Option<Address>,
    /// How long acting as somebody lasts, in minutes, unless a person says otherwise; 30 where nothing does.
    pub minutes: Option<u32>,
}

/// All state.
#[derive(Debug)]
pub struct Model {
    /// The terminal's size.
    pub size: Size,
    /// Now.
    pub now: Moment,
    /// The connection.
    pub link: Link,
    /// What is known about the database.
    pub facts: Option<Facts>,
    /// Who everything runs as.
    pub identity: Identity,
    /// Whose rights were asked about last without acting as them.
    pub whom: Option<Whom>,
    /// Organizations that have a digit.
    pub favourites: Vec<Organization>,
    /// What is being copied.
    pub copying: String,
    /// The panes.
    pub trail: Trail,
    /// The popups, the one with the keys last.
    pub popups: Vec<(u64, Popup)>,
    /// Where to go as soon as there is a connection.
    pub first: Option<Address>,
    /// An address whose names are being looked up.
    pub errand: Option<Errand>,
    /// The line being typed.
    pub prompt: Option<Prompt>,
    /// What was said last.
    pub note: Option<Note>,
    /// Keys of an unfinished sequence, and since when.
    pub chord: (Vec<Key>, Duration),
    /// The keys.
    pub keymap: Keymap,
    /// The styles.
    pub theme: Theme,
    /// What is remembered.
    pub past: Past,
    /// The contexts that can be gone to.
    pub contexts: Vec<String>,
    /// How long acting as somebody lasts, in minutes, unless a person says otherwise.
    pub minutes: u32,
    /// Whether the pane has the whole screen.
    pub full_screen: bool,
    /// Whether nothing is refreshed.
    pub frozen: bool,
    /// When what is on screen was asked for last.
    pub refreshed: Duration,
    /// Whether the last key was one that interrupts.
    pub interrupted: bool,
    /// The questions under way.
    pub asked: Asked,
    pub(super) popup_seq: u64,
    pub(super) title: String,
}

impl Model {
    /// The state at start-up, and what to do first.
    pub fn new(beginning: Beginning) -> (Self, Vec<Effect>) {
        let trail = Trail::new(Place::of(View::Home));
        let model = Self {
            size: Size::new(80, 24),
            now: Moment::default(),
            link: Link::Connecting,
            facts: None,
            identity: Identity::Observer,
            whom: None,
            favourites: Vec::new(),
            copying: String::new(),
            trail,
            popups: Vec::new(),
            first: beginning.address,
            errand: None,
            prompt: None,
            note: Note::first(&beginning.notes),
            chord: (Vec::new(), Duration::ZERO),
            keymap: beginning.keymap,
            theme: beginning.theme,
            past: beginning.past,
            contexts: beginning.contexts,
            minutes: beginning.minutes.unwrap_or(MINUTES),
            full_screen: false,
            frozen: false,
            refreshed: Duration::ZERO,
            interrupted: false,
            asked: Asked::default(),
            popup_seq: 0,
            title: String::new(),
        };
        (model, vec![Effect::Connect(None)])
    }

    /// Where everything goes.
    pub fn places(&self) -> Places {
        let wants = Wants {
            acting: self.identity.acting().is_some(),
            full_screen: self.full_screen,
            preview: self.trail.top().pane.previews(),
        };
        layout::places(self.size, wants)
    }

    /// The scopes in which a key is looked up now, innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        if let Some((_, popup)) = self.popups.last() {
            return popup.scopes();
        }
        if self.prompt.is_some() {
            return vec![Scope::Prompt, Scope::Global];
        }
        self.pane_scopes()
    }

    /// The scopes of the pane, whatever is open above it.
    pub fn pane_scopes(&self) -> Vec<Scope> {
        let kind = self.trail.top().pane.kind();
        // What an explanation does not do in its own way it does as any sheet.
        let more = match kind {
            PaneKind::Why => Some(PaneKind::Sheet),
            PaneKind::Query => Some(PaneKind::Rows),
            PaneKind::Sheet | PaneKind::Rows | PaneKind::Matrix | PaneKind::Text => None,
        };
        let more = more.map(Scope::Pane);
        [Scope::Pane(kind)].into_iter().chain(more).chain([Scope::List, Scope::Global]).collect()
    }

    /// The organization to which what is on screen is limited.
    pub fn scope(&self) -> Option<Organization> {
        let id = self.trail.top().pane.place().address.organization?;
        let known = self.favourites.iter().find(|known| known.id == id);
        Some(known.cloned().unwrap_or_else(|| Organization { name: id.clone(), id }))
    }

    /// Why `spec` cannot be done now; `None` if it can.
    pub fn refuses(&self, spec: &Spec) -> Option<String> {
        let top = &self.trail.top().pane;
        let unmet = match spec.need {
            Need::Connection if self.link != Link::Up => Some("there is no connection"),
            Need::Row if !top.has_row() && top.waits_since().is_some() => Some(LOADING),
            Need::Row if !top.has_row() => Some("no row is selected"),
            Need::Marks if top.marks() == 0 => Some("nothing is marked"),
            Need::Acting if self.identity.acting().is_none() => Some("nobody is acted as"),
            Need::Nothing
            | Need::Connection
            | Need::Row
            | Need::Marks
            | Need::Acting
            | Need::Pane => None,
        };
        unmet.map(str::to_owned).or_else(|| top.refuses(spec.action))
    }

    /// Remembers an organization, so that a digit leads to it.
    pub fn favour(&mut self, organization: Organization) {
        if let Some(known) = self.favourites.iter_mut().find(|known| known.id == organization.id) {
            *known = organization;
            return;
        }
        if self.favourites.len() == FAVOURITES {
            self.favourites.remove(0);
        }
        self.favourites.push(organization);
    }

    /// When to wake up although nothing happens; `None` while the screen has nothing to count.
    pub fn wakes(&self) -> Option<Duration> {
        let now = self.now.steady;
        let chord = (!self.chord.0.is_empty()).then(|| self.chord.1 + WHICH_KEY);
        let errand = self.errand.as_ref().and_then(Errand::waits_since);
        let waits = self.trail.top().pane.waits_since().or(errand);
        let waits = waits.map(|since| next_count(since, now));
        let retry = match &self.link {
            Link::Lost { retry: Retry::At(at), .. } => Some(*at),
            Link::Lost { .. } | Link::Connecting | Link::Up => None,
        };
        let refresh = self.refresh_due();
        let popup = self.popups.last().map(|(_, popup)| popup);
        let asked = popup.and_then(|popup| popup.waits_since());
        let asked = asked.map(|since| next_count(since, now));
        let popup = popup.and_then(|popup| popup.wakes());
        let panes = self.trail.top().pane.wakes();
        [
            chord.filter(|at| *at > now),
            waits,
            retry,
            refresh,
            asked,
            popup,
            panes,
            self.acting_changes(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When what is on screen is to be asked for again. A question slower than its clock is not asked anew by it, or it would never be answered.
    pub fn refresh_due(&self) -> Option<Duration> {
        let top = &self.trail.top().pane;
        let rests = self.frozen || self.link != Link::Up || top.waits_since().is_some();
        top.refreshes_every().filter(|_| !rests).map(|every| self.refreshed + every)
    }

    /// When the time left for acting reads differently.
    fn acting_changes(&self) -> Option<Duration> {
        let left =
            (self.identity.acting()?.until - self.now.wall).to_std().unwrap_or(Duration::ZERO);
        // Minutes are shown rounded up, so that the last one ends at nothing.
        let part = Duration::from_nanos((left.as_nanos() % 60_000_000_000) as u64);
        let wait = if part.is_zero() && !left.is_zero() { Duration::from_mins(1) } else { part };
        Some(self.now.steady + wait)
    }

    /// What drawing needs to know.
    pub fn stage<'a>(&'a self, scope: Option<&'a Organization>) -> Stage<'a> {
        Stage {
            theme: &self.theme,
            now: self.now,
            form: self.places().form,
            stale: match (&self.link, &self.facts) {
                (Link::Lost { since, .. }, Some(_)) => Some(*since),
                (Link::Lost { .. } | Link::Connecting | Link::Up, _) => None,
            },
            identity: &self.identity,
            scope,
            facts: self.facts.as_ref(),
        }
    }

    /// The part of the screen that popups may cover: never the lines that say where one is and as whom.
    pub fn popup_area(&self) -> Rect {
        let places = self.places();
        let top = places.link.bottom().max(places.banner.bottom());
        let bottom = self.size.height.saturating_sub(places.message.height);
        Rect { x: 0, y: top, width: self.size.width, height: bottom.saturating_sub(top) }
    }
}

/// When the time that somebody has waited since `since` reads differently: after 150 ms, after a second, and then every second.
fn next_count(since: Duration, now: Duration) -> Duration {
    let waited = now.saturating_sub(since);
    if waited < crate::tui::ui::wait::SHOWN {
        return since + crate::tui::ui::wait::SHOWN;
    }
    since + Duration::from_secs(waited.as_secs() + 1)
}
