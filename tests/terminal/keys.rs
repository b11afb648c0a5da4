//! Keys as a page names them, as the bytes that a terminal sends.
//!
//! A text all of whose words are keys (`g k`, `Down Enter`) presses them one after the other; any other text is typed as it stands.

use purview::tui::key::{Code, Key, sequence};

/// What a terminal sends for `text`, press by press.
pub(crate) fn presses(text: &str) -> Vec<String> {
    match sequence(text) {
        Ok(keys) => keys.into_iter().map(bytes).collect(),
        Err(_) => text.chars().map(String::from).collect(),
    }
}

/// What an xterm sends for a key.
fn bytes(key: Key) -> String {
    match key.code {
        // Ctrl takes away all but the five lowest bits.
        Code::Char(c) if key.ctrl => char::from(u8::try_from(c).unwrap_or(0) & 0x1f).to_string(),
        Code::Char(c) => c.to_string(),
        Code::F(number @ 1..=4) => format!("\x1bO{}", char::from(b'P' + number - 1)),
        Code::F(number) => {
            format!("\x1b[{}~", [15, 17, 18, 19, 20, 21, 23, 24][usize::from(number) - 5])
        }
        Code::Enter => "\r".to_owned(),
        Code::Esc => "\x1b".to_owned(),
        Code::Tab if key.shift => "\x1b[Z".to_owned(),
        Code::Tab => "\t".to_owned(),
        Code::Backspace => "\x7f".to_owned(),
        Code::Delete => "\x1b[3~".to_owned(),
        Code::Insert => "\x1b[2~".to_owned(),
        Code::Up => "\x1b[A".to_owned(),
        Code::Down => "\x1b[B".to_owned(),
        Code::Right => "\x1b[C".to_owned(),
        Code::Left => "\x1b[D".to_owned(),
        Code::Home => "\x1b[H".to_owned(),
        Code::End => "\x1b[F".to_owned(),
        Code::PageUp => "\x1b[5~".to_owned(),
        Code::PageDown => "\x1b[6~".to_owned(),
    }
}
