//! Who sees more or fewer rows because of migrations: counted before and after a run.
//!
//! The evaluator is handed tables and gives counts; what is compared was counted by it both times.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Taking, scope::Scope};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run},
    question::Question,
    rls::{self, Matrix, Warrant},
};

/// How many of those who are alike are named.
const NAMED: usize = 3;
/// How many different changes of one table are told, those of most users first.
const KINDS: usize = 5;

/// What happens to those who see something else than before: so many of them, who are alike in that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The table.
    pub table: RelationName,
    /// How many rows each saw; or what was the matter instead.
    pub before: Seen,
    /// How many each sees.
    pub after: Seen,
    /// How many they are.
    pub users: usize,
    /// Some of them.
    pub names: Vec<String>,
}

/// How many rows somebody sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seen {
    /// So many.
    Rows(u64),
    /// The server refuses it, or it cannot be said.
    Not(String),
    /// There is no such table.
    NoTable,
}

/// Who sees more and who fewer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// Those for whom it changes, most of them first.
    pub shifts: Vec<Shift>,
    /// For how many it stays as it is, each user counted once for each table.
    pub same: usize,
    /// Over which tables.
    pub tables: Vec<RelationName>,
    /// Which others may be seen otherwise too, because their policies look at these, without having been counted.
    pub uncounted: Vec<RelationName>,
    /// Of which it cannot be told before it runs, and which statement keeps it from being told.
    pub untold: Vec<(RelationName, String)>,
}

/// A line about who sees more or fewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// In words.
    pub text: String,
    /// Whether it tells of more rows or of fewer; neither where it sums up.
    pub more: Option<bool>,
}

impl Said {
    const fn plain(text: String) -> Self {
        Self { text, more: None }
    }
}

/// What each sees of each table: by user, organization and table.
pub(super) type Counts = BTreeMap<(String, Option<String>, RelationName), (String, Seen)>;

/// Asks for a plan to be done, with who sees what before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// What is to be done.
    pub taking: Taking,
    /// Under which everybody is acted as to count.
    pub warrant: Warrant,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// How many steps were done.
    pub done: usize,
    /// Who sees more or fewer; or why that cannot be said.
    pub sight: Result<Sight, Problem>,
}

/// Something that is counted, told while it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Whether the migrations are done already.
    pub after: bool,
}

impl Question for Watched {
    type Answer = Taken;

    /// As whoever owns the schema, and as everybody to count.
    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Taken, Problem> {
        database.door.writable()?;
        let scope = Scope::of(&self.taking.plan).widened(&database, &run).await?;
        run.tell(Counting { after: false });
        let tables = scope.tables(&database, &run).await?;
        let before = match count(&tables, &database, &self.warrant, &run).await {
            // Whoever stops the counting stops what would follow.
            Err(problem) if problem.kind == Kind::Cancelled => return Err(problem),
            other => other,
        };
        let done = self.taking.ask(Arc::clone(&database), identity, run.clone()).await?;
        let before = match before {
            Ok(before) => before,
            Err(problem) => return Ok(Taken { done, sight: Err(problem) }),
        };
        run.tell(Counting { after: true });
        // The run may have lasted longer than anybody may be acted as.
        let now = database.door.now();
        let lasts = self.warrant.until - self.warrant.since;
        let warrant = Warrant { since: now, until: now + lasts, ..self.warrant.clone() };
        let now = scope.tables(&database, &run).await?;
        let sight = count(&now, &database, &warrant, &run).await;
        let sight = sight.map(|after| compare(&before, &after, union(tables, now)));
        Ok(Taken { done, sight })
    }
}

