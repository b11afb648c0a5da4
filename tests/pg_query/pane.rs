//! The pane of one's own SQL, in the real console on a real database, by its keys.

use purview::demo::{LoginKind, System};

use crate::{
    common,
    terminal::{Console, purview},
};

#[tokio::test]
async fn a_statement_is_written_run_mended_explained_and_brought_back() {
    let database = common::database(System::OrgAssistant).await;
    let (url, jail) = (database.url(LoginKind::Support), database.url(LoginKind::Jail));
    let moment = tempfile::tempdir().unwrap();
    let mut command = purview(&["--acting-url", &jail, &url, "--at", "tables"]);
    command.env("XDG_RUNTIME_DIR", moment.path());
    command.env("VISUAL", "sh -c 'tty; printf \"select 6 * 7 as meaning\" > \"$0\"'");
    let mut console = Console::start(command, 80, 24);
    console.shows("audit_logs");
    console.send("gs");
    console.shows("one statement that only reads");
    // A mistake is said where it is, and the text is still there.
    console.send("select name, nothing from roles\x1b[15~");
    console.shows("column \"nothing\" does not exist");
    console.shows("select name, nothing from roles");
    // The cursor stands on it: delete the word, and the comma before it.
    console.send("\x1bf\x17\x7f\x7f \x13");
    console.shows("answer");
    console.shows("admin");
    // What would change something is refused before anybody is asked.
    console.send("e\x1b[1;5C\x15");
    console.send("delete from roles; -- \x13");
    console.shows("`DELETE` does more than read");
    console.send("\x1b");
    console.shows("> delete from roles");
    // The one before comes back, and is explained.
    console.send("e\x12");
    console.send("\x1b[A");
    console.shows("select name from roles");
    console.send("\x13");
    console.shows("admin");
    console.send("E");
    console.shows("Seq Scan on public.roles");
    // Another editor has the terminal, and what it leaves is run.
    console.send("qv");
    console.shows("select 6 * 7 as meaning");
    console.send("\x13");
    console.shows("meaning");
    console.shows("42");
    assert_eq!(std::fs::read_dir(moment.path()).unwrap().count(), 0);
    console.send(":q\r");
    assert!(console.ended().0.success());
    assert_eq!(console.is_given_back(), Ok(()));
}
