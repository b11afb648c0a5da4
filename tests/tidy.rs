//! What never happens in this repository, kept so by reading it.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../examples/picture/panes.rs"]
mod panes;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository: its path from the top, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_in(&self, room: &str) -> bool {
        self.path == format!("src/{room}.rs") || self.path.starts_with(&format!("src/{room}/"))
    }

    /// The code without comments and without what only tests see.
    fn code(&self) -> String {
        if self.path.ends_with("_tests.rs") {
            return String::new();
        }
        let shipped = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = shipped.lines().map(|line| line.split("//").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn files(under: &str, ending: &str) -> Vec<Source> {
    fn walk(dir: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&top.join(under), ending, &mut found);
    found.sort();
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(top).unwrap().to_string_lossy().into_owned(),
    };
    found.into_iter().map(read).collect()
}

fn rust() -> Vec<Source> {
    files("src", ".rs")
}

/// Fails with the places where a word stands in a file that may not hold it.
fn only(words: &[&str], allowed: impl Fn(&Source) -> bool) {
    let sources = rust();
    let strays: Vec<String> = sources
        .iter()
        .filter(|source| !allowed(source))
        .flat_map(|source| {
            let code = source.code();
            words
                .iter()
                .filter(move |word| code.contains(**word))
                .map(|word| format!("{}: {word}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(strays.is_empty(), "not allowed here:\n{}", strays.join("\n"));
}

#[test]
fn only_the_door_names_the_driver() {
    only(&["sqlx::", "AssertSqlSafe", "PgConnection", "PgConnectOptions"], |source| {
        source.is_in("pg")
    });
}

#[test]
fn only_the_door_starts_a_transaction_or_takes_a_role() {
    let words = ["\"BEGIN", "\"COMMIT", "\"ROLLBACK", "SET LOCAL", "SET ROLE", "set_config('role'"];
    // The demo is made of SQL that says so in files of its own; the logins are printed; migrations are run inside the door.
    only(&words, |source| {
        ["pg", "migrate", "demo", "logins"].iter().any(|room| source.is_in(room))
    });
}

#[test]
fn only_builders_enter_the_workshop() {
    only(&["Workshop"], |source| ["pg", "migrate", "demo"].iter().any(|room| source.is_in(room)));
}

#[test]
fn rooms_know_nothing_of_the_faces() {
    only(&["ratatui", "crossterm"], |source| source.is_in("tui") || source.is_in("config"));
    only(&["clap::", "clap_complete", "clap_mangen"], |source| {
        source.is_in("cli") || source.path == "src/main.rs"
    });
    only(&["comfy_table"], |source| source.is_in("report"));
    only(&["crate::tui", "crate::cli"], |source| {
        source.is_in("tui") || source.is_in("cli") || source.path == "src/main.rs"
    });
}

#[test]
fn only_the_runtime_of_the_console_spawns_sleeps_and_reads_the_clock() {
    let runtime =
        |source: &Source| !source.is_in("tui") || source.path.starts_with("src/tui/runtime");
    only(
        &[
            "tokio::spawn",
            "spawn_local",
            "time::sleep",
            "sleep_until",
            "Utc::now",
            "Instant::now",
            "SystemTime::now",
        ],
        runtime,
    );
}

#[test]
fn nothing_is_printed_while_the_terminal_is_raw() {
    only(&["println!", "eprintln!", "print!(", "dbg!"], |source| {
        source.is_in("cli") || source.path == "src/main.rs"
    });
}

#[test]
fn colours_have_a_place_of_their_own() {
    only(&["Color::"], |source| source.is_in("config"));
}

#[test]
fn nothing_is_left_unfinished_or_waved_through() {
    only(
        &["todo!", "unimplemented!", "#[allow(", "#[ignore", "TODO", "FIXME", ".unwrap()"],
        |_| false,
    );
}

#[test]
fn every_source_file_says_first_what_it_is() {
    for source in rust().iter().chain(&files("tests", ".rs")).chain(&files("benches", ".rs")) {
        assert!(source.text.starts_with("//! "), "{} does not begin with `//!`", source.path);
    }
}

#[test]
fn no_file_is_two_files() {
    let long: Vec<_> = rust()
        .into_iter()
        .filter(|source| source.text.lines().count() > 650)
        .map(|source| source.path)
        .collect();
    assert!(long.is_empty(), "longer than 650 lines: {long:?}");
}

#[test]
fn every_statement_says_what_it_answers_for_which_versions_and_with_which_rights() {
    for source in files("src", ".sql") {
        if source.path.starts_with("src/demo/") {
            continue;
        }
        let head: Vec<_> = source.text.lines().take_while(|line| line.starts_with("-- ")).collect();
        let head = head.join("\n");
        assert!(!head.is_empty(), "{} does not begin with a comment", source.path);
        assert!(head.contains("PostgreSQL 1"), "{} does not say for which versions", source.path);
        assert!(
            head.to_lowercase().contains("need"),
            "{} does not say which rights it needs",
            source.path
        );
    }
}

#[test]
fn every_migration_has_a_way_back() {
    let ups = files("migrations", ".up.sql");
    assert!(ups.len() > 20);
    for up in ups {
        let down =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(up.path.replace(".up.sql", ".down.sql"));
        assert!(down.exists(), "{} has no way back", up.path);
        assert!(up.text.starts_with("-- "), "{} does not say what it brings", up.path);
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut section = String::new();
    let mut explained = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            line.clone_into(&mut section);
        } else if section.ends_with("dependencies]") && line.contains(" = ") {
            // A crate may share the reason of its neighbour above.
            assert!(explained, "no reason is given for: {line}");
        }
        explained = line.starts_with('#') || (explained && line.contains(" = "));
    }
}

#[test]
fn there_is_one_terminal_library_in_the_tree() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for name in ["ratatui", "crossterm", "sqlx-postgres", "tokio", "serde", "toml"] {
        let count = lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
        assert_eq!(count, 1, "{name}");
    }
}

#[test]
fn the_readme_names_every_picture_and_every_picture_that_it_names_is_there() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(top.join("README.md")).unwrap();
    let named = readme.split("](docs/").skip(1).filter_map(|rest| rest.split_once(')'));
    let mut named: Vec<&str> = named.filter_map(|(name, _)| name.strip_suffix(".svg")).collect();
    let mut drawn: Vec<&str> = panes::SHOTS.iter().map(|shot| shot.name).collect();
    named.sort_unstable();
    named.dedup();
    drawn.sort_unstable();
    assert_eq!(named, drawn);
    for name in drawn {
        let picture = fs::read_to_string(top.join("docs").join(name).with_extension("svg"));
        let picture = picture.unwrap_or_else(|_| panic!("`make picture` has not drawn {name}"));
        assert!(picture.starts_with("<svg") && picture.len() < 60_000, "{name}: {}", picture.len());
    }
}

#[test]
fn keys_md_says_what_the_keys_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("KEYS.md");
    let page = purview::tui::keysheet::page();
    if std::env::var_os("PURVIEW_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "KEYS.md is not what src/tui/action.rs says; PURVIEW_BLESS=1 cargo test --test tidy"
    );
}
