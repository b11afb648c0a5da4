//! What is going to be run: which steps, which way, in which order; told before anything is.
//!
//! Pure. Whoever agreed to jobs agreed to these texts; a runner compares before it begins.

use super::{Alone, Begun, Migration, Source, State, Statement, Step, Tool, source::sha384, split};
use crate::pg::{Kind, Problem};

/// Which way, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// Everything that is pending, up to and with a version.
    Up(Option<i64>),
    /// Everything above a version; the newest alone where none is named.
    Down(Option<i64>),
    /// Everything from a version on, undone and taken again; the newest alone where none is named.
    Redo(Option<i64>),
}

impl Order {
    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Up(_) => "up",
            Self::Down(_) => "down",
            Self::Redo(_) => "redo",
        }
    }
}

/// One step to be taken or undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The step.
    pub migration: Migration,
    /// Which way.
    pub up: bool,
    /// Its statements, or why they cannot be told apart.
    pub statements: Result<Vec<Statement>, String>,
    /// Whether it runs statement by statement, without a transaction around it.
    pub apart: bool,
    /// How many of its statements are done already.
    pub done: usize,
}

impl Job {
    /// Taking a step, or undoing it. `begun` says how far an earlier run came.
    pub(super) fn new(
        migration: &Migration,
        up: bool,
        begun: Option<&Begun>,
    ) -> Result<Self, Problem> {
        let text = if up { Some(&migration.up) } else { migration.down.as_ref() };
        let text = text.ok_or_else(|| {
            Problem::new(
                Kind::Refused,
                format!("there is no way back from migration: {}", migration.file()),
            )
            .hint(format!(
                "write `{}.down.sql` beside it, or a new migration that undoes it",
                migration.file()
            ))
        })?;
        let statements = split(text);
        let asked = Migration::wants_no_transaction(text);
        let needed = statements.iter().flatten().any(|it| Alone::of(it).is_some());
        let apart = asked || needed || statements.as_deref().is_ok_and(uses_new_value);
        if let (true, Err(reason)) = (apart, &statements) {
            return Err(Problem::usage(format!(
                "migration {} has to run statement by statement, and cannot be told apart: {reason}",
                migration.file()
            ))
            .hint("put what the parser does not know into a file of its own"));
        }
        if let Some(end) = statements.iter().flatten().find(|it| ends_transaction(it)) {
            return Err(Problem::new(
                Kind::Refused,
                format!(
                    "migration {} ends or begins its own transaction, on line {}",
                    migration.file(),
                    end.line
                ),
            )
            .hint("leave BEGIN, COMMIT and ROLLBACK out of the file"));
        }
        let mut job = Self { migration: migration.clone(), up, statements, apart, done: 0 };
        let begun = begun.filter(|begun| begun.up == up && apart);
        if let Some(begun) = begun.filter(|begun| begun.done > 0) {
            if begun.checksum != job.checksum() {
                return Err(Problem::new(
                    Kind::Refused,
                    format!(
                        "migration {} was changed after {} of its statements were done",
                        migration.file(),
                        begun.done
                    ),
                )
                .hint("bring back the file that was begun, or undo by hand what it did"));
            }
            job.done = begun.done;
        }
        Ok(job)
    }

    /// The text that runs.
    pub fn text(&self) -> &str {
        if self.up {
            &self.migration.up
        } else {
            self.migration.down.as_deref().unwrap_or_default()
        }
    }

    /// The checksum of the text that runs.
    pub fn checksum(&self) -> String {
        sha384(self.text())
    }

    /// What it is called.
    pub fn title(&self) -> String {
        let way = if self.up { "" } else { "undo " };
        format!("{way}{}", self.migration.file())
    }
}

/// Whether a value is added to an enumerated type and used further on: it can only be used once it is committed.
fn uses_new_value(statements: &[Statement]) -> bool {
    statements.iter().enumerate().any(|(at, statement)| {
        let added = || {
            let words = &statement.words;
            let at = words.windows(2).position(|pair| {
                pair[0].eq_ignore_ascii_case("ADD") && pair[1].eq_ignore_ascii_case("VALUE")
            })?;
            words[at..].iter().find(|word| word.starts_with('\''))
        };
        statement.begins(&["ALTER", "TYPE"])
            && added()
                .is_some_and(|value| statements[at + 1..].iter().any(|it| it.words.contains(value)))
    })
}

fn ends_transaction(statement: &Statement) -> bool {
    [
        &["BEGIN"][..],
        &["START", "TRANSACTION"],
        &["COMMIT"],
        &["END"],
        &["ROLLBACK"],
        &["ABORT"],
        &["PREPARE", "TRANSACTION"],
    ]
    .iter()
    .any(|words| statement.begins(words))
        && !statement.begins(&["ROLLBACK", "TO"])
}

