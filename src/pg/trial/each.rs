//! One statement as each of many identities of the same role, hundreds in one round trip.
//!
//! Every identity has a subtransaction of its own, which is undone: nothing that was set for one of them, or by the code that ran as one, is there for the
//! next. What an identity got is taken only if the session still was who it had been made to be.

use super::{BACK, Said, Touch, Trial, acting, attempt_unnoted, fatal};
use crate::pg::{
    Acting, Fence, Kind, Problem, Row, SettingName, Sql, acting::Failure, bound::Worker,
    problem::told_by_server, sql::array_literal, wrapped,
};

/// How many identities are asked for in one round trip.
const BATCH: usize = 500;

/// The settings of an identity, in order.
pub type Settings = [(SettingName, String)];

/// What one identity got, if the server did not refuse it: who the session was then, and the rows.
pub(super) type Told = Result<(Row, Vec<Row>), Problem>;

impl Trial<'_> {
    /// Runs a statement as each of `crowd`, who cannot write. What fails for one of them fails for it alone.
    ///
    /// All of them take the role of the trial, and have settings of the same names as whom it was opened for.
    pub async fn act_as_each(
        &mut self,
        crowd: &[&Settings],
        statement: &Sql,
    ) -> Result<Vec<Said<Vec<Row>>>, Problem> {
        let alike = |settings: &&Settings| {
            settings.iter().map(|(name, _)| name).eq(self.acting.settings.iter().map(|it| &it.0))
        };
        if !crowd.iter().all(alike) {
            return Err(Problem::bug("identities with different settings share a trial"));
        }
        self.mark().await?;
        let (mut answers, mut changed) = (Vec::with_capacity(crowd.len()), None);
        while let Some(rest) = crowd.get(answers.len()..).filter(|rest| !rest.is_empty()) {
            self.door.still_acting(&self.acting)?;
            let some = &rest[..rest.len().min(BATCH)];
            let Some(told) = self.ask_batch(some, statement).await? else {
                answers.push(self.ask_one(rest[0], statement, &mut changed).await?);
                continue;
            };
            if told.is_empty() {
                // Whoever comes first in a batch has had all the time of it.
                answers.push(Err(too_slow()));
            }
            for (settings, told) in some.iter().zip(told) {
                answers.push(match told {
                    Err(problem) => Err(problem.for_role(&self.acting.role)),
                    Ok((who, rows)) => match acting::check(Some(&who), &self.inside(settings)) {
                        Ok(()) => Ok(rows),
                        Err(failure) => Err(noted(failure, &mut changed)),
                    },
                });
            }
        }
        self.changed |= changed.is_some();
        self.door.note_crowd(&self.acting, statement, &answers, changed.as_deref())?;
        Ok(answers)
    }

    /// Asks for as many of `crowd` as the time allows, from the first one on; nothing where the server cannot loop.
    async fn ask_batch(
        &mut self,
        crowd: &[&Settings],
        statement: &Sql,
    ) -> Result<Option<Vec<Told>>, Problem> {
        if !self.loops || self.acting.settings.is_empty() {
            return Ok(None);
        }
        let order = self.order(std::slice::from_ref(statement), crowd);
        self.reader.fetch(&acting::set_all(&order)).await?;
        let worker = Worker::on(&self.reader, &self.place.lane, &self.run);
        let program = Sql::new(self.program());
        match worker.bounded(self.reader.fetch(&program)).await {
            Ok(_) => {}
            Err(problem) if is_timeout(&problem) => {
                self.reader.batch(BACK).await?;
                self.unless_cancelled().await?;
                return Ok(Some(Vec::new()));
            }
            Err(problem) => {
                let problem = fatal::<()>(Err(problem))?.err();
                self.reader.batch(BACK).await?;
                return match problem {
                    Some(problem) if is_without_language(&problem) => {
                        self.loops = false;
                        Ok(None)
                    }
                    Some(problem) => Err(problem),
                    None => Err(Problem::bug("a failure was none")),
                };
            }
        }
        let asked = format!(
            "SELECT pg_catalog.current_setting('purview.answers'); {}; {BACK}",
            acting::who_are_we(&self.acting)
        );
        let found = self.reader.batch(&asked).await?;
        let expected = acting::expected(&self.acting, &self.place, &self.reader, false);
        acting::check(found.get(1), &expected).map_err(Failure::into_problem)?;
        let lines = found.into_iter().next().and_then(|row| row.into_iter().next().flatten());
        let told = lines.as_deref().unwrap_or_default().lines().map(read);
        let told = told.collect::<Result<Vec<_>, _>>()?;
        if told.len() < crowd.len() {
            self.unless_cancelled().await?;
        }
        Ok(Some(told))
    }

    /// What runs several statements as several identities, once it was [told](Self::order) which.
    pub(super) const fn program(&self) -> &'static str {
        match self.place.fence {
            Fence::Wrapped => wrapped::CALL_SEVERAL,
            Fence::Jailed | Fence::Advisory => wrapped::SEVERAL,
        }
    }

    /// What [`sql/several.sql`](../sql/several.sql) reads: the statements, and the identities; nobody but whoever the session is where there are none.
    pub(super) fn order(
        &self,
        statements: &[Sql],
        crowd: &[&Settings],
    ) -> [(&'static str, String); 4] {
        let (texts, binds): (Vec<_>, Vec<_>) = statements
            .iter()
            .map(Sql::render_for_array)
            .map(|(text, binds)| (Some(text), Some(array_literal(&binds))))
            .unzip();
        let names = self.acting.settings.iter().map(|(name, _)| Some(name.as_str().to_owned()));
        let values = |settings: &&Settings| {
            let values = settings.iter().map(|(_, value)| Some(value.clone()));
            Some(array_literal(&values.collect::<Vec<_>>()))
        };
        [
            ("purview.statements", array_literal(&texts)),
            ("purview.binds", array_literal(&binds)),
            ("purview.names", array_literal(&names.collect::<Vec<_>>())),
            ("purview.crowd", array_literal(&crowd.iter().map(values).collect::<Vec<_>>())),
        ]
    }

    /// Asks for one identity, by ordinary statements.
    async fn ask_one(
        &mut self,
        settings: &Settings,
        statement: &Sql,
        changed: &mut Option<String>,
    ) -> Result<Said<Vec<Row>>, Problem> {
        let acting = Acting { settings: settings.to_vec(), ..(*self.acting).clone() };
        if !settings.is_empty() {
            self.reader.fetch(&acting::identify(settings)).await?;
        }
        let Self { place, run, reader, .. } = self;
        let wire = (reader, false);
        Ok(match attempt_unnoted(place, &acting, run, wire, statement, Touch::Rows).await? {
            Ok(rows) => Ok(rows.rows),
            Err(Failure::Problem(problem)) => Err(problem.for_role(&acting.role)),
            Err(failure @ (Failure::Changed { .. } | Failure::Renamed)) => {
                Err(noted(failure, changed))
            }
        })
    }

    /// Who the session has to be while the statement runs as somebody with `settings`.
    pub(super) fn inside(&self, settings: &Settings) -> Vec<String> {
        let login = self.place.lane.login().role();
        let mut expected = [&*self.acting.role, login, "on", "on"].map(str::to_owned).to_vec();
        expected.extend(settings.iter().map(|(_, value)| value.clone()));
        expected
    }

    pub(super) async fn unless_cancelled(&self) -> Result<(), Problem> {
        self.run.begin(self.reader.pid(), &self.place.lane).await?;
        self.run.end().await;
        Ok(())
    }
}

