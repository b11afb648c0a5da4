//! `purview completions` and `purview man`: both come out of the definition of the arguments.

use clap::{Command, CommandFactory as _};

use super::{args::Cli, say};
use crate::pg::Problem;

/// Prints the completion script for `shell`.
pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "purview", &mut script);
    say::data(&String::from_utf8_lossy(&script))
}

/// Prints the manual page of the program, or of one command.
pub(super) fn page(of: Option<&str>) -> Result<(), Problem> {
    say::data(&roff(command(of)?))
}

fn command(of: Option<&str>) -> Result<Command, Problem> {
    let mut all = Cli::command();
    all.build();
    let Some(name) = of else { return Ok(all) };
    let mut known: Vec<_> = all.get_subcommands().map(Command::get_name).collect();
    known.sort_unstable();
    all.find_subcommand(name).cloned().ok_or_else(|| {
        Problem::usage(format!("there is no command: {name}"))
            .hint(format!("there are `{}`", known.join("`, `")))
    })
}

fn roff(command: Command) -> String {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .manual("purview")
        .render(&mut page)
        .expect("writing to memory cannot fail");
    String::from_utf8_lossy(&page).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_manual_page_and_the_arguments_fit_together() {
        Cli::command().debug_assert();
        let all = Cli::command();
        for name in all.get_subcommands().map(Command::get_name) {
            let page = roff(command(Some(name)).unwrap());
            assert!(page.contains(&format!("purview\\-{name}")), "{page}");
        }
        assert!(roff(command(None).unwrap()).contains("purview\\-get(1)"));
        assert!(command(Some("nothing")).unwrap_err().hint.unwrap().contains("`doctor`"));
    }
}
