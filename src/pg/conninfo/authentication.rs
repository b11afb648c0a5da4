//! How the login may prove itself to the server, and the server to the login.

use super::{Parameters, Problem, choice};

/// What is asked of authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) struct Authentication {
    /// Whether it has to be tied to the TLS connection.
    pub(in crate::pg) binding: Binding,
    /// The methods that may be used (`require_auth`).
    pub(in crate::pg) methods: Vec<Method>,
}

/// Whether authentication is tied to the TLS connection (`channel_binding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) enum Binding {
    Never,
    Offered,
    Always,
}

/// A way to authenticate that purview speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) enum Method {
    /// The server asks for nothing.
    None,
    /// The password itself.
    Password,
    /// A hash of the password.
    Md5,
    /// A proof that both sides know the password.
    Scram,
}

const ALL: &[(&str, Method)] = &[
    ("none", Method::None),
    ("password", Method::Password),
    ("md5", Method::Md5),
    ("scram-sha-256", Method::Scram),
];

/// Ways that purview does not speak; they may be named, so that one string serves several programs.
const OTHERS: &[&str] = &["gss", "sspi", "oauth"];

impl Authentication {
    /// Whether every method may be used.
    pub(in crate::pg) fn leaves_all(&self) -> bool {
        self.methods.len() == ALL.len()
    }
}

/// What `parameters` ask for.
pub(super) fn read(parameters: &Parameters) -> Result<Authentication, Problem> {
    let binding = match choice(parameters, "channel_binding", &["disable", "prefer", "require"])? {
        Some(0) => Binding::Never,
        Some(2) => Binding::Always,
        Some(_) | None => Binding::Offered,
    };
    Ok(Authentication { binding, methods: methods(parameters)? })
}

/// A list of methods, or of methods to be left out, each with a `!` before it.
fn methods(parameters: &Parameters) -> Result<Vec<Method>, Problem> {
    let all = || ALL.iter().map(|(_, method)| *method);
    let Some(given) = parameters.get("require_auth") else { return Ok(all().collect()) };
    let mut named = Vec::new();
    let without = given.starts_with('!');
    for word in given.split(',') {
        let name = if without { word.strip_prefix('!') } else { Some(word) };
        let name = name
            .filter(|name| !name.starts_with('!'))
            .ok_or_else(|| Problem::usage("`require_auth` mixes methods with and without `!`"))?;
        match ALL.iter().find(|(known, _)| *known == name) {
            Some((_, method)) => named.push(*method),
            None if OTHERS.contains(&name) => {}
            None => {
                return Err(Problem::usage(format!("unknown method in `require_auth`: {name}"))
                    .hint("the methods are password, md5, scram-sha-256 and none"));
            }
        }
    }
    let methods: Vec<_> = all().filter(|method| named.contains(method) != without).collect();
    if methods.is_empty() {
        return Err(Problem::usage("`require_auth` leaves no method that purview speaks")
            .hint("the methods are password, md5, scram-sha-256 and none"));
    }
    Ok(methods)
}
