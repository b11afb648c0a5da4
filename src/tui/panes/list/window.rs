//! The rows of a long list that are at hand: a few pages around the cursor, whatever the list's length.
//!
//! Rows are numbered from where the window began and keep their number while pages come and go on both sides, so that the screen can tell how far it scrolled.

use std::collections::{HashSet, VecDeque};

use crate::list::{From, Item, Page, Position};

/// How many rows a page has.
pub const PAGE: usize = 200;
/// How many rows are kept at most.
const KEPT: usize = 3 * PAGE;

/// Rows at hand, with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Window {
    items: VecDeque<Item>,
    /// The number of the first row at hand.
    first: i64,
    /// The number of the row under the cursor.
    row: i64,
    /// The number of the row at the top of the screen.
    top: i64,
    /// Rows still to go once they are at hand.
    ahead: i64,
    /// Where the row before the first one at hand stands, if that is known.
    before: Option<Position>,
    at_start: bool,
    at_end: bool,
    counted: bool,
}

/// On which side rows are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before the first one at hand.
    Before,
    /// After the last one at hand.
    After,
}

impl Window {
    /// Begins anew with `page`, which was asked for from `from`; the cursor is on its first row, or on its last if it is the end.
    pub fn begin(&mut self, page: Page, from: &From) {
        let ended = matches!(from, From::End);
        self.counted = matches!(from, From::Start) || page.at_start;
        self.take(page, from);
        self.first = 0;
        (self.row, self.top, self.ahead) = (0, 0, 0);
        if ended {
            self.row = self.last();
        }
    }

    /// Puts fresh rows in the place of those from the top of the screen; the cursor stays on its row if that is still there.
    pub fn refresh(&mut self, page: Page, from: &From, height: usize) {
        let under = self.current().map(|item| item.position.key.clone());
        let (top, offset) = (self.top, self.row - self.top);
        if page.at_start {
            // Rows may have gone before the top of the screen.
            self.counted = true;
        }
        let begins = page.at_start;
        self.take(page, from);
        self.first = if begins { 0 } else { top };
        self.top = self.first.max(top.min(self.last()));
        let found =
            under.and_then(|key| self.items.iter().position(|item| item.position.key == key));
        self.row = match found {
            Some(index) => self.first + index.cast_signed() as i64,
            None => (self.top + offset).clamp(self.first, self.last().max(self.first)),
        };
        self.ahead = 0;
        self.show(height);
    }

    fn take(&mut self, page: Page, from: &From) {
        self.before = match from {
            From::After(position) => Some(position.clone()),
            From::Start | From::End | From::Before(_) => None,
        };
        (self.at_start, self.at_end) = (page.at_start, page.at_end);
        self.items = page.items.into();
    }

    /// Puts `page` at the side where it belongs, and goes on to where the cursor wanted to be.
    pub fn join(&mut self, side: Side, page: Page, height: usize) {
        match side {
            Side::After => {
                self.at_end = page.at_end;
                self.items.extend(page.items);
                let spare = self.items.len().saturating_sub(KEPT);
                let unseen = usize::try_from(self.top.min(self.row) - self.first).unwrap_or(0);
                let gone = spare.min(unseen);
                if let Some(last) = self.items.drain(..gone).next_back() {
                    self.before = Some(last.position);
                }
                self.first += gone.cast_signed() as i64;
                self.at_start &= gone == 0;
            }
            Side::Before => {
                self.at_start = page.at_start;
                self.before = None;
                self.first -= page.items.len().cast_signed() as i64;
                for item in page.items.into_iter().rev() {
                    self.items.push_front(item);
                }
                let spare = self.items.len().saturating_sub(KEPT);
                let seen = self.row.max(self.top + height.cast_signed() as i64);
                let unseen = usize::try_from(self.last() - seen).unwrap_or(0);
                let gone = spare.min(unseen);
                self.items.truncate(self.items.len() - gone);
                self.at_end &= gone == 0;
            }
        }
        let ahead = std::mem::take(&mut self.ahead);
        self.step(ahead, height);
    }

