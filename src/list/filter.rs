//! The filter language: words, `!words`, and `column op value`, all of which must hold.
//!
//! `anna`, `!draft`, `role=admin`, `last_login_at<30d`, `name~"van der"`, `deleted_at!=null`. Parsing knows no columns; whether one exists is found out where the
//! filter is compiled for a list.

use std::fmt;

use crate::pg::Problem;

/// Conditions that must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The conditions.
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// A word that occurs in some searched column, or in none.
    Word {
        /// The word.
        word: String,
        /// Whether it must not occur.
        negated: bool,
    },
    /// A column compared with a value.
    Compare {
        /// The column's name.
        column: String,
        /// How.
        operator: Operator,
        /// The value as typed.
        value: String,
    },
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less, or earlier.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater, or later.
    Greater,
    /// Greater or equal.
    AtLeast,
    /// Contains, whatever the case.
    Contains,
    /// Does not contain.
    Lacks,
}

impl Operator {
    /// All of them; longer ones first, so that `<=` is not read as `<`.
    const ALL: [(&'static str, Self); 8] = [
        ("!=", Self::NotEqual),
        ("!~", Self::Lacks),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
        ("~", Self::Contains),
    ];

    /// As it is typed.
    pub fn symbol(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("=", |(symbol, _)| symbol)
    }
}

impl Filter {
    /// Whether everything passes.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Reads what a person typed. `and` between conditions is allowed and means nothing.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = term(rest)?;
            if let Some(term) = term {
                terms.push(term);
            }
            rest = after.trim_start();
        }
        Ok(Self { terms })
    }
}

impl fmt::Display for Filter {
    /// As it would be typed; reads back as itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match term {
                Term::Word { word, negated } => {
                    write!(f, "{}{}", if *negated { "!" } else { "" }, quoted(word, true))?;
                }
                Term::Compare { column, operator, value } => {
                    write!(f, "{column}{}{}", operator.symbol(), quoted(value, false))?;
                }
            }
        }
        Ok(())
    }
}

/// One term at the start of `text`, and what follows it.
fn term(text: &str) -> Result<(Option<Term>, &str), Problem> {
    if let Some((column, operator, rest)) = comparison(text) {
        let (value, rest) = value(rest)?;
        return Ok((Some(Term::Compare { column: column.to_owned(), operator, value }), rest));
    }
    let (negated, rest) = match text.strip_prefix('!') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => (true, rest),
        _ => (false, text),
    };
    let bare = !rest.starts_with('"');
    let (word, rest) = value(rest)?;
    let noise = bare && !negated && word.eq_ignore_ascii_case("and");
    Ok(((!noise && !word.is_empty()).then_some(Term::Word { word, negated }), rest))
}

/// A column's name and an operator at the start of `text`.
fn comparison(text: &str) -> Option<(&str, Operator, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))?;
    let (column, rest) = text.split_at(end);
    if column.is_empty() {
        return None;
    }
    Operator::ALL
        .iter()
        .find_map(|(symbol, operator)| Some((column, *operator, rest.strip_prefix(symbol)?)))
}

/// A value up to the next space, or between quotes in which `\` keeps the next character.
fn value(text: &str) -> Result<(String, &str), Problem> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(chars.next().map(|(_, kept)| kept)),
            _ => value.push(c),
        }
    }
    Err(Problem::usage("a quote in the filter is not closed").hint("end the value with `\"`"))
}

/// `text` so that it reads back as one value.
fn quoted(text: &str, as_word: bool) -> String {
    let plain =
        !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '"' || c == '\\');
    let mistaken = as_word
        && (text.starts_with('!')
            || comparison(text).is_some()
            || text.eq_ignore_ascii_case("and"));
    // `a<` before `=` would read as `a<=`.
    let glued = !as_word && text.starts_with(['=', '~']);
    if plain && !mistaken && !glued {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_operator() -> impl Strategy<Value = Operator> {
        prop::sample::select(Operator::ALL.map(|(_, operator)| operator).to_vec())
    }

    fn any_term() -> impl Strategy<Value = Term> {
        prop_oneof![
            ("[^\0]{1,10}", any::<bool>()).prop_map(|(word, negated)| Term::Word { word, negated }),
            ("[a-z_]{1,8}", any_operator(), "[^\0]{0,10}")
                .prop_map(|(column, operator, value)| Term::Compare { column, operator, value }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_itself(terms in prop::collection::vec(any_term(), 0..4)) {
            let filter = Filter { terms };
            prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = Filter::parse(&text);
        }
    }

    #[test]
    fn people_type_it_like_this() {
        let shown = |text: &str| {
            let filter = Filter::parse(text).unwrap();
            filter.terms.iter().map(|term| format!("{term:?}")).collect::<Vec<_>>().join("; ")
        };
        insta::assert_snapshot!(shown("anna !draft"), @r#"Word { word: "anna", negated: false }; Word { word: "draft", negated: true }"#);
        insta::assert_snapshot!(shown("cost>5 and role=admin"), @r#"Compare { column: "cost", operator: Greater, value: "5" }; Compare { column: "role", operator: Equal, value: "admin" }"#);
        insta::assert_snapshot!(shown(r#"name!~"van der" a@b.com"#), @r#"Compare { column: "name", operator: Lacks, value: "van der" }; Word { word: "a@b.com", negated: false }"#);
        assert!(Filter::parse("\"open").is_err());
    }
}
