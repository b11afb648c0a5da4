//! A trial: the operator and somebody look at the same data, and what somebody does is undone.
//!
//! Two transactions share one exported snapshot, so that a row which one of them fetched is the row that the other judges. What fails there fails alone:
//! every statement has a savepoint. Who the session is gets checked after every statement, before the savepoint could hide a change.

mod each;

use std::sync::Arc;

pub use self::each::Settings;
use super::{
    Acting, Door, Fence, Kind, Problem, Rows, Run, Sql,
    acting::{self, Failure, Place},
    bound::Worker,
    grant,
    lane::{Lane, Wire},
    observer, wrapped,
};

/// Where a statement that fails leads back to.
const BACK: &str = "ROLLBACK TO SAVEPOINT purview";

/// The operator and somebody, over the same data.
#[derive(Debug)]
pub struct Trial<'a> {
    door: &'a Door,
    acting: Arc<Acting>,
    run: Run,
    place: Place,
    lane: Arc<Lane>,
    snapshot: String,
    observer: Wire,
    reader: Wire,
    writer: Option<Wire>,
    /// Whether the server may loop over identities by itself.
    loops: bool,
    /// Whether code that ran as somebody changed who the session was, so that nobody else gets it.
    changed: bool,
}

/// What the server made of a statement in a trial: its answer, or its refusal, which does not end the trial.
pub type Said<T> = Result<T, Problem>;

impl<'a> Trial<'a> {
    /// Opens both transactions.
    pub(super) async fn begin(
        door: &'a Door,
        lane: &Arc<Lane>,
        place: &Place,
        acting: &Arc<Acting>,
        run: &Run,
    ) -> Result<Self, Problem> {
        let mut observer = lane.begin(&observer::opening_of_trial(door.probe())).await?;
        let snapshot = export(&mut observer).await;
        let (snapshot, reader) = match snapshot {
            Ok(snapshot) => {
                let reader = become_somebody(place, acting, &snapshot, false).await;
                (snapshot, reader)
            }
            Err(problem) => (String::new(), Err(problem)),
        };
        let reader = match reader {
            Ok(reader) => reader,
            Err(problem) => {
                if observer.batch("ROLLBACK").await.is_ok() {
                    lane.give_back(observer).await;
                }
                return Err(problem.for_role(&acting.role));
            }
        };
        Ok(Self {
            door,
            acting: Arc::clone(acting),
            run: run.clone(),
            place: place.clone(),
            lane: Arc::clone(lane),
            snapshot,
            observer,
            reader,
            writer: None,
            loops: true,
            changed: false,
        })
    }

    /// Whom the trial concerns.
    pub fn acting(&self) -> &Acting {
        &self.acting
    }

    /// The door to the database.
    pub const fn door(&self) -> &'a Door {
        self.door
    }

    /// Runs a statement of the program's own as the operator. Its failure does not end the trial.
    pub async fn observe(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        self.run.begin(self.observer.pid(), &self.lane).await?;
        let outcome = self.observer.fetch(statement).await;
        self.run.end().await;
        let outcome = fatal(outcome)?;
        if outcome.is_err() {
            self.observer.batch(BACK).await?;
        }
        self.door.note_observed(statement, outcome.as_ref());
        let problem = match outcome {
            Ok(rows) => return Ok(Ok(rows)),
            Err(problem) => problem.for_role(&self.door.probe().login),
        };
        if !grant::has_more(&problem, &self.door.probe().login) {
            return Ok(Err(problem));
        }
        let login = &self.door.probe().login;
        let problem = grant::name_in_full(problem, login, &mut self.observer).await;
        self.observer.batch(BACK).await?;
        Ok(Err(problem))
    }

    /// Makes the identity's settings in the operator's transaction too, so that expressions which read them can be compared.
    pub async fn tell_observer(&mut self) -> Result<Said<()>, Problem> {
        if self.acting.settings.is_empty() {
            return Ok(Ok(()));
        }
        let sql = acting::identify(&self.acting.settings);
        self.observer.touch();
        Ok(self.observe(&sql).await?.map(|_| ()))
    }

    /// Runs a statement as somebody, who cannot write. Its failure does not end the trial.
    pub async fn act(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        let Self { door, acting, run, place, reader, .. } = self;
        attempt(door, place, acting, run, (reader, false), statement, Touch::Rows).await
    }

    /// Runs a statement as somebody who can write, undoes it, and returns the rows that it returned.
    ///
    /// What is undone leaves numbers of sequences taken and what a function did outside of the database.
    pub async fn try_rows(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        self.attempt_write(statement, Touch::Rows).await
    }

    /// Runs a statement as somebody who can write, undoes it, and returns how many rows it touched.
    pub async fn try_count(&mut self, statement: &Sql) -> Result<Said<u64>, Problem> {
        let said = self.attempt_write(statement, Touch::Count).await?;
        Ok(said.map(|rows| rows.scalar().and_then(|text| text.parse().ok()).unwrap_or_default()))
    }

    async fn attempt_write(
        &mut self,
        statement: &Sql,
        touch: Touch,
    ) -> Result<Said<Rows>, Problem> {
        self.door.writable()?;
        if self.writer.is_none() {
            let wire = become_somebody(&self.place, &self.acting, &self.snapshot, true).await?;
            self.writer = Some(wire);
        }
        let Self { door, acting, run, place, writer, .. } = self;
        let wire = writer.as_mut().expect("it was opened above");
        attempt(door, place, acting, run, (wire, true), statement, touch).await
    }

    /// Ends all of it.
    ///
    /// A session that turned out to be somebody else fails the statement that changed it, and with it the trial; so whoever gets here may show what was
    /// returned.
    pub async fn end(self) {
        let Self { mut observer, mut reader, writer, lane, place, changed, .. } = self;
        if observer.batch("ROLLBACK").await.is_ok() {
            lane.give_back(observer).await;
        }
        if changed {
            reader.close().await;
        } else if reader.batch(acting::CLOSING).await.is_ok() {
            place.lane.give_back(reader).await;
        }
        if let Some(mut writer) = writer
            && writer.batch(acting::CLOSING).await.is_ok()
        {
            place.lane.give_back(writer).await;
        }
    }
}

