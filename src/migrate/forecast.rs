//! Who would see more or fewer rows because of migrations, told beforehand; only of policies, which can be tried without being there.
//!
//! What cannot be told so is named with the statement that keeps it from being told, never left out in silence.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Plan, Statement,
    bearing::{Bearing, bearing},
    scope::leaning,
    sight::{Counts, Seen, Sight, compare},
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run, Sql},
    question::Question,
    rls::{self, Warrant, WhatIf},
    text,
};

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
        let mut coming = Coming::of(&self.plan)?;
        coming.look_at_functions(&database, &run).await?;
        coming.look_at_each_other(&database, &run).await?;
        let changed: Vec<_> = coming.changed().into_iter().collect();
        let uncounted = leaning(&database, &changed, &run).await?;
        let mut sight = Sight { uncounted, ..Sight::default() };
        for (table, draft) in &coming.drafts {
            if coming.untold.contains_key(table) {
                continue;
            }
            match self.of_table(table, draft, &database, &run).await {
                Ok((same, found)) => {
                    sight.same += same + found.same;
                    sight.shifts.extend(found.shifts);
                    sight.tables.extend(found.tables);
                }
                Err(problem) if matches!(problem.kind, Kind::Cancelled | Kind::Connection) => {
                    return Err(problem);
                }
                Err(problem) => drop(coming.untold.insert(table.clone(), problem.to_string())),
            }
        }
        sight.untold = coming.untold.into_iter().collect();
        Ok(sight)
    }
}

impl Forecast {
    /// Who would see more or fewer rows of one table; and for how many nothing would change that was counted without a name.
    async fn of_table(
        &self,
        table: &RelationName,
        draft: &Draft,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<(usize, Sight), Problem> {
        let read = if draft.text.is_empty() {
            rls::Draft::nothing(table)
        } else {
            rls::Draft::read(table, &draft.text)?
        };
        let what = WhatIf {
            draft: if draft.forces { read.forcing() } else { read },
            statements: vec![rls::Statement::Select],
            organization: None,
            users: Vec::new(),
        };
        let effect = what.run(database, &self.warrant, run).await?;
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
        Ok((effect.same, compare(&before, &after, vec![table.clone()])))
    }
}

/// What comes to one table.
#[derive(Debug, Default)]
struct Draft {
    text: String,
    /// The words of it.
    words: Vec<String>,
    forces: bool,
}

impl Draft {
    /// The names that it calls.
    fn calls(&self) -> impl Iterator<Item = &str> {
        let called = self.words.windows(2).filter(|pair| pair[1] == "(");
        called.map(|pair| pair[0].trim_matches('"'))
    }

    /// Whether it names `table`, in whatever way.
    fn names(&self, table: &RelationName) -> bool {
        let bare = |word: &String| word.trim_matches('"').to_owned();
        self.words.iter().map(bare).any(|word| word.eq_ignore_ascii_case(&table.name))
    }
}

/// What a plan comes to, as far as that is seen before it runs.
#[derive(Debug, Default)]
struct Coming {
    drafts: BTreeMap<RelationName, Draft>,
    /// The functions that it makes, by name in small letters, with the statements that do.
    made: BTreeMap<String, String>,
    /// The first statement that holds an owner to policies.
    forced: Option<String>,
    /// Of which tables it cannot be told, and why.
    untold: BTreeMap<RelationName, String>,
}

/// As many cells of a statement tell which one is meant.
const TOLD: usize = 60;

/// The first line of the statement, with its place.
fn placed(title: &str, statement: &Statement) -> String {
    let first = text::clean(statement.text.lines().next().unwrap_or_default());
    format!("{title}, line {}: `{}`", statement.line, text::fit(&first, TOLD))
}

fn refusal(why: &str, statement: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("who would see what is not known before it runs: {why}: {statement}"),
    )
    .hint("it is counted when the migrations run, before and after")
}

impl Coming {
    /// Reads `plan`; fails where a statement may change anything.
    fn of(plan: &Plan) -> Result<Self, Problem> {
        let mut coming = Self::default();
        for step in &plan.steps {
            let title = step.job.title();
            let opaque = |reason: &String| {
                refusal("it cannot be taken apart", &format!("{title}, {reason}"))
            };
            for statement in step.job.statements.as_ref().map_err(opaque)? {
                coming.add(statement, placed(&title, statement))?;
            }
        }
        Ok(coming)
    }

