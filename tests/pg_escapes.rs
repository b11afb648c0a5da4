//! The ways out of an impersonated session, as a hostile tenant would write them into a function that a policy calls: nobody gains a right of the
//! operator's, and nothing is shown that was found under another identity.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use chrono::Duration;
use purview::{
    database::Database,
    demo::LoginKind,
    list::{Ask, Query},
    pg::{Acting, Door, Fence, Identity, Journal, Problem, RelationName, Run, Sql, Workshop},
    question::Question as _,
    rls::{Check, Choice, Explain, Statement, Sweep},
    tables::Rows,
};

/// What the function does, after `BEGIN` of a block of PL/pgSQL.
const ATTEMPTS: [(&str, &str); 47] = [
    ("reset_role", "RESET ROLE"),
    ("set_role_none", "SET ROLE NONE"),
    ("set_local_role_none", "SET LOCAL ROLE NONE"),
    ("config_role_none", "PERFORM set_config('role', 'none', true)"),
    ("config_role_none_for_good", "PERFORM set_config('role', 'none', false)"),
    ("update_settings", "UPDATE pg_catalog.pg_settings SET setting = 'none' WHERE name = 'role'"),
    ("set_role_superuser", "EXECUTE format('SET ROLE %I', superuser)"),
    ("config_role_superuser", "PERFORM set_config('role', superuser, true)"),
    ("set_role_operator", "SET ROLE purview_admin"),
    ("set_role_other", "SET ROLE esc_other"),
    ("reset_session", "RESET SESSION AUTHORIZATION"),
    ("session_default", "SET SESSION AUTHORIZATION DEFAULT"),
    ("session_superuser", "EXECUTE format('SET SESSION AUTHORIZATION %I', superuser)"),
    ("config_session", "PERFORM set_config('session_authorization', superuser, true)"),
    ("reset_all", "RESET ALL"),
    ("discard_all", "DISCARD ALL"),
    ("commit", "COMMIT"),
    ("rollback", "ROLLBACK"),
    ("call_commit", "CALL esc.commits()"),
    ("call_rollback", "CALL esc.rolls_back()"),
    ("savepoint", "EXECUTE 'ROLLBACK TO SAVEPOINT purview'"),
    ("release", "EXECUTE 'RELEASE SAVEPOINT purview'"),
    ("two_at_once", "EXECUTE 'COMMIT; SELECT v FROM public.secret'"),
    ("do_reset", "EXECUTE 'DO $d$ BEGIN RESET ROLE; END $d$'"),
    ("do_config", "EXECUTE 'DO $d$ BEGIN PERFORM set_config(''role'', ''none'', false); END $d$'"),
    ("do_commit", "EXECUTE 'DO $d$ BEGIN COMMIT; END $d$'"),
    ("function_with_role", "PERFORM esc.as_superuser()"),
    ("definer_of_other", "PERFORM esc.definer_resets()"),
    ("cursor_of_operator", "EXECUTE 'FETCH ALL FROM purview_rows'"),
    ("cursor_with_hold", "EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT v FROM public.secret'"),
    ("identity", "PERFORM set_config('app.user', 'mallory', true)"),
    ("identity_for_good", "PERFORM set_config('app.user', 'mallory', false)"),
    ("row_security", "SET LOCAL row_security = off"),
    ("read_write", "SET TRANSACTION READ WRITE"),
    ("not_read_only", "SET LOCAL transaction_read_only = off"),
    ("session_read_write", "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"),
    ("replica", "SET LOCAL session_replication_role = replica"),
    ("read_file", "PERFORM pg_read_file('PG_VERSION')"),
    ("program", "EXECUTE 'COPY (SELECT 1) TO PROGRAM ''true'''"),
    ("become_superuser", "EXECUTE format('ALTER ROLE %I SUPERUSER', current_user)"),
    (
        "dblink",
        "PERFORM FROM public.dblink('dbname=' || current_database(), 'SELECT v FROM public.secret') AS d(v text)",
    ),
    (
        "wrapper",
        "EXECUTE 'CREATE OR REPLACE FUNCTION pg_temp.purview_as(statement text, binds text[]) RETURNS SETOF text[] LANGUAGE sql SECURITY INVOKER \
         AS $w$ SELECT ARRAY[v] FROM public.secret $w$'",
    ),
    (
        "statements",
        // The driver would have named its statements so; what is prepared outlives the transaction.
        "FOR n IN 1..40 LOOP BEGIN EXECUTE format('DEALLOCATE sqlx_s_%s', n); EXCEPTION WHEN OTHERS THEN NULL; END; \
         EXECUTE format('PREPARE sqlx_s_%s AS SELECT v FROM public.secret', n); END LOOP",
    ),
    ("path", "SET LOCAL search_path = esc, pg_catalog"),
    // What comes next in the same transaction would be read, printed or stopped in another way.
    ("path_for_good", "PERFORM set_config('search_path', 'esc, pg_catalog', false)"),
    ("encoding", "PERFORM set_config('client_encoding', 'LATIN1', true)"),
    ("zone", "PERFORM set_config('TimeZone', 'Asia/Kathmandu', false)"),
];

