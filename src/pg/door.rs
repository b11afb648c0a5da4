//! The door: two logins, one gate.
//!
//! Every statement of every room passes [`Door::read`], [`Door::sample`], [`Door::write`], [`Door::trial`] or [`Door::desk`], and each of them knows as whom it runs.
//! What could write asks [`Door::writable`] first: a door that is [`Door::read_only`] lets nothing of the kind through.

use std::{ops::ControlFlow, sync::Arc};

use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use super::{
    Acting, Confirmed, Desk, Entry, Fence, Head, Identity, Journal, Kind, Login, Most, Probe,
    Problem, Row, Rows, Run, Signal, Sql, Told, Trial, Typed, Verbatim, Workshop,
    acting::{self, Failure, Place},
    grant,
    lane::{Lane, Use},
    log::{Log, Ran},
    observer, operator, probe,
    trial::{Said, all_in_one, each_apart},
    typed::{self, Who},
};

/// The way to one database.
#[derive(Debug)]
pub struct Door {
    lane: Arc<Lane>,
    /// The operator's connections for the server's own statistics: nothing else waits behind them, and they behind nothing.
    monitor: OnceCell<Arc<Lane>>,
    /// The operator's connections for statements that a person typed.
    typed: OnceCell<Arc<Lane>>,
    probe: Probe,
    jail: Option<Login>,
    /// The login that owns the schema, where that is not the operator's.
    builder: Option<Login>,
    place: OnceCell<Place>,
    journal: Journal,
    clock: fn() -> DateTime<Utc>,
    log: Log,
    read_only: bool,
    audits: bool,
}

impl Door {
    /// Connects as `operator`. `jail` is the login for everything that runs as somebody else; it is only connected when it is needed.
    pub async fn open(
        operator: Login,
        jail: Option<Login>,
        journal: Journal,
        clock: fn() -> DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let lane = Lane::open(operator, Use::Own).await?;
        let mut wire = lane.take().await?;
        let probe = Probe::ask(&mut wire, &lane).await?;
        lane.give_back(wire).await;
        let (monitor, typed, place) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let log = Log::default();
        let builder = None;
        Ok(Self {
            lane,
            monitor,
            typed,
            probe,
            jail,
            builder,
            place,
            journal,
            clock,
            log,
            read_only: false,
            audits: false,
        })
    }

    /// The same door, through which nothing may be written if `read_only`: nothing that stays, and nothing that is undone.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// The same door, through which the schema is changed as `login`.
    #[must_use]
    pub fn with_builder(mut self, login: Option<Login>) -> Self {
        self.builder = login;
        self
    }

    /// As whom the schema is changed.
    pub fn builder(&self) -> &Login {
        self.builder.as_ref().unwrap_or_else(|| self.lane.login())
    }

    /// Whether the server would refuse whatever is written through it: a standby, or to a login that begins read only, where no other has the schema.
    pub const fn is_refused_writing(&self) -> bool {
        self.probe.standby || self.probe.begins_read_only && self.builder.is_none()
    }

    /// A session in which the schema is changed, for as long as `run` is wanted.
    pub(crate) async fn workshop(&self, run: &Run) -> Result<Workshop, Problem> {
        self.writable()?;
        Workshop::serving(self.builder(), run).await
    }

    /// Fails if nothing may be written here.
    pub fn writable(&self) -> Result<(), Problem> {
        if !self.read_only {
            return Ok(());
        }
        Err(Problem::new(Kind::Permission, "the context is read only: nothing is written through it")
            .hint("where that is too strict, `read_only = false` stands in the context; `production = true` alone makes it read only"))
    }

    /// The same door, where an entry goes to the application's own audit before somebody is acted as if `audits`.
    #[must_use]
    pub fn audit_acting(mut self, audits: bool) -> Self {
        self.audits = audits;
        self
    }

