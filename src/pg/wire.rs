//! One connection to the server, and the names that statements have on it.
//!
//! A statement with a name is read by the server once and takes one round trip from then on; one without takes two. Code that runs as somebody can take such
//! a name away and give it to a statement of its own. So where somebody acts, names belong to one identity, every transaction ends with a look at them
//! ([`Wire::names_are_ours`]), and they go where that look finds anything else than what was named here.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, postgres::PgRow};

use super::{Login, Problem, Row, Rows, Sql, guise::Guise, rows};

/// One connection.
#[derive(Debug)]
pub(super) struct Wire {
    connection: PgConnection,
    /// The backend behind it, known once something was begun; behind a pooler it differs from transaction to transaction.
    pid: i32,
    names: Names,
    /// How long the server lets a statement of what was begun here run, if there is an end to it.
    limit: Option<Duration>,
    /// Whether it was used before, so that it may have died meanwhile.
    kept: bool,
    /// Whether anything ever ran as somebody on it: "never set" cannot be had here any more.
    touched: bool,
    /// How the session was set when it had become somebody.
    manners: String,
    /// What the server answered to the opening.
    told: Vec<Row>,
    /// What had a name here when that was looked at last, and nothing was named since.
    named: Option<String>,
}

/// Whose statements have names on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Names {
    /// Nobody's.
    None,
    /// The program's own, and nothing else ever runs there.
    Ours,
    /// Those that run as somebody, and nobody else's are there.
    Of(Guise),
}

/// Asks after a transaction, when no code of anybody's can run any more, what has a name: what was named by SQL, what by messages of the protocol, and when
/// the last one was.
///
/// The driver numbers its names and uses no number twice, and nothing but its messages makes one of the second sort; so if there are as many as it made,
/// each of them is what it was made for. It is sent without a name itself, where the search path is the login's own: so even its operator has a schema.
pub(super) const NAMES: &str = "SELECT pg_catalog.concat_ws(' ', pg_catalog.count(*) FILTER (WHERE s.from_sql), pg_catalog.count(*) FILTER (WHERE NOT s.from_sql), \
                                (pg_catalog.date_part('epoch', pg_catalog.max(s.prepare_time)) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8) \
                                FROM pg_catalog.pg_prepared_statement() AS s";

/// What is found out about a session when something begins on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It is the one that it was.
    Same,
    /// It is another one: whoever hands them out in turns said nothing of it.
    Other,
    /// It is the same, and somebody else named statements on it, or took names away.
    Renamed,
}

impl Wire {
    pub(super) async fn open(login: &Login, pooled: bool, names: Names) -> Result<Self, Problem> {
        let connection = login.connect(pooled).await?;
        Ok(Self {
            connection,
            pid: 0,
            limit: None,
            names,
            kept: false,
            touched: false,
            manners: String::new(),
            told: Vec::new(),
            named: None,
        })
    }

    /// A connection that no lane keeps, and that logs no statement.
    pub(super) async fn quiet(login: &Login) -> Result<Self, Problem> {
        Self::open(login, false, Names::Ours).await
    }

    /// Notes that something runs as somebody here, or that an identity setting was made.
    pub(super) const fn touch(&mut self) {
        self.touched = true;
    }

    /// Whether that ever was so.
    pub(super) const fn is_touched(&self) -> bool {
        self.touched
    }

    /// Notes how the session is set, now that it has become somebody.
    pub(super) fn stand(&mut self, manners: String) {
        self.manners = manners;
    }

    /// How the session was set when it had become somebody.
    pub(super) fn manners(&self) -> &str {
        &self.manners
    }

    /// Notes that it was used.
    pub(super) const fn keep(&mut self) {
        self.kept = true;
    }

    /// Whether it was used before.
    pub(super) const fn is_kept(&self) -> bool {
        self.kept
    }

    /// Whose statements have names here.
    pub(super) const fn names(&self) -> &Names {
        &self.names
    }

    /// Makes it a connection on which the statements of `names` have names, and no others.
    pub(super) async fn rename(&mut self, names: Names) -> Result<(), Problem> {
        if self.names != names {
            self.forget_names().await?;
            self.names = names;
        }
        Ok(())
    }

    /// Takes the names away from all statements that the driver named.
    pub(super) async fn forget_names(&mut self) -> Result<(), Problem> {
        self.named = None;
        Ok(self.connection.clear_cached_statements().await?)
    }

    /// Whether `told`, the answer to [`NAMES`], says that nothing has a name but what was named here.
    pub(super) fn names_are_ours(&mut self, told: Option<&Row>) -> bool {
        let Some([Some(told)]) = told.map(Vec::as_slice) else { return false };
        let ours = self.connection.cached_statements_size();
        let mut numbers = told.split(' ').map(str::parse);
        let same = numbers.next() == Some(Ok(0)) && numbers.next() == Some(Ok(ours));
        self.named = same.then(|| told.clone());
        same
    }

