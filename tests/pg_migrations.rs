//! The migrations of the five systems on a real server: there and back again.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use std::sync::Arc;

use purview::{
    database::Database,
    demo::{LoginKind, System},
    headline::Counted,
    home::Outlook,
    mapping::Library,
    migrate::{Edit, Runner, Source, State},
    pg::{Identity, Login, Run, Workshop},
    question::Question as _,
};

/// Every object of the database, one line each.
async fn catalog(workshop: &mut Workshop) -> Vec<String> {
    let rows = workshop.script(include_str!("common/catalog.sql")).await.unwrap();
    rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

async fn runner(login: &Login, system: System) -> Runner {
    Runner::open(login, Source::embedded(system.name()).unwrap()).await.unwrap()
}

/// The lines that only one of two catalogs has.
fn difference(before: &[String], after: &[String]) -> Vec<String> {
    let lost = before.iter().filter(|line| !after.contains(line)).map(|line| format!("- {line}"));
    let new = after.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}"));
    lost.chain(new).collect()
}

async fn there_and_back(system: System) {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    let mut runner = runner(&database.login(LoginKind::Superuser), system).await;
    let empty = catalog(&mut workshop).await;
    let taken = runner.up(None).await.unwrap();
    let first = catalog(&mut workshop).await;
    let undone = runner.down(0).await.unwrap();
    assert_eq!(undone, taken.iter().rev().copied().collect::<Vec<_>>());
    let nothing: Vec<String> = Vec::new();
    assert_eq!(difference(&empty, &catalog(&mut workshop).await), nothing, "{system}: left over");
    runner.up(None).await.unwrap();
    assert_eq!(
        difference(&first, &catalog(&mut workshop).await),
        nothing,
        "{system}: not the same"
    );
    assert!(first.len() > 100);
    let steps = runner.status().await.unwrap();
    assert!(steps.iter().all(|step| step.state == State::Applied && step.milliseconds > Some(0.0)));
}

#[tokio::test]
async fn org_assistant_goes_back_to_nothing_and_comes_again_the_same() {
    there_and_back(System::OrgAssistant).await;
}

#[tokio::test]
async fn jenifer_goes_back_to_nothing_and_comes_again_the_same() {
    there_and_back(System::Jenifer).await;
}

#[tokio::test]
async fn hastecrm_goes_back_to_nothing_and_comes_again_the_same() {
    there_and_back(System::Hastecrm).await;
}

#[tokio::test]
async fn sekretarka_goes_back_to_nothing_and_comes_again_the_same() {
    there_and_back(System::Sekretarka).await;
}

#[tokio::test]
async fn rishi_goes_back_to_nothing_and_comes_again_the_same() {
    there_and_back(System::Rishi).await;
}