/// What everybody sees of `tables` now.
async fn count(
    tables: &[RelationName],
    database: &Arc<Database>,
    warrant: &Warrant,
    run: &Run,
) -> Result<Counts, Problem> {
    let mut counts = Counts::new();
    if tables.is_empty() {
        return Ok(counts);
    }
    let matrix = Matrix {
        tables: tables.to_vec(),
        statements: vec![rls::Statement::Select],
        ..Matrix::default()
    };
    matrix
        .run(database, warrant, run, |cell| {
            let seen = match (cell.visible, cell.problem) {
                (Some(rows), _) => Seen::Rows(rows),
                (None, problem) => Seen::Not(problem.unwrap_or_else(|| "unknown".to_owned())),
            };
            let table = RelationName::new(&cell.schema, &cell.table);
            let id = cell.user_id.unwrap_or_else(|| cell.user.clone());
            counts.insert((id, cell.organization, table), (cell.user, seen));
            Ok(true)
        })
        .await?;
    Ok(counts)
}

/// Who sees something else than before.
pub(super) fn compare(before: &Counts, after: &Counts, tables: Vec<RelationName>) -> Sight {
    let mut groups: BTreeMap<(RelationName, Seen, Seen), Vec<String>> = BTreeMap::new();
    let mut same = 0;
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let was = before.get(key);
        let is = after.get(key);
        let seen = |it: Option<&(String, Seen)>| it.map_or(Seen::NoTable, |(_, seen)| seen.clone());
        let (one, other) = (seen(was), seen(is));
        if one == other {
            same += 1;
            continue;
        }
        let name = was.or(is).map(|(name, _)| name.clone()).unwrap_or_default();
        groups.entry((key.2.clone(), one, other)).or_default().push(name);
    }
    let mut shifts: Vec<Shift> = groups
        .into_iter()
        .map(|((table, before, after), mut names)| {
            let users = names.len();
            names.truncate(NAMED);
            Shift { table, before, after, users, names }
        })
        .collect();
    shifts.sort_by_key(|shift| std::cmp::Reverse(shift.users));
    Sight { shifts, same, tables, ..Sight::default() }
}

fn union(one: Vec<RelationName>, other: Vec<RelationName>) -> Vec<RelationName> {
    one.into_iter().chain(other).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Seen {
    /// How many there are to be seen; none where the answer is a refusal.
    const fn rows(&self) -> u64 {
        if let Self::Rows(rows) = self { *rows } else { 0 }
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Rows(1) => "1 row".to_owned(),
            Self::Rows(rows) => format!("{rows} rows"),
            Self::Not(problem) => format!("refused ({problem})"),
            Self::NoTable => "no such table".to_owned(),
        }
    }
}

impl Shift {
    /// Whether they see more than before.
    pub fn is_more(&self) -> bool {
        self.after.rows() > self.before.rows()
    }

    /// Whether they see fewer.
    pub fn is_fewer(&self) -> bool {
        self.after.rows() < self.before.rows()
    }

    /// In one line, below its table.
    fn line(&self) -> String {
        let rest = self.users - self.names.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!(
            "  {} → {}  {} ({}{rest})",
            self.before.words(),
            self.after.words(),
            people(self.users),
            self.names.join(", "),
        )
    }
}

/// For how many users of a table what happens.
fn summary(table: &RelationName, shifts: &[&Shift]) -> String {
    let users = |wanted: fn(&Shift) -> bool| -> usize {
        shifts.iter().filter(|shift| wanted(shift)).map(|shift| shift.users).sum()
    };
    let more = users(Shift::is_more);
    let fewer = users(Shift::is_fewer);
    let other = users(|shift| !shift.is_more() && !shift.is_fewer());
    let parts = [("fewer rows for", fewer), ("more rows for", more), ("another answer for", other)];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(_, users)| *users > 0)
        .map(|(what, users)| format!("{what} {}", people(users)))
        .collect();
    format!("{table}: {}", parts.join(", "))
}

/// So many times that somebody is one who sees something of a table.
fn cases(pairs: usize) -> String {
    let s = if pairs == 1 { "" } else { "s" };
    format!("{pairs} case{s} of one user and one table")
}

