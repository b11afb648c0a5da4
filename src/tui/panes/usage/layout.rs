//! Where a pane of usage has its words, its bars and its list: a pure function of the room.

use ratatui::layout::Rect;

use crate::tui::layout::Form;

/// The parts of the pane, from the top. What has no room has an empty area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    /// What it comes to.
    pub(super) words: Rect,
    /// Bars.
    pub(super) bars: Rect,
    /// The list.
    pub(super) list: Rect,
}

/// The list never has fewer lines than this while there are bars.
const LIST: u16 = 10;

/// Lays the pane out.
pub(super) fn parts(area: Rect, form: Form) -> Parts {
    let words = match form {
        Form::Bare => 0,
        Form::Cards => u16::from(area.height > LIST),
        Form::Tables => {
            if area.height > LIST + 2 {
                2
            } else {
                0
            }
        }
    };
    let left = area.height.saturating_sub(words + LIST);
    let bars = if form == Form::Tables && left >= 5 {
        (area.height * 2 / 5).clamp(5, 18).min(left)
    } else {
        0
    };
    let at = |y: u16, height: u16| Rect { y: area.y + y, height, ..area };
    Parts {
        words: at(0, words),
        bars: at(words, bars),
        list: at(words + bars, area.height - words - bars),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_line_belongs_to_exactly_one_part(width in 0u16..250, height in 0u16..90, form in prop::sample::select(vec![Form::Bare, Form::Cards, Form::Tables])) {
            let area = Rect::new(3, 2, width, height);
            let all = parts(area, form);
            prop_assert_eq!(all.words.y, area.y);
            prop_assert_eq!(all.bars.y, all.words.bottom());
            prop_assert_eq!(all.list.y, all.bars.bottom());
            prop_assert_eq!(all.list.bottom(), area.bottom());
            prop_assert!(all.bars.height == 0 || (all.bars.height >= 5 && all.list.height >= LIST));
        }
    }

    #[test]
    fn eighty_by_twenty_four_has_words_bars_and_a_list() {
        let all = parts(Rect::new(0, 0, 80, 20), Form::Tables);
        assert_eq!((all.words.height, all.bars.height, all.list.height), (2, 8, 10));
    }
}
