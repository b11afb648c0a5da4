//! The logic of SQL: true, false and unknown.

/// Values that AND, OR and NOT combine as SQL does.
pub trait Truth: Sized {
    /// Neither true nor false.
    fn unknown() -> Self;
    /// All of `values`.
    fn all(values: Vec<Self>) -> Self;
    /// At least one of `values`.
    fn any(values: Vec<Self>) -> Self;
    /// The opposite.
    #[must_use]
    fn not(self) -> Self;
}

impl Truth for Option<bool> {
    fn unknown() -> Self {
        None
    }

    fn all(values: Vec<Self>) -> Self {
        if values.contains(&Some(false)) {
            Some(false)
        } else if values.contains(&None) {
            None
        } else {
            Some(true)
        }
    }

    fn any(values: Vec<Self>) -> Self {
        Self::all(values.into_iter().map(Truth::not).collect()).not()
    }

    fn not(self) -> Self {
        self.map(|value| !value)
    }
}
