//! Everything that is to be said about a database and the logins to it.

use std::sync::Arc;

use super::{
    code::Code,
    finding::Finding,
    jail,
    operator::{self, Hidden},
    rights::Rights,
    server,
};
use crate::{
    database::Database,
    mapping::{self, Severity},
    pg::{Fence, Identity, Kind, Problem, Run},
    question::Question,
};

/// How safe are the logins, and what is missing?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Examination;

impl Question for Examination {
    type Answer = Vec<Finding>;

    /// The operator's login looks, whoever asks: it is the logins that are examined.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<Finding>, Problem> {
        let examiner = Examiner { database: &database, run: &run };
        let mut findings = server::judge(database.door.probe());
        findings.extend(told("operator", examiner.operator().await)?);
        findings.extend(told("code", examiner.code().await)?);
        findings.extend(told("jail", examiner.fence().await)?);
        findings.extend(told("jail", examiner.jail().await)?);
        findings.extend(told("mapping", examiner.mapping().await)?);
        Ok(findings)
    }
}

/// A part that could not be asked is told, and hides no other; without a connection there is nothing left to tell.
fn told(
    about: &'static str,
    outcome: Result<Vec<Finding>, Problem>,
) -> Result<Vec<Finding>, Problem> {
    match outcome {
        Err(problem)
            if matches!(problem.kind, Kind::Cancelled | Kind::Connection) && about != "jail" =>
        {
            Err(problem)
        }
        Err(Problem { summary, hint, .. }) => {
            let finding = Finding::wrong(about, summary);
            Ok(vec![Finding { hint, ..finding }])
        }
        Ok(findings) => Ok(findings),
    }
}

struct Examiner<'a> {
    database: &'a Database,
    run: &'a Run,
}

impl Examiner<'_> {
    async fn operator(&self) -> Result<Vec<Finding>, Problem> {
        let door = &self.database.door;
        let rights = self.rights(&door.probe().login).await?;
        let hidden = door.read(&Identity::Observer, &Hidden::question(), self.run).await?;
        Ok(operator::judge(door.probe(), &rights, &Hidden::read(hidden.rows)))
    }

    async fn code(&self) -> Result<Vec<Finding>, Problem> {
        let door = &self.database.door;
        let code = door.read(&Identity::Observer, &Code::question(), self.run).await?;
        Ok(Code::read(code.rows).judge(&door.probe().login))
    }

    async fn fence(&self) -> Result<Vec<Finding>, Problem> {
        const ABOUT: &str = "fence";
        let fence = self.database.door.fence().await?;
        let (why, cure) = if self.database.door.jail().is_some() {
            (
                "the login for acting is powerful",
                "take the rights away that stand below, or name another login",
            )
        } else {
            (
                "there is no login for acting",
                "`purview roles --print` makes one without rights; name it by `--acting-url` or `acting_url`",
            )
        };
        Ok(vec![match fence {
            Fence::Jailed => Finding::ok(ABOUT, "whoever is acted as is jailed"),
            Fence::Wrapped => {
                Finding::note(ABOUT, format!("{why}: what runs as somebody is only wrapped"))
                    .hint(cure)
            }
            Fence::Advisory => Finding::wrong(
                ABOUT,
                format!("{why}: a function that a policy calls can take its rights"),
            )
            .hint(cure),
        }])
    }

    async fn jail(&self) -> Result<Vec<Finding>, Problem> {
        let door = &self.database.door;
        let Some(jail) = door.jail() else { return Ok(Vec::new()) };
        let rights = self.rights(jail.role()).await?;
        let probe = door.probe();
        Ok(jail::judge(jail.role(), &rights, &probe.database, probe.major()))
    }

    async fn mapping(&self) -> Result<Vec<Finding>, Problem> {
        const ABOUT: &str = "mapping";
        let Some(mapping) = &self.database.mapping else {
            return Ok(vec![
                Finding::note(
                    ABOUT,
                    "purview does not know what this schema calls its organizations and users",
                )
                .hint("`purview mapping init` drafts a mapping from the catalog"),
            ]);
        };
        let checked = mapping::check(&self.database.door, mapping, self.run).await?;
        let told = |found: mapping::Finding| {
            let text = format!("{}:{}: {}", found.file, found.line, found.text);
            let finding = match found.severity {
                Severity::Error => Finding::wrong(ABOUT, text),
                Severity::Warning => Finding::note(ABOUT, text),
            };
            Finding { hint: found.hint, ..finding }
        };
        let recognised =
            Finding::ok(ABOUT, format!("recognised as {} ({})", mapping.title, mapping.name));
        Ok(std::iter::once(recognised).chain(checked.into_iter().map(told)).collect())
    }

    async fn rights(&self, login: &str) -> Result<Rights, Problem> {
        let answer = self
            .database
            .door
            .read(&Identity::Observer, &Rights::question(login), self.run)
            .await?;
        Ok(Rights::read(answer.rows))
    }
}