/// The problem that `failure` is; that somebody changed is remembered.
fn noted(failure: Failure, changed: &mut Option<String>) -> Problem {
    if let Failure::Changed { found } = &failure {
        changed.get_or_insert_with(|| found.clone());
    }
    failure.into_problem()
}

/// Whether the clock, or somebody, stopped it.
pub(super) fn is_timeout(problem: &Problem) -> bool {
    problem.kind == Kind::Cancelled
}

/// Whether there is no PL/pgSQL (42704), or the role may not use it (42501).
pub(super) fn is_without_language(problem: &Problem) -> bool {
    matches!(problem.sqlstate.as_deref(), Some("42704" | "42501"))
}

fn too_slow() -> Problem {
    let mut problem = Problem::new(Kind::Refused, "canceling statement due to statement timeout")
        .hint("a policy takes longer for this identity than a statement may");
    problem.sqlstate = Some("57014".to_owned());
    problem
}

/// One line of what `several.sql` keeps: `[[who], [[cell, …], …]]`, or `[sqlstate, message, hint]`.
pub(super) fn read(line: &str) -> Result<Told, Problem> {
    let unknown =
        |_| Problem::bug("the server told the answers of identities in a way that is not known");
    if line.starts_with("[[") {
        let (who, rows): (Row, Vec<Option<Row>>) = serde_json::from_str(line).map_err(unknown)?;
        return Ok(Ok((who, rows.into_iter().map(Option::unwrap_or_default).collect())));
    }
    let (code, message, hint): (String, String, String) =
        serde_json::from_str(line).map_err(unknown)?;
    Ok(Err(told_by_server(&code, &message, Some(&*hint).filter(|hint| !hint.is_empty()))))
}
