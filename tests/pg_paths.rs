//! What somebody puts in a place where the server looks for names: it never runs as the operator, neither for what the program asks by itself nor for a
//! statement that is only planned.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::{fs, ops::ControlFlow, sync::Arc};

use chrono::Duration;
use purview::{
    database::Database,
    demo::LoginKind,
    explain::PlanOf,
    migrate::{Runner, Source},
    pg::{
        Acting, Confirmed, Door, Identity, Journal, Kind, Most, Problem, Run, Sql, Typed, Workshop,
    },
    question::Question as _,
};

/// A role that may make something in a schema of everybody's path, as every role may before version 15.
const OWNER: &str = "DO $$ BEGIN CREATE ROLE path_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
    GRANT path_owner TO purview_jail, purview_admin; GRANT CREATE ON SCHEMA public TO path_owner";

/// Operators for pairs of types that the server has none for, which are therefore those that fit; the server counts who calls them.
const TRAPS: &str = r#"
SET ROLE path_owner;
DO $do$
DECLARE
    types text[] := '{bool,"\"char\"",name,text,int2,int4,int8,oid,xid,float8,numeric,timestamptz,interval}';
    kinds text[] := '{bool,float8,text}';
    one text; other text; kind text; sign text;
BEGIN
    FOREACH one IN ARRAY types LOOP
        FOREACH other IN ARRAY types LOOP
            FOREACH kind IN ARRAY kinds LOOP
                EXECUTE format('CREATE FUNCTION public.trap_%1$s(%2$s, %3$s) RETURNS %1$s LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$', kind, one, other);
            END LOOP;
            FOREACH sign IN ARRAY '{=,<>,<,>,<=,>=,~,!~,~~,!~~,+,-,*,/,%,||}'::text[] LOOP
                kind := CASE WHEN sign IN ('+', '-', '*', '/', '%') THEN 'float8' WHEN sign = '||' THEN 'text' ELSE 'bool' END;
                CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_operator o
                                       WHERE o.oprnamespace OPERATOR(pg_catalog.=) 'pg_catalog'::regnamespace::oid AND o.oprname OPERATOR(pg_catalog.=) sign::name
                                         AND o.oprleft OPERATOR(pg_catalog.=) one::regtype::oid AND o.oprright OPERATOR(pg_catalog.=) other::regtype::oid);
                EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.trap_%s)', sign, one, other, kind);
            END LOOP;
        END LOOP;
    END LOOP;
