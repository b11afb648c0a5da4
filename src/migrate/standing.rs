//! Where the migrations of a database stand: its history against the files, each version with its state.
//!
//! It is looked at and nothing is made, so that a login that may only read can ask.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use super::{
    Begun, Found, Memory, Remembered, Source, Step, Tool,
    leftover::{self, Asker},
    memory::{begun, remembered},
    record, step,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run, Sql},
    question::Question,
};

/// Asks where the migrations stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Where the files lie, where a person says so now.
    pub source: Option<PathBuf>,
}

/// Where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// Whose history it is.
    pub tool: Tool,
    /// The table that holds it; absent where there is none yet.
    pub table: Option<RelationName>,
    /// What the files are, for people; absent where there are none to compare with.
    pub files: Option<String>,
    /// The files.
    pub source: Option<Source>,
    /// Every version, in order.
    pub steps: Vec<Step>,
    /// What else a person has to know.
    pub caveats: Vec<Problem>,
}

impl Question for Standing {
    type Answer = Stand;

    /// As the operator's login, whoever asks: a history is nobody's own.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Stand, Problem> {
        self.look(&database, &run).await
    }
}

impl Standing {
    /// Finds out.
    pub(super) async fn look(&self, database: &Database, run: &Run) -> Result<Stand, Problem> {
        let (source, files) = match self.files(database)? {
            Some((source, files)) => (Some(source), Some(files)),
            None => (None, None),
        };
        let all = Found::all(database, run).await?;
        let fitting = |found: &&Found| source.as_ref().is_none_or(|it| it.fits(found.tool));
        let found = all.iter().find(fitting).or(all.first());
        let mut caveats: Vec<Problem> = all
            .iter()
            .filter(|other| found.is_some_and(|found| found.table != other.table))
            .map(|other| {
                let (tool, table) = (other.tool, &other.table);
                Problem::usage(format!("there is a history of {tool} too: {table}"))
            })
            .collect();
        let Some(found) = found else {
            let Some(source) = source else { return Err(nothing()) };
            let memories = memories(database, Some(&source), run).await?;
            let steps = step::compare(source.tool(), Some(&source), &[], &memories);
            let tool = source.tool();
            return Ok(Stand { tool, table: None, files, source: Some(source), steps, caveats });
        };
        let records = record::read(found, database, run).await?;
        let mut source = source;
        if source.as_ref().is_some_and(|it| !it.fits(found.tool)) {
            let tool = found.tool;
            caveats.push(
                Problem::usage(format!("the files are not those of {tool}, whose history this is"))
                    .hint("name the directory of its files with `--source DIR`"),
            );
            source = None;
        }
        let memories = memories(database, source.as_ref(), run).await?;
        let steps = step::compare(found.tool, source.as_ref(), &records, &memories);
        let table = Some(found.table.clone());
        let files = files.filter(|_| source.is_some());
        Ok(Stand { tool: found.tool, table, files, source, steps, caveats })
    }

    /// The same; nothing where there is neither a history nor a folder that somebody named: what purview brings for a schema is no promise that it was
    /// made by that.
    pub(super) async fn known(
        &self,
        database: &Database,
        run: &Run,
    ) -> Result<Option<Stand>, Problem> {
        let named = self.source.is_some() || database.migrations.is_some();
        if !named && Found::all(database, run).await?.is_empty() {
            return Ok(None);
        }
        self.look(database, run).await.map(Some)
    }

    /// The files that are meant, and what people call them: those that are named, else those of the context, else those that purview brings.
    fn files(&self, database: &Database) -> Result<Option<(Source, String)>, Problem> {
        if let Some(folder) = self.source.as_ref().or(database.migrations.as_ref()) {
            return Ok(Some((Source::read(folder)?, folder.display().to_string())));
        }
        let Some(mapping) = &database.mapping else { return Ok(None) };
        Ok(Source::embedded(&mapping.name)
            .ok()
            .map(|source| (source, format!("those that purview brings for {}", mapping.name))))
    }
}

impl Stand {
    /// How many steps are to be taken.
    pub fn due(&self) -> usize {
        self.steps.iter().filter(|step| step.state.is_due()).count()
    }

    /// Whether anything is pending or wrong.
    pub fn is_open(&self) -> bool {
        self.steps.iter().any(|step| step.state.is_due() || step.state.is_wrong())
    }
}

/// What this machine remembers of the database.
pub(super) async fn memory(database: &Database, run: &Run) -> Result<Memory, Problem> {
    let which = Sql::new(include_str!("sql/identity.sql"));
    let which = database.door.read(&Identity::Observer, &which, run).await?;
    let which = which.scalar().ok_or_else(|| Problem::bug("a database without an identity"))?;
    Ok(Memory::new(database.door.journal().folder(), which))
}

fn nothing() -> Problem {
    Problem::usage("there is no history of migrations, and there are no files of any")
        .hint("name their directory with `--source DIR`, or as `migrations` in the context")
}

/// What is remembered of each step, with what is uncertain found out.
async fn memories(
    database: &Database,
    source: Option<&Source>,
    run: &Run,
) -> Result<BTreeMap<String, Remembered>, Problem> {
    let notes = memory(database, run).await?.notes()?;
    let mut all = remembered(&notes);
    for (key, mut begun) in begun(&notes).into_iter().filter(|(_, begun)| begun.up) {
        let files = source.map(Source::migrations).unwrap_or_default();
        if let Some(file) = files.iter().find(|file| file.key == key) {
            leftover::resolve(&mut begun, file, Asker::Looker(database, run)).await?;
        }
        all.entry(key).or_default().done = Some(begun.done);
    }
    Ok(all)
}

/// How far steps came on this machine that were begun and not finished.
pub(super) async fn begun_here(
    database: &Database,
    run: &Run,
) -> Result<BTreeMap<String, Begun>, Problem> {
    Ok(begun(&memory(database, run).await?.notes()?))
}
