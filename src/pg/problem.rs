//! Something a person should read: what failed, and what to do about it.
//!
//! No other error type leaves this room. The text may hold what a database said: it is cleaned where it is shown, and never holds a DETAIL, which would
//! repeat whole rows with their secrets.

use std::borrow::Cow;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};

use super::{Fence, grant, name::quote_ident};

/// What sort of failure it is; decides the exit code and whether trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What was asked makes no sense, or a file is wrong.
    Usage,
    /// There is no connection.
    Connection,
    /// A privilege is missing.
    Permission,
    /// The server refused the statement.
    Refused,
    /// A relation, column, extension or setting is not there.
    Missing,
    /// Somebody or a timeout stopped it.
    Cancelled,
    /// purview is wrong.
    Bug,
}

/// What failed and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{summary}{}", hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default())]
pub struct Problem {
    /// The sort of failure.
    pub kind: Kind,
    /// One line, lower case, without a full stop.
    pub summary: String,
    /// What to do.
    pub hint: Option<String>,
    /// The server's SQLSTATE, where the server spoke.
    pub sqlstate: Option<String>,
    /// Where in the statement, as the number of the character; the first is 1.
    pub at: Option<usize>,
}

impl Problem {
    /// A failure without a hint.
    pub fn new(kind: Kind, summary: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), hint: None, sqlstate: None, at: None }
    }

    /// A mistake in what was asked.
    pub fn usage(summary: impl Into<String>) -> Self {
        Self::new(Kind::Usage, summary)
    }

    /// A failure that is purview's own fault.
    pub fn bug(summary: impl Into<String>) -> Self {
        Self::new(Kind::Bug, summary).hint("this is a bug in purview")
    }

    /// The same, saying what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The exit code of the command line contract.
    pub const fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::Connection => 3,
            Kind::Permission => 4,
            Kind::Refused | Kind::Missing | Kind::Bug => 5,
            Kind::Cancelled => 130,
        }
    }

    /// The summary without the value that it repeats: where the server refused one (class 22, data exceptions) it stands between quotes, which may be in the
    /// value too and are others in other languages, or else behind a colon.
    pub fn without_values(&self) -> Cow<'_, str> {
        let told = self.summary.as_str();
        if !self.sqlstate.as_deref().is_some_and(|code| code.starts_with("22")) {
            return Cow::Borrowed(told);
        }
        match (told.find('"'), told.rfind('"')) {
            (Some(first), Some(last)) if last > first + 1 => {
                let behind = &told[last..];
                let behind = if behind.starts_with("\":") { "\"" } else { behind };
                Cow::Owned(format!("{}…{behind}", &told[..=first]))
            }
            (Some(_), _) => Cow::Borrowed(told),
            (None, _) => match told.split_once([':', '：']) {
                Some((before, _)) => Cow::Owned(format!("{before}: …")),
                None => Cow::Borrowed(told),
            },
        }
    }

    /// The same, told of a part of the statement that `shift` characters precede; of no place where that is not known.
    #[must_use]
    pub(super) fn moved(mut self, shift: Option<usize>) -> Self {
        let Some(at) = self.at.take() else { return self };
        if let Some(told) = self.summary.strip_suffix(&format!(", at character {at}")) {
            self.summary = told.to_owned();
        }
        self.at = shift.and_then(|shift| at.checked_sub(shift)).filter(|at| *at > 0);
        self
    }

    /// Says how `login` would come to be let become `role`, if that is what it was not.
    #[must_use]
    pub(super) fn for_login(self, login: &str, role: &str, fence: Fence) -> Self {
        if self.sqlstate.as_deref() != Some("42501")
            || !self.summary.starts_with("permission denied to set role")
        {
            return self;
        }
        let grant = format!("grant {} to {}", quote_ident(role), quote_ident(login));
        self.hint(match fence {
            Fence::Jailed | Fence::Wrapped => grant,
            // Whoever took the role with this login could come back to it.
            Fence::Advisory => {
                format!("{grant}; better, name a login for acting by `--acting-url`, which `purview roles --print` makes")
            }
        })
    }

    /// Names the role that lacked a privilege, and the GRANT that would cure it.
    #[must_use]
    pub(super) fn for_role(mut self, role: &str) -> Self {
        if self.sqlstate.as_deref() == Some("42501")
            && let Some(grant) = grant::hint(&self, role)
        {
            self.hint = Some(grant);
        }
        self
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the driver's other errors all mean a broken connection"
)]
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                let error = error.downcast_ref::<PgDatabaseError>();
                let mut problem = server_said(error.code(), error.message(), Word::of(error));
                if let Some(PgErrorPosition::Original(at)) = error.position() {
                    problem.summary = format!("{}, at character {at}", problem.summary);
                    problem.at = Some(at);
                }
                problem.hint = problem.hint.or_else(|| error.hint().map(kept));
                problem
            }
            sqlx::Error::Io(error) => {
                Self::new(Kind::Connection, format!("the connection failed: {error}"))
                    .hint("check host and port, and that the server runs")
            }
            sqlx::Error::Tls(error) => Self::new(Kind::Connection, format!("TLS failed: {error}"))
                .hint(
                    "check `sslmode`, `sslrootcert` and the host name in the server's certificate",
                ),
            sqlx::Error::Configuration(error) => {
                Self::usage(format!("the connection string is wrong: {error}"))
            }
            other => Self::new(Kind::Connection, format!("the connection failed: {other}")),
        }
    }
}

/// What the server said in a place where only its words are known, while it ran code.
pub(super) fn told_by_server(code: &str, message: &str, hint: Option<&str>) -> Problem {
    let mut problem = server_said(code, message, Word::Raised);
    problem.hint = problem.hint.or_else(|| hint.map(kept));
    problem
}

