//! The places to connect to, in order.
//!
//! `host`, `hostaddr` and `port` are lists that go together (PostgreSQL documentation, 34.1.1.3).

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
};

use super::{Environment, Parameters, Problem};

/// One place to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) struct Host {
    pub(in crate::pg) place: Place,
    pub(in crate::pg) port: u16,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pg) enum Place {
    /// In this directory; one that begins with `@` is a name of Linux's own that is in no file system.
    Socket(PathBuf),
    /// Under this name, which a certificate has to bear; the address spares the look-up.
    Network { name: Option<String>, address: Option<IpAddr> },
}

/// Where builds of PostgreSQL put their socket: Debian and Red Hat, then everybody else.
const SOCKETS: &[&str] = &["/var/run/postgresql", "/tmp", "/private/tmp"];

/// The port where none is given.
const PORT: u16 = 5432;

/// The places that `parameters` name.
pub(super) fn read(
    parameters: &Parameters,
    environment: &Environment,
) -> Result<Vec<Host>, Problem> {
    let names = list(parameters.get("host"));
    let addresses = list(parameters.get("hostaddr"));
    let ports = list(parameters.get("port"));
    let count = if addresses.is_empty() { names.len().max(1) } else { addresses.len() };
    if !addresses.is_empty() && !names.is_empty() && names.len() != count {
        return Err(Problem::usage(format!(
            "`host` lists {} names and `hostaddr` {count} addresses",
            names.len()
        )));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(Problem::usage(format!(
            "`port` lists {} ports for {count} hosts",
            ports.len()
        ))
        .hint("give one port, or one for each host"));
    }
    (0..count)
        .map(|index| {
            let port = port(ports.get(if ports.len() == 1 { 0 } else { index }))?;
            let name = names.get(index).copied().filter(|name| !name.is_empty());
            let address = addresses.get(index).copied().filter(|address| !address.is_empty());
            Ok(Host { place: place(name, address, port, environment)?, port })
        })
        .collect()
}

fn list(value: Option<&str>) -> Vec<&str> {
    value.map(|value| value.split(',').collect()).unwrap_or_default()
}

fn port(text: Option<&&str>) -> Result<u16, Problem> {
    match text.map(|text| text.trim_ascii()) {
        None | Some("") => Ok(PORT),
        // What stands where a port should may be a piece of a password.
        Some(text) => text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
            Problem::usage("a port is not a number from 1 to 65535")
                .hint("in a URL, write `/` in a password as %2F, `:` as %3A and `@` as %40")
        }),
    }
}

fn place(
    name: Option<&str>,
    address: Option<&str>,
    port: u16,
    environment: &Environment,
) -> Result<Place, Problem> {
    let address = address
        .map(|address| {
            address.parse::<IpAddr>().map_err(|_| {
                Problem::usage("`hostaddr` is not a numeric address").hint("give a name as `host`")
            })
        })
        .transpose()?;
    Ok(match name {
        Some(name) if address.is_none() && is_directory(name) => Place::Socket(name.into()),
        None if address.is_none() => Place::Socket(default_socket(port, environment)),
        _ => Place::Network { name: name.map(str::to_owned), address },
    })
}

fn is_directory(name: &str) -> bool {
    name.starts_with(['/', '@'])
}

/// The first of the usual directories in which a server listens on `port`.
fn default_socket(port: u16, environment: &Environment) -> PathBuf {
    let listens = |directory: &&&str| {
        let path = Path::new(directory).join(format!(".s.PGSQL.{port}"));
        environment.facts(&path).is_ok_and(|facts| facts.socket)
    };
    let exists = |directory: &&&str| environment.exists(Path::new(directory));
    let found = SOCKETS.iter().find(listens).or_else(|| SOCKETS.iter().find(exists));
    PathBuf::from(found.copied().unwrap_or("/tmp"))
}

impl Host {
    /// How a password file calls the place.
    pub(super) fn in_password_file(&self) -> String {
        match &self.place {
            Place::Socket(path) if SOCKETS.iter().any(|usual| path == Path::new(usual)) => {
                "localhost".to_owned()
            }
            Place::Socket(path) => path.display().to_string(),
            Place::Network { name: Some(name), .. } => name.clone(),
            Place::Network { name: None, address } => {
                address.map(|address| address.to_string()).unwrap_or_default()
            }
        }
    }
}

/// `name:port`, with the brackets that an IPv6 address needs.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Socket(path) => write!(f, "{}", path.display())?,
            Place::Network { name: Some(name), .. } if name.contains(':') => write!(f, "[{name}]")?,
            Place::Network { name: Some(name), .. } => f.write_str(name)?,
            Place::Network { address: Some(IpAddr::V6(address)), .. } => write!(f, "[{address}]")?,
            Place::Network { address: Some(address), .. } => write!(f, "{address}")?,
            Place::Network { .. } => f.write_str("localhost")?,
        }
        write!(f, ":{}", self.port)
    }
}
