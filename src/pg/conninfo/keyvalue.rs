//! Connection strings of words: `host=db user='a b' password=x\ y`.
//!
//! Read as `conninfo_parse` in PostgreSQL's `fe-connect.c` reads them. No message repeats a word that may be a piece of the password.

use std::{iter::Peekable, str::Chars};

use super::{Parameters, Problem};

/// Reads the words.
pub(super) fn parse(text: &str) -> Result<Parameters, Problem> {
    let mut found = Parameters::default();
    let mut rest = text.chars().peekable();
    loop {
        skip_blanks(&mut rest);
        if rest.peek().is_none() {
            return Ok(found);
        }
        let name = name(&mut rest)?;
        skip_blanks(&mut rest);
        let value =
            if rest.next_if_eq(&'\'').is_some() { quoted(&mut rest)? } else { bare(&mut rest) };
        found.give(&name, value)?;
    }
}

type Rest<'a> = Peekable<Chars<'a>>;

/// What C's `isspace` takes for a blank.
const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

fn skip_blanks(rest: &mut Rest<'_>) {
    while rest.next_if(|c| is_blank(*c)).is_some() {}
}

/// A name and its `=`, around which there may be blanks.
fn name(rest: &mut Rest<'_>) -> Result<String, Problem> {
    let mut name = String::new();
    while let Some(c) = rest.next_if(|c| *c != '=' && !is_blank(*c)) {
        name.push(c);
    }
    skip_blanks(rest);
    if rest.next() == Some('=') {
        return Ok(name);
    }
    Err(Problem::usage("the connection string is wrong: a word is not followed by `=`")
        .hint("quote a value with blanks in it: password='two words'"))
}

/// A value that ends at a blank; a backslash takes the next character as it is.
fn bare(rest: &mut Rest<'_>) -> String {
    let mut value = String::new();
    while let Some(c) = rest.next_if(|c| !is_blank(*c)) {
        if c == '\\' { value.extend(rest.next()) } else { value.push(c) }
    }
    value
}

/// A value in single quotes.
fn quoted(rest: &mut Rest<'_>) -> Result<String, Problem> {
    let mut value = String::new();
    loop {
        match rest.next() {
            Some('\'') => return Ok(value),
            Some('\\') => value.extend(rest.next()),
            Some(c) => value.push(c),
            None => {
                return Err(Problem::usage(
                    "the connection string is wrong: a quoted value does not end",
                )
                .hint("write `'` in a value as \\' and `\\` as \\\\"));
            }
        }
    }
}
