//! A position in a list longer than the screen.

/// The selected row and the first visible one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Selected row.
    pub row: usize,
    /// First visible row.
    pub top: usize,
}

impl Cursor {
    /// Moves by `delta` rows in a list of `len` rows of which `height` are visible.
    #[must_use]
    pub fn step(self, delta: isize, len: usize, height: usize) -> Self {
        let row = self.row.saturating_add_signed(delta).min(len.saturating_sub(1));
        let height = height.max(1);
        let top = self.top.clamp((row + 1).saturating_sub(height), row);
        Self { row, top: top.min(len.saturating_sub(height)) }
    }

    /// The rows to draw.
    pub fn window(self, len: usize, height: usize) -> std::ops::Range<usize> {
        let top = self.top.min(len);
        top..len.min(top.saturating_add(height))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_selected_row_is_always_visible(
            moves in prop::collection::vec((-50isize..50, 1usize..60, 1usize..200), 1..40),
        ) {
            let mut cursor = Cursor::default();
            for (delta, height, len) in moves {
                cursor = cursor.step(delta, len, height);
                prop_assert!(cursor.window(len, height).contains(&cursor.row), "{cursor:?}");
            }
        }
    }
}
