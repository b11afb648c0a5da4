//! The words of an expression, looked at before it is parsed.
//!
//! The parser tries several readings of one text, and of brackets within brackets several for each level. With none but known words and few levels
//! its work has a bound, whoever wrote the file.

use sqlparser::tokenizer::{Token, Word};

use super::{functions, types, writer};

/// Brackets and cases within each other.
const DEEPEST: usize = 6;

/// Words that stand alone: of operators, of the constructs that the writer knows, and parts of the names of types.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "at",
    "between",
    "both",
    "case",
    "cast",
    "ceil",
    "ceiling",
    "collate",
    "distinct",
    "else",
    "end",
    "escape",
    "extract",
    "false",
    "floor",
    "for",
    "from",
    "ilike",
    "in",
    "is",
    "isnull",
    "leading",
    "like",
    "not",
    "notnull",
    "null",
    "or",
    "position",
    "precision",
    "similar",
    "some",
    "substr",
    "substring",
    "then",
    "to",
    "trailing",
    "trim",
    "true",
    "unknown",
    "varying",
    "when",
    "with",
    "without",
    "zone",
];

/// Refuses unknown words and brackets too deep within each other, with the reason.
pub(super) fn check(tokens: &[Token]) -> Result<(), String> {
    let tokens: Vec<_> = tokens.iter().filter(|it| !matches!(it, Token::Whitespace(_))).collect();
    check_depth(&tokens)?;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).copied();
        let after = tokens.get(at + 1).copied();
        if let Token::Word(word) = token {
            check_word(word, before, after, &tokens[..at])?;
        } else if matches!(token, Token::SemiColon) {
            return Err("not one SQL expression: something follows it: ;".to_owned());
        } else if matches!(token, Token::Colon) {
            return Err("a placeholder cannot stand in a mapping, nor a slice".to_owned());
        }
    }
    Ok(())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else opens or closes")]
fn check_depth(tokens: &[&Token]) -> Result<(), String> {
    // Counted apart, so that the end of one does not hide the beginning of the other.
    let (mut brackets, mut cases) = (0_usize, 0_usize);
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket => brackets += 1,
            Token::RParen | Token::RBracket => brackets = brackets.saturating_sub(1),
            Token::Word(word) if is(word, "case") => cases += 1,
            Token::Word(word) if is(word, "end") => cases = cases.saturating_sub(1),
            Token::LBrace | Token::RBrace => {
                return Err(format!("this cannot stand in a mapping: {token}"));
            }
            _ => {}
        }
        if brackets + cases > DEEPEST {
            return Err(format!("more than {DEEPEST} brackets or cases within each other"));
        }
    }
    Ok(())
}

fn check_word(
    word: &Word,
    before: Option<&Token>,
    after: Option<&Token>,
    earlier: &[&Token],
) -> Result<(), String> {
    let name = word.value.to_ascii_lowercase();
    let follows_dot = matches!(before, Some(Token::Period));
    let is_called = matches!(after, Some(Token::LParen));
    let after_word = |expected: &str| matches!(before, Some(Token::Word(it)) if is(it, expected));
    let is_known_word = is_known(word, before);
    if is_called {
        // `pg_catalog.numeric(1, 2)` is a type; whether it stands where a type may, the writer sees.
        let is_callable = functions::is_harmless(&name)
            || functions::is_syntax(&name)
            || (follows_dot && types::is_known(&name));
        if word.quote_style.is_some() || (follows_dot && !is_callable) {
            let whole = with_schema(word, earlier);
            return Err(format!("only functions of PostgreSQL itself can be called: {whole}"));
        }
        if name == "exists" {
            return Err(writer::SUB_QUERY.to_owned());
        }
        if !is_callable && !is_known_word {
            return Err(format!("the function `{name}` is not among those a mapping may call"));
        }
        return Ok(());
    }
    if follows_dot || matches!(after, Some(Token::Period)) || is_known_word {
        return Ok(());
    }
    let opens_extract = matches!(before, Some(Token::LParen))
        && matches!(earlier.iter().rev().nth(1), Some(Token::Word(it)) if is(it, "extract"));
    if opens_extract || after_word("collate") {
        return Ok(());
    }
    match name.as_str() {
        "select" | "exists" | "values" | "table" => Err(writer::SUB_QUERY.to_owned()),
        _ if matches!(before, Some(Token::DoubleColon)) || after_word("as") => Err(format!(
            "a mapping cannot cast to this type: {word} (a type of the schema's own is written `schema.type`)"
        )),
        _ => Err(format!("`{word}` does not say whose column it is; write `t.{word}`")),
    }
}

/// Whether a word is one of those that stand alone.
fn is_known(word: &Word, before: Option<&Token>) -> bool {
    let name = word.value.to_ascii_lowercase();
    let after_word = |expected: &str| matches!(before, Some(Token::Word(it)) if is(it, expected));
    word.quote_style.is_none()
        && (KEYWORDS.contains(&name.as_str())
            || types::is_known(&name)
            || functions::is_bare_word(&name)
            || (types::is_field(&name) && (after_word("interval") || after_word("to"))))
}

/// The same tokens, with `row.` before every word that [`check`] would refuse for want of it.
pub(super) fn own(tokens: Vec<Token>, row: &str) -> Vec<Token> {
    let tokens: Vec<_> =
        tokens.into_iter().filter(|it| !matches!(it, Token::Whitespace(_))).collect();
    let places: Vec<&Token> = tokens.iter().collect();
    let mut owned = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let after = tokens.get(at + 1);
        let is_type = matches!(before, Some(Token::DoubleColon))
            || matches!(before, Some(Token::Word(word)) if is(word, "as"));
        if let Token::Word(word) = token
            && !is_type
            && !matches!(after, Some(Token::LParen))
            && check_word(word, before, after, &places[..at]).is_err()
            && !["select", "exists", "values", "table"].iter().any(|name| is(word, name))
        {
            owned.extend([Token::make_word(row, None), Token::Period]);
        }
        owned.push(token.clone());
    }
    owned
}

/// The word with the schema before it.
fn with_schema(word: &Word, earlier: &[&Token]) -> String {
    match earlier {
        [.., Token::Word(schema), Token::Period] => format!("{schema}.{word}"),
        _ => word.to_string(),
    }
}

fn is(word: &Word, name: &str) -> bool {
    word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name)
}
