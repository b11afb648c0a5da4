//! The command line without a server: help, arguments, configuration, and what is never said.

mod program;

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use program::{Program, Ran};
use rustix::process::Signal;

/// Every command whose help people read.
const COMMANDS: [&str; 37] = [
    "",
    "demo",
    "get",
    "cost",
    "sql",
    "audit",
    "explain",
    "migrate",
    "migrate status",
    "migrate plan",
    "migrate up",
    "migrate down",
    "migrate redo",
    "rls",
    "rls hidden",
    "rls why",
    "rls rows",
    "rls matrix",
    "rls compare",
    "rls who",
    "rls leaks",
    "rls what-if",
    "rls lint",
    "rls test",
    "rls snapshot",
    "rls check",
    "rls draft",
    "doctor",
    "roles",
    "mapping",
    "mapping init",
    "mapping check",
    "mapping show",
    "mapping allow",
    "completions",
    "man",
    "get users",
];

fn words(line: &str) -> Vec<&str> {
    line.split(' ').filter(|word| !word.is_empty()).collect()
}

#[test]
fn help_reads_well_in_eighty_columns() {
    let program = Program::new().with("COLUMNS", "200");
    for command in COMMANDS {
        let ran = program.run(words(&format!("{command} --help")));
        let help = ran.data();
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
            assert!(!line.contains('\x1b'), "{command}: {line:?}");
        }
        let name =
            if command.is_empty() { "purview".to_owned() } else { command.replace(' ', "-") };
        insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, {
            insta::assert_snapshot!("help", help);
        });
    }
}

#[test]
fn the_short_and_the_long_help_are_one() {
    let program = Program::new();
    for command in COMMANDS {
        let help = |flag: &str| program.run(words(&format!("{command} {flag}"))).data();
        assert_eq!(help("-h"), help("--help"), "{command}");
    }
}

#[test]
fn what_is_wrong_with_the_arguments_is_said_with_exit_code_2() {
    let program = Program::new();
    let mut said = String::new();
    for line in [
        "get",
        "get people",
        "gte users",
        "get users --sort",
        "get users --limit many",
        "get users -o xml",
        "get users --as ann --role app",
        "get users --set app.user=1",
        "get users --context a --url postgres://h/db",
        "get tables --org acme",
        "get roles public.users",
        "get rows",
        "roles",
        "mapping",
        "completions tcsh",
        "man nothing",
        "--context nothing get users",
        "nothing",
        "nothing get users",
        "--at nowhere postgres://h/db",
        "demo --system nothing",
        "demo dance",
        "--url nonsense get users",
        "--url postgres://h:port/db get users",
    ] {
        let ran = program.run(words(line));
        assert_eq!(ran.code, 2, "{line}: {}", ran.said);
        assert_eq!(ran.out, "", "{line}");
        assert!(ran.said.starts_with("error: ") || line == "mapping", "{line}: {}", ran.said);
        let home = program.home().display().to_string();
        writeln!(said, "$ purview {line}\n{}", ran.said.replace(&home, "~")).unwrap();
    }
    insta::assert_snapshot!("errors", said);
}

#[test]
fn what_is_wrong_with_the_file_is_told_once() {
    let program = Program::new();
    let path = program.home().join("config.toml");
    std::fs::write(&path, "theme = 7\n[contexts.bad]\nurl = 5\n").unwrap();
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    for (context, wrong) in [("bad", "config.toml:3: "), ("none", "config.toml:1: ")] {
        for command in ["get users", "doctor"] {
            let ran = program.run(words(&format!("--context {context} {command}")));
            let all = format!("{}{}", ran.out, ran.said);
            assert_eq!((ran.code, all.matches(wrong).count()), (2, 1), "{command}: {all}");
        }
    }
}

#[test]
fn a_password_that_was_typed_is_never_said() {
    let url = "postgresql://me:hunter2@127.0.0.1:1/db";
    let spaced = "postgresql://me:hunter2 too@127.0.0.1:1/db";
    let conninfo = "host=127.0.0.1 port=1 user=me password='hunter2 too' dbname=db";
    let query = "postgresql://127.0.0.1:1/db?user=me&password=hunter2";
    for secret in [url, spaced, conninfo, query] {
        for arguments in [
            vec!["get", secret],
            vec!["get", "users", secret],
            vec!["get", "users", "public.t", secret],
            vec![secret],
            vec![secret, secret],
            vec![secret, "get", "users"],
            vec!["--url", secret, "get", "users"],
            vec!["--url", secret, "--context", "x", "get", "users"],
            vec!["--context", secret, "get", "users"],
            vec!["--url", "postgres://127.0.0.1:1/db", "--acting-url", secret, "doctor"],
            vec!["--url", secret, "doctor", "-o", "json"],
            vec!["get", "users", "-o", secret],
            vec!["get", "users", "--limit", secret],
            vec!["--mapping", secret, "--url", secret, "get", "users"],
            vec!["demo", "--system", secret],
            vec!["--at", secret],
            vec!["man", secret],
            vec!["completions", secret],
            vec![secret, "--at", "nowhere"],
        ] {
            let ran = Program::new().run(&arguments);
            let all = format!("{}{}", ran.out, ran.said);
            assert!(!all.contains("hunter2") && !all.contains("too@"), "{arguments:?}: {all}");
            assert!(!all.contains("panicked"), "{arguments:?}: {all}");
        }
        let ran = Program::new().with("PURVIEW_URL", secret).run(["get", "users"]);
        assert!(!ran.said.contains("hunter2"), "{}", ran.said);
    }
}

