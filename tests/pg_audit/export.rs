//! What is exported from the pane is what the command line writes, byte by byte, and nothing is left of what was stopped.

use std::{path::Path, sync::Arc};

use purview::{
    audit::Events,
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Filter, Query},
    mapping::Library,
    pg::{Identity, Kind, Run},
    tui::{msg::Written, runtime::export},
};

use super::{
    common::{self, TestDatabase},
    program::Program,
};

/// Fewer than there are events, so that a file is made of several pages.
const PAGE: usize = 97;

async fn open(test: &TestDatabase) -> Arc<Database> {
    let door = test.door(LoginKind::Support).await;
    Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap())
}

fn question(filter: &str) -> Box<Ask<Events>> {
    let filter = Filter::parse(filter).unwrap();
    let query = Query { filter, limit: PAGE, whole: true, ..Query::default() };
    Box::new(Ask { view: Events::default(), query })
}

fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_of_events_is_what_the_command_line_writes_for_all_five_systems() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new();
    for system in System::ALL {
        let test = common::database(system).await;
        let database = open(&test).await;
        let url = test.url(LoginKind::Support);
        let all = count(&test, system).await;
        for (filter, format) in [("", "ndjson"), ("", "csv"), ("at>=2025-06-20 actor!=null", "csv")]
        {
            let name = in_folder(folder.path(), &format!("{system}-{}.{format}", filter.len()));
            let (identity, run) = (Identity::Observer, Run::new());
            let told = std::sync::Mutex::new(Vec::new());
            let told = Arc::new(told);
            let run = {
                let told = Arc::clone(&told);
                run.telling(move |part| {
                    told.lock().unwrap().extend(part.downcast_ref::<Written>().map(|it| it.rows));
                })
            };
            let database = Arc::clone(&database);
            let exported = export(question(filter), &name, database, identity, run).await.unwrap();
            let line = ["audit", "--url", &url, "--filter", filter, "-o", format];
            let ran = program.run(line);
            assert_eq!(ran.code, 0, "{}", ran.said);
            assert_eq!(std::fs::read_to_string(&name).unwrap(), ran.out, "{system} {filter}");
            if filter.is_empty() {
                assert_eq!(exported.rows, all, "{system}");
            }
            let told = told.lock().unwrap();
            assert_eq!(told.len(), exported.rows.div_ceil(PAGE).max(1), "{system}: {told:?}");
            assert_eq!(told.last(), Some(&exported.rows));
        }
    }
}

/// How many events a statement of the sources' own finds.
async fn count(test: &TestDatabase, system: System) -> usize {
    let by_hand = match system {
        System::OrgAssistant => super::ORG_ASSISTANT,
        System::Jenifer => super::JENIFER,
        System::Hastecrm => super::HASTECRM,
        System::Sekretarka => super::SEKRETARKA,
        System::Rishi => super::RISHI,
    };
    let counting = format!("SELECT count(*)::text FROM ({by_hand}) e");
    let rows = test.workshop().await.script(&counting).await.unwrap();
    rows[0][0].as_deref().unwrap().parse().unwrap()
}

#[tokio::test]
async fn nothing_is_left_of_an_export_that_was_stopped_while_the_server_works() {
    let test = common::database(System::OrgAssistant).await;
    let database = open(&test).await;
    let folder = tempfile::tempdir().unwrap();
    let name = in_folder(folder.path(), "audit.ndjson");
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let mut locker = test.workshop().await;
    locker.script("BEGIN; LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let run = Run::new();
    let working = export(question(""), &name, database, Identity::Observer, run.clone());
    let stopping = async {
        while !run.has_begun().await || files() == 0 {
            tokio::task::yield_now().await;
        }
        run.cancel().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(working, stopping);
    assert_eq!(outcome.unwrap_err().kind, Kind::Cancelled);
    assert_eq!(files(), 0);
}
