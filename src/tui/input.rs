//! Bytes from a terminal turned into keys and pastes.
//!
//! A pure machine without a clock: what could still become a longer sequence waits in it until more bytes come or [`Input::flush`] says that none will.

use super::key::{Code, Key};

/// What a person did at the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
}

/// More of a paste is not kept: nobody pastes a megabyte on purpose.
const PASTE_LIMIT: usize = 1 << 20;
/// A sequence longer than this is no key.
const SEQUENCE_LIMIT: usize = 4096;
const PASTE_END: &[u8] = b"\x1b[201~";

/// The machine.
#[derive(Debug, Default)]
pub struct Input {
    /// Bytes that are not yet an event.
    bytes: Vec<u8>,
    /// The paste that is under way.
    paste: Option<Vec<u8>>,
}

/// What the bytes at hand begin with.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(Key, usize),
    Skip(usize),
    PasteBegins(usize),
    /// Nothing can be said before more bytes come.
    More,
}

impl Input {
    /// Takes bytes and returns what they mean so far.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.bytes.extend_from_slice(bytes);
        let mut events = Vec::new();
        while !self.bytes.is_empty() {
            if self.paste.is_some() {
                if !self.read_paste(&mut events) {
                    break;
                }
                continue;
            }
            let used = match step(&self.bytes) {
                Step::Key(key, used) => {
                    events.push(Event::Key(key));
                    used
                }
                Step::Skip(used) => used,
                Step::PasteBegins(used) => {
                    self.paste = Some(Vec::new());
                    used
                }
                Step::More if self.bytes.len() > SEQUENCE_LIMIT => self.bytes.len(),
                Step::More => break,
            };
            self.bytes.drain(..used);
        }
        events
    }

    /// Whether an Esc waits for what may belong to it.
    pub fn is_unfinished(&self) -> bool {
        self.paste.is_none() && !self.bytes.is_empty()
    }

    /// Says that no more bytes belong to what waits: a lone Esc is the key.
    pub fn flush(&mut self) -> Vec<Event> {
        if self.paste.is_some() {
            return Vec::new();
        }
        let bytes = std::mem::take(&mut self.bytes);
        match bytes.as_slice() {
            [0x1b] => vec![Event::Key(Key::new(Code::Esc))],
            // Alt with a character that also begins longer sequences.
            [0x1b, c] if c.is_ascii_graphic() => {
                vec![Event::Key(Key::with(Code::Char(*c as char), false, true, false))]
            }
            // The rest of something that was cut short means nothing, and must not act as keys.
            _ => Vec::new(),
        }
    }

    /// Moves bytes to the paste; whether there may be more to read afterwards.
    fn read_paste(&mut self, events: &mut Vec<Event>) -> bool {
        let Some(paste) = &mut self.paste else { return true };
        if let Some(end) = find(&self.bytes, PASTE_END) {
            keep(paste, &self.bytes[..end]);
            self.bytes.drain(..end + PASTE_END.len());
            let paste = self.paste.take().unwrap_or_default();
            events.push(Event::Paste(String::from_utf8_lossy(&paste).into_owned()));
            return true;
        }
        // The end mark may have come in halves.
        let safe = self.bytes.len().saturating_sub(PASTE_END.len() - 1);
        keep(paste, &self.bytes[..safe]);
        self.bytes.drain(..safe);
        false
    }
}

