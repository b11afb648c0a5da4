//! What the connection parameters ask of TLS (PostgreSQL documentation, 34.19).
//!
//! A mode is only as strong as its name: what cannot be checked as asked is refused here, before anything is sent.

use std::path::{Path, PathBuf};

use super::{Environment, Parameters, Problem, choice};

/// How the connection is encrypted, and how the server proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) struct Tls {
    pub(in crate::pg) when: When,
    pub(in crate::pg) check: Check,
    pub(in crate::pg) roots: Roots,
    /// Revoked certificates.
    pub(in crate::pg) revoked: Option<PathBuf>,
    pub(in crate::pg) client: Option<ClientFiles>,
    /// Whether the name of the host is told to the server in clear.
    pub(in crate::pg) names_host: bool,
    /// Whether TLS begins at once, without asking the server for it.
    pub(in crate::pg) direct: bool,
    pub(in crate::pg) versions: Versions,
}

/// When TLS is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) enum When {
    /// `disable`.
    Never,
    /// `allow`: if the server refuses to do without.
    Demanded,
    /// `prefer`: if it can be had.
    Offered,
    /// `require` and stronger.
    Always,
}

/// What the server's certificate has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::pg) enum Check {
    /// Nothing.
    Nothing,
    /// That a trusted authority signed it.
    Authority,
    /// That and the name of the host.
    Name,
}

/// Which authorities are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) enum Roots {
    /// None; there is nothing to check.
    None,
    /// Those of this machine.
    System,
    /// Those in a file, and no others.
    File(PathBuf),
}

/// The client's certificate and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) struct ClientFiles {
    pub(in crate::pg) chain: PathBuf,
    pub(in crate::pg) key: PathBuf,
}

/// The versions of TLS that may be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) struct Versions {
    pub(in crate::pg) tls12: bool,
    pub(in crate::pg) tls13: bool,
}

/// What `parameters` ask for.
pub(super) fn read(parameters: &Parameters, environment: &Environment) -> Result<Tls, Problem> {
    let (when, asked) = mode(parameters)?;
    let roots = if when == When::Never { Roots::None } else { roots(parameters, environment) };
    // As in libpq: authorities that are there are used, whatever the mode.
    let check = if roots == Roots::None { asked } else { asked.max(Check::Authority) };
    if check != Check::Nothing && roots == Roots::None {
        return Err(Problem::usage("`sslmode` asks for a check, but there is no root certificate")
            .hint("name a file as `sslrootcert`, or write sslrootcert=system for this machine's own authorities"));
    }
    if let Roots::File(path) = &roots
        && !environment.exists(path)
    {
        return Err(Problem::usage(format!(
            "the root certificate does not exist: {}",
            path.display()
        )));
    }
    let direct = choice(parameters, "sslnegotiation", &["postgres", "direct"])? == Some(1);
    if direct && when != When::Always {
        return Err(Problem::usage("`sslnegotiation=direct` needs `sslmode=require` or stronger"));
    }
    Ok(Tls {
        when,
        check,
        roots,
        revoked: file(parameters, "sslcrl", "root.crl", environment)?,
        client: client(parameters, environment)?,
        names_host: choice(parameters, "sslsni", &["0", "1"])? != Some(0),
        direct,
        versions: versions(parameters)?,
    })
}

/// `sslmode`, which `sslrootcert=system` makes `verify-full`.
fn mode(parameters: &Parameters) -> Result<(When, Check), Problem> {
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    let system = parameters.get("sslrootcert") == Some("system");
    let mode = choice(parameters, "sslmode", &modes)?;
    if system && mode.is_some_and(|mode| mode < 5) {
        return Err(Problem::usage("`sslrootcert=system` needs `sslmode=verify-full`").hint(
            "anybody can have a certificate for some name; only the name tells servers apart",
        ));
    }
    Ok(match mode.unwrap_or(if system { 5 } else { 2 }) {
        0 => (When::Never, Check::Nothing),
        1 => (When::Demanded, Check::Nothing),
        2 => (When::Offered, Check::Nothing),
        3 => (When::Always, Check::Nothing),
        4 => (When::Always, Check::Authority),
        _ => (When::Always, Check::Name),
    })
}

fn roots(parameters: &Parameters, environment: &Environment) -> Roots {
    match parameters.get("sslrootcert") {
        Some("system") => Roots::System,
        Some(path) => Roots::File(path.into()),
        None => environment
            .at_home(".postgresql/root.crt")
            .filter(|path| environment.exists(path))
            .map_or(Roots::None, Roots::File),
    }
}

/// The file that a parameter names, which has to be there, or the usual one, if it is.
fn file(
    parameters: &Parameters,
    name: &str,
    usual: &str,
    environment: &Environment,
) -> Result<Option<PathBuf>, Problem> {
    match parameters.get(name).map(PathBuf::from) {
        Some(path) if environment.exists(&path) => Ok(Some(path)),
        Some(path) => {
            Err(Problem::usage(format!("the file of `{name}` does not exist: {}", path.display())))
        }
        None => Ok(environment
            .at_home(&format!(".postgresql/{usual}"))
            .filter(|path| environment.exists(path))),
    }
}

fn client(
    parameters: &Parameters,
    environment: &Environment,
) -> Result<Option<ClientFiles>, Problem> {
    match choice(parameters, "sslcertmode", &["disable", "allow", "require"])? {
        Some(0) => return Ok(None),
        Some(2) => {
            return Err(Problem::usage(
                "purview cannot do this connection parameter: `sslcertmode=require`",
            )
            .hint("let `pg_hba.conf` ask for the certificate: clientcert=verify-full"));
        }
        Some(_) | None => {}
    }
    let Some(chain) = file(parameters, "sslcert", "postgresql.crt", environment)? else {
        return Ok(None);
    };
    let key = file(parameters, "sslkey", "postgresql.key", environment)?.ok_or_else(|| {
        Problem::usage(format!("there is no key for the certificate: {}", chain.display()))
            .hint("name it as `sslkey`")
    })?;
    check_key(&key, environment)?;
    Ok(Some(ClientFiles { chain, key }))
}

/// A key that others may read is refused, as libpq refuses it; root's own may be read by its group.
fn check_key(key: &Path, environment: &Environment) -> Result<(), Problem> {
    let shown = key.display();
    let facts = environment
        .facts(key)
        .map_err(|error| Problem::usage(format!("cannot read the key `{shown}`: {error}")))?;
    let forbidden = if facts.owner == 0 { 0o037 } else { 0o077 };
    if facts.mode & forbidden == 0 {
        return Ok(());
    }
    Err(Problem::usage(format!("the key can be read by others: {shown}"))
        .hint(format!("chmod 600 {shown}")))
}

fn versions(parameters: &Parameters) -> Result<Versions, Problem> {
    let names = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"];
    // As in libpq, 1.2 is the least unless a lower one is asked for; lower ones are not to be had here.
    let least = choice(parameters, "ssl_min_protocol_version", &names)?.unwrap_or(2);
    let most = choice(parameters, "ssl_max_protocol_version", &names)?.unwrap_or(3);
    let versions = Versions { tls12: least <= 2 && most >= 2, tls13: most >= 3 };
    if most < least || !(versions.tls12 || versions.tls13) {
        return Err(Problem::usage("no version of TLS is left to speak")
            .hint("purview speaks TLSv1.2 and TLSv1.3"));
    }
    Ok(versions)
}
