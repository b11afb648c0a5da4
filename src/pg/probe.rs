//! What server this is and what the login may do there, asked once at connect.

use super::{Problem, Row, lane::Lane, wire::Wire};

/// What was found at connect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the login")]
pub struct Probe {
    /// The version as a number: 150018 is 15.18.
    pub version_num: u32,
    /// The version as the server writes it.
    pub version: String,
    /// Whether the server is a standby.
    pub standby: bool,
    /// Whether the connection is a Unix socket.
    pub over_socket: bool,
    /// Whether a pooler stands in between.
    pub pooled: bool,
    /// The role that logged in.
    pub login: String,
    /// Whether it is a superuser.
    pub superuser: bool,
    /// Whether policies do not apply to it.
    pub bypass_rls: bool,
    /// Whether it may create roles.
    pub create_role: bool,
    /// Whether it sees everybody's activity (`pg_monitor`).
    pub monitor: bool,
    /// Whether it may cancel and end others' sessions (`pg_signal_backend`).
    pub signal: bool,
    /// Whether it may create temporary objects.
    pub temporary: bool,
    /// The database.
    pub database: String,
    /// Extensions with their versions.
    pub extensions: Vec<(String, String)>,
    /// Whether the server can refuse to read views (`restrict_nonsystem_relation_kind`, minor versions of August 2024).
    pub restricts_relations: bool,
    /// `max_connections`.
    pub max_connections: u32,
    /// Roles that the login is a member of, system roles left out.
    pub roles: Vec<String>,
    /// Whether the login may ask what has a name on its session.
    pub tells_names: bool,
    /// Whether what the login begins is read only, where nothing else is said.
    pub begins_read_only: bool,
}

/// Begins a look at the catalogs. Under an empty search path nobody's operator or function stands in for one of the server's own.
pub(super) const OPENING: &str = "BEGIN READ ONLY; SET LOCAL search_path = ''";

impl Probe {
    /// The major version.
    pub const fn major(&self) -> u32 {
        self.version_num / 10_000
    }

    /// The version of an installed extension.
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find(|(known, _)| known == name).map(|(_, version)| version.as_str())
    }

    /// Whether code that escaped into this login would have more than an ordinary role.
    pub const fn is_powerful(&self) -> bool {
        self.superuser || self.bypass_rls || self.create_role
    }

    /// Asks on `wire`, a connection of `lane`, and lets that know whether sessions are its own and may hold names.
    pub(super) async fn ask(wire: &mut Wire, lane: &Lane) -> Result<Self, Problem> {
        let asked = format!("{OPENING}; {}; ROLLBACK", include_str!("sql/probe.sql"));
        let rows = wire.batch(&asked).await?;
        let row =
            rows.first().ok_or_else(|| Problem::bug("the server did not say who logged in"))?;
        lane.judge(row.get(17).and_then(Option::as_deref));
        let probe = Self { pooled: lane.is_pooled(), ..Self::read(row) };
        if !probe.tells_names {
            lane.forgo_names();
        }
        Ok(probe)
    }

    fn read(row: &Row) -> Self {
        let text = |index: usize| row.get(index).and_then(Option::as_deref).unwrap_or_default();
        let flag = |index: usize| text(index) == "true";
        let list = |index: usize| text(index).split(',').filter(|item| !item.is_empty());
        Self {
            version_num: text(0).parse().unwrap_or_default(),
            version: text(1).split(' ').next().unwrap_or_default().to_owned(),
            standby: flag(2),
            over_socket: flag(3),
            pooled: false,
            login: text(4).to_owned(),
            superuser: flag(5),
            bypass_rls: flag(6),
            create_role: flag(7),
            monitor: flag(8),
            signal: flag(9),
            temporary: flag(10),
            database: text(11).to_owned(),
            extensions: list(12)
                .filter_map(|item| item.split_once(' '))
                .map(|(name, version)| (name.to_owned(), version.to_owned()))
                .collect(),
            restricts_relations: flag(13),
            max_connections: text(14).parse().unwrap_or_default(),
            roles: list(15).map(str::to_owned).collect(),
            tells_names: flag(16),
            begins_read_only: flag(18),
        }
    }
}
