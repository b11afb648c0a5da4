//! The generated worlds, each a database of a private cluster.

use std::{path::PathBuf, sync::Arc};

use purview::{
    database::Database,
    demo::{self, Cluster, Home, LoginKind, Options, Scale, System},
    mapping::Library,
    pg::{Door, Journal, Sql},
};

/// The cluster.
pub(super) struct World {
    cluster: Cluster,
    home: PathBuf,
}

/// One of the worlds.
pub(super) struct Place {
    pub(super) database: Arc<Database>,
    /// A superuser's URL.
    pub(super) url: String,
}

impl World {
    /// Starts the cluster, making it if it is not there.
    pub(super) async fn open() -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let target = own.ancestors().nth(3).unwrap_or(&own);
        let home = target.join("bench-many");
        let options = Options::new(
            Home::at(&home)?,
            System::OrgAssistant,
            Some(Scale::Tiny),
            chrono::Utc::now(),
        );
        let cluster = demo::start(&options, &|step| eprintln!("{step}")).await?;
        Ok(Self { cluster, home })
    }

    /// Stops it; its data stays for the next time.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        demo::stop(&Home::at(&self.home)?, &|_| ()).await?;
        Ok(())
    }

    /// The world with so many mails, which is filled if it is not there.
    pub(super) async fn place(&self, mails: u64) -> anyhow::Result<Place> {
        let name = format!("mails_{mails}");
        let mut workshop = self.cluster.workshop("postgres").await?;
        let mut there =
            Sql::new("SELECT count(*)::text FROM pg_catalog.pg_database WHERE datname = ");
        there
            .bind(Some(&name), "text")
            .push(" AND pg_catalog.shobj_description(oid, 'pg_database') = 'filled'");
        let filled = workshop.fetch(&there).await?.scalar() == Some("1");
        if !filled {
            eprintln!("{mails} mails: being made, once");
            let mut drop = Sql::new("DROP DATABASE IF EXISTS ");
            drop.ident(&name);
            workshop.execute(&drop).await?;
            self.cluster.copy_database(System::OrgAssistant, &name).await?;
            let mut inside = self.cluster.workshop(&name).await?;
            let mut set = Sql::new("SELECT pg_catalog.set_config('bench.mails', ");
            set.bind(Some(&mails.to_string()), "text").push(", false)");
            inside.fetch(&set).await?;
            inside.script(include_str!("world.sql")).await?;
            inside.script("VACUUM ANALYZE").await?;
            inside.close().await;
            let mut mark = Sql::new("COMMENT ON DATABASE ");
            mark.ident(&name).push(" IS 'filled'");
            workshop.execute(&mark).await?;
        }
        workshop.close().await;
        let login = |kind| self.cluster.login(&name, kind);
        let journal = Journal::new(self.home.join("bench-journal"), "bench");
        let (operator, jail) = (login(LoginKind::Support)?, login(LoginKind::Jail)?);
        let door = Door::open(operator, Some(jail), journal, chrono::Utc::now).await?;
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await?);
        Ok(Place { database, url: self.cluster.url(&name, LoginKind::Superuser) })
    }
}
