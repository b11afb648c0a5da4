//! What somebody could type into psql to see for themselves, as text for people.
//!
//! It is shown and never run: what runs goes through the gate, with its values bound.

use super::{Acting, quote_ident};

/// A value between quotes, as psql takes it.
pub fn quote_literal(value: &str) -> String {
    let quoted = value.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

impl Acting {
    /// `statement` as them, in a transaction that is rolled back.
    pub fn script(&self, statement: &str) -> String {
        let settings = self.settings.iter().map(|(name, value)| {
            let (name, value) = (quote_literal(name.as_str()), quote_literal(value));
            format!("SELECT set_config({name}, {value}, true); ")
        });
        let path =
            self.search_path.as_ref().map(|path| format!("SET LOCAL search_path = {path}; "));
        let settings: String = settings.chain(path).collect();
        let role = quote_ident(&self.role);
        format!("BEGIN; {settings}SET LOCAL ROLE {role}; {statement}; ROLLBACK")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        for (value, quoted) in
            [("a", "'a'"), ("it's", "'it''s'"), ("\\", "E'\\\\'"), ("\\'", "E'\\\\'''")]
        {
            assert_eq!(quote_literal(value), quoted);
        }
    }
}
