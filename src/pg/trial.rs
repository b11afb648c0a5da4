//! A trial: the operator and somebody look at the same data, and what somebody does is undone.
//!
//! Two transactions share one exported snapshot, so that a row which one of them fetched is the row that the other judges. What fails there fails alone:
//! every statement has a savepoint. Who the session is gets checked after every statement, before the savepoint could hide a change.
//!
//! What ran as somebody is in the journal when the trial has ended, and not later than that it is shown: [`Trial::end`] and [`Trial::record`] see to it.

mod due;
mod each;
mod once;
mod together;

use std::sync::Arc;

pub use self::{each::Settings, together::Together};
use chrono::{DateTime, Utc};

use super::{
    Acting, Door, Entry, Fence, Kind, Problem, Rows, Run, Sql,
    acting::{self, Failure, Place},
    bound::Worker,
    composite, converting, grant,
    lane::Lane,
    observer,
    wire::Wire,
    wrapped,
};

/// Where a statement that fails leads back to.
const BACK: &str = "ROLLBACK TO SAVEPOINT purview";
/// What makes that place.
const MARK: &str = "SAVEPOINT purview";

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
    /// The casts by functions that did not come with the server, if there are any.
    casts: Option<String>,
    reader: Wire,
    stand: Stand,
    writer: Option<Wire>,
    /// Whether the server may loop over identities by itself.
    loops: bool,
    /// Whether code that ran as somebody changed who the session was, so that nobody else gets it.
    changed: bool,
    notes: Notes<'a>,
}

/// How far the transaction is in which somebody only reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// It is open, and the session is nobody but the login.
    Login,
    /// It is somebody's, nothing ran in it, and there is nowhere to lead back to.
    Fresh,
    /// It has a savepoint.
    Marked,
    /// It has ended.
    Over,
}

/// What ran and is not in the journal yet. It gets there in one go, however the trial ends.
#[derive(Debug)]
struct Notes<'a> {
    door: &'a Door,
    entries: Vec<(DateTime<Utc>, Entry)>,
}

/// More than these are not kept back.
const KEPT_BACK: usize = 256;

impl Notes<'_> {
    /// Writes them down.
    fn flush(&mut self) -> Result<(), Problem> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.entries);
        let entries: Vec<_> = entries.iter().map(|(at, entry)| (*at, entry)).collect();
        self.door.journal().write_all(&entries)
    }

    fn extend(&mut self, entries: Vec<(DateTime<Utc>, Entry)>) -> Result<(), Problem> {
        self.entries.extend(entries);
        if self.entries.len() > KEPT_BACK { self.flush() } else { Ok(()) }
    }
}

impl Drop for Notes<'_> {
    /// A trial that fails in the middle is in the journal too; that this fails then is not the first thing that is wrong.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// What the server made of a statement in a trial: its answer, or its refusal, which does not end the trial.
pub type Said<T> = Result<T, Problem>;

impl<'a> Trial<'a> {
    /// Opens both transactions. If there is something that the operator asks `first`, nobody is become before it is known what is asked as somebody.
    pub(super) async fn begin(
        door: &'a Door,
        lane: &Arc<Lane>,
        place: &Place,
        acting: &Arc<Acting>,
        first: Option<&Sql>,
        run: &Run,
    ) -> Result<(Self, Option<Said<Rows>>), Problem> {
        let mut observer = lane.begin(&observer::opening_of_trial(door.probe())).await?;
        let mut told = observer.take_told();
        let casts = converting::take(&mut told);
        let snapshot = snapshot(&told);
        let (snapshot, asked, reader) = match snapshot {
            Ok(snapshot) => {
                let (asked, reader) = tokio::join!(
                    ask_first(door, lane, (&mut observer, casts.as_deref()), first, run),
                    reader_of(place, acting, &snapshot, first.is_none()),
                );
                (snapshot, asked, reader)
            }
            Err(problem) => (String::new(), Err(problem), Err(Problem::bug("nobody was become"))),
        };
        let (asked, reader) = match (asked, reader) {
            (Ok(asked), Ok(reader)) => (asked, reader),
            (asked, reader) => {
                let told = asked.err();
                let problem = match reader {
                    Ok(mut reader) => {
                        if reader.batch(acting::CLOSING).await.is_ok() {
                            place.lane.give_back(reader).await;
                        }
                        None
                    }
                    Err(problem) => Some(problem),
                };
                lane.end(observer).await?;
                let problem = told.or(problem).unwrap_or_else(|| Problem::bug("no trial began"));
                return Err(problem.for_role(&acting.role));
            }
        };
        let trial = Self {
            door,
            acting: Arc::clone(acting),
            run: run.clone(),
            place: place.clone(),
            lane: Arc::clone(lane),
            snapshot,
            observer,
            casts,
            reader,
            stand: if first.is_none() { Stand::Fresh } else { Stand::Login },
            writer: None,
            loops: true,
            changed: false,
            notes: Notes { door, entries: Vec::new() },
        };
        Ok((trial, asked))
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
        let Self { observer, casts, door, lane, .. } = self;
        let login = &door.probe().login;
        let outcome = observe((observer, casts.as_deref()), lane, login, statement).await;
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
        let login = &self.door.probe().login;
        let relations: Vec<_> = statement.relations().cloned().collect();
        if !grant::has_more(&problem, login, &relations) {
            return Ok(Err(problem));
        }
        let problem = grant::name_in_full(problem, login, &relations, &mut self.observer).await;
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
        self.mark().await?;
        let Self { acting, run, place, reader, notes, .. } = self;
        attempt(notes, place, acting, run, (reader, false), statement, Touch::Rows).await
    }

