//! Who sees more or fewer rows because of migrations: counted before and after a run, or told beforehand where only policies change.
//!
//! The one place where this room knows of the evaluator: it hands it tables and takes counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Plan, Statement, Taking,
    lock::{actions, name},
    statement::begins,
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run},
    question::Question,
    rls::{self, Matrix, Warrant, WhatIf},
};

/// How many of those who are alike are named.
const NAMED: usize = 3;

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
    /// For how many users and tables nothing does.
    pub same: usize,
    /// Over which tables.
    pub tables: Vec<RelationName>,
}

/// What each sees of each table: by user, organization and table.
type Counts = BTreeMap<(String, Option<String>, RelationName), (String, Seen)>;

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
        let scope = Scope::of(&self.taking.plan);
        run.tell(Counting { after: false });
        let before = match scope.count(&database, &self.warrant, &run).await {
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
        let sight = match scope.count(&database, &warrant, &run).await {
            Ok((after, tables)) => Ok(compare(&before.0, &after, union(before.1, tables))),
            Err(problem) => Err(problem),
        };
        Ok(Taken { done, sight })
    }
}

/// Asks who would see more or fewer, before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// What would be done.
    pub plan: Plan,
    /// Under which everybody is acted as to count.
    pub warrant: Warrant,
}

impl Question for Forecast {
    type Answer = Sight;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Sight, Problem> {
        let mut sight = Sight::default();
        for (table, text) in drafts(&self.plan)? {
            let draft = rls::Draft::read(&table, &text)?;
            let what = WhatIf {
                draft,
                statements: vec![rls::Statement::Select],
                organization: None,
                users: Vec::new(),
            };
            let effect = what.run(&database, &self.warrant, &run).await?;
            let (mut before, mut after) = (Counts::new(), Counts::new());
            for change in &effect.changes {
                let id = change.user_id.clone().unwrap_or_else(|| change.user.clone());
                let key = (id, change.organization.clone(), table.clone());
                let seen = |rows: Option<u64>| match rows {
                    Some(rows) => Seen::Rows(rows),
                    None => Seen::Not(change.problem.clone().unwrap_or_else(|| "unknown".into())),
                };
                before.insert(key.clone(), (change.user.clone(), seen(change.before)));
                after.insert(key, (change.user.clone(), seen(change.after)));
            }
            let found = compare(&before, &after, vec![table]);
            sight.same += effect.same + found.same;
            sight.shifts.extend(found.shifts);
            sight.tables.extend(found.tables);
        }
        Ok(sight)
    }
}

/// Which tables a plan may change the sight of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// These.
    Tables(Vec<RelationName>),
    /// Any: a function, a role or a block of code is in it.
    All,
}

impl Scope {
    fn of(plan: &Plan) -> Self {
        let statements = plan.steps.iter().map(|step| &step.job.statements);
        let mut tables = BTreeSet::new();
        for statements in statements {
            let Ok(statements) = statements else { return Self::All };
            for statement in statements {
                match touched(statement) {
                    Touched::Nothing => {}
                    Touched::Tables(names) => tables.extend(names),
                    Touched::Any => return Self::All,
                }
            }
        }
        Self::Tables(tables.into_iter().collect())
    }

