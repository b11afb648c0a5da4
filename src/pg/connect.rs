//! Connecting: every place in turn, until one answers and is of the sort that is looked for.
//!
//! The driver does the work; a connection parameter that it cannot honour is refused by name, never ignored.

use std::{io, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, Row as _,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::{
    Kind, Password, Problem,
    conninfo::{Binding, Check, Conninfo, Host, Place, Roots, Session, Tls, When},
};

/// Connects as `info` says; `password` knows one for each place. Behind a pooler no settings are sent along.
pub(super) async fn connect(
    info: &Conninfo,
    pooled: bool,
    password: impl Fn(usize) -> Option<Password>,
) -> Result<PgConnection, Problem> {
    refuse(info)?;
    let mut order: Vec<usize> = (0..info.hosts.len()).collect();
    if info.shuffled {
        shuffle(&mut order);
    }
    // A standby if there is one, and else any.
    let passes: &[Session] = match info.session {
        Session::PreferStandby => &[Session::Standby, Session::Any],
        Session::Any
        | Session::ReadWrite
        | Session::ReadOnly
        | Session::Primary
        | Session::Standby => std::slice::from_ref(&info.session),
    };
    let mut failed = Vec::new();
    for session in passes {
        failed.clear();
        for index in &order {
            let host = &info.hosts[*index];
            match place(info, host, password(*index).as_ref(), pooled, *session).await {
                Ok(connection) => return Ok(connection),
                // What a server says of the login holds for its twins as well.
                Err(problem) if problem.sqlstate.is_some() => return Err(problem),
                Err(problem) => failed.push((host, problem)),
            }
        }
    }
    Err(together(failed))
}

/// One problem out of those of all places.
fn together(mut failed: Vec<(&Host, Problem)>) -> Problem {
    if failed.len() == 1 {
        let (host, problem) = failed.remove(0);
        return match problem.kind {
            Kind::Connection => {
                Problem { summary: format!("{host}: {}", problem.summary), ..problem }
            }
            Kind::Usage
            | Kind::Permission
            | Kind::Refused
            | Kind::Missing
            | Kind::Cancelled
            | Kind::Bug => problem,
        };
    }
    let each: Vec<_> =
        failed.iter().map(|(host, problem)| format!("{host}: {}", problem.summary)).collect();
    Problem::new(
        Kind::Connection,
        format!("none of {} places will do: {}", each.len(), each.join("; ")),
    )
    .hint("check hosts and ports, and that the servers run")
}

/// Connects to one place by the first way of encryption that its server accepts.
async fn place(
    info: &Conninfo,
    host: &Host,
    password: Option<&Password>,
    pooled: bool,
    session: Session,
) -> Result<PgConnection, Problem> {
    let options = options(info, host, password, pooled)?;
    let mut outcome = Err(Problem::bug("there is no way to connect"));
    for mode in modes(&info.tls) {
        outcome = attempt(info, host, options.clone().ssl_mode(*mode)).await;
        // `pg_hba.conf` may want the other way; anything else would fail by any way.
        if !matches!(&outcome, Err(problem) if problem.sqlstate.as_deref() == Some("28000")) {
            break;
        }
    }
    let mut connection = outcome?;
    if fits(&mut connection, session).await? {
        return Ok(connection);
    }
    // It is not wanted, and has nothing to lose.
    drop(connection.close().await);
    Err(mismatch(session))
}

async fn attempt(
    info: &Conninfo,
    host: &Host,
    options: PgConnectOptions,
) -> Result<PgConnection, Problem> {
    let patience = info.network.connect.unwrap_or(Duration::from_hours(24));
    let connected = tokio::time::timeout(patience, options.connect()).await;
    match connected {
        Ok(Err(sqlx::Error::Io(error)))
            if error.kind() == io::ErrorKind::NotFound
                && matches!(host.place, Place::Socket(_)) =>
        {
            Err(Problem::new(Kind::Connection, "no server listens there")
                .hint("check host and port, and that the server runs"))
        }
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(Problem::new(
            Kind::Connection,
            format!("the server did not answer in {} s", patience.as_secs()),
        )
        .hint("check host, port and firewall, or raise `connect_timeout`")),
    }
}

/// What the driver is told.
fn options(
    info: &Conninfo,
    host: &Host,
    password: Option<&Password>,
    pooled: bool,
) -> Result<PgConnectOptions, Problem> {
    let mut options = PgConnectOptions::new_without_pgpass()
        .username(&info.user)
        .database(&info.database)
        .port(host.port)
        .application_name(&info.application)
        .disable_statement_logging();
    options = match &host.place {
        Place::Socket(directory) => options.socket(directory),
        Place::Network { name: Some(name), address: None } => options.host(name),
        Place::Network { name, address: Some(address) } => {
            if info.tls.check == Check::Name && name.is_some() {
                return Err(cannot(
                    "hostaddr",
                    "together with `sslmode=verify-full`; let `host` be looked up",
                ));
            }
            options.host(&address.to_string())
        }
        Place::Network { name: None, address: None } => {
            return Err(Problem::usage("a place to connect to has neither a name nor an address"));
        }
    };
    if let Some(password) = password {
        options = options.password(password.text());
    }
    if let Roots::File(path) = &info.tls.roots {
        options = options.ssl_root_cert(path);
    }
    if let Some(client) = &info.tls.client {
        options = options.ssl_client_cert(&client.chain).ssl_client_key(&client.key);
    }
    if pooled {
        // A pooler refuses settings that it cannot keep for one client.
        return Ok(options.extra_float_digits(None));
    }
    Ok(match &info.options {
        Some(given) => options.options(settings(given)?),
        None => options,
    })
}

/// The ways of encryption that are allowed, the preferred one first (PostgreSQL documentation, 34.19.1).
fn modes(tls: &Tls) -> &'static [PgSslMode] {
    match (tls.when, tls.check) {
        (When::Never, _) => &[PgSslMode::Disable],
        (When::Demanded, _) => &[PgSslMode::Disable, PgSslMode::Require],
        (When::Offered, _) => &[PgSslMode::Prefer, PgSslMode::Disable],
        (When::Always, Check::Nothing) => &[PgSslMode::Require],
        (When::Always, Check::Authority) => &[PgSslMode::VerifyCa],
        (When::Always, Check::Name) => &[PgSslMode::VerifyFull],
    }
}