    /// Whether an entry goes to the application's own audit before somebody is acted as.
    pub const fn audits_acting(&self) -> bool {
        self.audits
    }

    /// What was found at connect.
    pub const fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Now, by the clock that the door was opened with.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The operator's login.
    pub fn login(&self) -> &Login {
        self.lane.login()
    }

    /// The login for everything that runs as somebody else, if there is one.
    pub const fn jail(&self) -> Option<&Login> {
        self.jail.as_ref()
    }

    /// The record of acting.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// How strong the fence around acting is; connects the jail login if there is one.
    pub async fn fence(&self) -> Result<Fence, Problem> {
        Ok(self.place().await?.fence)
    }

    /// Runs one statement as `identity` and returns its rows.
    pub async fn read(
        &self,
        identity: &Identity,
        statement: &Sql,
        run: &Run,
    ) -> Result<Rows, Problem> {
        let mut rows = self.read_all(identity, std::slice::from_ref(statement), run).await?;
        Ok(rows.pop().unwrap_or_default())
    }

    /// Runs `statements` as `identity`, all in one transaction that is rolled back, and returns the rows of each.
    pub async fn read_all(
        &self,
        identity: &Identity,
        statements: &[Sql],
        run: &Run,
    ) -> Result<Vec<Rows>, Problem> {
        let began = (self.clock)();
        let outcome = match identity {
            Identity::Observer => observer::read(&self.lane, &self.probe, statements, run).await,
            Identity::Acting(acting) => self.read_as(acting, statements, run).await,
        };
        let span = (began, (self.clock)());
        self.log.note(span, identity, statements, outcome.as_deref());
        let role = identity.acting().map_or(self.probe.login.as_str(), |acting| &acting.role);
        self.cured(outcome, role, statements).await
    }

    /// Runs one statement about the server's own statistics, as the operator's login, in a transaction and on a connection of its own.
    pub async fn sample(&self, statement: &Sql, run: &Run) -> Result<Rows, Problem> {
        let began = (self.clock)();
        let outcome = match self.monitor().await {
            Ok(lane) => observer::sample(lane, &self.probe, statement, run).await,
            Err(problem) => Err(problem),
        };
        let span = (began, (self.clock)());
        let statements = std::slice::from_ref(statement);
        self.log.note(
            span,
            &Identity::Observer,
            statements,
            outcome.as_ref().map(std::slice::from_ref),
        );
        self.cured(outcome, &self.probe.login, statements).await
    }

    /// Runs a statement that a person typed as `identity`, in a transaction that is read only and rolled back, and hands out its rows, stretch by stretch,
    /// until `most` are there or `take` has enough. As somebody else only where nothing could become the login again. What the server knows to act is
    /// refused.
    pub async fn typed(
        &self,
        identity: &Identity,
        typed: &Typed,
        most: Most,
        run: &Run,
        take: impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
    ) -> Result<Told, Problem> {
        // A place in a statement of the program's own is none in what was typed.
        let refused = typed::refused(typed, self, run).await;
        if let Some(refusal) = refused.map_err(|problem| Problem { at: None, ..problem })? {
            return Err(refusal.problem(typed.text()));
        }
        let began = (self.clock)();
        let outcome = match identity {
            Identity::Observer => self.typed_as_login(typed, most, run, take).await,
            Identity::Acting(acting) => self.typed_as(acting, typed, most, run, take).await,
        };
        let span = (began, (self.clock)());
        let mut statement = Sql::default();
        statement.typed(typed);
        let rows = outcome.as_ref().map(|told| usize::try_from(told.rows).unwrap_or(usize::MAX));
        self.log.note_one(span, identity, &statement, rows);
        let role = identity.acting().map_or(self.probe.login.as_str(), |acting| &acting.role);
        self.cured(outcome, role, std::slice::from_ref(&statement)).await
    }

