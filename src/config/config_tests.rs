//! Settings and contexts out of every layer, and what becomes of wrong ones.

use proptest::prelude::*;

use super::*;
use crate::pg::fake::{Given, environment};

const PATH: &str = "/home/me/config.toml";

fn around(variables: &[(&str, &str)], files: Given) -> Environment {
    let mut all = vec![("PURVIEW_CONFIG", PATH)];
    all.extend(variables);
    environment(&all, files)
}

fn load_with(text: &str, mode: u32, variables: &[(&str, &str)]) -> (Config, Environment) {
    let environment = around(variables, Given::default().with(PATH, mode, text));
    (Config::load(&Flags::default(), &environment), environment)
}

fn load(text: &str) -> Config {
    load_with(text, 0o600, &[]).0
}

#[test]
fn the_sample_says_exactly_the_defaults() {
    let (sampled, none) = (load(&sample()), load(""));
    assert_eq!(sampled.problems, []);
    assert_eq!(format!("{sampled:?}"), format!("{none:?}"));
}

#[test]
fn the_sample_in_the_repository_is_the_one_that_the_program_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.sample.toml");
    // `PURVIEW_BLESS=1 cargo test sample` writes it anew.
    if std::env::var_os("PURVIEW_BLESS").is_some() {
        std::fs::write(&path, sample()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), sample());
}

#[test]
fn what_the_sample_has_behind_comment_signs_is_right_too() {
    let text = sample().replace("[contexts]\n", "");
    let (head, context) = text.split_once("# [contexts.prod]").unwrap();
    let context = context.replace("\n# ", "\n");
    let config = load(&format!("{head}[contexts.prod]{context}"));
    assert_eq!(config.problems, []);
    let prod = config.context("prod").unwrap();
    assert!(prod.production && prod.is_read_only() && prod.password_command.is_some());
}

