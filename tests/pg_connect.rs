//! Connecting to a real server by every way that a login can ask for.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod server;

use std::{fs, process::Command};

use chrono::{DateTime, Utc};
use purview::pg::{
    Door, Environment, Identity, Journal, Login, PasswordCommand, Problem, Run, Sql,
};
use server::{Server, done, skipped};

fn anchor() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

async fn open(login: Login) -> Result<Door, Problem> {
    Door::open(login, None, Journal::new("/nowhere", "test"), anchor).await
}

async fn ask(door: &Door, question: &'static str) -> Result<String, Problem> {
    let rows = door.sample(&Sql::new(question), &Run::new()).await?;
    Ok(rows.scalar().unwrap_or("NULL").to_owned())
}

/// A server for all ways to authenticate, with certificates for `db.test` and `localhost`.
fn server() -> Server {
    let hba = "hostssl all tls 127.0.0.1/32 scram-sha-256\n\
               hostnossl all plain 127.0.0.1/32 scram-sha-256\n\
               hostssl all cert 127.0.0.1/32 cert\n\
               host all tls,plain 127.0.0.1/32 reject\n\
               host all md5 127.0.0.1/32 md5\n\
               host all clear 127.0.0.1/32 password\n\
               host all scram 127.0.0.1/32 scram-sha-256\n\
               host all open 127.0.0.1/32 trust\n";
    let server = Server::start(hba, "");
    let sql = "SET password_encryption = 'scram-sha-256';\n\
               CREATE ROLE tls LOGIN PASSWORD 'right'; CREATE ROLE plain LOGIN PASSWORD 'right'; CREATE ROLE cert LOGIN;\n\
               CREATE ROLE scram LOGIN PASSWORD 'right'; CREATE ROLE clear LOGIN PASSWORD 'right'; CREATE ROLE open LOGIN;\n\
               SET password_encryption = 'md5'; CREATE ROLE md5 LOGIN PASSWORD 'right';\n";
    let mut psql = Command::new("psql");
    let psql = psql.arg(server.socket()).args(["-q", "-v", "ON_ERROR_STOP=1", "-c", sql]);
    done(&psql.env("PGPASSFILE", "/dev/null").output().unwrap());
    server
}

/// Words for the loopback address of `server`.
fn words(server: &Server, rest: &str) -> String {
    format!("host=localhost hostaddr=127.0.0.1 port={} dbname=postgres {rest}", server.port)
}

fn environment() -> Environment {
    Environment::of_process()
}

async fn connect(server: &Server, rest: &str) -> Result<Door, Problem> {
    open(Login::read(&words(server, rest), &environment())?).await
}

/// Whether the session is encrypted.
async fn encrypted(door: &Door) -> bool {
    let asked = ask(
        door,
        "SELECT ssl::text FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()",
    );
    asked.await.unwrap() == "true"
}

fn code(outcome: Result<Door, Problem>) -> String {
    let problem = outcome.expect_err("this must not connect");
    problem.sqlstate.unwrap_or(problem.summary)
}

#[tokio::test]
async fn every_password_method_lets_the_right_password_in_and_no_other() {
    let server = server();
    for user in ["scram", "md5", "clear"] {
        assert!(connect(&server, &format!("user={user} password=right")).await.is_ok(), "{user}");
        assert_eq!(code(connect(&server, &format!("user={user} password=wrong")).await), "28P01");
        assert_eq!(code(connect(&server, &format!("user={user} passfile=/none")).await), "28P01");
    }
    let login = |rest: &str| Login::read(&words(&server, rest), &environment()).unwrap();
    let missing = login("user=scram passfile=/none");
    let problem = open(missing.clone()).await.unwrap_err();
    assert!(missing.wants_password(&problem) && problem.hint.unwrap().contains("password_command"));
    missing.give_password(purview::pg::Password::new("right")).await;
    assert!(open(missing).await.is_ok());
    let command = PasswordCommand::Words(vec!["echo".into(), "right".into()]);
    assert!(open(login("user=scram passfile=/none").with_command(command)).await.is_ok());
}

#[tokio::test]
async fn a_command_is_run_again_when_its_password_has_run_out() {
    let server = server();
    let counter = server.write("count", 0o666, "");
    // Right, then the old one, then right again.
    let script = format!(
        "echo x >> {0}; [ $(wc -l < {0}) = 2 ] && echo stale || echo right",
        counter.display()
    );
    let login = Login::read(&words(&server, "user=scram"), &environment()).unwrap();
    let login = login.with_command(PasswordCommand::Shell(script));
    let first = open(login.clone()).await.unwrap();
    assert_eq!(ask(&first, "SELECT 1::text").await.unwrap(), "1");
    assert_eq!(fs::read_to_string(&counter).unwrap().lines().count(), 1);
    let mut psql = Command::new("psql");
    let sql = "ALTER ROLE scram PASSWORD 'changed'";
    done(&psql.arg(server.socket()).args(["-q", "-c", sql]).output().unwrap());
    // Known once, wrong now: asked again, once, and wrong again.
    assert_eq!(code(open(login).await), "28P01");
    assert_eq!(fs::read_to_string(&counter).unwrap().lines().count(), 2);
}