    /// The same in one message, for a statement without values that the server has found to be one.
    pub(super) async fn act_at_once(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        self.mark().await?;
        let Self { acting, run, place, reader, notes, .. } = self;
        attempt(notes, place, acting, run, (reader, false), statement, Touch::AtOnce).await
    }

    /// Runs several statements as the operator, in one. They fail together.
    pub async fn observe_all(&mut self, statements: &[Sql]) -> Result<Said<Vec<Rows>>, Problem> {
        Ok(match self.observe(&all_in_one(statements)).await? {
            Ok(rows) => Ok(each_apart(rows, statements.len())?),
            Err(problem) => Err(problem),
        })
    }

    /// Sees to it that what ran as somebody so far is in the journal.
    pub fn record(&mut self) -> Result<(), Problem> {
        self.notes.flush()
    }

    /// Runs a statement as somebody who can write, has checked what it leaves for COMMIT, undoes it, and returns the rows that it returned.
    ///
    /// What is undone leaves numbers of sequences taken and what a function did outside of the database.
    pub async fn try_rows(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        self.attempt_write(statement, Touch::Rows).await
    }

    /// The same of a statement that returns no rows: how many it touched.
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
            let mut wire = become_somebody(&self.place, &self.acting, &self.snapshot, true).await?;
            wire.batch(MARK).await?;
            self.writer = Some(wire);
        }
        let Self { acting, run, place, writer, notes, .. } = self;
        let wire = writer.as_mut().expect("it was opened above");
        attempt(notes, place, acting, run, (wire, true), statement, touch).await
    }

    /// Ends all of it, and fails if there would be no record of what ran.
    ///
    /// A session that turned out to be somebody else fails the statement that changed it, and with it the trial; so whoever gets here may show what was
    /// returned.
    pub async fn end(self) -> Result<(), Problem> {
        let Self { observer, mut reader, writer, lane, place, changed, stand, mut notes, .. } =
            self;
        let observed = lane.end(observer);
        let acted = async {
            if changed {
                reader.close().await;
            } else if stand == Stand::Over || reader.batch(acting::CLOSING).await.is_ok() {
                place.lane.give_back(reader).await;
            }
        };
        let written = async {
            if let Some(mut writer) = writer
                && writer.batch(acting::CLOSING).await.is_ok()
            {
                place.lane.give_back(writer).await;
            }
        };
        let (observed, (), ()) = tokio::join!(observed, acted, written);
        notes.flush().and(observed)
    }
}

/// What is wanted of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Rows,
    AtOnce,
    Count,
}

/// The name of the snapshot that the observer told.
fn snapshot(told: &[super::Row]) -> Result<String, Problem> {
    let told = told.last().and_then(|row| row.first()?.clone()).unwrap_or_default();
    // It becomes part of a statement that cannot take a bound value.
    if told.is_empty() || !told.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
        return Err(Problem::bug("the server named a snapshot in a way that is not known"));
    }
    Ok(told)
}

/// Runs a statement of the operator's, unless somebody else's code would convert what it reads.
async fn observe(
    (wire, casts): (&mut Wire, Option<&str>),
    lane: &Lane,
    login: &str,
    statement: &Sql,
) -> Result<Rows, Problem> {
    if let Some(casts) = casts {
        converting::refuse(wire, lane, login, casts, [statement]).await?;
    }
    wire.fetch(statement).await
}

/// Runs the operator's first statement.
async fn ask_first(
    door: &Door,
    lane: &Arc<Lane>,
    (observer, casts): (&mut Wire, Option<&str>),
    first: Option<&Sql>,
    run: &Run,
) -> Result<Option<Said<Rows>>, Problem> {
    let Some(statement) = first else { return Ok(None) };
    run.begin(observer.pid(), lane).await?;
    let login = &door.probe().login;
    let outcome = observe((observer, casts), lane, login, statement).await;
    run.end().await;
    let outcome = fatal(outcome)?;
    if outcome.is_err() {
        observer.batch(BACK).await?;
    }
    door.note_observed(statement, outcome.as_ref());
    Ok(Some(outcome.map_err(|problem| problem.for_role(&door.probe().login))))
}

