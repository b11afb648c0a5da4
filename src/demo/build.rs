//! Builds one database: schema, roles, ownership, sample data, logins.
//!
//! It is done when its name stands in the state, and not before: half of one is dropped and made anew.

use super::{Cluster, LoginKind, Options, Progress, Scale, System, state::Made};
use crate::{
    logins::Survey,
    mapping::Library,
    migrate::{Runner, Source},
    pg::{Problem, Sql, Workshop},
};

/// Builds the database of `system` up to and with its data.
pub(super) async fn database(
    cluster: &Cluster,
    system: System,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(System, Made), Problem> {
    let scale = options.scale_of(system);
    let told = |what: &str| progress(&format!("{system:<13} {what}"));
    let explain = |problem: Problem| Problem {
        summary: format!(
            "cannot build the demo's database `{}`: {}",
            system.database(),
            problem.summary
        ),
        ..problem
    };
    let made = Made { scale, anchor: options.anchor.to_rfc3339(), recipe: system.recipe()? };
    async {
        told("schema");
        create(cluster, system).await?;
        let login = cluster.login(system.database(), LoginKind::Superuser)?;
        let source = Source::embedded(system.name())?;
        let baseline = source.baseline();
        let mut runner = Runner::open(&login, source).await?;
        runner.up(baseline).await?;
        runner.close().await;

        let mut workshop = cluster.workshop(system.database()).await?;
        workshop.script(system.roles()).await?;
        set(&mut workshop, "purview.owner", &system.owner()).await?;
        workshop.script(include_str!("sql/ownership.sql")).await?;
        told(&format!("sample data, {scale}"));
        sample(&mut workshop, system, &made).await?;
        told("statistics");
        if matches!(scale, Scale::Tiny | Scale::Small) {
            // Enough for tables of this size, and a quarter of the time.
            workshop.script("SET default_statistics_target = 30").await?;
        }
        workshop.script("VACUUM (ANALYZE)").await?;
        workshop.script(include_str!("sql/statements.sql")).await?;
        workshop.close().await;
        told("ready");
        Ok((system, made))
    }
    .await
    .map_err(explain)
}

/// Makes the logins, by the same SQL that a person would run, and gives them their passwords.
pub(super) async fn logins(cluster: &Cluster, system: System) -> Result<(), Problem> {
    let mut workshop = cluster.workshop(system.database()).await?;
    let survey = Survey::read(&workshop.fetch(&Survey::question()).await?.rows)?;
    let mapping = Library::shipped().choose(system.name())?;
    workshop.script(&survey.sql(&mapping.identity_roles())).await?;
    for login in LoginKind::ALL {
        if login != LoginKind::Superuser {
            let mut statement = Sql::new("SELECT pg_catalog.format('ALTER ROLE %I PASSWORD %L', ");
            statement.bind(Some(login.role()), "pg_catalog.text").push(", ");
            statement.bind(Some(cluster.secret(login)), "pg_catalog.text").push(")");
            let alter = workshop.fetch(&statement).await?;
            let alter = alter.scalar().ok_or_else(|| Problem::bug("no password was given"))?;
            workshop.script(alter).await?;
        }
    }
    workshop.close().await;
    Ok(())
}

async fn create(cluster: &Cluster, system: System) -> Result<(), Problem> {
    let mut workshop = cluster.workshop("postgres").await?;
    // Of a start that was cut short the server may still be at work on it; the lock goes when that session has ended.
    let mut alone = Sql::new("SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext(");
    alone.bind(Some(system.database()), "pg_catalog.text").push("))");
    let statement = |before: &'static str, after: &'static str| {
        let mut sql = Sql::new(before);
        sql.ident(system.database()).push(after);
        sql
    };
    let drop_old = statement("DROP DATABASE IF EXISTS ", " WITH (FORCE)");
    // Nobody can be connected to that template, which would stop the copying.
    let create = statement("CREATE DATABASE ", " TEMPLATE template0");
    // Nobody comes in or makes temporary tables unless it was granted.
    let close = statement("REVOKE ALL ON DATABASE ", " FROM PUBLIC");
    for sql in [alone, drop_old, create, close] {
        workshop.execute(&sql).await?;
    }
    workshop.close().await;
    Ok(())
}

/// Loads the sample in one transaction, in which no trigger fires and indexes are made when the rows are there.
async fn sample(workshop: &mut Workshop, system: System, made: &Made) -> Result<(), Problem> {
    set(workshop, "purview.anchor", &made.anchor).await?;
    for (name, size) in made.scale.sizes().settings() {
        set(workshop, name, &size.to_string()).await?;
    }
    workshop.script("BEGIN; SET LOCAL session_replication_role = replica").await?;
    workshop.script(include_str!("sql/park_indexes.sql")).await?;
    workshop.script(system.sample()).await?;
    workshop.script(include_str!("sql/unpark_indexes.sql")).await?;
    workshop.script("COMMIT").await?;
    Ok(())
}

async fn set(workshop: &mut Workshop, name: &str, value: &str) -> Result<(), Problem> {
    let mut statement = Sql::new("SELECT pg_catalog.set_config(");
    statement.bind(Some(name), "pg_catalog.text").push(", ");
    statement.bind(Some(value), "pg_catalog.text").push(", false)");
    workshop.fetch(&statement).await?;
    Ok(())
}
