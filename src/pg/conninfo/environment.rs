//! What surrounds a connection: variables, files and the account that runs the program.
//!
//! Everything that libpq would look up around it comes from here, so that reading a connection string is a pure function of two values.

use std::{
    collections::BTreeMap,
    fmt, io,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// What a connection may be looked up in.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    files: Arc<dyn Files>,
    /// The account's home directory.
    pub home: Option<PathBuf>,
    /// The account's name.
    pub user: Option<String>,
}

/// Where files are read.
pub trait Files: Send + Sync {
    /// The whole file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// What sort of file it is, and who may read it.
    fn facts(&self, path: &Path) -> io::Result<Facts>;
}

/// What sort of file it is, and who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether it is an ordinary file.
    pub plain: bool,
    /// Whether it is a Unix socket.
    pub socket: bool,
    /// The permission bits.
    pub mode: u32,
    /// The user id of its owner.
    pub owner: u32,
}

impl Facts {
    /// Whether anybody but the owner may do anything with it.
    pub const fn is_shared(self) -> bool {
        self.mode & 0o077 != 0
    }
}

impl Environment {
    /// An environment out of its parts.
    pub fn new(
        variables: impl IntoIterator<Item = (String, String)>,
        files: impl Files + 'static,
        home: Option<PathBuf>,
        user: Option<String>,
    ) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            files: Arc::new(files),
            home: home.filter(|home| !home.as_os_str().is_empty()),
            user: user.filter(|user| !user.is_empty()),
        }
    }

    /// The environment of this process; its account is looked up once. Variables that are not Unicode cannot be meant for us and are left out.
    pub fn of_process() -> Self {
        static ACCOUNT: LazyLock<Option<String>> = LazyLock::new(|| whoami::username().ok());
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        Self::new(variables, Disk, home, ACCOUNT.clone())
    }

    /// The value of a variable. As in libpq, one that is set and empty is set.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that says something.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.variable(name).filter(|value| !value.is_empty())
    }

    /// A file in the home directory.
    pub fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// A whole file as text; bytes that are not UTF-8 are replaced.
    pub fn read(&self, path: &Path) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.files.read(path)?).into_owned())
    }

    /// What sort of file it is, and who may read it.
    pub fn facts(&self, path: &Path) -> io::Result<Facts> {
        self.files.facts(path)
    }

    /// Whether there is such a file at all.
    pub fn exists(&self, path: &Path) -> bool {
        self.facts(path).is_ok()
    }
}

/// Values may be secrets; only the names are shown.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The files of this machine.
#[derive(Debug, Clone, Copy)]
struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        let metadata = std::fs::metadata(path)?;
        Ok(Facts {
            plain: metadata.is_file(),
            socket: metadata.file_type().is_socket(),
            mode: metadata.mode() & 0o7777,
            owner: metadata.uid(),
        })
    }
}

#[cfg(test)]
pub(crate) mod fake {
    //! An environment that exists only in a test.

    use super::*;

    /// Files by path, with their permission bits.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Given(BTreeMap<PathBuf, (Vec<u8>, Facts)>);

    impl Files for Given {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            Ok(self.0.get(path).ok_or(io::ErrorKind::NotFound)?.0.clone())
        }

        fn facts(&self, path: &Path) -> io::Result<Facts> {
            Ok(self.0.get(path).ok_or(io::ErrorKind::NotFound)?.1)
        }
    }

    impl Given {
        pub(crate) fn with(mut self, path: &str, mode: u32, text: &str) -> Self {
            let facts = Facts { plain: true, socket: false, mode, owner: 1000 };
            self.0.insert(path.into(), (text.into(), facts));
            self
        }

        pub(crate) fn socket(mut self, path: &str) -> Self {
            let facts = Facts { plain: false, socket: true, mode: 0o777, owner: 1000 };
            self.0.insert(path.into(), (Vec::new(), facts));
            self
        }
    }

    /// The environment of the user `me` at `/home/me`.
    pub(crate) fn environment(variables: &[(&str, &str)], files: Given) -> Environment {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::new(variables, files, Some("/home/me".into()), Some("me".into()))
    }
}
