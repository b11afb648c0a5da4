//! One thing that was looked at.

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works; somebody may want it otherwise.
    Note,
    /// Not safe, or not working.
    Wrong,
}

impl Level {
    /// One word for people and scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub level: Level,
    /// What it is about, in one word.
    pub about: &'static str,
    /// What was found.
    pub text: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Finding {
    /// It is as it should be.
    pub fn ok(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Ok, about, text: text.into(), hint: None }
    }

    /// It works; somebody may want it otherwise.
    pub fn note(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::ok(about, text) }
    }

    /// It is not safe, or does not work.
    pub fn wrong(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Wrong, ..Self::ok(about, text) }
    }

    /// The same, saying what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Up to a handful of names, and how many more there are.
pub(super) fn some<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const HANDFUL: usize = 6;
    let names: Vec<_> = names.into_iter().collect();
    let shown = names.iter().take(HANDFUL).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(HANDFUL) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