#[test]
fn a_flag_counts_before_a_variable_that_before_the_file_and_that_before_the_default() {
    let text = "theme = \"light\"\nacting_minutes = 5\n";
    let variables = [("PURVIEW_THEME", "mono"), ("PURVIEW_ACTING_MINUTES", "6")];
    let flags = Flags { theme: Some("flag".into()), ..Flags::default() };
    assert_eq!(load("").theme, "dark");
    assert_eq!(load(text).theme, "light");
    let (config, environment) = load_with(text, 0o600, &variables);
    assert_eq!((config.theme.as_str(), config.acting_minutes), ("mono", 6));
    assert_eq!(Config::load(&flags, &environment).theme, "flag");
    // An empty variable says nothing.
    assert_eq!(load_with(text, 0o600, &[("PURVIEW_THEME", "")]).0.theme, "light");
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_rest_still_counts() {
    let rows = [
        ("theme = 5\nkeymap = \"vim\"", "/home/me/config.toml:1: `theme` has to be a string"),
        ("keymap = \"vim\"\n\ncolour = 1", "/home/me/config.toml:3: unknown setting: `colour`"),
        ("keymap = \"vim\"\nkeys = 1", "/home/me/config.toml:2: `keys` has to be a table: [keys]"),
        (
            "keymap = \"vim\"\n[contexts.a]\nurl = \"\"\nproduktion = true",
            "/home/me/config.toml:4: unknown field `produktion`",
        ),
        (
            "keymap = \"vim\"\n[contexts.a]\nproduction = 1",
            "/home/me/config.toml:3: invalid type: integer `1`, expected a boolean",
        ),
        (
            "keymap = \"vim\"\n[contexts.a]\npassword_command = 1",
            "/home/me/config.toml:3: a command as a string, or its words as an array of strings",
        ),
    ];
    for (text, summary) in rows {
        let config = load(text);
        assert_eq!((config.theme.as_str(), config.keymap.as_str()), ("dark", "vim"));
        assert!(config.problems[0].summary.starts_with(summary), "{:?}", config.problems);
    }
    let config = load("theme = \"light\"\n[contexts\n");
    assert_eq!(config.theme, "dark");
    assert!(
        config.problems[0].summary.starts_with("/home/me/config.toml:2: "),
        "{:?}",
        config.problems
    );
    let config = load("acting_minutes = 0");
    assert_eq!((config.acting_minutes, config.problems.len()), (30, 1));
}

#[test]
fn a_wrong_context_stops_whoever_asks_for_it_and_nobody_else() {
    let config = load("[contexts.prod]\nproduction = \"yes\"\n[contexts.dev]\nurl = \"host=h\"");
    assert!(config.context("dev").is_ok());
    assert!(config.context("prod").unwrap_err().summary.contains("config.toml:2: "));
    let config = load("[contexts.dev]\nurl = \"host=h\"");
    let hint = config.context("prod").unwrap_err().hint.unwrap();
    assert_eq!(hint, "there are dev; they are defined in `/home/me/config.toml`");
}

#[test]
fn a_file_with_a_password_that_others_may_read_is_refused() {
    let rows = [
        ("url = \"postgres://u:hunter2@h\"", true),
        ("url = \"host=h password=hunter2\"", true),
        ("url = \"postgres://u@h\"\nacting_url = \"postgres://h?password=hunter2\"", true),
        ("url = \"postgres://u@h\"", false),
    ];
    for (text, secret) in rows {
        let text = format!("[contexts.a]\n{text}");
        let (shared, _) = load_with(&text, 0o640, &[]);
        assert_eq!(shared.context("a").is_err(), secret, "{text}");
        if secret {
            assert!(shared.problems[0].hint.as_deref().unwrap().starts_with("chmod 600 "));
            assert!(!format!("{shared:?}").contains("hunter2"));
        }
        let (private, _) = load_with(&text, 0o600, &[]);
        assert!(private.context("a").is_ok());
        assert!(!format!("{private:?}").contains("hunter2"));
    }
}

#[test]
fn a_password_that_is_given_twice_is_refused() {
    let text = "[contexts.a]\nurl = \"postgres://u:p@h\"\npassword_command = \"pass\"";
    assert!(load(text).context("a").unwrap_err().summary.contains("given twice"));
}

#[test]
fn the_database_is_the_one_that_the_strongest_layer_names() {
    let text = "context = \"a\"\n[contexts.a]\nurl = \"host=a user=u\"\nacting_url = \"host=a user=jail\"\nproduction = true\n\
                [contexts.b]\nurl = \"host=b user=u\"\nread_only = true";
    let shown = |variables: &[(&str, &str)], flags: Flags| {
        let (config, environment) = load_with(text, 0o600, variables);
        let found = config.connection(&flags, &environment).unwrap();
        let acting = found.acting.map(|login| login.role().to_owned()).unwrap_or_default();
        format!("{} {acting} {} {}", found.login, found.production, found.read_only)
    };
    let flags = |target: &str| Flags { target: Some(target.into()), ..Flags::default() };
    let url = Flags { url: Some("postgres://u@flag".into()), ..Flags::default() };
    let context = Flags { context: Some("b".into()), ..Flags::default() };
    let acting = Flags { acting_url: Some("user=f".into()), ..context.clone() };
    let variable = ("PURVIEW_URL", "postgres://u@variable");
    assert_eq!(shown(&[], Flags::default()), "u@a:5432/u jail true true");
    assert_eq!(shown(&[("PURVIEW_CONTEXT", "b")], Flags::default()), "u@b:5432/u  false true");
    assert_eq!(shown(&[variable], Flags::default()), "u@variable:5432/u  false false");
    assert_eq!(shown(&[variable], context), "u@b:5432/u  false true");
    assert_eq!(shown(&[variable], url), "u@flag:5432/u  false false");
    assert_eq!(shown(&[variable], flags("b")), "u@b:5432/u  false true");
    assert_eq!(shown(&[variable], flags("host=c user=u")), "u@c:5432/u  false false");
    assert_eq!(shown(&[("PURVIEW_ACTING_URL", "user=v")], flags("b")), "u@b:5432/u v false true");
    assert_eq!(shown(&[("PURVIEW_ACTING_URL", "user=v")], acting), "u@b:5432/u f false true");
    let both = Flags { url: Some("host=h".into()), ..flags("a") };
    let (config, environment) = load_with(text, 0o600, &[]);
    assert_eq!(config.connection(&both, &environment).unwrap_err().exit_code(), 2);
}

#[test]
fn without_a_word_about_it_the_database_is_where_libpq_would_go() {
    let (config, environment) = load_with("", 0o600, &[("PGHOST", "h"), ("PGDATABASE", "d")]);
    let found = config.connection(&Flags::default(), &environment).unwrap();
    assert_eq!((found.login.to_string().as_str(), found.named), ("me@h:5432/d", true));
    let (config, environment) = load_with("", 0o600, &[]);
    assert!(!config.connection(&Flags::default(), &environment).unwrap().named);
}

#[test]
fn a_context_that_was_added_stands_behind_one_of_the_file() {
    let mut config = load("[contexts.demo]\nurl = \"host=mine\"");
    config.add_context("demo", Context { url: "host=demo".into(), ..Context::default() });
    config.add_context("other", Context { url: "host=demo".into(), ..Context::default() });
    assert_eq!(config.context("demo").unwrap().url, "host=mine");
    assert_eq!(config.contexts().collect::<Vec<_>>(), ["demo", "other"]);
}

mod asking {
    use std::{cell::Cell, rc::Rc};

    use super::*;
    use crate::pg::{Kind, Login, Problem};

    fn login(text: &str) -> Login {
        Login::read(text, &around(&[], Given::default())).unwrap()
    }

    fn refusal(sqlstate: &str) -> Problem {
        let mut problem = Problem::new(Kind::Connection, "no");
        problem.sqlstate = Some(sqlstate.into());
        problem
    }

    /// How often somebody was asked, and how often it was tried, when the server refuses `refusals` times.
    fn asked(text: &str, sqlstate: &str, refusals: usize, answer: &'static str) -> (usize, usize) {
        let (asked, tried) = (Rc::new(Cell::new(0)), Cell::new(0));
        let count = Rc::clone(&asked);
        let secrets = Secrets::asking(move |prompt| {
            assert_eq!(prompt, "Password for u@h:5432/u: ");
            count.set(count.get() + 1);
            std::future::ready(Ok(answer.to_owned()))
        });
        let attempt = async || {
            tried.set(tried.get() + 1);
            if tried.get() > refusals { Ok(()) } else { Err(refusal(sqlstate)) }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _ = runtime.block_on(secrets.supply(&login(text), attempt));
        (asked.get(), tried.get())
    }

    #[test]
    fn somebody_is_asked_only_for_a_password_that_is_missing() {
        assert_eq!(asked("host=h user=u", "28P01", 0, "x"), (0, 1));
        assert_eq!(asked("host=h user=u", "28P01", 1, "x"), (1, 2));
        assert_eq!(asked("host=h user=u", "28P01", 9, "x"), (3, 4));
        assert_eq!(asked("host=h user=u", "28P01", 9, ""), (1, 1));
        assert_eq!(asked("host=h user=u", "28000", 9, "x"), (0, 1));
        assert_eq!(asked("host=h user=u password=p", "28P01", 9, "x"), (0, 1));
    }
}

proptest! {
    #[test]
    fn any_text_is_a_file_that_is_read_or_told_wrong(text in "([a-z]{1,8}( = |\\.)|\\[|\\]|\"|contexts|keys|theme|[ -~]|\n)*") {
        let config = load(&text);
        prop_assert!(config.problems.iter().all(|problem| problem.summary.starts_with(PATH) || problem.summary.contains("acting_minutes")));
    }
}