    fn add(&mut self, statement: &Statement, place: String) -> Result<(), Problem> {
        match bearing(statement) {
            Bearing::None => {}
            Bearing::Policies(table) => {
                let draft = self.drafts.entry(table).or_default();
                draft.text.push_str(&statement.text);
                draft.text.push_str(";\n");
                draft.words.extend(statement.words.iter().cloned());
            }
            Bearing::Forces(table) => {
                self.drafts.entry(table).or_default().forces = true;
                self.forced.get_or_insert(place);
            }
            Bearing::Makes(name) => drop(self.made.insert(name.to_lowercase(), place)),
            Bearing::Table(table) => {
                self.untold.insert(table, format!("it is made by {place}"));
            }
            Bearing::Runs(names) => {
                let other = names.iter().find(|name| !self.made.contains_key(&name.to_lowercase()));
                if let Some(name) = other {
                    return Err(refusal(&format!("who may call `{name}` changes"), &place));
                }
            }
            Bearing::Tables(names, why) => {
                for name in names {
                    self.untold.insert(name, format!("{why}: {place}"));
                }
            }
            Bearing::Any(why) => return Err(refusal(why, &place)),
        }
        Ok(())
    }

    /// The tables that may be seen otherwise for what is done to them.
    fn changed(&self) -> BTreeSet<RelationName> {
        self.drafts.keys().chain(self.untold.keys()).cloned().collect()
    }

    /// What is made cannot be called before it is there, and what is there may look at what changes.
    async fn look_at_functions(&mut self, database: &Database, run: &Run) -> Result<(), Problem> {
        let called = self.drafts.values().flat_map(Draft::calls).map(str::to_lowercase);
        let names: BTreeSet<String> = called.chain(self.made.keys().cloned()).collect();
        let there = Functions::read(&names, database, run).await?;
        if let Some((name, place)) = self.made.iter().find(|(name, _)| there.any.contains(*name)) {
            let why = format!("what calls a function `{name}` may run this one then");
            return Err(refusal(&why, place));
        }
        if let Some(place) = self.forced.as_ref().filter(|_| there.definers) {
            let why = "functions that run as the owner of the table are held to its policies too";
            return Err(refusal(why, place));
        }
        let several = self.changed().len() > 1;
        for (table, draft) in &self.drafts {
            let made = draft.calls().find_map(|name| {
                let place = self.made.get(&name.to_lowercase())?;
                Some(format!("its policies call `{name}`, which is not there yet: {place}"))
            });
            let looks = draft
                .calls()
                .find(|name| several && there.bound.contains(&name.to_lowercase()))
                .map(|name| {
                    format!("its policies call `{name}`, which may look at others that change too")
                });
            if let Some(why) = made.or(looks) {
                self.untold.entry(table.clone()).or_insert(why);
            }
        }
        Ok(())
    }

    /// A table that is seen through another cannot be told where that one changes too: each is tried with the policies that the others have now.
    async fn look_at_each_other(&mut self, database: &Database, run: &Run) -> Result<(), Problem> {
        let changed = self.changed();
        for (table, draft) in &self.drafts {
            let others: Vec<_> = changed.iter().filter(|it| *it != table).cloned().collect();
            let named = others.iter().any(|other| draft.names(other));
            if named || leaning(database, &others, run).await?.contains(table) {
                let why = "its policies look at others that change too".to_owned();
                self.untold.entry(table.clone()).or_insert(why);
            }
        }
        Ok(())
    }
}

/// What there is of functions of some names.
struct Functions {
    /// The names that there are, in small letters.
    any: BTreeSet<String>,
    /// Those of functions that policies hold.
    bound: BTreeSet<String>,
    /// Whether there is any function at all that runs as an owner whom policies could hold.
    definers: bool,
}

impl Functions {
    async fn read(
        names: &BTreeSet<String>,
        database: &Database,
        run: &Run,
    ) -> Result<Self, Problem> {
        let names: Vec<_> = names.iter().cloned().map(Some).collect();
        let (before, after) = include_str!("sql/functions.sql")
            .split_once("'{}'::pg_catalog.text[]")
            .expect("the file asks for the names in an array");
        let mut sql = Sql::new(before);
        sql.bind_list(&names, "pg_catalog.text[]").push(after);
        let rows = database.door.read(&Identity::Observer, &sql, run).await?.rows;
        let mut found = Self { any: BTreeSet::new(), bound: BTreeSet::new(), definers: false };
        for row in rows {
            let Ok([Some(name), bound, definer]) = <[Option<String>; 3]>::try_from(row) else {
                continue;
            };
            found.definers |= definer.as_deref() == Some("true");
            if names.iter().flatten().any(|wanted| *wanted == name) {
                if bound.as_deref() == Some("true") {
                    found.bound.insert(name.clone());
                }
                found.any.insert(name);
            }
        }
        Ok(found)
    }
}
