//! Code that somebody else wrote and that runs with the rights of whoever only reads.
//!
//! PostgreSQL works out what is constant in an index, in statistics, in a partition key and in checks when it plans a statement over the table, as whoever
//! plans it; and a cast that somebody made stands before what the server would print. Neither can be kept from a login, only told.

use super::finding::{Finding, some};
use crate::pg::{Row, Sql};

const ABOUT: &str = "code";

/// One piece of code; the words of `what` are those of `sql/code.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    what: String,
    owner: String,
    function: String,
    object: String,
    relation: Option<String>,
}

/// All code of others that runs for whoever only reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Code(Vec<Piece>);

impl Code {
    /// The question to the server.
    pub(super) fn question() -> Sql {
        Sql::new(include_str!("sql/code.sql"))
    }

    /// Reads the answer.
    pub(super) fn read(rows: Vec<Row>) -> Self {
        let piece = |row: Row| {
            let [what, owner, function, object, relation] = <[_; 5]>::try_from(row).ok()?;
            Some(Piece {
                what: what?,
                owner: owner?,
                function: function?,
                object: object?,
                relation,
            })
        };
        Self(rows.into_iter().filter_map(piece).collect())
    }

    /// What is to be said about it to whoever uses `login`.
    pub(super) fn judge(&self, login: &str) -> Vec<Finding> {
        let (casts, plans): (Vec<_>, Vec<_>) = self.0.iter().partition(|it| it.what == "cast");
        let mut findings: Vec<_> = casts.into_iter().map(|it| cast(it, login)).collect();
        let mut owners: Vec<_> = plans.iter().map(|it| it.owner.as_str()).collect();
        owners.dedup();
        for owner in owners {
            let theirs: Vec<_> = plans.iter().filter(|it| it.owner == owner).collect();
            findings.push(planned(owner, &theirs, login));
        }
        findings
    }
}

fn cast(piece: &Piece, login: &str) -> Finding {
    let Piece { owner, function, object, .. } = piece;
    Finding::wrong(
        ABOUT,
        format!("`{owner}` made the cast from {object}: whoever prints or filters such a value runs {function} with rights of their own, so with all that `{login}` may read"),
    )
    .hint(format!(
        "purview reads no table with such values as `{login}`, only as somebody behind the jail; DROP CAST, or let a superuser who has read it own it: ALTER FUNCTION {function} OWNER TO …"
    ))
}

fn planned(owner: &str, pieces: &[&&Piece], login: &str) -> Finding {
    let told: Vec<_> = pieces
        .iter()
        .map(|it| {
            let relation = it.relation.as_deref().unwrap_or_default();
            format!("{} on {relation} ({})", it.object, it.function)
        })
        .collect();
    Finding::note(
        ABOUT,
        format!(
            "what `{owner}` wrote may run with the rights of `{login}` as soon as a statement over the table is planned: {}",
            some(told.iter().map(String::as_str))
        ),
    )
    .hint("the server works out there what it takes for constant; read the functions, and let a superuser own those that are as they should be")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn row(cells: [&str; 5]) -> Row {
        cells.map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).to_vec()
    }

    #[test]
    fn a_cast_is_wrong_and_names_whose_code_runs_with_whose_rights() {
        let code = Code::read(vec![row(["cast", "app", "app.f", "app.mood to text", ""])]);
        let findings = code.judge("support");
        assert_eq!(findings[0].level, Level::Wrong);
        for part in ["`app`", "app.f", "app.mood to text", "`support`"] {
            assert!(findings[0].text.contains(part), "{}", findings[0].text);
        }
    }

    #[test]
    fn what_is_planned_is_one_note_for_each_owner() {
        let code = Code::read(vec![
            row(["plan", "a", "a.f", "index i", "a.t"]),
            row(["plan", "a", "a.f", "check c", "a.u"]),
            row(["plan", "b", "b.f", "index j", "b.t"]),
        ]);
        let findings = code.judge("support");
        let levels: Vec<_> = findings.iter().map(|it| it.level).collect();
        assert_eq!(levels, [Level::Note, Level::Note]);
        assert!(findings[0].text.contains("index i on a.t (a.f), check c on a.u (a.f)"));
    }

    #[test]
    fn without_such_code_there_is_nothing_to_say() {
        assert!(Code::default().judge("support").is_empty());
    }
}
