//! Colours by meaning: a theme gives every meaning a style, and nothing else in the program names a colour.
//!
//! A theme never carries a meaning alone: whatever is styled also says it in words. What cannot be read in a file keeps the style of the theme it builds on.

use ratatui::style::{Color, Modifier, Style};
use toml::de::{DeTable, DeValue};

use super::flaw::{Flaw, Source, sort_of};

macro_rules! theme {
    ($($name:ident: $doc:literal),* $(,)?) => {
        /// One style per meaning.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Theme {
            /// Its name.
            pub name: String,
            $(#[doc = $doc] pub $name: Style,)*
        }

        /// The meanings, with what they are for.
        pub const MEANINGS: &[(&str, &str)] = &[$((stringify!($name), $doc)),*];

        impl Theme {
            /// A theme without any style.
            fn bare(name: &str) -> Self {
                Self { name: name.to_owned(), $($name: Style::new()),* }
            }

            fn slot(&mut self, meaning: &str) -> Option<&mut Style> {
                match meaning {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }

            /// Every meaning with its style.
            pub fn styles(&self) -> Vec<(&'static str, Style)> {
                vec![$((stringify!($name), self.$name)),*]
            }
        }
    };
}

theme! {
    text: "Ordinary text.",
    dim: "What may be overlooked.",
    heading: "Heads of columns and sections.",
    title: "Titles in frames.",
    border: "Frames.",
    key: "Keys in menus.",
    label: "What keys do.",
    selected: "The row under the cursor.",
    column: "The head of the chosen column.",
    marked: "Marked rows.",
    null: "A value that is not there.",
    found: "Matches of a search.",
    ok: "All is well.",
    warn: "Mind this.",
    danger: "Something failed or is at risk.",
    acting: "The banner while somebody is acted as.",
    production: "The word and the frame of production.",
    write: "The word for a connection that can write.",
    stale: "Data that is no longer fresh.",
    crumb: "Breadcrumbs.",
    here: "The last breadcrumb.",
    prompt: "Text being typed.",
    ghost: "What may be meant by what is typed.",
    popup: "Frames of popups.",
    button: "Buttons.",
    focus: "The button that Enter presses.",
    disabled: "What cannot be done now.",
    field: "Names in JSON and records.",
    string: "Strings in JSON.",
    number: "Numbers in JSON.",
}

/// The themes that come with the program.
const BUILT_IN: [(&str, &str); 5] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

impl Default for Theme {
    fn default() -> Self {
        Self::named("dark").expect("it is built in")
    }
}

impl Theme {
    /// The theme called `name` that comes with the program.
    pub fn named(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        let (theme, flaws) = Self::read(name, text);
        debug_assert_eq!(flaws, [], "a test reads all of them");
        Some(theme)
    }

    /// The names of the themes that come with the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads a theme. `base` names the theme it builds on; `[styles]` gives meanings their styles.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Flaw>) {
        let mut source = Source::new(file, text);
        let table = source.table();
        let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
        let mut theme = base(&table, name, &mut source);
        for (key, value) in &table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("base", DeValue::String(_)) => {}
                ("styles", DeValue::Table(styles)) => theme.paint(styles, &mut source),
                (other, _) => source.flaw(
                    key.span().start,
                    format!("`{other}` means nothing here; there are `base` and `[styles]`"),
                ),
            }
        }
        name.clone_into(&mut theme.name);
        (theme, source.finish())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only a string is a style")]
    fn paint(&mut self, styles: &DeTable<'_>, source: &mut Source<'_>) {
        for (meaning, value) in styles {
            let wanted = meaning.get_ref().as_ref();
            let Some(slot) = self.slot(wanted) else {
                let known: Vec<_> = MEANINGS.iter().map(|(name, _)| *name).collect();
                source.flaw(
                    meaning.span().start,
                    format!("nothing is styled as `{wanted}`; there are {}", known.join(", ")),
                );
                continue;
            };
            match value.get_ref() {
                DeValue::String(text) => match style(text) {
                    Ok(style) => *slot = style,
                    Err(reason) => source.flaw(value.span().start, reason),
                },
                other => source.flaw(
                    value.span().start,
                    format!(
                        "a style is a string such as \"bold red on black\", not {}",
                        sort_of(other)
                    ),
                ),
            }
        }
    }
}

