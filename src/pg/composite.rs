//! A row as the server prints it, read apart into the values of its columns (PostgreSQL documentation, 8.16.6).

/// The values in a printed row; `None` if it is no row.
pub(crate) fn fields(text: &str) -> Option<Vec<Option<String>>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut found = Vec::new();
    let mut value = String::new();
    // A field without any character is NULL; an empty text is printed as a pair of quotes.
    let mut empty = true;
    let mut quoted = false;
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => value.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                empty = false;
            }
            '\\' => {
                value.push(chars.next()?);
                empty = false;
            }
            ',' if !quoted => {
                found.push((!empty).then(|| std::mem::take(&mut value)));
                empty = true;
            }
            _ => {
                value.push(c);
                empty = false;
            }
        }
    }
    found.push((!empty).then_some(value));
    (!quoted).then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As `record_out` prints (`rowtypes.c`).
    fn printed(values: &[Option<String>]) -> String {
        let one = |value: &Option<String>| {
            let Some(value) = value else { return String::new() };
            let needs = value.is_empty()
                || value
                    .chars()
                    .any(|c| matches!(c, '"' | '\\' | '(' | ')' | ',') || c.is_ascii_whitespace());
            let inner = value.replace('\\', "\\\\").replace('"', "\"\"");
            if needs { format!("\"{inner}\"") } else { inner }
        };
        format!("({})", values.iter().map(one).collect::<Vec<_>>().join(","))
    }

    proptest! {
        #[test]
        fn every_row_reads_back(values in prop::collection::vec(proptest::option::of("[a\"\\\\(), \n日]{0,6}"), 1..6)) {
            prop_assert_eq!(fields(&printed(&values)), Some(values));
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = fields(&text);
        }
    }

    #[test]
    fn null_and_empty_are_two_things() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(fields("(1,,\"\",\"a,b\")"), Some(vec![some("1"), None, some(""), some("a,b")]));
        assert_eq!(fields("no row"), None);
    }
}