/// The application's roles; made once in the cluster.
const ROLES: &str = "
DO $$ BEGIN CREATE ROLE esc_app; CREATE ROLE esc_other; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT esc_app, esc_other TO purview_jail, purview_admin";

/// One test at a time makes them.
static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Rows of which no one but the operator may see any, and a place where whoever can write leaves a trace.
const WORLD: &str = "
CREATE TABLE public.secret (v text); INSERT INTO public.secret VALUES ('the-secret'); REVOKE ALL ON public.secret FROM PUBLIC;
CREATE TABLE public.loot (v text); GRANT INSERT ON public.loot TO purview_admin;
GRANT SELECT ON public.secret TO purview_admin;
CREATE SCHEMA esc AUTHORIZATION esc_app; GRANT USAGE ON SCHEMA esc TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE esc_app IN SCHEMA esc GRANT SELECT ON TABLES TO purview_support, purview_admin;
CREATE TABLE esc.of_other (v text); INSERT INTO esc.of_other VALUES ('of-another-role'); GRANT SELECT ON esc.of_other TO esc_other;
SET ROLE esc_app;
CREATE PROCEDURE esc.commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE esc.rolls_back() LANGUAGE plpgsql AS $$ BEGIN ROLLBACK; END $$;
CREATE FUNCTION esc.definer_resets() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RESET ROLE; END $$;
CREATE FUNCTION esc.equals(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE found text; BEGIN @take RETURN true; END $$;
CREATE FUNCTION esc.equals(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE found text; BEGIN @take RETURN true; END $$;
CREATE OPERATOR esc.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = esc.equals);
CREATE OPERATOR esc.= (LEFTARG = text, RIGHTARG = text, FUNCTION = esc.equals);
RESET ROLE";

/// Takes what there is to be had: says the secret if it can be read, and leaves a trace if something can be written.
const TAKE: &str = "BEGIN SELECT v INTO found FROM public.secret; EXCEPTION WHEN OTHERS THEN NULL; END; \
     BEGIN INSERT INTO public.loot VALUES ('taken'); found := concat(found, ' and-loot'); EXCEPTION WHEN OTHERS THEN NULL; END; \
     IF found IS NOT NULL THEN RAISE EXCEPTION 'GAINED: %', found; END IF;";

/// Three functions for each attempt: one that does it, one that bears its failure and takes what it can, and one that goes back after that.
fn attempt(name: &str, deed: &str) -> String {
    let superuser = "superuser text := (SELECT rolname FROM pg_catalog.pg_roles WHERE rolsuper ORDER BY oid LIMIT 1)";
    let function = |kind: &str, body: &str| {
        format!(
            "CREATE FUNCTION esc.{kind}_{name}() RETURNS boolean LANGUAGE plpgsql AS $f$ DECLARE {superuser}; was text := current_user; found text; \
             BEGIN {body} RETURN true; END $f$; \
             CREATE TABLE esc.t_{kind}_{name} (id int PRIMARY KEY, v text); INSERT INTO esc.t_{kind}_{name} VALUES (1, 'row'); \
             ALTER TABLE esc.t_{kind}_{name} ENABLE ROW LEVEL SECURITY; ALTER TABLE esc.t_{kind}_{name} FORCE ROW LEVEL SECURITY; \
             CREATE POLICY p ON esc.t_{kind}_{name} USING (esc.{kind}_{name}()); "
        )
    };
    let tried = format!("BEGIN {deed}; EXCEPTION WHEN OTHERS THEN NULL; END; {TAKE}");
    let back = "BEGIN PERFORM set_config('role', was, true); PERFORM set_config('app.user', 'alice', true); EXCEPTION WHEN OTHERS THEN NULL; END;";
    let mut sql = "SET ROLE esc_app; ".to_owned();
    sql += &function("does", &format!("{deed};"));
    sql += &function("takes", &tried);
    sql += &function("returns", &format!("{tried} {back}"));
    sql += "RESET ROLE";
    sql
}

const KINDS: [&str; 3] = ["does", "takes", "returns"];

async fn build(workshop: &mut Workshop) {
    let making = MAKING.lock().await;
    workshop.script(ROLES).await.unwrap();
    drop(making);
    workshop.script(&WORLD.replace("@take", TAKE)).await.unwrap();
    // It cannot be made by its owner, who is not the superuser; that one makes it for them, as people do.
    let function = "DO $$ BEGIN EXECUTE format('CREATE FUNCTION esc.as_superuser() RETURNS void LANGUAGE plpgsql SET role = %L AS \
         $f$ DECLARE found text; BEGIN @take END $f$', (SELECT rolname FROM pg_catalog.pg_roles WHERE rolsuper ORDER BY oid LIMIT 1)); \
         ALTER FUNCTION esc.as_superuser() OWNER TO esc_app; END $$";
    workshop
        .script(&function.replace("@take", &TAKE.replace('\'', "''").replace('%', "%%")))
        .await
        .unwrap();
    let extension = "DO $$ BEGIN CREATE EXTENSION dblink SCHEMA public; EXCEPTION WHEN OTHERS THEN NULL; END $$";
    workshop.script(extension).await.unwrap();
    for (name, deed) in ATTEMPTS {
        workshop.script(&attempt(name, deed)).await.unwrap();
    }
}

fn alice() -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: "esc_app".into(),
        settings: vec![("app.user".parse().unwrap(), "alice".into())],
        search_path: Some("public".into()),
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

/// What an attempt came to, in a word: `row` (it was held, and a row is shown), `none`, `found` (the change of identity was found out), `gained`, or a code.
fn word(outcome: Result<usize, Problem>) -> String {
    match outcome {
        Ok(0) => "none".into(),
        Ok(_) => "row".into(),
        Err(problem) if problem.summary.contains("GAINED") => "gained".into(),
        Err(problem) if problem.summary.starts_with("the identity changed") => "found".into(),
        Err(problem) => problem.sqlstate.clone().unwrap_or_else(|| problem.to_string()),
    }
}

/// Everything that runs as somebody.
async fn through_everything(database: &Arc<Database>, kind: &str, name: &str) -> Vec<String> {
    let acting = alice();
    let identity = Identity::Acting(Arc::clone(&acting));
    let table = RelationName::new("esc", format!("t_{kind}_{name}"));
    let mut words = Vec::new();
    let mut select = Sql::new("SELECT v FROM ");
    select.relation(&table);
    let read = database.door.read(&identity, &select, &Run::new()).await;
    words.push(word(read.map(|rows| rows.rows.len())));

    let list =
        Ask { view: Rows { table: table.clone(), only: Vec::new() }, query: Query::default() };
    let page = list.ask(Arc::clone(database), identity.clone(), Run::new()).await;
    words.push(word(page.map(|page| page.items.len())));

    for way in 0..3 {
        let run = Run::new();
        let mut trial = database.door.trial(&acting, &run).await.unwrap();
        let mut delete = Sql::new("DELETE FROM ");
        delete.relation(&table);
        let mut returning = delete.clone();
        returning.push(" RETURNING v");
        // Twice: what the first one leaves behind the second one would meet.
        for _ in 0..2 {
            let said = match way {
                0 => trial.act(&select).await.map(|said| said.map(|rows| rows.rows.len())),
                1 => trial.try_rows(&returning).await.map(|said| said.map(|rows| rows.rows.len())),
                _ => trial.try_count(&delete).await.map(|said| said.map(|count| count as usize)),
            };
            words.push(word(said.and_then(|said| said)));
        }
        trial.end().await.unwrap();
    }

    for statement in [Statement::Select, Statement::Delete] {
        let explain = Explain {
            table: table.clone(),
            choice: Choice::All,
            statement,
            edits: Vec::new(),
            check: Check::Writes,
            most: 5,
        };
        let answer = explain.ask(Arc::clone(database), identity.clone(), Run::new()).await;
        words.push(match answer {
            Ok(whys) => {
                let told = serde_json::to_string(&whys).unwrap();
                assert!(
                    !told.contains("the-secret") || told.contains("\"fence\":\"advisory\""),
                    "{told}"
                );
                if told.contains("GAINED") {
                    "gained".into()
                } else {
                    whys[0].predicted.unwrap().to_string()
                }
            }
            Err(problem) => word(Err(problem)),
        });
    }

    let sweep = Sweep {
        table: table.clone(),
        choice: Choice::All,
        statements: vec![Statement::Select],
        check: Check::Writes,
    };
    let mut lines = Vec::new();
    let swept = sweep
        .run(database, &identity, &Run::new(), |line| {
            lines.push(line.predicted.to_string());
            Ok(true)
        })
        .await;
    words.push(match swept {
        Ok(()) => lines.join("/"),
        Err(problem) => word(Err(problem)),
    });
    words
}

/// Nothing of the operator's was gained: nobody wrote, nobody became more than they were.
async fn is_as_it_was(workshop: &mut Workshop) {
    let question = "SELECT (SELECT count(*) FROM public.loot), (SELECT count(*) FROM public.secret), \
         (SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname LIKE 'esc%' AND rolsuper), \
         (SELECT count(*) FROM pg_catalog.pg_proc WHERE proname LIKE 'purview%'), \
         (SELECT count(*) FROM pg_catalog.pg_prepared_xacts)";
    let found = workshop.script(question).await.unwrap().pop().unwrap();
    let found: Vec<_> = found.into_iter().map(Option::unwrap).collect();
    assert_eq!(found, ["0", "1", "0", "0", "0"]);
}

async fn database(
    test: &common::TestDatabase,
    operator: LoginKind,
    jail: Option<LoginKind>,
) -> (Arc<Database>, tempfile::TempDir) {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let journal = Journal::new(folder.path().join("journal"), "test");
    let jail = jail.map(|jail| test.login(jail));
    let door = Door::open(test.login(operator), jail, journal, common::anchor).await.unwrap();
    (Arc::new(Database::new(door, None)), folder)
}

/// What became of every attempt, by kind and by primitive.
async fn all(database: &Arc<Database>, workshop: &mut Workshop) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let identity = Identity::Acting(alice());
    let bob = Identity::Acting(Arc::new(Acting {
        settings: vec![("app.user".parse().unwrap(), "bob".into())],
        ..(*alice()).clone()
    }));
    for (name, _) in ATTEMPTS {
        for kind in KINDS {
            found.insert(format!("{kind} {name}"), through_everything(database, kind, name).await);
            // Nothing of it is left on any session that is used again.
            let who = Sql::new(
                "SELECT concat_ws(' ', current_user, current_setting('app.user', true), current_setting('row_security'), \
                 current_setting('transaction_read_only'), current_setting('search_path'), (SELECT count(*) FROM pg_catalog.pg_prepared_statements WHERE from_sql))",
            );
            let told = database.door.read(&identity, &who, &Run::new()).await.unwrap();
            assert_eq!(told.scalar(), Some("esc_app alice on on public 0"), "after {kind} {name}");
            // What was asked as one identity is not to be read as another.
            let texts = Sql::new(
                "SELECT count(*)::text FROM pg_catalog.pg_prepared_statements WHERE from_sql OR statement LIKE '%esc.%' || 't\\_%'",
            );
            let told = database.door.read(&bob, &texts, &Run::new()).await.unwrap();
            assert_eq!(told.scalar(), Some("0"), "after {kind} {name}");
            let who = Sql::new(
                "SELECT concat_ws(' ', current_user = session_user, current_setting('role'))",
            );
            let told = database.door.read(&Identity::Observer, &who, &Run::new()).await.unwrap();
            assert_eq!(told.scalar(), Some("t none"), "after {kind} {name}");
        }
    }
    is_as_it_was(workshop).await;
    found
}

