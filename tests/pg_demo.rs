//! The demo's cluster on a real server: built, killed, started twice, wiped.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use std::{os::unix::fs::PermissionsExt as _, sync::Mutex};

use purview::{
    demo::{self, Cluster, Condition, LoginKind, Options, Scale, System},
    migrate::{Runner, Source},
    pg::Workshop,
};
use tokio::sync::Notify;

/// The first column and the second, where there is one, of what a statement returns.
async fn pairs(workshop: &mut Workshop, statement: &str) -> Vec<(String, String)> {
    let rows = workshop.script(statement).await.unwrap();
    let text =
        |row: &[Option<String>], at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

async fn one(workshop: &mut Workshop, statement: &str) -> String {
    pairs(workshop, statement).await.pop().unwrap_or_default().0
}

async fn rows_of(cluster: &Cluster, system: System) -> Vec<(String, String)> {
    let mut workshop = cluster.workshop(system.database()).await.unwrap();
    pairs(&mut workshop, include_str!("common/rows.sql")).await
}

#[tokio::test]
async fn two_starts_at_once_build_one_demo_and_always_the_same() {
    let home = common::passing_home("twice");
    // With the jobs that a server may run, as people have it.
    let options = Options { jobs: true, ..common::options(home.clone()) };
    let told = Mutex::new(Vec::new());
    let progress = |line: &str| told.lock().unwrap().push(line.to_owned());
    let (first, second) =
        tokio::join!(demo::start(&options, &progress), demo::start(&options, &progress));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.pid(), first.port()), (second.pid(), second.port()));
    let told = told.into_inner().unwrap();
    assert_eq!(told.iter().filter(|line| line.starts_with("cluster:")).count(), 1, "{told:?}");
    for system in System::ALL {
        let built = rows_of(&first, system).await;
        assert!(built.len() > 10, "{system} has tables");
        // Another building of the same sources, at another time.
        assert_eq!(built, rows_of(common::cluster(), system).await, "{system}");
    }
    // Where jobs can run they are scheduled, and the way back takes them away again.
    let login = first.login("hastecrm", LoginKind::Superuser).unwrap();
    let mut runner = Runner::open(&login, Source::embedded("hastecrm").unwrap()).await.unwrap();
    runner.down(0).await.unwrap();
    assert!(!runner.up(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_start_that_was_cut_short_anywhere_is_taken_up_again() {
    let home = common::passing_home("cut");
    let options = common::options(home.clone());
    for after in [1, 2, 3, 5, 9] {
        let (lines, cut) = (Mutex::new(0), Notify::new());
        let progress = |_: &str| {
            let mut lines = lines.lock().unwrap();
            *lines += 1;
            if *lines == after {
                cut.notify_one();
            }
        };
        tokio::select! {
            biased;
            () = cut.notified() => {}
            started = demo::start(&options, &progress) => { started.unwrap(); }
        }
    }
    let cluster = demo::start(&options, &|_| ()).await.unwrap();
    assert_eq!(cluster.databases().count(), System::ALL.len());
    assert_eq!(
        rows_of(&cluster, System::Sekretarka).await,
        rows_of(common::cluster(), System::Sekretarka).await
    );
    let left = std::fs::read_dir(home.path()).unwrap().flatten();
    let halves = left.filter(|entry| entry.file_name().to_string_lossy().contains(".new"));
    assert_eq!(halves.count(), 0);
}

#[tokio::test]
async fn a_server_that_was_killed_comes_again_with_its_data() {
    let home = common::passing_home("killed");
    common::copy_kept(&home).await;
    let options = common::options(home.clone());
    let before = demo::start(&options, &|_| ()).await.unwrap();
    let rows = rows_of(&before, System::Rishi).await;
    let pid = i32::try_from(before.pid()).unwrap();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    let after = demo::start(&options, &|_| ()).await.unwrap();
    assert_ne!(after.pid(), before.pid());
    assert_eq!(after.port(), before.port(), "people have noted its address");
    assert_eq!(rows_of(&after, System::Rishi).await, rows);
}

#[tokio::test]
async fn a_copied_demo_leaves_the_original_alone() {
    let (home, moved) = (common::passing_home("moved"), common::passing_home("moved-away"));
    common::copy_kept(&home).await;
    let files = |folder: &std::path::Path| {
        let entries = std::fs::read_dir(folder).unwrap().flatten();
        entries.map(|it| it.file_name()).filter(|it| it != "lock").collect::<Vec<_>>()
    };
    let all = files(home.path());
    for name in &all {
        let copied = std::process::Command::new("cp")
            .arg("-Rp")
            .args([home.path().join(name), moved.path().join(name)])
            .status();
        assert!(copied.unwrap().success());
    }
    // Before it has a server of its own, it is not taken for the one that it was copied from.
    assert!(matches!(demo::status(&moved).unwrap(), Condition::Absent));
    let cluster = demo::start(&common::options(moved.clone()), &|_| ()).await.unwrap();
    assert!(!cluster.folder().starts_with(home.path()));
    assert!(demo::reset(&moved, &|_| ()).await.unwrap());
    assert!(matches!(demo::status(&home).unwrap(), Condition::Stopped));
    assert_eq!(files(home.path()).len(), all.len());
}

#[tokio::test]
async fn a_demo_is_absent_then_runs_then_stops_then_is_gone() {
    let home = common::passing_home("life");
    assert!(matches!(demo::status(&home).unwrap(), Condition::Absent));
    assert!(!demo::stop(&home, &|_| ()).await.unwrap());
    assert!(demo::contexts(&home).unwrap().is_empty());
    common::copy_kept(&home).await;
    assert!(matches!(demo::status(&home).unwrap(), Condition::Stopped));
    assert_eq!(demo::running(&home).unwrap_err().exit_code(), 3);
    let options = common::options(home.clone());
    demo::start(&options, &|_| ()).await.unwrap();
    assert!(matches!(demo::status(&home).unwrap(), Condition::Running(_)));
    let contexts = demo::contexts(&home).unwrap();
    let names: Vec<_> = contexts.iter().map(|context| context.name.as_str()).collect();
    let all =
        ["demo-org-assistant", "demo-jenifer", "demo-hastecrm", "demo-sekretarka", "demo-rishi"];
    assert_eq!(names, all);
    // What has one size is not silently given in another.
    let larger = Options { scale: Some(Scale::Large), ..options.clone() };
    assert!(demo::start(&larger, &|_| ()).await.unwrap_err().hint.unwrap().contains("reset"));
    assert!(demo::stop(&home, &|_| ()).await.unwrap());
    assert!(matches!(demo::status(&home).unwrap(), Condition::Stopped));
    demo::start(&options, &|_| ()).await.unwrap();
    assert!(demo::reset(&home, &|_| ()).await.unwrap());
    assert!(matches!(demo::status(&home).unwrap(), Condition::Absent));
    assert!(!demo::reset(&home, &|_| ()).await.unwrap());
    let left: Vec<_> =
        std::fs::read_dir(home.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[tokio::test]
async fn other_users_of_the_machine_are_kept_out() {
    let cluster = common::cluster();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = cluster.folder().parent().unwrap();
    for file in ["secrets.json", "state.json"] {
        assert_eq!(mode(home.join(file)), 0o600, "{file}");
    }
    for folder in ["", "data", "socket"] {
        assert_eq!(mode(cluster.folder().join(folder)), 0o700, "{folder}");
    }
    let url = cluster.url("rishi", LoginKind::Superuser);
    let (before, after) = url.split_once("postgres:").unwrap();
    let without = format!("{before}postgres:wrong@{}", after.split_once('@').unwrap().1);
    let refused = purview::pg::Door::open(
        without.parse().unwrap(),
        None,
        purview::pg::Journal::new("/nonexistent", "nobody"),
        common::anchor,
    )
    .await;
    assert_eq!(refused.unwrap_err().sqlstate.as_deref(), Some("28P01"));
}

#[tokio::test]
async fn a_long_path_does_not_keep_the_server_from_listening() {
    let short = common::passing_home("long");
    let long = short.path().join("x".repeat(120));
    let home = demo::Home::at(&long).unwrap().with_programs(common::programs());
    common::copy_kept(&home).await;
    let cluster = demo::start(&common::options(home.clone()), &|_| ()).await.unwrap();
    assert!(rows_of(&cluster, System::Rishi).await.len() > 10);
    assert!(demo::reset(&home, &|_| ()).await.unwrap());
}

#[tokio::test]
async fn every_row_of_the_sample_refers_to_rows_that_are_there() {
    for system in System::ALL {
        let mut workshop = common::cluster().workshop(system.database()).await.unwrap();
        let keys = pairs(&mut workshop, include_str!("common/orphans.sql")).await;
        assert!(!keys.is_empty(), "{system}");
        let broken: Vec<_> = keys.iter().filter(|(_, count)| count != "0").collect();
        assert!(broken.is_empty(), "{system}: {broken:?}");
        let off =
            one(&mut workshop, "SELECT count(*)::text FROM pg_trigger WHERE tgenabled <> 'O'")
                .await;
        assert_eq!(off, "0", "{system}: a trigger was left off");
    }
}

#[tokio::test]
async fn objects_belong_to_the_application_and_not_to_whoever_built_them() {
    for system in System::ALL {
        let mut workshop = common::cluster().workshop(system.database()).await.unwrap();
        let strangers = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind <> 't' \
               AND pg_get_userbyid(c.relowner) <> current_database() || '_owner' \
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
             UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
             WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND pg_get_userbyid(p.proowner) <> current_database() || '_owner' \
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')";
        let strangers = pairs(&mut workshop, strangers).await;
        assert!(strangers.is_empty(), "{system}: {strangers:?}");
    }
}
