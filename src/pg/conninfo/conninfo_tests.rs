//! Connection strings, files and variables read as PostgreSQL's documentation and `fe-connect.c` have it.

use proptest::prelude::*;

use super::{
    environment::fake::{Given, environment},
    *,
};

fn read_in(text: &str, variables: &[(&str, &str)], files: Given) -> Result<Conninfo, Problem> {
    Conninfo::read(text, &environment(variables, files))
}

fn read(text: &str) -> Result<Conninfo, Problem> {
    read_in(text, &[], Given::default())
}

/// `user@host:port/database` as it was understood.
fn meant(text: &str) -> String {
    match read(text) {
        Ok(info) => {
            let hosts: Vec<_> = info.hosts.iter().map(ToString::to_string).collect();
            format!("{}@{}/{}", info.user, hosts.join(","), info.database)
        }
        Err(problem) => problem.summary,
    }
}

fn password(info: &Conninfo) -> Option<&Password> {
    info.passwords.first()?.as_ref()
}

#[test]
fn urls_of_the_documentation_mean_what_it_says() {
    let rows = [
        ("postgresql://", "me@/tmp:5432/me"),
        ("postgresql://localhost", "me@localhost:5432/me"),
        ("postgresql://localhost:5433", "me@localhost:5433/me"),
        ("postgresql://localhost/mydb", "me@localhost:5432/mydb"),
        ("postgresql://user@localhost", "user@localhost:5432/user"),
        ("postgresql://user:secret@localhost", "user@localhost:5432/user"),
        (
            "postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp",
            "other@localhost:5432/otherdb",
        ),
        (
            "postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp",
            "me@host1:123,host2:456/somedb",
        ),
        (
            "postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff",
            "user@localhost:5433/mydb",
        ),
        ("postgresql:///mydb?host=localhost&port=5433", "me@localhost:5433/mydb"),
        ("postgresql://[2001:db8::1234]/database", "me@[2001:db8::1234]:5432/database"),
        ("postgresql:///dbname?host=/var/lib/postgresql", "me@/var/lib/postgresql:5432/dbname"),
        ("postgresql://%2Fvar%2Flib%2Fpostgresql/dbname", "me@/var/lib/postgresql:5432/dbname"),
        ("postgres://a%20b:p@h/d%2Fe", "a b@h:5432/d/e"),
        ("postgres://h1,h2:1/", "me@h1:5432,h2:1/me"),
        ("postgres://h?dbname=x", "me@h:5432/x"),
        ("postgres://:p@h", "me@h:5432/me"),
        ("postgres://u@:6543/d", "u@/tmp:6543/d"),
        ("postgres://h/d?user=u&", "u@h:5432/d"),
    ];
    for (url, expected) in rows {
        assert_eq!(meant(url), expected, "{url}");
    }
}

