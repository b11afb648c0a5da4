//! The panes from the root down to the one on screen, and the history of where one was.
//!
//! There is always a root. A place that was left keeps its pane for a while, so that going back shows what was there; what else it asked is given up.

use std::collections::VecDeque;

use super::{ask::Owner, pane::Pane, panes, place::Place};

/// How many panes are kept after they were left.
const PARKED: usize = 4;
/// How many steps of history are kept.
const VISITS: usize = 100;
/// How many texts that were typed into panes are kept after those are gone.
const TEXTS: usize = 20;

/// A pane with its number.
#[derive(Debug)]
pub struct Numbered {
    /// The number: answers to its questions are addressed to it.
    pub id: u64,
    /// The pane.
    pub pane: Box<dyn Pane>,
    /// Whether it asked for what it shows.
    pub loaded: bool,
}

impl Numbered {
    /// How its questions are addressed.
    pub const fn owner(&self) -> Owner {
        Owner::Pane(self.id)
    }
}

/// The panes from the root to the top.
#[derive(Debug)]
pub struct Trail {
    panes: Vec<Numbered>,
    parked: VecDeque<Numbered>,
    /// What was typed into panes that are gone, by where they were, newest first.
    texts: VecDeque<(Place, String)>,
    visits: Vec<Vec<Place>>,
    at: usize,
    last: u64,
}

/// Who was left by a step along the trail: nobody waits for the answers to their questions any more.
pub type Left = Vec<Owner>;

impl Trail {
    /// A trail that begins at `root`.
    pub fn new(root: Place) -> Self {
        let mut trail = Self {
            panes: Vec::new(),
            parked: VecDeque::new(),
            texts: VecDeque::new(),
            visits: Vec::new(),
            at: 0,
            last: 0,
        };
        trail.walk(vec![root.clone()]);
        trail.visits.push(vec![root]);
        trail
    }

    /// The pane on screen.
    pub fn top(&self) -> &Numbered {
        self.panes.last().expect("there is always a root")
    }

    /// The pane on screen, to react.
    pub fn top_mut(&mut self) -> &mut Numbered {
        self.panes.last_mut().expect("there is always a root")
    }

    /// The pane with the number `id`, wherever it is.
    pub fn find_mut(&mut self, id: u64) -> Option<&mut Numbered> {
        self.panes.iter_mut().chain(&mut self.parked).find(|numbered| numbered.id == id)
    }

    /// The places from the root to the top.
    pub fn places(&self) -> Vec<Place> {
        self.panes.iter().map(|numbered| numbered.pane.place()).collect()
    }

    /// Whether the root is on screen.
    pub const fn is_root(&self) -> bool {
        self.panes.len() == 1
    }

    /// Goes to `places`, and remembers where one was.
    pub fn go(&mut self, places: Vec<Place>) -> Left {
        self.note();
        self.visits.truncate(self.at + 1);
        self.visits.push(places.clone());
        if self.visits.len() > VISITS {
            self.visits.remove(0);
        }
        self.at = self.visits.len() - 1;
        self.walk(places)
    }

    /// Goes one level down.
    pub fn down(&mut self, place: Place) -> Left {
        let mut places = self.places();
        places.push(place);
        self.go(places)
    }

    /// Goes one level up; `None` at the root.
    pub fn up(&mut self) -> Option<Left> {
        let mut places = self.places();
        places.pop();
        (!places.is_empty()).then(|| self.go(places))
    }

    /// Goes `by` steps through the history; `None` where it ends.
    pub fn history(&mut self, by: isize) -> Option<Left> {
        self.note();
        let to = self.at.checked_add_signed(by).filter(|to| *to < self.visits.len())?;
        self.at = to;
        Some(self.walk(self.visits[to].clone()))
    }

    /// Goes to the view before this one; the same again comes back.
    pub fn last_view(&mut self) -> Option<Left> {
        let before = self.at.checked_sub(1)?;
        let places = self.visits[before].clone();
        Some(self.go(places))
    }

    /// Makes every pane anew from its place: nothing that an older identity saw is left, only what was typed by hand.
    pub fn renew(&mut self) -> Left {
        let gone = self.clear();
        for numbered in &gone {
            self.keep(numbered);
        }
        self.again(&gone)
    }

    /// The same for another database, to which nothing goes that was typed for this one.
    pub fn forget(&mut self) -> Left {
        let gone = self.clear();
        self.texts.clear();
        self.again(&gone)
    }

    fn clear(&mut self) -> Vec<Numbered> {
        self.note();
        self.parked.drain(..).rev().chain(self.panes.drain(..)).collect()
    }

    /// Opens what was open, where `gone` was.
    fn again(&mut self, gone: &[Numbered]) -> Left {
        let places = self.visits[self.at].clone();
        let mut left: Left = gone.iter().map(Numbered::owner).collect();
        left.extend(self.walk(places));
        left
    }

    /// Keeps what was typed into a pane that goes.
    fn keep(&mut self, gone: &Numbered) {
        if let Some(text) = gone.pane.typed() {
            let place = gone.pane.place();
            self.texts.retain(|(known, _)| *known != place);
            self.texts.push_front((place, text));
            self.texts.truncate(TEXTS);
        }
    }

    /// A pane at `place`, with what was typed into the last one there.
    fn open(&mut self, place: Place) -> Numbered {
        self.last += 1;
        let typed = self.texts.iter().position(|(known, _)| *known == place);
        let typed = typed.and_then(|at| self.texts.remove(at));
        let mut pane = panes::open(self.last, place);
        if let Some((_, text)) = typed {
            pane.retype(text);
        }
        Numbered { id: self.last, pane, loaded: false }
    }

    /// Takes note that what the panes show is old: each asks anew when it comes to the top.
    pub fn age(&mut self) {
        for numbered in self.panes.iter_mut().chain(&mut self.parked) {
            numbered.loaded = false;
        }
    }

    /// Writes down where one is, with the filter and the order of now.
    fn note(&mut self) {
        let places = self.places();
        if let Some(visit) = self.visits.get_mut(self.at) {
            *visit = places;
        }
    }

    fn walk(&mut self, places: Vec<Place>) -> Left {
        let mut left = Left::new();
        let mut old = std::mem::take(&mut self.panes);
        for place in places {
            let kept = old.iter().position(|numbered| numbered.pane.place() == place);
            let parked = self.parked.iter().position(|numbered| numbered.pane.place() == place);
            let numbered = match (kept, parked) {
                (Some(index), _) => old.remove(index),
                (None, Some(index)) => self.parked.remove(index).expect("it was just found"),
                (None, None) => self.open(place),
            };
            self.panes.push(numbered);
        }
        for numbered in old {
            left.push(numbered.owner());
            self.parked.push_front(numbered);
        }
        while self.parked.len() > PARKED {
            if let Some(gone) = self.parked.pop_back() {
                self.keep(&gone);
            }
        }
        left
    }
}
