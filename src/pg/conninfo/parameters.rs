//! The connection parameters of libpq: which there are, which variable gives them, and what purview makes of them.
//!
//! A parameter is honoured or refused by name; none is ignored (PostgreSQL documentation, 34.1.2 and 34.15).

use std::{collections::BTreeMap, fmt};

use super::{Environment, Problem};

/// What purview makes of a parameter.
enum Support {
    /// It is honoured.
    Honoured,
    /// These values ask for what purview does anyway; others cannot be had.
    Only(&'static [&'static str], &'static str),
    /// It cannot be had.
    Refused(&'static str),
}

struct Known {
    name: &'static str,
    variable: Option<&'static str>,
    support: Support,
}

const fn honoured(name: &'static str, variable: &'static str) -> Known {
    Known { name, variable: Some(variable), support: Support::Honoured }
}

const fn unlisted(name: &'static str) -> Known {
    Known { name, variable: None, support: Support::Honoured }
}

const fn only(
    name: &'static str,
    variable: Option<&'static str>,
    values: &'static [&'static str],
    why: &'static str,
) -> Known {
    Known { name, variable, support: Support::Only(values, why) }
}

/// Variables that merely say how a refused parameter would be used are not looked at.
const fn refused(name: &'static str, why: &'static str) -> Known {
    Known { name, variable: None, support: Support::Refused(why) }
}

const NO_GSS: &str = "purview does not speak GSSAPI; use a password or a client certificate";
const NO_OAUTH: &str = "purview does not speak OAuth; use `password_command`";
const NO_KEYS: &str = "give the password itself, or `password_command`";

const KNOWN: &[Known] = &[
    honoured("service", "PGSERVICE"),
    honoured("servicefile", "PGSERVICEFILE"),
    honoured("host", "PGHOST"),
    honoured("hostaddr", "PGHOSTADDR"),
    honoured("port", "PGPORT"),
    honoured("dbname", "PGDATABASE"),
    honoured("user", "PGUSER"),
    honoured("password", "PGPASSWORD"),
    honoured("passfile", "PGPASSFILE"),
    honoured("require_auth", "PGREQUIREAUTH"),
    honoured("channel_binding", "PGCHANNELBINDING"),
    honoured("connect_timeout", "PGCONNECT_TIMEOUT"),
    honoured("options", "PGOPTIONS"),
    honoured("application_name", "PGAPPNAME"),
    unlisted("fallback_application_name"),
    unlisted("keepalives"),
    unlisted("keepalives_idle"),
    unlisted("keepalives_interval"),
    unlisted("keepalives_count"),
    unlisted("tcp_user_timeout"),
    honoured("sslmode", "PGSSLMODE"),
    honoured("sslnegotiation", "PGSSLNEGOTIATION"),
    honoured("sslcert", "PGSSLCERT"),
    honoured("sslkey", "PGSSLKEY"),
    honoured("sslcertmode", "PGSSLCERTMODE"),
    honoured("sslrootcert", "PGSSLROOTCERT"),
    honoured("sslcrl", "PGSSLCRL"),
    honoured("sslsni", "PGSSLSNI"),
    honoured("requirepeer", "PGREQUIREPEER"),
    honoured("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    honoured("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    honoured("target_session_attrs", "PGTARGETSESSIONATTRS"),
    honoured("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    only(
        "client_encoding",
        Some("PGCLIENTENCODING"),
        &["utf8", "utf-8", "unicode", "auto"],
        "purview reads UTF-8 only; the server converts",
    ),
    only("sslcompression", Some("PGSSLCOMPRESSION"), &["0"], "TLS compression is not secure"),
    only("gssencmode", Some("PGGSSENCMODE"), &["disable", "prefer"], NO_GSS),
    only("gssdelegation", None, &["0"], NO_GSS),
    only("replication", None, &["false", "off", "no", "0"], "purview is no replication client"),
    only(
        "min_protocol_version",
        Some("PGMINPROTOCOLVERSION"),
        &["3.0"],
        "purview speaks protocol 3.0, as every server does",
    ),
    only(
        "max_protocol_version",
        Some("PGMAXPROTOCOLVERSION"),
        &["3.0", "3.2", "latest"],
        "purview speaks protocol 3.0, as every server does",
    ),
    refused("sslpassword", "decrypt the key with `openssl pkey`, and keep it 0600"),
    Known {
        name: "sslcrldir",
        variable: Some("PGSSLCRLDIR"),
        support: Support::Refused("put the revocation lists into one file and name it as `sslcrl`"),
    },
    refused("sslkeylogfile", "it would write down the keys of the connection"),
    refused("krbsrvname", NO_GSS),
    refused("gsslib", NO_GSS),
    refused("scram_client_key", NO_KEYS),
    refused("scram_server_key", NO_KEYS),
    refused("oauth_issuer", NO_OAUTH),
    refused("oauth_client_id", NO_OAUTH),
    refused("oauth_client_secret", NO_OAUTH),
    refused("oauth_scope", NO_OAUTH),
];

/// Parameters by name, as given in one place or merged out of several.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    /// The value of `name`. As in libpq, an empty value counts as given, and means the default.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Takes `name` as given in a connection string or service file; what is given twice counts as given last.
    pub(super) fn give(&mut self, name: &str, value: impl Into<String>) -> Result<(), Problem> {
        let known = KNOWN.iter().find(|known| known.name == name).ok_or_else(|| unknown(name))?;
        let value = value.into();
        known.check(&value)?;
        self.0.insert(known.name, value);
        Ok(())
    }

    /// Takes over what `others` give and this does not.
    pub(super) fn fill(&mut self, others: Self) {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// What the variables give.
    pub(super) fn of_variables(environment: &Environment) -> Result<Self, Problem> {
        let mut found = Self::default();
        for known in KNOWN {
            let Some(variable) = known.variable else { continue };
            if let Some(value) = environment.variable(variable) {
                known.check(value).map_err(|problem| in_variable(problem, variable))?;
                found.0.insert(known.name, value.to_owned());
            }
        }
        // The old way to ask for TLS, still read by libpq.
        if environment.variable("PGREQUIRESSL").is_some_and(|value| value.starts_with('1')) {
            found.0.entry("sslmode").or_insert_with(|| "require".into());
        }
        Ok(found)
    }
}

impl Known {
    fn check(&self, value: &str) -> Result<(), Problem> {
        let why = match self.support {
            Support::Honoured => return Ok(()),
            Support::Only(values, _)
                if value.is_empty() || values.contains(&&*value.to_ascii_lowercase()) =>
            {
                return Ok(());
            }
            Support::Refused(_) if value.is_empty() => return Ok(()),
            Support::Only(_, why) | Support::Refused(why) => why,
        };
        Err(Problem::usage(format!("purview cannot do this connection parameter: `{}`", self.name))
            .hint(why))
    }
}

fn in_variable(mut problem: Problem, variable: &str) -> Problem {
    problem.summary = format!("{}, set by `{variable}`", problem.summary);
    problem
}

/// A word that is no name at all may be a piece of a password; it is not repeated.
fn unknown(name: &str) -> Problem {
    let is_name = !name.is_empty()
        && name.len() <= 32
        && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'));
    let summary = if is_name {
        format!("unknown connection parameter: `{name}`")
    } else {
        "unknown connection parameter".to_owned()
    };
    Problem::usage(summary).hint("see PostgreSQL's documentation, 34.1.2, for those there are")
}

/// Values may be secrets; only the names are shown.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