    /// What everybody sees of them now.
    async fn count(
        &self,
        database: &Arc<Database>,
        warrant: &Warrant,
        run: &Run,
    ) -> Result<(Counts, Vec<RelationName>), Problem> {
        database.forget().await;
        let tables = match self {
            Self::All => {
                let all = rls::tables_of_application(database, run).await?;
                all.into_iter().map(|table| table.name).collect()
            }
            Self::Tables(names) => {
                let mut there = Vec::new();
                for name in names {
                    match database.relation(name, run).await {
                        Ok(_) => there.push(name.clone()),
                        Err(problem) if problem.kind == Kind::Missing => {}
                        Err(problem) => return Err(problem),
                    }
                }
                there
            }
        };
        let mut counts = Counts::new();
        if tables.is_empty() {
            return Ok((counts, tables));
        }
        let matrix = Matrix {
            tables: tables.clone(),
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
        Ok((counts, tables))
    }
}

/// What a statement may change the sight of.
#[derive(Debug, PartialEq, Eq)]
enum Touched {
    Nothing,
    Tables(Vec<RelationName>),
    Any,
}

fn touched(statement: &Statement) -> Touched {
    let words = statement.words.as_slice();
    let is = |head: &[&str]| begins(words, head);
    let code = ["FUNCTION", "PROCEDURE", "ROUTINE", "VIEW", "SCHEMA", "ROLE", "USER", "GROUP"];
    let replaced = is(&["CREATE", "OR", "REPLACE"]);
    if is(&["DO"])
        || replaced
        || ["ALTER", "DROP"].iter().any(|verb| code.iter().any(|it| is(&[verb, it])))
    {
        return Touched::Any;
    }
    let one = |parts: Option<Vec<String>>| {
        Touched::Tables(parts.as_deref().and_then(relation).into_iter().collect())
    };
    let on = words.iter().position(|word| word.eq_ignore_ascii_case("ON"));
    if ["CREATE", "ALTER", "DROP"].iter().any(|verb| is(&[verb, "POLICY"])) {
        return one(on.and_then(|at| name(words, at + 1)));
    }
    if is(&["ALTER", "TABLE"]) && (statement.says("SECURITY") || statement.says("OWNER")) {
        return one(name(words, 2));
    }
    if is(&["GRANT"]) || is(&["REVOKE"]) {
        return granted(words, on);
    }
    let changes_rows =
        ["UPDATE", "DELETE", "INSERT", "TRUNCATE", "MERGE"].iter().any(|it| is(&[it]));
    if changes_rows {
        // Policies may look anywhere at what changed.
        return Touched::Any;
    }
    Touched::Nothing
}

/// The tables of GRANT and REVOKE; a role that is granted may change anything.
fn granted(words: &[String], on: Option<usize>) -> Touched {
    let Some(on) = on else { return Touched::Any };
    let at = |at: usize, word: &str| words.get(at).is_some_and(|it| it.eq_ignore_ascii_case(word));
    if at(on + 1, "ALL") || at(on + 1, "SCHEMA") {
        return Touched::Any;
    }
    let other =
        ["FUNCTION", "PROCEDURE", "ROUTINE", "SEQUENCE", "DATABASE", "LANGUAGE", "TYPE", "DOMAIN"];
    if other.iter().any(|word| at(on + 1, word)) {
        return if at(on + 1, "FUNCTION") { Touched::Any } else { Touched::Nothing };
    }
    let from = on + 1 + usize::from(at(on + 1, "TABLE"));
    let end = words[from..]
        .iter()
        .position(|it| ["TO", "FROM"].iter().any(|to| it.eq_ignore_ascii_case(to)));
    let list = &words[from..end.map_or(words.len(), |end| from + end)];
    let names = actions(list).into_iter().filter_map(|part| relation(&name(part, 0)?));
    Touched::Tables(names.collect())
}

/// The table of that name; one without a schema is where most tables are.
fn relation(parts: &[String]) -> Option<RelationName> {
    match parts {
        [name] => Some(RelationName::new("public", name)),
        [schema, name] => Some(RelationName::new(schema, name)),
        _ => None,
    }
}

/// The drafts of policies that a plan comes to, table by table; fails where anything else is in it.
fn drafts(plan: &Plan) -> Result<BTreeMap<RelationName, String>, Problem> {
    let mut all: BTreeMap<RelationName, String> = BTreeMap::new();
    let refusal = |what: &str| {
        Problem::new(
            Kind::Refused,
            format!("who would see what can only be told of policies alone: {what}"),
        )
        .hint("it is counted when the migrations run, before and after")
    };
    for step in &plan.steps {
        let statements = step.job.statements.as_ref().map_err(|reason| refusal(reason))?;
        for statement in statements {
            let policy =
                ["CREATE", "ALTER", "DROP"].iter().any(|verb| statement.begins(&[verb, "POLICY"]));
            let enables = statement.begins(&["ALTER", "TABLE"])
                && statement.words.len() >= 6
                && statement.says("ENABLE")
                && statement.says("SECURITY");
            let touched = touched(statement);
            if let Touched::Tables(names) = &touched
                && let [table] = names.as_slice()
                && (policy || enables)
            {
                let draft = all.entry(table.clone()).or_default();
                draft.push_str(&statement.text);
                draft.push_str(";\n");
            } else {
                let words: Vec<_> = statement.words.iter().take(3).map(String::as_str).collect();
                let what = format!("{} has `{} …`", step.job.title(), words.join(" "));
                return Err(refusal(&what));
            }
        }
    }
    if all.is_empty() {
        return Err(refusal("there are none"));
    }
    Ok(all)
}

/// Who sees something else than before.
fn compare(before: &Counts, after: &Counts, tables: Vec<RelationName>) -> Sight {
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
    Sight { shifts, same, tables }
}

fn union(one: Vec<RelationName>, other: Vec<RelationName>) -> Vec<RelationName> {
    one.into_iter().chain(other).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Seen {
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
        let rows = |seen: &Seen| if let Seen::Rows(rows) = seen { *rows } else { 0 };
        rows(&self.after) > rows(&self.before)
    }

    /// In one line.
    pub fn line(&self) -> String {
        let rest = self.users - self.names.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!(
            "{}: {} → {}  {} ({}{rest})",
            self.table,
            self.before.words(),
            self.after.words(),
            if self.users == 1 { "1 user".to_owned() } else { format!("{} users", self.users) },
            self.names.join(", "),
        )
    }
}

impl Sight {
    /// For people: who sees more, who fewer, and for how many nothing changes.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.shifts.iter().map(Shift::line).collect();
        let tables = match self.tables.len() {
            0 => "no table's rows can be seen otherwise by it".to_owned(),
            1 => format!("for {} others nothing changes, over 1 table", self.same),
            many => format!("for {} others nothing changes, over {many} tables", self.same),
        };
        lines.push(tables);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::split;

