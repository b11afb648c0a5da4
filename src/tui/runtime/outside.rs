//! A text handed to the editor that a person chose, and taken back.
//!
//! It lies in a folder of its own that nobody else may enter, and goes away with all that the editor left there.

use std::{
    env, fs,
    io::Write as _,
    os::unix::{
        fs::{DirBuilderExt as _, OpenOptionsExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command},
};

use rustix::process::{self, Pid, Signal, WaitOptions};

use crate::pg::Problem;

/// Nobody writes more bytes than this by hand.
const LONGEST: u64 = 200_000;

/// Hands `text` to the editor of `variable`, and returns what became of it. The terminal is the editor's meanwhile.
pub(super) fn edit(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, Problem> {
    let set = |name: &str| variable(name).filter(|it| !it.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let home = set("XDG_RUNTIME_DIR").map_or_else(env::temp_dir, PathBuf::from);
    let folder = Folder::make(&home).map_err(|error| unwritable(&error))?;
    let file = folder.0.join("statement.sql");
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(&file).and_then(|mut it| it.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(&error))?;
    run(&editor, &file)?;
    read(&file)
}

/// Runs the editor until it ends. Where somebody stops it, the program stops along with it.
fn run(editor: &str, file: &Path) -> Result<(), Problem> {
    // What is set may have arguments, which a shell takes apart; the file's name is no part of what it reads.
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg0("sh").arg("sh").arg(file);
    let child: Child = command.spawn().map_err(|error| failed(editor, &error.to_string()))?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| Problem::bug("a process without a number"))?;
    loop {
        let waited = process::waitpid(Some(pid), WaitOptions::UNTRACED);
        let status = match waited {
            Ok(Some((_, status))) => status,
            Ok(None) | Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(failed(editor, &error.to_string())),
        };
        if status.stopped() {
            let stopped = process::kill_process(process::getpid(), Signal::STOP);
            let woken = stopped.and_then(|()| process::kill_process(pid, Signal::CONT));
            woken.map_err(|error| failed(editor, &error.to_string()))?;
            continue;
        }
        return match status.exit_status() {
            Some(0) => Ok(()),
            Some(code) => Err(failed(editor, &format!("it ended with code {code}"))),
            None => Err(failed(editor, "a signal ended it")),
        };
    }
}

fn read(file: &Path) -> Result<String, Problem> {
    let unread = |why: &str| {
        Problem::usage(format!("what the editor wrote is not taken: {why}"))
            .hint("the text is as it was")
    };
    let size = fs::metadata(file).map_err(|error| unread(&error.to_string()))?.len();
    if size > LONGEST {
        return Err(unread(&format!("it is longer than {LONGEST} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| unread(&error.to_string()))?;
    let text = text.replace("\r\n", "\n");
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    Ok(text.trim_end_matches('\n').chars().filter(kept).collect())
}

fn failed(editor: &str, why: &str) -> Problem {
    Problem::usage(format!("the editor failed, and the text is as it was: {why}"))
        .hint(format!("`VISUAL` or `EDITOR` says which one it is; it was `{editor}`"))
}

fn unwritable(error: &std::io::Error) -> Problem {
    Problem::usage(format!("the text cannot be handed to an editor: {error}"))
        .hint("`TMPDIR` says where files that last for a moment may lie")
}

/// A folder that goes away with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn make(home: &Path) -> std::io::Result<Self> {
        let mut chance = [0u8; 8];
        getrandom::fill(&mut chance).map_err(std::io::Error::other)?;
        let folder = home.join(format!("purview-{:016x}", u64::from_ne_bytes(chance)));
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nobody else may enter what cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edits `text` with `editor`, where `home` is the place for what lasts for a moment.
    fn edited(text: &str, editor: &str, home: &Path) -> Result<String, Problem> {
        let home = home.to_str().unwrap().to_owned();
        let variable = |name: &str| match name {
            "EDITOR" => Some(editor.to_owned()),
            "XDG_RUNTIME_DIR" => Some(home.clone()),
            _ => None,
        };
        edit(text, variable)
    }

    #[test]
    fn what_the_editor_wrote_comes_back_and_nothing_of_it_stays() {
        let home = tempfile::tempdir().unwrap();
        let seen = home.path().join("seen");
        let editor = format!(
            "f() {{ stat -c %a \"$1\" \"$(dirname \"$1\")\" > {}; cat \"$1\" > \"$1~\"; printf 'select 2;\\r\\n-- \\033[2Jx\\n' > \"$1\"; }}; f",
            seen.display()
        );
        assert_eq!(edited("select 1", &editor, home.path()).unwrap(), "select 2;\n-- [2Jx");
        assert_eq!(fs::read_to_string(&seen).unwrap(), "600\n700\n");
        fs::remove_file(seen).unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_editor_that_fails_changes_nothing_and_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        for (editor, told) in [
            ("false", "code 1"),
            ("no-such-editor-anywhere", "code 127"),
            ("f() { kill -9 $$; }; f", "a signal"),
            ("rm", "not taken"),
            ("f() { head -c 300000 /dev/zero > \"$1\"; }; f", "longer than"),
            ("f() { printf '\\377' > \"$1\"; }; f", "not taken"),
        ] {
            let problem = edited("select 1", editor, home.path()).unwrap_err();
            assert!(
                problem.summary.contains(told) && problem.hint.is_some(),
                "{editor}: {problem}"
            );
            assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "{editor}");
        }
    }
}
