//! How far the lines of a popup are scrolled, by the keys that any list has; it never goes beyond the last of them.

use crate::tui::action::Action;

/// How many lines are above what is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reading {
    above: usize,
}

impl Reading {
    /// Scrolls, where `most` lines can be above and `rows` are in sight; whether the action is about that.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions do not scroll")]
    pub(super) fn act(&mut self, action: Action, most: usize, rows: usize) -> bool {
        let (above, rows) = (self.above(most), rows.max(1));
        let to = match action {
            Action::Down => above + 1,
            Action::Up => above.saturating_sub(1),
            Action::PageDown | Action::NextItemPage => above + rows,
            Action::PageUp | Action::PreviousItemPage => above.saturating_sub(rows),
            Action::HalfDown => above + rows.div_ceil(2),
            Action::HalfUp => above.saturating_sub(rows.div_ceil(2)),
            Action::First | Action::LineStart => 0,
            Action::Last | Action::LineEnd => most,
            _ => return false,
        };
        self.above = to.min(most);
        true
    }

    /// Goes back to the first line.
    pub(super) const fn begin(&mut self) {
        self.above = 0;
    }

    /// How many lines are above what is shown, where `most` can be.
    pub(super) fn above(self, most: usize) -> usize {
        self.above.min(most)
    }

    /// How many lines are left, and the keys to them.
    pub(super) fn foot(self, most: usize) -> String {
        match (most, most - self.above(most)) {
            (0, _) => String::new(),
            (most, 0) => format!("{most} more above: pgup, home"),
            (_, below) => format!("{below} more below: pgdn, end"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_reached_and_nothing_lies_beyond_the_last() {
        let mut reading = Reading::default();
        let mut to = |action| {
            assert!(reading.act(action, 25, 10));
            (reading.above(25), reading.foot(25))
        };
        assert_eq!(to(Action::NextItemPage), (10, "15 more below: pgdn, end".to_owned()));
        assert_eq!(to(Action::Down).0, 11);
        assert_eq!(to(Action::HalfUp).0, 6);
        assert_eq!(to(Action::Last), (25, "25 more above: pgup, home".to_owned()));
        assert_eq!(to(Action::PageDown).0, 25);
        // What was not scrolled has not to be scrolled back.
        assert_eq!(to(Action::Up).0, 24);
        assert_eq!(to(Action::First), (0, "25 more below: pgdn, end".to_owned()));
        assert!(!reading.act(Action::Accept, 25, 10));
        assert_eq!(reading.foot(0), "");
    }
}