    /// Ends a transaction of the program's own. Absent where the session is lost; else whether nothing has a name on it but what was named here.
    pub(super) async fn roll_back(&mut self) -> Option<bool> {
        if self.names == Names::None {
            return self.batch("ROLLBACK").await.ok().map(|_| true);
        }
        let told = self.batch(&format!("ROLLBACK; {NAMES}")).await.ok()?;
        Some(self.names_are_ours(told.last()))
    }

    /// What the server answered to the opening.
    pub(super) fn take_told(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.told)
    }

    /// The process id of the backend that has what was begun here.
    pub(super) const fn pid(&self) -> i32 {
        self.pid
    }

    /// How long the server lets a statement run, if there is an end to it.
    pub(super) const fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Runs `opening` and learns which backend has it, how long its statements may take and what has a name on it, in one round trip.
    ///
    /// What the opening itself was told is kept until somebody [takes](Self::take_told) it.
    pub(super) async fn open_on(&mut self, opening: &str) -> Result<Found, Problem> {
        const TOLD: &str = "SELECT pg_catalog.pg_backend_pid(), \
             pg_catalog.date_part('epoch', pg_catalog.current_setting('statement_timeout')::pg_catalog.interval)";
        let kept = self.named.take();
        let question = if kept.is_some() { format!("{NAMES}; ") } else { String::new() };
        let mut rows = self.batch(&format!("{opening}; {question}{TOLD}")).await?;
        let told = rows.pop().and_then(|row| <[_; 2]>::try_from(row).ok());
        let found = kept.as_ref().and_then(|_| rows.pop()?.pop()?);
        self.told = rows;
        let [Some(pid), Some(seconds)] = told.unwrap_or_default() else {
            return Err(Problem::bug("the server did not tell its process id"));
        };
        let before = self.pid;
        self.pid = pid.parse().map_err(|_| Problem::bug("a process id that is no number"))?;
        let seconds = seconds.parse().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
        self.limit = seconds.filter(|limit| !limit.is_zero());
        Ok(match before {
            0 => Found::Same,
            before if before != self.pid => Found::Other,
            _ if found != kept => Found::Renamed,
            _ => Found::Same,
        })
    }

    /// Runs one statement by the extended protocol: one statement a message, values bound.
    pub(super) async fn fetch(&mut self, sql: &Sql) -> Result<Rows, Problem> {
        let (text, binds) = sql.render();
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(self.names != Names::None);
        for bind in binds {
            query = query.bind(bind);
        }
        if matches!(self.names, Names::Of(_)) {
            // A statement without values would be planned once for ever (`choose_custom_plan` in `plancache.c`), with what its functions said then.
            query = query.bind(None::<String>);
        }
        let rows: Vec<PgRow> = query.fetch_all(&mut self.connection).await?;
        Ok(Rows::read(&rows)?)
    }

    /// Runs a statement that returns no rows, and says how many it touched.
    pub(super) async fn execute(&mut self, sql: &Sql) -> Result<u64, Problem> {
        let (text, binds) = sql.render();
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
        for bind in binds {
            query = query.bind(bind);
        }
        Ok(query.execute(&mut self.connection).await?.rows_affected())
    }

    /// Runs the program's own fixed statements in one round trip, by the simple protocol.
    ///
    /// For the brackets around a transaction only: no value and nothing that a person typed ever comes here.
    pub(super) async fn batch(&mut self, statements: &str) -> Result<Vec<Row>, Problem> {
        Ok(self.walk(statements).await?.iter().map(rows::row).collect::<Result<_, _>>()?)
    }

    /// The same, with what the server says of the rows' columns.
    pub(super) async fn walk(&mut self, statements: &str) -> Result<Vec<PgRow>, Problem> {
        let raw = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        Ok(self.connection.fetch_all(raw).await?)
    }

    /// Runs a statement of which the server prints the answer as text, by the extended protocol and without a name.
    pub(super) async fn answer(&mut self, sql: &Sql) -> Result<Vec<PgRow>, Problem> {
        let (text, _) = sql.render();
        let query = sqlx::query(AssertSqlSafe(text)).persistent(false);
        Ok(query.fetch_all(&mut self.connection).await?)
    }

    /// Runs a statement without values by the simple protocol. Only for one of which the server itself has said that it is one.
    pub(super) async fn at_once(&mut self, sql: &Sql) -> Result<Rows, Problem> {
        let rows = self.batch(&sql.render().0).await?;
        let columns = rows.first().map(|row| vec!["c".to_owned(); row.len()]);
        Ok(Rows { columns: columns.unwrap_or_default(), rows })
    }

    /// Says goodbye to the server.
    pub(super) async fn close(self) {
        // A connection that is being dropped has nothing left to lose.
        drop(self.connection.close().await);
    }
}