#[test]
fn words_are_read_with_their_quotes_and_backslashes() {
    let rows = [
        ("host=localhost port=5432 dbname=mydb connect_timeout=10", "me@localhost:5432/mydb"),
        ("host = h  user = 'a b' dbname='it\\'s'", "a b@h:5432/it's"),
        ("user=a\\ b host=h", "a b@h:5432/a b"),
        ("host=h\tuser=u\n", "u@h:5432/u"),
        ("user='' host=h", "me@h:5432/me"),
        ("host=h host=g", "me@g:5432/me"),
        ("host=/run/pg,h port=1,2", "me@/run/pg:1,h:2/me"),
        ("", "me@/tmp:5432/me"),
    ];
    for (words, expected) in rows {
        assert_eq!(meant(words), expected, "{words}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_without_repeating_a_piece_of_a_password() {
    let rows = [
        "postgres://u:hunter2/x@h/d",
        "postgres://u:%zzhunter2@h/d",
        "postgres://u:%00hunter2@h/d",
        "postgres://[hunter2",
        "postgres://[]/d",
        "postgres://[::1]hunter2/d",
        "postgres://h/d?password=hunter2=x",
        "postgres://h/d?hunter2",
        "postgres://h/d?user=u&&hunter2",
        "postgres://h:hunter2",
        "postgres://h:1/23@hunter2/d",
        "password=a hunter2",
        "password='hunter2",
        "password=a hunter2=b",
        "hunter2",
        "host=h port=0",
        "host=a,b port=1,2,3",
        "host=a,b hostaddr=127.0.0.1",
        "hostaddr=hunter2",
        "connect_timeout=soon",
        "sslmode=perhaps",
        "host=h sslmode=verify-full",
        "sslrootcert=system sslmode=require",
        "sslrootcert=/no/such/file",
        "target_session_attrs=fast",
    ];
    for text in rows {
        let problem = read(text).expect_err(text);
        assert_eq!(problem.exit_code(), 2, "{text}");
        assert!(!problem.to_string().contains("hunter2"), "{problem}");
    }
}

#[test]
fn no_parameter_is_ignored() {
    assert_eq!(read("colour=red").unwrap_err().summary, "unknown connection parameter: `colour`");
    for refused in [
        "gssencmode=require",
        "replication=database",
        "client_encoding=latin1",
        "sslcompression=1",
        "sslcrldir=/x",
        "sslpassword=x",
        "scram_client_key=x",
        "oauth_issuer=x",
        "sslkeylogfile=x",
        "sslcertmode=require",
        "require_auth=gss",
    ] {
        let name = refused.split('=').next().unwrap();
        let summary = read(&format!("host=h {refused}")).expect_err(refused).summary;
        assert!(summary.contains(name), "{summary}");
    }
    let harmless = "gssencmode=prefer client_encoding=UTF8 replication=false sslcompression=0 max_protocol_version=latest";
    assert!(read(harmless).is_ok());
    let problem = read_in("", &[("PGGSSENCMODE", "require")], Given::default()).unwrap_err();
    assert!(problem.summary.ends_with("set by `PGGSSENCMODE`"), "{problem}");
}

#[test]
fn the_string_counts_before_the_service_and_that_before_variables() {
    let files = || {
        Given::default()
            .with(
                "/home/me/.pg_service.conf",
                0o644,
                "# mine\n[other]\nhost=o\n\n[prod]\nhost=service\nport=1\nport=2\n[x]\nuser=x\n",
            )
            .with(
                "/etc/postgresql-common/pg_service.conf",
                0o644,
                "[prod]\nhost=never\n[system]\nhost=sys\n",
            )
    };
    let variables = [
        ("PGHOST", "variable"),
        ("PGPORT", "7"),
        ("PGUSER", "v"),
        ("PGDATABASE", "vd"),
        ("PGSERVICE", "prod"),
    ];
    let shown = |text: &str| {
        let info = read_in(text, &variables, files()).unwrap();
        format!("{}@{}/{}", info.user, info.hosts[0], info.database)
    };
    assert_eq!(shown(""), "v@service:1/vd");
    assert_eq!(shown("port=5"), "v@service:5/vd");
    assert_eq!(shown("service=system"), "v@sys:7/vd");
    assert_eq!(shown("postgres:///d?service=other&user=u"), "u@o:7/d");
    // An empty value counts as given, and means the default.
    assert_eq!(shown("host='' dbname='' port=''"), "v@/tmp:5432/v");
    assert!(read_in("service=nobody", &variables, files()).is_err());
}

#[test]
fn a_wrong_service_file_is_told_with_its_line() {
    let wrong = |line: &str| {
        let files = Given::default().with("/s.conf", 0o644, &format!("[a]\nhost=h\n{line}\n"));
        read_in("service=a", &[("PGSERVICEFILE", "/s.conf")], files).unwrap_err().summary
    };
    assert_eq!(wrong("port"), "/s.conf:3: a line has no `=`");
    assert_eq!(wrong("service=b"), "/s.conf:3: a service cannot name another service");
    assert_eq!(wrong("colour=red"), "/s.conf:3: unknown connection parameter: `colour`");
    assert!(read_in("service=a", &[("PGSERVICEFILE", "/none")], Given::default()).is_err());
}

#[test]
fn the_first_line_of_the_password_file_that_fits_counts() {
    let text = "#h:5432:d:u:comment\n\
                other:*:*:*:no\n\
                h:5432:d:u:fi\\:rst\\\\\n\
                h:*:*:*:second\n\
                localhost:*:*:*:socket\n\
                /run/pg:*:*:*:directory\n\
                ::1:*:*:*:six\n\
                a\\:b:*:*:*:colon:ignored\n\
                10.0.0.1:*:*:*:address\n\
                nothing:*:*:*:\n";
    let rows = [
        ("host=h user=u dbname=d", Some("fi:rst\\")),
        ("host=h user=u dbname=e", Some("second")),
        ("host=h user=u dbname=d password=given", Some("given")),
        ("dbname=d", Some("socket")),
        ("host=/tmp", Some("socket")),
        ("host=/run/pg", Some("directory")),
        ("host=::1", Some("six")),
        ("host=a:b", Some("colon")),
        ("hostaddr=10.0.0.1", Some("address")),
        ("host=name hostaddr=10.0.0.1", None),
        ("host=unknown", None),
        ("host=nothing", None),
    ];
    for (words, expected) in rows {
        let files = Given::default().with("/home/me/.pgpass", 0o600, text);
        let info = read_in(words, &[], files).unwrap();
        assert_eq!(password(&info), expected.map(Password::new).as_ref(), "{words}");
        assert!(info.warnings.is_empty());
    }
}

#[test]
fn a_password_file_that_others_may_read_is_not_used_and_that_is_said() {
    for mode in [0o640, 0o604, 0o660] {
        let files = Given::default().with("/p", mode, "*:*:*:*:secret");
        let info = read_in("host=h passfile=/p", &[], files).unwrap();
        assert_eq!(password(&info), None);
        assert!(info.warnings[0].ends_with("chmod 600 /p"), "{:?}", info.warnings);
    }
    let files = Given::default().with("/p", 0o400, "*:*:*:*:secret");
    let info = read_in("host=h", &[("PGPASSFILE", "/p")], files).unwrap();
    assert_eq!(password(&info), Some(&Password::new("secret")));
}

#[test]
fn each_host_has_the_password_of_its_own_line() {
    let files = Given::default().with("/home/me/.pgpass", 0o600, "a:*:*:*:one\nb:2:*:*:two\n");
    let info = read_in("postgres://a:1,b:2,b:3/", &[], files).unwrap();
    assert_eq!(info.passwords, [Some(Password::new("one")), Some(Password::new("two")), None]);
}

#[test]
fn the_socket_of_the_server_that_listens_on_the_port_is_found() {
    let files = Given::default()
        .with("/var/run/postgresql", 0o755, "")
        .socket("/var/run/postgresql/.s.PGSQL.5433")
        .with("/tmp", 0o777, "")
        .socket("/tmp/.s.PGSQL.5432");
    let host = |words: &str| read_in(words, &[], files.clone()).unwrap().hosts[0].to_string();
    assert_eq!(host("port=5433"), "/var/run/postgresql:5433");
    assert_eq!(host("port=5432"), "/tmp:5432");
    assert_eq!(host("port=1"), "/var/run/postgresql:1");
}

#[test]
fn each_tls_mode_asks_for_what_its_name_says() {
    let files =
        Given::default().with("/ca", 0o644, "").with("/home/me/.postgresql/root.crt", 0o644, "");
    let tls = |words: &str, files: &Given| {
        let info = read_in(&format!("host=h {words}"), &[], files.clone()).unwrap();
        (info.tls.when, info.tls.check)
    };
    let none = Given::default();
    assert_eq!(tls("", &none), (When::Offered, Check::Nothing));
    assert_eq!(tls("sslmode=disable sslrootcert=/ca", &none), (When::Never, Check::Nothing));
    assert_eq!(tls("sslmode=allow", &none), (When::Demanded, Check::Nothing));
    assert_eq!(tls("sslmode=require", &none), (When::Always, Check::Nothing));
    // An authority that is there is used, as in libpq.
    assert_eq!(tls("sslmode=require", &files), (When::Always, Check::Authority));
    assert_eq!(tls("sslmode=verify-ca", &files), (When::Always, Check::Authority));
    assert_eq!(tls("sslmode=verify-full sslrootcert=/ca", &files), (When::Always, Check::Name));
    assert_eq!(tls("sslrootcert=system", &none), (When::Always, Check::Name));
    assert_eq!(read("hostaddr=10.0.0.1 sslrootcert=system").unwrap_err().exit_code(), 2);
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let files = |mode| {
        Given::default().with("/home/me/.postgresql/postgresql.crt", 0o644, "").with(
            "/home/me/.postgresql/postgresql.key",
            mode,
            "",
        )
    };
    assert!(read_in("host=h", &[], files(0o600)).unwrap().tls.client.is_some());
    assert!(read_in("host=h sslcertmode=disable", &[], files(0o644)).unwrap().tls.client.is_none());
    let problem = read_in("host=h", &[], files(0o640)).unwrap_err();
    assert_eq!(problem.hint.unwrap(), "chmod 600 /home/me/.postgresql/postgresql.key");
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let login: super::super::Login = super::super::Login::read(
        "postgres://u:hunter2@h1,h2:6/d?application_name=a",
        &environment(&[("PGSSLKEY", "")], Given::default()),
    )
    .unwrap();
    assert_eq!(login.to_string(), "u@h1:5432,h2:6/d");
    let info = read("postgres://u:hunter2@h").unwrap();
    let surroundings = environment(&[("PGPASSWORD", "hunter2")], Given::default());
    let printed = format!("{login:?} {login} {info:?} {surroundings:?}");
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn a_string_that_holds_a_password_is_known_as_one() {
    assert!(holds_password("postgres://u:p@h") && holds_password("host=h password=p"));
    assert!(holds_password("postgres://h?password=p") && holds_password("postgres://%"));
    assert!(!holds_password("postgres://u@h") && !holds_password("host=h password=''"));
}

/// A part of a URL with everything encoded that might mean something.
fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_but_never_a_panic(text in ".*", tail in "[ -~]*") {
        for start in ["", "postgres://", "postgresql://u:p@h/d?", "host="] {
            let _ = read(&format!("{start}{text}"));
            let _ = read(&format!("{start}{tail}"));
        }
    }

    #[test]
    fn any_files_are_read_or_refused_but_never_a_panic(pass in "[h:*\\\\\n#5a ]*", service in "(\\[a\\]|host=|[ -~]|\n)*") {
        let files = Given::default().with("/p", 0o600, &pass).with("/s", 0o600, &service);
        let _ = read_in("service=a host=h passfile=/p", &[("PGSERVICEFILE", "/s")], files);
    }

    #[test]
    fn a_url_made_of_parts_is_read_as_those_parts(
        user in "[^\0]{1,12}", secret in "[^\0]{1,12}", host in "[^\0,/@]{1,12}", port in 1u16.., database in "[^\0]{1,12}", name in "[^\0]{1,12}",
    ) {
        let url = format!("postgres://{}:{}@{}:{port}/{}?application_name={}", encode(&user), encode(&secret), encode(&host), encode(&database), encode(&name));
        let info = read(&url).unwrap();
        prop_assert_eq!(password(&info), Some(&Password::new(secret)));
        prop_assert_eq!(info.user, user);
        prop_assert_eq!(info.database, database);
        prop_assert_eq!(info.application, name);
        let place = Place::Network { name: Some(host), address: None };
        prop_assert_eq!(info.hosts, vec![Host { place, port }]);
    }

    #[test]
    fn words_made_of_parts_are_read_as_those_parts(
        user in "[^\0]{1,12}", secret in "[^\0]{1,12}", port in 1u16.., database in "[^\0]{1,12}", blank in "[ \t\n]{0,3}",
    ) {
        let words = format!("user{blank}={blank}{} password={} host=h port={port}{blank} dbname={}", quote(&user), quote(&secret), quote(&database));
        let info = read(&words).unwrap();
        prop_assert_eq!(password(&info), Some(&Password::new(secret)));
        prop_assert_eq!((info.user, info.database, info.hosts[0].port), (user, database, port));
    }

    #[test]
    fn a_line_made_for_a_place_fits_that_place(host in "[^\0,/@\r\n]{1,10}", user in "[^\0\r\n]{1,10}", secret in "[^\0\r\n]{1,10}") {
        let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
        // A host that begins with `#` would make the line a comment, in libpq too.
        prop_assume!(!host.starts_with('#'));
        let line = format!("{}:5432:*:{}:{}\n", escape(&host), escape(&user), escape(&secret));
        let files = Given::default().with("/p", 0o600, &line);
        let words = format!("host={} user={} passfile=/p", quote(&host), quote(&user));
        let info = read_in(&words, &[], files).unwrap();
        prop_assert_eq!(password(&info), Some(&Password::new(secret)));
    }
}