fn keep(paste: &mut Vec<u8>, bytes: &[u8]) {
    let room = PASTE_LIMIT.saturating_sub(paste.len());
    paste.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// What `bytes`, of which there is at least one, begin with.
fn step(bytes: &[u8]) -> Step {
    match bytes {
        [0x1b] => Step::More,
        // Two presses of Esc in one packet are two.
        [0x1b, 0x1b, ..] => Step::Key(Key::new(Code::Esc), 1),
        [0x1b, b'[', ..] => csi(bytes),
        [0x1b, b'O', rest @ ..] => ss3(rest),
        // Answers to questions that somebody else asked the terminal.
        [0x1b, b']' | b'P' | b'_' | b'^', ..] => string(bytes),
        [0x1b, rest @ ..] => match plain(rest) {
            Step::Key(key, used) => Step::Key(Key { alt: true, ..key }, used + 1),
            Step::Skip(used) => Step::Skip(used + 1),
            other @ (Step::PasteBegins(_) | Step::More) => other,
        },
        _ => plain(bytes),
    }
}

/// A character or control byte.
fn plain(bytes: &[u8]) -> Step {
    let key = match bytes[0] {
        0x00 => Key::ctrl(' '),
        b'\t' => Key::new(Code::Tab),
        b'\r' => Key::new(Code::Enter),
        // Some terminals' Backspace is Ctrl-h.
        0x08 | 0x7f => Key::new(Code::Backspace),
        byte @ 0x01..=0x1a => Key::ctrl((byte - 1 + b'a') as char),
        byte @ 0x1c..=0x1f => Key::ctrl((byte - 0x1c + b'\\') as char),
        byte @ 0x20..=0x7e => Key::new(Code::Char(byte as char)),
        _ => return character(bytes),
    };
    Step::Key(key, 1)
}

/// A character of more than one byte.
fn character(bytes: &[u8]) -> Step {
    let length = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Step::Skip(1),
    };
    match std::str::from_utf8(&bytes[..bytes.len().min(length)]) {
        Ok(text) => match text.chars().next() {
            Some(c) if !c.is_control() => Step::Key(Key::new(Code::Char(c)), length),
            _ => Step::Skip(length),
        },
        Err(error) if error.error_len().is_none() => Step::More,
        Err(_) => Step::Skip(1),
    }
}

/// `ESC [ parameters final`.
fn csi(bytes: &[u8]) -> Step {
    // The Linux console's F1 to F5.
    if let [_, _, b'[', rest @ ..] = bytes {
        return match rest {
            [] => Step::More,
            [letter @ b'A'..=b'E', ..] => Step::Key(Key::new(Code::F(letter - b'A' + 1)), 4),
            _ => Step::Skip(4),
        };
    }
    let Some(length) = bytes[2..].iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return Step::More;
    };
    let used = length + 3;
    let parameters: Vec<u32> = bytes[2..2 + length]
        .split(|byte| *byte == b';')
        .map(|text| {
            let digits = text.split(|byte| *byte == b':').next().unwrap_or_default();
            std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
        })
        .collect();
    let first = parameters.first().copied().unwrap_or(0);
    let held = parameters.get(1).copied().unwrap_or(1);
    match bytes[2 + length] {
        b'~' if first == 200 => Step::PasteBegins(used),
        b'~' if first == 27 => unicode(parameters.get(2).copied().unwrap_or(0), held, used),
        b'~' => key(numbered(first), held, used),
        b'u' => unicode(first, held, used),
        b'Z' => Step::Key(Key { shift: true, ..Key::new(Code::Tab) }, used),
        letter => key(lettered(letter), held, used),
    }
}

/// `ESC O final`, as in application mode; `rest` is what follows.
fn ss3(rest: &[u8]) -> Step {
    match rest {
        [] => Step::More,
        [b'M', ..] => key(Some(Code::Enter), 1, 3),
        // The digits and signs of a numeric keypad.
        [letter @ b'j'..=b'y', ..] => key(Some(Code::Char((letter - b'j' + b'*') as char)), 1, 3),
        [letter, ..] => key(lettered(*letter), 1, 3),
    }
}

/// `ESC ] … BEL` or `… ESC \`.
fn string(bytes: &[u8]) -> Step {
    let bell = bytes.iter().position(|byte| *byte == 0x07).map(|at| at + 1);
    let end = find(bytes, b"\x1b\\").map(|at| at + 2);
    match (bell, end) {
        (Some(one), Some(other)) => Step::Skip(one.min(other)),
        (Some(used), None) | (None, Some(used)) => Step::Skip(used),
        (None, None) => Step::More,
    }
}