fn people(users: usize) -> String {
    if users == 1 { "1 user".to_owned() } else { format!("{users} users") }
}

impl Sight {
    /// For people: table by table who sees more and who fewer, with what happens to most; then for how many nothing changes.
    pub fn lines(&self) -> Vec<Said> {
        let mut of_tables: BTreeMap<&RelationName, Vec<&Shift>> = BTreeMap::new();
        for shift in &self.shifts {
            of_tables.entry(&shift.table).or_default().push(shift);
        }
        let mut of_tables: Vec<_> = of_tables.into_iter().collect();
        of_tables.sort_by_key(|(_, shifts)| {
            std::cmp::Reverse(shifts.iter().map(|shift| shift.users).sum::<usize>())
        });
        let mut lines = Vec::new();
        for (table, shifts) in of_tables {
            lines.push(Said { text: summary(table, &shifts), more: None });
            let kinds = shifts.iter().take(KINDS);
            lines.extend(kinds.map(|it| Said { text: it.line(), more: Some(it.is_more()) }));
            if let Some(rest) = shifts.len().checked_sub(KINDS).filter(|rest| *rest > 0) {
                lines.push(Said::plain(format!("  and {rest} other changes")));
            }
        }
        let sum = match self.tables.len() {
            0 if self.untold.is_empty() => "no table's rows can be seen otherwise by it".to_owned(),
            0 => "of no table it is known before it runs; it is counted when it does".to_owned(),
            1 => format!("nothing changes for {}, over 1 table", people(self.same)),
            many => format!("nothing changes in {}, over {many} tables", cases(self.same)),
        };
        lines.push(Said::plain(sum));
        for (table, why) in &self.untold {
            lines.push(Said::plain(format!("not known before it runs: {table}: {why}")));
        }
        if !self.uncounted.is_empty() {
            let names: Vec<String> = self.uncounted.iter().map(ToString::to_string).collect();
            lines.push(Said::plain(format!(
                "not counted, though their policies look at what changes: {}",
                names.join(", ")
            )));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_alike_in_what_changes_are_told_together() {
        let table = RelationName::new("public", "a");
        let counts = |rows: [u64; 3]| -> Counts {
            let users = ["u1", "u2", "u3"].into_iter().zip(rows);
            users
                .map(|(user, rows)| {
                    ((user.into(), None, table.clone()), (user.into(), Seen::Rows(rows)))
                })
                .collect()
        };
        let sight = compare(&counts([5, 5, 7]), &counts([2, 2, 7]), vec![table.clone()]);
        assert_eq!(sight.same, 1);
        let said: Vec<_> = sight.lines().into_iter().map(|it| (it.text, it.more)).collect();
        assert_eq!(
            said,
            [
                ("public.a: fewer rows for 2 users".to_owned(), None),
                ("  5 rows → 2 rows  2 users (u1, u2)".to_owned(), Some(false)),
                ("nothing changes for 1 user, over 1 table".to_owned(), None),
            ]
        );
        assert!(!sight.shifts[0].is_more());
    }

    #[test]
    fn of_many_different_changes_the_most_are_told_and_all_are_summed_up() {
        let of = |before: u64, users| Shift {
            table: RelationName::new("public", "a"),
            before: Seen::Rows(before),
            after: Seen::Rows(10),
            users,
            names: vec!["u".to_owned()],
        };
        let mut shifts: Vec<_> = (0..8).map(|at| of(20 + at, 8)).collect();
        shifts.push(of(3, 1));
        shifts.push(Shift { before: Seen::Rows(0), after: Seen::Not("no".into()), ..of(0, 2) });
        let lines = Sight { shifts, ..Sight::default() }.lines();
        assert_eq!(
            lines[0].text,
            "public.a: fewer rows for 64 users, more rows for 1 user, another answer for 2 users"
        );
        assert_eq!(lines[KINDS + 1].text, "  and 5 other changes");
        assert_eq!(lines.len(), KINDS + 3);
    }
}
