//! Sessions that stand in each other's way, so that there is something to see.

use std::thread;

use purview::demo::Cluster;

/// What they are called, and what they do; each but the first waits for the one before.
const SESSIONS: [(&str, &[&str]); 3] = [
    (
        "importer",
        &["UPDATE users SET name = name WHERE email LIKE 'noor%'", "SELECT pg_sleep(3600)"],
    ),
    (
        "web",
        &[
            "UPDATE departments SET name = name WHERE name = 'Sales'",
            "UPDATE users SET name = name WHERE email LIKE 'noor%'",
        ],
    ),
    ("nightly-report", &["UPDATE departments SET name = name WHERE name = 'Sales'"]),
];
/// Ends them, wherever they stand.
const END: &str = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = ANY ('{importer,web,nightly-report}')";
/// Whether each of them has come as far as it can.
const WAITING: &str = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = ANY ('{web,nightly-report}') AND wait_event_type = 'Lock'";
const SLEEPING: &str = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'importer' AND wait_event = 'PgSleep'";

/// Sessions that are at it.
#[derive(Debug)]
pub(crate) struct Busy {
    database: &'static str,
}

impl Busy {
    /// Begins them one after the other.
    pub(crate) fn begin(cluster: &Cluster, database: &'static str) -> Self {
        let busy = Self { database };
        // What a run that was cut short left behind.
        busy.end(cluster);
        for (number, (name, work)) in SESSIONS.into_iter().enumerate() {
            let server = cluster.clone();
            let begin = format!("SET application_name = '{name}'; BEGIN");
            thread::spawn(move || {
                alone(async {
                    let mut session = server.workshop(database).await.unwrap();
                    session.script(&begin).await.unwrap();
                    for statement in work {
                        // It ends when it is ended from outside.
                        let _ = session.script(statement).await;
                    }
                });
            });
            let (question, wanted) = if number == 0 { (SLEEPING, 1) } else { (WAITING, number) };
            alone(async {
                let mut watch = cluster.workshop(database).await.unwrap();
                while watch.script(question).await.unwrap()[0][0] != Some(wanted.to_string()) {}
            });
        }
        busy
    }

    /// Ends them.
    pub(crate) fn end(&self, cluster: &Cluster) {
        alone(async {
            cluster.workshop(self.database).await.unwrap().script(END).await.unwrap();
        });
    }
}

/// Runs something to its end.
fn alone<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
