//! What is typed after `:`: a view's address, or one of a few commands.

use crate::{
    address::{Address, VIEWS, View},
    pg::Problem,
};

/// What a command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Go there.
    Go(Box<Address>),
    /// Leave.
    Quit,
    /// Show the keys.
    Help,
    /// Act as somebody.
    As(String),
    /// Stop acting.
    Stop,
    /// Connect to another context.
    Context(String),
    /// Use another theme.
    Theme(String),
    /// Find anything.
    Find(String),
    /// Say which version this is.
    Version,
}

/// A command, as people meet it.
#[derive(Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it takes.
    pub takes: &'static str,
    /// One line of help.
    pub doc: &'static str,
}

/// All commands that are no views.
pub const COMMANDS: &[Spec] = &[
    Spec { name: "quit", aliases: &["q", "q!", "exit"], takes: "", doc: "leave purview" },
    Spec { name: "help", aliases: &["h", "keys"], takes: "", doc: "the keys of this place" },
    Spec { name: "find", aliases: &[], takes: "TEXT", doc: "find anything by name, e-mail or id" },
    Spec {
        name: "as",
        aliases: &["act"],
        takes: "USER",
        doc: "act as a user, or as another identity of the mapping",
    },
    Spec { name: "stop", aliases: &[], takes: "", doc: "stop acting as somebody" },
    Spec { name: "context", aliases: &["ctx"], takes: "NAME", doc: "connect to another context" },
    Spec { name: "theme", aliases: &["skin"], takes: "NAME", doc: "use another theme" },
    Spec { name: "version", aliases: &[], takes: "", doc: "which version this is" },
];

impl Command {
    /// Reads what was typed. Nothing typed is no command.
    pub fn parse(text: &str) -> Option<Result<Self, Problem>> {
        let text = text.trim().trim_start_matches(':').trim_start();
        if text.is_empty() {
            return None;
        }
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let spec = COMMANDS.iter().find(|spec| spec.name == name || spec.aliases.contains(&name));
        Some(match spec {
            Some(spec) => Self::named(spec, rest),
            None => text.parse().map(|address| Self::Go(Box::new(address))),
        })
    }

    fn named(spec: &Spec, rest: &str) -> Result<Self, Problem> {
        if spec.takes.is_empty() != rest.is_empty() {
            let (name, takes) = (spec.name, spec.takes);
            return Err(if rest.is_empty() {
                Problem::usage(format!("`{name}` needs to know which"))
                    .hint(format!("`{name} {takes}`"))
            } else {
                Problem::usage(format!("`{name}` takes nothing more: {rest}"))
            });
        }
        Ok(match spec.name {
            "quit" => Self::Quit,
            "help" => Self::Help,
            "find" => Self::Find(rest.to_owned()),
            "as" => Self::As(rest.trim_matches('"').to_owned()),
            "stop" => Self::Stop,
            "context" => Self::Context(rest.to_owned()),
            "theme" => Self::Theme(rest.to_owned()),
            _ => Self::Version,
        })
    }
}

/// What may be meant by `typed`: the rest of the line, to be shown behind the cursor.
///
/// `past` is what was typed before, newest last; `names` are organizations, `contexts` and `themes` what they say.
pub fn ghost(
    typed: &str,
    past: &[String],
    names: &[String],
    contexts: &[String],
    themes: &[&str],
) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    let Some((before, word)) = typed.rsplit_once(' ') else {
        return first_word(typed, past);
    };
    let earlier = past.iter().rev().find_map(|line| rest(line, typed));
    if earlier.is_some() || word.is_empty() || before.contains('/') {
        return earlier;
    }
    if let Some(context) = word.strip_prefix('@') {
        return contexts.iter().find_map(|name| rest(name, context));
    }
    match before.trim() {
        "theme" | "skin" => themes.iter().find_map(|name| rest(name, word)),
        "context" | "ctx" => contexts.iter().find_map(|name| rest(name, word)),
        _ => names.iter().find_map(|name| rest(name, word)),
    }
}

fn first_word(typed: &str, past: &[String]) -> Option<String> {
    let views = VIEWS.iter().flat_map(|spec| std::iter::once(&spec.name).chain(spec.aliases));
    let commands = COMMANDS.iter().flat_map(|spec| std::iter::once(&spec.name).chain(spec.aliases));
    let all: Vec<_> = views.chain(commands).copied().collect();
    let earlier = past.iter().rev().find_map(|line| rest(line, typed));
    let known = all.iter().filter(|_| !all.contains(&typed)).find_map(|name| rest(name, typed));
    earlier.or(known)
}

/// What is missing of `whole` after `begin`, whatever the case.
pub(super) fn rest(whole: &str, begin: &str) -> Option<String> {
    let head = whole.get(..begin.len())?;
    let tail = &whole[begin.len()..];
    (head.eq_ignore_ascii_case(begin) && !tail.is_empty()).then(|| tail.to_owned())
}

/// The list to which a thing of `view` belongs; the view itself where it is a list.
pub fn list_of(view: View) -> View {
    match view.spec().object {
        Some("organization") => View::Organizations,
        Some("department") => View::Departments,
        Some("user") => View::Users,
        Some("role") => View::Roles,
        Some("table") => View::Tables,
        Some("event") => View::Audit,
        Some(_) | None => view,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_and_views_have_no_name_in_common() {
        for spec in COMMANDS {
            for name in std::iter::once(&spec.name).chain(spec.aliases) {
                assert_eq!(View::named(name), None, "{name}");
            }
        }
    }

    #[test]
    fn people_type_commands_like_this() {
        let shown = |text: &str| match Command::parse(text) {
            None => "nothing".to_owned(),
            Some(Ok(command)) => format!("{command:?}"),
            Some(Err(problem)) => problem.to_string(),
        };
        assert_eq!(shown("  "), "nothing");
        assert_eq!(shown(":q"), "Quit");
        assert_eq!(shown("skin light"), "Theme(\"light\")");
        assert_eq!(shown("theme"), "`theme` needs to know which (`theme NAME`)");
        assert_eq!(shown("quit now"), "`quit` takes nothing more: now");
        assert!(shown("users acme").starts_with("Go("));
    }

    #[test]
    fn the_ghost_says_what_may_be_meant() {
        let past = vec!["users acme /ali".to_owned(), "tables".to_owned()];
        let ghost = |typed: &str| {
            let (names, contexts) = (["Globex".to_owned()], ["prod".to_owned()]);
            super::ghost(typed, &past, &names, &contexts, &["dark", "light"]).unwrap_or_default()
        };
        assert_eq!(ghost("us"), "ers acme /ali");
        assert_eq!(ghost("dep"), "artments");
        assert_eq!(ghost("users"), " acme /ali");
        assert_eq!(ghost("orgs"), "");
        assert_eq!(ghost("grants glo"), "bex");
        assert_eq!(ghost("users @p"), "rod");
        assert_eq!(ghost("theme l"), "ight");
    }

    proptest! {
        #[test]
        fn no_text_breaks_reader_or_ghost(text in any::<String>(), past in prop::collection::vec(any::<String>(), 0..3)) {
            let _ = Command::parse(&text);
            if let Some(rest) = ghost(&text, &past, &past, &past, &["dark"]) {
                prop_assert!(!rest.is_empty());
            }
        }
    }
}