/// `-c name=value` and `--name=value`, as `options` has them; the driver takes them one by one.
fn settings(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            c if c.is_ascii_whitespace() => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    let mut words = words.into_iter().filter(|word| !word.is_empty());
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--") {
            Some(setting) => setting.to_owned(),
            None if word == "-c" => words.next().unwrap_or_default(),
            None => word.strip_prefix("-c").unwrap_or_default().to_owned(),
        };
        let (name, value) = setting.split_once('=').ok_or_else(|| {
            cannot("options", "but as settings").hint("write it as `-c name=value`")
        })?;
        settings.push((name.to_owned(), value.to_owned()));
    }
    Ok(settings)
}

/// Refuses by name what the driver cannot honour.
fn refuse(info: &Conninfo) -> Result<(), Problem> {
    let tls = &info.tls;
    let refusals = [
        (info.authentication.binding == Binding::Always, "channel_binding=require"),
        (!info.authentication.leaves_all(), "require_auth"),
        (info.peer.is_some(), "requirepeer"),
        (tls.revoked.is_some(), "sslcrl"),
        (!tls.names_host, "sslsni=0"),
        (tls.direct, "sslnegotiation=direct"),
        (
            !(tls.versions.tls12 && tls.versions.tls13),
            "ssl_min_protocol_version and ssl_max_protocol_version",
        ),
    ];
    match refusals.into_iter().find(|(asked, _)| *asked) {
        Some((_, name)) => Err(cannot(name, "")),
        None => Ok(()),
    }
}

fn cannot(name: &str, when: &str) -> Problem {
    Problem::usage(
        format!("purview cannot do this connection parameter: `{name}` {when}")
            .trim_end()
            .to_owned(),
    )
    .hint("leave it out, or connect through a proxy on this machine that can")
}

/// Whether the server is of the sort that is looked for.
async fn fits(connection: &mut PgConnection, session: Session) -> Result<bool, Problem> {
    const READ_ONLY: &str =
        "SELECT (pg_catalog.current_setting('transaction_read_only') = 'on')::pg_catalog.text";
    const STANDBY: &str = "SELECT pg_catalog.pg_is_in_recovery()::pg_catalog.text";
    let (question, wanted) = match session {
        Session::Any | Session::PreferStandby => return Ok(true),
        Session::ReadWrite => (READ_ONLY, "false"),
        Session::ReadOnly => (READ_ONLY, "true"),
        Session::Primary => (STANDBY, "false"),
        Session::Standby => (STANDBY, "true"),
    };
    let row = sqlx::query(question).persistent(false).fetch_one(connection).await?;
    Ok(row.try_get::<String, _>(0)? == wanted)
}

fn mismatch(session: Session) -> Problem {
    let wanted = match session {
        Session::Any | Session::PreferStandby => "of any sort",
        Session::ReadWrite => "that can be written to",
        Session::ReadOnly => "that cannot be written to",
        Session::Primary => "that is a primary",
        Session::Standby => "that is a standby",
    };
    Problem::new(Kind::Connection, format!("this is no server {wanted}"))
        .hint("`target_session_attrs` asks for one")
}

/// Leaves the order to chance, as `load_balance_hosts=random` asks.
fn shuffle<T>(items: &mut [T]) {
    for last in (1..items.len()).rev() {
        // Without chance the order stays as it was written.
        let Ok(chance) = getrandom::u32() else { return };
        items.swap(last, chance as usize % (last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_on_the_command_line_of_the_server() {
        let read = |text: &str| settings(text).map_err(|problem| problem.summary);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(r"-c a.b=1 --jit=off -cwork_mem=4\ MB").unwrap(),
            [pair("a.b", "1"), pair("jit", "off"), pair("work_mem", "4 MB")]
        );
        assert_eq!(read("").unwrap(), []);
        assert!(read("-d 5").is_err());
    }
}