    /// Puts rows that came before all others, each once; the cursor stays on its row, or on the newest where it was there.
    pub fn arrive(&mut self, came: Vec<Item>, height: usize) {
        let newest = self.row == self.first;
        let under = self.current().map(|item| item.position.key.clone());
        let offset = self.row - self.top;
        let keys: HashSet<_> = came.iter().map(|item| &item.position.key).collect();
        let mut items: VecDeque<Item> =
            self.items.drain(..).filter(|item| !keys.contains(&item.position.key)).collect();
        for item in came.into_iter().rev() {
            items.push_front(item);
        }
        self.items = items;
        let found =
            under.and_then(|key| self.items.iter().position(|item| item.position.key == key));
        if let Some(index) = found.filter(|_| !newest) {
            self.row = self.first + index.cast_signed() as i64;
            self.top = self.row - offset;
        } else {
            (self.row, self.top) = (self.first, self.first);
        }
        self.show(height);
    }

    /// Whether the first row of the list is at hand.
    pub const fn begins(&self) -> bool {
        self.at_start
    }

    /// Moves the cursor by `delta` rows; what is not at hand yet is caught up when it comes.
    pub fn step(&mut self, delta: i64, height: usize) {
        if self.items.is_empty() {
            return;
        }
        let ahead = if self.ahead.signum() == delta.signum() { self.ahead } else { 0 };
        let wanted = self.row.saturating_add(delta).saturating_add(ahead);
        self.row = wanted.clamp(self.first, self.last());
        let missing = wanted - self.row;
        let open = if missing > 0 { !self.at_end } else { !self.at_start };
        self.ahead = if open {
            missing.clamp(-(PAGE.cast_signed() as i64), PAGE.cast_signed() as i64)
        } else {
            0
        };
        self.show(height);
    }

    /// Scrolls so that the cursor is on a screen of `height` rows.
    pub fn show(&mut self, height: usize) {
        let height = height.max(1).cast_signed() as i64;
        self.top = self.top.clamp(self.row - height + 1, self.row);
        let lowest = (self.last() - height + 1).max(self.first);
        self.top = self
            .top
            .clamp(self.first, lowest.max(self.first))
            .clamp(self.row - height + 1, self.row);
    }

    /// Puts the cursor on the first or last row, if that is at hand.
    pub fn jump(&mut self, end: bool, height: usize) -> bool {
        let there = if end { self.at_end } else { self.at_start };
        if there {
            self.row = if end { self.last() } else { self.first };
            self.ahead = 0;
            self.show(height);
        }
        there
    }

    /// Which rows should be fetched before somebody needs them.
    pub fn wants(&self, height: usize) -> Option<(Side, From)> {
        let margin = (PAGE / 2).max(height).cast_signed() as i64;
        let below = self.last() - self.row.max(self.top + height.cast_signed() as i64);
        if !self.at_end && below < margin {
            return Some((Side::After, From::After(self.items.back()?.position.clone())));
        }
        let above = self.row.min(self.top) - self.first;
        if !self.at_start && above < margin {
            return Some((Side::Before, From::Before(self.items.front()?.position.clone())));
        }
        None
    }

    /// From where to ask so that the row at the top of the screen comes first again.
    pub fn here(&self) -> From {
        let at_hand =
            usize::try_from(self.top - self.first - 1).ok().and_then(|index| self.items.get(index));
        match at_hand.map(|item| &item.position).or(self.before.as_ref()) {
            Some(position) => From::After(position.clone()),
            None if self.at_start || self.items.is_empty() => From::Start,
            // The row before is not at hand: begin with the one after.
            None => {
                self.items.front().map_or(From::Start, |item| From::After(item.position.clone()))
            }
        }
    }

