//! Acting begins, and what the session turned out to be is said.

use std::sync::Arc;

use crate::{
    database::Database,
    directory::{SelfCheck, Session},
    pg::{Acting, Confirmed, Fence, Identity, Problem, Run, Sql},
    question::Question,
    tui::ui::cell,
};

/// How acting differs from what the application does when the user signs in.
pub(super) const DIFFERENCES: [&str; 3] = [
    "session_user is purview's login",
    "hooks that the application runs at sign-in did not run",
    "claims are assumed from the mapping, not issued",
];

/// Begin to act as somebody, and look who the session is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// As whom.
    pub acting: Arc<Acting>,
    /// What is noted about it in the application's own audit before anything else, as a person saw it.
    pub entry: Entry,
}

/// The entry in the application's own audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// There is none, because nobody asked for one.
    None,
    /// There can be none, for this reason.
    Cannot(String),
    /// This statement writes it; a person saw it and agreed.
    Write(Sql),
}

/// How acting began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// As whom.
    pub acting: Arc<Acting>,
    /// How strong the fence is.
    pub fence: Fence,
    /// Who the session is, and what it sees.
    pub session: Session,
    /// What became of the entry in the application's own audit, if there was to be one.
    pub noted: Option<Result<(), Problem>>,
}

impl Began {
    /// What the session turned out to be.
    pub(super) fn report(&self) -> String {
        let Self { acting, fence, session, noted } = self;
        let yes = |truth: bool| if truth { "yes" } else { "NO" };
        let mut lines = vec![
            format!("current_user   {}", session.current_user),
            format!("session_user   {}", session.session_user),
            format!("read-only      {}", yes(session.read_only)),
            format!("row security   {}", yes(session.row_security)),
            format!("fence          {fence}: {}", fence.meaning()),
            format!("until          {} UTC", acting.until.format("%H:%M")),
            format!("reason         {}", acting.reason),
        ];
        lines.extend(noted.as_ref().map(|noted| match noted {
            Ok(()) => "noted          in the application's own audit".to_owned(),
            Err(problem) => format!("NOT noted      in the application's own audit: {problem}"),
        }));
        lines.extend([String::new(), "settings".to_owned()]);
        lines.extend(
            acting.settings.iter().map(|(name, value)| format!("  {} = {value}", name.as_str())),
        );
        if acting.settings.is_empty() {
            lines.push("  none: the session never had any".to_owned());
        }
        lines.extend([String::new(), "rows visible now".to_owned()]);
        for visible in &session.visible {
            let said = match &visible.rows {
                Ok(count) => {
                    let rows = cell::count(i64::try_from(count.rows).unwrap_or(i64::MAX));
                    format!("{rows}{}", if count.more { "+" } else { "" })
                }
                Err(problem) => problem.to_string(),
            };
            lines.push(format!("  {:<32} {said}", visible.table.to_string()));
        }
        lines.extend([String::new(), "differs from a real login".to_owned()]);
        lines.extend(DIFFERENCES.iter().map(|line| format!("  {line}")));
        lines.extend([
            String::new(),
            "from now on every list is what they see; esc closes this, I stops acting".to_owned(),
        ]);
        lines.join("\n")
    }
}

impl Entry {
    /// Notes that `acting` begins. Where it cannot be noted one acts all the same, and the journal says so.
    async fn note(
        &self,
        database: &Database,
        acting: &Acting,
    ) -> Result<Option<Result<(), Problem>>, Problem> {
        match self {
            Self::None => Ok(None),
            // It was said before.
            Self::Cannot(why) => {
                database.door.note_entry(acting, &format!("not written: {why}"))?;
                Ok(None)
            }
            Self::Write(entry) => {
                let confirmed = Confirmed::by_person(std::slice::from_ref(entry));
                Ok(Some(database.door.write_entry(acting, entry, &confirmed).await))
            }
        }
    }
}

impl Question for Begin {
    type Answer = Began;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Began, Problem> {
        let acting = self.acting;
        let fence = database.door.begin_acting(&acting).await?;
        let noted = self.entry.note(&database, &acting).await?;
        let identity = Identity::Acting(Arc::clone(&acting));
        match SelfCheck.ask(Arc::clone(&database), identity, run).await {
            Ok(session) => Ok(Began { acting, fence, session, noted }),
            Err(problem) => {
                // Nobody was acted as: the journal says so too.
                database.door.end_acting(&acting)?;
                Err(problem)
            }
        }
    }
}
