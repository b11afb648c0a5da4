//! What the terminal can do, as far as it can be known without asking it.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

use super::finding::Finding;

const ABOUT: &str = "terminal";

/// How long tmux has to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Programs that put text into a clipboard of this machine.
const COPIERS: [&str; 4] = ["wl-copy", "xclip", "xsel", "pbcopy"];

/// What is known about the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terminal {
    term: Option<String>,
    colours: Option<String>,
    no_colour: bool,
    locale: Option<String>,
    /// Columns and rows, where standard output is a terminal.
    size: Option<(u16, u16)>,
    tmux: Option<Tmux>,
    screen: bool,
    remote: bool,
    copier: Option<&'static str>,
}

/// The tmux in between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tmux {
    escape_time: Option<u32>,
    set_clipboard: Option<String>,
}

impl Terminal {
    /// Looks at the environment of this process, and asks tmux if there is one.
    pub async fn look() -> Self {
        let filled = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        let copier = |name: &&&str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| Path::new(&folder).join(name).is_file())
        };
        Self {
            term: filled("TERM"),
            colours: filled("COLORTERM"),
            no_colour: filled("NO_COLOR").is_some(),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(filled),
            size: size.map(|size| (size.ws_col, size.ws_row)),
            tmux: if filled("TMUX").is_some() { Some(Tmux::ask().await) } else { None },
            screen: filled("STY").is_some(),
            remote: filled("SSH_CONNECTION").is_some(),
            copier: COPIERS.iter().find(copier).copied(),
        }
    }

    /// What is to be said about it.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.name(), self.colour(), self.characters()];
        findings.extend(self.room());
        findings.extend(self.tmux.iter().flat_map(Tmux::findings));
        findings.push(self.clipboard());
        findings
    }

    fn name(&self) -> Finding {
        match self.term.as_deref() {
            None | Some("dumb" | "unknown") => {
                Finding::note(ABOUT, "TERM names no terminal: the console cannot open here")
                    .hint("set TERM, as in `export TERM=xterm-256color`; `purview get` needs none")
            }
            Some(term) => Finding::ok(ABOUT, format!("TERM is {term}")),
        }
    }

    fn colour(&self) -> Finding {
        if self.no_colour {
            return Finding::ok(ABOUT, "no colours, because NO_COLOR is set");
        }
        let told = self.colours.as_deref();
        Finding::ok(
            ABOUT,
            match (told, self.term.as_deref().unwrap_or_default()) {
                (Some("truecolor" | "24bit"), _) => "all colours",
                (_, term) if term.contains("256color") => "256 colours",
                _ => "16 colours",
            },
        )
    }

    fn characters(&self) -> Finding {
        let is_utf8 = self.locale.as_deref().is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        if is_utf8 {
            return Finding::ok(ABOUT, "UTF-8");
        }
        Finding::note(ABOUT, "the locale is not UTF-8: frames are drawn in ASCII")
            .hint("if the terminal can do UTF-8: `export LC_CTYPE=C.UTF-8`")
    }

    fn room(&self) -> Option<Finding> {
        let (columns, rows) = self.size?;
        let text = format!("{columns} columns, {rows} rows");
        Some(if columns < 80 || rows < 24 {
            Finding::note(ABOUT, text).hint("80 by 24 or more shows everything")
        } else {
            Finding::ok(ABOUT, text)
        })
    }

    fn clipboard(&self) -> Finding {
        if self.tmux.is_some() {
            return Finding::ok(ABOUT, "copying goes through `tmux load-buffer -w`, then OSC 52");
        }
        if self.screen {
            return Finding::note(
                ABOUT,
                "GNU screen keeps OSC 52 to itself: what is copied may not arrive",
            )
            .hint("tmux passes it on");
        }
        let after = match self.copier {
            // On the far side of SSH it would fill the wrong machine's clipboard.
            Some(copier) if !self.remote => format!(", and to `{copier}`"),
            Some(_) | None => String::new(),
        };
        Finding::ok(ABOUT, format!("copying goes to the terminal by OSC 52{after}"))
    }
}

impl Tmux {
    async fn ask() -> Self {
        Self {
            escape_time: option("escape-time").await.and_then(|value| value.parse().ok()),
            set_clipboard: option("set-clipboard").await,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        // tmux waits this long after Esc, because a longer key may begin with it.
        const NOTICEABLE: u32 = 50;
        let mut findings = Vec::new();
        match self.escape_time {
            Some(time) if time > NOTICEABLE => findings.push(
                Finding::note(ABOUT, format!("tmux holds back every Esc for {time} ms"))
                    .hint("`set -sg escape-time 10` in tmux.conf"),
            ),
            Some(_) => findings.push(Finding::ok(ABOUT, "tmux passes Esc on at once")),
            None => findings.push(Finding::note(ABOUT, "tmux does not answer")),
        }
        if self.set_clipboard.as_deref() == Some("off") {
            findings.push(
                Finding::note(ABOUT, "tmux keeps what is copied to itself (set-clipboard off)")
                    .hint("`set -s set-clipboard on` in tmux.conf"),
            );
        }
        findings
    }
}

/// A server option of tmux.
async fn option(name: &str) -> Option<String> {
    let mut tmux = Command::new("tmux");
    tmux.args(["show-options", "-sv", name]).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, tmux.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn good() -> Terminal {
        Terminal {
            term: Some("xterm-256color".into()),
            locale: Some("en_GB.UTF-8".into()),
            size: Some((120, 40)),
            ..Terminal::default()
        }
    }

    fn noted(terminal: &Terminal) -> Vec<String> {
        let findings = terminal.findings();
        assert!(findings.iter().all(|finding| finding.level != Level::Wrong));
        findings.into_iter().filter(|it| it.level == Level::Note).map(|it| it.text).collect()
    }

    #[test]
    fn a_usual_terminal_is_fine() {
        assert_eq!(noted(&good()), [""; 0]);
        let tmux = Tmux { escape_time: Some(10), set_clipboard: Some("external".into()) };
        assert_eq!(noted(&Terminal { tmux: Some(tmux), ..good() }), [""; 0]);
    }

    #[test]
    fn what_makes_the_console_worse_is_told() {
        let tmux = Tmux { escape_time: Some(500), set_clipboard: Some("off".into()) };
        for (terminal, count) in [
            (Terminal { term: None, ..good() }, 1),
            (Terminal { locale: Some("C".into()), ..good() }, 1),
            (Terminal { size: Some((79, 40)), ..good() }, 1),
            (Terminal { screen: true, ..good() }, 1),
            (Terminal { tmux: Some(tmux), ..good() }, 2),
        ] {
            assert_eq!(noted(&terminal).len(), count, "{terminal:?}");
        }
    }

    #[test]
    fn the_far_machines_clipboard_is_not_offered() {
        let near = Terminal { copier: Some("xclip"), ..good() };
        assert!(near.clipboard().text.contains("xclip"));
        assert!(!Terminal { remote: true, ..near }.clipboard().text.contains("xclip"));
    }
}
