//! Who may do what with how many rows: user × table × command, exact.

use std::sync::Arc;

use serde::Serialize;

mod strip;

use self::strip::Asked;
pub use self::strip::{Cell, Reach, Strip};
use super::{gate::Statement, many::Warrant, scope};
use crate::{
    database::Database,
    directory::{Everybody, Somebody},
    list::{Column, Kind},
    pg::{Identity, Problem, RelationName, Row, Run},
    question::Question as _,
};

/// Which part of it is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The users of this organization.
    pub organization: Option<String>,
    /// The users with these ids; all where there are none.
    pub users: Vec<String>,
    /// These tables; all that have row security where there are none, and all there are where none has.
    pub tables: Vec<RelationName>,
    /// These commands; SELECT, INSERT, UPDATE and DELETE where there are none.
    pub statements: Vec<Statement>,
}

/// What one identity may do with the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The user; absent for an identity that is no user.
    pub user_id: Option<String>,
    /// What people call them.
    pub user: String,
    /// The organization in which they act, or to which they belong.
    pub organization: Option<String>,
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// What is to be done.
    pub command: Statement,
    /// With how many rows it can be done; for INSERT, how many of the rows that are there could be written like that. Absent where it cannot be said.
    pub visible: Option<u64>,
    /// How many rows there are; absent where nobody could count them.
    pub total: Option<u64>,
    /// What decides.
    pub state: State,
    /// What the server says instead, where it does.
    pub problem: Option<String>,
    /// Why the figure may not be the last word.
    pub label: Option<String>,
}

/// What decides over rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The policies do.
    Rows,
    /// No policy lets anything pass.
    Deny,
    /// The server refuses the statement.
    Error,
    /// The role stands above policies.
    Bypass,
    /// The table has no row security.
    NoRls,
}

impl State {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Deny => "deny",
            Self::Error => "error",
            Self::Bypass => "bypass",
            Self::NoRls => "no-rls",
        }
    }
}

/// The four commands of the matrix, where no others are asked for.
pub(super) const USUAL: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];

impl Matrix {
    /// Finds out cell after cell; `tell` hears of each and says whether to go on.
    pub async fn run(
        &self,
        database: &Arc<Database>,
        warrant: &Warrant,
        run: &Run,
        mut tell: impl FnMut(Standing) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let people = self.people(database, run).await?;
        self.run_for(database, &people, warrant, run, &mut tell).await
    }

    /// The same for these identities, whatever users are asked for.
    pub async fn run_for(
        &self,
        database: &Arc<Database>,
        people: &[Somebody],
        warrant: &Warrant,
        run: &Run,
        mut tell: impl FnMut(Standing) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let tables = tables(database, &self.tables, run).await?;
        let telling = |strip: Strip| {
            for standing in standings(&strip, people) {
                if !tell(standing)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let asked = Asked { people, tables: &tables, statements: self.commands(), by: false };
        strip::run(&asked, database, warrant, run, telling).await
    }

    /// Table after table, as the identities of each role meet it; each cell of a table says of how many organizations rows are seen, where that is known.
    pub(super) async fn strips(
        &self,
        database: &Arc<Database>,
        people: &[Somebody],
        tables: &[RelationName],
        warrant: &Warrant,
        run: &Run,
        tell: impl FnMut(Strip) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let asked = Asked { people, tables, statements: self.commands(), by: true };
        strip::run(&asked, database, warrant, run, tell).await
    }

    /// The commands that are meant.
    fn commands(&self) -> &[Statement] {
        if self.statements.is_empty() { &USUAL } else { &self.statements }
    }

    /// Whom it is about; identities that are no users too, unless some users are asked for.
    pub(super) async fn people(
        &self,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<Vec<Somebody>, Problem> {
        let question =
            Everybody { organization: self.organization.clone(), users: self.users.clone() };
        let crowd = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let mut people = crowd.people;
        if self.organization.is_none() && self.users.is_empty() {
            people.extend(crowd.others);
        }
        Ok(people)
    }
}

/// The tables that are meant: `wanted`, else all that have row security, else all.
pub(crate) async fn tables(
    database: &Arc<Database>,
    wanted: &[RelationName],
    run: &Run,
) -> Result<Vec<RelationName>, Problem> {
    if !wanted.is_empty() {
        return Ok(wanted.to_vec());
    }
    let found = scope::tables(database, run).await?;
    let any = found.iter().any(|table| table.row_security);
    let meant = found.into_iter().filter(|table| table.row_security || !any);
    Ok(meant.map(|table| table.name).collect())
}

/// The cells of a table, command after command.
fn standings(strip: &Strip, people: &[Somebody]) -> impl Iterator<Item = Standing> {
    strip.reaches.iter().flat_map(move |reach| {
        strip.people.iter().enumerate().map(move |(place, at)| {
            let candidate = &people[*at].candidate;
            let cell = reach.cell(place);
            Standing {
                user_id: candidate.person.id.clone(),
                user: candidate.person.label.clone(),
                organization: candidate.organization.clone(),
                schema: strip.table.schema.clone(),
                table: strip.table.name.clone(),
                command: reach.command,
                visible: cell.visible,
                total: strip.total,
                state: cell.state,
                problem: cell.problem.clone(),
                label: reach.label.clone(),
            }
        })
    })
}

impl Standing {
    /// The columns of a list of cells.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        vec![
            text("user_id").hidden(),
            text("user").pinned(),
            text("organization"),
            text("schema").hidden(),
            text("table"),
            text("command"),
            Column::new("visible", Kind::Number),
            Column::new("total", Kind::Number),
            text("state"),
            text("problem"),
            text("label"),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        vec![
            self.user_id.clone(),
            Some(self.user.clone()),
            self.organization.clone(),
            Some(self.schema.clone()),
            Some(self.table.clone()),
            Some(self.command.name().to_owned()),
            number(self.visible),
            number(self.total),
            Some(self.state.word().to_owned()),
            self.problem.clone(),
            self.label.clone(),
        ]
    }
}
