//! The table of settings, and the layers that give each its value.

use std::{collections::BTreeMap, fmt::Display, ops::RangeInclusive, str::FromStr};

use crate::pg::{Environment, Problem};

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// What it is when nobody says otherwise, as the file would have it.
    pub default: &'static str,
    /// The variable that says otherwise.
    pub variable: &'static str,
    /// The flag that says otherwise.
    pub flag: Option<&'static str>,
    /// What it does, in lines.
    pub help: &'static [&'static str],
}

/// All settings of the file that are not tables.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "context",
        default: "\"\"",
        variable: "PURVIEW_CONTEXT",
        flag: Some("--context"),
        help: &["The context to open when none is named; empty: what libpq would open."],
    },
    Setting {
        name: "theme",
        default: "\"dark\"",
        variable: "PURVIEW_THEME",
        flag: Some("--theme"),
        help: &[
            "dark, light, high-contrast, colour-blind or mono; or the name of a file in themes/ beside this one.",
        ],
    },
    Setting {
        name: "keymap",
        default: "\"k9s\"",
        variable: "PURVIEW_KEYMAP",
        flag: Some("--keymap"),
        help: &["The keys to start from: k9s, vim or plain. [keys] below changes single ones."],
    },
    Setting {
        name: "acting_minutes",
        default: "30",
        variable: "PURVIEW_ACTING_MINUTES",
        flag: None,
        help: &["How long acting as somebody lasts before it has to be begun again."],
    },
];

/// Whatever may say what a setting is.
pub(super) struct Layers<'a> {
    pub(super) environment: &'a Environment,
    /// What the file says, as text.
    pub(super) file: &'a BTreeMap<&'static str, String>,
    /// What is found wrong.
    pub(super) problems: Vec<Problem>,
}

impl Layers<'_> {
    /// Default, then file, then environment, then flag: the last that says something counts.
    pub(super) fn text(&self, name: &'static str, flag: Option<&str>) -> String {
        let setting = find(name);
        flag.or_else(|| self.environment.filled(setting.variable))
            .or_else(|| self.file.get(name).map(String::as_str))
            .unwrap_or_else(|| setting.default.trim_matches('"'))
            .to_owned()
    }

    /// The same for a number, which has to be in `range`.
    pub(super) fn number<T: FromStr + PartialOrd + Display>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<T>,
    ) -> T {
        let setting = find(name);
        let read = |text: &str| text.parse().ok().filter(|number| range.contains(number));
        let text = self.text(name, None);
        read(&text).unwrap_or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.problems.push(
                Problem::usage(format!("`{name}` is not a number from {least} to {most}: {text}"))
                    .hint(format!("{} is used", setting.default)),
            );
            read(setting.default).expect("the default of a number is one in its range")
        })
    }

    /// What the file alone says.
    pub(super) fn of_file(&self, name: &'static str) -> Option<String> {
        self.file.get(name).filter(|text| !text.is_empty()).cloned()
    }
}

fn find(name: &str) -> &'static Setting {
    SETTINGS.iter().find(|setting| setting.name == name).expect("every setting is in the table")
}