    async fn typed_as_login(
        &self,
        typed: &Typed,
        most: Most,
        run: &Run,
        take: impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
    ) -> Result<Told, Problem> {
        let open = || self.another(Use::Somebody);
        let lane = self.typed.get_or_try_init(open).await?;
        let outcome =
            Box::pin(typed::run(Who { lane, acting: None }, typed, most, run, take)).await;
        outcome.map_err(|failure| failure.into_problem().for_role(&self.probe.login))
    }

    async fn typed_as(
        &self,
        acting: &Acting,
        typed: &Typed,
        most: Most,
        run: &Run,
        mut take: impl FnMut(&[Head], Vec<Row>) -> Result<ControlFlow<()>, Problem>,
    ) -> Result<Told, Problem> {
        self.still_acting(acting)?;
        let place = self.place().await?;
        if !place.fence.allows_free_sql() {
            let reason = format!(
                "SQL of one's own as somebody else needs a jail; this fence is {}",
                place.fence
            );
            return Err(Problem::new(Kind::Permission, reason)
                .hint("name a login without rights of its own by `--acting-url`; `purview roles --print` makes one"));
        }
        let mut statement = Sql::default();
        statement.typed(typed);
        let mut shown = false;
        let who = Who { lane: &place.lane, acting: Some((place, acting)) };
        let running = typed::run(who, typed, most, run, |heads, rows| {
            self.still_acting(acting)?;
            // What is shown is in the journal before that; how many rows it came to, when it has ended.
            if !std::mem::replace(&mut shown, true) {
                self.note_statement(acting, &statement, Ok(None))?;
            }
            take(heads, rows)
        });
        let outcome = Box::pin(running).await;
        let rows = outcome.as_ref().map(|told| usize::try_from(told.rows).ok());
        self.note_statement(acting, &statement, rows)?;
        if let Err(failure) = &outcome {
            self.note_change(acting, failure)?;
        }
        outcome.map_err(|failure| failure.into_problem().for_role(&acting.role))
    }

    /// Runs `statement`, which ends what a session does or the session itself, because a person saw it and agreed. Without a record nothing is ended.
    pub async fn signal(
        &self,
        statement: &Sql,
        confirmed: &Confirmed,
        signal: &Signal,
        run: &Run,
    ) -> Result<Rows, Problem> {
        self.writable()?;
        confirmed.cover(std::slice::from_ref(statement))?;
        self.journal.write((self.clock)(), &Entry::Signal(signal.clone()))?;
        let outcome = self.sample(statement, run).await;
        let said = match &outcome {
            Ok(rows) => rows.scalar().map_or("nobody was there", |done| {
                if done == "true" { "done" } else { "not done" }
            }),
            Err(problem) => problem.sqlstate.as_deref().unwrap_or("failed"),
        };
        let pid = signal.pid;
        self.journal.write((self.clock)(), &Entry::Signalled { pid, outcome: said.to_owned() })?;
        outcome
    }

    async fn monitor(&self) -> Result<&Arc<Lane>, Problem> {
        self.monitor.get_or_try_init(|| self.another(Use::Own)).await
    }

    /// The last statements that went through here, oldest first.
    pub fn ran(&self) -> Vec<Ran> {
        self.log.all()
    }

    /// Runs `statements` as the operator, in one transaction that is committed, because a person saw them and agreed.
    pub async fn write(
        &self,
        statements: &[Sql],
        confirmed: &Confirmed,
    ) -> Result<Vec<u64>, Problem> {
        self.writable()?;
        let outcome = operator::write(&self.lane, statements, confirmed).await;
        let outcome = outcome.map_err(|problem| problem.for_role(&self.probe.login));
        self.cured(outcome, &self.probe.login, statements).await
    }

