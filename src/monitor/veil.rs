//! Statements as the server keeps them, without the passwords and tokens that somebody wrote into them.
//!
//! The server shows what a session sent letter for letter, `ALTER ROLE … PASSWORD '…'` too. What is taken away is a literal behind a name that tells of a
//! secret, and a password within a connection string or a URL; a value that stands alone nobody can tell from another.

use std::borrow::Cow;

use crate::mapping::SECRETIVE;

/// What stands in the place of a secret.
const INSTEAD: &str = "***";

/// `statement` without secrets that somebody wrote into it; it may have been cut off.
pub(crate) fn veil(statement: &str) -> Cow<'_, str> {
    let lower = statement.to_ascii_lowercase();
    if !SECRETIVE.iter().any(|word| lower.contains(word)) && !lower.contains("://") {
        return Cow::Borrowed(statement);
    }
    let (mut veiled, mut from) = (String::with_capacity(statement.len()), 0);
    while let Some(literal) = next_literal(statement, from) {
        let inner = &statement[literal.inner.0..literal.inner.1];
        veiled.push_str(&statement[from..literal.inner.0]);
        if tells_of_a_secret(&lower[..literal.begin]) {
            veiled.push_str(INSTEAD);
        } else {
            veiled.push_str(&of_connection(inner));
        }
        from = literal.inner.1.max(literal.inner.0);
        veiled.push_str(&statement[from..literal.end]);
        from = literal.end;
    }
    veiled.push_str(&statement[from..]);
    Cow::Owned(veiled)
}

/// A text between quotes: where it begins and ends with them, and without.
struct Literal {
    begin: usize,
    inner: (usize, usize),
    end: usize,
}

/// The next literal from `from` on; one that was cut off lasts to the end.
fn next_literal(statement: &str, from: usize) -> Option<Literal> {
    let rest = &statement[from..];
    let mut at = 0;
    while let Some(found) = rest[at..].find(['\'', '"', '$', '-', '/']).map(|it| at + it) {
        let begin = from + found;
        let open = &rest[found..];
        if let Some(length) = comment(open) {
            at = found + length;
            continue;
        }
        if let Some(quoted) = open.strip_prefix('"') {
            // A name; what it says is read where a literal follows it.
            at = found + 1 + quoted.find('"').map_or(quoted.len(), |end| end + 1);
            continue;
        }
        let Some(quoted) = open.strip_prefix('\'') else {
            let Some(tag) = tag(open) else {
                at = found + 1;
                continue;
            };
            let first = begin + tag.len();
            let last = statement[first..].find(tag).map(|end| first + end);
            let end = last.map_or(statement.len(), |last| last + tag.len());
            let inner = (first, last.unwrap_or(statement.len()));
            return Some(Literal { begin, inner, end });
        };
        let first = begin + 1;
        let last = first + closing(quoted);
        let end = (last + 1).min(statement.len());
        return Some(Literal { begin, inner: (first, last), end });
    }
    None
}

/// How long the comment at the start of `text` is; a sign that begins none counts as one that is as long as itself.
fn comment(text: &str) -> Option<usize> {
    let until = |end: &str| text[2..].find(end).map_or(text.len(), |at| 2 + at + end.len());
    match text.as_bytes() {
        [b'-', b'-', ..] => Some(until("\n")),
        [b'/', b'*', ..] => Some(until("*/")),
        [b'-' | b'/', ..] => Some(1),
        _ => None,
    }
}

/// `$$` or `$tag$` at the start of `text`; `$1` is none.
fn tag(text: &str) -> Option<&str> {
    let end = text[1..].find('$')? + 2;
    let name = &text[1..end - 1];
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then(|| &text[..end])
}