/// Who chose the code of an error. Any function can raise any code, so it proves nothing alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// The server, and with it the session ended.
    Last,
    /// The server, or code that it ran.
    Any,
    /// Code that it ran (`exec_stmt_raise` in `pl_exec.c`).
    Raised,
}

impl Word {
    fn of(error: &PgDatabaseError) -> Self {
        if matches!(error.severity(), PgSeverity::Panic | PgSeverity::Fatal) {
            Self::Last
        } else if error.routine() == Some("exec_stmt_raise") {
            Self::Raised
        } else {
            Self::Any
        }
    }
}

/// How many characters of a message are kept; a function can raise one of any length.
const LONGEST: usize = 2_000;

fn kept(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn server_said(code: &str, message: &str, word: Word) -> Problem {
    Problem {
        kind: kind_of(code, word),
        summary: kept(message),
        hint: cure(code).or_else(|| restricted(code, message)).map(str::to_owned),
        sqlstate: Some(code.to_owned()),
        at: None,
    }
}

/// What is to be done where the server refuses a view because we asked it to (`restrict_nonsystem_relation_kind`).
fn restricted(code: &str, message: &str) -> Option<&'static str> {
    let is = code == "55000" && message.contains("non-system") && message.contains("restricted");
    is.then_some("purview has the server refuse it: code of the view's owner would run with the rights of this login; act as somebody, or ask the view's tables")
}

/// The sort of failure behind a SQLSTATE (PostgreSQL documentation, appendix A).
fn kind_of(code: &str, word: Word) -> Kind {
    match code {
        "42501" => Kind::Permission,
        "57014" | "25P03" | "25P04" if word != Word::Raised => Kind::Cancelled,
        "42P01" | "42703" | "42883" | "42704" | "3F000" | "0A000" | "55000" => Kind::Missing,
        "57P01" | "57P02" | "57P03" | "57P05" | "53300" if word == Word::Last => Kind::Connection,
        _ if word == Word::Last && ["08", "28", "3D"].iter().any(|it| code.starts_with(it)) => {
            Kind::Connection
        }
        _ => Kind::Refused,
    }
}

/// What usually cures a SQLSTATE.
fn cure(code: &str) -> Option<&'static str> {
    Some(match code {
        "28P01" => "the password is wrong, or the role has none",
        "28000" => "the role does not exist, may not log in, or `pg_hba.conf` refuses it",
        "3D000" => "the database does not exist; name another in the URL",
        "53300" => "all connections are taken; end some, or connect with a reserved one",
        "57P03" => "the server is starting, stopping or recovering; wait",
        "57P01" | "57P02" => "the server ended the session; purview reconnects",
        "57014" => "it was cancelled, or ran into `statement_timeout`",
        "55P03" => "another session holds a lock on it; `:locks` shows which",
        "40001" | "40P01" => "it collided with another transaction; try again",
        "22P02" => "a value does not fit its type; in a policy: an identity setting is empty",
        "42704" => "an identity setting that a policy reads is not set, or a type is missing",
        "54001" => "a policy or function calls itself without end",
        "42P17" => "the policies of two tables read each other without end",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_tell_connection_permission_and_refusal_apart() {
        let code = |sqlstate: &str| Problem::new(kind_of(sqlstate, Word::Last), "").exit_code();
        assert_eq!(
            ["08006", "28P01", "42501", "22012", "42P01", "57014"].map(code),
            [3, 3, 4, 5, 5, 130]
        );
    }

    #[test]
    fn no_function_can_pretend_that_the_connection_is_lost_or_that_somebody_cancelled() {
        for code in ["08006", "57P01", "53300", "28P01", "3D000"] {
            assert_eq!(kind_of(code, Word::Last), Kind::Connection, "{code}");
            assert_eq!(kind_of(code, Word::Any), Kind::Refused, "{code}");
            assert_eq!(kind_of(code, Word::Raised), Kind::Refused, "{code}");
        }
        assert_eq!(kind_of("57014", Word::Any), Kind::Cancelled);
        assert_eq!(kind_of("57014", Word::Raised), Kind::Refused);
    }

    #[test]
    fn a_refused_value_is_told_without_it_whatever_is_in_it_and_whatever_the_language() {
        for (code, message, told) in [
            (
                "22P02",
                "invalid input syntax for type integer: \"hush\"",
                "invalid input syntax for type integer: \"…\"",
            ),
            (
                "22P02",
                "invalid input syntax for type integer: \"a\"hush\"b\"",
                "invalid input syntax for type integer: \"…\"",
            ),
            (
                "22P02",
                "ungültige Eingabesyntax für Typ integer: »hush«",
                "ungültige Eingabesyntax für Typ integer: …",
            ),
            (
                "22021",
                "invalid byte sequence for encoding \"UTF8\": 0x68 0x75",
                "invalid byte sequence for encoding \"…\"",
            ),
            (
                "22007",
                "invalid input syntax for type date: \"hush\", at character 8",
                "invalid input syntax for type date: \"…\", at character 8",
            ),
            // That an identity's setting is empty is what people have to know.
            (
                "22P02",
                "invalid input syntax for type uuid: \"\"",
                "invalid input syntax for type uuid: \"\"",
            ),
            ("22012", "division by zero", "division by zero"),
            ("42703", "column \"x\" does not exist", "column \"x\" does not exist"),
        ] {
            let problem = server_said(code, message, Word::Any);
            assert_eq!(problem.without_values(), told);
        }
    }

    #[test]
    fn a_message_without_end_is_cut() {
        let problem = server_said("P0001", &"é".repeat(1 << 20), Word::Raised);
        assert_eq!(problem.summary.chars().count(), LONGEST + 1);
    }
}