    /// The same outcome of `statements`; where `role` lacks a privilege, with the GRANT in full.
    async fn cured<T>(
        &self,
        outcome: Result<T, Problem>,
        role: &str,
        statements: &[Sql],
    ) -> Result<T, Problem> {
        let Err(problem) = outcome else { return outcome };
        let relations: Vec<_> = statements.iter().flat_map(Sql::relations).cloned().collect();
        if !grant::has_more(&problem, role, &relations) {
            return Err(problem);
        }
        // Where even that cannot be asked the problem stays as it was told.
        let Ok(mut wire) = self.lane.begin(probe::OPENING).await else { return Err(problem) };
        let problem = grant::name_in_full(problem, role, &relations, &mut wire).await;
        // Only the hint came of it.
        drop(self.lane.end(wire).await);
        Err(problem)
    }

    /// Opens two transactions over the same data, the operator's and one as `acting`, in which statements are tried and undone.
    pub async fn trial(&self, acting: &Arc<Acting>, run: &Run) -> Result<Trial<'_>, Problem> {
        self.still_acting(acting)?;
        Ok(Trial::begin(self, &self.lane, self.place().await?, acting, None, run).await?.0)
    }

    /// The same, where the operator asks for the rows of `statements`, all in one, while somebody is being become; they fail together.
    pub async fn trial_asking(
        &self,
        acting: &Arc<Acting>,
        statements: &[Sql],
        run: &Run,
    ) -> Result<(Trial<'_>, Said<Vec<Rows>>), Problem> {
        self.still_acting(acting)?;
        let first = all_in_one(statements);
        let place = self.place().await?;
        let (trial, said) =
            Trial::begin(self, &self.lane, place, acting, Some(&first), run).await?;
        let said = said.ok_or_else(|| Problem::bug("what was asked first was not asked"))?;
        let said = match said {
            Ok(rows) => Ok(each_apart(rows, statements.len())?),
            Err(problem) => Err(problem),
        };
        Ok((trial, said))
    }

    /// Opens a desk for `verbatim`, which is planned there as `identity`, or run only to be measured.
    pub async fn desk(
        &self,
        identity: &Identity,
        verbatim: &Verbatim,
        run: &Run,
    ) -> Result<Desk<'_>, Problem> {
        Desk::open(self, &self.lane, (identity, verbatim), run).await
    }

    /// Notes in the journal that acting begins, before the first statement. Without a record nobody is acted as.
    pub async fn begin_acting(&self, acting: &Acting) -> Result<Fence, Problem> {
        let fence = self.fence().await?;
        self.journal.write((self.clock)(), &Entry::start(acting, fence))?;
        Ok(fence)
    }

    /// Writes the entry in the application's own audit about acting as `acting`, because a person saw it and agreed. What became of it is in the journal.
    pub async fn write_entry(
        &self,
        acting: &Acting,
        entry: &Sql,
        confirmed: &Confirmed,
    ) -> Result<(), Problem> {
        let outcome = self.write(std::slice::from_ref(entry), confirmed).await;
        let outcome = outcome.and_then(|touched| match touched.as_slice() {
            [1] => Ok(()),
            _ => Err(Problem::new(Kind::Refused, "the database kept no entry")
                .hint("a trigger or a rule of the table may have done something else instead")),
        });
        match &outcome {
            Ok(()) => self.note_entry(acting, "written")?,
            Err(problem) => self.note_entry(acting, &format!("not written: {problem}"))?,
        }
        outcome
    }

    /// Notes in the journal what became of the entry in the application's own audit.
    pub fn note_entry(&self, acting: &Acting, outcome: &str) -> Result<(), Problem> {
        let outcome = outcome.to_owned();
        self.note(acting, |role, user| Entry::Audited { role, user, outcome })
    }

    /// Notes in the journal that acting ends.
    pub fn end_acting(&self, acting: &Acting) -> Result<(), Problem> {
        self.journal.write((self.clock)(), &Entry::end(acting))
    }

    async fn read_as(
        &self,
        acting: &Acting,
        statements: &[Sql],
        run: &Run,
    ) -> Result<Vec<Rows>, Problem> {
        self.still_acting(acting)?;
        let place = self.place().await?;
        let mut outcome = acting::read(place, acting, statements, run).await;
        if let Err(failure @ Failure::Renamed) = &outcome {
            // Where names are not safe nothing has one, and the question takes longer. Nobody saw what was answered.
            place.lane.forgo_names();
            self.note_change(acting, failure)?;
            outcome = Box::pin(acting::read(place, acting, statements, run)).await;
        }
        for (index, statement) in statements.iter().enumerate() {
            let answers = outcome.as_ref().map(|answers| answers.get(index));
            self.note_statement(
                acting,
                statement,
                answers.map(|rows| rows.map(|it| it.rows.len())),
            )?;
        }
        if let Err(failure) = &outcome {
            self.note_change(acting, failure)?;
        }
        outcome.map_err(Failure::into_problem)
    }

    /// Fails if the time to act as somebody is over.
    pub(super) fn still_acting(&self, acting: &Acting) -> Result<(), Problem> {
        if (self.clock)() < acting.until {
            return Ok(());
        }
        Err(Problem::new(Kind::Permission, format!("acting as {} has ended", acting.label()))
            .hint("begin again, with a reason"))
    }

    /// Takes note of a statement that ran in a trial as the operator.
    pub(super) fn note_observed(&self, statement: &Sql, outcome: Result<&Rows, &Problem>) {
        let at = (self.clock)();
        let statements = std::slice::from_ref(statement);
        self.log.note((at, at), &Identity::Observer, statements, outcome.map(std::slice::from_ref));
    }

    /// Takes note of a statement that ran in a trial as somebody, and returns what the journal is to hold of it.
    pub(super) fn note_acted(
        &self,
        acting: &Arc<Acting>,
        statement: &Sql,
        outcome: &Result<Rows, Failure>,
    ) -> Vec<(DateTime<Utc>, Entry)> {
        let at = (self.clock)();
        let rows = outcome.as_ref().map(|rows| Some(rows.rows.len()));
        let entry = statement_entry(acting, statement, rows);
        let changed = outcome.as_ref().err().and_then(|failure| change_entry(acting, failure));
        let entries = [Some(entry), changed].into_iter().flatten().map(|entry| (at, entry));
        let changed = Problem::new(Kind::Permission, "the identity changed");
        let told = outcome.as_ref().map(std::slice::from_ref).map_err(|failure| match failure {
            Failure::Problem(problem) => problem,
            Failure::Changed { .. } | Failure::Renamed => &changed,
        });
        let identity = Identity::Acting(Arc::clone(acting));
        self.log.note((at, at), &identity, std::slice::from_ref(statement), told);
        entries.collect()
    }

    /// Takes note of a statement that ran in a trial as many: one entry, which says as how many; and of what `changed`, if it did.
    pub(super) fn note_crowd(
        &self,
        acting: &Arc<Acting>,
        statement: &Sql,
        answers: &[Result<Vec<Row>, Problem>],
        changed: Option<&str>,
    ) -> Result<(), Problem> {
        let rows: usize = answers.iter().flatten().map(Vec::len).sum();
        let refused = answers.iter().filter(|answer| answer.is_err()).count();
        let failed = (refused > 0).then(|| format!("for {refused}"));
        let (text, user) = (statement.render().0, format!("{} identities", answers.len()));
        self.note(acting, |role, _| Entry::Statement {
            role,
            user: user.clone(),
            text,
            rows: Some(rows),
            failed,
        })?;
        if let Some(found) = changed {
            let found = found.to_owned();
            self.note(acting, |role, _| Entry::IdentityChanged { role, user, found })?;
        }
        let at = (self.clock)();
        let told = Rows { columns: Vec::new(), rows: vec![Row::new(); rows] };
        let identity = Identity::Acting(Arc::clone(acting));
        let statements = std::slice::from_ref(statement);
        self.log.note((at, at), &identity, statements, Ok(std::slice::from_ref(&told)));
        Ok(())
    }

    fn note_statement(
        &self,
        acting: &Acting,
        statement: &Sql,
        outcome: Result<Option<usize>, &Failure>,
    ) -> Result<(), Problem> {
        self.journal.write((self.clock)(), &statement_entry(acting, statement, outcome))
    }

    fn note_change(&self, acting: &Acting, failure: &Failure) -> Result<(), Problem> {
        match change_entry(acting, failure) {
            Some(entry) => self.journal.write((self.clock)(), &entry),
            None => Ok(()),
        }
    }

    fn note(
        &self,
        acting: &Acting,
        entry: impl FnOnce(String, String) -> Entry,
    ) -> Result<(), Problem> {
        self.journal.write((self.clock)(), &entry(acting.role.clone(), acting.label().to_owned()))
    }

    /// More connections of the operator's login, of which is known what was found out about the first ones.
    async fn another(&self, purpose: Use) -> Result<Arc<Lane>, Problem> {
        let lane = Lane::open(self.lane.login().clone(), purpose).await?;
        if self.lane.is_pooled() {
            lane.is_shared();
        }
        if !self.lane.has_names() {
            lane.forgo_names();
        }
        Ok(lane)
    }

    async fn place(&self) -> Result<&Place, Problem> {
        self.place.get_or_try_init(|| self.find_place()).await
    }

    /// The strongest fence that can be had: a jail login, the wrapper, or none.
    async fn find_place(&self) -> Result<Place, Problem> {
        let Some(jail) = &self.jail else {
            let lane = self.another(Use::Somebody).await?;
            return Ok(Place { lane, fence: fence_of(&self.probe) });
        };
        let lane = Lane::open(jail.clone(), Use::Somebody).await?;
        let mut wire = lane.take().await?;
        let probe = Probe::ask(&mut wire, &lane).await?;
        lane.give_back(wire).await;
        if probe.database != self.probe.database {
            let (there, here) = (&probe.database, &self.probe.database);
            return Err(Problem::usage(format!(
                "the acting login leads to another database than `{here}`: {there}"
            ))
            .hint("give an acting URL for the same database"));
        }
        let fence = if probe.is_powerful() { fence_of(&probe) } else { Fence::Jailed };
        Ok(Place { lane, fence })
    }
}