#[tokio::test]
async fn places_are_tried_in_order_until_one_is_of_the_sort_that_is_wanted() {
    let server = server();
    let (port, place) = (server.port, server.directory.path().display());
    let rest = "user=postgres dbname=postgres connect_timeout=5";
    let door =
        open(format!("host=/none,127.0.0.1,{place} port=1,1,{port} {rest}").parse().unwrap())
            .await
            .unwrap();
    assert!(door.probe().over_socket);
    for (session, fits) in [
        ("primary", true),
        ("read-write", true),
        ("prefer-standby", true),
        ("standby", false),
        ("read-only", false),
    ] {
        let outcome = open(
            format!("host={place} port={port} {rest} target_session_attrs={session}")
                .parse()
                .unwrap(),
        )
        .await;
        assert_eq!(outcome.is_ok(), fits, "{session}");
    }
    let read_only =
        format!("host={place} port={port} {rest} options='-c default_transaction_read_only=on'");
    assert!(
        open(format!("{read_only} target_session_attrs=read-only").parse().unwrap()).await.is_ok()
    );
    assert!(
        open(format!("{read_only} target_session_attrs=read-write").parse().unwrap())
            .await
            .is_err()
    );
    let none =
        open(format!("host=/none,127.0.0.1 port=1 {rest}").parse().unwrap()).await.unwrap_err();
    assert_eq!(none.exit_code(), 3);
    assert!(none.summary.starts_with("none of 2 places will do: /none:1: "), "{none}");
}

#[tokio::test]
async fn options_and_the_name_of_the_program_reach_the_session() {
    let server = server();
    let words =
        format!("{} options='-c statement_timeout=7s' application_name=me", server.socket());
    let door = open(words.parse().unwrap()).await.unwrap();
    assert_eq!(ask(&door, "SHOW statement_timeout").await.unwrap(), "7s");
    assert_eq!(ask(&door, "SHOW application_name").await.unwrap(), "me");
    let door = open(server.socket().parse().unwrap()).await.unwrap();
    assert_eq!(ask(&door, "SHOW application_name").await.unwrap(), "purview");
    assert!(!door.probe().pooled);
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced_without_a_word() {
    let server = server();
    let door = open(server.socket().parse().unwrap()).await.unwrap();
    let before = pid(&door).await;
    server.control(&["restart", "-m", "immediate", "-w", "-s"]);
    let after = pid(&door).await;
    assert_ne!(before, after);
    assert_eq!(ask(&door, "SELECT 1::text").await.unwrap(), "1");
    server.control(&["restart", "-m", "fast", "-w", "-s"]);
    assert_eq!(ask(&door, "SELECT 1::text").await.unwrap(), "1");
}

async fn pid(door: &Door) -> String {
    let sql = Sql::new("SELECT pg_catalog.pg_backend_pid()::text");
    let rows = door.read(&Identity::Observer, &sql, &Run::new()).await.unwrap();
    rows.scalar().unwrap().to_owned()
}

#[tokio::test]
async fn a_statement_that_had_begun_is_not_run_again() {
    let server = server();
    let door = open(server.socket().parse().unwrap()).await.unwrap();
    let sql = Sql::new("SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())::text");
    let problem = door.read(&Identity::Observer, &sql, &Run::new()).await.unwrap_err();
    assert_eq!(problem.exit_code(), 3, "{problem}");
    assert_eq!(ask(&door, "SELECT 1::text").await.unwrap(), "1");
}

#[tokio::test]
async fn a_cancel_ends_the_statement_on_the_server() {
    let server = server();
    let door = open(server.socket().parse().unwrap()).await.unwrap();
    let run = Run::new();
    let sql = Sql::new("SELECT pg_catalog.pg_sleep(600)::text");
    let (asked, ()) = tokio::join!(door.read(&Identity::Observer, &sql, &run), async {
        // The question is under way when another session sees it.
        while ask(&door, "SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_stat_activity WHERE wait_event = 'PgSleep'").await.unwrap() == "0" {}
        run.cancel().await.unwrap();
    });
    assert_eq!(asked.unwrap_err().sqlstate.as_deref(), Some("57014"));
    assert_eq!(ask(&door, "SELECT 1::text").await.unwrap(), "1");
}

/// Certificates that `openssl` makes: an authority, the server's, another authority, the client's. Absent where there is no `openssl`.
fn certificates(server: &Server) -> Option<()> {
    let script = r#"
set -e; cd "$1"
ca() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout $1.key -out $1.crt -subj "/CN=$1" 2>/dev/null; }
leaf() { openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj "/CN=$2" 2>/dev/null
  printf "%s" "$3" > $1.ext; openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.crt 2>/dev/null; }
ca ca; ca other
leaf server db.test "subjectAltName=DNS:db.test,DNS:localhost"
leaf old localhost "basicConstraints=CA:FALSE"
leaf cert cert "basicConstraints=CA:FALSE"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout self.key -out self.crt -subj "/CN=localhost" 2>/dev/null
touch index; printf 'unique_subject = no\n[ca]\ndefault_ca = d\n[d]\ndatabase = index\ndefault_md = sha256\ndefault_crl_days = 2\ncrlnumber = number\n' > ca.cnf; echo 01 > number
openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -out empty.crl 2>/dev/null
openssl ca -config ca.cnf -revoke server.crt -keyfile ca.key -cert ca.crt 2>/dev/null
openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -out revoked.crl 2>/dev/null
chmod 600 *.key; [ "$(id -u)" != 0 ] || chown postgres: *.key *.crt
"#;
    if Command::new("openssl").arg("version").output().is_err() {
        skipped("openssl is not installed");
        return None;
    }
    let mut shell = Command::new("sh");
    done(&shell.args(["-c", script, "sh"]).arg(server.directory.path()).output().unwrap());
    Some(())
}

