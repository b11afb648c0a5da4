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
        let mut script = String::from("BEGIN; ");
        for (name, value) in &self.settings {
            script.push_str(&format!(
                "SELECT set_config({}, {}, true); ",
                quote_literal(name.as_str()),
                quote_literal(value)
            ));
        }
        if let Some(path) = &self.search_path {
            script.push_str(&format!("SET LOCAL search_path = {path}; "));
        }
        script.push_str(&format!(
            "SET LOCAL ROLE {}; {statement}; ROLLBACK",
            quote_ident(&self.role)
        ));
        script
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
