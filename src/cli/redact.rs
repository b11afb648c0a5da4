//! Takes passwords out of what is said.
//!
//! What people type may come back in a message, whoever makes it: the parser of arguments, the driver, the server. All of it goes through here.

/// What stands in the place of a password.
const INSTEAD: &str = "***";

/// Words after which a password follows, in connection strings and in the parameters of URLs.
const NAMES: [&str; 2] = ["password", "passwd"];

/// What messages put around what was typed.
const QUOTES: [char; 3] = ['\'', '"', '`'];

/// `text` without the passwords of URLs and of `password=…` words.
///
/// It rather takes too much: a password with an `@` in it, which should have been written `%40`, is taken up to the last `@` before the path.
pub(super) fn redact(text: &str) -> String {
    words(&urls(text))
}

/// Takes what stands between the first `:` and the last `@` of every `scheme://`.
fn urls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let url = &after[..after.find(char::is_whitespace).unwrap_or(after.len())];
        match secret(url).or_else(|| secret_with_spaces(url, after)) {
            Some((from, to)) => {
                out.push_str(&after[..from]);
                out.push_str(INSTEAD);
                rest = &after[to..];
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// Where the password of `url` (without its scheme) begins and ends. A slash in it should have been written `%2F`; people forget.
fn secret(url: &str) -> Option<(usize, usize)> {
    let end = url.rfind('@')?;
    Some((url[..end].find(':')? + 1, end))
}

/// The same where the password holds white space, so that `url` is only the first part of what was typed, and `text` goes on or was cut off.
fn secret_with_spaces(url: &str, text: &str) -> Option<(usize, usize)> {
    let colon = url.find(':')?;
    let bare = url.trim_end_matches(QUOTES);
    let port = bare[colon + 1..].split(['/', '?']).next().unwrap_or_default();
    if !port.is_empty() && port.trim_end_matches(QUOTES).chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some((colon + 1, text.find('@').unwrap_or(bare.len())))
}

/// Takes the value of every `password=value`, `sslpassword='a value'` and the like.
fn words(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = next_name(&lower, from) {
        out.push_str(&text[from..found]);
        out.push_str(INSTEAD);
        from = found + value_length(&text[found..]);
    }
    out.push_str(&text[from..]);
    out
}

/// Where the value after the next `password =` begins.
fn next_name(lower: &str, from: usize) -> Option<usize> {
    NAMES
        .iter()
        .filter_map(|name| {
            lower[from..].match_indices(name).find_map(|(at, _)| {
                let after = from + at + name.len();
                let value = lower[after..].trim_start().strip_prefix('=')?.trim_start();
                Some(lower.len() - value.len())
            })
        })
        .min()
}

/// How long the value at the start of `text` is: up to white space or the next parameter; up to its closing quote where it has one.
fn value_length(text: &str) -> usize {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(|c: char| c.is_whitespace() || c == '&').unwrap_or(text.len());
        // The quote of the message around it.
        return text[..end].strip_suffix(QUOTES).map_or(end, str::len);
    };
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 2,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passwords_go_and_the_rest_stays() {
        for (said, safe) in [
            (
                "invalid value 'postgresql://me:pw@h:5/db' for",
                "invalid value 'postgresql://me:***@h:5/db' for",
            ),
            ("postgres://me@h/db", "postgres://me@h/db"),
            ("postgres://h:5432/db?a=b", "postgres://h:5432/db?a=b"),
            ("postgres://me:p@ss/w@h/db", "postgres://me:***@h/db"),
            ("postgres://me:a pass'word@h/db", "postgres://me:***@h/db"),
            ("see https://host:80/x or me@here", "see https://host:80/x or me@here"),
            ("cut off: `postgres://me:pass`", "cut off: `postgres://me:***`"),
            ("host=h password=pw user=me", "host=h password=*** user=me"),
            ("PassWord = 'a \\' b' user=me", "PassWord = *** user=me"),
            ("postgres://h/db?user=me&password=pw&x=y", "postgres://h/db?user=me&password=***&x=y"),
            ("the password is wrong", "the password is wrong"),
            ("sslpassword=pw", "sslpassword=***"),
        ] {
            assert_eq!(redact(said), safe);
        }
    }

    proptest! {
        #[test]
        fn no_password_of_a_url_or_of_words_is_ever_said(
            before in "[ -~]{0,10}",
            password in "[A-Z0-9%!$^*()@:/?#'\"-]{6,20}[A-Z]",
            quote in "['\"`]?",
        ) {
            for said in [
                format!("{before}{quote}postgresql://me:{password}@host/db{quote} and more"),
                format!("{before}{quote}host=h password={password} user=me{quote}"),
                format!("{before} host=h password='a {password}' user=me"),
            ] {
                prop_assert!(!redact(&said).contains(&password), "{}", redact(&said));
            }
        }

        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            redact(&text);
        }
    }
}