    fn of(text: &str) -> Touched {
        touched(&split(text).unwrap()[0])
    }

    #[test]
    fn it_is_known_which_tables_may_be_seen_otherwise() {
        let tables = |names: &[(&str, &str)]| {
            Touched::Tables(names.iter().map(|(s, n)| RelationName::new(*s, *n)).collect())
        };
        assert_eq!(of("DROP POLICY IF EXISTS p ON a"), tables(&[("public", "a")]));
        assert_eq!(of("ALTER TABLE s.\"B\" ENABLE ROW LEVEL SECURITY"), tables(&[("s", "B")]));
        assert_eq!(
            of("REVOKE SELECT (a, b), INSERT ON TABLE a, s.b FROM c"),
            tables(&[("public", "a"), ("s", "b")])
        );
        assert_eq!(of("GRANT r TO s"), Touched::Any);
        assert_eq!(of("GRANT SELECT ON ALL TABLES IN SCHEMA s TO r"), Touched::Any);
        assert_eq!(of("DO $$ BEGIN END $$"), Touched::Any);
        assert_eq!(
            of("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            Touched::Any
        );
        assert_eq!(of("CREATE INDEX ON a (b)"), Touched::Nothing);
        assert_eq!(of("CREATE TABLE a (b int)"), Touched::Nothing);
    }

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
        assert_eq!(
            sight.lines(),
            [
                "public.a: 5 rows → 2 rows  2 users (u1, u2)",
                "for 1 others nothing changes, over 1 table",
            ]
        );
        assert!(!sight.shifts[0].is_more());
    }
}
