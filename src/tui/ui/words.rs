//! Text on several lines, cut between words.

use super::record;
use crate::text;

/// Cuts a text into lines of at most `width` cells, between words where that is possible.
pub fn words(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let last = lines.last_mut().expect("there is always one");
        if text::width(last) + text::width(word.trim_end()) <= width {
            last.push_str(word);
        } else if text::width(word.trim_end()) <= width {
            lines.push(word.to_owned());
        } else {
            lines.extend(record::wrap(word, width));
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// The same for what a database or somebody said, cleaned; lines that go on begin as far in as the first.
pub fn indented(said: &str, width: usize) -> Vec<String> {
    let inner = said.trim_start();
    let indent = " ".repeat(said.len() - inner.len());
    let pieces = words(&text::clean(inner), width.saturating_sub(indent.len()).max(8));
    pieces.into_iter().map(|piece| format!("{indent}{piece}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cutting_between_words_loses_only_blanks_and_fits(said in "[a-z日 ]{0,80}", width in 2usize..30) {
            let lines = words(&said, width);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&said));
            prop_assert!(lines.iter().all(|line| text::width(line) <= width), "{lines:?}");
        }
    }
}
