//! What the environment tells about the terminal.

use super::screen::Abilities;

/// What the terminal can do, as far as the environment tells.
pub fn abilities(variable: impl Fn(&str) -> Option<String>) -> Abilities {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let plain = variable("PURVIEW_SCROLL").is_some_and(|wanted| wanted == "plain");
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    Abilities { scrolls: !plain && !dumb, utf8 }
}

/// Whether the environment asks for no colour, or the terminal has none (<https://no-color.org>).
pub fn is_colourless(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    variable("NO_COLOR").is_some_and(|value| !value.is_empty())
        || matches!(term.as_str(), "dumb" | "vt100" | "vt102" | "vt220")
        || term.ends_with("-mono")
        || term.ends_with("-m")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_locale_without_utf8_gets_ascii() {
        assert!(abilities(with(&[("LANG", "en_US.UTF-8")])).utf8);
        assert!(abilities(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")])).utf8);
        assert!(!abilities(with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])).utf8);
        assert!(!abilities(with(&[])).utf8);
    }

    #[test]
    fn scrolling_can_be_switched_off() {
        assert!(abilities(with(&[])).scrolls);
        assert!(!abilities(with(&[("PURVIEW_SCROLL", "plain")])).scrolls);
    }

    #[test]
    fn no_colour_is_respected_unless_it_is_empty() {
        assert!(is_colourless(with(&[("NO_COLOR", "1")])));
        assert!(!is_colourless(with(&[("NO_COLOR", ""), ("TERM", "xterm")])));
        assert!(is_colourless(with(&[("TERM", "vt220")])));
    }
}
