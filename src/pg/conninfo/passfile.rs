//! Password files: `host:port:database:user:password` on each line (PostgreSQL documentation, 34.16).
//!
//! Read as `passwordFromFile` in PostgreSQL's `fe-connect.c` reads them: a file that others may read is not used, and that is said.

use std::path::Path;

use super::Environment;

/// Which password is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The host's name, its address, or the directory of its socket; `localhost` for the default socket.
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The lines of a password file that may be used, or why it may not.
pub(super) fn read(path: &Path, environment: &Environment) -> Result<Option<String>, String> {
    let Ok(facts) = environment.facts(path) else { return Ok(None) };
    let shown = path.display();
    if !facts.plain {
        return Err(format!("the password file `{shown}` is not a plain file and was not used"));
    }
    if facts.is_shared() {
        return Err(format!(
            "the password file `{shown}` can be read by others and was not used; cure: chmod 600 {shown}"
        ));
    }
    environment
        .read(path)
        .map(Some)
        .map_err(|error| format!("the password file `{shown}` cannot be read: {error}"))
}

/// The password of the first line that fits.
pub(super) fn find(text: &str, wanted: Wanted<'_>) -> Option<String> {
    let port = wanted.port.to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let rest = [wanted.host, &port, wanted.database, wanted.user]
            .into_iter()
            .try_fold(line, skip_field)?;
        Some(unescape(rest))
    })
}

/// What follows the first field of `line`, if that field is `*` or means `value`.
fn skip_field<'a>(line: &'a str, value: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let (mut rest, mut value) = (line.chars(), value.chars());
    loop {
        let c = match (rest.next()?, value.as_str()) {
            (':', "") => return Some(rest.as_str()),
            ('\\', _) => rest.next()?,
            // A colon of the value itself need not be escaped: `::1`.
            (c, _) => c,
        };
        if value.next()? != c {
            return None;
        }
    }
}

/// The last field, which ends at a colon that no backslash stands before.
fn unescape(field: &str) -> String {
    let mut password = String::new();
    let mut rest = field.chars();
    while let Some(c) = rest.next() {
        match c {
            ':' => break,
            '\\' => password.push(rest.next().unwrap_or('\\')),
            _ => password.push(c),
        }
    }
    password
}
