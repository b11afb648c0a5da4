//! A key as a person presses it, and its name in configuration files.
//!
//! Shift is part of a character (`G`, not `shift-g`), and a control character is always lower case, so that one press has one value.

use std::{fmt, str::FromStr};

use crate::pg::Problem;

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt, or after an Esc in the same packet.
    pub alt: bool,
    /// With Shift; never for characters.
    pub shift: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are on the keyboard")]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

/// The keys that have a name instead of a character.
const NAMES: [(&str, Code); 16] = [
    ("space", Code::Char(' ')),
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    // What some people call it.
    ("return", Code::Enter),
];

impl Key {
    /// The key alone.
    pub const fn new(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// The key with Ctrl.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c.to_ascii_lowercase()), ctrl: true, alt: false, shift: false }
    }

    /// The key with these modifiers, in the one form that it has.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "only characters have several forms")]
    pub fn with(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            Code::Char(c) if ctrl => {
                Self { code: Code::Char(c.to_ascii_lowercase()), ctrl, alt, shift: false }
            }
            Code::Char(c) if shift => {
                Self { code: Code::Char(c.to_ascii_uppercase()), ctrl, alt, shift: false }
            }
            Code::Char(_) => Self { code, ctrl, alt, shift: false },
            other => Self { code: other, ctrl, alt, shift },
        }
    }

    /// The character that it types into a text field, if it types one.
    pub const fn typed(self) -> Option<char> {
        match self {
            Self { code: Code::Char(c), ctrl: false, alt: false, .. } => Some(c),
            Self { .. } => None,
        }
    }

    /// The same key without Alt.
    #[must_use]
    pub const fn without_alt(self) -> Self {
        Self { alt: false, ..self }
    }

    /// A short form for menus: `^p`, `enter`, `G`.
    pub fn short(self) -> String {
        if let Self { code: Code::Char(c), ctrl: true, alt: false, .. } = self
            && c != ' '
        {
            return format!("^{c}");
        }
        self.to_string()
    }
}

impl fmt::Display for Key {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other keys have names")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "f{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl FromStr for Key {
    type Err = Problem;

    /// Reads `G`, `ctrl-p`, `^p`, `shift-tab`, `f5`, `space`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        loop {
            let lower = rest.to_ascii_lowercase();
            let held = [
                ("ctrl-", 0),
                ("c-", 0),
                ("alt-", 1),
                ("a-", 1),
                ("shift-", 2),
                ("s-", 2),
                ("^", 0),
            ]
            .into_iter()
            .find(|(prefix, _)| lower.starts_with(prefix) && rest.len() > prefix.len());
            let Some((prefix, which)) = held else { break };
            match which {
                0 => ctrl = true,
                1 => alt = true,
                _ => shift = true,
            }
            rest = &rest[prefix.len()..];
        }
        let code = code(rest).ok_or_else(|| {
            Problem::usage(format!("there is no key `{text}`"))
                .hint("write keys as `G`, `ctrl-p`, `shift-tab`, `f5`, `space`, `pagedown`")
        })?;
        Ok(Self::with(code, ctrl, alt, shift))
    }
}

fn code(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(Code::Char(c));
    }
    let lower = name.to_ascii_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == lower) {
        return Some(*code);
    }
    let number = lower.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

/// Reads the keys of a sequence, separated by spaces.
pub fn sequence(text: &str) -> Result<Vec<Key>, Problem> {
    let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err(Problem::usage("a key is missing").hint("`null` takes all keys away"));
    }
    Ok(keys)
}

/// A sequence as it is written in configuration files.
pub fn name(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn any_key() -> impl Strategy<Value = Key> {
        let named = prop::sample::select(NAMES.map(|(_, code)| code).to_vec());
        let code = prop_oneof![
            prop::char::range('!', '~').prop_map(Code::Char),
            named,
            (1u8..=24).prop_map(Code::F),
        ];
        (code, any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(code, ctrl, alt, shift)| Key::with(code, ctrl, alt, shift))
    }

    proptest! {
        #[test]
        fn a_keys_name_reads_back_as_the_key(key in any_key()) {
            prop_assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        }

        #[test]
        fn no_name_breaks_the_reader(text in any::<String>()) {
            let _ = sequence(&text);
        }
    }

    #[test]
    fn people_write_keys_like_this() {
        let same = |one: &str, other: &str| {
            assert_eq!(one.parse::<Key>().unwrap(), other.parse().unwrap());
        };
        same("shift-g", "G");
        same("^p", "ctrl-P");
        same("c-x", "ctrl-x");
        same("return", "enter");
        assert_eq!("-".parse::<Key>().unwrap(), Key::new(Code::Char('-')));
        assert_eq!("^".parse::<Key>().unwrap(), Key::new(Code::Char('^')));
        assert_eq!(Key::ctrl('p').short(), "^p");
        assert!("hyper-x".parse::<Key>().is_err());
    }
}