END $do$;
RESET ROLE;
CREATE TABLE public.hidden (v text); REVOKE ALL ON public.hidden FROM PUBLIC;
DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_functions = ''pl''', current_database()); END $do$"#;

/// How often somebody's operators were called by sessions that have ended; absent while others are there.
const CALLS: &str = "SET search_path = ''; \
    SELECT (SELECT coalesce(sum(f.calls), 0) FROM pg_catalog.pg_stat_user_functions f WHERE pg_catalog.starts_with(f.funcname::text, 'trap_'))::text \
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() \
                         AND a.backend_type = 'client backend')";

fn acting() -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: "path_owner".into(),
        settings: vec![("app.user".parse().unwrap(), "alice".into())],
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

/// Asks everything that there is to be asked, as the operator and as somebody; what is refused is refused.
async fn through_everything(door: Door, folder: &std::path::Path) {
    let (run, one) = (Run::new(), Sql::new("SELECT 1::pg_catalog.text"));
    let typed = Typed::read("select 1").unwrap();
    let take = |_: &[purview::pg::Head], _| Ok(ControlFlow::Continue(()));
    let acting = acting();
    let somebody = Identity::Acting(Arc::clone(&acting));
    let shown = [Sql::new("INSERT INTO public.hidden VALUES ('x')")];
    // Twice: a session that is used again is looked at first.
    for _ in 0..2 {
        door.read(&Identity::Observer, &one, &run).await.unwrap();
        door.sample(&one, &run).await.unwrap();
        door.read(&somebody, &one, &run).await.unwrap();
        door.typed(&Identity::Observer, &typed, Most::ALL, &run, take).await.unwrap();
        drop(door.typed(&somebody, &typed, Most::ALL, &run, take).await);
        let mut trial = door.trial(&acting, &run).await.unwrap();
        trial.observe(&one).await.unwrap().unwrap();
        trial.act(&one).await.unwrap().unwrap();
        drop(trial.try_rows(&one).await.unwrap());
        trial.end().await.unwrap();
        drop(door.write(&shown, &Confirmed::by_person(&shown)).await);
        drop(door.read(&Identity::Observer, &Sql::new("SELECT v FROM public.hidden"), &run).await);
    }
    let database = Arc::new(Database::new(door, None));
    for measured in [false, true] {
        let question = PlanOf { statement: "select 1".to_owned(), measured };
        drop(question.ask(Arc::clone(&database), Identity::Observer, Run::new()).await);
    }
    let mut runner =
        Runner::open(database.door.login(), Source::read(folder).unwrap()).await.unwrap();
    drop(runner.up(None).await);
    drop(runner.status().await);
    runner.close().await;
}

/// How often somebody's operators were called, once everybody else has left.
async fn calls(workshop: &mut Workshop) -> u64 {
    loop {
        let rows = workshop.script(CALLS).await.unwrap();
        if let Some(calls) = rows.first().and_then(|row| row[0].as_ref()) {
            return calls.parse().unwrap();
        }
    }
}

#[tokio::test]
async fn no_operator_that_somebody_made_stands_in_for_one_of_the_servers_own() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(OWNER).await.unwrap();
    workshop.script(TRAPS).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("0001_t.up.sql"), "CREATE TABLE public.t (id int);").unwrap();
    for (operator, jail) in [
        (LoginKind::Superuser, None),
        (LoginKind::Admin, None),
        (LoginKind::Superuser, Some(LoginKind::Jail)),
    ] {
        let journal = Journal::new(folder.path().join("journal"), "test");
        let jail = jail.map(|kind| test.login(kind));
        let door = Door::open(test.login(operator), jail, journal, common::anchor).await.unwrap();
        through_everything(door, folder.path()).await;
    }
    assert_eq!(calls(&mut workshop).await, 0);
    // Whoever leaves the sign to the server has called one.
    let mut victim = test.workshop().await;
    victim.script("SELECT 1::oid >= 1, 2::float8 * 1").await.unwrap();
    victim.close().await;
    while calls(&mut workshop).await == 0 {}
    assert_eq!(calls(&mut workshop).await, 2);
}

/// Code of the owner's that says as whom it ran, behind every kind of name and sign.
const CODE: &str = "
CREATE SCHEMA own AUTHORIZATION path_owner; GRANT USAGE ON SCHEMA own TO PUBLIC;
SET ROLE path_owner;
CREATE FUNCTION own.says() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN
  IF current_user <> 'path_owner' THEN RAISE EXCEPTION 'ran as %', current_user; END IF; RETURN 1; END $f$;
CREATE FUNCTION own.adds(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN own.says(); END $f$;
CREATE FUNCTION own.less(float8, numeric) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN own.says() = 1; END $f$;
CREATE OPERATOR own.+* (LEFTARG = int, RIGHTARG = int, FUNCTION = own.adds);
CREATE DOMAIN own.code AS text CHECK (own.says() = 1);
CREATE TYPE own.pair AS (a int, b text);
CREATE TYPE own.coded AS (a own.code);
CREATE TABLE own.rows (a own.code);
CREATE TABLE own.plain (a int);
CREATE FUNCTION own.deed(own.pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN own.says(); END $f$;
GRANT SELECT ON ALL TABLES IN SCHEMA own TO PUBLIC;
RESET ROLE";

async fn plan(database: &Arc<Database>, statement: &str, measured: bool) -> Result<(), Problem> {
    let question = PlanOf { statement: statement.to_owned(), measured };
    question.ask(Arc::clone(database), Identity::Observer, Run::new()).await.map(drop)
}

#[tokio::test]
async fn a_statement_that_is_only_planned_runs_nothing_of_somebody_else_as_the_operator() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(OWNER).await.unwrap();
    workshop.script(CODE).await.unwrap();
    let database = Arc::new(Database::new(test.door(LoginKind::Admin).await, None));
    for statement in [
        "select own.says()",
        "select 1 operator(own.+*) 2",
        "select ('(1,x)'::own.pair).deed",
        "select '{x}'::own.code[]",
        "select '(x)'::own.coded",
        "select '(x)'::own.rows",
        "select cast('(x)' as own.rows)",
        "select own.rows '(x)'",
        "select u&\"own\".u&\"s\\0061ys\"()",
        "select own.says\u{c}()",
    ] {
        let problem = plan(&database, statement, false).await.unwrap_err();
        assert_eq!(problem.kind, Kind::Permission, "{statement}: {problem}");
        assert!(problem.hint.is_some() && !problem.summary.contains("ran as"), "{problem}");
    }
    // What names none of it is planned, and so is a table with such values: reading them checks nothing.
    for statement in ["select 1 + 2", "select a from own.plain", "select * from own.rows"] {
        plan(&database, statement, true).await.unwrap();
    }
    // A sign that words stand for, and a cast, are named by nobody.
    workshop
        .script(
            "SET ROLE path_owner; CREATE OPERATOR own.>= (LEFTARG = float8, RIGHTARG = numeric, FUNCTION = own.less); RESET ROLE",
        )
        .await
        .unwrap();
    let between = "select 1.0::float8 between 0.5 and 2";
    assert_eq!(plan(&database, between, false).await.unwrap_err().kind, Kind::Permission);
    workshop
        .script(
            "SET ROLE path_owner; DROP OPERATOR own.>= (float8, numeric); \
             CREATE FUNCTION own.paired(int) RETURNS own.pair LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN ROW(own.says(), ''); END $f$; \
             CREATE CAST (int AS own.pair) WITH FUNCTION own.paired(int); RESET ROLE",
        )
        .await
        .unwrap();
    let cast = "select 1::own.pair";
    assert_eq!(plan(&database, cast, false).await.unwrap_err().kind, Kind::Permission);
}
