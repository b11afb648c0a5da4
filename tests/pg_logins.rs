//! The logins of purview on a real server: each may do what it is for, and nothing else.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use purview::{
    demo::{LoginKind, System},
    logins::Survey,
    pg::{Confirmed, Door, Identity, Journal, Problem, Rows, Run, Sql},
};

async fn door(database: &common::TestDatabase, login: LoginKind) -> Door {
    let login = database.login(login);
    Door::open(login, None, Journal::new("/nonexistent", "test"), common::anchor).await.unwrap()
}

async fn read(door: &Door, sql: &'static str) -> Result<Rows, Problem> {
    door.read(&Identity::Observer, &Sql::new(sql), &Run::new()).await
}

async fn write(door: &Door, sql: &'static str) -> Result<Vec<u64>, Problem> {
    let statements = [Sql::new(sql)];
    door.write(&statements, &Confirmed::by_person(&statements)).await
}

const COUNT: &str = "SELECT pg_catalog.count(*)::pg_catalog.text FROM public.users";
const TOUCH: &str = "UPDATE public.users SET email = email";
const REFUSED: Option<&str> = Some("42501");

#[tokio::test]
async fn the_jail_may_connect_and_nothing_else() {
    let database = common::database(System::OrgAssistant).await;
    let jail = door(&database, LoginKind::Jail).await;
    assert!(!jail.probe().is_powerful());
    assert!(!jail.probe().temporary && !jail.probe().monitor && !jail.probe().signal);
    assert_eq!(read(&jail, COUNT).await.unwrap_err().sqlstate.as_deref(), REFUSED);
    assert_eq!(
        write(&jail, "CREATE TABLE public.mine ()").await.unwrap_err().sqlstate.as_deref(),
        Some("25006")
    );
    let log = read(&jail, "SELECT pg_catalog.current_setting('log_statement')").await.unwrap();
    assert_eq!(log.scalar(), Some("all"));
}

#[tokio::test]
async fn nobody_jailed_can_become_somebody_whom_policies_do_not_bind() {
    let database = common::database(System::Jenifer).await;
    let jail = door(&database, LoginKind::Jail).await;
    let member = "SELECT pg_catalog.string_agg(rolname, ',' ORDER BY rolname) FROM pg_catalog.pg_roles \
         WHERE (rolbypassrls OR rolsuper) AND pg_catalog.pg_has_role(oid, 'MEMBER')";
    assert_eq!(read(&jail, member).await.unwrap().scalar(), None);
    assert!(jail.probe().roles.iter().any(|role| role == "authenticated"));
}

#[tokio::test]
async fn support_sees_every_row_and_changes_none() {
    let database = common::database(System::OrgAssistant).await;
    let support = door(&database, LoginKind::Support).await;
    let superuser = door(&database, LoginKind::Superuser).await;
    let seen = read(&support, COUNT).await.unwrap();
    assert_eq!(seen, read(&superuser, COUNT).await.unwrap());
    assert_ne!(seen.scalar(), Some("0"));
    assert!(write(&support, TOUCH).await.is_err());
    assert!(!support.probe().superuser && !support.probe().signal);
}

#[tokio::test]
async fn admin_changes_rows_and_schema_without_being_a_superuser() {
    for system in [System::OrgAssistant, System::Hastecrm] {
        let database = common::database(system).await;
        let admin = door(&database, LoginKind::Admin).await;
        assert!(write(&admin, TOUCH).await.unwrap()[0] > 0);
        write(&admin, "ALTER TABLE public.users ADD COLUMN nickname text").await.unwrap();
        assert!(!admin.probe().superuser && admin.probe().monitor && admin.probe().signal);
    }
}

#[tokio::test]
async fn dba_watches_the_server_and_reads_no_rows() {
    let database = common::database(System::Sekretarka).await;
    let dba = door(&database, LoginKind::Dba).await;
    assert!(dba.probe().monitor && dba.probe().signal && !dba.probe().superuser);
    assert_eq!(read(&dba, COUNT).await.unwrap_err().sqlstate.as_deref(), REFUSED);
}

#[tokio::test]
async fn the_printed_sql_runs_again_and_again() {
    for system in System::ALL {
        let database = common::database(system).await;
        let superuser = door(&database, LoginKind::Superuser).await;
        let rows =
            superuser.read(&Identity::Observer, &Survey::question(), &Run::new()).await.unwrap();
        let role = format!("{}_app", system.database());
        let text = Survey::read(&rows.rows).unwrap().sql(&[&role]);
        let mut workshop = database.workshop().await;
        workshop.script(&text).await.unwrap();
        workshop.script(&text).await.unwrap();
    }
}

#[tokio::test]
async fn a_door_says_of_itself_whether_the_server_refuses_whatever_is_written() {
    let database = common::database(System::OrgAssistant).await;
    for login in LoginKind::ALL {
        let door = door(&database, login).await;
        let tried = write(&door, "CREATE TABLE public.written ()").await;
        // A right that is missing is another matter: it may be given for a table.
        let refused = tried.is_err_and(|problem| problem.sqlstate.as_deref() == Some("25006"));
        assert_eq!(door.is_refused_writing(), refused, "{login}");
        let schema = door.with_builder(Some(database.login(LoginKind::Superuser)));
        assert!(!schema.is_refused_writing(), "{login}: migrations are another login's");
        let mut workshop = database.workshop().await;
        workshop.script("DROP TABLE IF EXISTS public.written").await.unwrap();
    }
}
