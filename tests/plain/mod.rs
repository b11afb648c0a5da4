//! What the server says to somebody, without purview: from the jail's login `SET ROLE`, the settings and the statement, and all of it undone.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::Arc;

use chrono::Duration;
use purview::{
    demo::LoginKind,
    directory::Somebody,
    pg::{Acting, Row, Workshop, quote_ident},
    rls::Warrant,
};

use crate::common::{self, TestDatabase};

/// What lets a test act as anybody.
pub(crate) fn warrant() -> Warrant {
    let since = common::anchor();
    Warrant { reason: "test".into(), since, until: since + Duration::minutes(30) }
}

/// Acting as `somebody` under that.
pub(crate) fn acting(somebody: &Somebody) -> Arc<Acting> {
    let Warrant { reason, since, until } = warrant();
    Arc::new(somebody.candidate.acting(&reason, since, until))
}

/// A powerful session that takes on one identity after the other.
pub(crate) struct Plain<'a> {
    test: &'a TestDatabase,
    session: Workshop,
}

impl<'a> Plain<'a> {
    pub(crate) async fn open(test: &'a TestDatabase) -> Self {
        Self { test, session: test.workshop().await }
    }

    /// What the last of the statements in `text` gives to `who`, or the code of the refusal.
    pub(crate) async fn ask(&mut self, who: &Acting, text: &str) -> Result<Vec<Row>, String> {
        if who.settings.is_empty() {
            // A setting that somebody used in this session is empty now; who has none must find it never set.
            let mut fresh = self.test.workshop().await;
            return asked(&mut fresh, who, text).await;
        }
        asked(&mut self.session, who, text).await
    }

    /// The one value that they give.
    pub(crate) async fn value(&mut self, who: &Acting, text: &str) -> Result<String, String> {
        let mut rows = self.ask(who, text).await?;
        Ok(rows.pop().unwrap().pop().unwrap().unwrap())
    }
}

async fn asked(session: &mut Workshop, who: &Acting, text: &str) -> Result<Vec<Row>, String> {
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let settings = who.settings.iter();
    let settings: Vec<_> =
        settings.map(|(name, value)| format!("SET LOCAL {name} = {}; ", literal(value))).collect();
    let (settings, role) = (settings.concat(), quote_ident(&who.role));
    let jail = quote_ident(LoginKind::Jail.role());
    let said = session
        .script(&format!(
            "BEGIN; SET LOCAL SESSION AUTHORIZATION {jail}; SET LOCAL ROLE {role}; {settings}{text}"
        ))
        .await;
    session.script("ROLLBACK").await.unwrap();
    said.map_err(|problem| problem.sqlstate.unwrap())
}
