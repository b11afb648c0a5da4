//! Expressions that the server itself printed out of its catalogs.

use std::ops::Range;

/// An expression, or a part of one, as `pg_get_expr` and its like print it.
///
/// Besides what a mapping's parser wrote anew, this is the only SQL text of a foreign hand that becomes part of a statement, and it has to: a policy can be
/// evaluated in no other way. The server printed it from its own parse tree under an empty search path, so that it is one expression with every name
/// quoted and qualified. Whoever could put harm into it can do so in the policy itself, which runs whenever the table is read; so it runs where a policy
/// runs, as the identity it concerns, and never with the operator's rights unless nothing but the server's own functions is called in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deparsed {
    text: String,
    /// Whether the server printed it.
    printed: bool,
}

impl Deparsed {
    /// What a column of a catalog query of this program's own returned, which `pg_get_expr` printed.
    pub(crate) fn from_catalog(printed: String) -> Self {
        Self { text: printed, printed: true }
    }

    /// A draft of a policy, which a parser read as one expression and wrote anew. It runs as the identity it concerns, behind a jail, and never with the
    /// operator's rights.
    pub(crate) fn rewritten(written: String) -> Self {
        Self { text: written, printed: false }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the server printed it, with every name qualified that it qualifies.
    pub(crate) const fn is_printed(&self) -> bool {
        self.printed
    }

    /// The part of it at `range`, whose ends are those of tokens.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        Self { text: self.text[range].to_owned(), printed: self.printed }
    }
}