#[tokio::test]
async fn every_single_step_can_be_undone_and_taken_again() {
    for system in System::ALL {
        let database = common::empty_database().await;
        let mut workshop = database.workshop().await;
        let mut runner = runner(&database.login(LoginKind::Superuser), system).await;
        let mut below = 0;
        for step in Source::embedded(system.name()).unwrap().migrations() {
            let before = catalog(&mut workshop).await;
            runner.up(Some(step.version)).await.unwrap();
            let there = catalog(&mut workshop).await;
            runner.down(below).await.unwrap();
            let back = catalog(&mut workshop).await;
            let nothing: Vec<String> = Vec::new();
            assert_eq!(
                difference(&before, &back),
                nothing,
                "{system}: {} leaves traces",
                step.name
            );
            runner.up(Some(step.version)).await.unwrap();
            let again = catalog(&mut workshop).await;
            assert_eq!(difference(&there, &again), nothing, "{system}: {} differs", step.name);
            below = step.version;
        }
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_and_says_which() {
    let database = common::empty_database().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1_good.up.sql"), "CREATE TABLE good ()").unwrap();
    std::fs::write(folder.path().join("2_bad.up.sql"), "CREATE TABLE bad (); SELECT 1/0").unwrap();
    let source = Source::read(folder.path()).unwrap();
    let login = database.login(LoginKind::Superuser);
    let mut runner = Runner::open(&login, source).await.unwrap();
    let problem = runner.up(None).await.unwrap_err();
    assert!(problem.summary.contains("0002_bad"), "{problem}");
    let states: Vec<_> = runner.status().await.unwrap().iter().map(|step| step.state).collect();
    // The first stays, and has no way back.
    assert_eq!(states, [State::Irreversible, State::Pending]);
    let lines = catalog(&mut database.workshop().await).await.join("\n");
    assert!(lines.contains("relation good ") && !lines.contains("relation bad "));
}

#[tokio::test]
async fn a_step_cannot_end_the_transaction_it_runs_in_unnoticed() {
    let database = common::empty_database().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1_sly.up.sql"), "COMMIT; BEGIN; SELECT 1").unwrap();
    let source = Source::read(folder.path()).unwrap();
    let mut runner = Runner::open(&database.login(LoginKind::Superuser), source).await.unwrap();
    assert!(runner.up(None).await.unwrap_err().summary.contains("its own transaction"));
    assert_eq!(runner.status().await.unwrap()[0].state, State::Pending);
}

#[tokio::test]
async fn history_that_does_not_fit_the_files_stops_the_runner() {
    let database = common::empty_database().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1_a.up.sql");
    let login = database.login(LoginKind::Superuser);
    std::fs::write(&file, "SELECT 1").unwrap();
    let mut runner = Runner::open(&login, Source::read(folder.path()).unwrap()).await.unwrap();
    runner.up(None).await.unwrap();
    runner.close().await;
    std::fs::write(&file, "SELECT 2").unwrap();
    let mut runner = Runner::open(&login, Source::read(folder.path()).unwrap()).await.unwrap();
    assert_eq!(runner.status().await.unwrap()[0].state, State::Modified(Edit::Real));
    assert!(runner.up(None).await.is_err());
    runner.close().await;
    std::fs::remove_file(&file).unwrap();
    let mut runner = Runner::open(&login, Source::read(folder.path()).unwrap()).await.unwrap();
    assert_eq!(runner.status().await.unwrap()[0].state, State::Missing);
}

#[tokio::test]
async fn two_runners_on_one_database_take_turns() {
    let database = common::empty_database().await;
    let login = database.login(LoginKind::Superuser);
    let work = async || {
        let mut runner = runner(&login, System::Sekretarka).await;
        let taken = runner.up(None).await.unwrap();
        runner.close().await;
        taken.len()
    };
    let (first, second) = tokio::join!(work(), work());
    let all = Source::embedded("sekretarka").unwrap().migrations().len();
    assert_eq!((first.min(second), first.max(second)), (0, all));
}

#[tokio::test]
async fn a_runner_that_is_dropped_leaves_no_lock() {
    let database = common::empty_database().await;
    let login = database.login(LoginKind::Superuser);
    drop(runner(&login, System::Rishi).await);
    let mut next = runner(&login, System::Rishi).await;
    assert!(next.up(Some(1)).await.is_ok());
}

/// What Home says is pending is what the files have and the history has not, in all five systems; a history that cannot be read is told with its cure.
#[tokio::test]
async fn home_tells_how_many_migrations_are_pending() {
    for system in System::ALL {
        let test = common::database(system).await;
        let mut workshop = test.workshop().await;
        let counted = "SELECT count(*)::text FROM _sqlx_migrations";
        let taken = workshop.script(counted).await.unwrap()[0][0].clone().unwrap();
        let all = Source::embedded(system.name()).unwrap().migrations().len();
        let pending = all as u64 - taken.parse::<u64>().unwrap();
        assert!(pending > 0, "{system}: the demo stops before what hardens");
        let told = headlines(&test, LoginKind::Support).await;
        assert_eq!(told, [Ok(pending), Ok(0)], "{system}");
        // One of them is another than the one that was taken.
        workshop
            .script("UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 2")
            .await
            .unwrap();
        assert_eq!(headlines(&test, LoginKind::Support).await, [Ok(pending), Ok(1)], "{system}");
        // Who has no right to the history is told the grant; where there is no history, nothing is claimed.
        workshop.script("ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY").await.unwrap();
        let told = headlines(&test, LoginKind::Jail).await;
        assert!(
            matches!(told.as_slice(), [Err(hint)] if hint.starts_with("grant select on ")),
            "{told:?}"
        );
        workshop.script("DROP TABLE _sqlx_migrations").await.unwrap();
        assert_eq!(headlines(&test, LoginKind::Support).await, [], "{system}");
    }
}

/// The lines of Home that lead to migrations: how many, or what cures that it is not known.
async fn headlines(test: &common::TestDatabase, login: LoginKind) -> Vec<Result<u64, String>> {
    let door = test.door(login).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let found = Outlook::default().ask(database, Identity::Observer, Run::new()).await.unwrap();
    let of_migrations = found.into_iter().filter(|line| line.lead.view == "migrations");
    of_migrations
        .map(|line| match line.count {
            Ok(Counted::All(amount)) => Ok(amount.rows),
            Ok(other) => panic!("{other:?}"),
            Err(problem) => Err(problem.hint.unwrap_or_default()),
        })
        .collect()
}