#[test]
fn what_was_typed_cannot_drive_the_terminal() {
    let evil = "\x1b]0;title\x07\u{202e}evil";
    for arguments in
        [vec!["get", evil], vec![evil], vec!["man", evil], vec!["--context", evil, "doctor"]]
    {
        let ran = Program::new().run(&arguments);
        let all = format!("{}{}", ran.out, ran.said);
        assert!(!all.contains(['\x1b', '\x07', '\u{202e}']), "{arguments:?}: {all:?}");
        assert!(all.contains("evil"), "{arguments:?}: {all:?}");
    }
}

#[test]
fn without_a_connection_the_exit_code_is_3_and_nothing_is_printed() {
    for url in ["postgres://me@127.0.0.1:1/db", "postgres://me@%2Fnowhere/db"] {
        let ran = Program::new().run(["--url", url, "get", "users", "-o", "json"]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.said);
        assert!(ran.said.starts_with("error: ") && ran.said.contains("\nhint: "), "{}", ran.said);
    }
}

#[test]
fn a_flag_counts_more_than_a_variable() {
    let program = Program::new().with("PURVIEW_CONTEXT", "nothing");
    assert_eq!(program.run(["get", "users"]).code, 2);
    assert_eq!(program.run(["--url", "postgres://me@127.0.0.1:1/db", "get", "users"]).code, 3);
    let program = Program::new().with("PURVIEW_URL", "postgres://me@127.0.0.1:1/db");
    assert_eq!(program.run(["get", "users"]).code, 3);
    assert_eq!(program.run(["--context", "nothing", "get", "users"]).code, 2);
}

#[test]
fn an_interrupt_ends_whatever_waits_for_a_connection() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://me@{}/db?sslmode=disable", server.local_addr().unwrap());
    for command in
        ["get users", "doctor", "roles --print", "mapping show", "rls why t --role r --key 1"]
    {
        for signal in [Signal::INT, Signal::TERM] {
            let mut started = Program::new().with("PURVIEW_URL", &url).command(words(command));
            let child = started.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            // Somebody has come who will never be answered.
            let _silent = server.accept().unwrap();
            let ran = Ran::interrupted(child, signal);
            assert_eq!((ran.code, ran.out.as_str()), (130, ""), "{command}: {}", ran.said);
            assert_eq!(ran.said, "error: interrupted\n", "{command}");
        }
    }
}

#[test]
fn an_interrupt_ends_the_command_that_tells_a_password_too() {
    let program = Program::new();
    let pipe = program.home().join("alive");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Whoever holds the pipe open is alive.
    let script = format!("exec 3> '{}'; echo begun >&3; exec sleep 1000", pipe.display());
    let path = program.home().join("config.toml");
    let url = "postgres://me@127.0.0.1:1/db";
    std::fs::write(
        &path,
        format!("[contexts.x]\nurl = '{url}'\npassword_command = ['sh', '-c', \"{script}\"]\n"),
    )
    .unwrap();
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    let mut command = program.command(words("--context x get users"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut alive = BufReader::new(File::open(&pipe).unwrap());
    alive.read_line(&mut String::new()).unwrap();
    let ran = Ran::interrupted(child, Signal::INT);
    assert_eq!((ran.code, ran.said.as_str()), (130, "error: interrupted\n"));
    let mut rest = String::new();
    assert_eq!(alive.read_line(&mut rest).unwrap(), 0, "the command goes on: {rest}");
}

#[test]
fn the_doctor_looks_at_the_rest_where_there_is_no_connection() {
    let ran = Program::new().run(["--url", "postgres://me@127.0.0.1:1/db", "doctor"]);
    assert_eq!(ran.code, 3, "{}", ran.said);
    assert!(ran.out.starts_with("wrong "), "{}", ran.out);
    for about in ["journal", "terminal"] {
        assert!(ran.out.contains(about), "{}", ran.out);
    }
}

#[test]
fn the_console_needs_a_terminal() {
    let ran = Program::new().run(["postgres://me@127.0.0.1:1/db"]);
    assert_eq!(ran.code, 2);
    assert!(ran.said.contains("terminal"), "{}", ran.said);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in [vec!["--help"], vec!["man"], vec!["completions", "bash"], vec!["--version"]] {
        let mut command = Program::new().command(&arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn every_shell_has_its_completions_and_every_command_its_manual_page() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Program::new().run(["completions", shell]).data();
        assert!(script.contains("purview") && script.contains("doctor"), "{shell}");
    }
    assert!(Program::new().run(["man"]).data().contains(".TH purview 1"));
    for command in ["demo", "get", "cost", "doctor", "roles", "mapping", "completions", "man"] {
        let page = Program::new().run(["man", command]).data();
        assert!(page.contains(&format!(".TH purview-{command} 1")), "{page}");
    }
}

#[test]
fn without_a_demo_its_status_says_so() {
    let program = Program::new();
    let demo = program.home().join("demo").display().to_string();
    let program = program.with("PURVIEW_DEMO_DIR", demo);
    let ran = program.run(["demo", "status"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "there is no demo\n"));
    assert_eq!(program.run(["demo", "url"]).code, 3);
    assert_eq!(program.run(["demo", "stop"]).code, 0);
    assert_eq!(program.run(["demo", "reset"]).code, 0);
}