/// What is wanted of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Rows,
    Count,
}

async fn export(observer: &mut Wire) -> Result<String, Problem> {
    let rows = observer.batch("SELECT pg_catalog.pg_export_snapshot(); SAVEPOINT purview").await?;
    let told = rows.first().and_then(|row| row.first()?.clone()).unwrap_or_default();
    // It becomes part of a statement that cannot take a bound value.
    if told.is_empty() || !told.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
        return Err(Problem::bug("the server named a snapshot in a way that is not known"));
    }
    Ok(told)
}

/// A transaction over the data of `snapshot` in which somebody was become.
async fn become_somebody(
    place: &Place,
    acting: &Acting,
    snapshot: &str,
    writes: bool,
) -> Result<Wire, Problem> {
    let fresh = acting.needs_fresh_session();
    if fresh && place.lane.is_pooled() {
        return Err(acting::never_set());
    }
    let opening = acting::opening_of_trial(place.fence, snapshot, writes);
    let mut wire = if fresh {
        place.lane.begin_untouched(&opening).await?
    } else {
        place.lane.begin(&opening).await?
    };
    if place.fence == Fence::Wrapped {
        wrapped::raise(&mut wire, &acting.role).await?;
        if !writes {
            wrapped::raise_loop(&mut wire, &acting.role).await?;
            wire.batch("SET TRANSACTION READ ONLY").await?;
        }
    }
    acting::take_role(&mut wire, place, acting).await?;
    wire.batch("SAVEPOINT purview").await?;
    Ok(wire)
}

/// Runs one statement as somebody, and undoes it.
async fn attempt(
    door: &Door,
    place: &Place,
    acting: &Arc<Acting>,
    run: &Run,
    (wire, writes): (&mut Wire, bool),
    statement: &Sql,
    touch: Touch,
) -> Result<Said<Rows>, Problem> {
    door.still_acting(acting)?;
    let outcome = attempt_unnoted(place, acting, run, (wire, writes), statement, touch).await?;
    door.note_acted(acting, statement, &outcome)?;
    match outcome {
        Ok(rows) => Ok(Ok(rows)),
        Err(Failure::Problem(problem)) => Ok(Err(problem.for_role(&acting.role))),
        Err(changed @ Failure::Changed { .. }) => Err(changed.into_problem()),
    }
}

/// The same without taking note of it.
async fn attempt_unnoted(
    place: &Place,
    acting: &Acting,
    run: &Run,
    (wire, writes): (&mut Wire, bool),
    statement: &Sql,
    touch: Touch,
) -> Result<Result<Rows, Failure>, Problem> {
    let worker = Worker::on(wire, &place.lane, run);
    let work = async {
        match (place.fence, touch) {
            (Fence::Wrapped, Touch::Rows) => wrapped::fetch(wire, statement).await,
            (Fence::Wrapped, Touch::Count) => wrapped::count(wire, statement).await,
            (Fence::Jailed | Fence::Advisory, Touch::Rows) => wire.fetch(statement).await,
            (Fence::Jailed | Fence::Advisory, Touch::Count) => {
                wire.execute(statement).await.map(one)
            }
        }
    };
    let outcome = worker.bounded(work).await;
    Ok(match fatal(outcome)? {
        Ok(rows) => {
            let asked = format!("{}; {BACK}", acting::who_are_we(acting));
            let found = wire.batch(&asked).await?;
            acting::check(found.first(), &acting::expected(acting, place, writes)).map(|()| rows)
        }
        Err(problem) => {
            wire.batch(BACK).await?;
            Err(Failure::Problem(problem))
        }
    })
}

/// A count as rows.
fn one(count: u64) -> Rows {
    Rows { columns: vec!["count".to_owned()], rows: vec![vec![Some(count.to_string())]] }
}

/// What nobody can go on after is told apart from what the server only refused.
fn fatal<T>(outcome: Result<T, Problem>) -> Result<Said<T>, Problem> {
    match outcome {
        Err(problem) if matches!(problem.kind, Kind::Connection | Kind::Cancelled | Kind::Bug) => {
            Err(problem)
        }
        other => Ok(other),
    }
}