/// Where the quote closes that was opened before `text`. What a backslash stands before is taken to be in it: rather too much than too little.
fn closing(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => drop(chars.next()),
            '\'' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether a literal after `before`, which is in lower case, is the value of something whose name tells of a secret.
fn tells_of_a_secret(before: &str) -> bool {
    // `E'…'` and its like; then a comparison, if there is one.
    let before = ["u&", "e", "n"]
        .iter()
        .find_map(|prefix| before.strip_suffix(prefix).filter(|rest| !ends_in_word(rest)))
        .unwrap_or(before);
    let before = before.trim_end().trim_end_matches([':', '=', '<', '>', '!', '(']).trim_end();
    let before = before.strip_suffix('"').unwrap_or(before);
    let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
    word.is_some_and(|word| SECRETIVE.iter().any(|part| word.contains(part)))
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// A literal without the password of a connection string or a URL in it.
fn of_connection(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let word = ["password", "passwd"].iter().find_map(|name| {
        let after = lower.find(name)? + name.len();
        let value = lower[after..].trim_start().strip_prefix('=')?.trim_start();
        Some(lower.len() - value.len())
    });
    if let Some(from) = word {
        let end = text[from..].find(|c: char| c.is_whitespace() || c == '&');
        let end = end.map_or(text.len(), |end| from + end);
        return Cow::Owned(format!("{}{INSTEAD}{}", &text[..from], of_connection(&text[end..])));
    }
    let secret = text.find("://").and_then(|at| {
        let end = at + text[at..].rfind('@')?;
        let colon = at + 3 + text[at + 3..end].find(':')?;
        Some((colon + 1, end))
    });
    match secret {
        Some((from, end)) => Cow::Owned(format!("{}{INSTEAD}{}", &text[..from], &text[end..])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_secret_that_somebody_wrote_into_a_statement_is_not_shown_and_the_rest_is() {
        for (statement, shown) in [
            ("ALTER ROLE a PASSWORD 'hush'", "ALTER ROLE a PASSWORD '***'"),
            (
                "create user a encrypted password E'hu\\'sh' login",
                "create user a encrypted password E'***' login",
            ),
            ("ALTER ROLE a PASSWORD $x$hush$x$", "ALTER ROLE a PASSWORD $x$***$x$"),
            ("ALTER ROLE a PASSWORD 'hush", "ALTER ROLE a PASSWORD '***"),
            (
                "-- don't\nALTER /* it's */ ROLE a PASSWORD 'hush'",
                "-- don't\nALTER /* it's */ ROLE a PASSWORD '***'",
            ),
            (
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 'hu''sh')",
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password '***')",
            ),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hush user=u' PUBLICATION p",
                "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** user=u' PUBLICATION p",
            ),
            (
                "select dblink_connect('postgres://u:hush@h/d')",
                "select dblink_connect('postgres://u:***@h/d')",
            ),
            (
                "select 1 from sessions where \"session_token\" = 'hush'",
                "select 1 from sessions where \"session_token\" = '***'",
            ),
            (
                "update users set password_hash='hush' where id = 'x'",
                "update users set password_hash='***' where id = 'x'",
            ),
        ] {
            assert_eq!(veil(statement), shown);
        }
        for statement in [
            "select * from users where password_hash = $1 and email = 'a'",
            "select tokens_used, 'x' from usage where day = '2026-01-01'",
            "select password from t where \"it's\" = 'x'",
            "select count(*) from t",
        ] {
            assert_eq!(veil(statement), statement);
        }
    }

    proptest! {
        #[test]
        fn no_password_of_a_role_is_ever_shown(before in "[ -~é]{0,12}", password in "[A-Z]{6,12}") {
            // What stands before ends what it began.
            let before = before.replace(['\'', '"', '$', '-', '/'], " ");
            let statement = format!("{before}; alter role x password '{password}' valid until 'y'");
            prop_assert!(!veil(&statement).contains(&password));
        }

        #[test]
        fn any_text_is_taken(text in any::<String>(), word in "(password|'|\\$\\$|\"|e'|=|é|://|@|:){0,12}") {
            veil(&format!("{word}{text}{word}"));
        }
    }
}