/// The jobs that `order` comes to, where the steps stand as they do; `begun` says how far an earlier run came with one.
pub(super) fn jobs(
    order: Order,
    (tool, source): (Tool, &Source),
    steps: &[Step],
    begun: impl Fn(&Migration) -> Option<Begun>,
) -> Result<Vec<Job>, Problem> {
    if tool != Tool::Sqlx {
        return Err(elsewhere(tool, order));
    }
    refuse_drift(steps)?;
    let known = |version: i64| {
        source.get(version).map(drop).ok_or_else(|| {
            Problem::usage(format!("there is no migration of that version: {version}"))
                .hint("`purview migrate status` lists them")
        })
    };
    let pairs =
        || steps.iter().filter_map(|step| Some((step, source.get(step.version.parse().ok()?)?)));
    let job = |migration: &Migration, up| Job::new(migration, up, begun(migration).as_ref());
    let newest = pairs().filter(|(step, _)| step.state.is_done()).map(|(_, it)| it.version).max();
    match order {
        Order::Up(to) => {
            to.map(known).transpose()?;
            let due = pairs()
                .filter(|(step, it)| step.state.is_due() && to.is_none_or(|to| it.version <= to));
            due.map(|(_, it)| job(it, true)).collect()
        }
        Order::Down(to) => {
            to.filter(|to| *to != 0).map(known).transpose()?;
            let to = to.unwrap_or_else(|| below(newest, source));
            undone(&pairs().collect::<Vec<_>>(), |version| version > to)?
                .into_iter()
                .map(|it| job(it, false))
                .collect()
        }
        Order::Redo(from) => {
            from.map(known).transpose()?;
            let Some(from) = from.or(newest) else { return Ok(Vec::new()) };
            let back = undone(&pairs().collect::<Vec<_>>(), |version| version >= from)?;
            let mut all = Vec::with_capacity(back.len() * 2);
            for it in &back {
                all.push(job(it, false)?);
            }
            for it in back.iter().rev() {
                all.push(job(it, true)?);
            }
            Ok(all)
        }
    }
}

/// The version under the newest: everything above it is the newest alone.
fn below(newest: Option<i64>, source: &Source) -> i64 {
    let Some(newest) = newest else { return i64::MAX };
    source.migrations().iter().map(|it| it.version).filter(|it| *it < newest).max().unwrap_or(0)
}

/// The steps that are done in a range, the newest first; fails where one of them cannot be undone, before anything is.
fn undone<'a>(
    pairs: &[(&Step, &'a Migration)],
    meant: impl Fn(i64) -> bool,
) -> Result<Vec<&'a Migration>, Problem> {
    let mut range: Vec<_> = pairs
        .iter()
        .filter(|(step, it)| meant(it.version) && !matches!(step.state, State::Pending))
        .collect();
    range.sort_by_key(|(_, it)| std::cmp::Reverse(it.version));
    for (step, it) in &range {
        if matches!(step.state, State::OutOfOrder | State::Partly(_)) {
            let what = if step.state == State::OutOfOrder {
                "was never taken"
            } else {
                "is only partly done"
            };
            return Err(Problem::new(
                Kind::Refused,
                format!("one in between {what}: {}", it.file()),
            )
            .hint("take it first, with `up`"));
        }
    }
    Ok(range.into_iter().map(|(_, it)| *it).collect())
}

/// History that does not fit the files is nothing to build on; a file of which only the form changed still does what it did.
fn refuse_drift(steps: &[Step]) -> Result<(), Problem> {
    let is_strange = |state: State| match state {
        State::Modified(edit) => !edit.is_harmless(),
        State::Missing | State::Duplicate | State::Failed => true,
        State::Applied
        | State::Irreversible
        | State::Recorded
        | State::Pending
        | State::OutOfOrder
        | State::Partly(_) => false,
    };
    let Some(step) = steps.iter().find(|step| is_strange(step.state)) else { return Ok(()) };
    let (version, name) = (&step.version, &step.name);
    let (what, hint) = if step.state == State::Duplicate {
        ("has a version that another has too", "give one of the files another number")
    } else if step.state == State::Failed {
        ("was begun and not finished", "finish or undo it by hand")
    } else if step.state == State::Missing {
        ("has no file", "bring back the file that was applied")
    } else {
        ("was changed after it was applied", "bring back the file that was applied")
    };
    Err(Problem::usage(format!("a migration {what}: {version} {name}")).hint(hint))
}

/// What a person does with the tool whose history it is.
fn elsewhere(tool: Tool, order: Order) -> Problem {
    let command = match order {
        Order::Up(_) => tool.up_command(),
        Order::Down(_) | Order::Redo(_) => tool.down_command(),
    };
    Problem::new(
        Kind::Refused,
        format!("the history is that of {tool}, which purview reads and does not write"),
    )
    .hint(format!("run `{}`", command.unwrap_or_default()))
}