    /// From where to ask so that the row under the cursor is the only one of a page of one row.
    pub fn exactly(&self) -> From {
        let at = usize::try_from(self.row - self.first).unwrap_or(0);
        let before = at.checked_sub(1).and_then(|index| self.items.get(index));
        match (before, self.items.get(at + 1)) {
            (Some(item), _) => From::After(item.position.clone()),
            (None, Some(next)) => From::Before(next.position.clone()),
            (None, None) => From::Start,
        }
    }

    /// The rows to draw, with their numbers.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (i64, &Item)> {
        let skip = usize::try_from(self.top - self.first).unwrap_or(0);
        (self.top..).zip(self.items.iter().skip(skip).take(height))
    }

    /// The rows from the number `from` to the number `to`.
    pub fn between(&self, from: i64, to: i64) -> impl Iterator<Item = &Item> {
        let skip = usize::try_from(from - self.first).unwrap_or(0);
        let count = usize::try_from(to - from.max(self.first) + 1).unwrap_or(0);
        self.items.iter().skip(skip).take(count)
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&Item> {
        self.items.get(usize::try_from(self.row - self.first).ok()?)
    }

    /// The number of the row with the key `key`, if it is at hand.
    pub fn number_of(&self, position: &Position) -> Option<i64> {
        let index = self.items.iter().position(|item| item.position.key == position.key)?;
        Some(self.first + index.cast_signed() as i64)
    }

    /// All rows at hand.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    /// The number of the row under the cursor.
    pub const fn row(&self) -> i64 {
        self.row
    }

    /// The number of the row at the top of the screen.
    pub const fn top(&self) -> i64 {
        self.top
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the cursor wants to be further than rows are at hand.
    pub const fn lags(&self) -> bool {
        self.ahead != 0
    }

    /// The first visible row's number counted from the list's beginning, if it is known.
    pub fn counted_top(&self) -> Option<i64> {
        self.counted.then_some(self.top + 1)
    }

    /// How many rows the list has, if its end was seen and rows were counted from its beginning.
    pub fn total(&self) -> Option<i64> {
        (self.counted && self.at_end).then(|| self.last() + 1)
    }

    /// Whether the last row of the list is at hand.
    pub const fn ends(&self) -> bool {
        self.at_end
    }

    fn last(&self) -> i64 {
        self.first + self.items.len().cast_signed() as i64 - 1
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    /// A server with `len` rows, as honest as a keyset page.
    fn page(len: i64, from: &From) -> Page {
        let size = PAGE.cast_signed() as i64;
        let at = |position: &Position| position.key[0].parse::<i64>().unwrap();
        let (begin, end) = match from {
            From::Start => (0, size),
            From::End => (len - size, len),
            From::After(position) => (at(position) + 1, at(position) + 1 + size),
            From::Before(position) => (at(position) - size, at(position)),
        };
        let (begin, end) = (begin.max(0), end.min(len));
        let item = |n: i64| Item {
            position: Position { value: None, key: vec![n.to_string()] },
            cells: vec![Some(n.to_string())],
        };
        Page {
            columns: Arc::new([]),
            items: (begin..end).map(item).collect(),
            at_start: begin == 0,
            at_end: end == len,
            estimate: None,
            sort: None,
            caveat: None,
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        By(i64),
        Jump(bool),
        Refresh,
        /// The next page comes.
        Arrive,
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (-70i64..70).prop_map(Step::By),
            1 => any::<bool>().prop_map(Step::Jump),
            1 => Just(Step::Refresh),
            4 => Just(Step::Arrive),
        ]
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_on_screen_on_the_row_it_says(
            len in 0i64..2000, height in 1usize..70, steps in prop::collection::vec(any_step(), 0..80),
        ) {
            let mut window = Window::default();
            window.begin(page(len, &From::Start), &From::Start);
            window.show(height);
            // What a list without windows would do.
            let mut row = 0i64;
            let mut lagged = false;
            let mut fetching: Option<(Side, From)> = None;
            for step in steps {
                match step {
                    Step::By(delta) => {
                        window.step(delta, height);
                        row = (row + delta).clamp(0, (len - 1).max(0));
                    }
                    Step::Jump(end) => {
                        if !window.jump(end, height) {
                            let from = if end { From::End } else { From::Start };
                            window.begin(page(len, &from), &from);
                            window.show(height);
                            fetching = None;
                        }
                        row = if end { (len - 1).max(0) } else { 0 };
                    }
                    Step::Refresh => {
                        let here = window.here();
                        window.refresh(page(len, &here), &here, height);
                        fetching = None;
                    }
                    Step::Arrive => {
                        if let Some((side, from)) = fetching.take() {
                            window.join(side, page(len, &from), height);
                        }
                    }
                }
                fetching = fetching.or_else(|| window.wants(height));
                prop_assert!(window.items.len() <= KEPT + PAGE);
                // Rows are neighbours: nothing is missing or twice.
                let keys: Vec<i64> = window.items().map(|item| item.position.key[0].parse().unwrap()).collect();
                prop_assert!(keys.windows(2).all(|pair| pair[1] == pair[0] + 1));
                let numbers: Vec<i64> = window.visible(height).map(|(number, _)| number).collect();
                prop_assert!(len == 0 || numbers.contains(&window.row()), "{numbers:?} {}", window.row());
                if len > 0 {
                    let key: i64 = window.current().unwrap().position.key[0].parse().unwrap();
                    if window.lags() || lagged {
                        // Whoever waited for rows may have turned back before they came.
                        row = key;
                    }
                    prop_assert_eq!(key, row);
                    if window.counted_top().is_some() {
                        prop_assert_eq!(key, window.row());
                    }
                }
                lagged = window.lags();
                if window.total().is_some() {
                    prop_assert_eq!(window.total(), Some(len));
                }
            }
        }

        #[test]
        fn what_comes_stands_first_and_once_and_the_cursor_stays_on_its_row(
            len in 0i64..500, height in 1usize..60, down in 0i64..400,
            came in prop::collection::hash_set(-50i64..20, 0..60),
        ) {
            let mut window = Window::default();
            window.begin(page(len, &From::Start), &From::Start);
            window.step(down, height);
            let under = window.current().map(|item| item.position.key.clone());
            let was = window.items().map(|item| item.position.key.clone()).collect::<Vec<_>>();
            let newest = window.row() == 0;
            let item = |n: &i64| Item {
                position: Position { value: None, key: vec![n.to_string()] },
                cells: vec![Some(n.to_string())],
            };
            let came: Vec<Item> = came.iter().map(item).collect();
            window.arrive(came.clone(), height);
            let first: Vec<_> = came.iter().map(|item| item.position.key.clone()).collect();
            let rest = was.into_iter().filter(|key| !first.contains(key));
            let expected: Vec<_> = first.iter().cloned().chain(rest).collect();
            let keys: Vec<_> = window.items().map(|item| item.position.key.clone()).collect();
            prop_assert_eq!(&keys, &expected);
            if newest {
                prop_assert_eq!(window.row(), 0);
            } else {
                prop_assert_eq!(window.current().map(|item| item.position.key.clone()), under);
            }
            prop_assert!(window.visible(height).any(|(number, _)| number == window.row()) || keys.is_empty());
        }

        #[test]
        fn walking_down_row_by_row_sees_every_row(len in 1i64..1500, height in 1usize..60) {
            let mut window = Window::default();
            window.begin(page(len, &From::Start), &From::Start);
            for n in 0..len {
                prop_assert_eq!(&window.current().unwrap().position.key[0], &n.to_string());
                window.step(1, height);
                if let Some((side, from)) = window.wants(height) {
                    window.join(side, page(len, &from), height);
                }
            }
            prop_assert_eq!(window.total(), Some(len));
        }
    }
}
