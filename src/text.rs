//! Text from a database, made harmless and measured in cells.
//!
//! Everything a database returns is hostile to a terminal until it went through [`clean`].

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Returns `text` with control, bidirectional and zero-width characters made visible.
///
/// Line ends become `⏎`, tabs `→`, other C0 controls their picture (`␛`), and the rest `‹U+202E›`.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\t' => out.push('→'),
            '\r' => {}
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => out.push('␡'),
            _ if is_harmless(c) => out.push(c),
            _ => out.push_str(&picture(c)),
        }
    }
    Cow::Owned(out)
}

/// The same of a text of several lines, which keeps its line ends.
pub fn clean_lines(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || is_harmless(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(clean).collect::<Vec<_>>().join("\n"))
}

/// How a character without a picture of its own is shown.
fn picture(c: char) -> String {
    format!("‹U+{:04X}›", c as u32)
}

/// Whether `c` may reach a terminal as it is.
pub fn is_harmless(c: char) -> bool {
    // Unicode TR36 and TR9: marks that reorder, hide or join what is around them.
    !(c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{fe00}'..='\u{fe0f}'))
}

/// How many cells `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns as much of `text` as fits into `cells`, with `…` where something was cut.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if text.width() <= cells {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let mut out = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > cells {
            break;
        }
        used += wide;
        out.push(c);
    }
    if cells > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// `bytes` as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Whether `text` is a UUID as people paste it.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_that_moves_the_cursor_survives(text in any::<String>()) {
            prop_assert!(clean(&text).chars().all(|c| !c.is_control()));
        }

        #[test]
        fn what_fits_is_never_wider_than_asked(text in any::<String>(), cells in 0usize..40) {
            prop_assert!(width(&fit(&clean(&text), cells)) <= cells);
        }
    }

    #[test]
    fn attacks_on_terminals_are_shown_instead_of_obeyed() {
        assert_eq!(clean("a\x1b[2Jb\u{202e}c\u{200b}"), "a␛[2Jb‹U+202E›c‹U+200B›");
        assert_eq!(clean("two\nlines"), "two⏎lines");
        assert_eq!(clean_lines("two\nli\x1bnes\n"), "two\nli␛nes\n");
        assert_eq!(clean("日本 é"), "日本 é");
    }

    #[test]
    fn digits_are_two_for_each_byte() {
        assert_eq!(hex(&[0, 10, 255, 0x3c]), "000aff3c");
    }

    #[test]
    fn only_a_whole_uuid_is_one() {
        assert!(is_uuid("0F9619FF-8B86-D011-B42D-00CF4FC964FF"));
        for text in [
            "",
            "0f9619ff",
            "0f9619ff-8b86-d011-b42d-00cf4fc964fg",
            "0f9619ff-8b86-d011-b42d-00cf4fc964ff ",
            "éééééééééééééééééé",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