/// What became of all attempts, as people read it: what came of reading, of the list, of statements that only read and that write, twice each, of two
/// explanations, and of a sweep.
fn told(found: &BTreeMap<String, Vec<String>>) -> String {
    let lines: Vec<_> =
        found.iter().map(|(attempt, words)| format!("{attempt}: {}", words.join(" "))).collect();
    lines.join("\n")
}

/// No attempt gained anything.
fn held(found: &BTreeMap<String, Vec<String>>) {
    for (attempt, words) in found {
        assert!(!words.contains(&"gained".to_owned()), "{attempt}: {words:?}");
    }
}

/// A table whose deletions are looked at when COMMIT comes, by a trigger that does what the deleted row names.
const LATE: &str = "SET ROLE esc_app; CREATE TABLE esc.late (deed text);
CREATE FUNCTION esc.late() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN EXECUTE format('SELECT esc.%I()', OLD.deed); RAISE EXCEPTION 'came to its end as %', current_user USING ERRCODE = 'PV001'; END $f$;
CREATE CONSTRAINT TRIGGER late AFTER DELETE ON esc.late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION esc.late(); RESET ROLE";

/// What became of every attempt that waits for COMMIT.
async fn left_for_commit(
    database: &Arc<Database>,
    workshop: &mut Workshop,
) -> BTreeMap<String, Vec<String>> {
    workshop.script(LATE).await.unwrap();
    let run = Run::new();
    let mut found = BTreeMap::new();
    for (name, _) in ATTEMPTS {
        for kind in KINDS {
            let deed = format!("{kind}_{name}");
            workshop
                .script(&format!("TRUNCATE esc.late; INSERT INTO esc.late VALUES ('{deed}')"))
                .await
                .unwrap();
            let mut trial = database.door.trial(&alice(), &run).await.unwrap();
            let said = trial.try_count(&Sql::new("DELETE FROM esc.late")).await;
            trial.end().await.unwrap();
            let said = said.map(|said| said.map(|count| count as usize));
            found.insert(format!("{kind} {name}"), vec![word(said.and_then(|said| said))]);
        }
    }
    is_as_it_was(workshop).await;
    found
}

