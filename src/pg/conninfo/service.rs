//! Connection service files: parameters under a name (PostgreSQL documentation, 34.17).
//!
//! The user's own file counts before the system's; what a service gives counts less than what the connection string gives.

use std::path::{Path, PathBuf};

use super::{Environment, Parameters, Problem};

/// Where builds of PostgreSQL keep the system's file (`pg_config --sysconfdir`): Debian, Red Hat, Homebrew, and built by hand.
const SYSTEM: &[&str] = &[
    "/etc/postgresql-common",
    "/etc/sysconfig/pgsql",
    "/etc",
    "/opt/homebrew/etc/postgresql",
    "/usr/local/etc/postgresql",
    "/usr/local/pgsql/etc",
];

/// What the service `name` gives.
pub(super) fn look_up(
    name: &str,
    file: Option<&str>,
    environment: &Environment,
) -> Result<Parameters, Problem> {
    let own = match file {
        Some(file) => Some(read(Path::new(file), environment)?),
        None => environment
            .at_home(".pg_service.conf")
            .and_then(|path| {
                // Not having the file is as good as its not knowing the service.
                environment.exists(&path).then(|| read(&path, environment))
            })
            .transpose()?,
    };
    let system = || {
        system_directories(environment)
            .map(|directory| directory.join("pg_service.conf"))
            .filter(|path| environment.exists(path))
            .map(|path| read(&path, environment))
    };
    for file in own.map(Ok).into_iter().chain(system()) {
        let file = file?;
        if let Some(found) = file.section(name)? {
            return Ok(found);
        }
    }
    Err(Problem::usage(format!("no such connection service: `{name}`"))
        .hint("services are defined in `~/.pg_service.conf`, or where `PGSERVICEFILE` says"))
}

fn system_directories(environment: &Environment) -> impl Iterator<Item = PathBuf> {
    let given = environment.filled("PGSYSCONFDIR").map(PathBuf::from);
    let defaults = if given.is_some() { &[] } else { SYSTEM };
    given.into_iter().chain(defaults.iter().map(PathBuf::from))
}

fn read(path: &Path, environment: &Environment) -> Result<ServiceFile, Problem> {
    let text = environment.read(path).map_err(|error| {
        Problem::usage(format!("cannot read the service file `{}`: {error}", path.display()))
    })?;
    Ok(ServiceFile { path: path.to_owned(), text })
}

struct ServiceFile {
    path: PathBuf,
    text: String,
}

impl ServiceFile {
    /// The parameters under `[name]`, if there is such a heading.
    fn section(&self, name: &str) -> Result<Option<Parameters>, Problem> {
        let mut found: Option<Parameters> = None;
        for (index, line) in self.text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(heading) = line.strip_prefix('[') {
                if found.is_some() {
                    break;
                }
                if heading.strip_prefix(name).is_some_and(|after| after.starts_with(']')) {
                    found = Some(Parameters::default());
                }
                continue;
            }
            if let Some(found) = &mut found {
                take(line, found).map_err(|problem| self.at(index + 1, problem))?;
            }
        }
        Ok(found)
    }

    fn at(&self, line: usize, mut problem: Problem) -> Problem {
        problem.summary = format!("{}:{line}: {}", self.path.display(), problem.summary);
        problem
    }
}

/// Takes `name=value`; blanks around the `=` would belong to the parts, as in libpq. What stands first counts.
fn take(line: &str, found: &mut Parameters) -> Result<(), Problem> {
    if line.starts_with("ldap://") {
        return Err(Problem::usage("a service cannot be looked up by LDAP")
            .hint("write the parameters into the file"));
    }
    let (name, value) = line.split_once('=').ok_or_else(|| Problem::usage("a line has no `=`"))?;
    if matches!(name, "service" | "servicefile") {
        return Err(Problem::usage("a service cannot name another service"));
    }
    let mut one = Parameters::default();
    one.give(name, value)?;
    found.fill(one);
    Ok(())
}
