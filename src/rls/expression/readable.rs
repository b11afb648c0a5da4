//! An expression as people read it: `‹user_id›` for the setting of that name, literals without the casts that the server adds.
//!
//! For reading only; what is evaluated is always the server's own text.

use super::token::{Sort, Token, tokens};

/// `text` with its settings as `‹name›`, without casts of literals and of settings.
pub fn readable(text: &str) -> String {
    let all = tokens(text);
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at < all.len() {
        let (shown, end) = match setting(&all[at..]) {
            Some((name, length)) => (Some(format!("‹{name}›")), at + length),
            None if all[at].sort == Sort::Literal => (Some(all[at].text.to_owned()), at + 1),
            None => (None, at + 1),
        };
        if let Some(shown) = shown {
            out.push_str(&text[copied..all[at].range.start]);
            out.push_str(&shown);
            let end = without_cast(&all, end);
            copied = all[end - 1].range.end;
            at = end;
        } else {
            at = end;
        }
    }
    out.push_str(&text[copied..]);
    tidy(&out)
}

/// The setting that `tokens` begin with, by the last part of its name, and how many tokens it takes.
fn setting(tokens: &[Token<'_>]) -> Option<(String, usize)> {
    let [call, open, name, ..] = tokens else { return None };
    // A pair of parentheses around it comes from a cast and goes with it.
    if call.is("(") {
        let (name, length) = setting(&tokens[1..])?;
        let closed = tokens.get(length + 1)?.is(")") && tokens.get(length + 2)?.sort == Sort::Cast;
        return closed.then_some((name, length + 2));
    }
    if !call.is_word("current_setting") || !open.is("(") || name.sort != Sort::Literal {
        return None;
    }
    let inner = name.text.trim_matches('\'');
    let close = super::closing(tokens, 1)?;
    Some((inner.rsplit('.').next().unwrap_or(inner).to_owned(), close + 1))
}

/// Where what follows a cast at `at` begins; `at` where there is none.
fn without_cast(tokens: &[Token<'_>], at: usize) -> usize {
    if tokens.get(at).is_none_or(|token| token.sort != Sort::Cast) {
        return at;
    }
    let mut end = at + 1;
    while let Some(token) = tokens.get(end) {
        let named = token.name().is_some();
        let joined = token.is(".") || tokens[end - 1].is(".") || tokens[end - 1].sort == Sort::Cast;
        let several =
            matches!(
                tokens[end - 1].text,
                "character" | "double" | "timestamp" | "time" | "bit" | "with" | "without"
            ) && matches!(token.text, "varying" | "precision" | "with" | "without" | "time");
        let zone = tokens[end - 1].text == "time" && token.text == "zone";
        let array = token.is("[") && tokens.get(end + 1).is_some_and(|next| next.is("]"));
        if array {
            end += 2;
        } else if named && (joined || several || zone) || token.is(".") {
            end += 1;
        } else {
            break;
        }
    }
    without_cast(tokens, end)
}

/// White space of more than one character, as the server prints it in sub-queries, as one blank.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settings_read_as_what_they_hold() {
        let rows = [
            (
                "(owner_id = (current_setting('app.user_id'::text))::integer)",
                "(owner_id = ‹user_id›)",
            ),
            ("current_setting('app.user_id'::text, true)", "‹user_id›"),
            ("(status = 'open'::text)", "(status = 'open')"),
            (
                "(kind = ANY (ARRAY['a'::character varying, 'b'::character varying]))",
                "(kind = ANY (ARRAY['a', 'b']))",
            ),
            ("(EXISTS ( SELECT 1\n   FROM public.t))", "(EXISTS (SELECT 1 FROM public.t))"),
            (
                "at > '2020-01-01 00:00:00+00'::timestamp with time zone",
                "at > '2020-01-01 00:00:00+00'",
            ),
            ("tags @> '{a}'::text[]", "tags @> '{a}'"),
        ];
        for (text, read) in rows {
            assert_eq!(readable(text), read, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = readable(&text);
        }
    }
}
