//! Where nothing is migrated: behind a pooler, where a lock is nobody's, and on a standby; both are told before anything is agreed to or written.

use std::process::Command;

use crate::{
    folder,
    program::{Program, Ran},
    server::{Pooler, Server, done, skipped},
};

/// What `purview migrate` says to `words`, over the server on `port`.
fn migrate(server: &Server, port: u16, words: &[&str]) -> Ran {
    let place = server.directory.path().display();
    let url = format!("host={place} port={port} user=postgres dbname=postgres");
    let program = Program::new();
    program.run(["migrate"].iter().chain(words).copied().chain(["--url", &url]))
}

fn psql(server: &Server, question: &str) -> String {
    let mut psql = Command::new("psql");
    let output = psql.arg(server.socket()).args(["-qAt", "-c", question]).output().unwrap();
    done(&output);
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Nothing was written: neither a history nor what the migration makes.
const NOTHING: &str =
    "SELECT to_regclass('_sqlx_migrations') IS NULL AND to_regclass('made') IS NULL";

#[test]
fn nothing_is_migrated_behind_a_pooler_and_everything_past_it() {
    let server = Server::start("local all all trust\n", "");
    let Some(pooler) = Pooler::start(&server, 4) else {
        return skipped("pgbouncer is not installed");
    };
    let files =
        folder(&[("1_a.up.sql", "CREATE TABLE made ()"), ("1_a.down.sql", "DROP TABLE made")]);
    let source = files.path().to_str().unwrap();
    let up = ["up", "--source", source, "--yes", "--no-count"];
    let refused = migrate(&server, pooler.port, &up);
    assert_ne!(refused.code, 0, "{}", refused.said);
    assert!(refused.said.contains("pooler") && refused.said.contains("hint: "), "{}", refused.said);
    assert_eq!(psql(&server, NOTHING), "t");
    // Looking is possible there all the same.
    let status = migrate(&server, pooler.port, &["status", "--source", source, "-o", "csv"]);
    assert!(status.code == 0 && status.out.contains("1,a,pending"), "{status:?}");
    let done = migrate(&server, server.port, &up);
    assert_eq!(done.code, 0, "{}", done.said);
    assert_eq!(psql(&server, "SELECT to_regclass('made')"), "made");
    let down = ["down", "--to", "0", "--source", source, "--yes", "--no-count"];
    let refused = migrate(&server, pooler.port, &down);
    assert!(refused.code != 0 && refused.said.contains("pooler"), "{}", refused.said);
    assert_eq!(psql(&server, "SELECT to_regclass('made')"), "made");
}

#[test]
fn nothing_is_migrated_on_a_standby() {
    let server = Server::start("local replication postgres trust\n", "wal_level = replica");
    let standby = server.standby();
    let files = folder(&[("1_a.up.sql", "CREATE TABLE made ()")]);
    let source = files.path().to_str().unwrap();
    assert_eq!(psql(&standby, "SELECT pg_is_in_recovery()"), "t");
    let refused =
        migrate(&standby, standby.port, &["up", "--source", source, "--yes", "--no-count"]);
    assert_ne!(refused.code, 0, "{}", refused.said);
    assert!(
        refused.said.contains("standby") && refused.said.contains("hint: "),
        "{}",
        refused.said
    );
    let status = migrate(&standby, standby.port, &["status", "--source", source, "-o", "csv"]);
    assert!(status.code == 0 && status.out.contains("1,a,pending"), "{status:?}");
    for server in [&server, &standby] {
        assert_eq!(psql(server, NOTHING), "t");
    }
}