fn key(code: Option<Code>, held: u32, used: usize) -> Step {
    let Some(code) = code else { return Step::Skip(used) };
    let bits = held.saturating_sub(1);
    Step::Key(Key::with(code, bits & 4 != 0, bits & 2 != 0, bits & 1 != 0), used)
}

/// A key told by its code point, as terminals with extended keys do.
fn unicode(point: u32, held: u32, used: usize) -> Step {
    let code = match point {
        9 => Some(Code::Tab),
        13 => Some(Code::Enter),
        27 => Some(Code::Esc),
        8 | 127 => Some(Code::Backspace),
        _ => char::from_u32(point).filter(|c| !c.is_control()).map(Code::Char),
    };
    key(code, held, used)
}

const fn lettered(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'R' => Code::F(3),
        b'S' => Code::F(4),
        _ => return None,
    })
}

const fn numbered(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F((number - 10) as u8),
        17..=21 => Code::F((number - 11) as u8),
        23..=24 => Code::F((number - 12) as u8),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(bytes: &[u8]) -> String {
        let mut input = Input::default();
        let mut events = input.feed(bytes);
        events.extend(input.flush());
        let names = events.iter().map(|event| match event {
            Event::Key(key) => key.to_string(),
            Event::Paste(text) => format!("paste({text})"),
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_terminals_send_is_understood() {
        let rows: [(&[u8], &str); 25] = [
            (b"jG?", "j G ?"),
            (b"\x1b", "esc"),
            (b"\x1b\x1b", "esc esc"),
            (b"\x1b[A\x1bOB", "up down"),
            (b"\x1b[1;5C", "ctrl-right"),
            (b"\x1b[5~\x1b[6;3~", "pageup alt-pagedown"),
            (b"\x1b[Z", "shift-tab"),
            (b"\x1b[1~\x1b[4~\x1b[3~", "home end delete"),
            (b"\x1bOP\x1b[15~\x1b[24~\x1b[[B", "f1 f5 f12 f2"),
            (b"\x1bj", "alt-j"),
            (b"\x1b:q", "alt-: q"),
            (b"\x1b[", "alt-["),
            (b"\x1bO", "alt-O"),
            (b"\x10\x03\x1a", "ctrl-p ctrl-c ctrl-z"),
            (b"\r\n\t", "enter ctrl-j tab"),
            (b"\x08\x7f", "backspace backspace"),
            (b"\x1c\x1d\x00", "ctrl-\\ ctrl-] ctrl-space"),
            ("é日".as_bytes(), "é 日"),
            (b"\x1b[200~a\nb:q\x1b[201~x", "paste(a\nb:q) x"),
            (b"\x1b]11;rgb:ff/ff/ff\x1b\\j", "j"),
            (b"\x1b[I\x1b[Oj", "j"),
            (b"\x1b[27;5;13~", "ctrl-enter"),
            (b"\x1b[97;5u", "ctrl-a"),
            (b"\x1b[1;", ""),
            (b"\xff\xc3", ""),
        ];
        for (bytes, expected) in rows {
            assert_eq!(keys(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    proptest! {
        #[test]
        fn how_bytes_are_cut_into_packets_changes_nothing(bytes in prop::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b'2'), Just(b'~'), any::<u8>()], 0..40), cut in 0usize..40) {
            let cut = cut.min(bytes.len());
            let (mut whole, mut halves) = (Input::default(), Input::default());
            let mut one = whole.feed(&bytes);
            let mut two = halves.feed(&bytes[..cut]);
            two.extend(halves.feed(&bytes[cut..]));
            one.extend(whole.flush());
            two.extend(halves.flush());
            prop_assert_eq!(one, two);
        }

        #[test]
        fn a_paste_never_acts_as_keys(text in "[a-z:q\n\r\t]{0,40}") {
            let mut input = Input::default();
            let events = input.feed(format!("\x1b[200~{text}\x1b[201~").as_bytes());
            prop_assert_eq!(events, vec![Event::Paste(text)]);
        }
    }
}
