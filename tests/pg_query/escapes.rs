//! The ways out of an impersonated session, typed by whoever acts as somebody: as they stand, and in a function that the statement calls.

use std::sync::Arc;

use purview::{
    database::Database,
    demo::LoginKind,
    pg::{Identity, Kind, Typed, Workshop},
};

use crate::{acting, ask, common, database};

/// The ways, as somebody would type them.
const TYPED: [&str; 26] = [
    "RESET ROLE",
    "SET ROLE NONE",
    "SELECT set_config('role', 'none', true)",
    "SET ROLE postgres",
    "SELECT set_config('role', 'postgres', true)",
    "RESET SESSION AUTHORIZATION",
    "SET SESSION AUTHORIZATION postgres",
    "COMMIT",
    "ROLLBACK",
    "ROLLBACK TO SAVEPOINT purview",
    "commit; select * from secret",
    "SELECT 1; RESET ROLE",
    "DO $$ BEGIN RESET ROLE; END $$",
    "DO $$ BEGIN PERFORM set_config('role', 'none', false); END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = 'postgres' AS 'select 1'",
    "FETCH ALL FROM purview",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "SELECT set_config('app.user', 'mallory', true)",
    "SET LOCAL app.user = 'mallory'",
    "SET TRANSACTION READ WRITE",
    "SET transaction_read_only = off",
    "DISCARD ALL",
    "SET LOCAL row_security = off",
    "SELECT * FROM dblink('dbname=x', 'select 1') AS d(v text)",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "UPDATE pg_settings SET setting = 'none' WHERE name = 'role'",
];

/// The same as what a function does that the schema's owner wrote.
const WRITTEN: [(&str, &str); 16] = [
    ("reset_role", "RESET ROLE"),
    ("set_role_none", "SET ROLE NONE"),
    ("config_role", "PERFORM set_config('role', 'none', true)"),
    (
        "superuser",
        "EXECUTE format('SET ROLE %I', (SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1))",
    ),
    ("operator", "SET ROLE purview_admin"),
    ("session", "RESET SESSION AUTHORIZATION"),
    ("session_default", "SET SESSION AUTHORIZATION DEFAULT"),
    ("commit", "COMMIT"),
    ("rollback", "ROLLBACK"),
    ("do_reset", "EXECUTE 'DO $d$ BEGIN RESET ROLE; END $d$'"),
    ("identity", "PERFORM set_config('app.user', 'mallory', true)"),
    ("identity_for_good", "PERFORM set_config('app.user', 'mallory', false)"),
    ("read_write", "SET LOCAL transaction_read_only = off"),
    ("row_security", "SET LOCAL row_security = off"),
    ("cursor", "EXECUTE 'MOVE ALL FROM purview'"),
    ("statements", "EXECUTE 'PREPARE sqlx_s_1 AS SELECT v FROM public.secret'"),
];

async fn build(workshop: &mut Workshop) {
    let world = "
        DO $$ BEGIN CREATE ROLE typ_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        GRANT typ_app TO purview_jail, purview_admin;
        CREATE TABLE public.secret (v text); INSERT INTO public.secret VALUES ('the-secret'); REVOKE ALL ON public.secret FROM PUBLIC;
        CREATE TABLE public.loot (v text); GRANT SELECT ON public.secret TO purview_admin; GRANT INSERT ON public.loot TO purview_admin;
        CREATE SCHEMA typ AUTHORIZATION typ_app";
    workshop.script(world).await.unwrap();
    for (name, deed) in WRITTEN {
        let function = format!(
            "CREATE FUNCTION typ.{name}() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE found text; BEGIN BEGIN {deed}; EXCEPTION WHEN OTHERS THEN NULL; END; \
             BEGIN SELECT v INTO found FROM public.secret; EXCEPTION WHEN OTHERS THEN NULL; END; \
             BEGIN INSERT INTO public.loot VALUES ('x'); found := concat(found, 'loot'); EXCEPTION WHEN OTHERS THEN NULL; END; RETURN found; END $f$; \
             ALTER FUNCTION typ.{name}() OWNER TO typ_app"
        );
        workshop.script(&function).await.unwrap();
    }
}

#[test]
fn no_way_out_passes_as_it_stands() {
    for text in TYPED {
        let refusal = Typed::read(text).unwrap_err();
        assert_eq!(refusal.problem(text).exit_code(), 2, "{text}");
    }
}

async fn nobody(database: &Arc<Database>) {
    let as_somebody = acting("typ_app", Some(("app.user", "alice")));
    let problem = ask(database, &as_somebody, "SELECT 1", 10).await.unwrap_err();
    assert_eq!((problem.kind, problem.exit_code()), (Kind::Permission, 4), "{problem}");
    assert!(problem.hint.unwrap().contains("--acting-url"));
}

#[tokio::test]
async fn nobody_types_as_somebody_else_but_in_a_jail_and_there_no_function_gains_anything() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    nobody(&database(&test, LoginKind::Superuser, None).await).await;
    nobody(&database(&test, LoginKind::Admin, None).await).await;

    let database = database(&test, LoginKind::Admin, Some(LoginKind::Jail)).await;
    let as_somebody = acting("typ_app", Some(("app.user", "alice")));
    for (name, _) in WRITTEN {
        let text = format!("SELECT typ.{name}() FROM generate_series(1, 3)");
        match ask(&database, &as_somebody, &text, 10).await {
            Ok((_, rows, _)) => {
                assert!(rows.iter().flatten().all(Option::is_none), "{name}: {rows:?}");
            }
            Err(problem) => assert!(
                problem.summary.starts_with("the identity changed") || problem.sqlstate.is_some(),
                "{name}: {problem}"
            ),
        }
        // Whoever comes next is who they are made to be, on a session without anything left.
        let who = "SELECT concat_ws(' ', current_user, current_setting('app.user'), current_setting('transaction_read_only'), \
                   current_setting('row_security'), (SELECT count(*) FROM pg_prepared_statements))";
        let (_, rows, _) = ask(&database, &as_somebody, who, 10).await.unwrap();
        assert_eq!(rows[0][0].as_deref(), Some("typ_app alice on on 0"), "after {name}");
        // The operator's own typed statement runs the same code, and can write as little.
        let own =
            ask(&database, &Identity::Observer, &format!("SELECT 1 FROM typ.{name}()"), 10).await;
        drop(own);
    }
    let found = workshop
        .script("SELECT (SELECT count(*) FROM public.loot), (SELECT count(*) FROM public.secret)")
        .await
        .unwrap();
    assert_eq!(found, [[Some("0".to_owned()), Some("1".to_owned())]]);
}
