//! `--try`, `--no-check` and `--yes`: whether real statements are tried.

use clap::Args;

use super::{consent, say};
use crate::{
    config::Connection,
    database::Database,
    pg::Problem,
    rls::{Check, Statement},
};

/// Whether the real statement is tried.
#[derive(Debug, Clone, Copy, Args)]
pub struct Trying {
    /// Try the real statement too where it writes or locks. It is rolled back, but its
    /// triggers run
    #[arg(long = "try", conflicts_with = "no_check")]
    pub writes: bool,
    /// Agree beforehand to `--try` in production
    #[arg(long, requires = "writes")]
    pub yes: bool,
    /// Do not try the real statement, not even where it only reads
    #[arg(long)]
    pub no_check: bool,
}

impl Trying {
    /// Which statements are tried.
    pub(super) const fn check(self) -> Check {
        match (self.writes, self.no_check) {
            (true, _) => Check::Writes,
            (false, true) => Check::Nothing,
            (false, false) => Check::Reads,
        }
    }

    /// What was said, if any of `statements` will be tried that writes.
    pub(super) fn of(self, statements: &[Statement]) -> Option<Self> {
        let writes = |it: &Statement| self.check().covers(*it) && !it.only_reads();
        statements.iter().any(writes).then_some(self)
    }

    /// Fails unless statements that write may be tried, and somebody agrees to it.
    pub(super) async fn permitted(
        self,
        database: &Database,
        connection: &Connection,
    ) -> Result<(), Problem> {
        database.door.writable()?;
        let what = "`--try` runs the real statement with its triggers before it is rolled back";
        consent::to(what, connection, self.yes).await
    }

    /// Tells that some of `statements` were not tried, to whoever may not know that they could be.
    pub(super) fn tell_of_untried(self, statements: &[Statement]) {
        if self.check() == Check::Reads && !statements.iter().all(|it| it.only_reads()) {
            say::note(
                "statements that write were not tried; `--try` runs them and rolls them back",
            );
        }
    }
}
