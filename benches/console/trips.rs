//! Round trips to the server, counted by a line in between: what is slow over a slow line whatever the machine.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Door, Identity, Journal, RelationName, Run},
    question::Question as _,
    tables::Rows,
};

use super::{
    figures::{self, Goal, Unit},
    subject::{Subject, WIDE, ready},
    world::{AUDIT, USERS, World, target},
};

/// A line to the server that counts how often it is asked and answers.
struct Line {
    port: u16,
    count: Arc<AtomicUsize>,
}

impl Line {
    fn to(server: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A line that cannot be had shows in the program that wanted it.
                let _ = connect(client, server, &counted);
            }
        });
        Ok(Self { port, count })
    }

    fn url(&self, world: &World, login: LoginKind) -> String {
        let database = System::OrgAssistant.database();
        let direct = format!("127.0.0.1:{}", world.cluster.port());
        let url = world.cluster.url(database, login);
        format!("{}?sslmode=disable", url.replace(&direct, &format!("127.0.0.1:{}", self.port)))
    }

    /// Round trips since the last time.
    fn taken(&self) -> f64 {
        self.count.swap(0, Ordering::SeqCst) as f64
    }
}

fn connect(client: TcpStream, server: u16, count: &Arc<AtomicUsize>) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server))?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let asked = Arc::new(AtomicBool::new(false));
    let ways = (client.try_clone()?, server.try_clone()?, Arc::clone(&asked));
    let count = Arc::clone(count);
    // What is said in one direction until the other answers is one trip.
    thread::spawn(move || {
        copy(ways.0, ways.1, || {
            if !ways.2.swap(true, Ordering::SeqCst) {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
    });
    thread::spawn(move || copy(server, client, || asked.store(false, Ordering::SeqCst)));
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, told: impl Fn()) {
    let mut bytes = vec![0; 65536];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        told();
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let line = Line::to(world.cluster.port())?;
    let (users, audit) = (world.known(USERS)?, world.known(AUDIT)?);
    let mut start = Vec::new();
    let mut open = Vec::new();
    for subject in Subject::BOTH {
        let (url, jail) = (line.url(world, LoginKind::Admin), line.url(world, LoginKind::Jail));
        line.taken();
        let mut terminal = subject.start_through(&url, &jail, world, USERS, WIDE)?;
        ready(&mut terminal, &users)?;
        start.push(line.taken());
        terminal.watch(Duration::from_millis(500));
        line.taken();
        let first = audit.keys[0].clone();
        terminal.ask(&subject.open(AUDIT), super::subject::shows(&first))?;
        open.push(line.taken());
    }
    figures::line(
        "round trips to the first rows",
        Unit::Count,
        start[0],
        Some(start[1]),
        &[Goal::Shown],
    );
    figures::line(
        "round trips to open a table",
        Unit::Count,
        open[0],
        Some(open[1]),
        &[Goal::Shown],
    );
    let (plain, acting) = pages(world, &line)?;
    figures::line("round trips of a plain page", Unit::Count, plain, None, &[Goal::Shown]);
    figures::line(
        "round trips of an acting page",
        Unit::Count,
        acting,
        None,
        &[Goal::Most(plain + 1.0)],
    );
    Ok(())
}

/// What the second of two pages takes, as the operator and as a user.
fn pages(world: &mut World, line: &Line) -> anyhow::Result<(f64, f64)> {
    let user = world.column("SELECT u.id::text FROM public.users u ORDER BY u.id LIMIT 1")?;
    let (login, jail) = (line.url(world, LoginKind::Admin), line.url(world, LoginKind::Jail));
    let journal = Journal::new(target().join("bench-home/journal.jsonl"), "bench");
    let now = chrono::Utc::now();
    let acting = Acting {
        role: "org_assistant_app".into(),
        settings: vec![(
            "app.current_user_id".parse()?,
            user.into_iter().next().unwrap_or_default(),
        )],
        search_path: None,
        person: None,
        reason: "bench".into(),
        since: now,
        until: now + chrono::TimeDelta::minutes(30),
    };
    let identities = [Identity::Observer, Identity::Acting(Arc::new(acting))];
    world.runtime.block_on(async {
        let door =
            Door::open(login.parse()?, Some(jail.parse()?), journal, chrono::Utc::now).await?;
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await?);
        let mut taken = Vec::new();
        for identity in identities {
            for _ in 0..2 {
                line.taken();
                let table = RelationName::new("public", "files");
                let ask = Ask { view: Rows::of(table), query: Query::default() };
                ask.ask(Arc::clone(&database), identity.clone(), Run::new()).await?;
            }
            taken.push(line.taken());
        }
        Ok((taken[0], taken[1]))
    })
}
