//! Text to where pasting finds it: which ways there are, and what each of them needs.
//!
//! Deciding is pure; running programs is the runtime's affair.

/// Terminals take no more than this by OSC 52.
const LONGEST: usize = 74_994;

/// What is known about where the program runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the surroundings"
)]
pub struct Surroundings {
    /// Inside of tmux.
    pub tmux: bool,
    /// Inside of GNU screen.
    pub screen: bool,
    /// Over SSH: programs here reach a clipboard that nobody looks at.
    pub ssh: bool,
    /// A Wayland session.
    pub wayland: bool,
    /// An X session.
    pub x11: bool,
    /// macOS.
    pub mac: bool,
}

impl Surroundings {
    /// What the environment tells.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name| variable(name).is_some_and(|value| !value.is_empty());
        Self {
            tmux: is("TMUX"),
            screen: is("STY"),
            ssh: is("SSH_CONNECTION") || is("SSH_TTY"),
            wayland: is("WAYLAND_DISPLAY"),
            x11: is("DISPLAY"),
            mac: cfg!(target_os = "macos"),
        }
    }
}

/// A way to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A program that takes the text.
    Program {
        /// The program and its arguments.
        command: &'static [&'static str],
        /// How it is called in the message line.
        name: &'static str,
    },
    /// An escape sequence to the terminal.
    Sequence(Vec<u8>),
}

/// The programs to try, in order; the first that works is enough.
pub fn programs(around: &Surroundings) -> Vec<Way> {
    let way = |command, name| Way::Program { command, name };
    let mut ways = Vec::new();
    if around.tmux {
        // tmux drops OSC 52 of programs in its default configuration; this reaches the terminal in all of them.
        ways.push(way(&["tmux", "load-buffer", "-w", "-"], "tmux buffer + terminal"));
    }
    if !around.ssh {
        if around.mac {
            ways.push(way(&["pbcopy"], "pbcopy"));
        }
        if around.wayland {
            ways.push(way(&["wl-copy"], "wl-copy"));
        }
        if around.x11 {
            ways.push(way(&["xclip", "-selection", "clipboard"], "xclip"));
            ways.push(way(&["xsel", "--clipboard", "--input"], "xsel"));
        }
    }
    ways
}

/// The escape sequence that asks the terminal to copy `text`; `None` where it is too long.
pub fn sequence(text: &str, around: &Surroundings) -> Option<Vec<u8>> {
    let encoded = base64(text.as_bytes());
    if encoded.len() > LONGEST {
        return None;
    }
    let osc = format!("\x1b]52;c;{encoded}\x07");
    if around.screen {
        // GNU screen passes on what is wrapped, in pieces that it can hold.
        let pieces = osc.as_bytes().chunks(250).map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat());
        return Some(pieces.collect::<Vec<_>>().concat());
    }
    Some(osc.into_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * index) & 63) as usize];
            out.push(if index <= chunk.len() { digit as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        let rows =
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(rows, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn inside_of_tmux_its_buffer_comes_first_and_over_ssh_no_program_here_is_asked() {
        let names = |variables: &[&str]| {
            let around =
                Surroundings::read(|name| variables.contains(&name).then(|| "1".to_owned()));
            programs(&Surroundings { mac: false, ..around })
                .into_iter()
                .filter_map(|way| match way {
                    Way::Program { name, .. } => Some(name),
                    Way::Sequence(_) => None,
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&["TMUX", "SSH_CONNECTION", "DISPLAY"]), ["tmux buffer + terminal"]);
        assert_eq!(names(&["WAYLAND_DISPLAY"]), ["wl-copy"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn what_is_too_long_is_not_sent() {
        assert!(sequence(&"x".repeat(60_000), &Surroundings::default()).is_none());
        assert_eq!(sequence("hi", &Surroundings::default()).unwrap(), b"\x1b]52;c;aGk=\x07");
        let wrapped =
            sequence("hi", &Surroundings { screen: true, ..Surroundings::default() }).unwrap();
        assert_eq!(wrapped, b"\x1bP\x1b]52;c;aGk=\x07\x1b\\");
    }
}
