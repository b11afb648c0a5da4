//! Which rows of a table are meant.

use clap::Args;

use crate::{
    database::Database,
    mapping::Expression,
    pg::{Problem, RelationName, Sql},
    rls::Choice,
};

/// Which rows.
#[derive(Debug, Args)]
pub struct Which {
    /// The row with this key; once for each column of the key, in order
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, conflicts_with = "condition")]
    pub key: Vec<String>,
    /// The rows for which this is true, as in `t.subject = 'Hello'`
    #[arg(long = "where", value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub condition: Option<String>,
}

/// Which rows are meant. A condition is parsed and written anew; it cannot look at what must not be shown.
pub(super) fn choice(
    which: &Which,
    all: bool,
    database: &Database,
    table: &RelationName,
) -> Result<Choice, Problem> {
    if let Some(text) = &which.condition {
        let expression = Expression::parse(text, &["t"], 1).map_err(|reason| {
            Problem::usage(format!("the condition cannot be read: {reason}"))
                .hint("write columns as `t.column`, as in `t.subject = 'Hello'`")
        })?;
        if let Some(secret) =
            expression.columns().iter().find(|it| database.is_secret(table, &it.column))
        {
            return Err(Problem::usage(format!(
                "the column is secret and cannot be looked at: {}",
                secret.column
            )));
        }
        let mut condition = Sql::default();
        condition.checked(&expression);
        return Ok(Choice::Where(condition));
    }
    match (which.key.is_empty(), all) {
        (false, _) => Ok(Choice::Key(which.key.clone())),
        (true, true) => Ok(Choice::All),
        (true, false) => Err(Problem::usage("no row is named").hint(
            "`--key VALUE`, or `--where \"t.subject = 'Hello'\"`; `rls rows` takes `--all` too",
        )),
    }
}