/// Makes the server show the certificate of this name.
fn show(server: &Server, name: &str) {
    let place = server.directory.path().display();
    let settings = fs::read_to_string(server.path("data/postgresql.auto.conf")).unwrap();
    let kept: Vec<_> = settings.lines().filter(|line| !line.starts_with("ssl")).collect();
    let tls = format!(
        "ssl = on\nssl_cert_file = '{place}/{name}.crt'\nssl_key_file = '{place}/{name}.key'\nssl_ca_file = '{place}/ca.crt'\n"
    );
    fs::write(server.path("data/postgresql.auto.conf"), format!("{}\n{tls}", kept.join("\n")))
        .unwrap();
    server.control(&["restart", "-w", "-s"]);
}

#[tokio::test]
async fn each_sslmode_is_as_strong_as_its_name() {
    let server = server();
    if certificates(&server).is_none() {
        return;
    }
    let place = server.directory.path().display().to_string();
    let at =
        |host: &str, rest: &str| format!("host={host} port={} dbname=postgres {rest}", server.port);
    let door = async |text: String| open(Login::read(&text, &environment())?).await;
    assert!(!encrypted(&door(at("localhost", "user=open sslmode=prefer")).await.unwrap()).await);
    assert!(door(at("localhost", "user=open sslmode=require")).await.is_err());
    show(&server, "server");
    // mode, authorities, name of the host: encrypted, or refused
    let rows = [
        ("disable", "", "localhost", Some(false)),
        ("allow", "", "localhost", Some(false)),
        ("prefer", "", "localhost", Some(true)),
        ("require", "", "127.0.0.1", Some(true)),
        ("verify-ca", "ca", "127.0.0.1", Some(true)),
        ("verify-ca", "other", "localhost", None),
        ("verify-full", "ca", "localhost", Some(true)),
        ("verify-full", "ca", "127.0.0.1", None),
        ("verify-full", "other", "localhost", None),
        ("verify-full", "system", "localhost", None),
    ];
    for (mode, roots, host, expected) in rows {
        let roots = match roots {
            "" => String::new(),
            "system" => "sslrootcert=system".to_owned(),
            name => format!("sslrootcert={place}/{name}.crt"),
        };
        match (expected, door(at(host, &format!("user=open sslmode={mode} {roots}"))).await) {
            (Some(wanted), Ok(door)) => {
                assert_eq!(encrypted(&door).await, wanted, "{mode} {roots} {host}");
            }
            (None, Err(problem)) => assert_eq!(problem.exit_code(), 3, "{problem}"),
            (_, outcome) => panic!("{mode} {roots} {host}: {outcome:?}"),
        }
    }
    // What the server wants decides between the ways that are allowed.
    assert!(
        encrypted(&door(at("127.0.0.1", "user=tls password=right sslmode=allow")).await.unwrap())
            .await
    );
    assert!(
        !encrypted(
            &door(at("127.0.0.1", "user=plain password=right sslmode=prefer")).await.unwrap()
        )
        .await
    );
    assert!(door(at("127.0.0.1", "user=plain password=right sslmode=require")).await.is_err());
    assert!(door(at("127.0.0.1", "user=tls password=right sslmode=disable")).await.is_err());
}

#[tokio::test]
async fn what_the_driver_cannot_do_is_refused_by_name() {
    for refused in
        ["channel_binding=require", "require_auth=scram-sha-256", "requirepeer=root", "sslsni=0"]
    {
        let name = refused.split('=').next().unwrap();
        let login = Login::read(
            &format!("host=localhost sslmode=require user=x {refused}"),
            &environment(),
        )
        .unwrap();
        let problem = open(login).await.unwrap_err();
        assert!(problem.summary.contains(name) && problem.exit_code() == 2, "{problem}");
    }
}