#[tokio::test]
async fn what_a_trial_leaves_for_commit_is_checked_behind_the_same_fence() {
    for (operator, jail, fence) in [
        (LoginKind::Support, Some(LoginKind::Jail), Fence::Jailed),
        (LoginKind::Superuser, None, Fence::Wrapped),
    ] {
        let test = common::empty_database().await;
        let mut workshop = test.workshop().await;
        build(&mut workshop).await;
        let (database, _folder) = database(&test, operator, jail).await;
        assert_eq!(database.door.fence().await.unwrap(), fence);
        let found = left_for_commit(&database, &mut workshop).await;
        held(&found);
        // What gains nothing is let come to its end, and that is the end of the transaction.
        let ended = found.values().filter(|words| words[0] == "PV001").count();
        assert!(ended > ATTEMPTS.len(), "{fence:?}: {}", told(&found));
    }
}

#[tokio::test]
async fn a_jailed_session_gains_nothing_and_shows_nothing_of_another_identity() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    let (database, _folder) = database(&test, LoginKind::Support, Some(LoginKind::Jail)).await;
    assert_eq!(database.door.fence().await.unwrap(), Fence::Jailed);
    let found = all(&database, &mut workshop).await;
    held(&found);
    insta::assert_snapshot!("escapes_jailed", told(&found));
}