/// What the journal holds of a statement.
fn statement_entry(
    acting: &Acting,
    statement: &Sql,
    outcome: Result<Option<usize>, &Failure>,
) -> Entry {
    let (rows, failed) = match outcome {
        Ok(rows) => (rows, None),
        Err(Failure::Problem(problem)) => {
            let code = problem.sqlstate.clone();
            (None, Some(code.unwrap_or_else(|| format!("{:?}", problem.kind))))
        }
        Err(Failure::Changed { .. }) => (None, Some("identity changed".to_owned())),
        Err(Failure::Renamed) => (None, Some("prepared statements changed".to_owned())),
    };
    let (role, user) = (acting.role.clone(), acting.label().to_owned());
    Entry::Statement { role, user, text: statement.render().0, rows, failed }
}

/// What the journal holds of a session that turned out to be somebody else.
fn change_entry(acting: &Acting, failure: &Failure) -> Option<Entry> {
    let found = match failure {
        Failure::Problem(_) => return None,
        Failure::Changed { found } => found.clone(),
        Failure::Renamed => "prepared statements".to_owned(),
    };
    let (role, user) = (acting.role.clone(), acting.label().to_owned());
    Some(Entry::IdentityChanged { role, user, found })
}

/// The fence around a login that has rights of its own. The wrapper lives in the catalog until its transaction is rolled back; a context that is read only
/// has it all the same, since a powerful login without it could be left by any function that a policy calls.
const fn fence_of(probe: &Probe) -> Fence {
    if probe.superuser && !probe.standby { Fence::Wrapped } else { Fence::Advisory }
}
