//! Acting begins, and what the session turned out to be is said.

use std::sync::Arc;

use crate::{
    database::Database,
    directory::{SelfCheck, Session},
    pg::{Acting, Fence, Identity, Problem, Run},
    question::Question,
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
}

impl Began {
    /// What the session turned out to be.
    pub(super) fn report(&self) -> String {
        let Self { acting, fence, session } = self;
        let yes = |truth: bool| if truth { "yes" } else { "NO" };
        let mut lines = vec![
            format!("current_user   {}", session.current_user),
            format!("session_user   {}", session.session_user),
            format!("read-only      {}", yes(session.read_only)),
            format!("row security   {}", yes(session.row_security)),
            format!("fence          {fence}: {}", fence.meaning()),
            format!("until          {} UTC", acting.until.format("%H:%M")),
            format!("reason         {}", acting.reason),
            String::new(),
            "settings".to_owned(),
        ];
        lines.extend(
            acting.settings.iter().map(|(name, value)| format!("  {} = {value}", name.as_str())),
        );
        if acting.settings.is_empty() {
            lines.push("  none: the session never had any".to_owned());
        }
        lines.extend([String::new(), "rows visible now".to_owned()]);
        for visible in &session.visible {
            let said = match &visible.rows {
                Ok(count) => format!("{}{}", count.rows, if count.more { "+" } else { "" }),
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
        let identity = Identity::Acting(Arc::clone(&acting));
        match SelfCheck.ask(Arc::clone(&database), identity, run).await {
            Ok(session) => Ok(Began { acting, fence, session }),
            Err(problem) => {
                // Nobody was acted as: the journal says so too.
                database.door.end_acting(&acting)?;
                Err(problem)
            }
        }
    }
}
