//! Values for many identities of the same role in one statement: each row becomes somebody, and then says what its values are.
//!
//! It is for expressions that leave nothing behind and read nothing before their row has become somebody; whoever asks has to have made sure of that. What
//! does not hold is noticed where it can be: a row counts only if the session was who it should be when its values had been said, and where anything fails
//! nobody of that portion gets an answer.

use super::{BACK, Trial, acting, fatal};
use crate::pg::{Fence, Kind, Problem, Row, Settings, Sql, bound::Worker, sql::join, wrapped};

/// How many identities are asked for in one statement.
const PORTION: usize = 1000;
/// A portion that fails is halved as long as it has more than these.
const SMALL: usize = 32;

/// What is asked of each identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The values, as text.
    pub values: Vec<Sql>,
    /// What has to be without failing, besides.
    pub probes: Vec<Sql>,
    /// The name of the list of identities, which nothing in the values is called; its column `n` is NULL for nobody.
    pub list: String,
}

impl Trial<'_> {
    /// The values for each of `crowd`; absent for those who have to be asked by themselves.
    ///
    /// All of them take the role of the trial, and have settings of the same names as whom it was opened for.
    pub async fn act_together(
        &mut self,
        crowd: &[&Settings],
        asked: &Together,
    ) -> Result<Vec<Option<Row>>, Problem> {
        let alike = |settings: &&Settings| {
            settings.iter().map(|(name, _)| name).eq(self.acting.settings.iter().map(|it| &it.0))
        };
        let mut found = vec![None; crowd.len()];
        if self.acting.settings.is_empty() || !crowd.iter().all(alike) {
            return Ok(found);
        }
        self.mark().await?;
        let mut portions: Vec<_> = (0..crowd.len())
            .step_by(PORTION)
            .map(|from| from..crowd.len().min(from + PORTION))
            .rev()
            .collect();
        let mut worked = false;
        while let Some(portion) = portions.pop() {
            self.door.still_acting(&self.acting)?;
            match self.ask_portion(&crowd[portion.clone()], asked).await? {
                Some(rows) => {
                    worked = true;
                    for (at, row) in portion.zip(rows) {
                        found[at] = Some(row);
                    }
                }
                // What fails for somebody fails for all who are asked with them; what fails even for one fails for the others too.
                None if !worked && self.ask_portion(&crowd[..1], asked).await?.is_none() => break,
                None if portion.len() > SMALL => {
                    let middle = portion.start + portion.len() / 2;
                    portions.extend([middle..portion.end, portion.start..middle]);
                }
                None => {}
            }
        }
        let statement = self.statement(&[], asked);
        let answers: Vec<_> = found.iter().flatten().map(|row| Ok(vec![row.clone()])).collect();
        self.door.note_crowd(&self.acting, &statement, &answers, None)?;
        Ok(found)
    }

    /// The values for each of `crowd`, if nothing about any of them fails.
    async fn ask_portion(
        &mut self,
        crowd: &[&Settings],
        asked: &Together,
    ) -> Result<Option<Vec<Row>>, Problem> {
        let statement = self.statement(crowd, asked);
        let worker = Worker::on(&self.reader, &self.place.lane, &self.run);
        let reader = &mut self.reader;
        let work = async {
            match self.place.fence {
                Fence::Wrapped => wrapped::fetch(reader, &statement).await,
                Fence::Jailed | Fence::Advisory => reader.fetch(&statement).await,
            }
        };
        let told = match worker.bounded(work).await {
            Ok(told) => told,
            Err(problem) => {
                if problem.kind != Kind::Cancelled {
                    fatal::<()>(Err(problem))?.err();
                }
                self.reader.batch(BACK).await?;
                self.unless_cancelled().await?;
                return Ok(None);
            }
        };
        let asked_back = format!("{}; {BACK}", acting::who_are_we(&self.acting));
        let now = self.reader.batch(&asked_back).await?;
        let expected = acting::expected(&self.acting, &self.place, &self.reader, false);
        if acting::check(now.first(), &expected).is_err() {
            // It is undone; whoever is asked next by itself hears of it.
            self.changed = true;
            return Ok(None);
        }
        let mut rows = Vec::with_capacity(crowd.len());
        for (settings, line) in crowd.iter().zip(&told.rows) {
            let Some(mut row) = line.first().and_then(Option::as_deref).and_then(read) else {
                return Ok(None);
            };
            let who = row.split_off(asked.values.len().min(row.len()));
            if acting::check(Some(&who), &self.inside(settings)).is_err() {
                return Ok(None);
            }
            rows.push(row);
        }
        // The last one is whom the trial was opened for.
        Ok((told.rows.len() == crowd.len() + 1).then_some(rows))
    }

    /// The statement: for each identity one line, which becomes it, says the values, and then who the session is. In the end it is whom the trial was opened for.
    fn statement(&self, crowd: &[&Settings], asked: &Together) -> Sql {
        let own: &Settings = &self.acting.settings;
        let everybody: Vec<&Settings> = crowd.iter().copied().chain([own]).collect();
        let mut list = Sql::default();
        list.ident(&asked.list);
        let numbers: Vec<_> = (0..everybody.len()).map(|at| Some(at.to_string())).collect();
        let mut from = Sql::new("pg_catalog.unnest(");
        from.bind_list(&numbers, "pg_catalog.int4[]").push(")");
        let (mut lists, mut columns) = (vec![from], vec![Sql::new("n")]);
        let mut become_one = Vec::new();
        let mut who = vec![
            Sql::new("current_user::pg_catalog.text"),
            Sql::new("session_user::pg_catalog.text"),
            Sql::new("pg_catalog.current_setting('transaction_read_only')"),
            Sql::new("pg_catalog.current_setting('row_security')"),
        ];
        for (at, (name, _)) in own.iter().enumerate() {
            let values: Vec<_> =
                everybody.iter().map(|settings| Some(settings[at].1.clone())).collect();
            let mut from = Sql::new("pg_catalog.unnest(");
            from.bind_list(&values, "pg_catalog.text[]").push(")");
            lists.push(from);
            let mut column = Sql::default();
            column.ident(&format!("s{at}"));
            let mut set = Sql::new("pg_catalog.set_config(");
            set.bind(Some(name.as_str()), "pg_catalog.text").push(", ").append(&list);
            set.push(".").append(&column).push(", true) IS NOT NULL");
            become_one.push(set);
            columns.push(column);
            let mut now = Sql::new("pg_catalog.current_setting(");
            now.bind(Some(name.as_str()), "pg_catalog.text").push(", true)");
            who.push(now);
        }
        // CASE evaluates its condition first, and an array its elements in order.
        let mut sql = Sql::new("SELECT pg_catalog.array_to_json(CASE WHEN ");
        sql.append(&join(&become_one, " AND "));
        if !asked.probes.is_empty() {
            sql.push(" THEN CASE WHEN pg_catalog.num_nulls(").append(&join(&asked.probes, ", "));
            sql.push(") >= 0");
        }
        sql.push(" THEN ARRAY[");
        let values = asked.values.iter().chain(&who);
        sql.append(&join(values, ", ")).push("]::pg_catalog.text[] END");
        if !asked.probes.is_empty() {
            sql.push(" END");
        }
        sql.push(")::pg_catalog.text FROM ROWS FROM (").append(&join(&lists, ", "));
        sql.push(") AS ").append(&list).push("(").append(&join(&columns, ", ")).push(")");
        sql
    }
}

/// A line: values as text.
fn read(line: &str) -> Option<Row> {
    serde_json::from_str(line).ok()
}
