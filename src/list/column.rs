//! A column, as people and scripts meet it.

/// What a column's values are; decides how they compare, align and print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text, and everything that has no better kind.
    Text,
    /// A number.
    Number,
    /// An exact amount; a string of digits in JSON.
    Decimal,
    /// A size in bytes.
    Bytes,
    /// A length of time in seconds.
    Duration,
    /// An instant.
    Time,
    /// True or false.
    Boolean,
    /// JSON, printed as it is.
    Json,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own about the column")]
pub struct Column {
    /// Its canonical name: the JSON field, and what filters and sorts call it.
    pub name: String,
    /// What this schema calls it, where that is another word; filters and sorts take it too.
    pub label: Option<String>,
    /// What its values are.
    pub kind: Kind,
    /// Whether it stays in place when columns are scrolled.
    pub pinned: bool,
    /// Whether the grid leaves it out until it is chosen.
    pub hidden: bool,
    /// Whether its values never leave the server.
    pub secret: bool,
    /// Whether a plain word in a filter is looked for in it.
    pub searched: bool,
    /// Whether it was made out of several looks at the list, so that the server can neither sort nor filter by it.
    pub derived: bool,
}

impl Column {
    /// A visible column; text is searched.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: None,
            kind,
            pinned: false,
            hidden: false,
            secret: false,
            searched: kind == Kind::Text,
            derived: false,
        }
    }

    /// The same, called `label` by this schema.
    #[must_use]
    pub fn called(mut self, label: &str) -> Self {
        self.label = (label != self.name).then(|| label.to_owned());
        self
    }

    /// What people read above its values.
    pub fn heading(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Whether `word` means it.
    pub fn answers_to(&self, word: &str) -> bool {
        self.name == word || self.label.as_deref() == Some(word)
    }

    /// The same, staying in place when columns are scrolled.
    #[must_use]
    pub fn pinned(mut self) -> Self {
        self.pinned = true;
        self
    }

    /// The same, left out of the grid until it is chosen.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The same, made out of several looks at the list.
    #[must_use]
    pub fn derived(mut self) -> Self {
        (self.derived, self.searched) = (true, false);
        self
    }

    /// The same, not looked at by a plain word in a filter.
    #[must_use]
    pub fn unsearched(mut self) -> Self {
        self.searched = false;
        self
    }
}
