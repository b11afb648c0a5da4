//! Connection URLs: `postgresql://user:password@host:port,host:port/database?name=value`.
//!
//! Read as `conninfo_uri_parse_options` in PostgreSQL's `fe-connect.c` reads them. No message repeats a part of the URL: it may be a piece of the password.

use percent_encoding::percent_decode_str;

use super::{Parameters, Problem};

/// What comes after `postgres://` or `postgresql://`, if `text` is a URL of ours.
pub(super) fn after_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://"))
}

/// Reads what follows the scheme.
pub(super) fn parse(text: &str) -> Result<Parameters, Problem> {
    let mut found = Parameters::default();
    let rest = user_info(text, &mut found)?;
    let rest = hosts(rest, &mut found)?;
    let (path, mut query) = rest.split_once('?').unwrap_or((rest, ""));
    let database = path.strip_prefix('/').unwrap_or_default();
    if database.contains('@') {
        return Err(wrong("an `@` stands after the host")
            .hint("in a password write `/` as %2F and `@` as %40; in a database name `@` as %40"));
    }
    give(&mut found, "dbname", database)?;
    while !query.is_empty() {
        let (pair, rest) = query.split_once('&').unwrap_or((query, ""));
        parameter(pair, &mut found)?;
        query = rest;
    }
    Ok(found)
}

/// Takes `user:password@` off the front, if it is there before any `/`.
fn user_info<'a>(text: &'a str, found: &mut Parameters) -> Result<&'a str, Problem> {
    let at = match text.find(['@', '/']) {
        Some(at) if text[at..].starts_with('@') => at,
        Some(_) | None => return Ok(text),
    };
    let (user, password) = text[..at].split_once(':').unwrap_or((&text[..at], ""));
    give(found, "user", user)?;
    give(found, "password", password)?;
    Ok(&text[at + 1..])
}

/// Takes `host:port,host:port` off the front; hosts and ports are lists of equal length.
fn hosts<'a>(text: &'a str, found: &mut Parameters) -> Result<&'a str, Problem> {
    let (mut hosts, mut ports) = (String::new(), String::new());
    let mut rest = text;
    loop {
        let (host, after) = host(rest)?;
        hosts.push_str(host);
        rest = after;
        if let Some(port) = rest.strip_prefix(':') {
            let end = port.find(['/', '?', ',']).unwrap_or(port.len());
            ports.push_str(&port[..end]);
            rest = &port[end..];
        }
        let Some(more) = rest.strip_prefix(',') else { break };
        hosts.push(',');
        ports.push(',');
        rest = more;
    }
    give(found, "host", &hosts)?;
    give(found, "port", &ports)?;
    Ok(rest)
}

/// One host off the front: a name, an address, an encoded directory, or an IPv6 address in brackets.
fn host(text: &str) -> Result<(&str, &str), Problem> {
    let Some(bracketed) = text.strip_prefix('[') else {
        return Ok(text.split_at(text.find([':', '/', '?', ',']).unwrap_or(text.len())));
    };
    let (address, after) =
        bracketed.split_once(']').ok_or_else(|| wrong("an IPv6 address is not closed by `]`"))?;
    if address.is_empty() {
        return Err(wrong("an IPv6 address is empty"));
    }
    if !(after.is_empty() || after.starts_with([':', '/', '?', ','])) {
        return Err(wrong("something follows the `]` of an IPv6 address"));
    }
    Ok((address, after))
}

/// Reads one `name=value` of the query.
fn parameter(pair: &str, found: &mut Parameters) -> Result<(), Problem> {
    let (name, value) =
        pair.split_once('=').ok_or_else(|| wrong("a parameter after `?` has no `=`"))?;
    if value.contains('=') {
        return Err(wrong("a parameter after `?` has more than one `=`")
            .hint("write `=` in a value as %3D"));
    }
    match (decode(name)?.as_str(), decode(value)?) {
        // As JDBC writes it.
        ("ssl", value) if value == "true" => found.give("sslmode", "require"),
        (name, value) => found.give(name, value),
    }
}

/// Takes a part that is there; libpq, too, treats an empty one as absent.
fn give(found: &mut Parameters, name: &str, encoded: &str) -> Result<(), Problem> {
    if encoded.is_empty() { Ok(()) } else { found.give(name, decode(encoded)?) }
}

/// Decodes percent signs, all of which have to be followed by two hexadecimal digits that are not 00.
fn decode(text: &str) -> Result<String, Problem> {
    for (at, _) in text.match_indices('%') {
        let digits = text.as_bytes().get(at + 1..at + 3);
        match digits {
            Some(b"00") => return Err(wrong("it holds a %00")),
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {}
            Some(_) | None => {
                return Err(wrong("a `%` is not followed by two hexadecimal digits")
                    .hint("write a `%` that is meant as %25"));
            }
        }
    }
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded.map_err(|_| wrong("it is not UTF-8 after decoding"))?.into_owned())
}

fn wrong(what: &str) -> Problem {
    Problem::usage(format!("the connection URL is wrong: {what}"))
}
