//! Two people looked up and compared, so that one can go on from what differs to why.

use std::sync::Arc;

use super::{Compare, Comparison, Layout, breakdown::somebody, many::Warrant};
use crate::{
    database::Database,
    directory::{Named, Somebody},
    pg::{Acting, Identity, Problem, Run},
    question::Question,
    text::clean,
};

/// What differs between two?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideBySide {
    /// The two.
    pub people: [Counterpart; 2],
    /// Why they are acted as, and until when.
    pub warrant: Warrant,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterpart {
    /// Whoever is called like this.
    Named(String),
    /// Whoever is acted as.
    Acting(Arc<Acting>),
}

/// What differs, and between whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The two.
    pub people: [Somebody; 2],
    /// What differs.
    pub comparison: Comparison,
}

impl Question for SideBySide {
    type Answer = Sides;

    /// Whoever asks: what somebody may do does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Sides, Problem> {
        let [one, other] = &self.people;
        let one = one.find(&database, &identity, &run).await?;
        let other = other.find(&database, &identity, &run).await?;
        let comparison =
            Compare::default().run(&database, [&one, &other], &self.warrant, &run).await?;
        Ok(Sides { people: [one, other], comparison })
    }
}

impl Counterpart {
    async fn find(
        &self,
        database: &Arc<Database>,
        identity: &Identity,
        run: &Run,
    ) -> Result<Somebody, Problem> {
        match self {
            Self::Named(needle) => {
                let question = Named { needle: needle.clone() };
                question.ask(Arc::clone(database), identity.clone(), run.clone()).await
            }
            Self::Acting(acting) => Ok(somebody(acting)),
        }
    }
}

/// What differs, for people.
pub fn tell_comparison(found: &Comparison, layout: Layout) -> String {
    let bullet = if layout == Layout::Markdown { "- " } else { "" };
    let mut lines = Vec::new();
    let mut line = |told: String| lines.push(told);
    for (at, name) in ["A", "B"].iter().enumerate() {
        let who = format!("{bullet}{name}: {} (role {})", found.people[at], found.roles[at]);
        line(clean(&who).into_owned());
    }
    if found.facts.is_empty() {
        line(format!("{bullet}The policies know the same of both."));
    } else {
        line(String::new());
        line("What the policies know of them:".to_owned());
    }
    for pair in &found.facts {
        let worth = pair.worth.each_ref().map(|it| it.as_deref().unwrap_or("NULL"));
        line(format!("{bullet}{}", clean(&pair.fact)));
        for (name, worth) in ["A", "B"].iter().zip(worth) {
            line(format!("    {name}: {}", clean(worth)));
        }
    }
    if !found.tables.is_empty() {
        line(String::new());
        line("What they can do:".to_owned());
    }
    for pair in &found.tables {
        line(format!("{bullet}{} {}", clean(&pair.table), pair.command));
        for (at, name) in ["A", "B"].iter().enumerate() {
            let rows = match (pair.rows[at], &pair.problems[at]) {
                (Some(rows), _) => format!("{rows} rows"),
                (None, problem) => format!("error: {}", problem.as_deref().unwrap_or("unknown")),
            };
            let only = match pair.only[at] {
                Some(only) if only > 0 => format!(", {only} of them alone"),
                Some(_) | None => String::new(),
            };
            let samples = match pair.samples[at].as_slice() {
                [] => String::new(),
                keys => format!(" such as {}", keys.join(" · ")),
            };
            line(clean(&format!("    {name}: {rows}{only}{samples}")).into_owned());
        }
    }
    line(String::new());
    line(format!("{bullet}{} tables and commands are the same for both.\n", found.same));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rls::{Statement, compare::TablePair},
        text::is_harmless,
    };

    #[test]
    fn what_is_compared_harms_no_terminal() {
        let hostile = || "x\x1b]0;owned\x07".to_owned();
        let pair = TablePair {
            table: hostile(),
            command: Statement::Select,
            rows: [Some(1), None],
            only: [Some(1), None],
            samples: [vec![hostile()], Vec::new()],
            keys: [Vec::new(), Vec::new()],
            problems: [None, Some(hostile())],
        };
        let told = tell_comparison(
            &Comparison {
                people: [hostile(), hostile()],
                roles: [hostile(), hostile()],
                facts: Vec::new(),
                tables: vec![pair],
                same: 0,
            },
            Layout::Text,
        );
        assert!(told.chars().all(|c| c == '\n' || is_harmless(c)), "{told:?}");
    }
}
