//! Statements that were typed before, as lines of a book that is kept: each knows in which context it was typed.
//!
//! What was refused is not kept, and neither is what may hold a secret of somebody's.

use serde::{Deserialize, Serialize};

use crate::{mapping::SECRETIVE, pg::Typed};

/// A line of the book.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(rename = "in")]
    context: &'a str,
    sql: String,
}

/// The line that keeps `sql`, typed in `context`; none where it should not be kept.
pub fn line(context: &str, sql: &str) -> Option<String> {
    let lower = sql.to_lowercase();
    let secretive = SECRETIVE.iter().any(|it| lower.contains(it));
    let quotes = sql.contains('\'') || sql.contains('$');
    if Typed::read(sql).is_err() || secretive && quotes || lower.contains("://") {
        return None;
    }
    serde_json::to_string(&Line { context, sql: sql.trim().to_owned() }).ok()
}

/// The statements of `context` among `lines`, in their order; what is no line of the book is passed over.
pub fn statements(lines: &[String], context: &str) -> Vec<String> {
    let read = |line: &String| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        let own = value.get("in")?.as_str()? == context;
        own.then(|| value.get("sql")?.as_str().map(str::to_owned)).flatten()
    };
    lines.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neither_what_was_refused_nor_what_may_hold_a_secret_is_kept() {
        for sql in [
            "alter role app password 'x'",
            "delete from t",
            "select 1 where password = 'hunter2'",
            "select crypt($$x$$, password_hash) from users",
            "select 'postgres://me:hunter2@host/db'",
            "select 1 from integrations where api_key = 'sk_live'",
            "",
        ] {
            assert_eq!(line("c", sql), None, "{sql}");
        }
        assert!(line("c", "select tokens_in, password_hash from usage").is_some());
    }

    proptest! {
        #[test]
        fn a_statement_comes_back_whole_and_only_in_its_context(
            number in any::<u32>(), comment in "[a-z \n\"\\\\é]{0,20}", context in "[a-zé/ \"]{0,9}",
        ) {
            let sql = format!("select {number} /* {comment} */\nfrom t");
            let kept = line(&context, &sql).unwrap();
            prop_assert!(!kept.contains('\n'));
            let lines = ["nonsense".to_owned(), kept];
            let other = format!("{context}x");
            prop_assert_eq!(statements(&lines, &context), [sql]);
            prop_assert!(statements(&lines, &other).is_empty());
        }
    }
}