#[tokio::test]
async fn a_wrapped_session_gains_nothing_and_shows_nothing_of_another_identity() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    let (database, _folder) = database(&test, LoginKind::Superuser, None).await;
    assert_eq!(database.door.fence().await.unwrap(), Fence::Wrapped);
    let found = all(&database, &mut workshop).await;
    held(&found);
    insta::assert_snapshot!("escapes_wrapped", told(&found));
}

#[tokio::test]
async fn an_advisory_session_says_so_and_still_shows_nothing_of_another_identity() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    let (database, _folder) = database(&test, LoginKind::Admin, None).await;
    assert_eq!(database.door.fence().await.unwrap(), Fence::Advisory);
    assert!(!Fence::Advisory.allows_free_sql());
    let found = all(&database, &mut workshop).await;
    // What cannot be held is what the word on the screen says: the login itself, while the function runs. What it found is not shown as a row.
    assert_eq!(found["takes reset_role"][0], "gained");
    for (attempt, words) in &found {
        // Where only a setting changed, what undoes it with the statement needs to find nothing.
        let setting = ["path", "path_for_good", "encoding", "zone"]
            .iter()
            .any(|it| attempt.ends_with(&format!(" {it}")));
        let left = attempt.starts_with("does ") && !setting && words.contains(&"found".to_owned());
        assert!(!left || words.iter().all(|word| word == "found"), "{attempt}: {words:?}");
    }
    insta::assert_snapshot!("escapes_advisory", told(&found));
}