/// The theme that `table` builds on.
#[expect(clippy::wildcard_enum_match_arm, reason = "only a string is a name")]
fn base(table: &DeTable<'_>, name: &str, source: &mut Source<'_>) -> Theme {
    let Some(value) = table.get("base") else {
        // The built-in ones begin with nothing; a person's own begins with the default.
        return if BUILT_IN.iter().any(|(known, text)| *known == name && *text == source.text) {
            Theme::bare(name)
        } else {
            Theme::default()
        };
    };
    let known = match value.get_ref() {
        DeValue::String(base) => Theme::named(base),
        _ => None,
    };
    known.unwrap_or_else(|| {
        let names: Vec<_> = Theme::names().collect();
        source.flaw(value.span().start, format!("`base` is one of {}", names.join(", ")));
        Theme::default()
    })
}

/// Reads `bold red on black`.
fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut behind = false;
    for word in text.split_whitespace() {
        if word == "on" {
            behind = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else if let Some(color) = color(word) {
            style = if behind { style.bg(color) } else { style.fg(color) };
        } else {
            return Err(format!(
                "`{word}` is no colour and no style; there are {}, light ones such as `light-red`, `#rrggbb`, 0 to 255, and {}",
                COLORS.map(|(name, _)| name).join(", "),
                MODIFIERS.map(|(name, _)| name).join(", ")
            ));
        }
    }
    Ok(style)
}

const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

const COLORS: [(&str, Color); 18] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
    ("grey", Color::Gray),
];

fn modifier(word: &str) -> Option<Modifier> {
    MODIFIERS.iter().find(|(name, _)| *name == word).map(|(_, modifier)| *modifier)
}

#[expect(clippy::disallowed_methods, reason = "themes are the one place that names colours")]
fn color(word: &str) -> Option<Color> {
    if let Some((_, color)) = COLORS.iter().find(|(name, _)| *name == word) {
        return Some(*color);
    }
    if let Some(digits) = word.strip_prefix('#') {
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    word.parse().ok().map(Color::Indexed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_built_in_theme_styles_what_must_not_be_overlooked() {
        for name in Theme::names() {
            let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).unwrap();
            let (theme, flaws) = Theme::read(name, text);
            assert_eq!(flaws, [], "{name}");
            for (meaning, style) in theme.styles() {
                let loud = ["selected", "danger", "acting", "production", "focus", "warn"];
                assert!(!loud.contains(&meaning) || style != Style::new(), "{name}: {meaning}");
            }
            assert_ne!(theme.selected, theme.acting, "{name}");
        }
    }

    #[test]
    fn without_colour_nothing_has_one() {
        for (meaning, style) in Theme::named("mono").unwrap().styles() {
            assert_eq!((style.fg, style.bg), (None, None), "{meaning}");
        }
    }

    #[test]
    fn only_the_sixteen_colours_of_the_terminal_are_used_by_default() {
        for name in Theme::names() {
            for (meaning, style) in Theme::named(name).unwrap().styles() {
                for color in [style.fg, style.bg].into_iter().flatten() {
                    assert!(
                        !matches!(color, Color::Rgb(..) | Color::Indexed(_)),
                        "{name}: {meaning}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_base_stays() {
        let (theme, flaws) = Theme::read(
            "mine.toml",
            "base = \"light\"\nfont = 3\n[styles]\nselected = \"bold puce\"\ndanger = 7\nzebra = \"red\"\nok = \"bold #00ff00 on 17\"\n",
        );
        let shown: Vec<_> =
            flaws.iter().map(|flaw| format!("{}:{}", flaw.file, flaw.line)).collect();
        assert_eq!(shown, ["mine.toml:2", "mine.toml:4", "mine.toml:5", "mine.toml:6"]);
        let light = Theme::named("light").unwrap();
        assert_eq!((theme.selected, theme.danger), (light.selected, light.danger));
        assert_ne!(theme.ok, light.ok);
        assert_eq!(theme.name, "mine");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), word in "[a-z# 0-9]{0,20}") {
            let _ = Theme::read("x", &text);
            let _ = style(&word);
        }
    }
}