/// One statement that runs all of `statements`: each row says of which it is, and is a row of that one as the server prints it.
pub(crate) fn all_in_one(statements: &[Sql]) -> Sql {
    let arms = statements.iter().enumerate().map(|(at, statement)| {
        let mut arm = Sql::new("SELECT ");
        arm.number(at as u64)
            .push("::pg_catalog.text, purview_all_of_it::pg_catalog.text FROM (")
            .append(statement)
            .push("\n) AS purview_all_of_it");
        arm
    });
    super::sql::join(&arms.collect::<Vec<_>>(), " UNION ALL ")
}

/// The rows of each of `count` statements that ran in one.
pub(crate) fn each_apart(rows: Rows, count: usize) -> Result<Vec<Rows>, Problem> {
    let unknown = || Problem::bug("the server printed a row in a way that is not known");
    let mut apart = vec![Rows::default(); count];
    for row in rows.rows {
        let [Some(at), Some(text)] = row.as_slice() else { return Err(unknown()) };
        let at = at.parse::<usize>().map_err(|_| unknown())?;
        let rows = apart.get_mut(at).ok_or_else(unknown)?;
        rows.rows.push(composite::fields(text).ok_or_else(unknown)?);
    }
    Ok(apart)
}

/// A transaction over the data of `snapshot` for somebody who reads, and whom it is already if `become_them`.
async fn reader_of(
    place: &Place,
    acting: &Acting,
    snapshot: &str,
    become_them: bool,
) -> Result<Wire, Problem> {
    if become_them {
        become_somebody(place, acting, snapshot, false).await
    } else {
        open_for_somebody(place, acting, snapshot, false).await
    }
}

/// A transaction over the data of `snapshot` in which somebody was become.
async fn become_somebody(
    place: &Place,
    acting: &Acting,
    snapshot: &str,
    writes: bool,
) -> Result<Wire, Problem> {
    let mut wire = open_for_somebody(place, acting, snapshot, writes).await?;
    acting::take_role(&mut wire, place, acting, &[]).await?;
    Ok(wire)
}

/// A transaction over the data of `snapshot` in which nobody was become yet.
async fn open_for_somebody(
    place: &Place,
    acting: &Acting,
    snapshot: &str,
    writes: bool,
) -> Result<Wire, Problem> {
    let fresh = acting.needs_fresh_session();
    if fresh && place.lane.is_pooled() {
        return Err(acting::never_set());
    }
    let opening = acting::opening_of_trial(place.fence, &acting.role, snapshot, writes);
    // What runs between its statements could give their names to others, so that they have none.
    place.lane.begin_nameless(fresh, &opening).await
}

/// Runs one statement as somebody, and undoes it.
async fn attempt(
    notes: &mut Notes<'_>,
    place: &Place,
    acting: &Arc<Acting>,
    run: &Run,
    (wire, writes): (&mut Wire, bool),
    statement: &Sql,
    touch: Touch,
) -> Result<Said<Rows>, Problem> {
    notes.door.still_acting(acting)?;
    let outcome = attempt_unnoted(place, acting, run, (wire, writes), statement, touch).await?;
    notes.extend(notes.door.note_acted(acting, statement, &outcome))?;
    match outcome {
        Ok(rows) => Ok(Ok(rows)),
        Err(Failure::Problem(problem)) => Ok(Err(problem.for_role(&acting.role))),
        Err(changed @ (Failure::Changed { .. } | Failure::Renamed)) => Err(changed.into_problem()),
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
        let rows = match (place.fence, touch) {
            (Fence::Wrapped, Touch::Rows | Touch::AtOnce) => wrapped::fetch(wire, statement).await,
            (Fence::Wrapped, Touch::Count) => wrapped::count(wire, statement).await,
            (Fence::Jailed | Fence::Advisory, Touch::Rows) => wire.fetch(statement).await,
            (Fence::Jailed | Fence::Advisory, Touch::AtOnce) => wire.at_once(statement).await,
            (Fence::Jailed | Fence::Advisory, Touch::Count) => {
                wire.execute(statement).await.map(one)
            }
        }?;
        if writes {
            due::settle(wire, place.fence).await?;
        }
        Ok(rows)
    };
    let outcome = worker.bounded(work).await;
    Ok(match fatal(outcome)? {
        Ok(rows) => {
            let asked = format!("{}; {BACK}", acting::who_are_we(acting));
            let found = wire.batch(&asked).await?;
            acting::check(found.first(), &acting::expected(acting, place, wire, writes))
                .map(|()| rows)
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
pub(super) fn fatal<T>(outcome: Result<T, Problem>) -> Result<Said<T>, Problem> {
    match outcome {
        Err(problem) if matches!(problem.kind, Kind::Connection | Kind::Cancelled | Kind::Bug) => {
            Err(problem)
        }
        other => Ok(other),
    }
}
